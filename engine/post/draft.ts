/**
 * From what a step moves to a document's body, and back again. Pure.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Row } from "../connector.ts";
import { Big, parseDecimal, plain } from "../decimal.ts";
import { canonical } from "../json.ts";
import type { DocumentFields } from "../posting.ts";
import type { Positions } from "../state/posting_types.ts";

/** How a document's fields are called. */
export interface Shape {
  says: DocumentFields;
  /** The list field that holds its lines. */
  lines: string;
}

/** What the engine says of a document, whatever the mapping does. */
export interface Overrides {
  /** `YYYY-MM-DD`. */
  date?: string;
  description?: string;
}

/**
 * The list `positions` of a mapping: one row for each position that moves, with the fields of its first element and what moves. Elements may
 * come from several source documents, the newest first; a position that none of them has is a row without fields.
 */
export function positionRows(elements: Iterable<{ position: string; row: Row }>, moved: Positions): Row[] {
  const rows = new Map<string, Row>();
  for (const { position, row } of elements) {
    if (Object.hasOwn(moved, position) && !rows.has(position)) rows.set(position, row);
  }
  const positions = [...rows.keys(), ...Object.keys(moved).filter((position) => !rows.has(position)).sort()];
  return positions.map((position) => ({ ...rows.get(position), position, ...moved[position] }));
}

/** Makes a body of what a mapping gave: what is absent is left out, lines of nothing go, a negative debit becomes a credit and the other way round. */
export function finish(fields: Row, { says, lines }: Shape, { date, description }: Overrides = {}): Row {
  const given = (fields[lines] ?? []) as readonly Row[];
  return {
    ...present(fields),
    ...(date !== undefined && { [says.date]: date }),
    ...(description !== undefined && { [says.description]: description }),
    [lines]: given.flatMap((line) => finishLine(present(line), says)),
  };
}

/** A row without what is absent in it: a line without words has no place for them. */
const present = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined && value !== ""));

function finishLine(line: Row, { debit, credit }: DocumentFields): Row[] {
  const amounts = [line[debit], line[credit]].map((value) =>
    typeof value === "string" ? parseDecimal(value) : undefined
  );
  // What is no amount, or says both, is for the examination to refuse.
  if (typeof line[debit] === "string" && typeof line[credit] === "string") return [line];
  const amount = amounts[0] ?? amounts[1]?.times(-1);
  if (!amount) return [line];
  if (amount.eq(0)) return [];
  const { [debit]: _debit, [credit]: _credit, ...rest } = line;
  return [{ ...rest, [amount.gt(0) ? debit : credit]: plain(amount.abs()) }];
}

/** The body that takes another one back: the same lines, debit and credit exchanged. */
export function reversalBody(fields: Row, { says, lines }: Shape, overrides: Overrides = {}): Row {
  const { debit, credit } = says;
  const exchanged = (fields[lines] as readonly Row[]).map((line): Row => {
    const { [debit]: from, [credit]: to, ...rest } = line;
    return { ...rest, ...(to !== undefined && { [debit]: to }), ...(from !== undefined && { [credit]: from }) };
  });
  return finish({ ...fields, [lines]: exchanged }, { says, lines }, overrides);
}

/** SHA-256 over a body's meaning, hex: not over the order of its fields. */
export const bodyHash = (fields: Row): string => createHash("sha256").update(canonical(fields)).digest("hex");

/** What a document is worth: the sum of its debits, as a decimal. */
export function valueOf(fields: Row, { says, lines }: Shape): string {
  const debits = ((fields[lines] ?? []) as readonly Row[]).map((line) => line[says.debit]);
  return plain(debits.reduce<Big>((sum, debit) => typeof debit === "string" ? sum.plus(debit) : sum, new Big(0)));
}
