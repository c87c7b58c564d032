/**
 * Twelve orders and a day that changes them all: what crash tests run through.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import type { House } from "./house.ts";
import { line, lineId, order, PROJECTS } from "./orders.ts";

/** Twelve orders in three projects of two operating units; two of them touch several projects, one is by quantity, one has a credit. */
export function twelve(): Row[] {
  const phoenix = { PROJECT_NUMBER: "PHX-1" };
  return [
    order(1, [line("10.10"), line("20")]),
    order(2, [line("5")], { VENDOR_ID: "3002" }),
    order(3, [line("7.77"), line("8", { PROJECT: "DEN-2" })]),
    order(4, [line("100", { SHIPMENT: { AMOUNT_BILLED: "40" } }), line("-0.01")]),
    order(5, [{ QUANTITY: "3", UNIT_PRICE: "33.333" }], { PROJECT_NUMBER: "DEN-2" }),
    order(6, [line("1"), line("2"), line("3")], { PROJECT_NUMBER: "DEN-2" }),
    order(7, [line("70"), line("7")], phoenix),
    order(8, [line("80", { CODE_COMBINATION_ID: "703" })], { ...phoenix, VENDOR_ID: "3002" }),
    order(9, [line("9"), line("99", { PROJECT: "DEN-1" })], phoenix),
    order(10, [line("0")], phoenix),
    order(11, [line("11")], { VENDOR_ID: "3003" }),
    order(12, [line("12"), line("1.2", { CODE_COMBINATION_ID: "702" })], { PROJECT_NUMBER: "DEN-2" }),
  ];
}

/** Orders of three projects in two operating units; every tenth touches two of them. */
export function manyOrders(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const project = ["DEN-1", "DEN-2", "PHX-1"][i % 3];
    const second = line(`-0.${10 + i % 90}`, {
      CODE_COMBINATION_ID: "702",
      ...(i % 10 === 0 ? { PROJECT: "DEN-2" } : {}),
    });
    const lines = i % 10 === 0 || i % 7 === 0 ? [line(`${i}.05`), second] : [line(`${i}.05`)];
    return order(i + 1, lines, { PROJECT_NUMBER: project, VENDOR_ID: `300${1 + i % 4}` });
  });
}

/** What a day does to them: every order changes, each in its own way. */
export async function changeTwelve(home: House): Promise<void> {
  const header = (number: number, fields: Row) => home.touch("ebs", "PO_HEADERS_ALL", String(80_000 + number), fields);
  const amount = (number: number, nth: number, AMOUNT: string) =>
    home.touch("ebs", "PO_LINES_ALL", lineId(number, nth), { AMOUNT });
  const part = (number: number, nth: number, fields: Row) =>
    home.touch("ebs", "PO_DISTRIBUTIONS_ALL", lineId(number, nth), fields);
  await amount(1, 1, "11.11");
  await addLine(home, { number: 2, nth: 2, amount: "0.55", project: PROJECTS["DEN-1"] });
  // A line goes from one project to another that the order touches, too.
  await part(3, 1, { PROJECT_ID: PROJECTS["DEN-2"] });
  await header(4, { CLOSED_CODE: "FINALLY CLOSED" });
  await home.touch("ebs", "PO_LINES_ALL", lineId(5, 1), { QUANTITY: "4" });
  // A line goes to a project that is not in Procore.
  await part(6, 2, { PROJECT_ID: "4999" });
  await amount(6, 3, "33");
  await header(7, { CANCEL_FLAG: "Y" });
  await header(8, { VENDOR_ID: "3004", COMMENTS: "Another supplier's" });
  // A line goes to a project that the order has not touched yet.
  await part(9, 1, { PROJECT_ID: PROJECTS["DEN-2"] });
  await amount(10, 1, "10");
  await header(11, { COMMENTS: "Renamed" });
  await home.touch("ebs", "PO_LINE_LOCATIONS_ALL", lineId(12, 2), { CANCEL_FLAG: "Y" });
  await amount(12, 1, "21");
}

/** A person adds a line with one shipment and one distribution to an order. */
export async function addLine(
  home: House,
  { number, nth, amount, project, account = "701" }: {
    number: number;
    nth: number;
    amount: string;
    project: string;
    account?: string;
  },
): Promise<void> {
  const id = lineId(number, nth);
  const PO_HEADER_ID = String(80_000 + number);
  await home.touch("ebs", "PO_LINES_ALL", id, { PO_HEADER_ID, AMOUNT: amount, ITEM_DESCRIPTION: `Works ${nth}` });
  await home.touch("ebs", "PO_LINE_LOCATIONS_ALL", id, { PO_LINE_ID: id });
  const charge = { CODE_COMBINATION_ID: account, PROJECT_ID: project };
  await home.touch("ebs", "PO_DISTRIBUTIONS_ALL", id, { LINE_LOCATION_ID: id, ...charge });
}
