/**
 * Finding purchase order contracts in few calls. Procore finds them by id and by `origin_id`, several in a call, and by nothing else. So:
 *
 * - by id: `filters[id]=[…]`, with lines, as many in a call as an address holds;
 * - by a few origin_ids, where the project was not listed yet: `filters[origin_id]=[…]`, likewise;
 * - by many, or by number: the project is listed once without lines and remembered as hashes (`value_index.ts`); what they hint at is read by id.
 *
 * Deleted contracts are listed too, so that nothing is made a second time that a person has deleted. Filters may be ignored by Procore without
 * a word: every row is compared here again.
 *
 * @module
 */
import pLimit from "p-limit";
import type { Clock } from "../../../engine/clock.ts";
import type { Row } from "../../../engine/connector.ts";
import { type Remembered, remembered } from "../remembered.ts";
import type { Query, Rest } from "../rest.ts";
import { folded, matching } from "../rows.ts";
import { type ValueIndex, valueIndex } from "../value_index.ts";
import { contractRow } from "./row.ts";

/** Contracts in one call: with 15 digits each, the address stays below 4 KB, and the answer with its lines at a few megabytes. */
export const IDS_A_CALL = 150;

/** Values that are remembered of all projects together, about 60 bytes each: then the project that was not used for longest is forgotten. */
const MOST_VALUES = 300_000;

const PATH = "/rest/v1.0/purchase_order_contracts";

/** The contracts of the projects that a run works on. */
export interface ContractBook {
  /** Contracts of a project whose field has one of the values, with their lines; deleted ones are left out. */
  find(project: string, by: string, values: readonly string[]): Promise<Row[]>;
  /** The id of the deleted contract that holds this origin_id, as far as was seen. */
  deleted(project: string, originId: string): string | undefined;
  /** Contracts to look at for foreign keys: all that were listed, or the first page. */
  sample(project: string): Promise<Row[]>;
  /** Takes note of a contract that was written. */
  wrote(project: string, id: string, fields: Row): void;
  /** Forgets a project: what was written there is not known. */
  forget(project: string): void;
}

/** What a {@link contractBook} works with. */
export interface ContractBookOptions {
  rest: Rest;
  clock: Clock;
  pageSize: number;
  concurrency: number;
}

interface Listing {
  index: ValueIndex;
  origins: Row[];
  values: number;
}

interface Chapter {
  listing: Remembered<Listing>;
  /** Deleted contracts by origin_id. */
  deleted: Map<string, string>;
}

/** Opens an empty book. */
export function contractBook({ rest, clock, pageSize, concurrency }: ContractBookOptions): ContractBook {
  const limit = pLimit(concurrency);
  // In the order of their last use.
  const chapters = new Map<string, Chapter>();

  function chapterOf(project: string): Chapter {
    const chapter: Chapter = chapters.get(project) ??
      { listing: remembered(clock, () => list(project, chapter)), deleted: new Map() };
    chapters.delete(project);
    chapters.set(project, chapter);
    return chapter;
  }

  const pages = (project: string, view: "compact" | "extended", filters: Query, perPage: number) =>
    rest.pages({
      path: PATH,
      query: [["project_id", project], ["view", view], ["filters[include_deleted]", "with"], ...filters],
      perPage,
    });

  /** Keeps the living; remembers the dead. */
  function sift({ deleted }: Chapter, rows: readonly Row[]): Row[] {
    return rows.filter(({ id, origin_id, deleted_at }) => {
      if (deleted_at === null || deleted_at === undefined) return true;
      if (typeof origin_id === "string" && origin_id !== "") deleted.set(origin_id, id as string);
      return false;
    });
  }

  async function list(project: string, chapter: Chapter): Promise<Listing> {
    const listing: Listing = { index: valueIndex(), origins: [], values: 0 };
    for await (const { rows } of pages(project, "compact", [], pageSize)) {
      for (const row of sift(chapter, rows)) {
        listing.origins.push({ origin_id: row.origin_id });
        note(listing, row.id as string, row);
      }
    }
    makeRoom(project, listing.values);
    return listing;
  }

  function note(listing: Listing, id: string, fields: Row): void {
    for (const by of ["origin_id", "number"]) {
      if (folded(fields[by]) === "") continue;
      listing.index.add(`${by}:${folded(fields[by])}`, id);
      listing.values++;
    }
  }

  function makeRoom(project: string, coming: number): void {
    let values = coming;
    for (const { listing } of chapters.values()) values += listing.peek()?.values ?? 0;
    for (const [other, { listing }] of chapters) {
      if (values <= MOST_VALUES) return;
      if (other === project) continue;
      values -= listing.peek()?.values ?? 0;
      chapters.delete(other);
    }
  }

  async function read(project: string, by: "id" | "origin_id", values: readonly string[]): Promise<Row[]> {
    const chapter = chapterOf(project);
    const chunks: string[][] = [];
    for (let at = 0; at < values.length; at += IDS_A_CALL) chunks.push(values.slice(at, at + IDS_A_CALL));
    const read = await Promise.all(chunks.map((chunk) =>
      limit(async () => {
        const found: Row[] = [];
        const filter = [[`filters[${by}]`, `[${chunk.join(",")}]`]] as const;
        for await (const { rows } of pages(project, "extended", filter, IDS_A_CALL)) {
          found.push(...sift(chapter, matching(rows, by, chunk)).map(contractRow));
        }
        return found;
      })
    ));
    return read.flat();
  }

  return {
    async find(project, by, asked) {
      const values = [...new Map(asked.map((value) => [folded(value), value.trim()])).values()].filter((v) => v !== "");
      if (values.length === 0) return [];
      if (by === "id") return await read(project, "id", values.filter((value) => /^\d+$/.test(value)));
      const { listing } = chapterOf(project);
      // A comma or a bracket would be taken for the list's own.
      const few = by === "origin_id" && values.length <= IDS_A_CALL && !values.some((value) => /[,[\]"]/.test(value));
      if (few && !listing.peek()) return await read(project, "origin_id", values);
      const { index } = await listing.get();
      const hints = new Set(values.flatMap((value) => index.lookup(`${by}:${folded(value)}`)));
      return matching(await read(project, "id", [...hints]), by, values);
    },
    deleted: (project, originId) => chapters.get(project)?.deleted.get(originId),
    async sample(project) {
      const listed = chapterOf(project).listing.peek();
      if (listed) return listed.origins;
      for await (const { rows } of pages(project, "compact", [], pageSize)) return rows.map(contractRow);
      return [];
    },
    wrote(project, id, fields) {
      const listed = chapters.get(project)?.listing.peek();
      if (listed) note(listed, id, fields);
    },
    forget: (project) => void chapters.delete(project),
  };
}
