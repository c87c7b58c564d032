import assert from "node:assert/strict";
import fc from "fast-check";
import { manualClock, seededRandom } from "../../engine/clock.ts";
import type { HookKeeper, Wire } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import procore from "./connector.ts";
import { procoreSandbox } from "./sandbox/sandbox.ts";
import { START, testSettings, testWorld } from "./testing.ts";
import { webhooks } from "./webhooks.ts";

const SECRET = "kept-between-us-two";
const settings = testSettings({ webhook_secret: SECRET });
const bearer = (secret: string) => new Headers({ Authorization: `Bearer ${secret}` });

Deno.test("a delivery is ours when it carries the secret, whole and alone", () => {
  assert.equal(webhooks.authentic(settings, bearer(SECRET)), true);
  for (
    const headers of [
      new Headers(),
      bearer(""),
      bearer(SECRET.slice(0, -1)),
      bearer(`${SECRET}x`),
      bearer(SECRET.toUpperCase()),
      new Headers({ Authorization: SECRET }),
      new Headers([["Authorization", `Bearer ${SECRET}`], ["Authorization", `Bearer ${SECRET}`]]),
      new Headers({ "X-Authorization": `Bearer ${SECRET}` }),
    ]
  ) assert.equal(webhooks.authentic(settings, headers), false, headers.get("authorization") ?? "none");
});

Deno.test("a connection without a secret takes no delivery as its own, whatever it carries", () => {
  for (const headers of [new Headers(), bearer(""), bearer("undefined")]) {
    assert.equal(webhooks.authentic(testSettings(), headers), false);
  }
});

/** The worked example of the reference, in Procore's own form. */
const sample = {
  id: 9001234567,
  ulid: "01JZ4W3R5T6Y7V8B9N0P1Q2R3S",
  timestamp: "2026-04-12T08:00:01.123456Z",
  metadata: {
    source_user_id: 562949953540009,
    source_project_id: 598134325600101,
    source_operation_id: null,
    source_company_id: 562949953500001,
    source_application_id: null,
  },
  user_id: 562949953540009,
  company_id: 562949953500001,
  project_id: 598134325600101,
  api_version: "v2.0",
  event_type: "update",
  resource_name: "Change Order Packages",
  resource_id: 598134325820601,
};
const read = (more: object = {}) => webhooks.read(settings, JSON.stringify({ ...sample, ...more }));

Deno.test("a delivery says which record of which project changed, when, and by whom", () => {
  assert.deepEqual(read(), {
    id: "01JZ4W3R5T6Y7V8B9N0P1Q2R3S",
    resource: "Change Order Packages",
    key: "598134325820601",
    partition: "598134325600101",
    action: "update",
    at: "2026-04-12T08:00:01.123Z",
    by: "562949953540009",
  });
});

for (
  const [what, given, expected] of [
    ["of the company has no partition", { project_id: null, resource_name: "Company Vendors" }, {
      partition: undefined,
    }],
    ["of 2020 calls its version v2", { api_version: "v2" }, { action: "update" }],
    ["shouts its event", { event_type: "DELETE" }, { action: "delete" }],
    ["has more fields than we know", { later: { x: 1 } }, { key: "598134325820601" }],
    ["tells no metadata", { metadata: null }, { by: "562949953540009" }],
    ["tells nobody", { metadata: null, user_id: null }, { by: undefined }],
    ["has an offset", { timestamp: "2026-04-12T02:00:00-06:00" }, { at: "2026-04-12T08:00:00.000Z" }],
    ["has an id beyond what a number holds", { resource_id: "9007199254740993123" }, { key: "9007199254740993123" }],
    [
      "of a line names its order in v3.0",
      {
        api_version: "v3.0",
        resource_name: "Purchase Order Contract Line Items",
        related_resources: [{ id: 3, name: "Projects" }, { id: 4, name: "Purchase Order Contracts" }],
      },
      { key: "4" },
    ],
    ["of a line names nothing to be read in v2.0", { resource_name: "Purchase Order Contract Line Items" }, {
      key: undefined,
      partition: "598134325600101",
    }],
  ] as [string, object, Record<string, unknown>][]
) {
  Deno.test(`a delivery that ${what}`, () => {
    const delivery = read(given) as unknown as Record<string, unknown>;
    for (const [field, value] of Object.entries(expected)) assert.equal(delivery[field], value, field);
  });
}

const isMalformed = (thrown: unknown): boolean => {
  assert.ok(thrown instanceof Failure && thrown.code === "webhook.malformed", String(thrown));
  return true;
};

for (
  const [what, given] of [
    ["without a ULID", { ulid: undefined }],
    ["with another id in its place", { ulid: "7" }],
    ["without a time", { timestamp: "yesterday" }],
    ["of payload v4.0", { api_version: "v4.0" }],
    ["of another event", { event_type: "archive" }],
    ["without a record", { resource_id: null }],
    ["with a record that is no number", { resource_id: "7'; drop" }],
    ["with a record that is negative", { resource_id: -7 }],
    ["of another company", { company_id: 1 }],
    ["with a resource of a thousand characters", { resource_name: "x".repeat(1000) }],
  ] as [string, object][]
) {
  Deno.test(`what comes ${what} is no delivery`, () => assert.throws(() => read(given), isMalformed));
}

