/**
 * The engine of a process that outlives its files, its secrets and the systems' sessions: each run has the engine that was current when
 * it began, and keeps it to its end.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { Project } from "../pipeline/model.ts";
import type { Engine } from "../run/types.ts";

/** Milliseconds after which connections are opened anew, so that identities are made sure of again and new secrets count. */
const OLD = 3_600_000;

/** Engines, one at a time for what begins now. */
export interface Engines {
  /** The project that what begins now works by. */
  project(): Project;
  /** Works with the current engine, which is not closed before the work has ended. */
  use<T>(work: (engine: Engine) => Promise<T>): Promise<T>;
  /** Has what begins from now on work by another project. Where its connections are the same they stay open. */
  replace(project: Project): void;
  /** Has what begins from now on open its connections anew: one has been refused, and a person may have mended its secret. */
  renew(): void;
  /** Closes all of it, whatever is at work. */
  close(): Promise<void>;
}

interface Held {
  engine: Engine;
  since: number;
  users: number;
}

/** Holds engines made by `open`. */
export function engines({ project, open, clock }: {
  project: Project;
  open: (project: Project) => Engine;
  clock: Clock;
}): Engines {
  const alive = new Set<Held>();
  const hold = (engine: Engine): Held => {
    const held = { engine, since: clock.now(), users: 0 };
    alive.add(held);
    return held;
  };
  let current = hold(open(project));

  const retire = (held: Held): void => {
    if (held === current || held.users > 0 || !alive.delete(held)) return;
    void held.engine.close().catch(() => {});
  };
  const change = (engine: Engine): void => {
    const before = current;
    current = hold(engine);
    retire(before);
  };
  return {
    project: () => current.engine.project,
    async use(work) {
      // Never while a run is at work: two sessions would count a system's limits apart.
      if (clock.now() - current.since >= OLD && current.users === 0) change(open(current.engine.project));
      const held = current;
      held.users++;
      try {
        return await work(held.engine);
      } finally {
        held.users--;
        retire(held);
      }
    },
    replace(next) {
      const { engine } = current;
      if (!sameConnections(engine.project, next)) return change(open(next));
      // The same connections under another project: what is at work keeps the object that it was given.
      current.engine = { ...engine, project: next };
    },
    renew: () => change(open(current.engine.project)),
    async close() {
      // A system that is not told good-bye ends the session by itself.
      await Promise.allSettled([...alive].map(({ engine }) => engine.close()));
      alive.clear();
    },
  };
}

/** Whether nothing is different but where it stands in the file. */
function sameConnections({ connections: one }: Project, { connections: other }: Project): boolean {
  const plain = (all: Project["connections"]) =>
    Object.entries(all).map(([name, { connector, tag, settings }]) => [name, connector, tag, settings]);
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}
