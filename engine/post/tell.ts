/**
 * Documents as a plan and a run tell of them.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import type { FailureRecord } from "../failure.ts";
import type { PlannedChange, PlannedDocument, PlannedLine } from "../run/types.ts";
import type { PostingRecord } from "../state/posting_types.ts";
import type { Desk } from "./desk.ts";
import type { Draft } from "./types.ts";

/** The part of a source record that a document is remembered under, besides the record itself. */
export const partOf = ({ purpose }: Pick<PostingRecord, "purpose">): string => purpose === "recognise" ? "" : purpose;

/** A change that tells of a document. */
export function toldDocument(
  desk: Desk,
  { record, fields, why }: Pick<Draft, "record" | "fields"> & { why: string },
  more: { word: PlannedChange["word"]; why?: string; failure?: FailureRecord },
): PlannedChange {
  const { source, label, to, value } = record;
  return {
    key: source,
    part: partOf(record),
    label,
    partition: to,
    value,
    ...more,
    ...(record.journal && { id: record.journal.name }),
    document: documentOf(desk, record, fields, why),
  };
}

/** A document, line by line. */
export function documentOf(
  { says, takes }: Pick<Desk, "says" | "takes">,
  record: PostingRecord,
  fields: Row | undefined,
  why: string,
): PlannedDocument {
  const { key, purpose, state, date, currency, value, journal, plan } = record;
  const text = (line: Row, name: string): string | undefined => typeof line[name] === "string" ? line[name] : undefined;
  const lines = ((fields?.[takes.lines] ?? []) as Row[]).map((line): PlannedLine => ({
    account: text(line, says.account) ?? "",
    debit: text(line, says.debit),
    credit: text(line, says.credit),
    measure: text(line, says.measure),
    position: text(line, says.position),
  }));
  return {
    key,
    purpose,
    state,
    why,
    date,
    ...(journal && { period: journal.period, journal: journal.name }),
    currency,
    value,
    ...(plan !== undefined && { plan }),
    lines,
  };
}
