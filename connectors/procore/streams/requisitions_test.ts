/**
 * Reading requisitions and change orders: by cursor, by key, with the requisition before, and while the list moves.
 */
import assert from "node:assert/strict";
import type { Page, ReadRequest, Row } from "../../../engine/connector.ts";
import { Failure } from "../../../engine/failure.ts";
import { type Bench, billedContract, PROJECT } from "../bills/testing.ts";

const HOUR = 3_600_000;

/** A contract of 1,000 and 500 that was billed so far, in percent. */
async function billedTo(
  percents: readonly string[],
  settings: Record<string, unknown> = {},
): Promise<Bench & { ids: string[] }> {
  const bench = await billedContract({ currency: "USD", lines: ["1000", "500"], settings });
  const ids: string[] = [];
  for (const percent of percents) {
    ids.push(await bench.bill({ percent, invoice_number: `I-${ids.length + 1}`, status: "approved" }));
  }
  return { ...bench, ids };
}

type Ask = { since: string | null; after: string | null } | { keys: readonly string[] };

async function pagesOf({ stream }: Bench, name: string, ask: Ask, pageSize?: number): Promise<Page[]> {
  const request: ReadRequest = { partition: PROJECT, pageSize, ...ask };
  return await Array.fromAsync(stream(name).read!(request));
}

const rowsOf = async (...asked: Parameters<typeof pagesOf>): Promise<Row[]> =>
  (await pagesOf(...asked)).flatMap(({ rows }) => rows);
const EVERYTHING = { since: null, after: null } as const;

Deno.test("a cursor gives just what changed, with its cost against the requisition before, which one call more tells", async () => {
  const bench = await billedTo(["10", "30"]);
  bench.clock.advance(HOUR);
  const [{ asOf }] = await pagesOf(bench, "requisitions", EVERYTHING);
  bench.clock.advance(HOUR);
  const third = await bench.bill({ percent: "45", status: "approved" });
  const before = bench.calls.length;
  const rows = await rowsOf(bench, "requisitions", { since: asOf, after: null });
  assert.deepEqual(
    rows.map((
      { id, cost_to_date, cost_previous, cost_this_period, foots },
    ) => [id, cost_to_date, cost_previous, cost_this_period, foots]),
    [[third, "675", "450", "225", true]],
  );
  assert.deepEqual(rows[0].retainage_to_date, "67.5");
  assert.deepEqual(bench.calls.slice(before).map(({ path }) => path), [
    "/rest/v1.1/requisitions",
    `/rest/v1.1/requisitions/${bench.ids[1]}`,
  ]);
});

Deno.test("a full read costs one call for a hundred, and none for the requisitions before", async () => {
  const bench = await billedTo(["10", "20", "30", "40", "50"]);
  const before = bench.calls.length;
  assert.equal((await rowsOf(bench, "requisitions", EVERYTHING)).length, 5);
  assert.equal(bench.calls.slice(before).filter(({ path }) => path.includes("requisitions")).length, 1);
});

Deno.test("keys are read one by one, those that are gone are left out, and an id filter that does nothing gives no other rows", async () => {
  const bench = await billedTo(["10", "20", "30"]);
  const [first, , third] = bench.ids;
  const rows = await rowsOf(bench, "requisitions", { keys: [third, first, first, "1", "x"] });
  assert.deepEqual(rows.map(({ id }) => id), [first, third]);
  const many = [first, ...Array.from({ length: 30 }, (_, i) => String(i + 1))];
  assert.deepEqual((await rowsOf(bench, "requisitions", { keys: many })).map(({ id }) => id), [first]);
  assert.deepEqual(await rowsOf(bench, "requisitions", { keys: [] }), []);
});

Deno.test("keys tell what is there in few small answers, so that what was deleted is found", async () => {
  const bench = await billedTo(["10", "20", "30"], { page_size: 2 });
  const { ids: [first, second, third] } = bench;
  assert.deepEqual(await bench.stream("requisitions").keys!(PROJECT), [first, second, third]);
  assert.ok(bench.calls.slice(-2).every(({ query }) => query.get("view") === "default"));
  await bench.touch("requisitions", third, { deleted_at: "now" });
  assert.deepEqual(await bench.stream("requisitions").keys!(PROJECT), [first, second]);
  assert.deepEqual(await rowsOf(bench, "requisitions", { keys: [third] }), []);
});

Deno.test("what cannot be reckoned is marked, never costed: no items, no summary, no amount, no requisition before", async () => {
  const bench = await billedTo(["10", "30"]);
  const [, second] = bench.ids;
  const cases: [string, (raw: Row) => void, RegExp][] = [
    ["items", (raw) => delete raw.items, /items are not there/],
    ["summary", (raw) => delete raw.summary, /total_completed_and_stored_to_date is not there/],
    ["amount", (raw) => void ((raw.items as Row[])[0].work_completed_this_period = "ten"), /is no amount: ten/],
    ["before", (raw) => void (raw.previous_requisition_id = "7"), /the requisition before cannot be read/],
    ["item gone", (raw) => void (raw.items as Row[]).pop(), /by the summary/],
  ];
  for (const [what, change, text] of cases) {
    bench.tamper((raw) => {
      if (String(raw.id) === second) change(raw);
    });
    const row = (await rowsOf(bench, "requisitions", EVERYTHING)).find(({ id }) => id === second)!;
    assert.equal(row.foots, false, what);
    assert.match(row.footing_fault as string, text);
  }
});

Deno.test("an answer that is another record is no answer", async () => {
  const bench = await billedTo(["10"]);
  bench.tamper((raw) => void (raw.id = "1"));
  await assert.rejects(
    rowsOf(bench, "requisitions", { keys: bench.ids }),
    (error) => error instanceof Failure && error.code === "wire.garbled",
  );
});

Deno.test("change orders come with lines that foot, by cursor, by key, and deleted ones without", async () => {
  const bench = await billedTo(["10"]);
  const first = await bench.change(["100.5", "-0.5"], { status: "pending" });
  const second = await bench.change(["7"], { title: "Lump" });
  bench.clock.advance(HOUR);
  const [page] = await pagesOf(bench, "change_order_packages", EVERYTHING);
  assert.deepEqual(
    page.rows.map((
      { id, number, status, grand_total, foots, line_items },
    ) => [id, number, status, grand_total, foots, (line_items as Row[]).map(({ amount }) => amount)]),
    [[first, "001", "pending", "100.0", true, ["100.5", "-0.5"]], [second, "002", "approved", "7.0", true, ["7"]]],
  );
  assert.equal(page.rows[0].contract_id, "61");
  assert.equal((page.rows[0].line_items as Row[])[0].cost_code_id, "51");
  bench.clock.advance(HOUR);
  await bench.touch("change_order_packages", first, { deleted_at: "now" });
  const [gone, ...others] = await rowsOf(bench, "change_order_packages", { since: page.asOf, after: null });
  assert.deepEqual(others, []);
  assert.equal(gone.id, first);
  assert.ok(gone.deleted_at);
  assert.equal(gone.line_items, undefined);
  assert.deepEqual((await rowsOf(bench, "change_order_packages", { keys: [second, "1"] })).map(({ id }) => id), [
    second,
  ]);
  assert.deepEqual(await bench.stream("change_order_packages").keys!(PROJECT), [second]);
});
