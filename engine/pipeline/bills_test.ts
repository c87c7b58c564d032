import assert from "node:assert/strict";
import { billMistakes, bills, billSorts } from "./testing_bills.ts";
import { load } from "./testing.ts";

/** Checks the pipeline that posts with one change, beside the sound project. */
const changed = async (from: string, to: string) => {
  assert(bills.includes(from), `the sound file holds ${from}`);
  const text = bills.replace(from, () => to);
  return { text, ...await load({ "bills.yaml": text }) };
};

Deno.test("a pipeline that posts is sound, knows what it joins, and comes after those it leads back over", async () => {
  const { project, diagnostics } = await load({ "bills.yaml": bills });
  assert.deepEqual(diagnostics, []);
  const pipeline = project!.pipelines.at(-1)!;
  assert.equal(pipeline.name, "bills");
  assert.deepEqual(pipeline.needs, ["orders"]);
  assert.deepEqual(Object.keys(pipeline.source.with), ["order", "vendor", "share"]);
  assert.equal(pipeline.source.with.order.follow, true);
  assert.deepEqual(pipeline.source.with.share.key, {
    rule: "link",
    pipeline: "orders",
    of: "root.contract_id",
    child: { list: "lines", of: "line_id" },
    reverse: true,
    missing: "absent",
  });
  assert.deepEqual(pipeline.source.skip!.map(({ words }) => words), [
    [{ text: "Bill " }, { path: "id" }, { text: " is the first offer" }],
  ]);
  const { balance, booked, ...rest } = pipeline.posting!;
  assert.deepEqual(rest, {
    chain: "contract_id",
    order: "number",
    value: "value",
    authorMayApprove: false,
    mode: "shadow",
    recognise: "until_invoiced",
    from: { default: "2026-01-01", projects: {} },
    approval: "none",
    period: "hold",
    as: "journal",
    caps: {},
  });
  assert.deepEqual(balance.certified, { rule: "take", from: "to_date", apply: [] });
  assert.equal(booked!.each, "order.LINES.DISTRIBUTIONS");
});

Deno.test("each mistake in what is posted gives one diagnostic, at its place", async (t) => {
  for (const [what, from, to, code, marked, help] of billMistakes) {
    await t.step(what, async () => {
      const { text, project, diagnostics } = await changed(from, to);
      assert.equal(diagnostics.length, 1, JSON.stringify(diagnostics, null, 1));
      const [found] = diagnostics;
      assert.equal(found.code, code, found.message);
      const line = text.split("\n")[found.place.line - 1];
      assert(line.slice(found.place.column - 1).startsWith(marked), `points at ${line.slice(found.place.column - 1)}`);
      if (help) assert.match(found.help ?? "", help);
      assert.match(found.message, /^\S.*[^.]$/);
      assert.equal(project, undefined);
    });
  }
});

Deno.test("what is right in it is accepted", async (t) => {
  for (const [what, from, to] of billSorts) {
    await t.step(what, async () => assert.deepEqual((await changed(from, to)).diagnostics, []));
  }
});

/** A pipeline without its posting. */
const without = bills.replace(/^posting:\n( .*\n)+/m, "");

Deno.test("documents are posted, and what is kept equal is not", async (t) => {
  const scenarios: [what: string, text: string, codes: string[]][] = [
    ["documents without a word on how", without, ["missing-posting"]],
    ["a posting into records", bills.replace("erp, stream: journals", "site, stream: vendors"), ["useless-key"]],
    ["a name that leaves no room in a key", bills.replace("name: bills", `name: ${"b".repeat(25)}`), ["too-long"]],
    [
      "a join that is followed, where nothing is posted",
      `name: bills
source:
  connection: site
  stream: bills
  with: { order: { connection: erp, stream: orders, key: contract_id, follow: true } }
destination: { connection: site, stream: vendors, create: never }
map: { active: { value: true } }
`,
      ["useless-key"],
    ],
    ["a notice to the inbox", notice, []],
    ["a memo on written accounts", memo('{ value: "9100" }'), []],
    ["a memo on a table of accounts", memo('{ from: root.number, table: { 1: "9100" }, else: { value: "9200" } }'), []],
    ["a memo on an account of the record", memo("account"), ["memo-account"]],
    ["a memo whose table falls back on the record", memo("{ from: root.number, table: { 1: a }, else: account }"), [
      "memo-account",
    ]],
  ];
  for (const [what, text, codes] of scenarios) {
    await t.step(what, async () => {
      const { diagnostics } = await load({ [`${/name: (\w+)/.exec(text)![1]}.yaml`]: text });
      assert.deepEqual(diagnostics.map(({ code }) => code), codes);
    });
  }
});

const notice = `name: notices
source: { connection: site, stream: bills }
destination: { connection: inbox, stream: notices }
posting:
  as: notice
  recognise: final
  from: 2026-01-01
  balance: { each: items, position: line_id, certified: to_date }
map:
  title: { template: "Amend the order: {posting.why}" }
  value: { sum: { each: positions, value: cost } }
`;

function memo(account: string): string {
  return bills.replace("  from: 2026", "  as: memo\n  from: 2026").replace("account: account", `account: ${account}`);
}

Deno.test("with final alone nothing needs to be booked", async () => {
  const text = bills.replace(/ {2}booked:\n( {4}.*\n)+/, "").replace(
    "  from: 2026",
    "  recognise: final\n  from: 2026",
  );
  assert.deepEqual((await load({ "bills.yaml": text })).diagnostics, []);
});
