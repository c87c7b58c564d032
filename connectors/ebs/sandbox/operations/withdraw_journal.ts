/**
 * `withdraw_journal`.
 *
 * @module
 */
import { takeBack } from "../ledger/postings.ts";
import { type Call, enter, type Output, texts } from "./paging.ts";

/** Takes journals back that are none yet. */
export function withdrawJournal(call: Call): Output {
  const { db, input } = call;
  const { orgId } = enter(call);
  return {
    X_ORG_ID: orgId,
    X_ROWS: texts(input, "P_KEYS").map((key) => ({ POSTING_KEY: key, RESULT: takeBack(db.books, key, db.now()) })),
  };
}
