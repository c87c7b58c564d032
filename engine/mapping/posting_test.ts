import assert from "node:assert/strict";
import type { Row, Stream } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { Pipeline, Posting } from "../pipeline/model.ts";
import { bills } from "../pipeline/testing_bills.ts";
import { load, registry } from "../pipeline/testing.ts";
import { compileMapper } from "./compile.ts";
import { compilePosting, type PostingMapper } from "./posting.ts";
import { around, linksFrom } from "./testing.ts";
import type { Mapper } from "./types.ts";

const { erp, site } = registry;
const source = site.streams.bills;
const joined: Record<string, Stream> = {
  order: erp.streams.orders,
  vendor: erp.streams.vendors,
  share: erp.streams.projects,
};

async function compiled(
  change: (text: string) => string = (text) => text,
): Promise<{ mapper: Mapper; posting: PostingMapper }> {
  const { project, diagnostics } = await load({ "bills.yaml": change(bills) });
  assert.deepEqual(diagnostics, []);
  const pipeline = project!.pipelines.find(({ name }) => name === "bills") as Pipeline & { posting: Posting };
  return {
    mapper: compileMapper(pipeline, { source, destination: erp.streams.journals, joined }),
    posting: compilePosting(pipeline, { source, joined }),
  };
}

/** A bill with all that is joined to it. */
const bill = (more: Row = {}): Row => ({
  id: "1",
  number: "7",
  contract_id: "900",
  day: "2026-10-31",
  value: "10.50",
  ready: true,
  order: {
    ORDER_ID: "5",
    NUMBER: "No 5",
    VENDOR_ID: "77",
    TOTAL: "10",
    OPEN_FLAG: "Y",
    SITE: { SITE_ID: "4" },
    LINES: [{ LINE_ID: "1", DISTRIBUTIONS: [{ DIST_ID: "51", AMOUNT: "4" }, { DIST_ID: "52", AMOUNT: "06.50" }] }],
  },
  vendor: { VENDOR_ID: "77", NAME: "Acme" },
  items: [
    { line_id: "L1", to_date: "8.00", held: "0.80", account: "100", share: { PROJECT_ID: "51", NUMBER: "N1" } },
    { line_id: "L9", to_date: "2", account: "101" },
  ],
  ...more,
});

const none = linksFrom({});

Deno.test("a record says its chain, its place in it, its worth, and what it certifies and what is booked by position", async () => {
  const { posting } = await compiled();
  const row = bill();
  const items = row.items as Row[];
  assert.deepEqual([posting.chain(row), posting.order(row), posting.value(row)], ["900", "7", "10.50"]);
  assert.deepEqual(posting.certified(row, none, around), [
    { row: items[0], position: "51", certified: "8", withheld: "0.8", pool: "100" },
    { row: items[1], position: "line-L9", certified: "2", withheld: "0", pool: "101" },
  ]);
  const booked = posting.booked(row, none, around).map(({ position, amount, never }) => ({ position, amount, never }));
  assert.deepEqual(booked, [
    { position: "51", amount: "4", never: "4" },
    { position: "52", amount: "6.5", never: "4" },
  ]);
});

Deno.test("each stands alone where no chain is named, and nothing is booked where nobody asks", async () => {
  const { posting } = await compiled((text) =>
    text.replace(/ {2}(chain|order|value): \w+\n/g, "").replace(/ {2}booked:\n( {4}.*\n)+/, "")
      .replace("  from: 2026", "  recognise: final\n  from: 2026")
  );
  assert.deepEqual([posting.chain(bill()), posting.order(bill()), posting.value(bill())], ["1", "1", undefined]);
  assert.deepEqual(posting.booked(bill({ order: null }), none, around), []);
});

Deno.test("what is not known is never taken for nothing", async (t) => {
  const { posting } = await compiled();
  const order = bill().order as Row;
  const lines = (share: Row) => bill({ order: { ...order, LINES: [{ LINE_ID: "1", DISTRIBUTIONS: [share] }] } });
  const item = (item: Row) => bill({ items: [item] });
  const certified = (row: Row) => posting.certified(row, none, around);
  const booked = (row: Row) => posting.booked(row, none, around);
  const scenarios: [what: string, look: () => unknown, code: string, said: RegExp][] = [
    ["no chain", () => posting.chain(bill({ contract_id: null })), "map.absent", /contract_id is absent/],
    ["no place in the chain", () => posting.order(bill({ number: "" })), "map.absent", /number is absent/],
    ["no amount certified", () => certified(item({ line_id: "L1", account: "1" })), "map.absent", /certified/],
    ["no position", () => certified(item({ to_date: "1", account: "1" })), "map.absent", /line_id is absent/],
    ["an amount that is none", () => certified(item({ line_id: "L1", to_date: "much" })), "map.wrong-type", /decimal/],
    ["no order", () => booked(bill({ order: undefined })), "map.absent", /nobody knows what is booked/],
    ["no amount booked", () => booked(lines({ DIST_ID: "51" })), "post.unbooked", /booked/],
    ["no position booked", () => booked(lines({ AMOUNT: "5" })), "map.absent", /position/],
  ];
  for (const [what, look, code, said] of scenarios) {
    await t.step(what, () => {
      assert.throws(look, (thrown) => {
        assert(thrown instanceof Failure);
        assert.equal(thrown.code, code, thrown.message);
        assert.match(thrown.message, said);
        assert.match(thrown.place ?? "", /^bills 1, field posting\./);
        return true;
      });
    });
  }
});

