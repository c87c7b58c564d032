import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import { listRejected } from "../engine/state/rejected.ts";
import { cursors, endState, house, small, supplier, watch, words } from "./support/small.ts";

/** Changes the rows of an answer of `get_suppliers`, as a package gone wrong would give them. */
function answering(edit: (rows: Row[]) => Row[], around = watch().around): ReturnType<typeof watch>["around"] {
  return (connection, wire) => async (request) => {
    const response = await around(connection, wire)(request);
    if (connection !== "ebs" || !request.url.includes("get_suppliers") || !response.ok) return response;
    const text = await response.text();
    const body = JSON.parse(
      text,
      (_, value, context?: { source?: string }) => typeof value === "number" ? context?.source ?? String(value) : value,
    );
    const [[, output]] = Object.entries(body) as [string, Row][];
    const given = output.X_ROWS as Row;
    const items = [given?.X_ROWS_ITEM ?? []].flat() as Row[];
    output.X_ROWS = { X_ROWS_ITEM: edit(items) };
    return new Response(JSON.stringify(body), {
      status: response.status,
      headers: { "Content-Type": "application/json" },
    });
  };
}

const vendorsOf = (rows: Row[]) => rows.filter((row) => row.origin_id).map((row) => row.origin_id as string).sort();

/** What the source gives, what comes of it, and who is told. */
const SCENARIOS: {
  name: string;
  edit: (rows: Row[]) => Row[];
  words: string[];
  codes: Record<string, string>;
}[] = [
  {
    name: "a supplier twice in one page, alike: taken once",
    edit: (rows) => rows.flatMap((row) => row.VENDOR_ID === "3003" ? [row, structuredClone(row)] : [row]),
    words: ["3003 create"],
    codes: {},
  },
  {
    name: "a supplier twice in one page, differing: neither is believed",
    edit: (rows) =>
      rows.flatMap((row) => row.VENDOR_ID === "3003" ? [row, { ...row, VENDOR_NAME: "Cedar, the other" }] : [row]),
    words: ["3003 rejected"],
    codes: { "3003": "record.duplicate" },
  },
  {
    name: "a record without its key",
    edit: (rows) => rows.map((row) => row.VENDOR_ID === "3003" ? { ...row, VENDOR_ID: null } : row),
    words: [],
    codes: { "": "record.no-key" },
  },
  {
    name: "a number that is none",
    edit: (rows) => rows.map((row) => row.VENDOR_ID === "3003" ? { ...row, LAST_UPDATE_DATE: "yesterday" } : row),
    words: ["3003 rejected"],
    codes: { "3003": "record.invalid" },
  },
];

