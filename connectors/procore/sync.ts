/**
 * Sync actions: up to 1,000 rows in one PATCH, answered 200 with `{ entities, errors }` whatever became of each row.
 *
 * Facts (Procore, "Using sync actions"): a row with `id` updates that row, one with `origin_id` updates or creates; an error row
 * repeats what was sent and adds `errors`. The order of `entities` is not promised, so that rows are recognised by id or origin_id. The
 * same origin_id twice in one call is undefined, so that it is never sent.
 *
 * @module
 */
import type { Change, Outcome, Row, Value } from "../../engine/connector.ts";
import { asFailure, Failure } from "../../engine/failure.ts";
import { idNumber } from "./body.ts";
import { said } from "./errors.ts";
import type { Query, Rest } from "./rest.ts";

/** What a stream's sync action looks like. */
export interface SyncAction {
  /** The stream, for messages. */
  stream: string;
  /** `/rest/v1.0/vendors/sync`. */
  path: string;
  /** The path without ids, for counters and messages; the path itself where it has none. */
  route?: string;
  query?: Query;
  /** What stands beside `updates` in the body. */
  scope?: Record<string, unknown>;
  /** Fields that hold ids, besides `id`. */
  ids: readonly string[];
  /** Fields whose value may stand only once. */
  unique: readonly string[];
  /** Rows in one call at the most. */
  bulk: number;
  /** Our form of an entity. */
  rowOf: (raw: Row) => Row;
}

/** A row on its way: where its outcome belongs, and by what it is recognised. */
interface Element {
  index: number;
  change: Change;
  body: Record<string, unknown>;
  keys: string[];
}

/**
 * Sends changes and gives one outcome for each, in order. A change with `id` goes by that alone; one without goes by its `origin_id`.
 * Throws as `rest.call` does where the whole call failed. Too much for one call (413) is halved.
 */
export async function sync(rest: Rest, action: SyncAction, changes: readonly Change[]): Promise<Outcome[]> {
  const outcomes = new Array<Outcome>(changes.length);
  const elements: Element[] = [];
  const taken = new Set<string>();
  changes.forEach((change, index) => {
    try {
      const element = elementOf(action, change, index);
      for (const key of element.keys) {
        if (!taken.has(key)) continue;
        throw new Failure("record.duplicate", {
          fact: `Two changes of one call have the same ${key.replace(":", " ")}`,
          place: placeOf(action, change),
        });
      }
      element.keys.forEach((key) => taken.add(key));
      elements.push(element);
    } catch (error) {
      outcomes[index] = { ok: false, failure: asFailure(error) };
    }
  });
  for (let at = 0; at < elements.length; at += action.bulk) {
    try {
      await send(rest, action, elements.slice(at, at + action.bulk), outcomes);
    } catch (error) {
      throw elements.some(({ index }) => outcomes[index]) ? partly(action, error) : error;
    }
  }
  return outcomes;
}

function elementOf(action: SyncAction, change: Change, index: number): Element {
  const body: Record<string, unknown> = {};
  if (change.id !== undefined) body.id = idNumber(change.id, "id");
  for (const [field, value] of Object.entries(change.fields)) {
    if (value === undefined || field === "id") continue;
    body[field] = action.ids.includes(field) && typeof value === "string" ? idNumber(value, field) : value;
  }
  const origin = change.fields.origin_id;
  const keys: string[] = [];
  if (change.id !== undefined) keys.push(`id:${change.id}`);
  if (typeof origin === "string" && origin !== "") keys.push(`origin_id:${origin}`);
  if (keys.length > 0) return { index, change, body, keys };
  throw new Failure("record.invalid", {
    fact: "Without origin_id a new record could not be found again, and would be made twice",
    place: placeOf(action, change),
    action: "Map origin_id.",
  });
}

async function send(rest: Rest, action: SyncAction, elements: Element[], outcomes: Outcome[]): Promise<void> {
  if (elements.length === 0) return;
  const { status, value } = await rest.call({
    method: "PATCH",
    path: action.path,
    route: action.route,
    query: action.query,
    body: { ...action.scope, updates: elements.map(({ body }) => body) },
    expect: elements.length > 1 ? [413] : [],
  });
  if (status === 413) {
    const half = elements.length >> 1;
    await send(rest, action, elements.slice(0, half), outcomes);
    await send(rest, action, elements.slice(half), outcomes);
    return;
  }
  settle(action, answerOf(value, action), elements, outcomes);
}

