import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { systemClock } from "../engine/clock.ts";
import { EXIT } from "../engine/cli/exit.ts";
import { listCursors } from "../engine/state/cursors.ts";
import { listLeases } from "../engine/state/lease.ts";
import { countLinks } from "../engine/state/links.ts";
import { listRuns } from "../engine/state/runs.ts";
import { ORDERS, ordersWorld } from "./support/cluster_orders.ts";
import { registry, root } from "./support/house.ts";

/** Settings as connections.yaml may hold them: secrets come from the environment. */
function connections(settings: Record<string, Record<string, unknown>>) {
  const env: Record<string, string> = {};
  const files = Object.fromEntries(
    Object.entries(settings).map(([name, own]) => {
      const secrets = registry[name as keyof typeof registry].secrets!.map((secret) => {
        const variable = `${name}_${secret}`.toUpperCase();
        env[variable] = String(own[secret]);
        return [secret, { env: variable }];
      });
      return [name, { connector: name, tag: name.toUpperCase(), ...own, ...Object.fromEntries(secrets) }];
    }),
  );
  return { env, text: JSON.stringify(files) };
}

/** How slow Procore is when the run is told to stop: as it usually is, or so slow that its answer cannot be waited for. */
for (const [says, latency] of [["between two calls", 20], ["while a call hangs", 60_000]] as const) {
  Deno.test(`a run that gets SIGTERM ${says} ends as aborted within ten seconds, and another continues it`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "gusset-stop-" });
    const kv = join(folder, "kv.sqlite3");
    const world = await ordersWorld({ records: 160, units: 4, kv, latency: 20 });
    const { env, text } = connections(world.settings);
    await Deno.writeTextFile(join(folder, "connections.yaml"), text);
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", new URL("main.ts", root).pathname, "run", ORDERS].concat(
        ["--pipelines", new URL("pipelines", root).pathname],
        ["--connections", join(folder, "connections.yaml"), "--kv", kv],
      ),
      env,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const said = Promise.all([new Response(process.stdout).text(), new Response(process.stderr).text()]);
    // In the middle: some orders are there, others are not.
    while (await countLinks(world.store, ORDERS) < 20) await systemClock.sleep(20);
    world.slow(latency);
    await systemClock.sleep(50);
    const told = performance.now();
    process.kill("SIGTERM");
    const { code } = await process.status;
    const took = performance.now() - told;
    assert.equal(code, EXIT.interrupted, (await said).join(""));
    assert(took < 10_000, `it took ${Math.round(took)} ms`);
    const [run] = await Array.fromAsync(listRuns(world.store, { pipeline: ORDERS, limit: 1 }));
    assert.equal(run.state, "aborted");
    assert.deepEqual(await Array.fromAsync(listLeases(world.store, ORDERS)), [], "its leases are free at once");
    const before = await countLinks(world.store, ORDERS);
    assert(before >= 20 && before < 160, `${before} orders were there`);
    world.slow(0);
    const next = await world.run(ORDERS);
    assert.equal(next.elsewhere, undefined);
    assert(next.counts.create <= 160 - before, "what was confirmed is kept");
    for await (const { pass } of listCursors(world.store, ORDERS)) assert.equal(pass, undefined);
    await world.whole();
    await world.close();
    await Deno.remove(dirname(kv), { recursive: true });
  });
}
