/**
 * What a rule can name where it stands: the record with what was joined to it, and what surrounds it.
 *
 * @module
 */
import type { Stream } from "../connector.ts";
import { type Field, type Fields, fieldsOf, type NestedField } from "../fields.ts";
import { nearest } from "./nearest.ts";

const TEXT: Field = { kind: "text", required: true };
const ID: Field = { kind: "id", required: true };

/** What can be named at one place of a map. */
export interface Scope {
  /** Fields of the record, or of the list's element, by bare name. */
  fields: Fields;
  /** Everything that an expression knows, by name. One object for each scope: see `compileCel`. */
  variables: Record<string, Field>;
}

const caches = new WeakMap<Stream, Fields>();
/** Scopes by fields and whether the record is split: fifty pipelines share what expressions derive from them. */
const scopes = new WeakMap<Fields, Map<boolean, Scope>>();

/** A stream's record fields; derived once. */
export function recordFields(stream: Stream): Fields {
  let fields = caches.get(stream);
  if (!fields) caches.set(stream, fields = fieldsOf(stream.record));
  return fields;
}

/** The scope of a pipeline's outermost rules, over a record's fields; `split` adds `part`. */
export function outerScope(fields: Fields, { split = false }: { split?: boolean } = {}): Scope {
  const known = scopes.get(fields)?.get(split);
  if (known) return known;
  const rec: Field = { kind: "record", required: true, fields };
  const variables: Record<string, Field> = {
    rec,
    root: rec,
    run: { kind: "record", required: true, fields: { id: ID, at: { kind: "instant", required: true } } },
    connection: { kind: "record", required: true, fields: { name: TEXT, tag: TEXT } },
  };
  if (split) variables.part = ID;
  const scope = { fields, variables };
  scopes.set(fields, (scopes.get(fields) ?? new Map()).set(split, scope));
  return scope;
}

/** The scope inside `each:`; `parent` is the element's own holder, one list up. Undefined where the path leads to no list of records. */
export function innerScope(scope: Scope, path: string): Scope | undefined {
  const steps = walkPath(scope, path);
  const last = steps?.at(-1);
  if (!steps || !last || last.kind !== "list" || "" in (last as NestedField).fields) return undefined;
  const holder = steps.slice(0, -1).findLast((field) => field.kind === "list") as NestedField | undefined;
  const fields = (last as NestedField).fields;
  const variables: Record<string, Field> = {
    ...scope.variables,
    rec: { kind: "record", required: true, fields },
    parent: holder ? { kind: "record", required: true, fields: holder.fields } : scope.variables.rec,
  };
  return { fields, variables };
}

const start = (scope: Scope, name: string): Field | undefined => {
  if (name !== "rec" && Object.hasOwn(scope.variables, name)) return scope.variables[name];
  return Object.hasOwn(scope.fields, name) ? scope.fields[name] : undefined;
};

function walkPath(scope: Scope, path: string): Field[] | undefined {
  const fields: Field[] = [];
  for (const [i, name] of path.split(".").entries()) {
    const last = fields.at(-1);
    const field = i === 0
      ? start(scope, name)
      : last && "fields" in last && Object.hasOwn(last.fields, name)
      ? last.fields[name]
      : undefined;
    if (!field) return undefined;
    fields.push(field);
  }
  return fields;
}

/** What a path leads to. */
export type Resolved =
  | { field: Field; /** Whether it leads through a list, so that it stands for many values. */ many: boolean }
  /** The step that is not there, as an offset into the path; `known` are the names that are. */
  | { offset: number; name: string; within: string; near?: string; known: string[] };

/** Follows a dotted path. */
export function resolve(scope: Scope, path: string): Resolved {
  const steps = path.split(".");
  let field: Field | undefined;
  let offset = 0;
  let many = false;
  for (const [i, name] of steps.entries()) {
    if (field?.kind === "list") many = true;
    const known: string[] = i === 0
      ? [...Object.keys(scope.fields), ...Object.keys(scope.variables).filter((one) => one !== "rec")]
      : field && "fields" in field
      ? Object.keys(field.fields).filter(Boolean)
      : [];
    const next: Field | undefined = i === 0
      ? start(scope, name)
      : field && "fields" in field && Object.hasOwn(field.fields, name) && name !== ""
      ? field.fields[name]
      : undefined;
    if (!next) {
      const within = i === 0 ? "the record" : steps.slice(0, i).join(".");
      return { offset, name, within, near: nearest(name, known), known };
    }
    field = next;
    offset += name.length + 1;
  }
  return { field: field!, many };
}
