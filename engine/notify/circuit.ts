/**
 * Circuits: a connection whose system does not answer is left alone, instead of having every run find that out by itself. Runs that need
 * it are put off, one probe at a time asks whether it is back, and people are told once that it is gone and once that it has returned.
 *
 * `closed` → three runs in a row that its trouble ended → `open` → a pause that doubles → a probe → `trial` (runs go again) → a run that
 * it did not fail → `closed`. Trouble in a trial opens it anew, and tells nobody: they know.
 *
 * What it does not see: a system that answers, and answers nonsense or refuses. That is a pipeline's failure, not the connection's.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { Log, Wire } from "../connector.ts";
import { asFailure, type FailureCode } from "../failure.ts";
import type { Pipeline, Project } from "../pipeline/model.ts";
import { changeHealth, getHealth, listHealth } from "../state/health.ts";
import type { Store } from "../state/types.ts";
import type { Layer } from "../wire/types.ts";
import type { RunEnd } from "./ends.ts";
import { lasted, since } from "./words.ts";

/** Runs in a row that trouble must have ended. */
const RUNS = 3;
/** The first pause, and the longest, in milliseconds. */
const PAUSE = 60_000, LONGEST = 15 * 60_000;
/** How long a probe may take before another instance may make one, in milliseconds. */
const PROBE = 2 * 60_000;
/** A trial in which nothing runs is over after this time, in milliseconds. */
const TRIAL = 15 * 60_000;

/** How a connection stands. */
export interface Circuit {
  state: "closed" | "open" | "trial";
  /** Runs in a row that its trouble ended. */
  runs: number;
  /** When the trouble began: ISO time. */
  since: string;
  /** While open: when the next probe may be made; in a trial: when it is over. ISO time. */
  until?: string;
  /** Probes in vain. */
  probes: number;
  /** The last trouble, in words. */
  why: string;
}

/** What circuits work with. */
export interface CircuitOptions {
  store: Store;
  clock: Clock;
  log: Log;
  /** The project as it stands now. */
  project: () => Project;
  /** Asks a system whether it is there, as cheaply as it lets itself be asked: `(await engine.connect(name)).session.identity()`. */
  probe: (connection: string) => Promise<unknown>;
  /** The zone that times are told in; default UTC. */
  timezone?: () => string | undefined;
}

/** The circuits of all connections; any number of instances share them. */
export interface Circuits {
  /** A layer for a connection's wire, outermost: it hears whether the system answers. */
  hears(connection: string): Layer;
  /** The connection that keeps a pipeline from running now, and until when at least; undefined: it may run. */
  heldBy(pipeline: Pipeline): Promise<{ connection: string; until: string } | undefined>;
  /** Hears how a run ended. Gives the connection whose trouble ended it; undefined where none did. */
  observe(pipeline: Pipeline, end: RunEnd): Promise<string | undefined>;
  /** Probes what is due for it, and ends trials that nobody made use of. Once a minute is often enough; never throws. */
  tend(): Promise<void>;
}

/** Failures of a run that a system's absence can be behind. */
const TROUBLE: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "wire.unreachable",
  "wire.timeout",
  "wire.unavailable",
  // A 503 says so; a rate limit does too, and is told apart by what the last call came to.
  "wire.busy",
  "wire.garbled",
  "wire.fate-unknown",
]);

