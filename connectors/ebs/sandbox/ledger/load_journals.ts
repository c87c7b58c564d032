/**
 * Journals that were sent before the sandbox began: rows of `gl_journals`, as a mapping would make them, with POSTING_KEY and ORG_ID.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { list, scalars } from "../rows.ts";
import { lookup, type Table } from "../table.ts";
import type { Books } from "./checks.ts";
import { importJournals } from "./journal_import.ts";
import { handOver, postingOf } from "./postings.ts";

/** Groups that the sandbox's own sequence never gives. */
const FIRST_GROUP = 900_001;

/**
 * Sends journals and imports each by itself; what is refused lies in the interface, as it would. `at` is the database's time. Throws an
 * `Error` where one has no key or comes twice.
 */
export function loadJournals(books: Books, rows: readonly Row[], { units, at }: { units: Table; at: string }): void {
  rows.forEach((given, i) => {
    const { ORG_ID, USER_JE_SOURCE_NAME = "Procore", LINES, ...row } = scalars(given);
    const key = row.POSTING_KEY as string | undefined;
    if (key === undefined || postingOf(books, key)) {
      throw new Error(`gl_journals has no POSTING_KEY, or has ${key} twice`);
    }
    const unit = ORG_ID === undefined ? units.items[0] : lookup(units, Number(ORG_ID));
    const ledgerId = (unit?.LEDGER_ID ?? "1") as string;
    const source = USER_JE_SOURCE_NAME as string;
    const groupId = String(FIRST_GROUP + i);
    const lines = list(LINES, "LINES_ITEM").map((line, n): Row => ({
      ...line,
      POSTING_KEY: key,
      LINE_NUM: String(n + 1),
    }));
    const journal: Row = {
      BODY_HASH: "0",
      CURRENCY_CODE: "USD",
      ACCOUNTING_DATE: at,
      USER_JE_CATEGORY_NAME: "Adjustment",
      REFERENCE4: key.slice(0, 25),
      ...row,
    };
    handOver(books, journal, lines, { ledgerId, source, groupId, at });
    const { tables } = books.ledger;
    const request = books.ledger.add("FND_CONCURRENT_REQUESTS", {
      CONCURRENT_PROGRAM_NAME: "GLLEZLSRS",
      PHASE_CODE: "C",
      STATUS_CODE: "C",
      REQUEST_DATE: at,
    });
    const requestId = request.REQUEST_ID as string;
    postingOf(books, key)!.REQUEST_ID = requestId;
    const own = tables.GL_JE_SOURCES.items.find((known) => known.USER_JE_SOURCE_NAME === source)?.JE_SOURCE_NAME;
    importJournals(books, { requestId, source: (own ?? source) as string, ledgerId, groupId, suspense: false, at });
  });
}
