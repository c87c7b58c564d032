import assert from "node:assert/strict";
import fc from "fast-check";
import type { Diagnostic } from "./model.ts";
import { load, registry, sound } from "./testing.ts";

Deno.test("a sound project has no diagnostics and comes in dependency order", async () => {
  const { project, diagnostics } = await load();
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(project!.pipelines.map((one) => one.name), ["projects", "vendors", "orders"]);
  assert.deepEqual(project!.pipelines[2].needs, ["projects", "vendors"]);
  assert.deepEqual(project!.connections.erp.settings, {
    host: "erp.example.com",
    password: { secret: "erp-password" },
  });
  assert.deepEqual(project!.connections.erp.place, { file: "pipelines/connections.yaml", line: 1, column: 1 });
});

/** One mistake: what is replaced by what in which file, and the one diagnostic that must come. */
type Mistake = [
  what: string,
  file: string,
  from: string,
  to: string,
  code: string,
  /** What the place points at, up to the underline's end. */
  marked: string,
  help?: RegExp,
];

const mistakes: Mistake[] = [
  // The shape of the file.
  ["a misspelt top-level key", "vendors.yaml", "map:", "mapp:", "unknown-key", "mapp", /did you mean map\?/],
  ["a key that does not exist", "vendors.yaml", "map:", "colour: red\nmap:", "unknown-key", "colour", /allowed here/],
  [
    "a misspelt key in the source",
    "vendors.yaml",
    "  stream: vendors\n  where",
    "  straem: vendors\n  where",
    "unknown-key",
    "straem",
    /did you mean stream\?/,
  ],
  [
    "a misspelt rule",
    "vendors.yaml",
    "{ value: firm }",
    "{ vlaue: firm }",
    "unknown-key",
    "vlaue",
    /did you mean value\?/,
  ],
  [
    "a misspelt key in a rule",
    "vendors.yaml",
    "apply: [trim",
    "aply: [trim",
    "unknown-key",
    "aply",
    /did you mean apply\?/,
  ],
  [
    "a misspelt key in a link",
    "orders.yaml",
    "of: VENDOR_ID }",
    "off: VENDOR_ID }",
    "unknown-key",
    "off",
    /did you mean of\?/,
  ],
  [
    "a misspelt key inside each",
    "orders.yaml",
    "    key: DIST_ID",
    "    kee: DIST_ID",
    "unknown-key",
    "kee",
    /did you mean key\?/,
  ],
  ["an unknown apply step", "vendors.yaml", "[trim,", "[trin,", "unknown-value", "trin", /did you mean trim\?/],
  ["an apply step with a wrong argument", "vendors.yaml", "truncate: 10", "truncate: ten", "wrong-shape", "ten"],
  [
    "a value that is none of those allowed",
    "orders.yaml",
    "leaves: deactivate",
    "leaves: deactivated",
    "unknown-value",
    "deactivated",
    /did you mean deactivate\?/,
  ],
  ["a list where a map is meant", "vendors.yaml", "{ cel: \"rec.KIND != 'EMPLOYEE'\" }", "[a]", "wrong-shape", "where"],
  ["a rule that is a number", "vendors.yaml", "{ value: firm }", "12", "wrong-shape", "12"],
  ["an empty rule", "vendors.yaml", "kind: { value: firm }", "kind:", "wrong-shape", "kind"],
  ["a source without a stream", "vendors.yaml", "  stream: vendors\n  where", "  where", "missing-key", "source"],
  ["a pipeline without a map", "projects.yaml", "map:\n  number: NUMBER\n", "", "missing-key", "name"],
  ["an empty map", "projects.yaml", "map:\n  number: NUMBER\n", "map: {}\n", "bad-value", "map"],
  // YAML.
  [
    "a duplicate key",
    "vendors.yaml",
    "  kind: { value: firm }",
    "  kind: { value: firm }\n  name: NAME",
    "duplicate-key",
    "name",
  ],
  ["a tab", "vendors.yaml", "  kind: { value: firm }", "\tkind: { value: firm }", "tab", "\t"],
  ["an unknown anchor", "vendors.yaml", "{ value: firm }", "*firm", "unknown-anchor", "*firm"],
  ["an anchor without a name", "vendors.yaml", "{ value: firm }", "& x", "unknown-anchor", "&"],
  [
    "a quote that is never closed",
    "vendors.yaml",
    '"{connection.tag}-{VENDOR_ID}"',
    '"{connection.tag}',
    "not-closed",
    '"',
  ],
  ["a bracket that is never closed", "vendors.yaml", "{ value: firm }", "{ value: firm", "not-closed", "{"],
  ["a NUL", "vendors.yaml", "firm", "fi\0rm", "bad-character", "\0"],
  ["an unknown tag", "vendors.yaml", "{ value: firm }", "!firm x", "bad-yaml", "!firm"],
  ["two documents", "vendors.yaml", "map:", "---\nmap:", "bad-yaml", "---"],
  // Connections and streams.
  [
    "an unknown connection",
    "vendors.yaml",
    "connection: erp",
    "connection: epr",
    "unknown-connection",
    "epr",
    /did you mean erp\?/,
  ],
  [
    "an unknown source stream",
    "vendors.yaml",
    "  stream: vendors\n  where",
    "  stream: vendor\n  where",
    "unknown-stream",
    "vendor",
    /did you mean vendors\?/,
  ],
  [
    "a destination stream that cannot be written",
    "vendors.yaml",
    "connection: site",
    "connection: erp",
    "unknown-stream",
    "vendors",
  ],
  [
    "an unknown stream of the inbox",
    "vendors.yaml",
    "connection: site\n  stream: vendors",
    "connection: inbox\n  stream: notes",
    "unknown-stream",
    "notes",
    /notices/,
  ],
  // Fields.
  [
    "an unknown source field",
    "vendors.yaml",
    "from: NAME",
    "from: NAEM",
    "unknown-field",
    "NAEM",
    /did you mean NAME\?/,
  ],
  [
    "an unknown field on a path",
    "orders.yaml",
    "parent.TITLE",
    "parent.TITEL",
    "unknown-field",
    "TITEL",
    /did you mean TITLE\?/,
  ],
  [
    "an unknown destination field",
    "vendors.yaml",
    "  kind:",
    "  kynd:",
    "unknown-field",
    "kynd",
    /did you mean kind\?/,
  ],
  [
    "a misspelt required destination field",
    "orders.yaml",
    "  number: {",
    "  numbr: {",
    "unknown-field",
    "numbr",
    /did you mean number\?/,
  ],
  [
    "a missing required destination field",
    "orders.yaml",
    '  number: { template: "{NUMBER}-{part}" }\n',
    "",
    "missing-field",
    "map",
    /add number:/,
  ],
  [
    "a missing required field of an item",
    "orders.yaml",
    "      title: { from: parent.TITLE, default: { value: none } }\n",
    "",
    "missing-field",
    "map",
    /add title:/,
  ],
  ["rec in a plain path", "vendors.yaml", "from: NAME", "from: rec.NAME", "unknown-field", "rec", /write NAME/],
  ["parent outside of each", "orders.yaml", "total: TOTAL", "total: parent.TOTAL", "unknown-field", "parent", /each/],
  ["part without a split", "vendors.yaml", "{VENDOR_ID}", "{part}", "no-part", "part", /split/],
  [
    "an unknown field in a template",
    "vendors.yaml",
    "{VENDOR_ID}",
    "{VENDOR_IDD}",
    "unknown-field",
    "VENDOR_IDD",
    /VENDOR_ID/,
  ],
  ["a template hole that is never closed", "vendors.yaml", "{VENDOR_ID}", "{VENDOR_ID", "bad-template", "{"],
  ["a lone brace in a template", "vendors.yaml", "{VENDOR_ID}", "VENDOR_ID}", "bad-template", "}"],
  ["an empty hole", "vendors.yaml", "{VENDOR_ID}", "{ }", "bad-template", "{ }"],
  // Types.
  ["text into a decimal", "orders.yaml", "total: TOTAL", "total: NUMBER", "wrong-type", "NUMBER", /type: decimal/],
  ["a decimal into a boolean", "orders.yaml", "total: TOTAL", "approved: TOTAL", "wrong-type", "TOTAL", /table/],
  [
    "a flag into a boolean",
    "orders.yaml",
    "total: TOTAL",
    "approved: OPEN_FLAG",
    "wrong-type",
    "OPEN_FLAG",
    /table: \{ Y: true, N: false \}/,
  ],
  [
    "a boolean into text",
    "orders.yaml",
    'number: { template: "{NUMBER}-{part}" }',
    "number: APPROVED",
    "wrong-type",
    "APPROVED",
  ],
  ["a day into a time", "orders.yaml", "total: TOTAL", "at: DUE", "wrong-type", "DUE", /type: instant/],
  [
    "a record into text",
    "orders.yaml",
    'number: { template: "{NUMBER}-{part}" }',
    "number: SITE",
    "not-a-value",
    "SITE",
    /SITE\.SITE_ID/,
  ],
  [
    "a list into a decimal",
    "orders.yaml",
    "total: TOTAL",
    "total: LINES.DISTRIBUTIONS.AMOUNT",
    "many-values",
    "LINES.DISTRIBUTIONS.AMOUNT",
    /sum/,
  ],
  ["a single value into a list", "orders.yaml", "total: TOTAL", "tags: NUMBER", "wrong-type", "NUMBER"],
  ["a template into a decimal", "orders.yaml", "total: TOTAL", 'total: { template: "{TOTAL}" }', "wrong-type", "total"],
  ["a constant that is no decimal", "orders.yaml", "total: TOTAL", "total: { value: much }", "wrong-type", "much"],
  [
    "a constant that is none of the values",
    "vendors.yaml",
    "value: firm",
    "value: frim",
    "unknown-value",
    "frim",
    /did you mean firm\?/,
  ],
  [
    "a constant that is too long",
    "vendors.yaml",
    "name: { from: NAME, apply: [trim, { truncate: 10 }] }",
    "name: { value: much too long }",
    "too-long",
    "much too long",
  ],
  ["yes for true", "orders.yaml", "total: TOTAL", "approved: { value: Yes }", "wrong-type", "Yes", /write true/],
  ["true for text", "vendors.yaml", "value: firm", "value: true", "wrong-type", "true", /"true"/],
  ["a number that is not plain", "orders.yaml", "total: TOTAL", "total: { value: 0x10 }", "bad-value", "0x10"],
  [
    "a table value of the wrong type",
    "orders.yaml",
    "total: TOTAL",
    "approved: { from: OPEN_FLAG, table: { Y: true, N: nope } }",
    "wrong-type",
    "nope",
  ],
  [
    "a table value that is not allowed",
    "vendors.yaml",
    "{ value: firm }",
    "{ from: KIND, table: { F: firn } }",
    "unknown-value",
    "firn",
    /firm/,
  ],
  [
    "else without a table",
    "vendors.yaml",
    "{ value: firm }",
    "{ from: KIND, else: { value: firm } }",
    "useless-key",
    "else",
    /default/,
  ],
  [
    "a default of the wrong type",
    "orders.yaml",
    "total: TOTAL",
    "total: { from: TOTAL, default: { value: none } }",
    "wrong-type",
    "none",
  ],
  [
    "an impossible type",
    "orders.yaml",
    "total: TOTAL",
    "at: { from: APPROVED, type: instant }",
    "wrong-type",
    "instant",
  ],
  [
    "rounding text",
    "orders.yaml",
    "total: TOTAL",
    "total: { from: NUMBER, apply: [{ round: 2 }] }",
    "wrong-type",
    "{ round: 2 }",
  ],
  [
    "a replace pattern that is none",
    "vendors.yaml",
    "[trim,",
    '[{ replace: { pattern: "(a", with: b } },',
    "bad-pattern",
    '"(a"',
  ],
  [
    "a sum of text",
    "orders.yaml",
    "total: TOTAL",
    "total: { sum: [TOTAL, NUMBER] }",
    "wrong-type",
    "NUMBER",
    /type: decimal/,
  ],
  [
    "a sum into text",
    "orders.yaml",
    'number: { template: "{NUMBER}-{part}" }',
    "number: { difference: [TOTAL, TOTAL] }\n  approved: { negate: TOTAL }",
    "wrong-type",
    "approved",
  ],
  [
    "a sum over no list",
    "orders.yaml",
    "total: TOTAL",
    "total: { sum: { each: SITE, value: TOTAL } }",
    "not-a-list",
    "SITE",
  ],
  ["each over no list", "orders.yaml", "each: LINES.DISTRIBUTIONS", "each: SITE", "not-a-list", "SITE"],
  [
    "each into a single value",
    "orders.yaml",
    "total: TOTAL",
    "total: { each: LINES, map: { title: TITLE } }",
    "wrong-type",
    "total",
  ],
  ["a record into a list", "orders.yaml", "total: TOTAL", "place: NUMBER", "wrong-type", "NUMBER"],
  [
    "an unknown field of a record",
    "orders.yaml",
    "total: TOTAL",
    "place: { record: { city: NUMBER, zip: NUMBER } }",
    "unknown-field",
    "zip",
  ],
  [
    "a useless unique",
    "vendors.yaml",
    '{ template: "{connection.tag}-{VENDOR_ID}" }',
    "{ from: VENDOR_ID, unique: NAME }",
    "useless-key",
    "unique",
  ],
  // Expressions.
  [
    "an unknown field in an expression",
    "vendors.yaml",
    "rec.KIND",
    "rec.KYND",
    "unknown-field",
    "KYND",
    /did you mean KIND\?/,
  ],
  ["an unknown variable", "vendors.yaml", "rec.KIND", "record.KIND", "unknown-variable", "record", /rec/],
  [
    "an expression that ends too early",
    "vendors.yaml",
    "rec.KIND != 'EMPLOYEE'",
    "rec.KIND ==",
    "bad-expression",
    '"',
    /complete/,
  ],
  ["a condition that is no condition", "vendors.yaml", "rec.KIND != 'EMPLOYEE'", "rec.NAME", "wrong-type", "rec.NAME"],
  [
    "a field that may be absent",
    "vendors.yaml",
    "rec.KIND != 'EMPLOYEE'",
    "rec.KIND.size() > 1",
    "may-be-absent",
    "rec.KIND",
    /orValue\(''\)/,
  ],
  [
    "a comparison of text with a number",
    "vendors.yaml",
    "rec.KIND != 'EMPLOYEE'",
    "rec.NAME == 7",
    "wrong-type",
    "rec.NAME == 7",
    /quotes/,
  ],
  [
    "an expression of the wrong type",
    "orders.yaml",
    "total: TOTAL",
    'total: { cel: "rec.NUMBER" }',
    "wrong-type",
    '"rec.NUMBER"',
    /type: decimal/,
  ],
  ["a binary fraction", "orders.yaml", "total: TOTAL", 'total: { cel: "rec.TOTAL * 1.1" }', "float", "1.1", /decimal/],
  [
    "a condition of each that is none",
    "orders.yaml",
    "    key: DIST_ID",
    '    where: { cel: "rec.AMOUNT" }',
    "wrong-type",
    "rec.AMOUNT",
  ],
  // Other pipelines.
  [
    "a link to an unknown pipeline",
    "orders.yaml",
    "link: vendors",
    "link: vendor",
    "unknown-pipeline",
    "vendor",
    /did you mean vendors\?/,
  ],
  [
    "a partition of an unknown pipeline",
    "orders.yaml",
    "link: projects",
    "link: project",
    "unknown-pipeline",
    "project",
    /projects/,
  ],
  [
    "after an unknown pipeline",
    "orders.yaml",
    "after: [vendors]",
    "after: [vendros]",
    "unknown-pipeline",
    "vendros",
    /vendors/,
  ],
  ["after itself", "orders.yaml", "after: [vendors]", "after: [orders]", "cycle", "orders"],
  [
    "a circle",
    "vendors.yaml",
    "  kind: { value: firm }",
    "  kind: { value: firm }\ntrigger: { after: [orders] }",
    "cycle",
    "orders",
  ],
  [
    "a link that points the wrong way",
    "orders.yaml",
    "of: VENDOR_ID }",
    "of: VENDOR_ID, reverse: true }",
    "wrong-connection",
    "vendors",
  ],
  // The destination.
  [
    "a missing partition",
    "orders.yaml",
    "  partition: { link: projects, of: part }\n",
    "",
    "missing-partition",
    "contracts",
    /partition: \{ link/,
  ],
  [
    "a partition that is not there",
    "vendors.yaml",
    "  adopt: { match: { name: name } }",
    "  partition: { link: projects, of: VENDOR_ID }",
    "useless-key",
    "partition",
  ],
  [
    "a partition of a misspelt field",
    "orders.yaml",
    "of: part",
    "of: parts",
    "unknown-field",
    "parts",
    /did you mean part\?/,
  ],
  [
    "creating what cannot be created",
    "projects.yaml",
    "  create: never\n",
    "",
    "cannot-create",
    "projects",
    /create: never/,
  ],
  [
    "deactivating what cannot be deactivated",
    "projects.yaml",
    "  create: never",
    "  create: never\n  leaves: deactivate",
    "cannot-deactivate",
    "deactivate",
    /keep/,
  ],
  [
    "a match that cannot be found",
    "vendors.yaml",
    "{ name: name }",
    "{ kind: kind }",
    "unknown-match",
    "kind",
    /origin_id/,
  ],
  ["a match on what is not mapped", "vendors.yaml", "{ name: name }", "{ name: title }", "unmapped-match", "title"],
  ["a share above one", "vendors.yaml", "  adopt:", "  deactivate_at_most: 7\n  adopt:", "out-of-range", "7"],
  // The source.
  [
    "a split by an unknown field",
    "orders.yaml",
    "by: LINES.DISTRIBUTIONS.PROJECT_ID",
    "by: LINES.DISTRIBUTIONS.PROJCT_ID",
    "unknown-field",
    "PROJCT_ID",
    /PROJECT_ID/,
  ],
  [
    "a split by a record",
    "orders.yaml",
    "by: LINES.DISTRIBUTIONS.PROJECT_ID",
    "by: LINES.DISTRIBUTIONS",
    "not-a-value",
    "LINES.DISTRIBUTIONS",
    /DIST_ID/,
  ],
  [
    "a join of an unknown stream",
    "vendors.yaml",
    "  where",
    "  with: { order: { connection: erp, stream: order, key: VENDOR_ID } }\n  where",
    "unknown-stream",
    "order",
    /orders/,
  ],
  [
    "a join by an unknown field",
    "vendors.yaml",
    "  where",
    "  with: { order: { connection: erp, stream: orders, key: VENDOR } }\n  where",
    "unknown-field",
    "VENDOR",
    /VENDOR_ID/,
  ],
  [
    "a join with a name that is taken",
    "vendors.yaml",
    "  where",
    "  with: { rec: { connection: erp, stream: orders, key: VENDOR_ID } }\n  where",
    "bad-name",
    "rec",
  ],
  // When it runs.
  ["a cron expression that is none", "orders.yaml", "0 2 * * *", "0 25 * * *", "bad-cron", '"0 25 * * *"', /minute/],
  ["a cron expression with seconds", "orders.yaml", "0 2 * * *", "0 0 2 * * *", "bad-cron", '"0 0 2 * * *"'],
  [
    "a zone that is none",
    "orders.yaml",
    "America/Denver",
    "America/Dever",
    "bad-timezone",
    "America/Dever",
    /did you mean America\/Denver\?/,
  ],
  ["an offset for a zone", "orders.yaml", "America/Denver", '"+01:00"', "bad-timezone", '"+01:00"'],
  [
    "a webhook that does not exist",
    "orders.yaml",
    "  after:",
    "  webhook: Order Line\n  after:",
    "unknown-webhook",
    "Order Line",
    /Order Lines/,
  ],
  ["a jitter without a unit", "orders.yaml", "timezone:", "jitter: 5x, timezone:", "bad-value", "5x"],
  [
    "quiet hours that never end",
    "orders.yaml",
    "timezone:",
    'quiet: [{ from: "01:00", to: "01:00" }], timezone:',
    "bad-value",
    '"01:00" }]',
  ],
  // Postings.
  [
    "a posting without from",
    "vendors.yaml",
    "map:",
    "posting: { mode: shadow }\nmap:",
    "posting-without-from",
    "posting",
    /add from/,
  ],
  [
    "a posting from a day that is none",
    "vendors.yaml",
    "map:",
    "posting: { from: 2026-02-30 }\nmap:",
    "bad-value",
    "2026-02-30",
  ],
  // Connections.
  [
    "an unknown connector",
    "connections.yaml",
    "connector: erp",
    "connector: erb",
    "unknown-connector",
    "erb",
    /did you mean erp\?/,
  ],
  ["a connection without a tag", "connections.yaml", "  tag: ERP\n", "", "missing-key", "erp"],
  ["a tag with a blank", "connections.yaml", "tag: ERP", "tag: E RP", "bad-value", "E RP"],
  ["a misspelt setting", "connections.yaml", "host:", "hsot:", "unknown-key", "hsot", /did you mean host\?/],
  [
    "a misspelt setting of a loose connector",
    "connections.yaml",
    "url:",
    "ulr:",
    "unknown-key",
    "ulr",
    /did you mean url\?/,
  ],
  ["a missing setting", "connections.yaml", "  host: erp.example.com\n", "", "missing-key", "erp"],
  ["a setting of the wrong type", "connections.yaml", "host: erp.example.com", "host: [a]", "wrong-shape", "host"],
  ["a setting out of its range", "connections.yaml", "https://site.example.com", "site", "bad-value", "site"],
  [
    "a plain secret",
    "connections.yaml",
    "{ secret: erp-password }",
    "hunter2",
    "plain-secret",
    "hunter2",
    /gusset secret set erp-password/,
  ],
  [
    "a misspelt reference",
    "connections.yaml",
    "{ secret: erp-password }",
    "{ sceret: erp-password }",
    "wrong-shape",
    "password",
  ],
  ["a reference with a bad name", "connections.yaml", "{ env: SITE_KEY }", "{ env: SITE KEY }", "bad-reference", "key"],
  [
    "a tag twice",
    "connections.yaml",
    "site:\n",
    "two:\n  connector: erp\n  tag: ERP\n  host: h\n  password: { env: P }\nsite:\n",
    "duplicate-tag",
    "ERP",
  ],
  [
    "a connection called inbox",
    "connections.yaml",
    "site:\n",
    "inbox:\n  connector: erp\n  tag: X\nsite:\n",
    "bad-name",
    "inbox",
  ],
];

Deno.test("each mistake gives one diagnostic, at its place, with what to write instead", async (t) => {
  for (const [what, file, from, to, code, marked, help] of mistakes) {
    await t.step(what, async () => {
      assert(sound[file].includes(from), `the sound file holds ${from}`);
      const text = sound[file].replace(from, () => to);
      const { project, diagnostics } = await load({ [file]: text });
      assert.equal(diagnostics.length, 1, JSON.stringify(diagnostics, null, 1));
      const [found] = diagnostics;
      assert.equal(found.code, code, found.message);
      assert.equal(found.place.file, `pipelines/${file}`);
      const line = text.split("\n")[found.place.line - 1];
      assert.equal(
        line.slice(found.place.column - 1).startsWith(marked),
        true,
        `points at ${line.slice(found.place.column - 1)}`,
      );
      if (help) assert.match(found.help ?? "", help);
      assert.match(found.message, /^\S.*[^.]$/);
      assert.equal(project === undefined, found.severity === "error");
    });
  }
});

Deno.test("what is right is accepted, in all its forms", async (t) => {
  const table: [what: string, file: string, from: string, to: string][] = [
    [
      "a link to itself",
      "vendors.yaml",
      "  origin_id:",
      "  origin_id: { link: vendors, of: VENDOR_ID, missing: absent }\n  #",
    ],
    [
      "a reverse link",
      "projects.yaml",
      "{ connection: erp, stream: projects }",
      "{ connection: erp, stream: projects, split: { by: PROJECT_ID } }",
    ],
    [
      "a list of two parts",
      "orders.yaml",
      "  lines:\n    each: LINES.DISTRIBUTIONS\n",
      "  lines:\n  - one: { title: NUMBER, amount: { negate: TOTAL } }\n  - each: LINES.DISTRIBUTIONS\n",
    ],
    [
      "sums",
      "orders.yaml",
      "total: TOTAL",
      "total: { sum: [TOTAL, { difference: [TOTAL, COUNT] }, { sum: { each: LINES.DISTRIBUTIONS, value: AMOUNT } }] }",
    ],
    [
      "a table of flags",
      "orders.yaml",
      "total: TOTAL",
      "approved: { from: OPEN_FLAG, table: { Y: true, N: false }, else: { value: false } }",
    ],
    ["a table by numbers", "orders.yaml", "total: TOTAL", "count: { from: NUMBER, table: { 007: 1, 7: 2 } }"],
    [
      "types",
      "orders.yaml",
      "total: TOTAL",
      "total: { from: NUMBER, type: decimal }\n  at: { from: DUE, type: instant }",
    ],
    ["an expression for a day", "orders.yaml", "total: TOTAL", "due: { cel: \"rec.?DUE.orValue('2026-01-01')\" }"],
    ["an optional result", "orders.yaml", "total: TOTAL", 'count: { cel: "rec.?COUNT" }'],
    ["a list from an expression", "orders.yaml", "total: TOTAL", 'tags: { cel: "rec.LINES.map(l, l.LINE_ID)" }'],
    ["a record", "orders.yaml", "total: TOTAL", "place: { record: { city: { from: SITE.CITY, default: NUMBER } } }"],
    [
      "a join",
      "orders.yaml",
      "  split:",
      "  with: { vendor: { connection: erp, stream: vendors, key: VENDOR_ID } }\n  split:",
    ],
    ["a null", "orders.yaml", "total: TOTAL", "total: { value: null }"],
    [
      "all of a schedule",
      "orders.yaml",
      "timezone:",
      'jitter: 5m, missed: once, overlap: queue, quiet: [{ from: "01:00", to: "03:00" }], timezone:',
    ],
    ["webhooks", "orders.yaml", "  after:", "  webhook: [Orders, Order Lines]\n  after:"],
    [
      "a posting",
      "vendors.yaml",
      "map:",
      'posting: { mode: shadow, recognise: until_invoiced, from: { default: 2026-01-01, projects: { 7: 2026-02-01 } }, approval: required, caps: { count: 5, value: "100.00" } }\nmap:',
    ],
    ["an anchor", "vendors.yaml", "{ value: firm }", "&firm { value: firm }\n  active: { value: true }"],
    [
      "the inbox",
      "vendors.yaml",
      "connection: site\n  stream: vendors\n  adopt: { match: { name: name } }\nmap:\n",
      "connection: inbox\n  stream: notices\nmap:\n  title: NAME\n  owner: { value: buyer }\n#",
    ],
    ["a share", "vendors.yaml", "  adopt:", "  deactivate_at_most: 2.5%\n  adopt:"],
    [
      "several adoptions",
      "vendors.yaml",
      "{ match: { name: name } }",
      "[{ match: { origin_id: origin_id }, how: auto }, { match: { name: name, id: origin_id } }]",
    ],
    [
      "references in settings",
      "connections.yaml",
      "erp.example.com",
      "{ env: HOST }\n  port: { env: PORT }\n  units: [{ unit: { env: UNIT } }]",
    ],
  ];
  for (const [what, file, from, to] of table) {
    await t.step(what, async () => {
      assert(sound[file].includes(from), `the sound file holds ${from}`);
      let text = sound[file].replace(from, () => to);
      if (what === "the inbox") text = text.slice(0, text.indexOf("#"));
      const { project, diagnostics } = await load({
        [file]: text,
        ...(what === "the inbox" && { "orders.yaml": undefined }),
      });
      assert.deepEqual(diagnostics, []);
      assert(project);
    });
  }
});

Deno.test("several mistakes are all told, in order, and none twice", async () => {
  const text = sound["orders.yaml"].replace("rec.OPEN_FLAG", "rec.OPEN_FLG").replace("total: TOTAL", "total: TOTLA")
    .replace("America/Denver", "Amerika").replace("link: vendors", "lnk: vendors");
  const { diagnostics } = await load({ "orders.yaml": text });
  assert.deepEqual(diagnostics.map((one) => one.code), [
    "unknown-field",
    "unknown-key",
    "unknown-field",
    "bad-timezone",
  ]);
  const lines = diagnostics.map((one) => one.place.line);
  assert.deepEqual(lines, lines.toSorted((a, b) => a - b));
});

Deno.test("two pipelines must not own the same field", async () => {
  const { diagnostics } = await load({
    "vendors2.yaml": sound["vendors.yaml"].replace("name: vendors", "name: vendors2"),
  });
  assert.deepEqual(diagnostics.map((one) => [one.code, one.place.file]), [["shared-field", "pipelines/vendors2.yaml"]]);
  assert.match(diagnostics[0].message, /vendors writes origin_id, name, kind of site's vendors too/);
});

Deno.test("a name is taken once, and a file is called as its pipeline", async () => {
  const twice = await load({ "zz.yaml": sound["vendors.yaml"] });
  assert.deepEqual(twice.diagnostics.map((one) => [one.code, one.severity]), [["duplicate-name", "error"]]);
  const other = await load({ "vendors.yaml": undefined, "sellers.yaml": sound["vendors.yaml"] });
  assert.deepEqual(other.diagnostics.map((one) => [one.code, one.severity]), [["other-name", "warning"]]);
  assert(other.project, "a warning does not stop anything");
});

Deno.test("a file that cannot be read is one mistake, and blames no other file", async () => {
  for (const text of ["", "# nothing", "- a", "a", "name: vendors", "[".repeat(9000), "- ".repeat(9000), "\u0000"]) {
    const { diagnostics, project } = await load({ "vendors.yaml": text });
    assert(!project);
    assert.deepEqual(
      [...new Set(diagnostics.map((one) => one.place.file))],
      ["pipelines/vendors.yaml"],
      JSON.stringify(diagnostics),
    );
  }
  const { diagnostics } = await load({ "connections.yaml": undefined });
  assert.deepEqual(diagnostics.map((one) => [one.code, one.place.file]), [[
    "unreadable",
    "pipelines/connections.yaml",
  ]]);
});

Deno.test("tests and further connections files are no pipelines", async () => {
  const { diagnostics } = await load({ "vendors.test.yaml": "x", "connections.prod.yaml": "y", "notes.md": "z" });
  assert.deepEqual(diagnostics, []);
});

Deno.test("the hash says what a pipeline does, not how its file looks", async () => {
  const hash = async (text: string) => (await load({ "vendors.yaml": text })).project!.pipelines[1].hash;
  const before = await hash(sound["vendors.yaml"]);
  assert.equal(
    await hash("# a comment\n" + sound["vendors.yaml"].replace("name: vendors", "name:   vendors\ndescription: x")),
    before,
  );
  assert.notEqual(await hash(sound["vendors.yaml"].replace("value: firm", "value: person")), before);
});

Deno.test("numbers keep their text", async () => {
  const { project } = await load({
    "orders.yaml": sound["orders.yaml"].replace(
      "total: TOTAL",
      "total: { value: 1.50 }\n  count: { value: 12345678901234567890 }",
    ),
  });
  const { map } = project!.pipelines[2];
  assert.deepEqual([map.total, map.count], [{ rule: "value", value: "1.50" }, {
    rule: "value",
    value: "12345678901234567890",
  }]);
});

Deno.test("no text makes the loader throw, and every diagnostic points into its file", async () => {
  const valid = (found: Diagnostic[], text: string) => {
    const lines = text.split("\n");
    for (const { place, length, message } of found) {
      assert(place.line >= 1 && place.line <= lines.length + 1, `${message} at ${place.line}`);
      assert(place.column >= 1 && length >= 1);
    }
  };
  const words = Object.values(sound).join("\n").split(/(\s+|[:{}[\],"'])/).filter(Boolean);
  const soup = fc.array(fc.constantFrom(...words, "&a", "*a", "|\n", ">-\n", "? ", "- ", "!x", "\t", "<<"), {
    maxLength: 40,
  });
  const text = fc.oneof(fc.string({ unit: "binary" }), soup.map((parts) => parts.join("")));
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom("vendors.yaml", "connections.yaml"), async (text, file) => {
      const { diagnostics } = await load({ [file]: text });
      valid(diagnostics.filter((one) => one.place.file === `pipelines/${file}`), text);
    }),
    { numRuns: 300 },
  );
  const edits = fc.record({
    at: fc.nat(800),
    cut: fc.nat(6),
    put: fc.constantFrom(...words, "\n", " ", "  ", ":", "{", "'"),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("vendors.yaml", "orders.yaml", "connections.yaml"),
      edits,
      async (file, { at, cut, put }) => {
        const from = at % sound[file].length;
        const text = sound[file].slice(0, from) + put + sound[file].slice(from + cut);
        const { diagnostics, project } = await load({ [file]: text });
        assert.equal(project === undefined, diagnostics.some((one) => one.severity === "error"));
        valid(diagnostics.filter((one) => one.place.file === `pipelines/${file}`), text);
      },
    ),
    { numRuns: 400 },
  );
});

Deno.test("no plain secret is in anything that is shown", async () => {
  for (
    const secret of [
      "hunter2-very-secret",
      '"hunter2-very-secret',
      "|\n    hunter2-very-secret\n",
      "[hunter2-very-secret",
    ]
  ) {
    const text = sound["connections.yaml"].replace("{ secret: erp-password }", secret);
    const { diagnostics, sources } = await load({ "connections.yaml": text });
    assert(diagnostics.length >= 1);
    assert(!JSON.stringify([diagnostics, [...sources]]).includes("hunter2"), JSON.stringify(diagnostics));
  }
  assert(registry.erp.secrets.includes("password"));
});
