/**
 * A person changes something in Procore, and a pipeline runs of it: hook, delivery, intake, run; with everything in between real.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { listDeliveries } from "../engine/state/deliveries.ts";
import { listLinks } from "../engine/state/links.ts";
import { listNotices } from "../engine/state/notices.ts";
import { hookUrl, planHooks, takeHookStep } from "../engine/trigger/hooks.ts";
import { webhookIntake } from "../engine/trigger/intake.ts";
import { resourcesWanted } from "../engine/trigger/listeners.ts";
import { ownWrites } from "../engine/trigger/own.ts";
import { receivers } from "../engine/trigger/receivers.ts";
import { workDeliveries, type Worked } from "../engine/trigger/work.ts";
import type { RunResult } from "../engine/run/types.ts";
import { type House, house, registry, root, shippedProject } from "./support/house.ts";

const PIPELINE = `name: changes
description: What changes a contract becomes a vendor, which nobody needs but a test.
source: { connection: procore, stream: change_order_packages }
destination: { connection: procore, stream: vendors }
map:
  name: { template: "Vendor for {title}" }
  origin_id: { template: "{connection.tag}-CO-{id}" }
trigger:
  webhook: [Change Order Packages]
`;

interface Wired extends House {
  /** What Procore has told by now is worked off. */
  settle(): Promise<{ worked: Worked; runs: RunResult[] }>;
  /** Answers that Procore got. */
  answers: number[];
  vendors(): Promise<string[]>;
}

/** A house whose Procore tells of changes, and that listens: with a pipeline of its own, or the shipped ones and the invented company. */
async function wired(test: (home: Wired) => Promise<void>, { shipped = false } = {}): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "gusset-wired-" });
  try {
    await Deno.writeTextFile(join(folder, "changes.yaml"), PIPELINE);
    await Deno.copyFile(new URL("pipelines/connections.yaml", root), join(folder, "connections.yaml"));
    const answers: number[] = [];
    let server = (_: Request): Promise<Response> => Promise.reject(new Error("not up"));
    const home = await house({
      project: await shippedProject(shipped ? undefined : folder),
      deliver: async (request) => {
        const response = await server(request);
        answers.push(response.status);
        return response;
      },
      data: shipped ? undefined : {
        procore_projects: ["A", "B"].map((project_number) => ({ project_number, name: project_number })),
        procore_vendors: [{ name: "Acme", project_numbers: ["A", "B"] }],
        procore_cost_codes: ["A", "B"].map((project_number) => ({ project_number, code: "03", name: "Concrete" })),
        procore_purchase_order_contracts: ["A", "B"].map((project_number) => ({
          project_number,
          number: "1",
          vendor: "Acme",
          status: "Approved",
          lines: [{ amount: "100", code: "03", type: "S" }],
        })),
        procore_change_order_packages: ["A", "B", "B"].map((project_number, i) => ({
          project_number,
          contract: "1",
          title: `Change ${i + 1}`,
          lines: [{ amount: "1", code: "03", type: "S" }],
        })),
      },
    });
    const { store, clock, engine, project } = home;
    const settings = home.sandboxes.procore.settings("http://procore.sandbox.test:8000");
    const app = webhookIntake({
      store,
      receivers: receivers({ registry, project: () => project, settings: () => Promise.resolve(settings), clock }),
      log: () => {},
    });
    server = async (request) => await app.fetch(request);
    const keeper = (await engine.connect("procore")).session.hooks!;
    const steps = planHooks({
      url: hookUrl("https://gusset.test", "procore"),
      resources: resourcesWanted(project).get("procore")!,
      offered: await keeper.offered(),
      present: await keeper.list(),
    });
    for (const step of steps) await takeHookStep(keeper, step);
    await test(Object.assign(home, {
      answers,
      async settle() {
        await home.control("procore", "webhooks/send", {});
        clock.advance(3_000);
        const runs: RunResult[] = [];
        const worked = await workDeliveries({
          store,
          project,
          owner: "test",
          run: async ({ name }, asked) => {
            const result = await home.run(name, asked);
            runs.push(result);
            return result;
          },
          own: ownWrites(engine),
          log: () => {},
        });
        return { worked, runs };
      },
      vendors: async () =>
        (await home.rows("procore", "vendors")).filter(({ origin_id }) => origin_id).map(({ name }) => name as string),
    }));
    await home.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a change that a person makes is at the destination after one run of its record alone", () =>
  wired(async ({ rows, touch, settle, vendors, answers, store, control }) => {
    const [, { id }] = await rows("procore", "change_order_packages");
    await touch("procore", "change_order_packages", id as string, { title: "Rock" });
    await control("procore", "requests", undefined, "DELETE");
    const { worked, runs } = await settle();
    assert.deepEqual([...new Set(answers)], [202]);
    assert.deepEqual([worked.runs, worked.records, worked.failed], [1, 1, 0]);
    assert.deepEqual([runs[0].failure, runs[0].counts.create], [undefined, 1]);
    assert.deepEqual(await vendors(), ["Vendor for Rock"]);
    assert.equal((await Array.fromAsync(listLinks(store, "changes"))).length, 1);
    assert.deepEqual(await Array.fromAsync(listDeliveries(store)), []);
  }));

