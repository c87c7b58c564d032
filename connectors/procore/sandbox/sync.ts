/**
 * The sync action (reference §4): up to 1,000 records a call, always 200 where the call is well-formed, each record committed by itself.
 *
 * | given | found | effect |
 * |---|---|---|
 * | neither | | create, origin_id null |
 * | id | yes / no | update / error |
 * | origin_id | yes / no | update / create |
 * | id and origin_id | by id only | update, the one way to change an origin_id |
 *
 * The same origin_id twice in one call finds at its second time what it made at its first (assumed: rows commit one by one).
 *
 * @module
 */
import { badRequest, type Errors, missing, Refusal } from "./answers.ts";
import { type Given, idFrom, unwrapped } from "./attributes.ts";

/** What became of a write. */
export type Written<T> = { row: T } | { errors: Errors };

/** How one kind of record is found and written within its scope. */
export interface Syncable<T> {
  byId(id: number): T | undefined;
  byOrigin(originId: string): T | undefined;
  create(given: Given): Written<T>;
  update(row: T, given: Given): Written<T>;
  /** The show shape. */
  show(row: T): unknown;
}

/** Elements of `updates` that one call takes. */
export const MOST_UPDATES = 1000;

/** Carries out a sync. Throws a refusal where the call itself is malformed (400) or too large (413). */
export function sync<T>(kind: Syncable<T>, updates: unknown): { entities: unknown[]; errors: unknown[] } {
  if (updates === undefined || updates === null) throw missing("updates");
  if (!Array.isArray(updates) || !updates.every(isRecord)) throw badRequest("updates must be an array of objects");
  if (updates.length > MOST_UPDATES) {
    const message = `Exceeded limit of ${MOST_UPDATES} updates per request`;
    throw new Refusal(413, message, { errors: message });
  }
  const entities: unknown[] = [], errors: unknown[] = [];
  for (const given of updates as Given[]) {
    const written = writeOne(kind, given);
    if ("row" in written) entities.push(kind.show(written.row));
    else errors.push({ ...given, errors: written.errors });
  }
  return { entities, errors };
}

function writeOne<T>(kind: Syncable<T>, given: Given): Written<T> {
  const [id, originId] = [unwrapped(given.id), unwrapped(given.origin_id)];
  if (id !== undefined && id !== null) {
    const row = kind.byId(idFrom(id));
    return row ? kind.update(row, given) : { errors: { id: ["Entity with this ID not found"] } };
  }
  const present = typeof originId === "string" || typeof originId === "number"
    ? kind.byOrigin(String(originId))
    : undefined;
  return present ? kind.update(present, given) : kind.create(given);
}

function isRecord(value: unknown): value is Given {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
