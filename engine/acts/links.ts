/**
 * Links that people import from CSV, take out as CSV, and forget. Every line is checked first; with one wrong line nothing is written.
 *
 * @module
 */
import { type CsvError, parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { Failure } from "../failure.ts";
import type { Pipeline } from "../pipeline/model.ts";
import { waitingFor } from "../run/wake.ts";
import { batch } from "../state/batch.ts";
import { listLeases } from "../state/lease.ts";
import { dropLink, linksOf, linksTo, listLinks, putLink } from "../state/links.ts";
import { wakePipeline } from "../state/schedules.ts";
import type { Link, Store } from "../state/types.ts";
import { uniqueId } from "../state/unique.ts";
import { byHand } from "../state/wakes.ts";
import { type Actor, isKey, keyText, notThere, some } from "./actor.ts";

/** The columns of the CSV, in this order. */
export const COLUMNS = ["key", "part", "id", "partition"] as const;

/** A line of the file. */
export interface Line {
  key: string;
  part: string;
  id: string;
  partition: string;
  line: number;
}

/** What an import comes to. */
export interface Sorted {
  fresh: Link[];
  moved: { link: Link; before: Link }[];
  same: number;
  mistakes: { line: number; message: string }[];
}

/** Links turned into text at a time: the whole cross-reference is never held. */
const CHUNK = 1_000;

/** How a file of links is imported. */
export interface ImportOptions {
  /** Whose links; the text, and what its place in a message is. */
  pipeline: Pipeline;
  text: string;
  file: string;
  /** Lets a line move a record that is linked already. */
  replace?: boolean;
}

/**
 * Imports links, all or nothing: `who` is asked for only where there is something to write, and absent for a try. Records whose link is
 * new or moved are compared by the next run. Throws `config.invalid` where the text is no CSV of links, `run.leased` while a run is at work.
 */
export async function importLinks(
  store: Store,
  { pipeline, text, file, replace = false }: ImportOptions,
  who?: () => Promise<Actor>,
): Promise<Sorted> {
  const lines = parseLinks(text, file, pipeline);
  await refuseWhileRunning(store, pipeline.name);
  const found = await sort(store, pipeline, lines, { replace, at: new Date(store.clock.now()).toISOString() });
  if (found.mistakes.length === 0 && who) await write(store, pipeline.name, found, await who());
  return found;
}

/** What an import came to, in numbers. */
export function importShown(
  pipeline: string,
  { fresh, moved, same, mistakes }: Sorted,
  { dryRun = false }: { dryRun?: boolean },
): {
  pipeline: string;
  new: number;
  moved: number;
  unchanged: number;
  mistakes: Sorted["mistakes"];
  written: boolean;
} {
  return {
    pipeline,
    new: fresh.length,
    moved: moved.length,
    unchanged: same,
    mistakes,
    written: !dryRun && mistakes.length === 0,
  };
}

/** A pipeline's links as CSV, with its head, in pieces. */
export async function* linksCsv(store: Store, pipeline: string): AsyncGenerator<string> {
  yield stringify([[...COLUMNS]]);
  let rows: string[][] = [];
  for await (const { key, part, id, partition } of listLinks(store, pipeline)) {
    rows.push([key, part, id, partition]);
    if (rows.length < CHUNK) continue;
    yield stringify(rows);
    rows = [];
  }
  if (rows.length > 0) yield stringify(rows);
}

/** Forgets links that `KEY` or `KEY/PART` name; the records stay on both sides. Throws `not-there`, `run.leased`. */
export async function dropLinks(who: Actor, pipeline: string, keys: readonly string[]): Promise<Link[]> {
  const { store } = who;
  await refuseWhileRunning(store, pipeline);
  const links: Link[] = [];
  for (const named of keys) {
    // A key may itself hold a slash: it is looked for as a whole, and without its last piece.
    const candidates = new Set([named, named.replace(/\/[^/]*$/, "")]);
    const found = [...(await linksOf(store, pipeline, [...candidates])).values()].flat()
      .filter((link) => isKey(link, named));
    if (found.length === 0) {
      throw notThere(`${pipeline} has no link for ${named}`, `See \`gusset links list ${pipeline}\`.`);
    }
    links.push(...found);
  }
  const writes = batch(store);
  for (const link of links) dropLink(writes, pipeline, link);
  await who.commit(writes, { subject: pipeline, details: { records: some(links.map(keyText)) } });
  return links;
}

/** A run that holds a lease would not see links that change under it. Throws `run.leased`. */
async function refuseWhileRunning(store: Store, pipeline: string): Promise<void> {
  for await (const { owner, until } of listLeases(store, pipeline)) {
    throw new Failure("run.leased", { fact: `${pipeline} is being run by ${owner}, lease until ${until}` });
  }
}

/** Reads the lines of a CSV file of links. Throws `config.invalid` where it is none. */
function parseLinks(text: string, file: string, pipeline: Pipeline): Line[] {
  // What a spreadsheet saves as "Unicode text" is UTF-16: every other character of it is a NUL here.
  if (/[\0\uFFFD]/.test(text)) {
    throw new Failure("config.invalid", {
      fact: "The file of links is not UTF-8 text",
      place: file,
      action: "Save it as CSV in UTF-8.",
    });
  }
  let head: string[] | undefined;
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(text, {
      columns: (names: string[]) => head = names.map((name) => name.trim().toLowerCase()),
      bom: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (thrown) {
    const { lines, message } = thrown as CsvError;
    throw new Failure("config.invalid", {
      fact: message,
      place: `${file}:${lines ?? 1}`,
      action: "Write it as CSV with the columns key,part,id,partition.",
    });
  }
  const known = new Set(["key", "part", "id", "partition"]);
  const named: readonly string[] = head ?? [];
  if (named.length === 0) {
    throw new Failure("config.invalid", {
      fact: "The file of links is empty: not even its columns are named",
      place: file,
      action: "Write it as CSV with the columns key,part,id,partition.",
    });
  }
  const [unknown] = named.filter((name) => !known.has(name));
  const [missing] = [
    "key",
    "id",
    ...pipeline.source.split ? ["part"] : [],
    ...pipeline.destination.partition ? ["partition"] : [],
  ]
    .filter((name) => !named.includes(name));
  if (unknown !== undefined || missing !== undefined) {
    throw new Failure("config.invalid", {
      fact: missing !== undefined ? `The column ${missing} is missing` : `${unknown} is no column of links`,
      place: `${file}:1`,
      action: "The columns are key,part,id,partition.",
    });
  }
  return rows.map(({ record, info }) => ({
    key: record.key,
    part: record.part ?? "",
    id: record.id,
    partition: record.partition || "-",
    line: info.lines,
  }));
}

async function sort(
  store: Store,
  pipeline: Pipeline,
  lines: readonly Line[],
  { replace, at }: { replace: boolean; at: string },
): Promise<Sorted> {
  const sorted: Sorted = { fresh: [], moved: [], same: 0, mistakes: [] };
  const wrong = (line: number, message: string): void => void sorted.mistakes.push({ line, message });
  const present = await linksOf(store, pipeline.name, lines.map(({ key }) => key));
  const taken = await linksTo(store, pipeline.name, lines.map(({ id }) => id));
  const keys = new Map<string, number>();
  const ids = new Map<string, number>();
  for (const { line, key, part, id, partition } of lines) {
    if (key === "" || id === "") {
      wrong(line, "key and id must not be empty");
      continue;
    }
    const [self, there] = [JSON.stringify([key, part]), JSON.stringify([partition, id])];
    const [keyLine, idLine] = [keys.get(self), ids.get(there)];
    if (keyLine !== undefined) wrong(line, `${keyText({ key, part })} stands in line ${keyLine} already`);
    else if (idLine !== undefined) wrong(line, `id ${id} stands in line ${idLine} already`);
    keys.set(self, line);
    ids.set(there, line);
    const before = present.get(key)?.find((link) => link.part === part);
    const other = taken.get(id)?.find((from) =>
      from.partition === partition && (from.key !== key || from.part !== part)
    );
    if (before?.id === id && before.partition === partition) sorted.same++;
    else if (other) wrong(line, `id ${id} is linked to ${keyText(other)} already`);
    else if (before && !replace) {
      wrong(line, `${keyText({ key, part })} is linked to ${before.id}; --replace moves it to ${id}`);
    } else {
      // No values: the next run compares every field with the destination.
      const from = before?.from ?? "-";
      const link: Link = { key, part, id, partition, from, values: {}, how: "imported", at, active: true };
      if (before) sorted.moved.push({ link, before });
      else sorted.fresh.push(link);
    }
  }
  return sorted;
}

async function write(store: Store, pipeline: string, { fresh, moved, same }: Sorted, who: Actor): Promise<void> {
  const writes = batch(store);
  for (const link of fresh) putLink(writes, pipeline, link);
  for (const { link, before } of moved) putLink(writes, pipeline, link, before);
  byHand(
    writes,
    pipeline,
    [...fresh, ...moved.map(({ link }) => link)].map(({ key }) => key),
    "its link was imported",
  );
  const details = {
    new: String(fresh.length),
    moved: some(moved.map(({ link }) => keyText(link))),
    same: String(same),
  };
  await who.commit(writes, { subject: pipeline, details });
  for (const waiting of await waitingFor(store, pipeline)) {
    wakePipeline(writes, waiting, `new links of ${pipeline}`, uniqueId(store));
  }
  await writes.commit();
}
