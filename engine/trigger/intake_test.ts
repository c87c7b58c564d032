import assert from "node:assert/strict";
import type { Log } from "../connector.ts";
import { listDeliveries } from "../state/deliveries.ts";
import { contents, TEST_START, withStore } from "../state/testing.ts";
import type { Store } from "../state/types.ts";
import { Failure } from "../failure.ts";
import type { ManualClock } from "../clock.ts";
import { type Taken, webhookIntake } from "./intake.ts";
import { receivers } from "./receivers.ts";
import { registry, SECRET, testDelivery, testProject } from "./testing.ts";

interface Room {
  store: Store & { clock: ManualClock };
  /** Sends a body and gives the status. */
  post(body: BodyInit | null, more?: { connection?: string; headers?: Record<string, string> }): Promise<Response>;
  taken: Taken[];
  log: string[];
  /** Makes settings unreadable. */
  breakVault(): void;
}

const CANARY = "CANARY-5b21";

async function room(test: (room: Room) => Promise<void>): Promise<void> {
  await withStore(async (store) => {
    const taken: Taken[] = [], lines: string[] = [];
    const log: Log = (level, message, fields) => void lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
    const project = testProject();
    let broken = false;
    const app = webhookIntake({
      store,
      receivers: receivers({
        registry,
        project: () => project,
        settings: ({ settings }) =>
          broken
            ? Promise.reject(new Failure("secret.missing", { fact: "No such secret" }))
            : Promise.resolve(settings),
        clock: store.clock,
      }),
      log,
      onTaken: (what) => void taken.push(what),
    });
    await test({
      store,
      taken,
      log: lines,
      breakVault: () => void (broken = true),
      post: async (body, { connection = "site", headers = { authorization: SECRET } } = {}) =>
        await app.request(`/webhooks/${connection}`, { method: "POST", headers, body }),
    });
    assert.ok(!lines.some((line) => line.includes(CANARY) || line.includes(SECRET)), "a body or header was logged");
  });
}

const body = (id: string, more = {}): string => JSON.stringify({ ...testDelivery(id, more), note: CANARY });

Deno.test("a delivery is stored for every pipeline that listens, and answered without a word", () =>
  room(async ({ post, store, taken }) => {
    const response = await post(body("U1"));
    assert.deepEqual([response.status, await response.text()], [202, ""]);
    const waiting = await Array.fromAsync(listDeliveries(store));
    assert.deepEqual(waiting.map(({ pipeline, partition, key }) => [pipeline, partition, key]), [
      ["changes", "5", "7"],
      ["notices", "5", "7"],
    ]);
    assert.deepEqual(taken, ["stored"]);
  }));

Deno.test("a stream without partitions has its deliveries under none, whatever they name", () =>
  room(async ({ post, store }) => {
    await post(body("U1", { resource: "Vendors" }));
    const [{ partition }] = await Array.fromAsync(listDeliveries(store));
    assert.equal(partition, "-");
  }));

const later = (ms: number) => new Date(Date.parse(TEST_START) + ms).toISOString();
const HOUR = 3_600_000;

