/**
 * Our hooks at the systems, as people look after them.
 *
 * @module
 */
import type { HookKeeper, Registry } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { Project } from "../pipeline/model.ts";
import { connectionOf } from "../pipeline/named.ts";
import type { Engine } from "../run/types.ts";
import { type HookStep, hookUrl, planHooks, planRemoval } from "../trigger/hooks.ts";
import { resourcesWanted } from "../trigger/listeners.ts";

/** A connection's hooks. */
export interface HookPlace {
  name: string;
  keeper: HookKeeper;
  project: Project;
  /** Makes sure that the system is the one it was: hooks are made nowhere else. */
  ready(): Promise<unknown>;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** A server's public address, or what is wrong with it: deliveries carry a secret, and go in the clear only to this machine itself. */
export function publicAddress(text: string): { url: string; wrong?: undefined } | { url?: undefined; wrong: string } {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    return { wrong: "It must be an address, as in https://gusset.example.com." };
  }
  if (url.search || url.hash || url.username || url.password) {
    return { wrong: "It must be an address without user, query and fragment." };
  }
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname)) {
    return { wrong: "It must be https: deliveries carry a secret." };
  }
  return { url: url.href };
}

/** The connections that are named, else all whose systems send webhooks. Throws `usage` where none does. */
export function hookConnections(registry: Registry, { connections }: Project, names: readonly string[]): string[] {
  const able = Object.values(connections).filter(({ connector }) => registry[connector].webhooks)
    .map(({ name }) => name);
  const wanted = names.length > 0 ? [...names] : able;
  if (wanted.length > 0) return wanted;
  throw new Failure("usage", { fact: "No connection's system sends webhooks", action: "Use schedules." });
}

/** A connection's hooks. Throws `webhook.none` where its system sends no webhooks. */
export async function hookPlace(
  { engine, project }: { engine: Engine; project: Project },
  name: string,
): Promise<HookPlace> {
  connectionOf(project, name);
  const connection = await engine.connect(name);
  const keeper = connection.session.hooks;
  if (keeper) return { name, keeper, project, ready: () => connection.ready() };
  throw new Failure("webhook.none", {
    fact: "This connection's system sends no webhooks",
    place: `connection ${name}`,
  });
}

/** What is to be done so that the hooks are as the pipelines need them; `url` is where the server is reached. */
export async function stepsToSync({ name, keeper, project, ready }: HookPlace, url: string): Promise<HookStep[]> {
  await ready();
  return planHooks({
    url: hookUrl(url, name),
    resources: resourcesWanted(project).get(name) ?? [],
    offered: await keeper.offered(),
    present: await keeper.list(),
  });
}

/** What is to be done so that none of our hooks is left. */
export async function stepsToRemove({ keeper, ready }: HookPlace): Promise<HookStep[]> {
  await ready();
  return planRemoval(await keeper.list());
}
