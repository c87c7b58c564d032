/**
 * Requisitions that cannot be matched to an Oracle order: on a contract that people made themselves, and on a subcontract.
 */
import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import { sentence } from "../engine/failure.ts";
import { planView } from "../engine/cli/plan_view.ts";
import type { PlannedChange, RunResult } from "../engine/run/types.ts";
import { batch } from "../engine/state/batch.ts";
import { listLinks, putLink } from "../engine/state/links.ts";
import type { House } from "./support/house.ts";
import { line, order } from "./support/orders.ts";
import { bill } from "./support/posting_acts.ts";
import { stands } from "./support/posting_story.ts";
import { post, POSTING, postingHouse } from "./support/postings.ts";

/** A contract that somebody makes in Procore, and bills for 27. */
async function made(home: House, more: Row = {}): Promise<Row> {
  await home.control("procore", "touch", {
    table: "purchase_order_contracts",
    fields: {
      project_number: "DEN-1",
      number: "X-1",
      vendor: "Alder Works Inc.",
      status: "Approved",
      lines: [{ amount: "900", code: "01-5001", type: "S" }],
      ...more,
    },
  });
  const contract = (await home.rows("procore", "purchase_order_contracts")).find(({ number }) => number === "X-1")!;
  await home.control("procore", "touch", {
    table: "requisitions",
    fields: {
      commitment_id: String(contract.id),
      status: "approved",
      billing_date: "2026-10-12",
      items: [{ position: 1, work_completed_this_period: "27" }],
    },
  });
  return contract;
}

/** What a person reads of a run. */
function shown(home: House, result: RunResult & { changes: PlannedChange[] }): string {
  const lines: string[] = [];
  const view = planView({
    pipeline: home.project.pipelines.find(({ name }) => name === POSTING)!,
    mode: "apply",
    say: (text = "") => void lines.push(text),
    paint: (_, text) => text,
    columns: 120,
    cap: 20,
    fields: false,
  });
  result.changes.forEach(view.change);
  view.end(result, {});
  return lines.join("\n");
}

Deno.test("a requisition on a purchase order contract that Gusset did not make waits for its match, and goes once there is one", async () => {
  const home = await postingHouse([order(1, [line("50")]), order(2, [line("900")])]);
  await bill(1, ["5"])(home);
  const contract = await made(home);
  for (const _ of [1, 2]) {
    const { changes } = await post(home);
    const [rejected] = changes.filter(({ word }) => word !== "create");
    assert.equal(rejected.word, "rejected");
    assert.match(
      sentence(rejected.failure as never),
      new RegExp(
        `^requisitions \\d+, field with order: It belongs to ${contract.id}, which purchase-orders has neither made nor ` +
          "matched\\. Match it: confirm it with `gusset adopt` where purchase-orders suggests it, or import its link with " +
          "`gusset links import`; this goes with the next run\\.$",
      ),
    );
    await stands(home, { open: { 1001: "5" }, retained: "0", at: "the others go on" });
    home.clock.advance(5 * 60_000);
  }
  // Somebody matches it to Oracle's order 2, line by line.
  const ours = (await Array.fromAsync(listLinks(home.store, "purchase-orders"))).find(({ key }) => key === "80002")!;
  const [item] = (await home.rows("procore", "purchase_order_contract_line_items"))
    .filter((row) => row.purchase_order_contract_id === contract.id);
  const writes = batch(home.store);
  const children = { line_items: { "2001": String(item.id) } };
  putLink(writes, "purchase-orders", { ...ours, id: String(contract.id), how: "imported", children }, ours);
  await writes.commit();
  await post(home);
  await stands(home, { open: { 1001: "5", 2001: "27" }, retained: "0", at: "matched" });
  await home.close();
});

Deno.test("a requisition on a subcontract is out of scope: skipped, counted and valued", async () => {
  const home = await postingHouse([order(1, [line("50")])]);
  await bill(1, ["5"])(home);
  await made(home, { work_order: true });
  const result = await post(home);
  assert.equal(result.counts.skipped, 1);
  assert.equal(result.changes.find(({ word }) => word === "skipped")?.value, "27");
  assert.match(
    shown(home, result),
    /^skipped +1 record, 27\.00: It bills a subcontract that was never made from an Oracle order$/m,
  );
  await stands(home, { open: { 1001: "5" }, retained: "0", at: "skipped" });
  await home.close();
});