/** What several calls were needed for and not all of them were made: the caller must read back, as after a lost answer. */
function partly({ path, route = path }: Pick<SyncAction, "path" | "route">, error: unknown): Failure {
  const { message } = asFailure(error);
  return new Failure("wire.fate-unknown", {
    fact: `Some of the rows are in, then a call failed: ${message}`,
    place: `PATCH ${route}`,
    cause: error,
  });
}

/** Reads an answer; one that is not what a sync action gives leaves the fate of its rows unknown. */
function answerOf(value: Value, { path, route = path }: SyncAction): { entities: Row[]; errors: Row[] } {
  const isRow = (row: Value): boolean => row !== null && typeof row === "object" && !Array.isArray(row);
  const { entities, errors = [] } = isRow(value) ? value as Row : {};
  if (Array.isArray(entities) && entities.every(isRow) && Array.isArray(errors) && errors.every(isRow)) {
    return { entities: entities as Row[], errors: errors as Row[] };
  }
  throw new Failure("wire.fate-unknown", {
    fact: "The answer does not say what became of the rows",
    place: `PATCH ${route}`,
  });
}

function settle(
  action: SyncAction,
  answer: { entities: Row[]; errors: Row[] },
  elements: Element[],
  outcomes: Outcome[],
): void {
  const entities = byKey(answer.entities);
  const errors = byKey(answer.errors);
  for (const { index, change, keys } of elements) {
    const entity = entities.get(keys[0]);
    const error = errors.get(keys[0]) ?? errors.get(keys.at(-1)!);
    if (error) outcomes[index] = { ok: false, failure: failureOf(action, change, error) };
    else if (typeof entity?.id === "string" && entity.id !== "") {
      outcomes[index] = confirmed(action, entity, entity.id);
    } else {
      outcomes[index] = {
        ok: false,
        failure: new Failure("record.refused", {
          fact: "Procore took the call and said nothing of this row: neither that it is in nor why not",
          place: placeOf(action, change),
          action: "Look at the record in Procore, then `gusset rejected retry`.",
        }),
      };
    }
  }
}

/** The row is made only for those who ask for it: a thousand of them stand in an answer, and few are looked at. */
function confirmed({ rowOf }: SyncAction, entity: Row, id: string): Outcome {
  return {
    ok: true,
    id,
    get row() {
      return rowOf(entity);
    },
  };
}

function byKey(rows: Row[]): Map<string, Row> {
  const found = new Map<string, Row>();
  for (const row of rows) {
    if (typeof row.id === "string") found.set(`id:${row.id}`, row);
    if (typeof row.origin_id === "string") found.set(`origin_id:${row.origin_id}`, row);
  }
  return found;
}

/** Why a row was refused; Procore's texts could not be verified, so that only their gist decides the code. */
function failureOf(action: SyncAction, change: Change, { errors }: Row): Failure {
  const byField = errors !== null && typeof errors === "object" && !Array.isArray(errors) ? errors as Row : {};
  const fields = Object.keys(byField);
  const words = said({ errors });
  const field = fields.find((name) => name in change.fields) ?? fields[0];
  const value = field === "id" ? change.id : change.fields[field ?? ""];
  const detail = {
    fact: `Procore refused the row${words === "" ? " without a word" : `: ${words}`}`,
    place: `${placeOf(action, change)}${field === undefined ? "" : `, field ${field}`}`,
    value: typeof value === "string" ? value : undefined,
  };
  if (byField.id !== undefined && /not found/i.test(said(byField.id))) return new Failure("record.gone", detail);
  const twice = action.unique.find((name) => /taken|already|unique|duplicate/i.test(said(byField[name])));
  if (twice === undefined) return new Failure("record.refused", detail);
  const name = change.fields[twice];
  return new Failure("name.taken", {
    ...detail,
    value: typeof name === "string" ? name : undefined,
    place: `${placeOf(action, change)}, field ${twice}`,
  });
}

function placeOf({ stream }: SyncAction, { id, fields, present }: Change): string {
  const origin = fields.origin_id ?? present?.origin_id;
  return `${stream} ${typeof origin === "string" && origin !== "" ? origin : id ?? "without origin_id"}`;
}
