/**
 * A destination on its bench, and how what was written is looked at.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Change, OpenStream, Outcome, Partition, Row, Stream, Value } from "../connector.ts";
import { sameDecimal } from "../decimal.ts";
import { type Field, fieldsOf, type NestedField } from "../fields.ts";
import type { Bench, Opening } from "./bench.ts";
import type { Samples } from "./types.ts";

/** A destination on its bench. */
export interface Target {
  name: string;
  bench: Bench;
  open: OpenStream;
  partition: Partition;
  samples: Samples;
  stream: Stream;
  identity: string;
}

/** Sets up a target. */
export type Aim = (opening?: Opening) => Promise<Target>;
/** A create of a record with these fields. */
export const created = (fields: Row): Change => ({ action: "create", fields });
/** Calls so far that write. */
export const writesOf = ({ sent }: Bench): number => sent.filter(({ effect }) => effect === "write").length;
/** Rows by a field. */
export const found = (open: OpenStream, partition: Partition, by: string, ...values: string[]): Promise<Row[]> =>
  open.find!({ partition, by, values });
/** Outcomes in words. */
export const told = (outcomes: readonly Outcome[]): string =>
  outcomes.map((outcome) => outcome.ok ? `ok ${outcome.id}` : String(outcome.failure)).join("; ");

/** Whether a row holds what was written; of a keyed list each item that was written, by its key, beside whatever else is there. */
export function sameFields(row: Row, fields: Row, { record, destination }: Stream): void {
  const kinds = fieldsOf(record);
  for (const [field, value] of Object.entries(fields)) {
    const key = destination?.lists?.[field]?.identity;
    if (key === undefined) {
      assert.ok(sameValue(row[field], value, kinds[field]), `${field}: ${row[field]} in place of ${value}`);
      continue;
    }
    const { fields: items } = kinds[field] as NestedField;
    for (const item of value as Row[]) {
      const there: Row[] = ((row[field] ?? []) as Row[]).filter((one) => one[key] === item[key]);
      assert.equal(there.length, 1, `${field} ${item[key]} is there ${there.length} times`);
      for (const [name, wanted] of Object.entries(item)) {
        assert.ok(sameValue(there[0][name], wanted, items[name]), `${field} ${item[key]}, ${name}: ${there[0][name]}`);
      }
    }
  }
}

function sameValue(a: Value, b: Value, field: Field): boolean {
  if (field?.kind === "decimal" && typeof a === "string" && typeof b === "string") return sameDecimal(a, b);
  return a === b;
}

/** Which calls of a create write: what may be lost. */
export async function writingCalls(target: Aim): Promise<number[]> {
  const { bench, open, partition, samples } = await target();
  await open.write!(partition, [created(samples.create!(1))]);
  const nths = bench.sent.flatMap(({ effect }, i) => effect === "write" ? [i + 1] : []);
  assert.ok(nths.length > 0, "no call of a create is marked as a write");
  return nths;
}
