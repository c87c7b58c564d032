import assert from "node:assert/strict";
import fc from "fast-check";
import { manualClock, seededRandom } from "../../engine/clock.ts";
import type { Row } from "../../engine/connector.ts";
import { directory, FOUND_BY } from "./directory.ts";
import { maybeSet, valueIndex } from "./value_index.ts";
import { GOOD_FOR } from "./remembered.ts";
import type { ListPage, Rest } from "./rest.ts";
import { matching } from "./rows.ts";
import { START } from "./testing.ts";

/** Vendors in memory behind the list calls, filters honoured or not. */
function company(rows: Row[], { pageSize, ignoresFilters = false }: { pageSize: number; ignoresFilters?: boolean }) {
  const calls: string[] = [];
  const api: Rest = {
    call: () => assert.fail("a directory only lists"),
    async *pages({ path, query = [] }): AsyncGenerator<ListPage> {
      const active = path === "/rest/v1.0/vendors";
      const ids = query.filter(([name]) => name === "filters[id][]").map(([, id]) => id);
      const filter = (name: string) => query.find(([key]) => key === `filters[${name}]`)?.[1].toLowerCase();
      const [origin, words] = [filter("origin_id"), filter("search")];
      const hits = rows.filter((row) => (row.is_active !== false) === active).filter((row) =>
        ignoresFilters || !active ||
        (ids.length === 0 || ids.includes(row.id as string)) &&
          (origin === undefined || `${row.origin_id ?? ""}`.toLowerCase() === origin) &&
          (words === undefined ||
            [row.name, row.origin_code].some((text) => `${text ?? ""}`.toLowerCase().includes(words)))
      );
      for (let at = 0; at === 0 || at < hits.length; at += pageSize) {
        calls.push(active ? (ids.length ? "ids" : origin ?? words ? "search" : "list") : "inactive");
        await Promise.resolve();
        yield { rows: hits.slice(at, at + pageSize), total: hits.length };
      }
    },
  };
  const clock = manualClock(START);
  const open = directory({ rest: api, clock, company_id: "1", pageSize, concurrency: 2, rowOf: (raw) => raw });
  const count = () =>
    Object.fromEntries(Map.groupBy(calls.splice(0), (call) => call).entries().map(([call, all]) => [call, all.length]));
  return { open, count, clock };
}

const vendor = (number: number, more: Row = {}): Row => ({
  id: `${number}`,
  name: `Vendor ${number}`,
  origin_id: `EBS-V-${number}`,
  origin_code: `${number}`,
  is_active: true,
  ...more,
});
const vendors = (count: number, from = 1): Row[] => Array.from({ length: count }, (_, index) => vendor(from + index));
const ids = (rows: Row[]): string[] => rows.map(({ id }) => id as string).sort();

Deno.test("finds exactly what a look at every vendor would find, however it goes about it", async () => {
  const text = fc.constantFrom(
    " Acme",
    "acme ",
    "Acme",
    "Bolt & Co",
    "BOLT & CO",
    "7",
    "77",
    "x-7",
    "",
    "É Ltd",
    "é ltd",
  );
  const row = fc.record({
    name: text,
    // Our own keys have no blanks around them, and are searched for as they are.
    origin_id: fc.option(text.map((one) => one.trim())),
    origin_code: fc.option(text),
    abbreviated_name: fc.option(text),
    is_active: fc.boolean(),
  });
  await fc.assert(fc.asyncProperty(
    fc.array(row, { maxLength: 30 }),
    fc.array(
      fc.tuple(fc.constantFrom("id", ...FOUND_BY), fc.array(fc.oneof(text, fc.nat(30).map(String)), { maxLength: 8 })),
      { maxLength: 4 },
    ),
    fc.integer({ min: 1, max: 12 }),
    fc.boolean(),
    async (made, asked, pageSize, ignoresFilters) => {
      const rows: Row[] = made.map((one, index) => ({ id: `${index + 1}`, ...one }));
      const { open } = company(rows, { pageSize, ignoresFilters });
      for (const [by, values] of asked) {
        assert.deepEqual(ids(await open.find(by, values)), ids(matching(rows, by, values)), `${by} ${values}`);
      }
    },
  ));
});

