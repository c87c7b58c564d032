import assert from "node:assert/strict";
import { inspect } from "node:util";
import { systemClock, systemRandom } from "../clock.ts";
import { Failure } from "../failure.ts";
import { batch } from "./batch.ts";
import { acquire, isHeld } from "./lease.ts";
import { countLinks, linkRange, linksTo, putLink } from "./links.ts";
import { openStore } from "./open.ts";
import { contents, take } from "./testing.ts";
import { type Fate, type Remote, startRemote } from "./testing_remote.ts";
import type { Store } from "./types.ts";

const TOKEN = "DENO_KV_ACCESS_TOKEN";

async function withRemote(test: (store: Store, remote: Remote) => Promise<void>): Promise<void> {
  await using remote = startRemote();
  const before = Deno.env.get(TOKEN);
  Deno.env.set(TOKEN, remote.token);
  const open = () => openStore({ path: remote.url, clock: systemClock, random: systemRandom });
  try {
    const store = await open();
    try {
      await test(store, remote);
    } finally {
      store.close();
    }
  } finally {
    before === undefined ? Deno.env.delete(TOKEN) : Deno.env.set(TOKEN, before);
  }
}

Deno.test("a remote KV holds what a file holds, within the limits of the self-hosted server", () =>
  withRemote(async (store, remote) => {
    assert.equal(store.remote, true);
    const lease = await take(store);
    assert.ok(isHeld(await acquire(store, { pipeline: "vendors", partition: "204", owner: "other", ttl: 1000 })));
    const writes = batch(store, lease);
    for (let i = 0; i < 1200; i++) {
      putLink(writes, "vendors", {
        key: String(i),
        part: "",
        id: `9${i}`,
        partition: "-",
        from: "204",
        values: { name: `Supplier ${i}` },
        how: "created",
        at: "2026-03-01T08:00:00Z",
        active: true,
      });
    }
    await writes.commit();
    const links = await linkRange(store, "vendors", { after: "99", through: "1150" });
    assert.deepEqual(links.map(({ key }) => Number(key)), Array.from({ length: 1051 }, (_, i) => i + 100));
    assert.deepEqual((await linksTo(store, "vendors", ["9700"])).get("9700"), [{
      key: "700",
      part: "",
      partition: "-",
    }]);
    assert.equal(await countLinks(store, "vendors"), 1200);
    assert.ok(remote.checks <= 10);
    await lease.renew();
    await lease.release();
    assert.equal((await take(store)).fence, 2);
  }));

Deno.test("a commit whose answer the network loses is applied once, whatever the client does about it", async (t) => {
  const table: { name: string; fates: Fate[]; applies: boolean }[] = [
    { name: "applied, then the connection is cut", fates: [{ apply: true, status: "cut" }], applies: true },
    { name: "applied, then 503, which the client sends again", fates: [{ apply: true, status: 503 }], applies: true },
    { name: "applied, then 400, which the client gives up on", fates: [{ apply: true, status: 400 }], applies: true },
    { name: "not applied, and cut", fates: [{ apply: false, status: "cut" }], applies: false },
    { name: "not applied, 503 twice", fates: Array(2).fill({ apply: false, status: 503 }), applies: false },
    { name: "not applied, 400 twice", fates: Array(2).fill({ apply: false, status: 400 }), applies: false },
  ];
  for (const { name, fates, applies } of table) {
    await t.step(name, () =>
      withRemote(async (store, remote) => {
        const lease = await take(store);
        const before = remote.applied;
        remote.fates = [...fates];
        // KV's encoding of ["a"]: somebody else changes it in between, and applying the commit again would undo that.
        remote.afterLost = () => remote.set(Uint8Array.from([2, 0x61, 0]), '"a person"');
        await batch(store, lease).set(["a"], "the run").set(["b"], "the run").commit();
        const after = await contents(store);
        assert.equal(after.get("a"), applies ? '"a person"' : '"the run"');
        assert.equal(after.get("b"), '"the run"');
        assert.equal(remote.applied - before, 1);
        assert.deepEqual(remote.fates, []);
      }));
  }
});

Deno.test("taking a lease whose answer is lost takes it once", async (t) => {
  for (const status of ["cut", 503, 400] as const) {
    await t.step(`status ${status}`, () =>
      withRemote(async (store, remote) => {
        remote.fates = [{ apply: true, status }];
        const lease = await take(store);
        assert.equal(lease.fence, 1);
        await batch(store, lease).set(["a"], 1).commit();
        assert.equal((await contents(store)).get("a"), "1");
      }));
  }
});

Deno.test("a remote KV that refuses every commit is a failure that names it without its token", () =>
  withRemote(async (store, remote) => {
    remote.fates = Array(20).fill({ apply: false, status: 400 });
    const thrown = await batch(store).set(["a"], 1).commit().then(() => undefined, (thrown) => thrown);
    assert.ok(thrown instanceof Failure);
    assert.equal(thrown.code, "state.unreadable");
    assert.equal(thrown.place, remote.url);
    assert.ok(remote.fates.length > 10);
    remote.fates = [];
    assert.equal((await contents(store)).has("a"), false);
  }));

Deno.test("a wrong token is said at once, and shown nowhere", async () => {
  await using remote = startRemote();
  const before = Deno.env.get(TOKEN);
  Deno.env.set(TOKEN, "canary-token");
  try {
    const path = remote.url.replace("//", "//user:canary-password@");
    const thrown = await openStore({ path, clock: systemClock, random: systemRandom }).catch((thrown) => thrown);
    assert.ok(thrown instanceof Failure, inspect(thrown));
    assert.equal(thrown.code, "state.unreadable");
    assert.equal(thrown.place, remote.url);
    assert.doesNotMatch(`${inspect(thrown)} ${JSON.stringify(thrown)}`, /canary/);
  } finally {
    before === undefined ? Deno.env.delete(TOKEN) : Deno.env.set(TOKEN, before);
  }
});
