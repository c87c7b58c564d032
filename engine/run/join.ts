/**
 * Joins: brings other streams' records to a page of rows, each stream asked once for all keys of the page.
 *
 * @module
 */
import { type OpenStream, type Partition, type Row, type Stream, WHOLE } from "../connector.ts";
import { Failure } from "../failure.ts";
import { compileJoins, type JoinAt, type JoinKeys } from "../mapping/join.ts";
import type { LinkNeed, Surroundings } from "../mapping/types.ts";
import type { Join, Pipeline } from "../pipeline/model.ts";
import { compileCheck, type RowCheck } from "./check.ts";
import type { LinkCache } from "./lookup.ts";
import type { Engine } from "./types.ts";

/** A joined record that a row depends on: where it changes, the row is looked at again. */
export interface Followed {
  join: string;
  key: string;
}

/** What became of a row: with all that is joined to it, or why that could not be done. */
export type Joined =
  & {
    /** A new row with the joined records in place; the row as it was given where it failed or is held. */
    row: Row;
    /** Of joins with `follow: true`: each joined record's key, also of one that is not there. */
    followed: Followed[];
  }
  & (
    | { failure?: undefined; hold?: undefined }
    /** It is rejected: a key that cannot be told, a link that is missing, a joined record that is not what its stream promises. */
    | { failure: Failure; hold?: undefined }
    /** It waits for a link, or is skipped for want of one. */
    | { hold: Held; failure?: undefined }
  );

/** Why a row is not joined, without being wrong. */
export type Held = { kind: "parked"; need: LinkNeed; why: string } | { kind: "skipped"; why: string };

/** Joins rows, a page at a time. */
export interface Joiner {
  /** One answer for each row, in order. Throws where a joined stream cannot be read. Not re-entrant. */
  join(rows: readonly Row[]): Promise<Joined[]>;
}

/**
 * Makes a joiner of a pipeline's `with`. A key that the joined stream does not have leaves its place absent. `around` is what key rules
 * find under `connection.` and `run.`.
 */
export function joiner(engine: Engine, pipeline: Pipeline, links: LinkCache, around?: Surroundings): Joiner {
  const streams = joinedStreams(engine, pipeline);
  const source = streamAt(engine, pipeline.source);
  const keys = compileJoins(pipeline, { source, joined: streams });
  const readers = keys.map(({ name }) => reading(engine, pipeline.source.with[name], streams[name]));
  const { connection } = pipeline.source;
  const seen: Surroundings = around ??
    { connection: { name: connection, tag: engine.project.connections[connection].tag }, run: { id: "", at: "" } };
  return {
    async join(rows) {
      const joined = rows.map((row): Joined => ({ row, followed: [] }));
      const going = joined.map((one, i) => ({ one, row: rows[i] }));
      for (const [i, join] of keys.entries()) {
        const still = going.filter(({ one }) => !one.failure && !one.hold);
        for (const each of still) each.row = join.own(each.row);
        await links.load(still.flatMap(({ row }) => join.needs(row)));
        const placed = still.map((each) => ({ ...each, places: placesOf(join, each.one, each.row, links, seen) }));
        const follow = pipeline.source.with[join.name].follow;
        const found = await readers[i](placed.flatMap(({ places }) => places));
        for (const { one, row, places } of placed) {
          if (follow) note(one, join.name, places);
          const failure = attach(join.name, places, found);
          if (failure) Object.assign(one, { failure });
          else if (!one.failure && !one.hold) one.row = row;
        }
      }
      for (const [i, one] of joined.entries()) if (one.failure || one.hold) one.row = rows[i];
      return joined;
    },
  };
}

/** Whether a pipeline joins anything. */
export const joins = ({ source }: Pipeline): boolean => Object.keys(source.with).length > 0;

/** The joined streams, by the name they have in rules. */
export function joinedStreams(engine: Engine, { source }: Pipeline): Record<string, Stream> {
  return Object.fromEntries(Object.entries(source.with).map(([name, join]) => [name, streamAt(engine, join)]));
}

function streamAt(engine: Engine, { connection, stream }: { connection: string; stream: string }): Stream {
  return engine.registry[engine.project.connections[connection].connector].streams[stream];
}

/** Where the join's records go in a row; none where the row is out, which is put down. */
function placesOf(join: JoinKeys, one: Joined, row: Row, links: LinkCache, around: Surroundings): JoinAt[] {
  const answer = join.places(row, links.lookup, around);
  if ("places" in answer) return answer.places;
  Object.assign(one, answer);
  return [];
}

function note({ followed }: Joined, join: string, places: readonly JoinAt[]): void {
  for (const key of new Set(places.flatMap(({ key }) => key ?? []))) followed.push({ join, key });
}

/** What a joined stream gave, by key: its row, or why it cannot be used. */
type Found = ReadonlyMap<string, Row | Failure>;

function attach(name: string, places: readonly JoinAt[], found: Found): Failure | undefined {
  for (const { at, key } of places) {
    const record = key === undefined ? undefined : found.get(key);
    if (record === undefined) continue;
    if (record instanceof Failure) return record;
    at[name] = record;
  }
  return undefined;
}

/** Gives what reads the records of these places. A connection is called only where there is something to read. */
function reading(
  engine: Engine,
  { connection, stream: name }: Join,
  stream: Stream,
): (places: readonly JoinAt[]) => Promise<Found> {
  const check = compileCheck(name, stream);
  let opened: Promise<{ open: OpenStream; partitions: Partition[] }> | undefined;
  const open = async () => {
    const reached = await engine.connect(connection);
    await reached.ready();
    const open = reached.session.stream(name);
    return { open, partitions: stream.partition === undefined ? [WHOLE] : await open.partitions() };
  };
  return async (places) => {
    const keys = new Set(places.flatMap(({ key }) => key ?? []));
    if (keys.size === 0) return new Map();
    const { open: reader, partitions } = await (opened ??= open());
    const found = new Map<string, Row | Failure>();
    for (const partition of partitions) {
      // What one partition has, no other does.
      const wanted = [...keys].filter((key) => !found.has(key));
      for (let from = 0; from < wanted.length; from += stream.source!.pageSize) {
        const chunk = wanted.slice(from, from + stream.source!.pageSize);
        for await (const { rows } of reader.read!({ partition, keys: chunk })) {
          for (const row of rows) take(row, { stream, check, keys, found });
        }
      }
    }
    return found;
  };
}

function take(
  row: Row,
  { stream, check, keys, found }: {
    stream: Stream;
    check: RowCheck;
    keys: ReadonlySet<string>;
    found: Map<string, Row | Failure>;
  },
): void {
  const key = row[stream.key];
  if (typeof key === "string" && keys.has(key)) found.set(key, check(row) ?? row);
}
