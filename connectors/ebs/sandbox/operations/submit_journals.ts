/**
 * `submit_journals`.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { handOver, postingOf } from "../ledger/postings.ts";
import { ledgerOf } from "./ledger_of.ts";
import { BusinessError, type Call, enter, type Output, records, text } from "./paging.ts";

/** Hands journals over, in one transaction: what is refused has changed nothing. */
export function submitJournals(call: Call): Output {
  const { db, input, setup, context, at } = call;
  const { books } = db;
  const { orgId, open } = enter(call);
  const ledgerId = text(input, "P_LEDGER_ID");
  if (!open || ledgerId !== ledgerOf(db, orgId)) {
    throw new BusinessError(`Ledger ${ledgerId} is not the one of operating unit ${orgId}`);
  }
  const source = text(input, "P_SOURCE");
  const known = books.ledger.tables.GL_JE_SOURCES.items.find((row) => row.USER_JE_SOURCE_NAME === source);
  if (source === undefined || !known) throw new BusinessError(`There is no journal source ${source}`);
  const journals = records(input, "P_JOURNALS");
  const lines = Map.groupBy(records(input, "P_LINES"), (line) => line.POSTING_KEY);
  const keys = new Set(journals.map((row) => row.POSTING_KEY));
  if (journals.length === 0) throw new BusinessError("P_JOURNALS is missing");
  for (const { POSTING_KEY, BODY_HASH, ACCOUNTING_DATE } of journals) {
    if (!POSTING_KEY || !BODY_HASH || !ACCOUNTING_DATE) throw new BusinessError("A journal lacks key, hash or date");
    if (!lines.has(POSTING_KEY)) throw new BusinessError(`Journal ${POSTING_KEY} has no lines`);
  }
  if (keys.size < journals.length) throw new BusinessError("A key is given twice");
  for (const key of lines.keys()) if (!keys.has(key)) throw new BusinessError(`Lines name ${key}, which is no journal`);
  if (setup.access_set === null) {
    throw new BusinessError("The responsibility has no data access set (profile GL: Data Access Set)");
  }
  if (setup.manager === "refuses") throw new BusinessError("Journal Import could not be submitted");

  // A sequence skips the numbers of transactions that came to nothing.
  const groupId = String(nextGroup(books.ledger.tables.XXGUSSET_POSTINGS.items));
  const results = journals.map((journal) => {
    const own = lines.get(journal.POSTING_KEY)!;
    return { journal, result: handOver(books, journal, own, { ledgerId, source, groupId, at: db.now() }) };
  });
  const sent = results.filter(({ result }) => result === "SENT");
  let requestId: string | undefined;
  if (sent.length > 0) {
    const args = [setup.access_set, known.JE_SOURCE_NAME as string, ledgerId, groupId, "N", "N", "N"];
    requestId = db.manager.submit(args, { user: context.user, at, setup });
    for (const { journal } of sent) postingOf(books, journal.POSTING_KEY as string)!.REQUEST_ID = requestId;
  }
  return {
    X_ORG_ID: orgId,
    X_GROUP_ID: sent.length > 0 ? groupId : undefined,
    X_REQUEST_ID: requestId,
    X_ROWS: results.map(({ journal, result }): Row => {
      const { POSTING_KEY, GROUP_ID, REQUEST_ID } = postingOf(books, journal.POSTING_KEY as string)!;
      return { POSTING_KEY, RESULT: result, GROUP_ID, REQUEST_ID };
    }),
  };
}

/** GL_INTERFACE_CONTROL_S. */
const nextGroup = (postings: readonly Row[]): number =>
  postings.reduce((last, row) => Math.max(last, Number(row.GROUP_ID)), 910_000) + 1;
