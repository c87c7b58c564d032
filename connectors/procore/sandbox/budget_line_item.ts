/**
 * Budget line items, as far as commitments make them: a line on a code that the budget does not have adds a line of zero to it
 * (reference §3.7).
 *
 * @module
 */
import type { Company, State } from "./state.ts";
import { type Table, table } from "./table.ts";
import type { WbsCode } from "./wbs_code.ts";

/** A line of a project's budget. */
export interface BudgetLineItem {
  id: number;
  project_id: number;
  wbs_code_id: number;
  original_budget_amount: string;
  created_at: string;
}

/** The budget line items of a company, of all its projects; one for each WBS code. */
export function budgetLineItemTable(): Table<BudgetLineItem> {
  return table<BudgetLineItem>({ wbs_code: (row) => String(row.wbs_code_id) });
}

/** Makes sure that the budget has a line for the WBS code. */
export function budgeted({ budgetLineItems }: Company, { id, project_id }: WbsCode, state: State): void {
  if (budgetLineItems.find("wbs_code", String(id))) return;
  budgetLineItems.insert({
    id: state.nextId("budget_line_item"),
    project_id,
    wbs_code_id: id,
    original_budget_amount: "0.0",
    created_at: state.now(),
  });
}
