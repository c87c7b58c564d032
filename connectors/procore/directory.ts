/**
 * Finding vendors in few calls. Procore finds by id in bulk, by `origin_id` and by words one at a time, and lists inactive vendors
 * apart and without any filter. So:
 *
 * - by id: `filters[id][]`, as many in a call as an address holds; what is missing is looked up in the inactive list;
 * - by anything else: the directory is listed once and remembered as hashes (`value_index.ts`), and what they hint at is read by id. Where
 *   fewer calls do, because few values are asked for and the directory is large, each is searched for by itself;
 * - what was written over this connection since is searched for, or the directory listed again where that is cheaper.
 *
 * The first page is read in any case: it tells how large the directory is. Filters may be ignored by Procore without a word: every
 * row is compared here again.
 *
 * @module
 */
import pLimit from "p-limit";
import type { Clock } from "../../engine/clock.ts";
import type { Change, Row } from "../../engine/connector.ts";
import { maybeSet, type ValueIndex, valueIndex } from "./value_index.ts";
import { remembered } from "./remembered.ts";
import type { ListPage, Query, Rest } from "./rest.ts";
import { folded, matching } from "./rows.ts";

/** Ids in one call: with 15 digits each, the address stays below 6 KB. */
const IDS_A_CALL = 150;

/** What Procore searches for when it is given words; an abbreviated name is not among it. */
const SEARCHED: Record<string, string> = {
  origin_id: "filters[origin_id]",
  origin_code: "filters[search]",
  name: "filters[search]",
};

/** Fields that vendors are found by, besides `id`. */
export const FOUND_BY = ["origin_id", "origin_code", "name", "abbreviated_name"] as const;

/** A company's vendors. */
export interface Directory {
  /** Active and inactive vendors whose field has one of the values. */
  find(by: string, values: readonly string[]): Promise<Row[]>;
  /** Vendors to look at for foreign keys: the first page, and all that are inactive where they were read already. */
  sample(): Promise<Row[]>;
  /** Says what is about to be written; to be called before the write leaves. */
  writing(changes: readonly Change[]): void;
}

/** What a {@link directory} works with. */
export interface DirectoryOptions {
  rest: Rest;
  clock: Clock;
  company_id: string;
  pageSize: number;
  concurrency: number;
  rowOf: (raw: Row) => Row;
}

/** What is known of the active vendors after `pages` pages were read. */
interface Listing {
  origins: Row[];
  index: ValueIndex;
  total: number;
  /** Yields what is left; undefined once all is indexed. */
  rest?: AsyncIterator<ListPage>;
  /** The reading of what is left, while it is under way. */
  finishing?: Promise<void>;
}

