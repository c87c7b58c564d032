/**
 * Lists that move while they are read.
 */
import assert from "node:assert/strict";
import { manualClock } from "../../../engine/clock.ts";
import { Failure } from "../../../engine/failure.ts";
import type { ListPage, Rest } from "../rest.ts";
import { START } from "../testing.ts";
import { changedSince, isAskedFor, listed } from "./listing.ts";

/** A list of two rows a page; `between` happens after each page. */
function moving(rows: string[], between: (rows: string[], page: number) => void): { rest: Rest; pages: () => number } {
  let read = 0;
  const rest: Rest = {
    call: () => Promise.reject(new Error("Nobody calls")),
    async *pages(): AsyncGenerator<ListPage> {
      for (let page = 0; page * 2 < rows.length; page++) {
        const shown = rows.slice(page * 2, page * 2 + 2).map((id) => ({ id }));
        yield await Promise.resolve({ rows: shown, total: rows.length, at: `2026-03-02T15:00:0${read}.000Z` });
        between(rows, ++read);
      }
    },
  };
  return { rest, pages: () => read };
}

const clock = manualClock(START);
const list = { path: "/rest/v1.1/requisitions", query: [], perPage: 2 };

Deno.test("a row that is deleted between two pages hides none: the list is read again", async () => {
  const { rest, pages } = moving(["1", "2", "3", "4", "5"], (rows, read) => {
    if (read === 1) rows.splice(0, 1);
  });
  const { rows, at } = await listed(rest, clock, list);
  assert.deepEqual(rows.map(({ id }) => id), ["2", "3", "4", "5"]);
  assert.equal(pages(), 4);
  assert.equal(at, "2026-03-02T15:00:02.000Z", "the time of the list that counts");
});

Deno.test("rows that are added, or come twice, are no reason to begin again", async () => {
  const added = moving(["1", "2", "10"], (rows, read) => {
    if (read === 1) rows.push("11", "12");
  });
  assert.deepEqual((await listed(added.rest, clock, list)).rows.map(({ id }) => id), ["1", "2", "10", "11", "12"]);
  const shifted = moving(["2", "3", "4"], (rows, read) => {
    if (read === 1) rows.unshift("1");
  });
  assert.deepEqual((await listed(shifted.rest, clock, list)).rows.map(({ id }) => id), ["2", "3", "4"]);
  assert.equal(shifted.pages(), 2);
});

Deno.test("a list that shrinks each time it is read is given up, and nothing of it is given", async () => {
  const { rest } = moving(Array.from({ length: 40 }, (_, i) => String(i + 1)), (rows) => void rows.pop());
  await assert.rejects(listed(rest, clock, list), (error) => error instanceof Failure && error.code === "wire.garbled");
});

Deno.test("an empty list has a time, too", async () => {
  const none: Rest = {
    call: () => Promise.reject(new Error("Nobody calls")),
    async *pages() {
      yield await Promise.resolve({ rows: [] });
    },
  };
  assert.deepEqual(await listed(none, clock, list), { rows: [], at: new Date(START).toISOString() });
});

Deno.test("what changed is asked for from the whole second on, and asked for again here", () => {
  const since = "2026-03-02T14:00:00.750Z";
  assert.deepEqual(changedSince(null, clock), []);
  assert.deepEqual(changedSince(since, clock), [[
    "filters[updated_at]",
    "2026-03-02T14:00:00Z...2026-03-03T15:00:00Z",
  ]]);
  const partition = { id: "5", name: "Depot" };
  const asked = (
    row: Record<string, string>,
    ask: { since: string | null; after: string | null } | { keys: string[] },
  ) => isAskedFor({ partition, ...ask }, row);
  const at = (updated_at: string) => ({ id: "9", updated_at });
  assert.equal(asked(at("2026-03-02T14:00:00Z"), { since, after: null }), true);
  assert.equal(asked(at("2026-03-02T13:59:59Z"), { since, after: null }), false);
  assert.equal(asked({ id: "9" }, { since, after: null }), true, "one that does not say when is read");
  assert.equal(asked({ id: "10" }, { since: null, after: "9" }), true, "ids are compared as numbers");
  assert.equal(asked({ id: "9" }, { since: null, after: "9" }), false);
  assert.equal(asked({ id: "9" }, { keys: ["10"] }), false);
});
