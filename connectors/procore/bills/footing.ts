/**
 * Whether a requisition agrees with itself and with the one before it. One that does not is marked and never mended: which of its figures is right is
 * for a person to say.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { Big, plain } from "../../../engine/decimal.ts";
import { amountIn, type Balance, optionalAmountIn, partsOf, requiredAmountIn } from "./reckon.ts";

/** What of the requisition before matters. */
export interface Before {
  /** By the id of its item, and by type and line. */
  items: ReadonlyMap<string, Balance>;
  /** All its items together. */
  sum: Balance;
  /** Its total earned less retainage, by its summary. */
  certified: Big;
}

/** What {@link footing} compares. */
export interface Sheet {
  items: readonly Row[];
  summary: Row;
  sum: Balance;
  /** The balances that its items had in the requisition before, together. */
  sumBefore: Balance;
  before: Before | "first" | "unknown";
}

/** The fields `foots`, `footing_difference` and `footing_fault` of a requisition. Throws a `RangeError` where the summary lacks an amount. */
export function footing({ items, summary, sum, sumBefore, before }: Sheet): Row {
  const faults: string[] = [];
  let difference = new Big(0);
  const agree = (what: string, found: Big, said: Big, by: string): void => {
    if (found.eq(said)) return;
    difference = difference.plus(found.minus(said).abs());
    faults.push(`${what}: ${plain(found)}, ${by}: ${plain(said)}`);
  };
  const of = (name: string): Big => requiredAmountIn(summary, name);

  for (const item of items) {
    const total = optionalAmountIn(item, "total_completed_and_stored_to_date");
    const parts = partsOf(item);
    if (total !== undefined && parts !== undefined) {
      agree(`work and stored material of item ${item.id}`, parts, total, "its total");
    }
  }
  const total = of("total_completed_and_stored_to_date");
  const earned = of("total_earned_less_retainage");
  const previous = of("less_previous_certificates_for_payment");
  agree("completed and stored of all items", sum.cost, total, "by the summary");
  agree("retainage of all items", sum.retainage, of("total_retainage"), "by the summary");
  agree("completed and stored less retainage", total.minus(of("total_retainage")), earned, "earned by the summary");
  const due = of("current_payment_due");
  // Whether Procore's payment due has tax in it is not documented: both foot.
  if (!due.eq(earned.minus(previous).plus(amountIn(summary, "tax_applicable_to_this_payment")))) {
    agree("earned less previous certificates", earned.minus(previous), due, "payment due by the summary");
  }
  if (before === "unknown") faults.push("the requisition before cannot be read");
  else {
    const certified = before === "first" ? new Big(0) : before.certified;
    agree("previous certificates by the summary", previous, certified, "earned by the requisition before");
    if (before !== "first") {
      agree(
        "what was billed before on these items",
        sumBefore.cost,
        before.sum.cost,
        "on all of the requisition before",
      );
      agree("retainage held before on these items", sumBefore.retainage, before.sum.retainage, "on all before");
    }
  }
  return {
    foots: faults.length === 0,
    footing_difference: plain(difference),
    ...(faults.length === 0 ? {} : { footing_fault: faults.join("; ") }),
  };
}