/** Opens a company's directory; nothing is read before it is asked. */
export function directory({ rest, clock, company_id, pageSize, concurrency, rowOf }: DirectoryOptions): Directory {
  const limit = pLimit(concurrency);
  const written = maybeSet();

  const active = (filters: Query): AsyncIterable<ListPage> =>
    rest.pages({
      path: "/rest/v1.0/vendors",
      query: [["company_id", company_id], ["view", "normal"], ...filters],
      perPage: pageSize,
    });

  const inactive = remembered(clock, async () => {
    const rows: Row[] = [];
    const path = `/rest/v1.0/companies/${company_id}/vendors/inactive`;
    const route = "/rest/v1.0/companies/{company_id}/vendors/inactive";
    for await (const page of rest.pages({ path, route, query: [["view", "normal"]], perPage: pageSize })) {
      for (const raw of page.rows) rows.push({ ...rowOf(raw), is_active: false });
    }
    return rows;
  });

  const listing = remembered(clock, async () => {
    // What is written while the listing is read may be in it or not: only what was written before is surely in it.
    written.clear();
    const pages = active([])[Symbol.asyncIterator]();
    const listed: Listing = { origins: [], index: valueIndex(), total: 0, rest: pages };
    await readOn(listed, (row) => listed.origins.push({ origin_id: row.origin_id }));
    return listed;
  });

  /** Indexes the next page; false where there is none. */
  async function readOn(listed: Listing, each?: (row: Row) => void): Promise<boolean> {
    const step = await listed.rest!.next();
    if (step.done) {
      listed.rest = undefined;
      return false;
    }
    for (const raw of step.value.rows) {
      const row = rowOf(raw);
      each?.(row);
      for (const by of FOUND_BY) {
        if (folded(row[by]) !== "") listed.index.add(`${by}:${folded(row[by])}`, row.id as string);
      }
    }
    listed.total = Math.max(listed.total, step.value.total ?? 0);
    // A short first page saves the question whether there is a second.
    if (step.value.rows.length >= (step.value.total ?? Infinity)) listed.rest = undefined;
    return true;
  }

  const finish = (listed: Listing): Promise<void> =>
    listed.finishing ??= (async () => {
      try {
        while (listed.rest && await readOn(listed));
      } catch (error) {
        listing.drop();
        throw error;
      }
    })();

  async function byIds(ids: readonly string[]): Promise<Row[]> {
    const wanted = [...new Set(ids)].filter((id) => /^\d+$/.test(id));
    const chunks: string[][] = [];
    for (let at = 0; at < wanted.length; at += IDS_A_CALL) chunks.push(wanted.slice(at, at + IDS_A_CALL));
    const found = await Promise.all(chunks.map((chunk) => limit(() => activeByIds(chunk))));
    const rows = found.flat();
    const there = new Set(rows.map((row) => row.id as string));
    const missing = wanted.filter((id) => !there.has(id));
    return missing.length === 0 ? rows : [...rows, ...matching(await inactive.get(), "id", missing)];
  }

  async function activeByIds(ids: string[]): Promise<Row[]> {
    const found: Row[] = [];
    for await (const page of active(ids.map((id) => ["filters[id][]", id] as const))) {
      found.push(...matching(page.rows, "id", ids).map(rowOf));
      if (found.length >= ids.length) break;
    }
    return found;
  }

  async function search(by: string, value: string): Promise<Row[]> {
    const found: Row[] = [];
    for await (const page of active([[SEARCHED[by], value.trim()]])) {
      found.push(...matching(page.rows.map(rowOf), by, [value]));
    }
    return found;
  }

  const searchAll = async (by: string, values: readonly string[]): Promise<Row[]> =>
    (await Promise.all(values.map((value) => limit(() => search(by, value))))).flat();

  async function find(by: string, asked: readonly string[]): Promise<Row[]> {
    const values = [...new Map(asked.map((value) => [folded(value), value])).values()].filter((value) =>
      folded(value) !== ""
    );
    if (values.length === 0) return [];
    if (by === "id") return await byIds(values);
    const unlisted = (listed: Listing, pages: number): boolean =>
      !(by in SEARCHED) || values.length > Math.ceil(listed.total / pageSize) - pages;
    let listed = await listing.get();
    if (listed.rest && unlisted(listed, 1)) await finish(listed);
    let rows: Row[];
    if (listed.rest) rows = await searchAll(by, values);
    else {
      let ours = values.filter((value) => written.has(`${by}:${folded(value)}`));
      if (ours.length > 0 && (!(by in SEARCHED) || ours.length > Math.ceil(listed.total / pageSize))) {
        listing.drop();
        listed = await listing.get();
        await finish(listed);
        ours = [];
      }
      const hints = values.flatMap((value) => listed.index.lookup(`${by}:${folded(value)}`));
      rows = [...await byIds(hints), ...await searchAll(by, ours)];
    }
    return matching([...await inactive.get(), ...rows], by, values);
  }

  return {
    find,
    sample: async () => [...(await listing.get()).origins, ...inactive.peek() ?? []],
    writing(changes) {
      for (const { fields } of changes) {
        for (const by of FOUND_BY) {
          if (folded(fields[by]) !== "") written.add(`${by}:${folded(fields[by])}`);
        }
      }
      if (!changes.some(changesLists)) return;
      inactive.drop();
      // A row that leaves the list moves those behind it up by one: the pages that are left would miss one.
      if (listing.peek()?.rest) listing.drop();
    },
  };
}

/** Whether a change may move a vendor between the active and the inactive list. */
function changesLists({ action, fields: { is_active }, present }: Change): boolean {
  if (action === "deactivate" || is_active === false) return true;
  return is_active === true && action === "update" && present?.is_active !== true;
}
