/**
 * The look at a contract before it gets its status: whether every line is there to the cent, and whether Procore's own total agrees.
 *
 * @module
 */
import type { Row, Value } from "../../../engine/connector.ts";
import { Big, parseDecimal, plain } from "../../../engine/decimal.ts";
import { Failure } from "../../../engine/failure.ts";
import { type Contract, placeOf, same } from "./plan.ts";
import { linesIn } from "./row.ts";

/** What a look found. */
export interface Verified {
  /** Why the contract must not get its status. */
  failure?: Failure;
  /** What persons have added to it by lines of their own, plain; `0` where nothing. */
  others: string;
}

/** Compares a contract with `row`, as it was read back after its lines were written. */
export function verify(contract: Contract, row: Row | undefined): Verified {
  const fail = (fact: string, value?: string, action?: string): Verified => ({
    others: "0",
    failure: new Failure("contract.incomplete", { fact, value, action, place: placeOf(contract) }),
  });
  if (!row) {
    return {
      others: "0",
      failure: new Failure("record.gone", {
        fact: "The contract is no longer in Procore",
        value: contract.id,
        place: placeOf(contract),
      }),
    };
  }
  const lines = linesIn(row);
  const ours = new Map(lines.filter(({ origin_id }) => origin_id).map((line) => [line.origin_id, line]));
  const wanted = contract.wanted ?? linesIn(contract.present).filter(({ origin_id }) => origin_id);
  let total = new Big(0);
  for (const item of wanted) {
    const there = ours.get(item.origin_id);
    if (!there) return fail("A line is not in the contract at Procore", item.origin_id as string);
    if (!same("amount", item.amount, there.amount)) {
      const action = "Round the amount to whole cents in the mapping, or look at the line in Procore.";
      return fail(
        `A line stands at ${there.amount} in Procore and at ${item.amount} here`,
        item.origin_id as string,
        action,
      );
    }
    ours.delete(item.origin_id);
    total = total.plus(item.amount as string);
  }
  const left = [...ours.values()];
  if (left.length > 0) {
    return fail(
      `${
        left.length === 1
          ? "A line that the order does not have is"
          : `${left.length} lines that the order does not have are`
      } in the contract`,
      left.map(({ origin_id }) => origin_id).slice(0, 5).join(", "),
      "Look at the contract in Procore; remove what does not belong there, then `gusset rejected retry`.",
    );
  }
  const others = sumOf(lines.filter(({ origin_id }) => !origin_id));
  const grand = parseDecimal(String(row.grand_total ?? ""));
  if (!grand?.eq(total.plus(others))) {
    return fail(
      `Procore's total is ${row.grand_total ?? "not told"}, and the lines make ${plain(total.plus(others))}`,
      String(row.number ?? contract.id),
      "Look at the contract in Procore, then `gusset rejected retry`.",
    );
  }
  return { others: plain(others) };
}

/** What the lines of persons make in a contract that is to be adopted; with it the order would be committed twice. */
export function othersIn(row: Row | undefined): string {
  return plain(sumOf(linesIn(row).filter(({ origin_id }) => !origin_id)));
}

function sumOf(lines: readonly Row[]): Big {
  return lines.reduce((sum, { amount }) => sum.plus(amountOf(amount)), new Big(0));
}

const amountOf = (value: Value): Big => parseDecimal(String(value ?? "")) ?? new Big(0);
