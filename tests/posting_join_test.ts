import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import { compileMapper } from "../engine/mapping/compile.ts";
import { compilePosting } from "../engine/mapping/posting.ts";
import { loadProject } from "../engine/pipeline/load.ts";
import type { Pipeline, Posting } from "../engine/pipeline/model.ts";
import { joinedStreams, joiner } from "../engine/run/join.ts";
import { linkCache } from "../engine/run/lookup.ts";
import { door } from "../main.ts";
import { registry } from "./support/house.ts";
import { line, lineId, order, ORDER_PIPELINES, orderHouse, sync } from "./support/orders.ts";
import { shippedTexts } from "./support/posting/texts.ts";

const { project } = await loadProject({ dir: door.pipelines, registry, files: await shippedTexts() });
const pipeline = project!.pipelines.find(({ name }) => name === "requisition-journals") as Pipeline & {
  posting: Posting;
};

Deno.test("a requisition in the sandbox finds its order, what is booked of it, and the distribution and account of each row", async () => {
  const home = await orderHouse([order(1, [line("100"), line("50.50", { CODE_COMBINATION_ID: "702" })])], {
    project: project!,
  });
  try {
    await sync(home, ORDER_PIPELINES);
    const [contract] = await home.rows("procore", "purchase_order_contracts");
    const lines = await home.rows("procore", "purchase_order_contract_line_items");
    await home.control("procore", "touch", {
      table: "requisitions",
      fields: {
        commitment_id: contract.id,
        status: "approved",
        billing_date: "2026-10-31",
        items: lines.map((item) => ({
          line_item_id: item.id,
          work_completed_this_period: "10.00",
          work_completed_retainage_retained_this_period: "1.00",
        })),
      },
    });
    const source = await home.engine.connect("procore");
    await source.ready();
    const reader = source.session.stream("requisitions");
    const rows: Row[] = [];
    for (const partition of await reader.partitions()) {
      for await (const page of reader.read!({ partition, since: null, after: null })) rows.push(...page.rows);
    }
    const links = linkCache(home.store);
    const joined = await joiner(home.engine, pipeline, links).join(rows);
    const [{ row, failure, hold, followed }] = joined;
    assert.deepEqual([joined.length, failure, hold], [1, undefined, undefined]);
    assert.deepEqual(followed, [
      { join: "order", key: "80001" },
      ...[1, 2].map((i) => ({ join: "billing", key: lineId(1, i) })),
    ]);
    const streams = { source: registry.procore.streams.requisitions, joined: joinedStreams(home.engine, pipeline) };
    const posting = compilePosting(pipeline, streams);
    const mapper = compileMapper(pipeline, { ...streams, destination: registry.ebs.streams.gl_journals });
    const around = { connection: { name: "procore", tag: "PROCORE" }, run: { id: "", at: "" } };
    assert.deepEqual([mapper.skips(row), mapper.inScope(row)], [undefined, true]);
    assert.deepEqual([posting.chain(row), posting.order(row), posting.value(row)], [String(contract.id), "1", "20"]);
    await links.load([...posting.needs(row), ...mapper.needs(row, "")]);
    const certified = posting.certified(row, links.lookup, around);
    const wanted = [[lineId(1, 1), "701"], [lineId(1, 2), "702"]];
    assert.deepEqual(
      certified.map(({ row: _, ...rest }) => rest),
      wanted.map(([position, pool]) => ({ position, certified: "10", withheld: "1", pool })),
    );
    assert.deepEqual(
      posting.booked(row, links.lookup, around),
      wanted.map(([position, pool]) => ({ position, amount: "0", pool })),
    );

    // What a run would post of it, as a document.
    const positions = certified.map((one) => ({
      ...one.row,
      position: one.position,
      cost: "10",
      withheld: "1",
      net: "9",
    }));
    const told = { key: "K", purpose: "recognise", revision: "1", why: "certified" };
    const mapped = mapper.map({ ...row, positions, posting: told }, "", links.lookup, around);
    assert(mapped.kind === "record", JSON.stringify(mapped));
    assert.equal(mapped.partition, "204");
    const { LINES, REFERENCE5, CURRENCY_CODE, LEDGER_ID } = mapped.fields;
    assert.deepEqual([CURRENCY_CODE, LEDGER_ID], ["USD", "1"]);
    assert.match(String(REFERENCE5), /requisition 1 of order 1: certified$/);
    const said = (LINES as Row[]).map((each) =>
      [each.REFERENCE23, each.REFERENCE24, each.CODE_COMBINATION_ID, each.ENTERED_DR ?? `${each.ENTERED_CR} Cr`].join(
        " ",
      )
    );
    assert.deepEqual(said, [
      "1001 cost 701 10",
      "1002 cost 702 10",
      "1001 net 17119 9 Cr",
      "1002 net 17119 9 Cr",
      "1001 withheld 17117 1 Cr",
      "1002 withheld 17117 1 Cr",
    ]);
  } finally {
    await home.close();
  }
});
