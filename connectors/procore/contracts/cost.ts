/**
 * What writing contracts costs in calls, told from the changes alone.
 *
 * @module
 */
import type { Change } from "../../../engine/connector.ts";
import { planContract } from "./plan.ts";

/**
 * The calls that changes of one project cost: headers and statuses in bulk, one for the lines of each contract, one for each line
 * that goes, and the reading back. What is not known before it is asked for is left out: vendors that are put on the project (one call
 * for each that is not on it), WBS codes that have to be made.
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
  return inBulk(headed.length, bulk) + lines + inBulk(Math.max(lined.length, ended.length), ids) +
    inBulk(ended.length, bulk);
}
