/**
 * What writing contracts costs in calls, told from the changes alone.
 *
 * @module
 */
import type { Change } from "../../../engine/connector.ts";
import { planContract } from "./plan.ts";

/**
 * The calls that changes of one project cost: headers and statuses in bulk, one for the lines of each contract, one for each line
 * that goes, the reading back, and one for each vendor that may have to be put on the project: most of them are on it after a first load, so
 * that this is the most it costs. WBS codes that have to be made are not known before and left out.
 */
export function contractCalls(changes: readonly Change[], { bulk, ids }: { bulk: number; ids: number }): number {
  const contracts = changes.map((change, index) => planContract(change, index));
  const inBulk = (count: number, size: number): number => Math.ceil(count / size);
  const headed = contracts.filter(({ id, header, opens }) =>
    id === undefined || opens || Object.keys(header).length > 0
  );
  const lined = contracts.filter(({ lines, remove }) => lines.length > 0 || remove.length > 0);
  const ended = contracts.filter(({ id, status, present, opens }) =>
    status !== undefined && status !== "Draft" && (id === undefined || opens || status !== present?.status)
  );
  const lines = lined.reduce((sum, { lines, remove }) => sum + inBulk(lines.length, bulk) + remove.length, 0);
  return vendorsIn(changes) + inBulk(headed.length, bulk) + lines + inBulk(Math.max(lined.length, ended.length), ids) +
    inBulk(ended.length, bulk);
}

/** Vendors that changes name; each that only applying will tell counts as one of its own. */
function vendorsIn(changes: readonly Change[]): number {
  const known = new Set<unknown>();
  let unknown = 0;
  for (const { fields: { vendor_id } } of changes) {
    if (typeof vendor_id !== "string") continue;
    if (/^\d+$/.test(vendor_id)) known.add(vendor_id);
    else unknown++;
  }
  return known.size + unknown;
}
