/**
 * What is to be done at a system so that its hooks are those that the pipelines need, and nothing of ours is left beside them.
 *
 * @module
 */
import type { Delivery, Hook, HookKeeper, Trigger } from "../connector.ts";
import { Failure } from "../failure.ts";
import { nearest } from "../pipeline/nearest.ts";

/** One thing to do, or that was done. */
export type HookStep =
  | { do: "create"; url: string; triggers: Trigger[] }
  | { do: "mend"; hook: string; url: string; why: string }
  | { do: "listen"; hook: string; url: string; triggers: Trigger[] }
  | { do: "unlisten"; hook: string; url: string; triggers: Hook["triggers"] }
  | { do: "remove"; hook: string; url: string; why: string };

/** What there is, and what there should be. */
export interface HookPlan {
  /** Where deliveries of this connection are to be sent. */
  url: string;
  /** The resources that pipelines listen to. */
  resources: Iterable<string>;
  /** What the system offers; every action of a resource is listened for. */
  offered: ReadonlyMap<string, readonly Delivery["action"][]>;
  /** Our hooks as they are. */
  present: readonly Hook[];
}

/**
 * The steps, those that make something first: no delivery is missed in between. Throws `webhook.not-offered` for a resource that the
 * system does not know.
 */
export function planHooks({ url, resources, offered, present }: HookPlan): HookStep[] {
  const wanted = triggersFor(resources, offered);
  const steps: HookStep[] = [];
  const own = wanted.length === 0 ? undefined : present.find((hook) => hook.url === url);
  if (own) steps.push(...mendHook(own, wanted));
  else if (wanted.length > 0) steps.push({ do: "create", url, triggers: wanted });
  for (const hook of present) {
    if (hook === own) continue;
    const why = hook.url !== url
      ? "sends to another address"
      : wanted.length === 0
      ? "nothing listens any more"
      : "is there twice";
    steps.push({ do: "remove", hook: hook.id, url: hook.url, why });
  }
  return steps;
}

/** The steps that take all our hooks away. */
export function planRemoval(present: readonly Hook[]): HookStep[] {
  return present.map(({ id, url }) => ({ do: "remove", hook: id, url, why: "all are removed" }));
}

/** Does one step. Throws the keeper's failures; done again after that, it finds what was done. */
export async function takeHookStep(keeper: HookKeeper, step: HookStep): Promise<void> {
  switch (step.do) {
    case "create":
      return await keeper.listen(await keeper.create(step.url), step.triggers);
    case "mend":
      return await keeper.mend(step.hook);
    case "listen":
      return await keeper.listen(step.hook, step.triggers);
    case "unlisten":
      return await keeper.unlisten(step.hook, step.triggers.map(({ id }) => id));
    case "remove":
      return await keeper.remove(step.hook);
  }
}

/** The address of a connection's deliveries below a server's public one. */
export function hookUrl(base: string, connection: string): string {
  return `${base.replace(/\/+$/, "")}/webhooks/${encodeURIComponent(connection)}`;
}

function triggersFor(resources: Iterable<string>, offered: HookPlan["offered"]): Trigger[] {
  return [...new Set(resources)].sort().flatMap((resource) => {
    const actions = offered.get(resource);
    if (actions) return actions.map((action) => ({ resource, action }));
    const near = nearest(resource, offered.keys());
    throw new Failure("webhook.not-offered", {
      fact: "The system offers no webhooks of this resource",
      value: resource,
      action: near ? `Did you mean ${near}?` : undefined,
    });
  });
}

function mendHook({ id: hook, url, fault, triggers }: Hook, wanted: readonly Trigger[]): HookStep[] {
  const steps: HookStep[] = [];
  if (fault) steps.push({ do: "mend", hook, url, why: fault });
  const nameOf = ({ resource, action }: Trigger) => `${resource}/${action}`;
  const [there, ought] = [new Set(triggers.map(nameOf)), new Set(wanted.map(nameOf))];
  const more = wanted.filter((trigger) => !there.has(nameOf(trigger)));
  const stale = triggers.filter((trigger) => !ought.has(nameOf(trigger)));
  if (more.length > 0) steps.push({ do: "listen", hook, url, triggers: more });
  if (stale.length > 0) steps.push({ do: "unlisten", hook, url, triggers: stale });
  return steps;
}
