/**
 * What every paged read of the package has in common: its parameters, its access check, its page.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import type { Database } from "../database.ts";
import type { Setup } from "../setup.ts";
import { lookup, positionAfter, type Sorted } from "../table.ts";

/** IN parameters: text, or the items of a collection. */
export type Input = Record<string, string | string[] | undefined>;
/** OUT parameters. */
export type Output = Row;

/** The applications context a call runs in. */
export interface AppContext {
  user: string;
  responsibility: string;
  application: string;
  language: string;
  /** Org_Id; "" where none was given. */
  orgId: string;
  /** The operating units that the responsibility covers. */
  units: ReadonlySet<string>;
}

/** A call of an operation. */
export interface Call {
  db: Database;
  setup: Setup;
  context: AppContext;
  input: Input;
  /** Milliseconds since 1970, the same moment as `db.now()`. */
  at: number;
}

/** What the package itself answers with `X_RETURN_STATUS` `E`. */
export class BusinessError extends Error {}

/** Whether a call may see this operating unit: its responsibility covers it, and the context is not that of another. */
export function sees({ context }: Call, orgId: string): boolean {
  return context.units.has(orgId) && (context.orgId === "" || context.orgId === orgId);
}

/** The rows a page takes when none are asked for, and at the most. */
const PAGE_SIZE = 500, LARGEST_PAGE = 5000;

/**
 * A page of one operating unit: `from` gives what the unit has, `changed` says whether an item changed since, `row` makes its
 * row. A unit that the call may not see is empty, and nothing says why: that is how multi-org access behaves.
 */
export function paged<T>(call: Call, { from, changed, row, everyUnit = false }: {
  from: (orgId: string) => Sorted<T>;
  changed: (item: T, since: string) => boolean;
  row: (item: T) => Row;
  /** Not a read of one operating unit. */
  everyUnit?: boolean;
}): Output {
  const { db, input, context } = call;
  const orgId = text(input, "P_ORG_ID") ?? context.orgId;
  if (!orgId && !everyUnit) throw new BusinessError("P_ORG_ID is missing");
  const since = text(input, "P_UPDATED_SINCE");
  if (since !== undefined && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(since)) {
    throw new BusinessError(`P_UPDATED_SINCE must look like 2024-02-03T10:15:00: current value is ${since}`);
  }
  const size = Number(text(input, "P_PAGE_SIZE") ?? PAGE_SIZE);
  if (!(size >= 1)) throw new BusinessError(`P_PAGE_SIZE must be at least 1: current value is ${size}`);

  const open = everyUnit || sees(call, orgId);
  const sorted = open ? from(orgId) : { keys: [], items: [] };
  const rows: Row[] = [];
  let more = false;
  if (input.P_IDS !== undefined) {
    const ids = [input.P_IDS].flat().map(Number).sort((a, b) => a - b);
    for (const id of new Set(ids)) {
      const item = lookup(sorted, id);
      if (item !== undefined) rows.push(row(item));
    }
  } else {
    const most = Math.min(size, LARGEST_PAGE);
    for (let i = positionAfter(sorted, Number(text(input, "P_LAST_ID") ?? 0)); i < sorted.items.length; i++) {
      const item = sorted.items[i];
      if (since !== undefined && !changed(item, since)) continue;
      if (rows.length === most) {
        more = true;
        break;
      }
      rows.push(row(item));
    }
  }
  return {
    X_AS_OF: db.now(),
    X_ORG_ID: (open ? orgId : context.orgId) || undefined,
    X_MORE: more ? "Y" : "N",
    X_ROWS: rows,
  };
}

/** A scalar parameter; "" is NULL to PL/SQL. */
export function text(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** `Y` or `N`: begun, not ended, at the database's own time. Dates are compared as text; a bare day is its midnight. */
export function active(now: string, start: unknown, end: unknown): boolean {
  return !(typeof start === "string" && start > now) && !(typeof end === "string" && end <= now);
}

/** Whether a date took effect between `since` and `now`: the row changed, though nobody edited it. */
export function tookEffect(now: string, since: string, ...dates: unknown[]): boolean {
  return dates.some((date) => typeof date === "string" && date > since && date <= now);
}
