import assert from "node:assert/strict";
import fc from "fast-check";
import type { Delivery, Hook, HookKeeper, Trigger } from "../connector.ts";
import type { Failure } from "../failure.ts";
import { type HookPlan, hookUrl, planHooks, planRemoval, takeHookStep } from "./hooks.ts";

const ALL: Delivery["action"][] = ["create", "update", "delete"];
const offered = new Map([["Changes", ALL], ["Vendors", ["create"] as Delivery["action"][]], ["Orders", ALL]]);
const HERE = "https://here.test/webhooks/site", THERE = "https://there.test/webhooks/site";

/** A system's hooks in memory. */
function keeperOf(hooks: Hook[]): HookKeeper & { hooks: Hook[] } {
  let next = 100;
  const at = (id: string): Hook => hooks.find((hook) => hook.id === id)!;
  return {
    hooks,
    list: () => Promise.resolve(hooks),
    offered: () => Promise.resolve(offered),
    create(url) {
      hooks.push({ id: `${next}`, url, sound: true, triggers: [] });
      return Promise.resolve(`${next++}`);
    },
    mend: (id) => Promise.resolve(void Object.assign(at(id), { sound: true, fault: undefined })),
    remove: (id) => Promise.resolve(void hooks.splice(hooks.indexOf(at(id)), 1)),
    listen: (id, triggers) =>
      Promise.resolve(void at(id).triggers.push(...triggers.map((one) => ({ ...one, id: `${next++}` })))),
    unlisten(id, ids) {
      at(id).triggers = at(id).triggers.filter((trigger) => !ids.includes(trigger.id));
      return Promise.resolve();
    },
    own: () => Promise.resolve(false),
  };
}

const hook = (id: string, more: Partial<Hook> = {}): Hook => ({
  id,
  url: HERE,
  sound: true,
  triggers: ALL.map((action, i) => ({ id: `${id}${i}`, resource: "Changes", action })),
  ...more,
});
const plan = (present: Hook[], resources: string[] = ["Changes"]): HookPlan => ({
  url: HERE,
  resources,
  offered,
  present,
});

for (
  const [what, given, steps] of [
    ["as they should be need nothing", plan([hook("1")]), []],
    ["that are not there are made", plan([]), ["create"]],
    ["that nothing needs are not made", plan([], []), []],
    ["that nothing needs any more are removed", plan([hook("1")], []), ["remove"]],
    ["at another address are removed once there is one here", plan([hook("1", { url: THERE })]), ["create", "remove"]],
    ["that are there twice are removed but for one", plan([hook("1"), hook("2")]), ["remove"]],
    ["that are unsound are mended", plan([hook("1", { sound: false, fault: "is disabled" })]), ["mend"]],
    ["that listen for too little listen for more", plan([hook("1")], ["Changes", "Vendors"]), ["listen"]],
    ["that listen for too much listen for less", plan([hook("1")], ["Vendors"]), ["listen", "unlisten"]],
  ] as [string, HookPlan, string[]][]
) {
  Deno.test(`hooks ${what}`, () => assert.deepEqual(planHooks(given).map((step) => step.do), steps));
}

Deno.test("a resource is listened for with every action that is offered, and no other", () => {
  const [step] = planHooks(plan([], ["Vendors", "Changes"]));
  assert.ok(step.do === "create");
  assert.deepEqual(step.triggers.map(({ resource, action }) => `${resource} ${action}`), [
    "Changes create",
    "Changes update",
    "Changes delete",
    "Vendors create",
  ]);
});

Deno.test("a resource that the system does not offer is told with the nearest name", () => {
  assert.throws(
    () => planHooks(plan([], ["Change"])),
    ({ code, value, action }: Failure) =>
      code === "webhook.not-offered" && value === "Change" && action === "Did you mean Changes?",
  );
});

Deno.test("an address is below the server's, whatever slashes it ends with", () => {
  assert.equal(hookUrl("https://here.test", "site"), HERE);
  assert.equal(hookUrl("https://here.test/", "site"), HERE);
  assert.equal(hookUrl("https://here.test/gusset//", "my site"), "https://here.test/gusset/webhooks/my%20site");
});

const trigger = fc.record({
  id: fc.nat().map(String),
  resource: fc.constantFrom("Changes", "Vendors", "Orders", "Old"),
  action: fc.constantFrom(...ALL),
});
const anyHook = fc.record({
  url: fc.constantFrom(HERE, THERE),
  fault: fc.option(fc.constant("is disabled"), { nil: undefined }),
  triggers: fc.uniqueArray(trigger, { selector: ({ resource, action }: Trigger) => resource + action, maxLength: 8 }),
});

Deno.test("whatever hooks there are, the steps lead to those that are needed, and then to nothing", () =>
  fc.assert(fc.asyncProperty(
    fc.array(anyHook, { maxLength: 4 }),
    fc.subarray(["Changes", "Vendors", "Orders"]),
    async (found, resources) => {
      const keeper = keeperOf(found.map((one, i) => ({
        ...one,
        id: `h${i}`,
        sound: one.fault === undefined,
        triggers: one.triggers.map((trigger, nth) => ({ ...trigger, id: `${i}-${nth}` })),
      })));
      for (const step of planHooks(plan(keeper.hooks, resources))) await takeHookStep(keeper, step);
      assert.deepEqual(planHooks(plan(keeper.hooks, resources)), []);
      assert.equal(keeper.hooks.length, resources.length > 0 ? 1 : 0);
      for (const step of planRemoval([...keeper.hooks])) await takeHookStep(keeper, step);
      assert.deepEqual(keeper.hooks, []);
    },
  )));