/** Makes circuits. */
export function openCircuits({ store, clock, log, project, probe, timezone }: CircuitOptions): Circuits {
  /** What each connection's last call in this process came to, and when: `why` where it was not answered. */
  const last = new Map<string, { at: number; why?: string }>();
  const heard = (connection: string, why?: string): void => void last.set(connection, { at: clock.now(), why });
  const iso = (ms: number): string => new Date(ms).toISOString();

  const trouble = (connection: string, why: string): Promise<unknown> =>
    changeHealth<Circuit>(store, ["circuit", connection], (before) => {
      const now = clock.now();
      const runs = (before?.runs ?? 0) + 1;
      const circuit = { runs, since: before?.since ?? iso(now), probes: before?.probes ?? 0, why };
      if (before?.state === "open") return undefined;
      if (before?.state === "trial") return { after: opened(circuit, now) };
      if (runs < RUNS) return { after: { ...circuit, state: "closed" } };
      return {
        after: opened(circuit, now),
        news: {
          about: "connections",
          tone: "bad",
          text: `${connection} has not answered since ${since(circuit.since, now, timezone?.())}: ${why}. ` +
            `What needs it waits and is caught up once it is back; nothing is lost.`,
        },
      };
    });

  const opened = (circuit: Omit<Circuit, "state" | "until">, now: number): Circuit => {
    const pause = Math.min(PAUSE * 2 ** Math.min(circuit.probes, 20), LONGEST);
    return { ...circuit, state: "open", until: iso(now + pause) };
  };

  const closed = (connection: string): Promise<unknown> =>
    changeHealth<Circuit>(store, ["circuit", connection], (before) => {
      if (!before || before.state === "open") return undefined;
      if (before.state === "closed") return { after: null };
      const now = clock.now();
      return {
        after: null,
        news: {
          about: "connections",
          tone: "good",
          text: `${connection} answers again, after ${lasted(before.since, now)}. What waited is being caught up.`,
        },
      };
    });

  const probed = async (connection: string): Promise<void> => {
    // Whoever moves `until` makes the probe.
    const mine = await changeHealth<Circuit>(store, ["circuit", connection], (before) => {
      if (before?.state !== "open" || Date.parse(before.until!) > clock.now()) return undefined;
      return { after: { ...before, until: iso(clock.now() + PROBE) } };
    });
    if (!mine) return;
    let why: string | undefined;
    try {
      await probe(connection);
    } catch (thrown) {
      const failure = asFailure(thrown);
      // A system that refuses is there: what it refuses is for the runs to tell.
      const answered = failure.code === "wire.busy" && last.get(connection)?.why === undefined;
      if (TROUBLE.has(failure.code) && !answered) why = last.get(connection)?.why ?? failure.message;
    }
    log("info", why === undefined ? "A system that was gone answers again" : "A system is still gone", { connection });
    await changeHealth<Circuit>(store, ["circuit", connection], (before) => {
      if (before?.state !== "open") return undefined;
      const now = clock.now();
      if (why === undefined) return { after: { ...before, state: "trial", until: iso(now + TRIAL) } };
      return { after: opened({ ...before, probes: before.probes + 1, why }, now) };
    });
  };

  return {
    hears: (connection) => (wire: Wire) => async (request) => {
      try {
        const response = await wire(request);
        heard(connection, response.status >= 500 ? `it answers with ${response.status}` : undefined);
        return response;
      } catch (thrown) {
        const failure = asFailure(thrown);
        if (TROUBLE.has(failure.code)) heard(connection, failure.message);
        throw thrown;
      }
    },

    async heldBy(pipeline) {
      for (const connection of connectionsOf(pipeline)) {
        const circuit = await getHealth<Circuit>(store, "circuit", connection);
        if (circuit?.state === "open") return { connection, until: circuit.until! };
      }
      return undefined;
    },

    async observe(pipeline, { record, failure }) {
      if (record.state === "aborted" || record.state === "sliced") return undefined;
      // What was heard before this run began is not this run's.
      const began = Date.parse(record.startedAt ?? "") || 0;
      const calls = connectionsOf(pipeline).flatMap((connection) => {
        const call = last.get(connection);
        return call && call.at >= began ? [{ connection, why: call.why }] : [];
      });
      const blamed = failure && TROUBLE.has(failure.code) ? calls.find(({ why }) => why !== undefined) : undefined;
      if (blamed) await trouble(blamed.connection, blamed.why!);
      // A run that had nothing to do with a system, or to do there, says nothing about it.
      else if (!failure) { for (const { connection, why } of calls) if (why === undefined) await closed(connection); }
      return blamed?.connection;
    },

    async tend() {
      try {
        const known = new Set(Object.keys(project().connections));
        for (const [connection, { state, until }] of await listHealth<Circuit>(store, "circuit")) {
          if (!known.has(connection)) {
            await changeHealth<Circuit>(store, ["circuit", connection], (before) => before && { after: null });
          } else if (state === "open") await probed(connection);
          else if (state === "trial" && Date.parse(until!) <= clock.now()) await closed(connection);
        }
      } catch (thrown) {
        log("warn", "Connections could not be looked after; it is tried again at the next tick", {
          message: asFailure(thrown).message,
        });
      }
    },
  };
}

/** The connections that a run of a pipeline calls. */
export function connectionsOf({ source, destination }: Pipeline): string[] {
  const joined = Object.values(source.with ?? {}).map(({ connection }) => connection);
  return [...new Set([source.connection, destination.connection, ...joined])];
}
