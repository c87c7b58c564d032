/**
 * What a gatherer reads with: open connections, and how values are taken out of rows.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { OpenStream, Partition, Registry, Row, Session, Stream, Value } from "../connector.ts";
import { parseDecimal, plain } from "../decimal.ts";
import { Failure } from "../failure.ts";
import { follow } from "../mapping/path.ts";
import type { Project } from "../pipeline/model.ts";
import type { Store } from "../state/types.ts";
import type { Definition } from "./definition.ts";

/** What is read with. */
export interface Reading {
  definition: Definition;
  store: Store;
  project: Project;
  registry: Registry;
  clock: Clock;
  /** An open connection by name. */
  connect(name: string): Promise<{ session: Session; ready(): Promise<unknown> }>;
  /** Hears what is read now, for people. */
  onProgress?: (what: string) => void;
}

/** A stream of a connection whose identity is as it was at its first use. */
export async function streamOf(
  { connect }: Pick<Reading, "connect">,
  { connection, stream }: { connection: string; stream: string },
): Promise<OpenStream> {
  const open = await connect(connection);
  await open.ready();
  return open.session.stream(stream);
}

/** What a stream says of itself. */
export function describedBy(
  { project, registry }: Pick<Reading, "project" | "registry">,
  { connection, stream }: { connection: string; stream: string },
): Stream {
  return registry[project.connections[connection].connector].streams[stream];
}

/** A row's key. */
export const keyIn = (reading: Reading, section: { connection: string; stream: string }, row: Row): string =>
  textAt(row, describedBy(reading, section).key) ?? "";

/** Everything of a partition, or what belongs to keys or a period; `asOf` hears the system's own time. */
export async function* rowsOf(
  stream: OpenStream,
  partition: Partition,
  { keys, period, asOf }: { keys?: readonly string[]; period?: string; asOf?: (at: string) => void } = {},
): AsyncGenerator<Row> {
  if (keys?.length === 0) return;
  const pages = stream.read!(
    keys ? { partition, keys } : { partition, since: null, after: null, ...(period !== undefined && { period }) },
  );
  for await (const page of pages) {
    asOf?.(page.asOf);
    yield* page.rows;
  }
}

/** The value at a dotted path, as text; undefined where it is absent. */
export function textAt(row: Row, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const value: Value = follow(row, path.split("."), 0);
  return typeof value === "string" && value !== "" ? value : typeof value === "boolean" ? String(value) : undefined;
}

/** The day at the first of some paths that is there. */
export function dayAt(row: Row, paths: string | readonly string[] | undefined): string | undefined {
  for (const path of [paths ?? []].flat()) {
    const day = textAt(row, path)?.slice(0, 10);
    if (day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day)) return day;
  }
}

/** The elements of the list at a path. */
export function listAt(row: Row, path: string): Row[] {
  const value = follow(row, path.split("."), 0);
  return Array.isArray(value) ? value.filter((one): one is Row => typeof one === "object" && one !== null) : [];
}

/**
 * The amount at a path, in its plain form; 0 where no path is given. Throws `reconcile.unreadable` where there is none: a figure that is
 * left out would prove anything.
 */
export function amountAt(row: Row, path: string | undefined, place: string): string {
  if (path === undefined) return "0";
  const text = textAt(row, path);
  const amount = text === undefined ? undefined : parseDecimal(text);
  if (amount) return plain(amount);
  throw new Failure("reconcile.unreadable", {
    fact: text === undefined ? `${path} is absent` : `${path} is no amount`,
    value: text,
    place,
  });
}
