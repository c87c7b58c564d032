/**
 * Reads a stream whose keys belong to no single operating unit: the pages of all covered operating units, merged by ascending
 * key, rows of one key made one.
 *
 * @module
 */
import type { Page, Row } from "../../../engine/connector.ts";
import type { Context } from "../settings.ts";
import { readPage, type Source, type UnitPage } from "./page.ts";
import { compareKeys } from "./stream.ts";

/** How far the read of one operating unit has got. */
interface Unit {
  context: Context;
  /** Rows read and not yet given on. */
  rows: Row[];
  after: string | null;
  more: boolean;
}

/**
 * Yields pages of everything after the key `after`. A page holds only keys up to the smallest last key of the operating units
 * that have more: what follows could still come from them. The last key of a page is a checkpoint for all operating units.
 */
export async function* mergedPages(
  source: Source,
  contexts: readonly Context[],
  { since, after, pageSize, period }: {
    since: string | null;
    after: string | null;
    pageSize: number;
    period?: string;
  },
): AsyncGenerator<Page> {
  const { stream: { key } } = source.ebs;
  const units: Unit[] = contexts.map((context) => ({ context, rows: [], after, more: true }));
  let asOf: string | undefined;
  do {
    const hungry = units.filter((unit) => unit.more && unit.rows.length === 0);
    const pages = await Promise.all(
      hungry.map((unit) => readPage(source, unit.context, { since, after: unit.after, pageSize, period })),
    );
    pages.forEach((page, i) => feed(hungry[i], page));
    asOf ??= earliest(pages);
    const bound = boundOf(units);
    const taken = units.map((unit) => take(unit, key, bound));
    if (since !== null) await complete(source, units, taken, pageSize);
    const more = units.some((unit) => unit.more || unit.rows.length > 0);
    yield* portions(joined(source, taken), { key, pageSize, asOf, more });
  } while (units.some((unit) => unit.more || unit.rows.length > 0));
}

/**
 * Several operating units give more rows than one page takes. A key that comes twice is not torn apart, though that page is then
 * too long: the engine rejects both, and sees them only within a page.
 */
function* portions(
  rows: Row[],
  { key, pageSize, asOf, more }: { key: string; pageSize: number; asOf: string; more: boolean },
): Generator<Page> {
  let from = 0;
  do {
    let end = Math.min(from + pageSize, rows.length);
    while (end < rows.length && rows[end][key] === rows[end - 1][key]) end++;
    yield { rows: rows.slice(from, end), asOf, more: more || end < rows.length };
    from = end;
  } while (from < rows.length);
}

/** Yields the rows of just these keys, of whichever operating units have them. */
export async function* mergedKeys(
  source: Source,
  contexts: readonly Context[],
  { keys, pageSize }: { keys: readonly string[]; pageSize: number },
): AsyncGenerator<Page> {
  const sorted = [...new Set(keys)].sort(compareKeys);
  let asOf: string | undefined;
  for (let from = 0; from < sorted.length; from += pageSize) {
    const chunk = sorted.slice(from, from + pageSize);
    const pages = await Promise.all(contexts.map((context) => readPage(source, context, { keys: chunk, pageSize })));
    asOf ??= earliest(pages);
    yield { rows: joined(source, pages.map(({ rows }) => rows)), asOf, more: from + pageSize < sorted.length };
  }
}

function feed(unit: Unit, { rows, more, last }: UnitPage): void {
  unit.rows = rows;
  unit.more = more;
  unit.after = last ?? unit.after;
}

const earliest = (pages: readonly UnitPage[]): string =>
  pages.map(({ asOf }) => asOf).reduce((least, asOf) => asOf < least ? asOf : least);

/** The smallest key read last by an operating unit that has more; undefined where none has. */
function boundOf(units: readonly Unit[]): string | undefined {
  let bound: string | undefined;
  for (const { more, after } of units) {
    if (more && after !== null && (bound === undefined || compareKeys(after, bound) < 0)) bound = after;
  }
  return bound;
}

/** Takes the rows up to `bound` out of a unit; a row without a key goes with those before it. */
function take(unit: Unit, key: string, bound: string | undefined): Row[] {
  const end = bound === undefined
    ? -1
    : unit.rows.findIndex((row) => typeof row[key] === "string" && compareKeys(row[key], bound) > 0);
  return unit.rows.splice(0, end === -1 ? unit.rows.length : end);
}

/**
 * In an incremental read an operating unit gives only what changed there; the row would lose what it has in the others. They
 * are asked for the keys they did not give.
 */
async function complete(source: Source, units: readonly Unit[], taken: Row[][], pageSize: number): Promise<void> {
  const { stream: { key } } = source.ebs;
  const keysOf = (rows: readonly Row[]): string[] =>
    rows.flatMap((row) => typeof row[key] === "string" ? [row[key]] : []);
  const all = new Set(taken.flatMap(keysOf));
  await Promise.all(units.map(async ({ context }, i) => {
    const missing = [...all.difference(new Set(keysOf(taken[i])))].sort(compareKeys);
    for (let from = 0; from < missing.length; from += pageSize) {
      const { rows } = await readPage(source, context, { keys: missing.slice(from, from + pageSize), pageSize });
      taken[i].push(...rows);
    }
  }));
}

/**
 * Makes rows of one key one row, ascending. A key that one operating unit gives twice stays twice, and a row without a key stays
 * as it is: both are for the engine to reject.
 */
function joined({ ebs: { stream: { key }, merge } }: Source, taken: readonly Row[][]): Row[] {
  const groups = new Map<string, Row[][]>();
  const nameless: Row[] = [];
  for (const rows of taken) {
    const seen = new Map<string, number>();
    for (const row of rows) {
      const name = row[key];
      if (typeof name !== "string") {
        nameless.push(row);
        continue;
      }
      const nth = seen.get(name) ?? 0;
      seen.set(name, nth + 1);
      let group = groups.get(name);
      if (!group) groups.set(name, group = []);
      (group[nth] ??= []).push(row);
    }
  }
  const names = [...groups.keys()].sort(compareKeys);
  return [...nameless, ...names.flatMap((name) => groups.get(name)!.map((rows) => merge ? merge(rows) : rows[0]))];
}
