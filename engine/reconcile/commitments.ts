/**
 * Orders beside the contracts that were made from them: what is committed, and what was billed so far on either side.
 *
 * @module
 */
import { Big, plain } from "../decimal.ts";
import { sorted } from "./sums.ts";
import type { Booking, Contract, Sheet, Span } from "./facts.ts";
import type { CommitmentRow } from "./types.ts";

/** One row for each contract. Amounts are of today, but for what is certified: by the end of the period. */
export function commitmentRows(
  { contracts, bookings, sheets }: {
    contracts: readonly Contract[];
    bookings: readonly Booking[];
    sheets: readonly Sheet[];
  },
  { period }: { period: Span },
): CommitmentRow[] {
  const booked = new Map(bookings.map((one) => [one.position, one]));
  const sheetsOf = Map.groupBy(sheets, ({ chain }) => chain);
  const rows = contracts.map((contract): CommitmentRow => {
    const own = contract.positions.flatMap((id) => booked.get(id) ?? []);
    const total = (of: (booking: Booking) => Big | string): Big =>
      own.reduce((sum, one) => sum.plus(of(one)), new Big(0));
    const counting = (sheetsOf.get(contract.id) ?? []).filter((sheet) =>
      sheet.standing === "counts" && sheet.date <= period.to
    );
    const { name, project, currency, ordered, revised, changes, pending } = contract;
    return {
      contract: name,
      project,
      currency,
      ordered,
      ...(revised !== undefined && { revised, difference: plain(new Big(ordered).minus(revised)) }),
      ...(changes !== undefined && { changes }),
      ...(pending !== undefined && { pending }),
      billed: plain(total(({ billed }) => billed)),
      certified: plain(certifiedOf(counting)),
    };
  });
  return sorted(rows, ({ project, contract }) => `${project} ${contract}`);
}

/** To date, by what each document adds. */
const certifiedOf = (sheets: readonly Sheet[]): Big => sheets.reduce((sum, { value }) => sum.plus(value), new Big(0));
