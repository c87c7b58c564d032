import assert from "node:assert/strict";
import fc from "fast-check";
import { batch } from "./batch.ts";
import { compareKeys } from "./keys.ts";
import { countLinks, dropLink, linkRange, linksOf, linksTo, listLinks, putLink } from "./links.ts";
import { contents, TEST_START, withStore } from "./testing.ts";
import type { Link, Store } from "./types.ts";

const link = (key: string, part = "", more: Partial<Link> = {}): Link => ({
  key,
  part,
  id: `9${key}${part}`,
  partition: "-",
  from: "204",
  values: { name: `Supplier ${key}`, active: true, nothing: null },
  how: "created",
  at: TEST_START,
  active: true,
  ...more,
});

async function put(store: Store, links: Link[]): Promise<void> {
  const writes = batch(store);
  for (const one of links) putLink(writes, "vendors", one);
  // Neighbours in the key space, that no answer may hold.
  for (const pipeline of ["vendor", "vendors2", "Vendors"]) putLink(writes, pipeline, link("5", "", { id: "5" }));
  await writes.commit();
}

Deno.test("a range is open where it starts, closed where it ends, and ascends by number", () =>
  withStore(async (store) => {
    await put(store, ["2", "10", "1", "9", "100", "A", "007"].map((key) => link(key)));
    const all = ["1", "2", "007", "9", "10", "100", "A"];
    const table: [after: string | null, through: string | null, keys: string[]][] = [
      [null, null, all],
      [null, "9", ["1", "2", "007", "9"]],
      ["2", "10", ["007", "9", "10"]],
      ["9", null, ["10", "100", "A"]],
      ["3", "8", ["007"]],
      ["9", "9", []],
      ["10", "2", []],
      ["A", null, []],
      [null, "0", []],
    ];
    for (const [after, through, keys] of table) {
      const links = await linkRange(store, "vendors", { after, through });
      assert.deepEqual(links.map(({ key }) => key), keys, `(${after}, ${through}]`);
    }
    assert.deepEqual(await linkRange(store, "none", { after: null, through: null }), []);
  }));

Deno.test("a link comes back whole, with all of its parts, in a range and by key", () =>
  withStore(async (store) => {
    const links = [
      link("4711", "17", { partition: "562949", how: "adopted", active: false }),
      link("4711", "9", { values: { list: [{ amount: "12.50" }], text: "ü😀" } }),
      link("4712"),
    ];
    await put(store, links);
    assert.deepEqual(await linkRange(store, "vendors", { after: "4710", through: "4711" }), links.slice(0, 2));
    assert.deepEqual(await linkRange(store, "vendors", { after: "4711", through: "4712" }), links.slice(2));
    assert.deepEqual(
      await linksOf(store, "vendors", ["4711", "4712", "4713", "4711"]),
      new Map([["4711", links.slice(0, 2)], ["4712", links.slice(2)]]),
    );
    assert.deepEqual(await Array.fromAsync(listLinks(store, "vendors")), links);
    assert.equal(await countLinks(store, "vendors"), 3);
  }));

Deno.test("links by key are the same whichever way they are looked up: few, dense or scattered", () =>
  withStore(async (store) => {
    const links: Link[] = [];
    for (let i = 0; i < 6000; i++) links.push(link(String(i * 3)), ...(i % 50 ? [] : [link(String(i * 3), "b")]));
    await put(store, links);
    const expected = Map.groupBy(links, ({ key }) => key);
    const keySets = {
      none: [],
      one: ["300"],
      few: ["0", "17997", "9000", "1"],
      dense: Array.from({ length: 1000 }, (_, i) => String(6000 + i * 3)),
      "dense and beyond the end": Array.from({ length: 1000 }, (_, i) => String(17_000 + i)),
      scattered: Array.from({ length: 100 }, (_, i) => String(i * 180)),
      "dense, then scattered": Array.from({ length: 300 }, (_, i) => String(i < 200 ? i : i * 60)),
      "scattered, then dense": Array.from({ length: 300 }, (_, i) => String(i < 100 ? i * 60 : 17_000 + i)),
      absent: Array.from({ length: 100 }, (_, i) => String(i * 3 + 1)),
      "before and after all": Array.from({ length: 40 }, (_, i) => `A${i}`),
    };
    for (const [name, keys] of Object.entries(keySets)) {
      const found = await linksOf(store, "vendors", keys);
      const wanted = new Map(keys.filter((key) => expected.has(key)).map((key) => [key, expected.get(key)]));
      assert.deepEqual(found, wanted, name);
    }
  }));

