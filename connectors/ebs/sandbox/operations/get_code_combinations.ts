/**
 * `get_code_combinations`.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { activeFlag, cameBetween, midnightAfter } from "../dates.ts";
import type { UsedAccount } from "../database.ts";
import { lookup, type Sorted, sortedBy } from "../table.ts";
import { type Call, type Output, paged, text, texts } from "./paging.ts";

/**
 * Accounts that order distributions of the operating unit's projects charge, with those projects. An account counts as changed
 * when it was edited, when an order for a project of any unit used it, or when its start or end date took effect.
 */
export function getCodeCombinations(call: Call): Output {
  const { db, input } = call;
  const now = db.now();
  const flat = text(input, "P_FLAT") === "Y";
  const flatProjects: Row[] = [];

  const output = paged(call, {
    from: (orgId) => text(input, "P_ANY") === "Y" ? anyAccounts(call, orgId) : db.accountsOf(orgId),
    changed: ({ account }, since) =>
      (account.LAST_UPDATE_DATE as string) >= since || db.lastUse(account.CODE_COMBINATION_ID as string) >= since ||
      cameBetween(since, now, account.START_DATE_ACTIVE) ||
      cameBetween(since, now, midnightAfter(account.END_DATE_ACTIVE)),
    row({ account, projects }) {
      const { CODE_COMBINATION_ID, ENABLED_FLAG, START_DATE_ACTIVE, END_DATE_ACTIVE } = account;
      const row: Row = { ...account, ACTIVE_FLAG: activeFlag(now, ENABLED_FLAG, START_DATE_ACTIVE, END_DATE_ACTIVE) };
      const used = projects.map(({ PROJECT_ID, SEGMENT1 }): Row => ({ PROJECT_ID, SEGMENT1 }));
      if (flat) { for (const project of used) flatProjects.push({ CODE_COMBINATION_ID, ...project }); }
      else row.PROJECTS = used;
      return row;
    },
  });
  return { ...output, X_PROJECTS: flatProjects };
}

/** The accounts of `P_IDS`, used or not. */
function anyAccounts({ db, input }: Call, orgId: string): Sorted<UsedAccount> {
  const used = db.accountsOf(orgId);
  const found = [...new Set(texts(input, "P_IDS"))].flatMap((id): UsedAccount[] => {
    const account = lookup(db.tables.GL_CODE_COMBINATIONS, Number(id));
    return account ? [lookup(used, Number(id)) ?? { account, projects: [] }] : [];
  });
  return sortedBy(found, ({ account }) => Number(account.CODE_COMBINATION_ID));
}
