/**
 * What joins, and the making of documents, add to the fields of a record. One mechanism for all who look at fields: the check, the
 * mapping, tests of pipelines.
 *
 * @module
 */
import type { Stream } from "../connector.ts";
import { type Field, type Fields, fieldsOf } from "../fields.ts";
import { recordFields } from "./scope.ts";

/** Joins by name, with the list that each goes to. */
export type JoinPlaces = Readonly<Record<string, { readonly each?: string }>>;

/**
 * Fields with those of the records that are joined to them, at the places where they go. A joined record may be absent. A join whose
 * stream is not known, or whose place is no list of records, adds nothing.
 */
export function withJoins(
  fields: Fields,
  joins: JoinPlaces,
  streams: Readonly<Record<string, Stream | undefined>>,
): Fields {
  let all = fields;
  for (const [name, { each }] of Object.entries(joins)) {
    const stream = Object.hasOwn(streams, name) ? streams[name] : undefined;
    if (!stream) continue;
    const { description } = stream;
    const field: Field = { kind: "record", required: false, fields: recordFields(stream), description };
    all = attached(all, stepsOf(each), name, field);
  }
  return all;
}

/** The steps of a list's path from the record on; none for the record itself. */
export function stepsOf(each: string | undefined): string[] {
  if (each === undefined) return [];
  const steps = each.split(".");
  return steps[0] === "root" ? steps.slice(1) : steps;
}

function attached(fields: Fields, [step, ...rest]: readonly string[], name: string, field: Field): Fields {
  if (step === undefined) return { ...fields, [name]: field };
  const below = Object.hasOwn(fields, step) ? fields[step] : undefined;
  if (!below || !("fields" in below) || "" in below.fields) return fields;
  return { ...fields, [step]: { ...below, fields: attached(below.fields, rest, name, field) } };
}

/** The fields of an element of a list; undefined where the path leads to no list of records. */
export function elementFields(fields: Fields, each: string): Fields | undefined {
  let found: Fields | undefined = fields;
  let last: Field | undefined;
  for (const step of stepsOf(each)) {
    last = found && Object.hasOwn(found, step) ? found[step] : undefined;
    found = last && "fields" in last ? last.fields : undefined;
  }
  return last?.kind === "list" && found && !("" in found) ? found : undefined;
}

/** Names that a record has only where a document is made of it. */
export const POSITIONS = "positions", DOCUMENT = "posting";

const text = (description: string, required = true): Field => ({ kind: "text", required, description });
const decimal = (description: string): Field => ({ kind: "decimal", required: true, description });

const MOVED: Fields = {
  position: text("The position."),
  cost: decimal("The cost that is moved, gross."),
  withheld: decimal("What of it is withheld."),
  net: decimal("The cost less what is withheld."),
};
const OF_DOCUMENT: Field = {
  kind: "record",
  required: true,
  fields: {
    key: text("The document's key."),
    purpose: text("recognise, reverse or adjust."),
    revision: text("Counts the source's documents of this purpose."),
    why: text("Why it is made, for people."),
    period: text("The period it belongs to, where it is dated in the next.", false),
  },
};

/**
 * What the map of a pipeline that posts can name: the record's fields, `positions` with one element for each position that is moved
 * (as `posting.balance` finds it on the record, where it is there), and `posting`.
 */
export function documentFields(fields: Fields, each: string): Fields {
  const element = Object.entries(elementFields(fields, each) ?? {});
  // A position may be moved that the record no longer has.
  const own = Object.fromEntries(
    element.map(([name, field]): [string, Field] => [name, { ...field, required: false }]),
  );
  return {
    ...fields,
    [POSITIONS]: { kind: "list", required: true, fields: { ...own, ...MOVED } },
    [DOCUMENT]: OF_DOCUMENT,
  };
}

/** What a mapping may set at a stream: a record's fields, or a document's. */
export function targetFields(stream: Stream): Fields | undefined {
  const fields = stream.destination?.fields ?? stream.posting?.fields;
  return fields && fieldsOf(fields);
}
