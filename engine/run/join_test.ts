import assert from "node:assert/strict";
import { seededRandom } from "../clock.ts";
import type { OpenStream, Registry, Row } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { Pipeline } from "../pipeline/model.ts";
import { bills } from "../pipeline/testing_bills.ts";
import { load, registry } from "../pipeline/testing.ts";
import { batch } from "../state/batch.ts";
import { putLink } from "../state/links.ts";
import { withStore } from "../state/testing.ts";
import type { Link, Store } from "../state/types.ts";
import { type Joiner, joiner } from "./join.ts";
import { linkCache } from "./lookup.ts";
import type { Engine } from "./types.ts";

/** Orders that are split by project; the ERP keeps projects by unit. */
const PARTED: Registry = {
  ...registry,
  erp: {
    ...registry.erp,
    streams: {
      ...registry.erp.streams,
      projects: {
        ...registry.erp.streams.projects,
        partition: "unit",
        source: { pageSize: 2, incremental: true, overlap: 0 },
      },
    },
  },
};

const order = (id: string, more: Row = {}): Row => ({
  ORDER_ID: id,
  NUMBER: `No ${id}`,
  VENDOR_ID: "77",
  TOTAL: "10",
  OPEN_FLAG: "Y",
  LINES: [{ LINE_ID: "1", DISTRIBUTIONS: [{ DIST_ID: `${id}1`, AMOUNT: "4" }, { DIST_ID: `${id}2`, AMOUNT: "6" }] }],
  ...more,
});

/** What the ERP holds, by stream and partition. */
const HELD: Record<string, Record<string, Row[]>> = {
  orders: { "-": [order("5"), order("6")] },
  vendors: { "-": [{ VENDOR_ID: "77", NAME: "Acme" }] },
  projects: {
    north: [{ PROJECT_ID: "51", NUMBER: "N1" }, { PROJECT_ID: "52", NUMBER: "N2" }],
    south: [{ PROJECT_ID: "61", NUMBER: "S1" }],
  },
};

const bill = (id: string, contract_id: string, lines: string[], more: Row = {}): Row => ({
  id,
  number: "1",
  contract_id,
  day: "2026-10-01",
  value: "1",
  items: lines.map((line_id) => ({ line_id, to_date: "1", account: "1" })),
  ...more,
});

interface World {
  joiner: Joiner;
  /** Reads so far: `orders - 5,6`. */
  reads: string[];
}

async function inWorld(
  test: (world: World) => Promise<void>,
  { held = HELD, pipeline: changed }: { held?: typeof HELD; pipeline?: (text: string) => string } = {},
): Promise<void> {
  const { project, diagnostics } = await load({ "bills.yaml": changed ? changed(bills) : bills });
  assert.deepEqual(diagnostics, []);
  const pipeline = project!.pipelines.find(({ name }) => name === "bills") as Pipeline;
  await withStore(async (store) => {
    await link(store, { key: "5", id: "900", children: { lines: { "51": "L1", "52": "L2" } } });
    await link(store, { key: "6", id: "901", children: { lines: { "61": "L1" } } });
    const reads: string[] = [];
    const engine: Engine = {
      store,
      registry: PARTED,
      project: project!,
      clock: store.clock,
      random: seededRandom(1),
      log: () => {},
      connect: (name) =>
        Promise.resolve({
          name,
          tag: name,
          calls: { total: 0, byRoute: {} },
          ready: () => Promise.resolve({}),
          session: { stream: (stream: string) => opened(stream, held[stream], reads) } as never,
        }),
      close: () => Promise.resolve(),
    };
    await test({ reads, joiner: joiner(engine, pipeline, linkCache(store)) });
  });
}

function opened(stream: string, held: Record<string, Row[]>, reads: string[]): OpenStream {
  return {
    partitions: () => Promise.resolve(Object.keys(held).map((id) => ({ id, name: id }))),
    async *read(request) {
      assert("keys" in request);
      reads.push(`${stream} ${request.partition.id} ${request.keys.join(",")}`);
      if (!held[request.partition.id]) throw new Failure("wire.fate-unknown", { fact: "nobody answers" });
      const key = PARTED.erp.streams[stream].key;
      const rows = held[request.partition.id].filter((row) => request.keys.includes(row[key] as string));
      yield { rows, asOf: "2026-10-01T00:00:00Z", more: false };
    },
  };
}

async function link(store: Store, more: Pick<Link, "key" | "id" | "children">): Promise<void> {
  const writes = batch(store);
  const rest = { part: "p", partition: "p", from: "-", values: {}, how: "created", at: "", active: true } as const;
  putLink(writes, "orders", { ...rest, ...more });
  await writes.commit();
}

Deno.test("a page is joined in bulk: each key is asked for once, in each partition until it is found, in the stream's portions", async () => {
  await inWorld(async ({ joiner, reads }) => {
    const rows = [bill("1", "900", ["L1", "L2", "L9"]), bill("2", "901", ["L1"]), bill("3", "900", ["L2"])];
    const before = structuredClone(rows);
    const joined = await joiner.join(rows);
    assert.deepEqual(reads, [
      "orders - 5,6",
      "vendors - 77",
      "projects north 51,52",
      "projects north 61",
      "projects south 61",
    ]);
    assert.deepEqual(rows, before, "what was given is left as it was");
    assert.deepEqual(joined.map(({ failure, hold }) => failure ?? hold), [undefined, undefined, undefined]);
    assert.deepEqual(joined.map(({ row }) => (row.order as Row).NUMBER), ["No 5", "No 6", "No 5"]);
    assert.deepEqual(joined.map(({ row }) => (row.vendor as Row).NAME), ["Acme", "Acme", "Acme"]);
    const shares = (row: Row) => (row.items as Row[]).map((item) => (item.share as Row | undefined)?.NUMBER);
    assert.deepEqual(joined.map(({ row }) => shares(row)), [["N1", "N2", undefined], ["S1"], ["N2"]]);
    assert.deepEqual(joined.map(({ followed }) => followed), [
      [{ join: "order", key: "5" }],
      [{ join: "order", key: "6" }],
      [{ join: "order", key: "5" }],
    ]);
  });
});

