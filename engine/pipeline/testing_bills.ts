/**
 * A pipeline that posts, for the tests of this folder, and what can be wrong with one.
 *
 * @module
 */

/** Bills of the site system become journals of the ERP: a pipeline without a mistake, beside those of the sound project. */
export const bills = `name: bills
source:
  connection: site
  stream: bills
  skip:
    - { when: "rec.number == 0", says: "Bill {id} is the first offer" }
  where: { cel: "has(rec.ready) && rec.ready" }
  with:
    order:
      connection: erp
      stream: orders
      key: { link: orders, of: contract_id, reverse: true, missing: reject }
      follow: true
    vendor: { connection: erp, stream: vendors, key: order.VENDOR_ID }
    share:
      each: items
      connection: erp
      stream: projects
      key: { link: orders, of: root.contract_id, child: { list: lines, of: line_id }, reverse: true, missing: absent }
  require:
    - { that: "has(rec.order) && rec.order.OPEN_FLAG == 'Y'", says: "Order {order.NUMBER} is closed" }
destination: { connection: erp, stream: journals }
posting:
  from: 2026-01-01
  chain: contract_id
  order: number
  value: value
  balance:
    each: items
    position: { from: share.PROJECT_ID, default: { template: "line-{line_id}" } }
    certified: to_date
    withheld: held
    pool: account
  booked:
    each: order.LINES.DISTRIBUTIONS
    position: DIST_ID
    amount: AMOUNT
    never: root.order.SITE.SITE_ID
map:
  ledger: { value: "1" }
  day: day
  currency: { value: USD }
  words: { template: "{order.NUMBER} of {vendor.NAME}: {posting.why}" }
  lines:
    - each: positions
      map: { account: account, debit: cost, position: position, measure: { value: cost } }
    - each: positions
      map: { account: { value: "2100" }, credit: net, position: position, measure: { value: net } }
    - each: positions
      map: { account: { value: "2200" }, credit: withheld, position: position, measure: { value: withheld } }
`;

type Mistake = [what: string, from: string, to: string, code: string, marked: string, help?: RegExp];

