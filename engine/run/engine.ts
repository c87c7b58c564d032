/**
 * The engine: open connections, each of which is held to the identity it had at its first use.
 *
 * @module
 */
import type { Clock, Random } from "../clock.ts";
import type { Log, Registry } from "../connector.ts";
import { Failure } from "../failure.ts";
import { INBOX } from "../pipeline/inbox.ts";
import type { ConnectionConfig, Project } from "../pipeline/model.ts";
import { changedFacts, getPin, setPin } from "../state/pins.ts";
import { batch } from "../state/batch.ts";
import { shareOf } from "../state/share.ts";
import type { Store } from "../state/types.ts";
import { count } from "../wire/count.ts";
import { discreet } from "../wire/discreet.ts";
import { compose } from "../wire/stack.ts";
import { traced } from "../wire/traced.ts";
import type { CallCounter } from "../wire/types.ts";
import { openInbox } from "./inbox.ts";
import type { Engine, OpenConnection, WireFor } from "./types.ts";

/** What an engine is made of. */
export interface EngineParts {
  store: Store;
  registry: Registry;
  project: Project;
  /** Gives a connection's settings with secrets and environment variables filled in. */
  settings: (connection: ConnectionConfig) => Promise<Record<string, unknown>>;
  wireFor: WireFor;
  clock: Clock;
  random: Random;
  log: Log;
  signal: AbortSignal;
  /** A plan writes nothing: an identity seen for the first time is then not pinned. */
  readOnly?: boolean;
  /** Other processes may be at work on the same state. Default: where it lies behind a URL. */
  shared?: boolean;
  /** How long a lease lasts without being renewed, in milliseconds. Default: a minute. */
  leaseMs?: number;
}

/** Makes an engine. No call is made before a connection is used. */
export function openEngine(parts: EngineParts): Engine {
  const open = new Map<string, Promise<OpenConnection>>();
  const { store, registry, project, clock, random, log, shared = store.remote, leaseMs } = parts;
  return {
    store,
    registry,
    project,
    clock,
    random,
    log,
    shared,
    leaseMs,
    connect(name) {
      let connection = open.get(name);
      if (!connection) {
        connection = openConnection(parts, name);
        open.set(name, connection);
        // What failed once is asked again: a server outlives a system that is down, and a secret that is missing.
        connection.catch(() => open.delete(name));
      }
      return connection;
    },
    async close() {
      for (const connection of await Promise.allSettled(open.values())) {
        if (connection.status === "fulfilled") await connection.value.session.close();
      }
      open.clear();
    },
  };
}

async function openConnection(parts: EngineParts, name: string): Promise<OpenConnection> {
  if (name === INBOX) return openInbox(parts.store);
  const config = parts.project.connections[name];
  if (!config) {
    throw new Failure("config.unknown-connection", {
      fact: `There is no connection ${name}`,
      value: Object.keys(parts.project.connections).join(", "),
    });
  }
  const connector = parts.registry[config.connector];
  const opened = await parts.settings(config);
  const parsed = connector.settings.safeParse(opened);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Failure("config.invalid", {
      fact: `Setting ${issue.path.join(".")}: ${issue.message}`,
      place: `connection ${name}`,
    });
  }
  const calls: CallCounter = { total: 0, byRoute: {} };
  const share = parts.shared ?? parts.store.remote ? shareOf(parts.store, name, parts.signal) : undefined;
  const session = connector.open(parsed.data, {
    wire: compose(
      parts.wireFor(name),
      traced(name),
      count(calls),
      discreet(secretsIn(opened, connector.secrets, config.settings)),
    ),
    clock: parts.clock,
    random: parts.random,
    signal: parts.signal,
    tags: Object.values(parts.project.connections).map(({ tag }) => tag),
    log: (level, message, fields) => parts.log(level, message, { connection: name, ...fields }),
    share,
  });
  let facts: Promise<Record<string, string>> | undefined;
  return {
    name,
    tag: config.tag,
    session: share ? { ...session, close: () => session.close().finally(share.close) } : session,
    calls,
    ready() {
      if (!facts) {
        facts = identify(parts, name, () => session.identity());
        facts.catch(() => facts = undefined);
      }
      return facts;
    },
  };
}

/** Opened settings that are secret: those that the connector says are, and those that the file takes from the vault. */
function secretsIn(
  opened: Record<string, unknown>,
  names: readonly string[],
  written: ConnectionConfig["settings"],
): string[] {
  const sealed = (name: string): boolean => typeof (written[name] as { secret?: unknown } | null)?.secret === "string";
  return Object.entries(opened).flatMap(([name, value]) =>
    typeof value === "string" && (names.includes(name) || sealed(name)) ? [value] : []
  );
}

async function identify(
  { store, readOnly }: EngineParts,
  connection: string,
  identity: () => Promise<{ facts: Record<string, string>; name: string }>,
): Promise<Record<string, string>> {
  const [known, seen] = [await getPin(store, connection), await identity()];
  if (!known) {
    if (!readOnly) {
      const writes = batch(store);
      setPin(writes, connection, seen);
      await writes.commit();
    }
    return seen.facts;
  }
  for (const { name, pinned, found } of changedFacts(known, seen)) {
    throw new Failure("identity.changed", {
      fact: `${name} was ${pinned ?? "absent"} when this connection was first used, and is ${found ?? "absent"} now`,
      place: `connection ${connection}`,
      value: seen.name,
      action: `Check that this is the right system; \`gusset pin reset ${connection}\` accepts it.`,
    });
  }
  return seen.facts;
}
