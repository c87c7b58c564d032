import assert from "node:assert/strict";
import { join } from "node:path";
import { seededRandom } from "../../engine/clock.ts";
import type { Delivery } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { batch } from "../../engine/state/batch.ts";
import { keepDeliveries, listDeliveries } from "../../engine/state/deliveries.ts";
import { hear } from "../../engine/state/hear.ts";
import { openStore } from "../../engine/state/open.ts";
import { smallCompany } from "../conformance/data.ts";
import { type Stage, stage } from "./harness.ts";

const PIPELINE = `name: changes
description: What changes a contract becomes a vendor, which nobody needs but a test.
source: { connection: procore, stream: change_order_packages }
destination: { connection: procore, stream: vendors }
map:
  name: title
trigger:
  webhook: Change Order Packages
`;
const URL_ = "https://gusset.example.com";
const HOOK = `${URL_}/webhooks/procore`;

/** A stage whose one pipeline listens. */
async function listening(test: (one: Stage & { folder: string }) => Promise<void>, pipeline = PIPELINE): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "gusset-hooks-" });
  await Deno.writeTextFile(join(folder, "changes.yaml"), pipeline);
  const one = await stage({ data: smallCompany(), pipelines: folder });
  try {
    await test({ ...one, folder });
  } finally {
    await one.end();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("sync makes the hook that a pipeline needs, once; list shows it; remove takes it away", () =>
  listening(async ({ gusset, rows }) => {
    const dry = await gusset("webhooks", "sync", "--url", URL_, "--dry-run");
    assert.match(dry.out, /Would be done: 1 step/, dry.err);
    assert.deepEqual(await rows("procore", "hooks"), []);
    const { out, exit } = await gusset("webhooks", "sync", "--url", URL_);
    assert.equal(exit, 0);
    assert.match(
      out,
      new RegExp(`\\+ a hook that sends to ${HOOK}\n +Change Order Packages: create, update, delete\n`),
    );
    const [hook] = await rows("procore", "hooks");
    assert.deepEqual([hook.namespace, hook.destination_url, hook.status], ["gusset", HOOK, "active"]);
    assert.match((await gusset("webhooks", "sync", "--url", `${URL_}/`)).out, /Nothing to do/);
    const { json: [listed] } = await gusset("webhooks", "--json");
    assert.deepEqual([listed.connection, listed.url, listed.sound, listed.triggers.length], ["procore", HOOK, true, 3]);
    assert.match((await gusset("webhooks", "list")).out, /hook \d+ {2}https.*\n +Change Order Packages: create/);
    const { json: steps } = await gusset("webhooks", "remove", "procore", "--json");
    assert.deepEqual(steps.map((step) => [step.do, step.done]), [["remove", true]]);
    assert.deepEqual(await rows("procore", "hooks"), []);
    assert.match((await gusset("webhooks")).out, /No hooks of ours/);
  }));

Deno.test("sync mends what is off and removes what is stale, and nobody else's", () =>
  listening(async ({ gusset, rows, control, folder }) => {
    await gusset("webhooks", "sync", "--url", "https://old.example.com");
    const { json } = await gusset("webhooks", "sync", "--url", URL_, "--json");
    assert.deepEqual(json.map((step) => step.do), ["create", "remove"]);
    const before = await rows("procore", "hooks");
    assert.equal(before.length, 1);
    // Another pipeline's resource, no more wanted; and one that is wanted since.
    await Deno.writeTextFile(join(folder, "changes.yaml"), PIPELINE.replace(/trigger:[^]*/, ""));
    await control("procore", "DELETE", "requests");
    const none = await gusset("webhooks", "sync", "--url", URL_, "--json");
    assert.deepEqual(none.json.map(({ do: what, why }) => [what, why]), [["remove", "nothing listens any more"]]);
  }));

Deno.test("deliveries that wait are listed, with why", () =>
  listening(async ({ gusset, home, clock }) => {
    assert.match((await gusset("webhooks", "waiting")).out, /No delivery waits/);
    const path = join(home, "kv.sqlite3");
    const store = await openStore({ path, clock, random: seededRandom(3) });
    const at = new Date(clock.now()).toISOString();
    const delivery: Delivery = { id: "U1", resource: "Change Order Packages", key: "7", action: "update", at };
    const to = [{ pipeline: "changes", partition: "5" }];
    await hear(store, { connection: "procore", delivery, to, until: at });
    const failure = new Failure("wire.busy", { fact: "Procore is busy" }).toJSON();
    const writes = batch(store);
    keepDeliveries(writes, await Array.fromAsync(listDeliveries(store)), { failure, due: at, counts: true });
    await writes.commit();
    store.close();
    assert.match((await gusset("webhooks", "waiting", "--kv", path)).out, /changes +5 +7 .*1 .*Procore is busy/);
    const { json: [line] } = await gusset("webhooks", "waiting", "changes", "--kv", path, "--json");
    assert.deepEqual([line.key, line.tries, line.failure.code], ["7", 1, "wire.busy"]);
  }));

for (
  const [what, argv, exit, says] of [
    ["without an address", ["sync"], 2, /--url/],
    ["with an address in the clear", ["sync", "--url", "http://gusset.example.com"], 2, /must be https/],
    ["with no address at all", ["sync", "--url", "here"], 2, /must be an address/],
    ["with a password in the address", ["sync", "--url", "https://a:b@gusset.example.com"], 2, /without user/],
    ["of a connection that is not there", ["sync", "other", "--url", URL_], 2, /There is no connection other/],
    ["of a system that sends none", ["list", "ebs"], 3, /sends no webhooks.*Use a schedule/],
  ] as [string, string[], number, RegExp][]
) {
  Deno.test(`webhooks ${what} is refused, and nothing is made`, () =>
    listening(async ({ gusset, rows }) => {
      const ran = await gusset("webhooks", ...argv);
      assert.equal(ran.exit, exit, ran.err);
      assert.match(ran.err, says);
      assert.deepEqual(await rows("procore", "hooks"), []);
    }));
}

Deno.test("a hook on this machine itself may be in the clear", () =>
  listening(async ({ gusset }) => {
    assert.equal((await gusset("webhooks", "sync", "--url", "http://127.0.0.1:8000")).exit, 0);
  }));

Deno.test("without webhook_secret no hook is made, and it is said what to do", () =>
  listening(async ({ gusset, rows, connections }) => {
    const file = await Deno.readTextFile(connections);
    await Deno.writeTextFile(connections, file.replace(/ {2}webhook_secret:\n? +.*\n/, ""));
    const { exit, err } = await gusset("webhooks", "sync", "--url", URL_);
    assert.equal(exit, 1);
    assert.match(err, /webhook_secret is not set.*gusset secret set NAME/);
    assert.deepEqual(await rows("procore", "hooks"), []);
  }));

Deno.test("a webhook that the source does not announce is found by check, with the nearest name", () =>
  listening(async ({ gusset }) => {
    const { exit, out, err } = await gusset("check");
    assert.notEqual(exit, 0);
    assert.match(out + err, /announces no changes of Change Order Package[^s][^]*did you mean Change Order Packages\?/);
  }, PIPELINE.replace("webhook: Change Order Packages", "webhook: Change Order Package")));
