/**
 * What people hear of a pipeline's runs: that it fails, and since when; that it works again; that records were rejected, and that none is
 * any more. Every run is looked at, and a change of state is told.
 *
 * A failure that passes by itself (`retry`) is told when it has ended three runs in a row. One that a connection's circuit is opened for
 * is the connection's to tell.
 *
 * @module
 */
import type { FailureRecord } from "../failure.ts";
import { changeHealth, type News } from "../state/health.ts";
import { listDeliveries } from "../state/deliveries.ts";
import { listParked } from "../state/parked.ts";
import { listRejected } from "../state/rejected.ts";
import type { Store } from "../state/types.ts";
import type { RunEnd } from "./ends.ts";
import { counted, lasted, since } from "./words.ts";

/** Failures that pass are told once so many runs in a row have ended with one. */
const PASSING = 3;
/** Records that are counted at the most: beyond them people hear "more than". */
const MANY = 10_000;

/** What a pipeline's runs came to lately. */
export interface RunsHealth {
  /** When the first run of those that failed in a row ended: ISO time. */
  since: string;
  /** Runs that failed in a row. */
  times: number;
  /** Whether people were told. */
  told: boolean;
}

/** Rejected records that people know of. */
export interface RejectedHealth {
  /** How many they were told of. */
  count: number;
  /** ISO time. */
  since: string;
}

/** What hearing of a run works with. */
export interface HearOptions {
  store: Store;
  pipeline: string;
  end: RunEnd;
  /** The connection whose trouble ended the run: its circuit tells of it. */
  blamed?: string;
  timezone?: string;
}

/** Hears how a run ended; gives what is told of it. */
export async function hearRun(options: HearOptions): Promise<News[]> {
  const { store, pipeline, end: { record, failure }, blamed } = options;
  if (
    record.state === "aborted" || record.state === "sliced" || failure?.code === "run.leased" ||
    failure?.kind === "lost"
  ) return [];
  const told: News[] = [];
  const tell = (verdict: { news?: News } | undefined): void => void (verdict?.news && told.push(verdict.news));
  if (failure) {
    if (blamed === undefined) tell(await failed(options, failure));
    return told;
  }
  const now = store.clock.now();
  tell(
    await changeHealth<RunsHealth>(store, ["runs", pipeline], (before) =>
      before && {
        after: null,
        news: before.told
          ? { about: "failures", tone: "good", text: `${pipeline} works again, after ${lasted(before.since, now)}.` }
          : undefined,
      }),
  );
  tell(await rejectedOf(options));
  return told;
}

async function failed({ store, pipeline, timezone }: HearOptions, failure: FailureRecord) {
  const waiting = await waitingFor(store, pipeline);
  return await changeHealth<RunsHealth>(store, ["runs", pipeline], (before) => {
    const now = store.clock.now();
    const first = before?.since ?? new Date(now).toISOString();
    const times = (before?.times ?? 0) + 1;
    const told = before?.told || failure.kind !== "retry" || times >= PASSING;
    const records = waiting === 0 ? "nothing lost" : `${many(waiting, "record")} waiting, nothing lost`;
    const text = `${pipeline} has failed since ${since(first, now, timezone)}, ${records}: ${failure.fact}` +
      ` (${failure.code}). ${failure.action}`;
    return {
      after: { since: first, times, told },
      news: told && !before?.told ? { about: "failures", tone: "bad", text } : undefined,
    };
  });
}

/** New ones are told, when they have doubled once more, and when none is left. */
async function rejectedOf({ store, pipeline }: HearOptions) {
  const count = await countOf(listRejected(store, pipeline), ({ dismissed }) => dismissed === undefined);
  return await changeHealth<RejectedHealth>(store, ["rejected", pipeline], (before) => {
    const now = store.clock.now();
    if (count === 0) {
      if (!before) return undefined;
      const text = `${pipeline} has no rejected records any more, after ${lasted(before.since, now)}.`;
      return { after: null, news: { about: "rejected", tone: "good", text } };
    }
    if (before && count < 2 * before.count) return undefined;
    const verb = count === 1 ? "is" : "are";
    const text = `${many(count, "record")} of ${pipeline} ${verb} rejected and ${count === 1 ? "waits" : "wait"} ` +
      `for a person; the others go on. See \`gusset rejected ${pipeline}\`.`;
    const first = before?.since ?? new Date(now).toISOString();
    return { after: { count, since: first }, news: { about: "rejected", tone: "bad", text } };
  });
}

/** Records of a pipeline that wait for whatever reason. */
async function waitingFor(store: Store, pipeline: string): Promise<number> {
  const rejected = await countOf(listRejected(store, pipeline), ({ dismissed }) => dismissed === undefined);
  return rejected + await countOf(listParked(store, pipeline)) + await countOf(listDeliveries(store, pipeline));
}

async function countOf<T>(entries: AsyncIterable<T>, counts: (entry: T) => boolean = () => true): Promise<number> {
  let count = 0;
  for await (const entry of entries) if (counts(entry) && ++count > MANY) break;
  return count;
}

const many = (count: number, noun: string): string =>
  count > MANY ? `more than ${MANY.toLocaleString("en")} ${noun}s` : counted(count, noun);
