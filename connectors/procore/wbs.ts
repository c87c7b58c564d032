/**
 * Whether cost codes are in use. A cost code itself cannot be deleted or switched off; what can is a WBS code, the combination of a cost
 * code with a cost type that budgets and commitments are charged to. A cost code counts as inactive where it has WBS codes and all of
 * them are inactive.
 *
 * Facts: `GET` and `PATCH …/update_all` of `/rest/v1.0/projects/{id}/work_breakdown_structure/wbs_codes`; that the item of the cost code
 * segment has the cost code's own id is not documented, and was seen in another connector.
 *
 * @module
 */
import type { Row, Value } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { idNumber } from "./body.ts";
import type { Rest } from "./rest.ts";

/** WBS codes in one `update_all`: no limit is published, other bulk calls of Procore take 500. */
const BULK = 500;

/** A project's WBS codes by cost code id. */
export interface WbsCodes {
  /** Ids of a cost code's WBS codes. */
  of(costCode: string, status: "active" | "inactive"): string[];
}

const ROUTE = "/rest/v1.0/projects/{project_id}/work_breakdown_structure/wbs_codes";
const pathOf = (project: string): string => ROUTE.replace("{project_id}", project);

/** Reads a project's WBS codes; the active ones only where there are inactive ones, or where `all` is asked for. */
export async function wbsCodes(
  rest: Rest,
  project: string,
  { pageSize, all = false }: { pageSize: number; all?: boolean },
): Promise<WbsCodes> {
  const byStatus = { active: new Map<string, string[]>(), inactive: new Map<string, string[]>() };
  const read = async (status: "active" | "inactive"): Promise<void> => {
    const query = [["filters[status][]", status]] as const;
    for await (const { rows } of rest.pages({ path: pathOf(project), route: ROUTE, query, perPage: pageSize })) {
      for (const row of rows) {
        const costCode = costCodeOf(row.segment_items);
        // The filter may be ignored.
        if (row.status !== status || costCode === undefined) continue;
        const ids = byStatus[status].get(costCode) ?? [];
        byStatus[status].set(costCode, [...ids, row.id as string]);
      }
    }
  };
  await read("inactive");
  if (all || byStatus.inactive.size > 0) await read("active");
  return { of: (costCode, status) => byStatus[status].get(costCode) ?? [] };
}

/** Whether a cost code is in use, as far as its WBS codes tell. */
export function isActive(codes: WbsCodes, costCode: string): boolean {
  return codes.of(costCode, "inactive").length === 0 || codes.of(costCode, "active").length > 0;
}

/**
 * Switches the WBS codes of cost codes on or off. Gives the cost codes that have none, so that nothing could be switched. Throws as
 * `rest.call` does.
 */
export async function switchCodes(
  rest: Rest,
  project: string,
  costCodes: readonly string[],
  { to, pageSize }: { to: "active" | "inactive"; pageSize: number },
): Promise<Set<string>> {
  const codes = await wbsCodes(rest, project, { pageSize, all: true });
  const from = to === "active" ? "inactive" : "active";
  const ids = costCodes.flatMap((costCode) => codes.of(costCode, from));
  for (let at = 0; at < ids.length; at += BULK) {
    await rest.call({
      method: "PATCH",
      path: `${pathOf(project)}/update_all`,
      route: `${ROUTE}/update_all`,
      body: { ids: ids.slice(at, at + BULK).map((id) => idNumber(id, "WBS code id")), attributes: { status: to } },
    });
  }
  return new Set(costCodes.filter((costCode) => codes.of(costCode, from).length + codes.of(costCode, to).length === 0));
}

/** The failure of a cost code that has no WBS code to switch. */
export function nothingToSwitch(code: string): Failure {
  return new Failure("record.refused", {
    fact: "The cost code has no WBS code in this project yet, and only WBS codes can be made inactive",
    value: code,
    place: "cost_codes, field is_active",
    action: "Remove it by hand under the project's Work Breakdown Structure, or dismiss this.",
  });
}

function costCodeOf(items: Value): string | undefined {
  if (!Array.isArray(items)) return undefined;
  for (const item of items as Row[]) {
    const segment = item.segment as Row | null | undefined;
    if ((segment?.type ?? item.segment_type) === "cost_code" && typeof item.id === "string") return item.id;
  }
  return undefined;
}
