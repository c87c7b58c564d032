/**
 * A list that is read whole before any of it is given, because it moves: a row that is deleted while its pages are read draws the next
 * page's first row into the page that was read already, and it would be missed for good.
 *
 * What it does not guarantee: a deletion and an addition between two pages cancel out in the number of rows, and are not seen. The sweep of ids
 * finds what was missed so.
 *
 * @module
 */
import type { Clock } from "../../../engine/clock.ts";
import type { ReadRequest, Row } from "../../../engine/connector.ts";
import { Failure } from "../../../engine/failure.ts";
import type { Query, Rest } from "../rest.ts";
import { byId, compareIds } from "../rows.ts";

/** A list, whole. */
export interface Listed {
  /** Raw rows, each once, ascending by id. */
  rows: Row[];
  /** Procore's time of the first page, ISO 8601. */
  at: string;
}

const TRIES = 3;

/** Lists all rows; begins again where any was deleted meanwhile. Throws `wire.garbled` where that never ends. */
export async function listed(
  rest: Rest,
  clock: Clock,
  list: { path: string; query: Query; perPage: number },
): Promise<Listed> {
  for (let nth = 1; nth <= TRIES; nth++) {
    const rows = new Map<string, Row>();
    let at: string | undefined, most = 0, shrank = false;
    for await (const page of rest.pages(list)) {
      at ??= page.at ?? new Date(clock.now()).toISOString();
      for (const row of page.rows) rows.set(row.id as string, row);
      if (page.total === undefined) continue;
      if (page.total < most) shrank = true;
      most = Math.max(most, page.total);
    }
    if (!shrank) return { rows: [...rows.values()].sort(byId), at: at! };
  }
  throw new Failure("wire.garbled", {
    fact: `Rows were deleted each time that the list was read, ${TRIES} times`,
    place: `GET ${list.path}`,
    action: "Try again; ask who deletes in Procore by the thousand.",
  });
}

/** `filters[updated_at]` for what changed since a time. Procore wants a range: it ends tomorrow, whatever its clock says. */
export function changedSince(since: string | null, clock: Clock): Query {
  if (since === null) return [];
  const [from, to] = [Date.parse(since), clock.now() + 86_400_000].map((ms) =>
    `${new Date(ms).toISOString().slice(0, 19)}Z`
  );
  return [["filters[updated_at]", `${from}...${to}`]];
}

/** Whether a read asks for the row: Procore ignores filters that it does not know without a word. */
export function isAskedFor(request: ReadRequest, { id, updated_at }: Row): boolean {
  if ("keys" in request) return request.keys.includes(id as string);
  if (request.after !== null && compareIds(id as string, request.after) <= 0) return false;
  if (request.since === null || typeof updated_at !== "string") return true;
  return Date.parse(updated_at) >= Date.parse(request.since) - (Date.parse(request.since) % 1000);
}
