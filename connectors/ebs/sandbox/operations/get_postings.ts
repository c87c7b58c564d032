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
  const flatLines: Row[] = [];
  const output = pagedByText(call, {
    from(orgId, keys) {
      const ledgerId = ledgerOf(call.db, orgId);
      const rows: readonly Row[] = keys.size > 0
        ? [...keys].flatMap((key): Row[] => [postingOf(books, key) ?? []].flat())
        : tables.XXGUSSET_POSTINGS.items;
      return rows.filter((row) =>
        row.LEDGER_ID === ledgerId && (source === undefined || row.USER_JE_SOURCE_NAME === source) &&
        (period === undefined || row.PERIOD_NAME === period)
      ).map((item) => ({ key: item.POSTING_KEY as string, item }));
    },
    row(posting) {
      const { INTERFACE_LINES, ...row } = postingRow(books, posting);
      if (!flat) return { ...row, INTERFACE_LINES };
      const { POSTING_KEY } = posting;
      flatLines.push(...(INTERFACE_LINES as Row[]).map((line): Row => ({ ...line, POSTING_KEY })));
      return row;
    },
  });
  return { ...output, X_INTERFACE: flatLines };
}
