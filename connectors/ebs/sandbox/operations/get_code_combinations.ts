/** `get_code_combinations`. @module */
import type { Row } from "../../../../engine/connector.ts";
import { active, type Call, type Output, paged, text, tookEffect } from "./paging.ts";

/**
 * Accounts that order distributions of the operating unit's projects charge, with those projects. An account counts as changed
 * when it was edited, when an order used it, or when its start or end date took effect.
 */
export function getCodeCombinations(call: Call): Output {
  const { db, input } = call;
  const now = db.now();
  const flat = text(input, "P_FLAT") === "Y";
  const flatProjects: Row[] = [];
  const output = paged(call, {
    from: (orgId) => db.accountsOf(orgId),
    changed: ({ account, used }, since) =>
      (account.LAST_UPDATE_DATE as string) >= since || used >= since ||
      tookEffect(now, since, account.START_DATE_ACTIVE, account.END_DATE_ACTIVE),
    row({ account, projects }) {
      const open = account.ENABLED_FLAG === "Y" && active(now, account.START_DATE_ACTIVE, account.END_DATE_ACTIVE);
      const row: Row = { ...account, ACTIVE_FLAG: open ? "Y" : "N" };
      const used = projects.map(({ PROJECT_ID, SEGMENT1 }): Row => ({ PROJECT_ID, SEGMENT1 }));
      if (flat) {
        for (const project of used) {
          flatProjects.push({ CODE_COMBINATION_ID: account.CODE_COMBINATION_ID, ...project });
        }
      } else row.PROJECTS = used;
      return row;
    },
  });
  return flat ? { ...output, X_PROJECTS: flatProjects } : output;
}
