/**
 * Eight orders, what was billed of them and posted, and a day after which twelve journals are missing: what crash tests run through.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import type { House } from "./house.ts";
import { line, lineId, order } from "./orders.ts";
import { certify, contractOf, invoice } from "./postings.ts";

/** Orders in three projects of two operating units, of one line or two. */
export const billedOrders = (): Row[] => [
  order(1, [line("1000"), line("500.50", { CODE_COMBINATION_ID: "702" })]),
  order(2, [line("800")]),
  order(3, [line("300")]),
  order(4, [line("900"), line("90")], { PROJECT_NUMBER: "DEN-2", VENDOR_ID: "3002" }),
  order(5, [line("700")], { PROJECT_NUMBER: "PHX-1" }),
  order(6, [line("600.60")], { PROJECT_NUMBER: "PHX-1", VENDOR_ID: "3003" }),
  order(7, [line("750"), line("57.75", { CODE_COMBINATION_ID: "703" })], { PROJECT_NUMBER: "DEN-2" }),
  order(8, [line("80")], { VENDOR_ID: "3004" }),
];

/** What was billed before, in eight sheets. */
export async function billBefore(home: House): Promise<void> {
  await certify(home, 1, ["100.10", "50.05"]);
  await certify(home, 2, [{ work_completed_this_period: "200", work_completed_retainage_retained_this_period: "20" }]);
  await certify(home, 3, ["33.33"]);
  await certify(home, 4, ["40", "4"]);
  await certify(home, 4, ["50", "5"]);
  await certify(home, 5, ["70.07"]);
  await certify(home, 8, ["8"]);
}

/** A day that asks for twelve journals: two corrections, one sheet taken back, three adjustments, four new sheets. */
export async function billTwelve(home: House): Promise<void> {
  // What was certified is corrected: a reversal and a new revision; and the next sheet comes at once.
  await editSheet(home, 1, 1, ["110", "50.05"]);
  await certify(home, 1, ["20", "5"]);
  // Payables have invoiced a part of it: an adjustment.
  await invoice(home, "INV-2", { [lineId(2, 1)]: "120.50" });
  // Its approval is taken back: a reversal.
  await home.touch("procore", "requisitions", await sheetOf(home, 3, 1), { status: "draft" });
  // A correction while payables have invoiced what the sheet before certifies: a reversal, a new revision and an adjustment.
  await editSheet(home, 4, 2, ["55", "5.50"]);
  await invoice(home, "INV-4", { [lineId(4, 1)]: "25" });
  // Billed and invoiced meanwhile, and a new sheet.
  await invoice(home, "INV-5", { [lineId(5, 1)]: "10" });
  await certify(home, 5, ["7"]);
  await certify(home, 6, [{ work_completed_this_period: "60.06", work_completed_retainage_retained_this_period: "6" }]);
  await certify(home, 7, ["75", "-7.50"]);
}

/** The nth sheet of an order's contract. */
export async function sheetOf(home: House, number: number, nth: number): Promise<string> {
  const { id } = await contractOf(home, number);
  const sheets = (await home.rows("procore", "requisitions")).filter((row) => String(row.commitment_id) === String(id));
  return String(sheets.find((row) => String(row.number) === String(nth))!.id);
}

/** The nth sheet of an order's contract is opened, its rows' work is put right, and it is approved again. */
export async function editSheet(home: House, number: number, nth: number, work: readonly string[]): Promise<void> {
  const sheet = await sheetOf(home, number, nth);
  const items = (await home.rows("procore", "requisition_items")).filter((row) => String(row.requisition_id) === sheet);
  await home.touch("procore", "requisitions", sheet, { status: "draft" });
  for (const [i, work_completed_this_period] of work.entries()) {
    await home.touch("procore", "requisition_items", String(items[i].id), { work_completed_this_period });
  }
  await home.touch("procore", "requisitions", sheet, { status: "approved" });
}