// deno-fmt-ignore
/** Changes to it, each of which gives one finding. */
export const billMistakes: Mistake[] = [
  // Joins.
  ["a join of an unknown connection", "vendor: { connection: erp,", "vendor: { connection: epr,", "unknown-connection", "epr", /did you mean erp/],
  ["a join of an unknown stream", "vendor: { connection: erp, stream: vendors", "vendor: { connection: erp, stream: vendor", "unknown-stream", "vendor", /did you mean vendors/],
  ["a join of a stream that cannot be read", "vendor: { connection: erp, stream: vendors", "vendor: { connection: erp, stream: journals", "unknown-stream", "journals"],
  ["a join for each of no list", "each: items\n      connection", "each: value\n      connection", "not-a-list", "value"],
  ["a key of an unknown field", "key: order.VENDOR_ID", "key: order.VENDR_ID", "unknown-field", "VENDR_ID", /did you mean VENDOR_ID/],
  ["a key that is an amount", "key: order.VENDOR_ID", "key: order.TOTAL", "wrong-type", "order.TOTAL"],
  ["a key of a join that comes later", "vendor: { connection: erp, stream: vendors, key: order.VENDOR_ID }", "vendor: { connection: erp, stream: vendors, key: later.VENDOR_ID }\n    later: { connection: erp, stream: orders, key: contract_id }", "joined-later", "later", /before this one/],
  ["a key of the join itself", "key: order.VENDOR_ID", "key: vendor.VENDOR_ID", "joined-later", "vendor"],
  ["a join whose name is a field", "    vendor: {", "    number: { connection: erp, stream: vendors, key: order.VENDOR_ID }\n    vendor: {", "bad-name", "number", /another name/],
  ["a join whose name is taken", "    vendor: {", "    posting: { connection: erp, stream: vendors, key: order.VENDOR_ID }\n    vendor: {", "bad-name", "posting"],
  ["a join whose name is no word of an expression", "    vendor: {", "    the-vendor: { connection: erp, stream: vendors, key: order.VENDOR_ID }\n    vendor: {", "bad-name", "the-vendor", /another name/],
  ["a field that a joined record does not have", "{order.NUMBER} of", "{order.NUMBR} of", "unknown-field", "NUMBR", /did you mean NUMBER/],
  ["a joined record that may be absent, in an expression", "has(rec.order) && rec.order.OPEN_FLAG == 'Y'", "rec.order.NUMBER.size() > 1", "may-be-absent", "rec.order"],
  ["a link whose ids are for another connection", "key: order.VENDOR_ID", "key: { link: vendors, of: order.VENDOR_ID }", "wrong-connection", "vendors", /writes to erp/],
  ["a way back to another connection", "    vendor: {", "    other: { connection: site, stream: bills, key: { link: orders, of: contract_id, reverse: true } }\n    vendor: {", "wrong-connection", "orders", /reads from site/],
  ["a child of a list without keys", "list: lines", "list: tags", "unknown-list", "tags", /it has lines/],
  ["a misspelt list", "list: lines", "list: line", "unknown-list", "line", /did you mean lines/],
  ["a child of an unknown field", "of: line_id }", "of: lin_id }", "unknown-field", "lin_id", /line_id/],
  ["a child on the way there", "child: { list: lines, of: line_id }, reverse: true,", "child: { list: lines, of: line_id },", "useless-key", "child", /reverse: true/],
  // What is in scope.
  ["a skip that is no condition", "\"rec.number == 0\"", "rec.number", "wrong-type", "rec.number"],
  ["a skip without its words", ", says: \"Bill {id} is the first offer\"", "", "missing-key", "{ when", /add says/],
  ["an unknown field in the words of a skip", "Bill {id}", "Bill {ide}", "unknown-field", "ide", /did you mean id/],
  ["a split", "  where:", "  split: { by: contract_id }\n  where:", "useless-key", "split"],
  // Where it goes.
  ["an adoption", "stream: journals }", "stream: journals, adopt: { match: { a: b } } }", "useless-key", "adopt", /leave it out/],
  ["drift", "stream: journals }", "stream: journals, drift: keep }", "useless-key", "drift"],
  ["a partition that is not there", "stream: journals }", "stream: journals, partition: { of: order.ORDER_ID } }", "useless-key", "partition"],
  ["a notice to a system", "  from: 2026", "  as: notice\n  from: 2026", "wrong-connection", "notice", /inbox/],
  // What is certified and booked.
  ["no booked", "  booked:\n    each: order.LINES.DISTRIBUTIONS\n    position: DIST_ID\n    amount: AMOUNT\n    never: root.order.SITE.SITE_ID\n", "", "missing-booked", "posting", /recognise: final/],
  ["a chain by an unknown field", "chain: contract_id", "chain: contract", "unknown-field", "contract", /contract_id/],
  ["an order by a list", "order: number", "order: items.line_id", "many-values", "items.line_id"],
  ["a balance of no list", "each: items\n    position", "each: order\n    position", "not-a-list", "order"],
  ["a balance of an unknown amount", "certified: to_date", "certified: to_dat", "unknown-field", "to_dat", /did you mean to_date/],
  ["a balance that is no amount", "certified: to_date", "certified: account", "wrong-type", "account", /type: decimal/],
  ["a booked amount that is none", "amount: AMOUNT", "amount: DIST_ID", "wrong-type", "DIST_ID"],
  ["an account of an unknown field", "never: root.order.SITE.SITE_ID", "never: root.order.SITE.SITEID", "unknown-field", "SITEID"],
  ["a cap that is a number", "  from: 2026", "  caps: { value: 5 }\n  from: 2026", "wrong-shape", "5"],
  // The map.
  ["a required field that is not mapped", "  day: day\n", "", "missing-field", "map", /add day:/],
  ["an unknown field of a position", "debit: cost, position", "debit: cst, position", "unknown-field", "cst", /did you mean cost/],
  ["an unknown field of the document", "{posting.why}", "{posting.reason}", "unknown-field", "reason"],
  ["a line without a position", "debit: cost, position: position,", "debit: cost,", "missing-field", "map", /add position/],
  ["a line without a measure", "debit: cost, position: position, measure: { value: cost }", "debit: cost, position: position", "missing-field", "map", /value: cost/],
  ["a line of another position", "debit: cost, position: position", "debit: cost, position: line_id", "wrong-lines", "line_id", /write position/],
  ["a measure that is none", "{ value: cost }", "{ value: csot }", "unknown-value", "csot", /did you mean cost/],
  ["a measure that is not written", "{ value: cost }", "line_id", "unknown-value", "line_id"],
  ["cost as a credit", "debit: cost", "credit: cost", "unbalanced", "credit", /debit: cost/],
  ["net as a debit", "credit: net", "debit: net", "unbalanced", "debit", /credit: net/],
  ["cost on both sides", "debit: cost", "debit: cost, credit: cost", "unbalanced", "credit"],
  ["a line without an amount", "debit: cost, ", "", "missing-field", "map", /debit: cost/],
  ["another amount than it says", "credit: net", "credit: withheld", "unbalanced", "withheld", /write net/],
  ["a measure twice", "credit: withheld, position: position, measure: { value: withheld }", "credit: net, position: position, measure: { value: net }", "unbalanced", "measure", /leave one/],
  ["no line for what is withheld", "    - each: positions\n      map: { account: { value: \"2200\" }, credit: withheld, position: position, measure: { value: withheld } }\n", "", "unbalanced", "lines", /credit: withheld/],
  ["a single line", "    - each: positions\n      map: { account: { value: \"2200\" },", "    - one: { account: { value: \"2200\" } }\n    - each: positions\n      map: { account: { value: \"2200\" },", "wrong-lines", "one", /each: positions/],
];

// deno-fmt-ignore
/** Changes that leave it sound. */
export const billSorts: [what: string, from: string, to: string][] = [
  ["all of a posting", "  from: 2026-01-01", "  mode: shadow\n  recognise: until_invoiced\n  author_may_approve: true\n  from: { default: 2026-01-01, projects: { 7: 2026-02-01 } }\n  approval: required\n  period: next\n  as: journal\n  caps: { count: 5, value: \"100.00\" }"],
  ["nothing withheld", "    withheld: held\n", ""],
  ["rules in a balance", "certified: to_date", "certified: { sum: [to_date, { from: held, default: { value: \"0\" } }] }"],
  ["an expression as a key", "key: order.VENDOR_ID", "key: { cel: \"has(rec.order) ? rec.order.VENDOR_ID : ''\" }"],
];