Deno.test("the way back finds keys and parts by destination id, across partitions", () =>
  withStore(async (store) => {
    await put(store, [
      link("1", "a", { id: "700", partition: "p1" }),
      link("2", "", { id: "700", partition: "p2" }),
      link("3", "", { id: "7" }),
    ]);
    assert.deepEqual(
      await linksTo(store, "vendors", ["700", "7", "70", "7000"]),
      new Map([
        ["7", [{ key: "3", part: "", partition: "-" }]],
        ["700", [{ key: "1", part: "a", partition: "p1" }, { key: "2", part: "", partition: "p2" }]],
      ]),
    );
  }));

Deno.test("links and the way back stay in step, whatever is put and dropped", async () => {
  const step = fc.record({
    key: fc.constantFrom("1", "2", "10"),
    part: fc.constantFrom("", "a"),
    id: fc.constantFrom("70", "71"),
    partition: fc.constantFrom("-", "p"),
    drop: fc.boolean(),
  });
  const property = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
    await withStore(async (store) => {
      const model = new Map<string, Link>();
      for (const { drop, ...fields } of steps) {
        const now = link(fields.key, fields.part, fields);
        const name = `${now.key}/${now.part}`;
        const before = model.get(name);
        const writes = batch(store);
        if (drop && before) dropLink(writes, "vendors", before);
        if (!drop) putLink(writes, "vendors", now, before);
        await writes.commit();
        drop ? model.delete(name) : model.set(name, now);
      }
      const sorted = [...model.values()].sort((a, b) => compareKeys(a.key, b.key) || (a.part < b.part ? -1 : 1));
      assert.deepEqual(await Array.fromAsync(listLinks(store, "vendors")), sorted);
      assert.equal(await countLinks(store, "vendors"), model.size);
      const back = await linksTo(store, "vendors", ["70", "71"]);
      for (const id of ["70", "71"]) {
        const sources = sorted.filter((one) => one.id === id).map(({ key, part, partition }) => ({
          key,
          part,
          partition,
        }));
        const byAll = (x: object, y: object) => JSON.stringify(x) < JSON.stringify(y) ? -1 : 1;
        assert.deepEqual((back.get(id) ?? []).sort(byAll), sources.sort(byAll));
      }
    });
  });
  await fc.assert(property, { numRuns: 40 });
});

Deno.test("an update that keeps the id does not touch the way back", () =>
  withStore(async (store) => {
    await put(store, [link("1")]);
    const key = ["link-by-id", "vendors", "n0291", "-", "n011", ""];
    const { versionstamp } = await store.kv.get(key);
    assert.ok(versionstamp);
    const writes = batch(store);
    putLink(writes, "vendors", link("1", "", { values: { name: "New" } }), link("1"));
    await writes.commit();
    assert.equal((await store.kv.get(key)).versionstamp, versionstamp);
    assert.deepEqual((await linksOf(store, "vendors", ["1"])).get("1")![0].values, { name: "New" });
  }));

Deno.test("dropping the last link leaves nothing behind", () =>
  withStore(async (store) => {
    const before = await contents(store);
    const links = ["1", "2"].map((key) => link(key, "p"));
    const writes = batch(store);
    for (const one of links) putLink(writes, "vendors", one);
    await writes.commit();
    for (const one of links) dropLink(writes, "vendors", one);
    await writes.commit();
    assert.deepEqual(await contents(store), before);
  }));
