/**
 * A list action: filters, sort, page, headers. Pages are cut from a result that is kept while nothing changes, so that reading all
 * pages sorts once.
 *
 * @module
 */
import { json } from "./answers.ts";
import { type Filters, filterValues, select } from "./filters.ts";
import type { Stored, Table } from "./table.ts";

/** A list endpoint. */
export interface Listing<T extends Stored> {
  table: Table<T>;
  /** Which rows belong here at all. */
  inScope?: (row: T) => boolean;
  /** Whether a row is softly deleted; `filters[include_deleted]=with|only` shows it. */
  deleted?: (row: T) => boolean;
  filters?: Filters<T>;
  /** Fields that `sort` understands. */
  sorts?: Record<string, (row: T) => string>;
  /** Rows a page where the query does not say. Default 100. */
  perPage?: number;
  /** Rows a page at the most; more is clamped (assumed). Default 2000, the guide's advice. */
  most?: number;
  /** A row of the answer. */
  render: (row: T) => unknown;
  /** Names what `inScope` depends on, besides the query: the kept result is told apart by it. */
  scope: string;
  /** `{ data: […] }` around the rows. */
  v2?: boolean;
}

const kept = new WeakMap<object, { version: number; key: string; rows: readonly Stored[] }>();

/** Answers a list request. */
export function list<T extends Stored>(url: string, listing: Listing<T>): Response {
  const { pathname, searchParams: query, origin } = new URL(url);
  const rows = result(query, listing);
  const { perPage = 100, most = 2000, render, v2 } = listing;
  const size = Math.min(positive(query.get("per_page")) ?? perPage, most);
  const page = positive(query.get("page")) ?? 1;
  const shown = rows.slice((page - 1) * size, page * size).map(render);
  const headers: Record<string, string> = { Total: String(rows.length), "Per-Page": String(size) };
  const link = links(`${origin}${pathname}`, query, page, Math.ceil(rows.length / size));
  if (link) headers.Link = link;
  return json(v2 ? { data: shown } : shown, 200, headers);
}

function result<T extends Stored>(query: URLSearchParams, listing: Listing<T>): readonly T[] {
  const { table, inScope = () => true, deleted, filters = {}, sorts = {}, scope } = listing;
  const rest = new URLSearchParams(query);
  for (const name of ["page", "per_page", "view"]) rest.delete(name);
  const key = `${scope}?${rest}`;
  const before = kept.get(table);
  if (before?.version === table.version && before.key === key) return before.rows as readonly T[];

  const shows = filterValues(query, "include_deleted")?.[0];
  const alive = (row: T): boolean => !deleted || (shows === "with" || deleted(row) === (shows === "only"));
  const rows = select(table.rows, query, filters, (row) => inScope(row) && alive(row));
  sort(rows, query.get("sort"), sorts);
  kept.set(table, { version: table.version, key, rows });
  return rows;
}

/** Sorts by `sort=a,-b`; fields that are not known are ignored, and ties stay in the order of ids. */
function sort<T extends Stored>(rows: T[], wanted: string | null, sorts: Record<string, (row: T) => string>): void {
  const keys = (wanted ?? "").split(",").map((name) => ({
    of: Object.hasOwn(sorts, name.replace(/^-/, "")) ? sorts[name.replace(/^-/, "")] : undefined,
    sign: name.startsWith("-") ? -1 : 1,
  })).filter((key) => key.of !== undefined);
  if (keys.length === 0) return;
  rows.sort((a, b) => {
    for (const { of, sign } of keys) {
      const [x, y] = [of!(a), of!(b)];
      if (x !== y) return x < y ? -sign : sign;
    }
    return a.id - b.id;
  });
}

/** The `Link` header: the first page has no first and prev, the last no next and last; none where there is one page. */
function links(base: string, query: URLSearchParams, page: number, pages: number): string {
  const to = (rel: string, number: number): string => {
    const target = new URLSearchParams(query);
    target.set("page", String(number));
    return `<${base}?${target}>; rel="${rel}"`;
  };
  const found: string[] = [];
  if (page > 1 && pages > 0) found.push(to("first", 1), to("prev", Math.min(page - 1, pages)));
  if (page < pages) found.push(to("next", page + 1), to("last", pages));
  return found.join(", ");
}

function positive(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
}