Deno.test("links of a balance are asked for, and missing ones are failures", async () => {
  const { posting } = await compiled((text) =>
    text.replace(
      "    pool: account\n  booked",
      "    pool: { link: orders, of: root.contract_id, reverse: true, missing: park }\n  booked",
    )
  );
  const row = bill();
  assert.deepEqual(posting.needs(row), [1, 2].map(() => ({ pipeline: "orders", key: "900", reverse: true })));
  assert.deepEqual(
    posting.certified(row, linksFrom({ "orders/900": "5" }), around).map(({ pool }) => pool),
    ["5", "5"],
  );
  assert.throws(() => posting.certified(row, none, around), { code: "link.missing" });
});

/** With what a run would post of it. */
const moved = (more: Row = {}): Row =>
  bill({
    posting: { key: "K", purpose: "recognise", revision: "1", why: "certified" },
    positions: [
      { ...(bill().items as Row[])[0], position: "51", cost: "8", withheld: "0.8", net: "7.2" },
      { position: "52", cost: "-1", withheld: "0", net: "-1", account: "100" },
    ],
    ...more,
  });

Deno.test("a document is made of what is moved, line by line", async () => {
  const { mapper } = await compiled();
  const mapped = mapper.map(moved(), "", none, around);
  assert(mapped.kind === "record", JSON.stringify(mapped));
  const line = (account: string, position: string, measure: string, amount: Row): Row => ({
    account,
    ...amount,
    position,
    measure,
  });
  assert.deepEqual(mapped.fields, {
    ledger: "1",
    day: "2026-10-31",
    currency: "USD",
    words: "No 5 of Acme: certified",
    lines: [
      line("100", "51", "cost", { debit: "8" }),
      line("100", "52", "cost", { debit: "-1" }),
      line("2100", "51", "net", { credit: "7.2" }),
      line("2100", "52", "net", { credit: "-1" }),
      line("2200", "51", "withheld", { credit: "0.8" }),
      line("2200", "52", "withheld", { credit: "0" }),
    ],
  });
});

Deno.test("a position whose account nobody knows rejects its document", async () => {
  const { mapper } = await compiled();
  const mapped = mapper.map(
    moved({ positions: [{ position: "52", cost: "1", withheld: "0", net: "1" }] }),
    "",
    none,
    around,
  );
  assert(mapped.kind === "rejected");
  assert.equal(mapped.failure.code, "map.absent");
});

Deno.test("the partition may be what the record itself says", async () => {
  const { project } = await load({ "bills.yaml": bills });
  const pipeline = project!.pipelines.find(({ name }) => name === "bills")!;
  const partition = { of: "order.ORDER_ID", missing: "reject" as const };
  for (
    const [missing, row, kind, id] of [
      ["reject", moved(), "record", "5"],
      ["reject", moved({ order: null }), "rejected", undefined],
      ["skip", moved({ order: null }), "skipped", undefined],
    ] as const
  ) {
    const changed = { ...pipeline, destination: { ...pipeline.destination, partition: { ...partition, missing } } };
    const mapped = compileMapper(changed, { source, destination: erp.streams.journals, joined }).map(
      row,
      "",
      none,
      around,
    );
    assert.equal(mapped.kind, kind);
    assert.equal(mapped.kind === "record" ? mapped.partition : undefined, id);
  }
});

Deno.test("what leaves a record out of scope is told in words, and before anything is joined where it can be", async (t) => {
  const late = (text: string) => text.replace("rec.number == 0", "has(rec.order) && rec.order.NUMBER == 'No 5'");
  const closed = (text: string) =>
    text.replace("has(rec.ready) && rec.ready", "has(rec.order) && rec.order.OPEN_FLAG == 'Y'");
  const named = (text: string) => text.replace("Bill {id} is", "Order {order.NUMBER}, bill {id} is");
  const bare = { order: undefined, vendor: undefined };
  const first = "Bill 1 is the first offer", outside = "outside `where`";
  const scenarios: [
    what: string,
    change: (text: string) => string,
    row: Row,
    early?: string,
    skips?: string,
    inside?: boolean,
  ][] = [
    ["in scope", (text) => text, {}, undefined, undefined, true],
    ["skipped", (text) => text, { number: "0" }, first, first, true],
    ["outside", (text) => text, { ready: false }, outside, undefined, false],
    ["skipped by what is joined", late, {}, undefined, first, true],
    ["outside by what is joined", closed, { order: { OPEN_FLAG: "N", NUMBER: "x" } }, undefined, undefined, false],
    [
      "skipped in words of what is joined",
      named,
      { number: "0" },
      undefined,
      "Order No 5, bill 1 is the first offer",
      true,
    ],
  ];
  for (const [what, change, row, early, skips, inside] of scenarios) {
    await t.step(what, async () => {
      const { mapper } = await compiled(change);
      assert.equal(mapper.early({ ...bill(row), ...bare }), early, "early");
      assert.equal(mapper.skips(bill(row)), skips, "skips");
      assert.equal(mapper.inScope(bill(row)), inside, "inside");
    });
  }
  await t.step("what it requires is told by what is joined", async () => {
    const { mapper } = await compiled();
    const order = { ...bill().order as Row, OPEN_FLAG: "N" };
    assert.throws(() => mapper.inScope(bill({ order })), { code: "record.unfit", message: /Order No 5 is closed/ });
    assert.equal(mapper.early({ ...bill(), ...bare }), undefined);
  });
});
