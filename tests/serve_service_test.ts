/** The service in one process, on a clock that the test moves: schedules, deliveries, slices, files that change. */
import assert from "node:assert/strict";
import { Failure } from "../engine/failure.ts";
import type { Wire } from "../engine/connector.ts";
import type { Loaded } from "../engine/pipeline/load.ts";
import { openEngine } from "../engine/run/engine.ts";
import { openService, type Service, type ServiceParts } from "../engine/server/service.ts";
import { listDeliveries } from "../engine/state/deliveries.ts";
import { listRuns } from "../engine/state/runs.ts";
import { getStarts, wakePipeline } from "../engine/state/schedules.ts";
import { batch } from "../engine/state/batch.ts";
import { seededRandom } from "../engine/clock.ts";
import { takeHookStep } from "../engine/trigger/hooks.ts";
import { hookPlace, stepsToSync } from "../engine/acts/webhooks.ts";
import { type House, house, registry } from "./support/house.ts";
import { smallCompany } from "./conformance/data.ts";

const MINUTE = 60_000;

/** A service over a house, and what it logged. */
async function serving(
  more: Partial<ServiceParts> = {},
  options: Parameters<typeof house>[0] = {},
): Promise<{ home: House; service: Service; said: string[]; stop: AbortController; opened: () => number }> {
  const home = await house(options);
  const said: string[] = [];
  const stop = new AbortController();
  let opened = 0;
  const wires: Record<string, Wire> = {};
  const settings = async ({ name }: { name: string }) =>
    await Promise.resolve({
      ...home.sandboxes[name as "ebs" | "procore"].settings(`http://${name}.sandbox.test:8000`),
    });
  for (const name of ["ebs", "procore"] as const) {
    const wire = home.sandboxes[name].fetch;
    wires[name] = options.around ? options.around(name, wire) : wire;
  }
  const service = openService({
    store: home.store,
    registry,
    project: home.project,
    settings,
    openEngine: (project, signal) => {
      opened++;
      return openEngine({
        store: home.store,
        registry,
        project,
        settings,
        wireFor: (name) => wires[name],
        clock: home.clock,
        random: seededRandom(opened + 40),
        log: () => {},
        signal,
      });
    },
    clock: home.clock,
    random: seededRandom(5),
    log: (level, message, fields) => void said.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
    signal: stop.signal,
    owner: "test-1",
    schedule: true,
    webhooks: true,
    ...more,
  });
  return { home, service, said, stop, opened: () => opened };
}

/** Wakes a pipeline, as another one would. */
async function wake({ store }: House, pipeline: string): Promise<void> {
  const writes = batch(store);
  wakePipeline(writes, pipeline, "the test", `id-${store.clock.now()}`);
  await writes.commit();
}

const runsOf = async ({ store }: House, pipeline: string): Promise<string[]> =>
  (await Array.fromAsync(listRuns(store, { pipeline }))).map(({ state }) => state);

const ask = async (service: Service, path: string, init?: RequestInit): Promise<Response> =>
  await service.fetch(new Request(`http://gusset.test${path}`, init));

Deno.test("a tick starts what is due by its schedule, and nothing else", async () => {
  const { home, service, said } = await serving({}, { data: smallCompany() });
  await service.tick(50_000);
  assert.deepEqual(await Array.fromAsync(listRuns(home.store)), [], "a schedule counts from when it is first seen");
  const [{ starts }] = await getStarts(home.store, ["projects"]);
  home.clock.set(Date.parse(starts.next!.at));
  await service.tick(50_000);
  assert.deepEqual(await runsOf(home, "projects"), ["done"]);
  assert.ok(said.some((line) => line.startsWith("info Run done") && line.includes('"projects"')), said.join("\n"));
  for (
    const { pipeline, starts: { next } } of await getStarts(
      home.store,
      home.project.pipelines.map(({ name }) => name),
    )
  ) {
    if (
      pipeline === "projects" || home.project.pipelines.find(({ name }) => name === pipeline)!.trigger.after.length > 0
    ) continue;
    assert.ok(Date.parse(next!.at) > home.clock.now());
  }
  await home.close();
});

Deno.test("a slice ends what takes longer, the next ticks go on from there, and no run counts as failed", async () => {
  let slow = false;
  const { home, service, said } = await serving({}, {
    around: (_, wire) => async (request) => {
      // Every call takes five seconds of the slice's fifty.
      if (slow) home.clock.advance(5_000);
      return await wire(request);
    },
  });
  await wake(home, "projects");
  await service.tick(50_000);
  await wake(home, "vendors");
  slow = true;
  const states: string[] = [];
  for (let ticks = 0; ticks < 40 && states.at(-1) !== "done"; ticks++) {
    await service.tick(50_000);
    states.splice(0, Infinity, ...(await runsOf(home, "vendors")).reverse());
    home.clock.advance(MINUTE);
  }
  assert.ok(states.filter((state) => state === "sliced").length > 1, states.join());
  assert.equal(states.at(-1), "done");
  assert.ok(states.slice(0, -1).every((state) => state === "sliced"), states.join());
  assert.ok(!said.some((line) => line.startsWith("error")), said.join("\n"));
  const vendors = await home.rows("procore", "vendors");
  const ids = vendors.map(({ origin_id }) => origin_id).filter(Boolean);
  assert.ok(ids.length > 100);
  assert.equal(new Set(ids).size, ids.length, "no vendor was made twice");
  await home.close();
});

