/**
 * The cost codes of the projects a run works on, listed once for each project and remembered.
 *
 * A page of one run may touch every project, so that all of them are kept while they are not too many; then the one that was not used
 * for longest is forgotten, and listed again when it is asked for.
 *
 * @module
 */
import type { Clock } from "../../engine/clock.ts";
import type { Log, Outcome, Row } from "../../engine/connector.ts";
import { asFailure } from "../../engine/failure.ts";
import { type Remembered, remembered } from "./remembered.ts";
import type { Rest } from "./rest.ts";
import { matching } from "./rows.ts";
import { isActive, type WbsCodes, wbsCodes } from "./wbs.ts";

/** About 25 MB. */
const MOST_ROWS = 50_000;

/** Cost codes by project. */
export interface CodeBook {
  /** A project's cost codes, without `is_active`. */
  all(project: string): Promise<Row[]>;
  /** Those whose field has one of the values, with `is_active` where the app may read WBS codes. */
  find(project: string, by: string, values: readonly string[]): Promise<Row[]>;
  /** Takes note of what was written. */
  wrote(project: string, outcomes: readonly Outcome[]): void;
  /** Forgets a project: what was written there is not known. */
  forget(project: string): void;
}

interface Chapter {
  codes: Remembered<Map<string, Row>>;
  /** Undefined where the app may not read them. */
  wbs: Remembered<WbsCodes | undefined>;
}

/** What a {@link codeBook} works with. */
export interface CodeBookOptions {
  rest: Rest;
  clock: Clock;
  log: Log;
  pageSize: number;
  rowOf: (raw: Row) => Row;
}

/** Opens an empty book. */
export function codeBook({ rest, clock, log, pageSize, rowOf }: CodeBookOptions): CodeBook {
  // In the order of their last use.
  const chapters = new Map<string, Chapter>();

  function chapterOf(project: string): Chapter {
    const chapter = chapters.get(project) ?? {
      codes: remembered(clock, () => list(project)),
      wbs: remembered(clock, () => wbs(project)),
    };
    chapters.delete(project);
    chapters.set(project, chapter);
    return chapter;
  }

  async function list(project: string): Promise<Map<string, Row>> {
    const codes = new Map<string, Row>();
    const query = [["project_id", project], ["view", "default"]] as const;
    for await (const { rows } of rest.pages({ path: "/rest/v1.0/cost_codes", query, perPage: pageSize })) {
      for (const raw of rows) {
        if (raw.deleted_at === null || raw.deleted_at === undefined) codes.set(raw.id as string, rowOf(raw));
      }
    }
    makeRoom(project, codes.size);
    return codes;
  }

  function makeRoom(project: string, coming: number): void {
    let rows = coming;
    for (const { codes } of chapters.values()) rows += codes.peek()?.size ?? 0;
    for (const [other, { codes }] of chapters) {
      if (rows <= MOST_ROWS) return;
      if (other === project) continue;
      rows -= codes.peek()?.size ?? 0;
      chapters.delete(other);
    }
  }

  async function wbs(project: string): Promise<WbsCodes | undefined> {
    try {
      return await wbsCodes(rest, project, { pageSize });
    } catch (error) {
      const { code, message } = asFailure(error);
      if (code !== "permission.missing" && code !== "remote.refused") throw error;
      log("warn", "WBS codes cannot be read: whether cost codes are active is not known", { project, why: message });
      return undefined;
    }
  }

  return {
    all: async (project) => [...(await chapterOf(project).codes.get()).values()],
    async find(project, by, values) {
      const chapter = chapterOf(project);
      const found = matching((await chapter.codes.get()).values(), by, values);
      if (found.length === 0) return found;
      const codes = await chapter.wbs.get();
      return codes ? found.map((row) => ({ ...row, is_active: isActive(codes, row.id as string) })) : found;
    },
    wrote(project, outcomes) {
      const chapter = chapters.get(project);
      chapter?.wbs.drop();
      const codes = chapter?.codes.peek();
      for (const outcome of outcomes) if (outcome.ok && outcome.row) codes?.set(outcome.id, outcome.row);
    },
    forget: (project) => void chapters.delete(project),
  };
}