Deno.test("an empty directory costs two calls, whatever is asked and however often", async () => {
  const { open, count } = company([], { pageSize: 1000 });
  for (let round = 0; round < 5; round++) {
    for (const by of FOUND_BY) {
      assert.deepEqual(await open.find(by, vendors(1000).map((row) => row.name as string)), []);
    }
  }
  assert.deepEqual(count(), { list: 1, inactive: 1 });
});

Deno.test("many values list the directory once, a few in a large one are searched for, ids go in bulk", async () => {
  const rows = vendors(5000);
  const many = company(rows, { pageSize: 1000 });
  assert.equal(
    (await many.open.find("origin_id", rows.slice(0, 600).map((row) => row.origin_id as string))).length,
    600,
  );
  assert.deepEqual(many.count(), { list: 5, ids: 4, inactive: 1 });
  assert.equal((await many.open.find("name", ["vendor 7", "nobody"])).length, 1);
  assert.deepEqual(many.count(), { ids: 1 });

  const few = company(rows, { pageSize: 1000 });
  assert.deepEqual(ids(await few.open.find("name", ["Vendor 4999", "Nobody"])), ["4999"]);
  assert.deepEqual(few.count(), { list: 1, search: 2, inactive: 1 });
  assert.equal((await few.open.find("id", rows.slice(0, 1000).map((row) => row.id as string))).length, 1000);
  assert.deepEqual(few.count(), { ids: 7 });
});

Deno.test("what was written over this connection is found, and a deactivated vendor is still there", async () => {
  const rows = vendors(20);
  const { open, count } = company(rows, { pageSize: 1000 });
  assert.deepEqual(await open.find("name", ["New one"]), []);
  open.writing([{ action: "create", fields: { name: "New one", origin_id: "EBS-V-21" } }]);
  rows.push(vendor(21, { name: "New one" }));
  assert.deepEqual(ids(await open.find("name", ["new ONE", "Vendor 3"])), ["21", "3"]);
  assert.deepEqual(ids(await open.find("origin_id", ["EBS-V-21"])), ["21"]);
  open.writing([{ action: "deactivate", id: "3", fields: {} }]);
  rows[2] = { ...rows[2], is_active: false };
  count();
  const [gone] = await open.find("id", ["3"]);
  assert.equal(gone.is_active, false);
  assert.deepEqual(count(), { ids: 1, inactive: 1 });
});

Deno.test("a whole call of unknown fate is read back by listing anew, not by a thousand searches", async () => {
  const rows: Row[] = [];
  const { open, count } = company(rows, { pageSize: 1000 });
  const keys = vendors(1000).map((row) => row.origin_id as string);
  await open.find("origin_id", keys);
  open.writing(vendors(1000).map((row) => ({ action: "create", fields: row })));
  rows.push(...vendors(400));
  count();
  assert.equal((await open.find("origin_id", keys)).length, 400);
  assert.deepEqual(count(), { list: 1, ids: 3 });
});

Deno.test("a list that was read is not trusted for ever", async () => {
  const rows = vendors(3);
  const { open, clock } = company(rows, { pageSize: 1000 });
  await open.find("name", ["Vendor 4"]);
  rows.push(vendor(4));
  clock.advance(GOOD_FOR);
  assert.deepEqual(ids(await open.find("name", ["Vendor 4"])), ["4"]);
});

Deno.test("an index never misses what it holds, nor does a set that may be wrong", () => {
  const random = seededRandom(7);
  const index = valueIndex();
  const maybe = maybeSet();
  const values = Array.from({ length: 20_000 }, (_, row) => `${Math.floor(random() * 9000)}:${row % 3}`);
  values.forEach((value, row) => (index.add(value, `${row >> 1}`), maybe.add(value)));
  values.forEach((value, row) => assert(index.lookup(value).includes(`${row >> 1}`) && maybe.has(value)));
  const strangers = Array.from({ length: 20_000 }, (_, row) => `stranger ${row}`);
  assert(strangers.filter((value) => index.lookup(value).length > 0).length < 20);
  assert(strangers.filter((value) => maybe.has(value)).length < 20);
  maybe.clear();
  assert(!maybe.has(values[0]));
});