Deno.test("off the production timeline nothing is started, taken in or changed", async () => {
  const { home, service } = await serving({ writes: false }, { data: smallCompany() });
  await wake(home, "projects");
  await service.tick(50_000);
  assert.deepEqual(await Array.fromAsync(listRuns(home.store)), []);
  assert.equal((await ask(service, "/webhooks/procore", { method: "POST", body: "{}" })).status, 404);
  assert.equal((await ask(service, "/api/v1/pipelines/vendors/run", { method: "POST" })).status, 403);
  assert.equal((await ask(service, "/readyz")).status, 200);
  await home.close();
});

Deno.test("what a webhook tells is worked off by the service itself", async () => {
  const box: { service?: Service } = {};
  const { home, service, stop } = await serving({}, {
    deliver: async (request) => await box.service!.fetch(request),
  });
  box.service = service;
  await home.runAll();
  await service.engines.use(async (engine) => {
    const place = await hookPlace({ engine, project: engine.project }, "procore");
    for (const step of await stepsToSync(place, "http://127.0.0.1:8000")) await takeHookStep(place.keeper, step);
  });
  const [contract] = (await home.rows("procore", "purchase_order_contracts")).filter(({ origin_id }) => origin_id);
  const [line] = (await home.rows("procore", "purchase_order_contract_line_items"))
    .filter((one) => String(one.purchase_order_contract_id ?? one.contract_id) === String(contract.id));
  await home.control("procore", "touch", {
    table: "change_order_packages",
    fields: {
      contract_id: String(contract.id),
      title: "More rebar",
      status: "approved",
      lines: [{ description: "Rebar", amount: "1200", wbs_code_id: String((line.wbs_code as { id: string }).id) }],
    },
  });
  for (let round = 0; round < 20 && (await Array.fromAsync(listDeliveries(home.store))).length === 0; round++) {
    home.clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok((await Array.fromAsync(listDeliveries(home.store))).length > 0, "it came in");
  home.clock.advance(MINUTE);
  await service.tick(50_000);
  assert.deepEqual(await Array.fromAsync(listDeliveries(home.store)), [], "it was worked off");
  assert.ok((await runsOf(home, "change-order-journals")).length >= 2);
  stop.abort(new Failure("run.aborted", { fact: "enough" }));
  await home.close();
});

Deno.test("files that change: what is sound counts from the next run on, what is not is told and changes nothing", async () => {
  let loaded: Loaded = { diagnostics: [], sources: new Map() };
  let changed = (): void => {};
  const heard: (number | undefined)[] = [];
  const ended = Promise.withResolvers<void>();
  const { home, service, said, stop, opened } = await serving({
    files: {
      load: () => Promise.resolve(loaded),
      watch: (call, signal) => {
        changed = call;
        signal.addEventListener("abort", () => ended.resolve());
        return ended.promise;
      },
      told: (mistakes) => Promise.resolve(void heard.push(mistakes?.count)),
    },
    schedule: false,
  }, { data: smallCompany() });
  const working = service.work();
  const settle = async (): Promise<void> => {
    changed();
    changed();
    home.clock.advance(300);
    for (let i = 0; i < 10; i++) await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const before = service.engines.project();
  const openedBefore = opened();

  const place = { file: "pipelines/vendors.yaml", line: 4, column: 3 };
  loaded = {
    diagnostics: [{ place, code: "x", message: "There is no stream vendor", severity: "error", length: 1 } as never],
    sources: new Map(),
  };
  await settle();
  assert.equal(service.engines.project(), before, "the old one stays");
  const ready = await (await ask(service, "/readyz")).json();
  assert.equal(ready.ready, true, "a mistake in a file takes nobody out of service");
  assert.match(JSON.stringify(ready), /One mistake.*vendors\.yaml:4:3: There is no stream vendor/);
  assert.deepEqual(heard, [1]);
  await settle();
  assert.deepEqual(heard, [1], "the same mistake is told once");

  const next = {
    ...before,
    pipelines: before.pipelines.map((one) => one.name === "vendors" ? { ...one, description: "Other words" } : one),
  };
  loaded = { project: next, diagnostics: [], sources: new Map() };
  await service.engines.use(async (engine) => {
    await settle();
    assert.equal(engine.project, before, "what is at work goes on by the definition that it began with");
  });
  assert.equal(service.engines.project(), next);
  assert.equal(opened(), openedBefore, "the connections are the same, and stay open");
  assert.deepEqual(heard, [1, undefined]);
  assert.ok(said.some((line) => /read anew.*vendors changed/.test(line)), said.join("\n"));

  loaded = {
    project: {
      ...next,
      connections: { ...next.connections, ebs: { ...next.connections.ebs, settings: { other: "1" } } },
    },
    diagnostics: [],
    sources: new Map(),
  };
  await settle();
  assert.equal(opened(), openedBefore + 1, "another connection is opened anew");
  stop.abort(new Failure("run.aborted", { fact: "enough" }));
  home.clock.advance(20_000);
  await working;
  await home.close();
});

Deno.test("ready, or not, and why", async () => {
  const { home, service, stop } = await serving({}, { data: smallCompany() });
  const state = async () => {
    const response = await ask(service, "/readyz");
    const { checks } = await response.json();
    return [response.status, checks.filter(({ ok }: { ok: boolean }) => !ok).map(({ name }: { name: string }) => name)];
  };
  assert.deepEqual(await state(), [200, []]);
  home.clock.advance(4 * MINUTE);
  assert.deepEqual(await state(), [503, ["schedule"]], "nobody ticks");
  await service.tick(50_000);
  assert.deepEqual(await state(), [200, []]);
  stop.abort(new Failure("run.aborted", { fact: "enough" }));
  assert.deepEqual(await state(), [503, ["process"]]);
  assert.equal((await ask(service, "/healthz")).status, 200, "it lives");
  await home.close();
  assert.deepEqual((await state())[1], ["state", "process"]);
  assert.equal((await ask(service, "/healthz")).status, 200);
});
