/**
 * Rewrites what a test file expects into what came of it.
 *
 * @module
 */
import type { Row, Value } from "../connector.ts";
import { sameDecimal } from "../decimal.ts";
import type { Field, Fields } from "../fields.ts";
import { sameValue } from "../json.ts";
import { targetFields } from "../pipeline/joins.ts";
import { type Patch, patched } from "./patch.ts";
import type { Case, CaseResult, Expected, Got, Played, SuiteResult } from "./types.ts";
import { isRow } from "./values.ts";
import type { Plain } from "./yaml_text.ts";

/** A test file brought up to date. */
export interface Updated {
  /** The new text. */
  text: string;
  /** Cases that were changed. */
  changed: Case[];
  /** Cases whose records fare differently: no one expectation can be true of them. */
  mixed: Case[];
}

/** Brings the cases that are not as expected up to date; everything else in the file stays as it was. */
export function updated({ suite, results }: SuiteResult): Updated {
  const changed: Case[] = [];
  const mixed: Case[] = [];
  const patches: Patch[] = [];
  const fields = targetFields(suite.subject.destination)!;
  for (const result of results) {
    if (result.differences.length === 0) continue;
    const patch = patchOf(result, fields);
    if (patch) {
      patches.push(patch);
      changed.push(result.case);
    } else mixed.push(result.case);
  }
  return { text: patches.length === 0 ? suite.file.text : patched(suite.file.text, patches), changed, mixed };
}

/** Keys of an outcome, all of which are set or taken away together. */
const NONE: Record<string, undefined> = {
  partition: undefined,
  expect: undefined,
  includes: undefined,
  if_taken: undefined,
  skipped: undefined,
  parked: undefined,
  rejected: undefined,
};

function patchOf({ case: one, played }: CaseResult, fields: Fields): Patch | undefined {
  const outcomes = played.map((each) => outcomeOf(one, each, fields));
  const [first] = outcomes;
  if (!outcomes.every((outcome) => sameValue(outcome as Row, first as Row))) return undefined;
  return { path: one.path, keys: { ...NONE, parts: undefined, ...first } };
}

function outcomeOf({ expected }: Case, played: Played, fields: Fields): Record<string, Plain> {
  const whole = expected && "whole" in expected ? expected.whole : undefined;
  if ("whole" in played) return written(played.whole, whole, fields);
  const parts = [...played.parts];
  const split = expected && "parts" in expected ? expected.parts : undefined;
  if (!split && parts.length === 1) return written(parts[0][1], whole, fields);
  return { parts: Object.fromEntries(parts.map(([part, got]) => [part, written(got, split?.get(part), fields)])) };
}

function written(got: Got, expected: Expected | undefined, known: Fields): Record<string, Plain> {
  if (got.kind === "rejected") return { rejected: [got.failure.code, got.failure.message] };
  if (got.kind !== "record") return { [got.kind]: got.why };
  const before = expected?.kind === "record" ? expected : undefined;
  const made = before ? asBefore(got.fields, before.fields, known) : got.fields;
  const fields: Record<string, Plain> = before?.partial
    ? { includes: named(made, before.fields) }
    : { expect: plain(made) ?? {} };
  const told = before === undefined || before.partition !== undefined;
  return {
    ...(told && got.partition !== undefined && { partition: got.partition }),
    ...fields,
    ...(before?.ifTaken && { if_taken: plain(got.alternatives) ?? {} }),
  };
}

/** The values that came, an amount as it was written where it is the same: `12.50` stays `12.50`. */
function asBefore(got: Row, before: Row, fields: Fields): Row {
  return Object.fromEntries(
    Object.entries(got).map(([name, value]) => [name, valueAsBefore(value, before[name], fields[name])]),
  );
}

function valueAsBefore(got: Value, was: Value, field: Field | undefined): Value {
  if (typeof got === "string" && typeof was === "string") {
    return field?.kind === "decimal" && sameDecimal(got, was) ? was : got;
  }
  if (!field || !("fields" in field)) return got;
  if (isRow(got) && isRow(was)) return asBefore(got, was, field.fields);
  if (!Array.isArray(got) || !Array.isArray(was)) return got;
  const item: Field = field.fields[""] ?? { ...field, kind: "record" };
  return got.map((one, i) => valueAsBefore(one, was[i], item));
}

/** What is there of the fields that were named; what is not is null, as it was said to be something. */
function named(got: Row, before: Row): Plain {
  return Object.fromEntries(
    Object.keys(before).map((name) => {
      const [value, was] = [got[name], before[name]];
      return [name, isRow(value) && isRow(was) ? named(value, was) : plain(value) ?? null];
    }),
  );
}

/** A value without what is absent; undefined where it is absent as a whole. */
function plain(value: Value): Plain | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (Array.isArray(value)) return (value as readonly Value[]).map((item) => plain(item) ?? null);
  if (!isRow(value)) return value as string | boolean;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, below]) => {
      const made = plain(below);
      return made === undefined ? [] : [[name, made]];
    }),
  );
}
