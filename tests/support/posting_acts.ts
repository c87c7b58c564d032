/**
 * What people do in a story of requisitions: bill, correct, reopen, delete and release in Procore; invoice, credit, cancel, receive and amend
 * in Oracle.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Row } from "../../engine/connector.ts";
import type { House } from "./house.ts";
import { lineId } from "./orders.ts";
import { certify, contractOf, invoice } from "./postings.ts";

/** Something that somebody does. */
export type Act = (home: House) => Promise<unknown>;

/** Does several things, one after the other. */
export const all = (...acts: readonly Act[]): Act => async (home) => {
  for (const act of acts) await act(home);
};

/** Requisitions of an order's contract, oldest first. */
export async function sheetsOf(home: House, number: number): Promise<Row[]> {
  const { id } = await contractOf(home, number);
  const sheets = (await home.rows("procore", "requisitions")).filter((row) => String(row.commitment_id) === id);
  return sheets.sort((a, b) => Number(a.number) - Number(b.number));
}

/** The next requisition of an order: by line of the contract, what it adds; or the amounts that Procore's sheet takes. */
export const bill = (number: number, work: readonly (string | Row)[], more: Row = {}): Act => (home) =>
  certify(home, number, work, more);

/** A row of a sheet of which something is retained, or whose material is stored. */
export const retaining = (work: string, retained: string, more: Row = {}): Row => ({
  work_completed_this_period: work,
  work_completed_retainage_retained_this_period: retained,
  ...more,
});

/** Edits the header of the nth requisition. */
export const header = (number: number, nth: number, fields: Row): Act => async (home) => {
  const sheet = (await sheetsOf(home, number))[nth - 1];
  assert(sheet, `order ${number} has requisition ${nth}`);
  await home.touch("procore", "requisitions", String(sheet.id), fields);
};

/** The approval of the nth requisition is taken back. */
export const reopen = (number: number, nth: number): Act => header(number, nth, { status: "revise_and_resubmit" });

/** The nth requisition is approved. */
export const approve = (number: number, nth: number): Act => header(number, nth, { status: "approved" });

/** The last requisition is reopened and deleted: no list shows it again. */
export const remove = (number: number, nth: number): Act =>
  all(reopen(number, nth), header(number, nth, { deleted_at: "now" }));

/** The last requisition is reopened, its rows say something else, and it is approved again. */
export const correct = (number: number, nth: number, work: readonly (string | Row | null)[]): Act => async (home) => {
  await reopen(number, nth)(home);
  const sheet = (await sheetsOf(home, number))[nth - 1];
  const items = (await home.rows("procore", "requisition_items")).filter((row) => row.requisition_id === sheet.id);
  for (const [i, one] of work.entries()) {
    if (one === null) continue;
    const fields = typeof one === "string" ? { work_completed_this_period: one } : one;
    await home.touch("procore", "requisition_items", String(items[i].id), fields);
  }
  await approve(number, nth)(home);
};

/** A change order on an order's contract is approved, with lines of these amounts on the cost code of the contract's first line. */
export const change = (number: number, amounts: readonly string[]): Act => async (home) => {
  const { id, lines } = await contractOf(home, number);
  const { cost_code, line_item_type } = lines[0] as { cost_code: Row; line_item_type: Row };
  await home.control("procore", "touch", {
    table: "change_order_packages",
    fields: {
      contract_id: id,
      title: "More works",
      status: "approved",
      lines: amounts.map((amount) => ({
        amount,
        description: "Added",
        cost_code_id: String(cost_code.id),
        line_item_type_id: String(line_item_type.id),
      })),
    },
  });
};

/** The next requisition, row by row of the sheet: those of change orders come behind the contract's own. */
export const billRows = (number: number, work: readonly (string | Row)[], more: Row = {}): Act => async (home) => {
  const { id } = await contractOf(home, number);
  await home.control("procore", "touch", {
    table: "requisitions",
    fields: {
      commitment_id: id,
      status: "approved",
      billing_date: "2026-10-12",
      items: work.map((one, i) => ({
        position: i + 1,
        ...(typeof one === "string" ? { work_completed_this_period: one } : one),
      })),
      ...more,
    },
  });
};

/** Payables invoice distributions of order 1, or of the one whose line is named: `{ "1001": "250" }`; a credit memo has amounts below zero. */
export const payables = (invoiceNumber: string, amounts: Record<string, string>): Act => (home) =>
  invoice(home, invoiceNumber, amounts);

/** An invoice is cancelled. */
export const cancel = (invoiceNumber: string): Act => async (home) => {
  const found = (await home.rows("ebs", "AP_INVOICES_ALL")).find((row) => row.INVOICE_NUM === invoiceNumber);
  await home.touch("ebs", "AP_INVOICES_ALL", String(found!.INVOICE_ID), { ACTION: "CANCEL" });
};

/** So much of a distribution is received. */
export const receive = (distribution: string, AMOUNT_DELIVERED: string): Act => (home) =>
  home.touch("ebs", "PO_DISTRIBUTIONS_ALL", distribution, { AMOUNT_DELIVERED });

/** The nth line of an order is raised, with its shipment and its distribution. */
export const raise = (number: number, nth: number, AMOUNT: string): Act => (home) =>
  home.touch("ebs", "PO_LINES_ALL", lineId(number, nth), { AMOUNT });

/** An order gets one line more, on an account. */
export const addLine =
  (number: number, nth: number, AMOUNT: string, CODE_COMBINATION_ID = "701"): Act => async (home) => {
    const id = lineId(number, nth);
    await home.touch("ebs", "PO_LINES_ALL", id, {
      PO_HEADER_ID: String(80_000 + number),
      AMOUNT,
      ITEM_DESCRIPTION: "Added",
    });
    await home.touch("ebs", "PO_LINE_LOCATIONS_ALL", id, { PO_LINE_ID: id });
    await home.touch("ebs", "PO_DISTRIBUTIONS_ALL", id, {
      LINE_LOCATION_ID: id,
      CODE_COMBINATION_ID,
      PROJECT_ID: "4001",
    });
  };

/** A period gets another status: `O` open, `C` closed, `N` never opened. `2026, 10` is October. */
export const period = (month: number, CLOSING_STATUS: string): Act => (home) =>
  home.touch("ebs", "GL_PERIOD_STATUSES", `1202600${String(month).padStart(2, "0")}`, { CLOSING_STATUS });

/** Time passes. */
export const wait = (until: string): Act => (home) => {
  home.clock.set(Date.parse(until));
  home.reopen();
  return Promise.resolve();
};

/** Nothing happens. */
export const nothing: Act = () => Promise.resolve();
