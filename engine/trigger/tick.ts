/**
 * A tick: what is to start now, claimed so that no other instance starts it too.
 *
 * @module
 */
import type { Pipeline, Project } from "../pipeline/model.ts";
import { listLeases } from "../state/lease.ts";
import { changeStarts, getStarts, type Starts, type StartsEntry } from "../state/schedules.ts";
import type { Store } from "../state/types.ts";
import { uniqueId } from "../state/unique.ts";
import { decide } from "./decide.ts";

/** How long a claim lasts unless it is renewed, in milliseconds. Renew it at a third of that. */
export const CLAIM = 90_000;
/** Rounds of losing to others before a pipeline is left to the next tick. */
const ROUNDS = 5;

/** A start that is ours. */
export interface Due {
  pipeline: Pipeline;
  /** The claim's id. */
  id: string;
  /** For people: `its schedule, after vendors`. */
  why: string;
  /** ISO time. */
  at: string;
}

/** What a tick works with. */
export interface TickOptions {
  store: Store;
  project: Project;
  /** Who claims, for people: host and process. */
  owner: string;
  /** Starts that can be taken on; what is due beyond them is left to others. Default: all. */
  room?: number;
  /** What keeps a pipeline from running now: its start waits until nothing does. Default: nothing. */
  heldBy?: (pipeline: Pipeline) => Promise<unknown>;
}

/**
 * Decides what starts now, in dependency order. Any number of instances may tick at any time: a start goes to one of them, who has to
 * run it, to renew its claim while it does, and to say how it ended.
 */
export async function tick({ store, project, owner, room = Infinity, heldBy }: TickOptions): Promise<Due[]> {
  const due: Due[] = [];
  const entries = await getStarts(store, project.pipelines.map(({ name }) => name));
  for (const [i, pipeline] of project.pipelines.entries()) {
    const one = await claim(store, pipeline, entries[i], { owner, full: due.length >= room, heldBy });
    if (one) due.push(one);
  }
  return due;
}

async function claim(
  store: Store,
  pipeline: Pipeline,
  entry: StartsEntry,
  { owner, full, heldBy }: { owner: string; full: boolean; heldBy?: TickOptions["heldBy"] },
): Promise<Due | undefined> {
  const id = uniqueId(store);
  const ours = (starts: Starts): boolean => starts.claim?.id === id;
  for (let round = 0; round < ROUNDS; round++) {
    const now = store.clock.now();
    const about = { pipeline: pipeline.name, schedule: pipeline.trigger.schedule, now };
    let decision = decide(entry, about);
    // A start that another run or a system that is gone holds up waits, whatever `missed` and `overlap` say: it was made in time.
    const held = decision.start && (await isLeased(store, pipeline.name) || await heldBy?.(pipeline));
    if (held) decision = decide(entry, { ...about, leased: true });
    const { starts, start } = decision;
    if (!starts || (start && full)) return undefined;
    if (!start) {
      if (await changeStarts(store, entry, starts)) return undefined;
    } else {
      const at = new Date(now).toISOString();
      const until = new Date(now + CLAIM).toISOString();
      const { why, tries } = start;
      const claimed: Starts = { ...starts, claim: { id, owner, why, at, until, tries }, last: { at, why } };
      if (await changeStarts(store, entry, claimed, ours)) return { pipeline, id, why, at };
    }
    [entry] = await getStarts(store, [pipeline.name]);
  }
  return undefined;
}

async function isLeased(store: Store, pipeline: string): Promise<boolean> {
  for await (const _ of listLeases(store, pipeline)) return true;
  return false;
}
