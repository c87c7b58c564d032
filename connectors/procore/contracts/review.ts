/**
 * What speaks against a change, told from the contract alone: before it is planned, and once more before it is written.
 *
 * @module
 */
import type { Change, Review, Row, Value } from "../../../engine/connector.ts";
import { Big, parseDecimal, plain } from "../../../engine/decimal.ts";
import { Failure } from "../../../engine/failure.ts";
import { type Contract, placeOf, planContract } from "./plan.ts";
import { linesIn } from "./row.ts";
import { othersIn } from "./verify.ts";

/**
 * The stream's `review`: holds what Procore would refuse, and leaves the lines alone where approved change orders have brought the contract to
 * the order's total already.
 */
export function reviewContract(change: Change): Review | undefined {
  if (change.present === undefined) return undefined;
  const contract = planContract(change, 0);
  const absorbed = absorbedBy(contract);
  if (absorbed) return { leave: ["line_items"], why: absorbed };
  const failure = refusalOf(contract);
  return failure && { failure };
}

/** Why a change of a contract that is there is not made at all; undefined where nothing speaks against it. */
export function refusalOf(contract: Contract): Failure | undefined {
  return foreignRemoval(contract) ?? doubled(contract) ?? heldBack(contract);
}

/** Why the order's new total asks for no change of lines; undefined where it does. */
function absorbedBy({ wanted, header, present }: Contract): string | undefined {
  const orders = decimalOf(present?.approved_change_orders);
  if (!wanted || !orders || orders.eq(0) || "origin_id" in header) return undefined;
  const before = decimalOf(present!.grand_total);
  let total = new Big(othersIn(present));
  for (const { amount } of wanted) total = total.plus(decimalOf(amount) ?? 0);
  if (!before || !total.eq(before.plus(orders))) return undefined;
  return `approved change orders of ${plain(orders)} have brought the contract to the order's total of ${
    plain(total)
  } already`;
}

/** A person's line is never removed. */
function foreignRemoval(contract: Contract): Failure | undefined {
  const lines = new Map(linesIn(contract.present).map((line) => [line.id, line]));
  const foreign = contract.remove.filter((id) => lines.has(id) && !lines.get(id)!.origin_id);
  return foreign.length === 0 ? undefined : new Failure("record.refused", {
    fact: "A line that a person entered is not removed",
    value: foreign.join(", "),
    place: placeOf(contract),
  });
}

/** A contract that a person made has its own lines: with ours beside them the order would be committed twice. */
function doubled(contract: Contract): Failure | undefined {
  const { header, lines, present, change } = contract;
  const others = "origin_id" in header && lines.length > 0 ? othersIn(present) : "0";
  return others === "0" ? undefined : new Failure("contract.incomplete", {
    fact: `The contract has lines of its own that make ${others}: with the order's lines it would be committed twice`,
    value: String(present?.number ?? change.id),
    place: placeOf(contract),
    action: "Remove those lines in Procore, or decline the adoption with `gusset adopt`.",
  });
}

/** A contract is opened only where nothing is billed and no change order is approved; a line leaves it only where nothing is billed. */
function heldBack({ opens, remove, change, present }: Contract): Failure | undefined {
  if (!present) return undefined;
  const [billed, changed] = [present.total_requisitions_amount, present.approved_change_orders];
  const reasons: string[] = [];
  if (isSomething(billed)) reasons.push(`${billed} is billed against it`);
  if (opens && isSomething(changed)) reasons.push(`approved change orders have changed it by ${changed}`);
  if (reasons.length === 0 || !(opens || remove.length > 0)) return undefined;
  const what = opens ? "its vendor and lines stay as they are" : "its lines are not removed";
  return new Failure("contract.locked", {
    fact: `The contract is ${present.status} and ${reasons.join(", and ")}, so that ${what}`,
    value: String(present.number ?? change.id),
    place: placeOf({ change }),
  });
}

/** Whether a total is other than zero; one that cannot be read counts as such. */
function isSomething(value: Row[string]): boolean {
  if (value === null || value === undefined || value === "") return false;
  return !decimalOf(value)?.eq(0);
}

const decimalOf = (value: Value): Big | undefined => typeof value === "string" ? parseDecimal(value) : undefined;
