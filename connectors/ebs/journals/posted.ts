/**
 * What was ever sent, in the words of the contract: an outbox is rebuilt from it.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import type { PostedDocument } from "../../../engine/posting.ts";
import type { Journals } from "./package.ts";
import { probeOf } from "./probe.ts";

/**
 * Yields all that was sent under keys that begin with `prefix`, ascending, a page at a time. `utc` makes the database's own time, as a
 * row has it, a time in UTC.
 */
export async function* postedPages(
  journals: Journals,
  { prefix, pageSize, utc }: { prefix: string; pageSize: number; utc: (local: string) => string },
): AsyncGenerator<PostedDocument[]> {
  for (let after: string | null = null, more = true; more;) {
    const page: { rows: Row[]; more: boolean } = await journals.sent(prefix, after, pageSize);
    if (page.rows.length > 0) yield page.rows.map((row) => documentOf(row, utc));
    after = (page.rows.at(-1)?.POSTING_KEY ?? after) as string | null;
    more = page.more && page.rows.length > 0;
  }
}

function documentOf(row: Row, utc: (local: string) => string): PostedDocument {
  const text = (name: string): string => (row[name] ?? "") as string;
  return {
    probe: probeOf(text("POSTING_KEY"), row),
    ledger: text("LEDGER_ID"),
    date: text("ACCOUNTING_DATE").slice(0, 10),
    currency: text("CURRENCY_CODE"),
    at: utc(text("CREATION_DATE")),
    lines: ((row.SENT_LINES ?? []) as Row[]).map((line) => ({
      account: (line.CODE_COMBINATION_ID ?? "") as string,
      ...given("debit", line.ENTERED_DR),
      ...given("credit", line.ENTERED_CR),
      ...given("position", line.REFERENCE23),
      ...given("measure", line.REFERENCE24),
    })),
  };
}

const given = (name: string, value: Row[string]): Record<string, string> =>
  typeof value === "string" ? { [name]: value } : {};

/**
 * From the database's own time to UTC, by how the two differ now: one hour off for what was written on the other side of a change of
 * the clocks. Whatever is no time stays as it is.
 */
export function toUtc({ X_AS_OF: local, X_UTC: utc }: { X_AS_OF?: string; X_UTC?: string }): (local: string) => string {
  const quarter = 15 * 60_000;
  const apart = Date.parse(utc ?? "") - Date.parse(`${local}Z`);
  // The two are read one after the other: a second between them is no part of the zone.
  const offset = Number.isNaN(apart) ? 0 : Math.round(apart / quarter) * quarter;
  return (text) => {
    const at = Date.parse(`${text}Z`);
    return Number.isNaN(at) ? text : new Date(at + offset).toISOString().replace(".000Z", "Z");
  };
}
