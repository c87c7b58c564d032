/**
 * `get_postings`.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { postingOf, postingRow } from "../ledger/postings.ts";
import { ledgerOf } from "./ledger_of.ts";
import { type Call, type Output, pagedByText, text } from "./paging.ts";

/** Journals that were ever sent to the operating unit's ledger. */
export function getPostings(call: Call): Output {
  const { db: { books, tables }, input } = call;
  const flat = text(input, "P_FLAT") === "Y";
  const source = text(input, "P_SOURCE"), period = text(input, "P_PERIOD_NAME");
  const prefix = text(input, "P_KEY_PREFIX") ?? "", withLines = text(input, "P_LINES") === "Y";
  const flatLines: Row[] = [], flatSent: Row[] = [];
  const output = pagedByText(call, {
    from(orgId, keys) {
      const ledgerId = ledgerOf(call.db, orgId);
      const rows: readonly Row[] = keys.size > 0
        ? [...keys].flatMap((key): Row[] => [postingOf(books, key) ?? []].flat())
        : tables.XXGUSSET_POSTINGS.items;
      return rows.filter((row) =>
        row.LEDGER_ID === ledgerId && (source === undefined || row.USER_JE_SOURCE_NAME === source) &&
        (period === undefined || row.PERIOD_NAME === period) && (row.POSTING_KEY as string).startsWith(prefix)
      ).map((item) => ({ key: item.POSTING_KEY as string, item }));
    },
    row(posting) {
      const { INTERFACE_LINES, SENT_LINES: all, ...row } = postingRow(books, posting);
      const SENT_LINES = withLines ? all as Row[] : [];
      if (!flat) return { ...row, INTERFACE_LINES, SENT_LINES };
      const { POSTING_KEY } = posting;
      flatLines.push(...(INTERFACE_LINES as Row[]).map((line): Row => ({ ...line, POSTING_KEY })));
      flatSent.push(...SENT_LINES.map((line): Row => ({ ...line, POSTING_KEY })));
      return row;
    },
  });
  return { ...output, X_INTERFACE: flatLines, X_SENT_LINES: flatSent };
}
