/**
 * Starts of pipelines: when each is due next, which start is at work and who holds it, what has woken it, and whether it is paused.
 *
 * A pipeline's starts are one value, changed under its versionstamp: of several instances that find the same start due, one gets it.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { decode, encode } from "./codec.ts";
import { commit } from "./commit.ts";
import { TABLES } from "./keys.ts";
import type { Batch, RunRecord, Store } from "./types.ts";

/** A start that is at work. Times are ISO. */
export interface Claim {
  /** Tells it from every other. */
  id: string;
  /** Who runs it, for people: host and process. */
  owner: string;
  /** Why it was started: `its schedule`, `after vendors`. */
  why: string;
  at: string;
  /** It counts as cut off from then on, unless it is renewed. */
  until: string;
  /** Starts before it that were to do the same, and did not come to their end. */
  tries: number;
}

/** A start that waits: behind one that is at work, or to take up what was cut off. */
export interface PendingStart {
  why: string;
  /** Not before; ISO time. */
  from: string;
  /** See {@link Claim.tries}. */
  tries: number;
}

/** What is remembered of a pipeline's starts. */
export interface Starts {
  /** The schedule that `next` is reckoned from, as text: another one counts from when it is first seen. */
  schedule?: string;
  /** The next start, and the time it stands for; ISO. Absent where there is none. */
  next?: { at: string; base: string };
  claim?: Claim;
  pending?: PendingStart;
  /** What woke it and was heard: `why` → the id of the last time. */
  heard?: Record<string, string>;
  /** The last start, and how its run ended once it has. */
  last?: { at: string; why: string; ended?: string; run?: string; state?: RunRecord["state"] };
}

/** Something that a pipeline is to run after. */
export interface Woken {
  /** `after vendors`, `new links of vendors`. */
  why: string;
  /** Tells one time from another, so that what comes while a run works is not taken for what it was started by. */
  id: string;
  /** ISO time. */
  at: string;
}

/** Who paused a pipeline. */
export interface Pause {
  by: string;
  /** ISO time. */
  at: string;
  why?: string;
}

/** A pipeline's starts with everything that bears on them, as they stand now. */
export interface StartsEntry {
  pipeline: string;
  starts: Starts;
  paused?: Pause;
  /** What woke it and was not heard yet. */
  woken: Woken[];
  /** For {@link changeStarts}: what must still be as it was read. */
  read: readonly Deno.AtomicCheck[];
}

/** Pipelines whose entries are read at a time: KV gives ten keys. */
const AT_A_TIME = 5;

/** The starts of these pipelines. */
export async function getStarts(store: Store, pipelines: readonly string[]): Promise<StartsEntry[]> {
  const entries: StartsEntry[] = [];
  const wakes = await listWoken(store, pipelines.length === 1 ? pipelines[0] : undefined);
  for (let i = 0; i < pipelines.length; i += AT_A_TIME) {
    const names = pipelines.slice(i, i + AT_A_TIME);
    const found = await store.kv.getMany(names.flatMap((name) => [[TABLES.schedule, name], [TABLES.paused, name]]));
    names.forEach((pipeline, at) => {
      const [first, second] = [found[2 * at], found[2 * at + 1]];
      const starts: Starts = first.versionstamp === null ? {} : decode(first.value, first.key);
      entries.push({
        pipeline,
        starts,
        paused: second.versionstamp === null ? undefined : decode<Pause>(second.value, second.key),
        woken: wakes.get(pipeline)?.filter(({ why, id }) => starts.heard?.[why] !== id) ?? [],
        read: [first, second],
      });
    });
  }
  return entries;
}

/**
 * Changes a pipeline's starts; false where they are no longer as they were read. `ours` tells a change whose answer was lost from
 * another's.
 */
export async function changeStarts(
  store: Store,
  { pipeline, read }: Pick<StartsEntry, "pipeline" | "read">,
  starts: Starts,
  ours?: (now: Starts) => boolean,
): Promise<boolean> {
  const key = [TABLES.schedule, pipeline];
  const { ok } = await commit(store, () => store.kv.atomic().check(...read).set(key, encode(starts)), {
    applied: async () => {
      if (!ours) return undefined;
      const { value, versionstamp } = await store.kv.get(key);
      return versionstamp !== null && ours(decode<Starts>(value, key)) ? versionstamp : undefined;
    },
  });
  return ok;
}

/** Rounds of losing to others before the state counts as too busy. */
const ROUNDS = 50;

/**
 * Changes the start that holds this claim; false, and nothing is changed, where the claim is gone: it has run out and was taken over.
 */
export async function changeClaim(
  store: Store,
  { pipeline, id }: { pipeline: string; id: string },
  change: (starts: Starts & { claim: Claim }) => Starts,
): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round++) {
    const entry = await store.kv.get([TABLES.schedule, pipeline]);
    const starts: Starts = entry.versionstamp === null ? {} : decode(entry.value, entry.key);
    if (starts.claim?.id !== id) return false;
    const after = change({ ...starts, claim: starts.claim });
    if (await changeStarts(store, { pipeline, read: [entry] }, after)) return true;
  }
  throw new Failure("state.busy", {
    fact: "A start changed too often to be written down",
    place: `pipeline ${pipeline}`,
  });
}

/**
 * Wakes a pipeline: it runs once, soon, for all that has woken it until then. `why` is one of a few, `after vendors`: a later time of the
 * same takes the place of an earlier one; `id` tells them apart.
 */
export function wakePipeline(batch: Batch, pipeline: string, why: string, id: string): void {
  const at = new Date(batch.store.clock.now()).toISOString();
  batch.set([TABLES.woken, pipeline, why], { id, at });
}

async function listWoken(store: Store, pipeline?: string): Promise<Map<string, Woken[]>> {
  const prefix = pipeline === undefined ? [TABLES.woken] : [TABLES.woken, pipeline];
  const woken = new Map<string, Woken[]>();
  for await (const { key, value } of store.kv.list({ prefix }, { batchSize: 500 })) {
    const [, name, why] = key as string[];
    const one = { why, ...decode<Omit<Woken, "why">>(value, key) };
    woken.get(name)?.push(one) ?? woken.set(name, [one]);
  }
  return woken;
}

/** Pauses a pipeline: nothing starts it until it is resumed, but a person. */
export function pausePipeline(batch: Batch, pipeline: string, pause: Pause): void {
  batch.set([TABLES.paused, pipeline], pause);
}

/** Resumes a pipeline. */
export function resumePipeline(batch: Batch, pipeline: string): void {
  batch.delete([TABLES.paused, pipeline]);
}
