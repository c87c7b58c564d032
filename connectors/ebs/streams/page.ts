/**
 * One page of one operating unit, checked: that the answer is for the operating unit that was asked, that its keys ascend, and
 * that an empty one is truly empty.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { Failure } from "../../../engine/failure.ts";
import type { Isg } from "../isg.ts";
import { type Operation, OPERATIONS } from "../operations.ts";
import { rowsOf } from "../rows.ts";
import type { Context } from "../settings.ts";
import { member, textOf } from "../tree.ts";
import { compareKeys, type EbsStream } from "./stream.ts";

/** What a page is asked by. */
export type PageRequest =
  & { pageSize: number; period?: string }
  & ({ since: string | null; after: string | null } | { keys: readonly string[] });

/** A page of one operating unit. */
export interface UnitPage {
  rows: Row[];
  /** The database's time when it was read. */
  asOf: string;
  more: boolean;
  /** The last key in it; null where no row has one. */
  last: string | null;
}

/** What a page is read with. */
export interface Source {
  isg: Isg;
  ebs: EbsStream;
  /** Whether child rows are to come in tables of their own. */
  flat: boolean;
}

/**
 * Reads a page. Throws `context.wrong` where the answer is for another operating unit, or empty because the context may not see
 * it; `wire.garbled` where its keys do not ascend or do not get on.
 */
export async function readPage({ isg, ebs, flat }: Source, context: Context, request: PageRequest): Promise<UnitPage> {
  const { operation, stream, derive } = ebs;
  const shape: Operation = OPERATIONS[operation];
  const byText = stream.order === "text";
  const output = await isg.call(context, operation, {
    P_ORG_ID: context.orgId,
    P_PAGE_SIZE: String(request.pageSize),
    ...("keys" in request
      ? { [byText ? "P_KEYS" : "P_IDS"]: request.keys }
      : byText
      ? { P_LAST_KEY: request.after ?? undefined }
      : { P_UPDATED_SINCE: request.since ?? undefined, P_LAST_ID: request.after ?? undefined }),
    P_FLAT: flat && shape.flat ? "Y" : undefined,
    P_PERIOD_NAME: request.period,
    ...ebs.asks,
  });
  const place = `${operation} of operating unit ${context.name}`;
  const out = (name: string): string | undefined => textOf(member(output, name), name);
  checkUnit(out("X_ORG_ID"), context, place);
  const asOf = out("X_AS_OF");
  if (!asOf) throw new Failure("wire.garbled", { fact: "The answer holds no X_AS_OF", place });
  const found = rowsOf(output, shape);
  const rows = derive ? found.map(derive) : found;
  if ("keys" in request) return { rows, asOf, more: false, last: null };
  const more = out("X_MORE") === "Y";
  const last = lastKey(rows, stream.key, { after: request.after, more, place });
  const whole = request.since === null && request.after === null && request.period === undefined;
  if (rows.length === 0 && whole) await explainZero(isg, context, operation);
  return { rows, asOf, more, last };
}

function checkUnit(echo: string | undefined, context: Context, place: string): void {
  if (echo !== undefined && compareKeys(echo, context.orgId) === 0) return;
  throw new Failure("context.wrong", {
    fact: `The answer is for another operating unit than the ${context.name} that was asked`,
    value: echo ?? "none named",
    place,
  });
}

/** The last key of a page. Equal neighbours are let through: a record that comes twice is the engine's to reject. */
function lastKey(
  rows: Row[],
  field: string,
  { after, more, place }: { after: string | null; more: boolean; place: string },
): string | null {
  let last = after;
  let found = false;
  for (const row of rows) {
    const key = row[field];
    if (typeof key !== "string") continue;
    const order = last === null ? 1 : compareKeys(key, last);
    if (order < 0 || order === 0 && !found) {
      throw new Failure("wire.garbled", {
        fact: `${field} does not ascend: ${key} comes after ${last}`,
        value: key,
        place,
        action: "Install the package of this version; its rows ascend by primary key.",
      });
    }
    last = key;
    found = true;
  }
  if (more && !found) {
    throw new Failure("wire.garbled", { fact: `More is promised, but no row of the page has a ${field}`, place });
  }
  return found ? last : null;
}

/**
 * An empty first page of a full read: right for a new operating unit, and what a context without access looks like, which
 * would then be taken for the deletion of everything (reference §2.3). The package is asked which of the two it is.
 */
async function explainZero(isg: Isg, context: Context, operation: string): Promise<void> {
  const output = await isg.call(context, "get_context", { P_ORG_ID: context.orgId });
  const out = (name: string): string | undefined => textOf(member(output, name), name);
  if (out("X_ORG_ACCESS") === "Y") return;
  throw new Failure("context.wrong", {
    fact: `${operation} gives no rows, and operating unit ${context.name} is not open to responsibility ` +
      (out("X_RESPONSIBILITY") ?? (context.responsibility || "(none)")),
    value: `operating unit ${out("X_ORG_ID") ?? "none"}`,
    place: context.name,
  });
}
