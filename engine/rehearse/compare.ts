/**
 * What came of a case beside what was expected of it.
 *
 * @module
 */
import type { Row, Value } from "../connector.ts";
import { sameDecimal } from "../decimal.ts";
import { sentence } from "../failure.ts";
import type { Field, Fields } from "../fields.ts";
import { targetFields } from "../pipeline/joins.ts";
import type { Path } from "../pipeline/yaml/source.ts";
import type { Case, Difference, Expected, Got, Played, Suite } from "./types.ts";
import { isRow } from "./values.ts";

type Note = (at: Path, found: { field?: string; expected: Value; got: Value }) => void;

/** Everything that is not as expected, record by record; the same difference of several records is told once. */
export function differences(suite: Suite, one: Case, played: readonly Played[]): Difference[] {
  const found = new Map<string, Difference>();
  for (const each of played) {
    for (const difference of ofRecord(suite, one, each)) {
      const { place, part, field, expected, got } = difference;
      found.set(JSON.stringify([place.line, part, field, expected, got]), difference);
    }
  }
  return [...found.values()];
}

function ofRecord({ file, subject }: Suite, one: Case, played: Played): Difference[] {
  const found: Difference[] = [];
  const fields = targetFields(subject.destination)!;
  const note = (part?: string): Note => (at, what) => {
    const { place } = file.at(file.span(at, "key"), { code: "", message: "" });
    found.push({ place, ...(part !== undefined && part !== "" && { part }), ...what });
  };
  const { expected } = one;
  const parts = "parts" in played ? [...played.parts] : undefined;
  if (!expected) {
    note()([...one.path, "name"], { expected: undefined, got: saying(played) });
  } else if ("whole" in expected) {
    const only = parts === undefined ? (played as { whole: Got }).whole : parts.length === 1 ? parts[0][1] : undefined;
    if (only) compare(expected.whole, only, fields, note(parts?.[0][0]));
    else {note()(expected.whole.path, {
        expected: "one record",
        got: `parts ${parts!.map(([part]) => part).join(", ")}`,
      });}
  } else if (!parts) {
    const [[, { path }]] = expected.parts.size > 0 ? expected.parts : [["", { path: one.path }]];
    note()(path.slice(0, 2), { expected: `parts ${[...expected.parts.keys()].join(", ")}`, got: saying(played) });
  } else {
    for (const [part, wanted] of expected.parts) {
      const got = parts.find(([name]) => name === part)?.[1];
      if (got) compare(wanted, got, fields, note(part));
      else note(part)(wanted.path, { expected: worded(wanted), got: undefined });
    }
    for (const [part, got] of parts) {
      if (!expected.parts.has(part)) note(part)([...one.path, "parts"], { expected: undefined, got: told(got) });
    }
  }
  return found;
}

const saying = (played: Played): string =>
  "whole" in played
    ? told(played.whole)
    : [...played.parts].map(([part, got]) => part === "" ? told(got) : `part ${part}: ${told(got)}`).join("; ");

/** What came of it, in words. */
export function told(got: Got): string {
  if (got.kind === "record") return "a record";
  return got.kind === "rejected"
    ? `rejected [${got.failure.code}]: ${sentence(got.failure)}`
    : `${got.kind}: ${got.why}`;
}

const worded = (expected: Expected): string =>
  expected.kind === "record" ? "a record" : [expected.kind, ...expected.says.slice(0, 1)].join(": ");

function compare(expected: Expected, got: Got, fields: Fields, note: Note): void {
  const { path } = expected;
  if (expected.kind !== "record" || got.kind !== "record") {
    const alike = expected.kind === got.kind && expected.kind !== "record" &&
      expected.says.every((said) => isSaid(said, got));
    if (!alike) note(path, { expected: asked(expected), got: told(got) });
    return;
  }
  compareRows(expected.fields, got.fields, { path, fields, partial: expected.partial, above: "" }, note);
  const beside = (key: string): Path => [...path.slice(0, -1), key];
  if (expected.partition !== undefined && expected.partition !== got.partition) {
    note(beside("partition"), { field: "partition", expected: expected.partition, got: got.partition });
  }
  if (!expected.ifTaken) return;
  const at = { path: beside("if_taken"), fields, partial: false, above: "if_taken." };
  compareRows(expected.ifTaken, got.alternatives, at, note);
}

const asked = (expected: Expected): string =>
  expected.kind === "record" ? "a record" : `${expected.kind}${expected.says.map((said) => `: ${said}`).join("")}`;

/** Whether a reason has these words, or a failure this code. Quotes and line ends do not count. */
function isSaid(said: string, got: Got): boolean {
  const flat = (text: string): string => text.replace(/[`'"“”]/g, "").replace(/\s+/g, " ").trim().toLowerCase();
  if (got.kind === "record") return false;
  if (got.kind === "rejected" && got.failure.code === said) return true;
  return flat(got.kind === "rejected" ? sentence(got.failure) : got.why).includes(flat(said));
}

const isAbsent = (value: Value): boolean => value === undefined || value === null || value === "";

interface At {
  path: Path;
  fields: Fields;
  /** What is not named may be anything. */
  partial: boolean;
  above: string;
}

function compareRows(expected: Row, got: Row, { path, fields, partial, above }: At, note: Note): void {
  const names = new Set([...Object.keys(expected), ...(partial ? [] : Object.keys(got))]);
  for (const name of names) {
    const at = { path: [...path, name], partial, above: above + name };
    compareValues(expected[name], got[name], fields[name], at, note);
  }
}

function compareValues(
  expected: Value,
  got: Value,
  field: Field | undefined,
  at: Omit<At, "fields">,
  note: Note,
): void {
  const { path, above } = at;
  if (isAbsent(expected) && isAbsent(got)) return;
  const fields = field && "fields" in field ? field.fields : {};
  if (isRow(expected) && isRow(got)) {
    return compareRows(expected, got, { ...at, fields, above: `${above}.` }, note);
  }
  if (Array.isArray(expected) && Array.isArray(got)) {
    const length = Math.max(expected.length, got.length);
    const item: Field | undefined = fields[""] ?? (field && { ...field, kind: "record" } as Field);
    for (let i = 0; i < length; i++) {
      compareValues(expected[i], got[i], item, { ...at, path: [...path, i], above: `${above}[${i + 1}]` }, note);
    }
    return;
  }
  const same = expected === got || typeof expected === "string" && typeof got === "string" &&
      field?.kind === "decimal" && sameDecimal(expected, got);
  if (!same) {
    note(path, {
      field: above,
      expected: isAbsent(expected) ? undefined : expected,
      got: isAbsent(got) ? undefined : got,
    });
  }
}
