/**
 * Purchase orders: enough of them that each project charges the accounts of its work. `order_details.ts` goes on from here.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import type { JobAccount } from "./accounts.ts";
import { daysBefore, type Dice } from "./dice.ts";
import type { Office } from "./offices.ts";
import { SITES } from "./projects.ts";

/** PO_HEADERS_ALL with LINES. An order's number is unique only in its operating unit, as Oracle has it. */
export function orders(dice: Dice, at: number, { job, orderable }: {
  job: readonly JobAccount[];
  orderable: ReadonlyMap<Office, readonly Row[]>;
}): Row[] {
  const rows: Row[] = [];
  const numbers = new Map<Office, number>();
  for (const { office, number } of SITES) {
    const own = job.filter((account) => account.office === office);
    const foreign = job.filter((account) => account.office !== office);
    // Now and then an office has its work charged to another company of the group.
    const charged = [...dice.some(own, dice.whole(14, 24)), ...(dice.chance(0.1) ? dice.some(foreign, 1) : [])];
    for (let i = dice.whole(8, 14); i > 0; i--) {
      const orderNumber = (numbers.get(office) ?? 4000) + 1;
      numbers.set(office, orderNumber);
      const ordered = dice.whole(5, 400);
      rows.push({
        PO_HEADER_ID: String(48_001 + rows.length),
        SEGMENT1: String(orderNumber),
        VENDOR_ID: dice.pick(orderable.get(office)!).VENDOR_ID,
        APPROVED_DATE: dice.chance(0.85) ? daysBefore(at, ordered - 1) : undefined,
        LAST_UPDATE_DATE: daysBefore(at, ordered - 1),
        PROJECT_NUMBER: number,
        LINES: dice.some(charged, dice.whole(1, 5)).map(({ row }, line): Row => ({
          LINE_NUM: String(line + 1),
          ITEM_DESCRIPTION: `${row.SEGMENT4_DESCRIPTION} – ${row.SEGMENT3_DESCRIPTION}`,
          AMOUNT: amount(dice),
          CODE_COMBINATION_ID: row.CODE_COMBINATION_ID,
        })),
      });
    }
  }
  return rows;
}

/** An amount as text; a few are credits. */
function amount(dice: Dice): string {
  const cents = String(dice.whole(0, 99)).padStart(2, "0");
  return `${dice.chance(0.02) ? "-" : ""}${dice.whole(80, 250) * dice.pick([1, 10, 100, 1000])}.${cents}`;
}
