/**
 * What every paged read of the package has in common: its parameters, its access check, its page.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import type { Database } from "../database.ts";
import type { Setup } from "../setup.ts";
import { lookup, positionAfter, type Sorted } from "../table.ts";

/** IN parameters: text, or the items of a collection, which may have columns. */
export type Input = Record<string, string | string[] | Row[] | undefined>;
/** OUT parameters. */
export type Output = Row;

/** The applications context a call runs in. */
export interface AppContext {
  /** FND user, upper case. */
  user: string;
  /** Its key. */
  responsibility: string;
  /** Short name of the responsibility's application. */
  application: string;
  /** NLS language name. */
  language: string;
  /** Org_Id; "" where none was given. */
  orgId: string;
  /** The operating units that the responsibility covers. */
  units: ReadonlySet<string>;
}

/** A call of an operation. */
export interface Call {
  /** What it reads. */
  db: Database;
  /** How the installation is set up. */
  setup: Setup;
  /** Whom and what it runs as. */
  context: AppContext;
  /** Its IN parameters. */
  input: Input;
  /** Milliseconds since 1970, the same moment as `db.now()`. */
  at: number;
}

/** What the package itself answers with `X_RETURN_STATUS` `E`. */
export class BusinessError extends Error {}

/** Rows of a page where none are asked for, and the most it takes. */
const PAGE_SIZE = 500, LARGEST_PAGE = 5000;

/**
 * A page: `from` gives what an operating unit has, `changed` says whether an item changed since, `row` makes its row. Throws
 * {@link BusinessError} for parameters that the package refuses, and for a unit that is not open.
 */
export function paged<T>(call: Call, { from, changed, row }: {
  from: (orgId: string) => Sorted<T>;
  changed: (item: T, since: string) => boolean;
  row: (item: T) => Row;
}): Output {
  const { db, input } = call;
  const { orgId, open } = enter(call);
  const since = moment(text(input, "P_UPDATED_SINCE"));
  const size = pageSize(text(input, "P_PAGE_SIZE"));

  const sorted = open ? from(orgId) : { keys: [], items: [] };
  const rows: Row[] = [];
  let more = false;
  const ids = texts(input, "P_IDS");
  if (ids.length > 0) {
    for (const id of new Set(ids.map(Number).sort((a, b) => a - b))) {
      const item = lookup(sorted, id);
      if (item !== undefined) rows.push(row(item));
    }
  } else {
    for (let i = positionAfter(sorted, Number(text(input, "P_LAST_ID") ?? -1)); i < sorted.items.length; i++) {
      const item = sorted.items[i];
      if (since !== undefined && !changed(item, since)) continue;
      if (rows.length === size) {
        more = true;
        break;
      }
      rows.push(row(item));
    }
  }
  return {
    X_AS_OF: db.now(),
    X_ORG_ID: open ? orgId : call.context.orgId || orgId,
    X_MORE: more ? "Y" : "N",
    X_ROWS: rows,
  };
}

/**
 * The operating unit that is asked, and whether it is open to the call. The package refuses one that is not; with the setup's `org_access: empty` it
 * is told as security below the package tells it: no rows, and no word why.
 */
export function enter({ setup, context, input }: Call): { orgId: string; open: boolean } {
  const orgId = text(input, "P_ORG_ID");
  if (orgId === undefined) throw new BusinessError("P_ORG_ID is missing");
  if (setup.org_access === "empty") {
    return { orgId, open: context.units.has(orgId) && (context.orgId === "" || context.orgId === orgId) };
  }
  if (!context.units.has(orgId)) {
    throw new BusinessError(
      `MO_ORG_ACCESS_NO_DATA_FOUND: operating unit ${orgId} is not open to responsibility ${context.responsibility}`,
    );
  }
  return { orgId, open: true };
}

/**
 * A page by text keys, ascending by the value of their characters. `from` gives rows with their keys; the page is after `P_LAST_KEY`,
 * or those of `P_KEYS`.
 */
export function pagedByText<T>(call: Call, { from, row }: {
  /** What an operating unit has; of these keys alone, where there are any. */
  from: (orgId: string, keys: ReadonlySet<string>) => readonly { key: string; item: T }[];
  row: (item: T) => Row;
}): Output {
  const { db, input } = call;
  const { orgId, open } = enter(call);
  const size = pageSize(text(input, "P_PAGE_SIZE"));
  const keys = new Set(texts(input, "P_KEYS"));
  const last = text(input, "P_LAST_KEY") ?? "";
  const found = (open ? from(orgId, keys) : []).filter(({ key }) => keys.size > 0 ? keys.has(key) : key > last)
    .sort((a, b) => a.key < b.key ? -1 : 1);
  const page = keys.size > 0 ? found : found.slice(0, size);
  return {
    X_AS_OF: db.now(),
    X_ORG_ID: open ? orgId : call.context.orgId || orgId,
    X_MORE: page.length < found.length ? "Y" : "N",
    X_ROWS: page.map(({ item }) => row(item)),
  };
}

function moment(since: string | undefined): string | undefined {
  if (since === undefined || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(since)) return since?.slice(0, 19);
  throw new BusinessError(`P_UPDATED_SINCE must look like 2024-02-03T10:15:00: current value is ${since.slice(0, 40)}`);
}

function pageSize(text: string | undefined): number {
  const size = Number(text ?? PAGE_SIZE);
  if (Number.isInteger(size) && size >= 1) return Math.min(size, LARGEST_PAGE);
  throw new BusinessError(`P_PAGE_SIZE must be a whole number from 1 on: current value is ${text}`);
}

/** A scalar parameter; "" is NULL to PL/SQL. */
export function text(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The items of a collection of scalars. */
export function texts(input: Input, name: string): string[] {
  return [input[name] ?? []].flat().filter((item) => typeof item === "string");
}

/** The items of a collection that has columns. */
export function records(input: Input, name: string): Row[] {
  return [input[name] ?? []].flat().filter((item) => typeof item !== "string");
}