/** What must be answered so, and leave the state as it was. */
const REFUSED: [what: string, taken: Taken, status: number, send: (room: Room) => Promise<Response>][] = [
  ["without a secret", "forged", 401, ({ post }) => post(body("U1"), { headers: {} })],
  ["with a wrong secret", "forged", 401, ({ post }) => post(body("U1"), { headers: { authorization: `${SECRET}x` } })],
  [
    "forged and oversized",
    "forged",
    401,
    ({ post }) => post("x".repeat(1_000_000), { headers: { authorization: CANARY } }),
  ],
  ["for no connection", "unknown", 404, ({ post }) => post(body("U1"), { connection: "other" })],
  ["for a name that objects have", "unknown", 404, ({ post }) => post(body("U1"), { connection: "constructor" })],
  ["for a system that sends none", "unknown", 404, ({ post }) => post(body("U1"), { connection: "silent" })],
  ["of more than 64 KiB", "oversized", 413, ({ post }) => post(body("U1", { key: "7".repeat(65_536) }))],
  [
    "of more than 64 KiB that says it has less",
    "oversized",
    413,
    ({ post }) =>
      post(new Blob([body("U1", { key: "7".repeat(65_536) })]).stream(), {
        headers: { authorization: SECRET, "transfer-encoding": "chunked" },
      }),
  ],
  ["that is no JSON", "malformed", 400, ({ post }) => post(`{ ${CANARY}`)],
  ["that is empty", "malformed", 400, ({ post }) => post(null)],
  ["that looks like none", "malformed", 400, ({ post }) => post(JSON.stringify({ note: CANARY }))],
  ["of the future", "malformed", 400, ({ post }) => post(body("U1", { at: later(HOUR + 1) }))],
  ["older than a day", "old", 200, ({ post }) => post(body("U1", { at: later(-24 * HOUR) }))],
  ["of a resource that nobody listens to", "ignored", 200, ({ post }) => post(body("U1", { resource: "Weather" }))],
  ["that came before", "known", 200, async ({ post, taken }) => {
    await post(body("KNOWN"));
    taken.length = 0;
    return await post(body("KNOWN"));
  }],
  ["that came before, and comes again after 23 hours", "known", 200, async ({ post, store, taken }) => {
    await post(body("KNOWN"));
    taken.length = 0;
    store.clock.advance(23 * HOUR);
    return await post(body("KNOWN"));
  }],
  ["that is sent again after a day", "old", 200, async ({ post, store, taken }) => {
    await post(body("KNOWN"));
    taken.length = 0;
    store.clock.advance(24 * HOUR);
    return await post(body("KNOWN"));
  }],
  ["that came before, and says now that it is of another record", "known", 200, async ({ post, taken }) => {
    await post(body("KNOWN"));
    taken.length = 0;
    return await post(body("KNOWN", { key: "8" }));
  }],
  ["while settings cannot be opened", "unavailable", 503, ({ post, store, breakVault }) => {
    store.clock.advance(30_000);
    breakVault();
    return post(body("U1"));
  }],
];

for (const [what, word, status, send] of REFUSED) {
  Deno.test(`a delivery ${what} is answered ${status}, and nothing is written`, () =>
    room(async (room) => {
      // What a case sends first, to be known, is no part of what it must not write.
      await room.post(body("KNOWN"));
      const before = await contents(room.store);
      room.taken.length = 0;
      const response = await send(room);
      assert.equal(response.status, status);
      assert.equal(await response.text(), "");
      assert.deepEqual(room.taken, [word]);
      assert.deepEqual(await contents(room.store), before);
    }));
}

Deno.test("while the state cannot be written a delivery is asked for again", () =>
  room(async ({ post, store, taken }) => {
    store.close();
    const response = await post(body("U1"));
    assert.deepEqual([response.status, response.headers.get("retry-after")], [503, "30"]);
    assert.deepEqual(taken, ["unavailable"]);
    Object.assign(store, { close: () => {} });
  }));

Deno.test("only POST is taken", () =>
  room(async ({ store }) => {
    const app = webhookIntake({ store, receivers: () => Promise.resolve(undefined), log: () => {} });
    for (const method of ["GET", "PUT", "DELETE"]) {
      assert.equal((await app.request("/webhooks/site", { method })).status, 404);
    }
  }));

Deno.test("a secret that was changed counts within half a minute", () =>
  withStore(async (store) => {
    const project = testProject();
    let secret = SECRET;
    const receive = receivers({
      registry,
      project: () => project,
      settings: () => Promise.resolve({ secret }),
      clock: store.clock,
    });
    const opened = async () => (await receive("site"))!.settings;
    assert.deepEqual(await opened(), { secret: SECRET });
    secret = "another";
    store.clock.advance(29_999);
    assert.deepEqual(await opened(), { secret: SECRET });
    store.clock.advance(1);
    assert.deepEqual(await opened(), { secret: "another" });
  }));