Deno.test("whatever a body is, it is read or refused, and a refusal quotes nothing of it", () => {
  const canary = "CANARY-7f3a";
  fc.assert(fc.property(fc.oneof(fc.json(), fc.string(), fc.constant(JSON.stringify(sample))), (text) => {
    try {
      webhooks.read(settings, text.replaceAll("a", canary));
    } catch (thrown) {
      isMalformed(thrown);
      assert.ok(!(thrown as Failure).message.includes(canary));
      assert.equal((thrown as Failure).value, undefined);
    }
  }));
});

/** Hooks kept at a sandbox, and the writes that it was asked for. */
function kept(more: Record<string, unknown> = {}): { hooks: HookKeeper; again: typeof kept; writes: string[] } {
  const writes: string[] = [];
  const limits = { hourly: null, spike: null };
  const sandbox = procoreSandbox({ clock: manualClock(START), random: seededRandom(1), data: {}, limits });
  const wire: Wire = (request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== "GET" && !pathname.startsWith("/oauth")) writes.push(`${request.method} ${pathname}`);
    return sandbox.fetch(request);
  };
  const open = (more: Record<string, unknown>) => {
    const settings = procore.settings.parse({ ...sandbox.settings("http://procore.test"), ...more });
    return procore.open(settings, testWorld(wire)).hooks!;
  };
  return { hooks: open(more), again: (more = {}) => ({ hooks: open(more), again: kept, writes }), writes };
}

const HERE = "https://gusset.test/webhooks/procore";
const TRIGGER = { resource: "Change Order Packages", action: "update" } as const;

Deno.test("a hook is made, listens, and is found again", async () => {
  const { hooks } = kept();
  const id = await hooks.create(HERE);
  await hooks.listen(id, [TRIGGER]);
  const [{ triggers: [{ id: trigger, ...rest }], ...hook }] = await hooks.list();
  assert.deepEqual([hook, rest], [{ id, url: HERE, sound: true }, TRIGGER]);
  await hooks.unlisten(id, [trigger]);
  await hooks.unlisten(id, [trigger]);
  assert.deepEqual((await hooks.list())[0].triggers, []);
  await hooks.remove(id);
  await hooks.remove(id);
  assert.deepEqual(await hooks.list(), []);
});

Deno.test("lists of more than a page are read to their end", async () => {
  const { hooks } = kept();
  for (let i = 0; i < 101; i++) await hooks.create(`${HERE}/${i}`);
  assert.equal((await hooks.list()).length, 101);
});

Deno.test("another namespace's hooks are none of ours", async () => {
  const { hooks, again } = kept();
  await hooks.create(HERE);
  assert.deepEqual(await again({ webhook_namespace: "other" }).hooks.list(), []);
});

Deno.test("a hook that sends another secret, or is off, is told and mended", async () => {
  const { hooks, again } = kept();
  const id = await hooks.create(HERE);
  const { hooks: later } = again({ webhook_secret: "a-secret-since-rotated" });
  const [{ sound, fault }] = await later.list();
  assert.deepEqual([sound, fault], [false, "sends another secret"]);
  await later.mend(id);
  assert.equal((await later.list())[0].sound, true);
  assert.equal((await hooks.list())[0].sound, false);
});

for (const webhook_secret of [undefined, "short", "with blanks in between", "zażółć gęślą jaźń zażółć"]) {
  Deno.test(`without a good secret no hook is made: ${webhook_secret}`, async () => {
    const { hooks, writes } = kept({ webhook_secret });
    await assert.rejects(
      hooks.create(HERE),
      ({ code, message }: Failure) => code === "config.invalid" && !message.includes(webhook_secret ?? "none at all"),
    );
    assert.deepEqual(writes, []);
  });
}

Deno.test("a trigger that Procore does not take is told, and what it took stays", async () => {
  const { hooks } = kept();
  const id = await hooks.create(HERE);
  const wrong = [TRIGGER, { resource: "Requisitions", action: "update" } as const];
  await assert.rejects(hooks.listen(id, wrong), (thrown: Failure) => thrown.code === "record.refused");
  assert.equal((await hooks.list())[0].triggers.length, 1);
});

Deno.test("what is offered is told with its actions", async () => {
  const offered = await kept().hooks.offered();
  assert.deepEqual(offered.get("Company Vendors"), ["create", "update"]);
  assert.deepEqual(offered.get("Change Order Packages"), ["create", "update", "delete"]);
  assert.equal(offered.has("Requisitions"), false);
});

Deno.test("every resource that a stream announces is offered", async () => {
  const offered = await kept().hooks.offered();
  for (const [name, { webhooks = [] }] of Object.entries(procore.streams)) {
    for (const resource of webhooks) assert.ok(offered.has(resource), `${name}: ${resource}`);
  }
});

Deno.test("a delivery is our own when the user we are logged in as made the change", async () => {
  const { hooks } = kept();
  assert.equal(await hooks.own({ by: "562949953540009" }), true);
  assert.equal(await hooks.own({ by: "562949953540010" }), false);
  assert.equal(await hooks.own({}), false);
});
