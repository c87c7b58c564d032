/**
 * What would change: mapped values beside the destination's present row and the values last written.
 *
 * @module
 */
import type { Row, Stream, Value } from "../connector.ts";
import { sameDecimal } from "../decimal.ts";
import { type Field, type Fields, fieldsOf, type NestedField } from "../fields.ts";
import type { Link } from "../state/types.ts";
import { diffList } from "./lists.ts";
import type { FieldChange } from "./types.ts";

/** Whether two values of a field mean the same. */
export type Same = (a: Value, b: Value) => boolean;

/** How a destination stream's fields are compared. */
export interface Comparer {
  /** Whether the mapped fields are just what the link says was written last. */
  unchanged(fields: Row, written: Row): boolean;
  /** Field by field against the present row. */
  diff(fields: Row, present: Row, link: Link | undefined): Record<string, FieldChange>;
  same(field: string, a: Value, b: Value): boolean;
}

const absent = (value: Value): boolean => value === undefined || value === null || value === "";

/** Makes a stream's comparer. */
export function comparer(stream: Stream): Comparer {
  const written = fieldsOf((stream.destination ?? stream.posting)!.fields);
  const readable = fieldsOf(stream.record);
  const same = (name: string, a: Value, b: Value): boolean => sameField(written[name], a, b);
  const lists = stream.destination?.lists ?? {};
  const diffKeyed = (name: string, wanted: Value, now: Value, last: Value): FieldChange | undefined => {
    const { fields } = written[name] as NestedField;
    const sides = { wanted: (wanted ?? []) as Row[], present: (now ?? []) as Row[], last: last as Row[] | undefined };
    return diffList(lists[name], sides, (field, a, b) => sameField(fields[field], a, b));
  };
  return {
    same,
    unchanged(fields, last) {
      for (const name in fields) if (!same(name, fields[name], last[name])) return false;
      for (const name in last) if (!(name in fields) && !absent(last[name])) return false;
      return true;
    },
    diff(fields, present, link) {
      const changes: Record<string, FieldChange> = {};
      const names = link ? new Set([...Object.keys(fields), ...Object.keys(link.values)]) : Object.keys(fields);
      for (const name of names) {
        const wanted = absent(fields[name]) ? null : fields[name];
        const last = link?.values[name];
        // What we never set and do not set now is not ours.
        if (wanted === null && absent(last)) continue;
        // A field that cannot be read back is judged by what was written last.
        const now = name in readable ? present[name] : last;
        if (name in lists) {
          const change = diffKeyed(name, wanted, now, link ? last ?? [] : undefined);
          if (change) changes[name] = change;
          continue;
        }
        if (same(name, wanted, now)) continue;
        changes[name] = { old: absent(now) ? null : now, new: wanted };
        if (link && name in readable && !same(name, now, last)) changes[name].drift = true;
      }
      return changes;
    },
  };
}

function sameField(field: Field | undefined, a: Value, b: Value): boolean {
  if (a === b) return true;
  if (absent(a) || absent(b)) return absent(a) && absent(b);
  if (field?.kind === "decimal" && typeof a === "string" && typeof b === "string") return sameDecimal(a, b);
  if (typeof a !== "object" || typeof b !== "object") return false;
  return sameNested(field, a, b);
}

function sameNested(field: Field | undefined, a: Value, b: Value): boolean {
  const fields = field && "fields" in field ? field.fields : NO_FIELDS;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    // A list describes its items: scalars by the one field "", records by their fields.
    const item = "" in fields ? fields[""] : field;
    return a.every((value, i) => sameField(item, value, b[i]));
  }
  const [x, y] = [a as Row, b as Row];
  for (const name in x) if (!sameField(fields[name], x[name], y[name])) return false;
  for (const name in y) if (!Object.hasOwn(x, name) && !absent(y[name])) return false;
  return true;
}

const NO_FIELDS: Fields = {};