Deno.test("a change that nothing mapped is part of leaves the destination as it is", () =>
  wired(async ({ rows, touch, settle, vendors }) => {
    const [{ id }] = await rows("procore", "change_order_packages");
    await touch("procore", "change_order_packages", id as string, { title: "Rock" });
    await settle();
    const before = await vendors();
    await touch("procore", "change_order_packages", id as string, { description: "Hard" });
    const { runs: [{ counts, record }] } = await settle();
    assert.deepEqual([counts.unchanged, counts.update, record.read], [1, 0, 1]);
    assert.deepEqual(await vendors(), before);
  }));

Deno.test("a change that we made ourselves runs nothing", () =>
  wired(async ({ rows, settle, control }) => {
    const [{ id, project_id }] = await rows("procore", "change_order_packages");
    const event = { resource: "Change Order Packages", id, project_id, by: "app" };
    await control("procore", "webhooks/fire", event);
    const { worked, runs } = await settle();
    assert.deepEqual([worked.own, runs], [1, []]);
  }));

Deno.test("a record that is deleted, and one that never was, are no failure", () =>
  wired(async ({ rows, touch, settle, control, vendors }) => {
    const [{ id, project_id }] = await rows("procore", "change_order_packages");
    await touch("procore", "change_order_packages", id as string, { title: "Rock" });
    await settle();
    const resource = "Change Order Packages";
    await control("procore", "webhooks/fire", { resource, id: "1", project_id, action: "delete" });
    await control("procore", "webhooks/fire", { resource, id: "2", project_id: "404" });
    const { worked, runs } = await settle();
    assert.deepEqual([worked.failed, runs.map(({ failure }) => failure)], [0, [undefined, undefined]]);
    assert.deepEqual(await vendors(), ["Vendor for Rock"]);
  }));

Deno.test("while Procore is down deliveries wait, and are worked off when it is back", () =>
  wired(async ({ rows, touch, settle, control, vendors, store, clock }) => {
    const [{ id }] = await rows("procore", "change_order_packages");
    await touch("procore", "change_order_packages", id as string, { title: "Rock" });
    await control("procore", "webhooks/send", {});
    await control("procore", "faults", { kind: "status", status: 503, route: "/rest/", times: 1000 });
    const { worked } = await settle();
    assert.deepEqual([worked.failed, await vendors()], [1, []]);
    assert.equal((await Array.fromAsync(listDeliveries(store)))[0].tries, 1);
    await control("procore", "faults", undefined, "DELETE");
    clock.advance(20_000);
    await settle();
    assert.deepEqual([await vendors(), await Array.fromAsync(listDeliveries(store))], [["Vendor for Rock"], []]);
  }));

Deno.test("a change order that is approved in Procore is a notice to amend the Oracle order, and one that is not is none", () =>
  wired(async ({ run, rows, control, settle, store }) => {
    for (const name of ["projects", "vendors", "cost-codes", "purchase-orders"]) await run(name);
    const [contract] = (await rows("procore", "purchase_order_contracts")).filter(({ origin_id }) => origin_id);
    const line = (await rows("procore", "purchase_order_contract_line_items"))
      .find(({ purchase_order_contract_id }) => purchase_order_contract_id === contract.id)!;
    const { cost_code, line_item_type } = line as Record<string, { id: string }>;
    const lines = [{ amount: "100", cost_code_id: cost_code.id, line_item_type_id: line_item_type.id }];
    const change = async (fields: object) => {
      await control("procore", "touch", {
        table: "change_order_packages",
        fields: { contract_id: contract.id, lines, ...fields },
      });
      return await settle();
    };
    await change({ status: "draft", title: "Perhaps" });
    assert.deepEqual(await Array.fromAsync(listNotices(store)), []);
    const { worked, runs } = await change({ status: "approved", title: "Rock" });
    assert.equal(worked.failed, 0);
    assert.deepEqual(runs.map(({ record, counts }) => [record.pipeline, counts.create]), [[
      "change-order-journals",
      1,
    ]]);
    const [notice, ...none] = await Array.fromAsync(listNotices(store));
    assert.match(notice.title, /Amend order .* by 100(\.0+)?: change order .*Rock/);
    assert.deepEqual(none, []);
  }, { shipped: true }));