Deno.test("what the source gives wrongly is told for that record alone, and everyone else goes through", async (t) => {
  for (const { name, edit, words: expected, codes } of SCENARIOS) {
    await t.step(name, async () => {
      const home = await house({ around: answering(edit) });
      const { changes, failure } = await home.run("vendors");
      if (failure) assert.fail(JSON.stringify(failure));
      const own = changes.filter(({ key, word }) => (key === "3003" || key === "") && word !== "skipped");
      assert.deepEqual([...new Set(words(own.filter(({ key }) => key !== "")))], expected);
      const rejected = await Array.fromAsync(listRejected(home.store, "vendors"));
      assert.deepEqual(Object.fromEntries(rejected.map(({ key, failure }) => [key, failure.code])), codes);
      for (const { failure } of rejected) assert(failure.fact !== "" && failure.action !== "" && failure.place);
      const others = [1, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((number) => `EBS-V-${3000 + number}`);
      const made = vendorsOf(await home.rows("procore", "vendors"));
      assert.deepEqual(made, [...others, ...(expected[0] === "3003 create" ? ["EBS-V-3003"] : [])].sort());
      await home.close();
    });
  }
});

Deno.test("an answer that is not what was agreed stops the run before anything of it is used", async (t) => {
  const garbled: [name: string, edit: (rows: Row[]) => Row[]][] = [
    ["a structure for a text", (rows) => rows.map((row) => ({ ...row, VENDOR_NAME: { nested: "Cedar" } }))],
    ["a text for a row", () => ["Cedar" as unknown as Row]],
    ["rows that go backward", (rows) => rows.toReversed()],
  ];
  for (const [name, edit] of garbled) {
    await t.step(name, async () => {
      const calls = watch();
      const home = await house({ around: answering(edit, calls.around) });
      const before = await home.rows("procore", "vendors");
      const { failure, record } = await home.run("vendors");
      assert(failure, JSON.stringify(record.counts));
      assert.deepEqual(calls.writes(), []);
      assert.deepEqual(await home.rows("procore", "vendors"), before);
      for (const cursor of Object.values(await cursors(home.store))) assert.match(cursor, /"since":null/);
      await home.close();
    });
  }
});

Deno.test("a record that is right again after it was given wrongly goes through, and nobody is told any more", async () => {
  let wrong = true;
  const home = await house({
    around: answering((rows) =>
      wrong ? rows.flatMap((row) => row.VENDOR_ID === "3003" ? [row, { ...row, VENDOR_NAME: "Other" }] : [row]) : rows
    ),
  });
  const calm = await house();
  await calm.runAll();
  await home.runAll();
  wrong = false;
  home.clock.advance(3_600_000);
  home.reopen();
  await home.run("vendors", { full: true });
  assert.deepEqual(await endState(home), await endState(calm));
  await home.close();
  await calm.close();
});

/** Names as people type them, and as nobody should. */
const NAMES: [what: string, name: string, expected: string][] = [
  ["300 characters", "N".repeat(300), "N".repeat(255)],
  ["300 bytes in 100 characters", "株".repeat(100), "株".repeat(100)],
  ["emoji cut at a whole one", `${"x".repeat(254)}👷🏽 rest`, "x".repeat(254)],
  ["quotes and markup", `O'Brien & "Sons" <script>alert(1)</script>`, `O'Brien & "Sons" <script>alert(1)</script>`],
  ["a template and an expression", "{connection.tag} ${process.env} {{x}}", "{connection.tag} ${process.env} {{x}}"],
  ["SQL", "Robert'); DROP TABLE AP_SUPPLIERS;--", "Robert'); DROP TABLE AP_SUPPLIERS;--"],
  ["a path and a query", "../../etc/passwd?x=1#y", "../../etc/passwd?x=1#y"],
  ["right to left, with marks", "شركة البناء\u200f Ltd", "شركة البناء\u200f Ltd"],
  ["accents in pieces", "Cafe\u0301 Bau", "Cafe\u0301 Bau"],
  ["__proto__", "__proto__", "__proto__"],
  ["constructor", "constructor", "constructor"],
  ["only digits with zeros", "0012", "0012"],
  ["a number in scientific dress", "1e5", "1e5"],
  ["null as a word", "null", "null"],
  ["a formula", '=HYPERLINK("http://x")', '=HYPERLINK("http://x")'],
  ["a terminal's escape", "Red \u001b[31mAlert\u001b[0m", "Red \u001b[31mAlert\u001b[0m"],
];

Deno.test("hostile names arrive as they are, in either form the gateway speaks, and settle", async (t) => {
  for (const format of ["json", "xml"]) {
    await t.step(format, async () => {
      // XML 1.0 has no place for a terminal's escape.
      const names = NAMES.filter(([, name]) => format === "json" || !name.includes("\u001b"));
      const suppliers = names.map(([, name], i) => supplier(20 + i, name));
      const home = await house({ data: { ...small(), suppliers, procore_vendors: [] }, settings: { ebs: { format } } });
      const { counts, failure } = await home.run("vendors");
      assert.equal(failure, undefined, JSON.stringify(failure));
      assert.equal(counts.create, names.length, JSON.stringify(counts));
      const rows = new Map((await home.rows("procore", "vendors")).map((row) => [row.origin_id, row.name]));
      names.forEach(([what, , expected], i) => assert.equal(rows.get(`EBS-V-${3020 + i}`), expected, what));
      home.clock.advance(3_600_000);
      home.reopen();
      const again = await home.run("vendors", { verify: true });
      assert.equal(again.counts.unchanged, names.length, words(again.changes).join());
      await home.close();
    });
  }
});

Deno.test("names that differ in case, blanks or their ends alone are told apart by their numbers, run after run", async () => {
  const same = ["Acme", "ACME", " acme ", `${"A".repeat(255)}1`, `${"A".repeat(255)}2`];
  const suppliers = same.map((name, i) => supplier(20 + i, name));
  const home = await house({ data: { ...small(), suppliers, procore_vendors: [] } });
  const { counts, failure } = await home.run("vendors");
  assert.equal(failure, undefined);
  assert.equal(counts.create, 5);
  const names = (await home.rows("procore", "vendors")).map(({ name }) => String(name).trim().toLowerCase());
  assert.equal(new Set(names).size, 5);
  for (const options of [{}, { full: true }, { verify: true }]) {
    home.clock.advance(3_600_000);
    home.reopen();
    const again = await home.run("vendors", options);
    assert.deepEqual(words(again.changes), [], "names do not flap");
  }
  // The first one is renamed away: the others keep the names they have.
  home.clock.advance(3_600_000);
  home.reopen();
  await home.touch("ebs", "AP_SUPPLIERS", "3020", { VENDOR_NAME: "Emca" });
  assert.deepEqual(words((await home.run("vendors")).changes), ["3020 update"]);
  await home.close();
});

Deno.test("two suppliers that swap their names end with the swapped names, one way or the other, and settle", async () => {
  const suppliers = [supplier(20, "Left"), supplier(21, "Right")];
  const home = await house({ data: { ...small(), suppliers, procore_vendors: [] } });
  await home.run("vendors");
  home.clock.advance(3_600_000);
  home.reopen();
  await home.touch("ebs", "AP_SUPPLIERS", "3020", { VENDOR_NAME: "Right" });
  await home.touch("ebs", "AP_SUPPLIERS", "3021", { VENDOR_NAME: "Left" });
  const { counts, failure } = await home.run("vendors");
  assert.equal(failure, undefined);
  assert.equal(counts.rejected, 0);
  const rows = await home.rows("procore", "vendors");
  assert.equal(rows.length, 2);
  for (const row of rows) assert.match(String(row.name), row.origin_id === "EBS-V-3020" ? /^Right/ : /^Left/);
  home.clock.advance(3_600_000);
  home.reopen();
  assert.deepEqual((await home.run("vendors")).changes, []);
  await home.close();
});
