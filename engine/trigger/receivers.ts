/**
 * The connections that take deliveries: what authenticates and reads them, and their settings, opened.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { Registry, Webhooks } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { ConnectionConfig, Project } from "../pipeline/model.ts";
import { type Listener, listenersOf } from "./listeners.ts";

/** A connection, as its deliveries meet it. */
export interface Receiver {
  webhooks: Webhooks;
  /** The connector's own settings, checked. */
  settings: unknown;
  /** The pipelines that a resource wakes; none where nobody listens. */
  listeners(resource: string): readonly Listener[];
}

/** Gives a connection's receiver; undefined where there is no such connection, or its system sends no webhooks. Throws what keeps its settings from being opened. */
export type Receivers = (connection: string) => Promise<Receiver | undefined>;

/** What receivers are made of. */
export interface ReceiversOptions {
  registry: Registry;
  /** The project as it is now: files may be read anew while the server runs. */
  project: () => Project;
  /** Gives a connection's settings with secrets filled in. */
  settings: (connection: ConnectionConfig) => Promise<Record<string, unknown>>;
  clock: Clock;
}

/** Milliseconds that opened settings are held: a vault is no place to ask at every delivery, and a new secret is to count soon. */
const HELD = 30_000;

/** Makes the receivers of a project. */
export function receivers({ registry, project, settings, clock }: ReceiversOptions): Receivers {
  const held = new WeakMap<ConnectionConfig, { settings: Promise<unknown>; until: number }>();

  async function open(config: ConnectionConfig): Promise<unknown> {
    const parsed = registry[config.connector].settings.safeParse(await settings(config));
    if (parsed.success) return parsed.data;
    const [{ path, message }] = parsed.error.issues;
    throw new Failure("config.invalid", {
      fact: `Setting ${path.join(".")}: ${message}`,
      place: `connection ${config.name}`,
    });
  }

  return async (connection) => {
    const now = project();
    if (!Object.hasOwn(now.connections, connection)) return undefined;
    const config = now.connections[connection];
    const { webhooks } = registry[config.connector];
    if (!webhooks) return undefined;
    let entry = held.get(config);
    if (!entry || entry.until <= clock.now()) {
      entry = { settings: open(config), until: clock.now() + HELD };
      held.set(config, entry);
      entry.settings.catch(() => held.delete(config));
    }
    return {
      webhooks,
      settings: await entry.settings,
      listeners: (resource) => listenersOf({ project: now, registry }, connection, resource),
    };
  };
}
