/**
 * Whether this process can do its work, and what keeps it from it.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { asFailure } from "../failure.ts";
import { checkSchema } from "../state/meta.ts";
import type { Store } from "../state/types.ts";

/** One thing that was looked at. */
export interface Check {
  name: "state" | "project" | "schedule" | "process";
  ok: boolean;
  /** What is the matter, for people; also where it is no reason not to be ready. */
  detail?: string;
}

/** What `/readyz` says. */
export interface Readiness {
  ready: boolean;
  checks: Check[];
}

/** What is asked. */
export interface ReadyOptions {
  store: Store;
  clock: Clock;
  /** What is wrong with the files on disk, while the project before stays; undefined where nothing is. */
  broken: () => string | undefined;
  /** When the last tick was through, milliseconds since 1970; undefined: none is made here. */
  ticked: (() => number) | undefined;
  /** Whether it is being stopped. */
  stopping: () => boolean;
}

/** Longest time the state may take to answer, in milliseconds. */
const PATIENCE = 2_000;
/** A schedule without a tick for this time, in milliseconds, stands still. */
const STILL = 180_000;

/** Makes the question. */
export function readiness({ store, clock, broken, ticked, stopping }: ReadyOptions): () => Promise<Readiness> {
  return async () => {
    const checks: Check[] = [await state(store, clock)];
    const mistakes = broken();
    // What was checked before goes on: a mistake in a file is no reason to take the process out of service.
    checks.push({ name: "project", ok: true, ...(mistakes !== undefined && { detail: mistakes }) });
    if (ticked) {
      const still = clock.now() - ticked();
      const ok = still < STILL;
      checks.push({ name: "schedule", ok, ...(!ok && { detail: `No tick for ${Math.round(still / 1000)} seconds` }) });
    }
    if (stopping()) checks.push({ name: "process", ok: false, detail: "It is being stopped" });
    return { ready: checks.every(({ ok }) => ok), checks };
  };
}

async function state(store: Store, clock: Clock): Promise<Check> {
  const late = Promise.withResolvers<Check>();
  const cancel = clock.alarm(PATIENCE, () => late.resolve({ name: "state", ok: false, detail: "It does not answer" }));
  try {
    const answered = checkSchema(store).then((): Check => ({ name: "state", ok: true }));
    return await Promise.race([answered, late.promise]);
  } catch (thrown) {
    // Its place may be a path or an address, and anybody may ask.
    return { name: "state", ok: false, detail: `It cannot be read: ${asFailure(thrown).code}` };
  } finally {
    cancel();
  }
}
