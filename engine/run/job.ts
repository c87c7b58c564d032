/**
 * What stays the same through one run: the pipeline, compiled; both streams; what is known of records that had trouble before.
 *
 * @module
 */
import type { OpenStream, Stream } from "../connector.ts";
import { compileMapper } from "../mapping/compile.ts";
import type { Mapper, Surroundings } from "../mapping/types.ts";
import { INBOX, INBOX_STREAMS } from "../pipeline/inbox.ts";
import { listAdoptions } from "../state/adoptions.ts";
import { listMarks, type Mark } from "../state/marks.ts";
import { listParked } from "../state/parked.ts";
import { listRejected } from "../state/rejected.ts";
import { listWakes, type Wake } from "../state/wakes.ts";
import type { AdoptionRecord, Counts, ParkedRecord, RejectedRecord } from "../state/types.ts";
import { compileCheck, type RowCheck } from "./check.ts";
import { type Comparer, comparer } from "./compare.ts";
import { aboutRecords } from "./inbox.ts";
import { joinedStreams, type Joiner, joiner, joins } from "./join.ts";
import { type LinkCache, linkCache } from "./lookup.ts";
import { partKey } from "./part_key.ts";
import type { Engine, OpenConnection, PlannedChange, RunOptions } from "./types.ts";

/** One run's fixed equipment and its counters. */
export interface Job {
  engine: Engine;
  options: RunOptions;
  runId: string;
  /** ISO time the run began. */
  at: string;
  from: OpenConnection;
  to: OpenConnection;
  /** Those of joined streams; one of the ends may be among them. */
  joined: OpenConnection[];
  source: Stream;
  destination: Stream;
  reader: OpenStream;
  /** The destination, once its identity has been made sure of. */
  writer(): Promise<OpenStream>;
  mapper: Mapper;
  /** Absent where the pipeline joins nothing. */
  joiner?: Joiner;
  check: RowCheck;
  comparer: Comparer;
  around: Surroundings;
  links: LinkCache;
  trouble: Trouble;
  counts: Counts;
  /** Source records read. */
  read: number;
  /** Write calls that applying would cost. */
  writeCalls: number;
  /** Destination ids this run has given away by adoption, and names it has given out. */
  taken: { ids: Map<string, string>; names: Set<number> };
  /** Counts a change and tells whoever listens. */
  report(change: PlannedChange): Promise<void>;
}

/** What former runs have left for this one, by part. */
export interface Trouble {
  rejected: Map<string, RejectedRecord>;
  parked: Map<string, ParkedRecord>;
  adoptions: Map<string, AdoptionRecord>;
  /** Parts whose last write has an unknown fate: read back before anything else. */
  marked: Set<string>;
  /** The marks they come from. */
  marks: Mark[];
  /** Keys that are to be read by key in this run, whatever the cursor says; those this run puts down itself come on top. */
  wakes: Wake[];
}

/** Zero of each word. */
export const noCounts = (): Counts => ({
  create: 0,
  adopt: 0,
  update: 0,
  unchanged: 0,
  deactivate: 0,
  skipped: 0,
  parked: 0,
  rejected: 0,
});

/** Prepares a run; calls nobody yet. */
export async function prepare(engine: Engine, options: RunOptions): Promise<Job> {
  const { pipeline } = options;
  const [from, to] = [
    await engine.connect(pipeline.source.connection),
    await engine.connect(pipeline.destination.connection),
  ];
  const joined = new Set(Object.values(pipeline.source.with).map(({ connection }) => connection));
  const source = streamOf(engine, pipeline.source);
  const destination = streamOf(engine, pipeline.destination);
  const at = new Date(engine.clock.now()).toISOString();
  const runId = newRunId(engine, at);
  const counts = noCounts();
  const around: Surroundings = { connection: { name: from.name, tag: from.tag }, run: { id: runId, at } };
  const links = linkCache(engine.store, options.provisional);
  const mapper = compileMapper(pipeline, { source, destination, joined: joinedStreams(engine, pipeline) });
  return {
    engine,
    options,
    runId,
    at,
    from,
    to,
    joined: await Promise.all([...joined].map((name) => engine.connect(name))),
    source,
    destination,
    reader: from.session.stream(pipeline.source.stream),
    writer: async () => {
      await to.ready();
      return to.session.stream(pipeline.destination.stream);
    },
    mapper: to.name === INBOX ? aboutRecords(mapper, { pipeline: pipeline.name, key: source.key }) : mapper,
    ...(joins(pipeline) && { joiner: joiner(engine, pipeline, links, around) }),
    check: compileCheck(pipeline.source.stream, source),
    comparer: comparer(destination),
    around,
    links,
    trouble: noTrouble(),
    counts,
    read: 0,
    writeCalls: 0,
    taken: { ids: new Map(), names: new Set() },
    async report(change) {
      counts[change.word]++;
      // What is as it was is only counted, unless something of it was left alone, or there is a reason to tell.
      if (change.word !== "unchanged" || change.fields || change.why) await options.onChange?.(change);
    },
  };
}

/** The same job with other trouble: what it counts is counted in the one it came from. */
export function withTrouble(job: Job, trouble: Trouble): Job {
  return {
    ...job,
    trouble,
    get read() {
      return job.read;
    },
    set read(read) {
      job.read = read;
    },
    get writeCalls() {
      return job.writeCalls;
    },
    set writeCalls(calls) {
      job.writeCalls = calls;
    },
  };
}

function streamOf(engine: Engine, end: { connection: string; stream: string }): Stream {
  if (end.connection === INBOX) return INBOX_STREAMS[end.stream];
  const connector = engine.registry[engine.project.connections[end.connection].connector];
  return connector.streams[end.stream];
}

/** Sorts by time, and differs for runs of the same millisecond: `20261125T091500123-4f2a`. */
function newRunId(engine: Engine, at: string): string {
  const stamp = at.replace(/[-:.Z]/g, "");
  return `${stamp}-${Math.floor(engine.random() * 0x10000).toString(16).padStart(4, "0")}`;
}

const noTrouble = (): Trouble => ({
  rejected: new Map(),
  parked: new Map(),
  adoptions: new Map(),
  marked: new Set(),
  marks: [],
  wakes: [],
});

/** Loads what former runs have left; another run might still be changing that of partitions whose lease is not held. */
export async function loadTrouble({ store }: Engine, pipeline: string): Promise<Trouble> {
  const trouble = noTrouble();
  trouble.marks = await listMarks(store, pipeline);
  for await (const record of listRejected(store, pipeline)) {
    trouble.rejected.set(partKey(record.key, record.part), record);
  }
  for await (const record of listParked(store, pipeline)) trouble.parked.set(partKey(record.key, record.part), record);
  for await (const record of listAdoptions(store, pipeline)) {
    trouble.adoptions.set(partKey(record.key, record.part), record);
  }
  for (const { entries } of trouble.marks) for (const { key, part } of entries) trouble.marked.add(partKey(key, part));
  for await (const wake of listWakes(store, pipeline)) trouble.wakes.push(wake);
  return trouble;
}
