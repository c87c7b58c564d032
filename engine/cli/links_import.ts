/**
 * `gusset links import`: a cross-reference from a CSV file. Every line is checked first; with one wrong line nothing is written.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { type CsvError, parse } from "csv-parse/sync";
import { Failure } from "../failure.ts";
import type { Pipeline } from "../pipeline/model.ts";
import { waitingFor } from "../run/wake.ts";
import { batch } from "../state/batch.ts";
import { listLeases } from "../state/lease.ts";
import { linksOf, linksTo, putLink } from "../state/links.ts";
import { wakePipeline } from "../state/schedules.ts";
import type { Link, Store } from "../state/types.ts";
import { uniqueId } from "../state/unique.ts";
import { byHand } from "../state/wakes.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { keyText } from "./lists.ts";
import { openProject, pipelineOf, withStore } from "./open.ts";
import { type Actor, actor, some } from "./person.ts";
import { clean, counted } from "./style.ts";

/** A line of the file. */
interface Line {
  key: string;
  part: string;
  id: string;
  partition: string;
  line: number;
}

/** What an import comes to. */
interface Sorted {
  fresh: Link[];
  moved: { link: Link; before: Link }[];
  same: number;
  mistakes: { line: number; message: string }[];
}

/** Mistakes shown; a wrong column gives one a line. */
const MOST_MISTAKES = 20;

/** Imports links, all or nothing. Records whose link is new or moved are compared by the next run. */
export async function importLinks(
  cli: Cli,
  name: string,
  file: string,
  { replace = false, dryRun = false }: { replace?: boolean; dryRun?: boolean },
): Promise<0 | 1> {
  const pipeline = pipelineOf(await openProject(cli), name);
  const lines = parseLinks(await textOf(cli, file), file, pipeline);
  const sorted = await withStore(cli, async (store) => {
    await refuseWhileRunning(store, name);
    const found = await sort(store, pipeline, lines, { replace, at: new Date(cli.clock.now()).toISOString() });
    if (found.mistakes.length === 0 && !dryRun) {
      await write(store, name, found, await actor(cli, store, "links.import"));
    }
    return found;
  }, { reading: dryRun });
  const { fresh, moved, same, mistakes } = sorted;
  if (cli.flags.json) {
    cli.json({
      pipeline: name,
      new: fresh.length,
      moved: moved.length,
      unchanged: same,
      mistakes,
      written: !dryRun && !mistakes.length,
    });
  }
  if (mistakes.length > 0) {
    for (const { line, message } of mistakes.slice(0, MOST_MISTAKES)) cli.say(`${file}:${line}: ${clean(message)}`);
    if (mistakes.length > MOST_MISTAKES) cli.say(`… and ${mistakes.length - MOST_MISTAKES} more`);
    cli.say(cli.paint("red", `${counted(mistakes.length, "mistake")}; nothing was imported.`));
    return EXIT.findings;
  }
  const counts = `${counted(fresh.length, "new link")}, ${moved.length} moved, ${same} as they were`;
  cli.say(dryRun ? `It would import: ${counts}.` : `Imported: ${counts}.`);
  return EXIT.fine;
}

/** A run that holds a lease would not see links that change under it. Throws `run.leased`. */
export async function refuseWhileRunning(store: Store, pipeline: string): Promise<void> {
  for await (const { owner, until } of listLeases(store, pipeline)) {
    throw new Failure("run.leased", { fact: `${pipeline} is being run by ${owner}, lease until ${until}` });
  }
}

async function textOf(cli: Cli, file: string): Promise<string> {
  let text: string;
  try {
    text = file === "-" ? await cli.terminal.stdin() : new TextDecoder().decode(await readFile(file));
  } catch (cause) {
    throw new Failure("config.unreadable", { fact: "The file of links cannot be read", place: file, cause });
  }
  // What a spreadsheet saves as "Unicode text" is UTF-16: every other character of it is a NUL here.
  if (!/[\0\uFFFD]/.test(text)) return text;
  throw new Failure("config.invalid", {
    fact: "The file of links is not UTF-8 text",
    place: file,
    action: "Save it as CSV in UTF-8.",
  });
}

/** Reads the lines of a CSV file of links. Throws `config.invalid` where it is none. */
export function parseLinks(text: string, file: string, pipeline: Pipeline): Line[] {
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