Deno.test("what a joined record gets is its own row's alone", async () => {
  const pipeline = (text: string) =>
    text.replace(
      "  require:",
      "    owner: { each: order.LINES.DISTRIBUTIONS, connection: erp, stream: vendors, key: { cel: \"root.id == '1' ? '77' : ''\" } }\n  require:",
    );
  await inWorld(async ({ joiner }) => {
    const joined = await joiner.join([bill("1", "900", []), bill("2", "900", [])]);
    const owners = joined.map(({ row }) =>
      ((row.order as Row).LINES as Row[]).flatMap((line) => (line.DISTRIBUTIONS as Row[]).map(({ owner }) => owner))
    );
    const acme = { VENDOR_ID: "77", NAME: "Acme" };
    assert.deepEqual(owners, [[acme, acme], [undefined, undefined]]);
  }, { pipeline });
});

Deno.test("rows that cannot be joined are told, and do not keep the others", async (t) => {
  const rows = [bill("1", "900", ["L1"]), bill("2", "999", ["L1"]), bill("3", "901", [])];
  const wants: [what: string, missing: string, second: unknown][] = [
    ["rejected", "reject", { code: "link.missing" }],
    ["parked", "park", {
      kind: "parked",
      need: { pipeline: "orders", key: "999", reverse: true },
      why: "with order: orders has not linked 999",
    }],
    ["skipped", "skip", { kind: "skipped", why: "with order: orders has not linked 999" }],
  ];
  for (const [what, missing, second] of wants) {
    await t.step(what, () =>
      inWorld(async ({ joiner }) => {
        const [one, two, three] = await joiner.join(rows);
        assert.deepEqual(two.failure ? { code: two.failure.code } : two.hold, second);
        assert.equal(two.row, rows[1]);
        assert.equal((one.row.order as Row).ORDER_ID, "5");
        assert.equal((three.row.order as Row).ORDER_ID, "6");
      }, { pipeline: (text) => text.replace("missing: reject", `missing: ${missing}`) }));
  }
  await t.step("a link that is left absent joins nothing", () =>
    inWorld(async ({ joiner, reads }) => {
      const [one] = await joiner.join([bill("2", "999", [])]);
      assert.deepEqual([one.failure, one.hold, one.row.order, reads.length], [undefined, undefined, undefined, 0]);
    }, { pipeline: (text) => text.replace("missing: reject", "missing: absent") }));
});

Deno.test("a joined record that is not there is absent, and followed all the same", async () => {
  const held = { ...HELD, orders: { "-": [order("6")] } };
  await inWorld(async ({ joiner }) => {
    const [one] = await joiner.join([bill("1", "900", ["L1"])]);
    assert.equal(one.failure, undefined);
    assert.equal(one.row.order, undefined);
    assert.deepEqual(one.followed, [{ join: "order", key: "5" }]);
  }, { held });
});

Deno.test("a joined record that is not what its stream promises rejects the rows that need it, and no other", async () => {
  const held = { ...HELD, orders: { "-": [order("5", { TOTAL: "much" }), order("6")] } };
  await inWorld(async ({ joiner }) => {
    const joined = await joiner.join([bill("1", "900", []), bill("2", "901", [])]);
    assert.deepEqual(joined.map(({ failure }) => failure?.code), ["record.invalid", undefined]);
    assert.match(joined[0].failure!.place ?? "", /orders 5, field TOTAL/);
  }, { held });
});

Deno.test("a joined stream that cannot be read stops the run", async () => {
  await inWorld(async ({ joiner }) => {
    await assert.rejects(joiner.join([bill("1", "900", [])]), { code: "wire.fate-unknown" });
  }, { held: { ...HELD, orders: {} } });
});

Deno.test("an ambiguous way back is rejected with the candidates", async () => {
  await withStore(async (store) => {
    await link(store, { key: "5", id: "900", children: { lines: { "51": "L1" } } });
    await link(store, { key: "6", id: "900", children: { lines: { "61": "L1", "62": "L2" } } });
    const { load, lookup } = linkCache(store);
    const need = { pipeline: "orders", key: "900", reverse: true };
    const item = (id: string, list = "lines") => ({ ...need, child: { list, id } });
    await load([need, item("L1"), item("L2"), item("L3"), item("L2", "others")]);
    assert.deepEqual(lookup(need), { ambiguous: ["5 (p)", "6 (p)"] });
    assert.deepEqual(lookup(item("L1")), { ambiguous: ["51 (p)", "61 (p)"] });
    assert.deepEqual(lookup(item("L2")), { id: "62" });
    assert.equal(lookup(item("L3")), undefined);
    assert.equal(lookup(item("L2", "others")), undefined);
  });
});
