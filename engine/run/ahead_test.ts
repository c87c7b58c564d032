import assert from "node:assert/strict";
import type { Page } from "../connector.ts";
import { ahead, stepBack } from "./ahead.ts";

Deno.test("a time steps back and keeps its form: with an offset or without, over midnight and the year's end", () => {
  assert.equal(stepBack("2026-01-01T00:10:00", 20 * 60_000), "2025-12-31T23:50:00");
  assert.equal(stepBack("2026-03-01T00:00:00", 1000), "2026-02-28T23:59:59");
  assert.equal(stepBack("2026-01-01T00:10:00Z", 60_000), "2026-01-01T00:09:00.000Z");
  assert.equal(stepBack("2026-01-01T00:10:00-07:00", 60_000), "2026-01-01T07:09:00.000Z");
});

const page = (key: string, more: boolean): Page => ({ rows: [{ ID: key }], asOf: "2026-01-01T00:00:00", more });

Deno.test("one page is read ahead, never two", async () => {
  const asked: number[] = [];
  async function* pages(): AsyncGenerator<Page> {
    for (let i = 0; i < 4; i++) {
      asked.push(i);
      await Promise.resolve();
      yield page(String(i), i < 3);
    }
  }
  let at = 0;
  for await (const { rows } of ahead(pages())) {
    assert.equal(rows[0].ID, String(at++));
    assert(asked.length <= at + 1, `${asked.length} pages asked for while page ${at} is worked on`);
  }
  assert.equal(at, 4);
});

Deno.test("a page that fails is told when its turn comes, after those before it", async () => {
  const seen: unknown[] = [];
  async function* pages(): AsyncGenerator<Page> {
    yield page("1", true);
    await Promise.resolve();
    throw new Error("half a page");
  }
  await assert.rejects(async () => {
    for await (const { rows } of ahead(pages())) {
      seen.push(rows[0].ID);
      // Longer than the failing page takes: its rejection waits for whoever asks.
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    }
  }, /half a page/);
  assert.deepEqual(seen, ["1"]);
});
