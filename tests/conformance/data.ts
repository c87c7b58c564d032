/**
 * A part of the invented company, small enough to be read many times over: some suppliers and projects of every office, with the orders
 * between them and the accounts those use.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import { company } from "../../connectors/company/company.ts";
import { START } from "../support/house.ts";

/** Every n-th supplier and project, and what belongs to them. */
export function smallCompany(n = 12): Record<string, Row[]> {
  const whole = company({ at: START });
  const some = (rows: Row[]): Row[] => rows.filter((_, i) => i % n === 0);
  const suppliers = some(whole.suppliers);
  const projects = whole.projects.filter((_, i) => i % 5 === 0);
  const [vendors, numbers] = [
    new Set(suppliers.map((row) => row.VENDOR_ID)),
    new Set(projects.map((row) => row.SEGMENT1)),
  ];
  const purchase_orders = whole.purchase_orders.filter((order) =>
    vendors.has(order.VENDOR_ID) || numbers.has(order.PROJECT_NUMBER)
  ).map((order, i): Row => ({
    ...order,
    VENDOR_ID: vendors.has(order.VENDOR_ID) ? order.VENDOR_ID : suppliers[i % suppliers.length].VENDOR_ID,
    PROJECT_NUMBER: numbers.has(order.PROJECT_NUMBER) ? order.PROJECT_NUMBER : projects[i % projects.length].SEGMENT1,
  })).slice(0, 60);
  return { ...whole, suppliers, projects, purchase_orders };
}

/** Journals that the first office sent long ago: some in its books, some refused for want of an account. */
export function sentJournals(): Row[] {
  const { operating_units: [{ ORGANIZATION_ID }], code_combinations } = company({ at: START });
  const [credit, ...debits] = code_combinations.filter((row) => row.SEGMENT1 === code_combinations[0].SEGMENT1);
  return Array.from({ length: 9 }, (_, i): Row => ({
    POSTING_KEY: `EBS-REQ-${i + 1}`,
    ORG_ID: ORGANIZATION_ID,
    LINES: [
      { CODE_COMBINATION_ID: i % 4 === 3 ? "1" : debits[i].CODE_COMBINATION_ID, ENTERED_DR: `${i + 1}.25` },
      { CODE_COMBINATION_ID: credit.CODE_COMBINATION_ID, ENTERED_CR: `${i + 1}.25` },
    ],
  }));
}

const chart = company({ at: START }).code_combinations.filter((row) => row.SEGMENT1 === "01");
const idOf = (row: Row | undefined): string => String(row?.CODE_COMBINATION_ID);
const accrued = idOf(chart.find((row) => row.SEGMENT3 === "21200"));
const cost = idOf(chart[0]);
/** The first office's accounts payable: nobody but payables may post there. */
export const PAYABLE: string = idOf(chart.find((row) => row.SEGMENT3 === "21100"));

/** A debit of an account, and the credit that goes with it. */
export const journalLines = (account: string, amount: string): Row[] => [
  { CODE_COMBINATION_ID: account, ENTERED_DR: amount, REFERENCE23: "1", REFERENCE24: "cost" },
  { CODE_COMBINATION_ID: accrued, ENTERED_CR: amount, REFERENCE23: "1", REFERENCE24: "net" },
];

/** A journal of the first office. */
export const sampleJournal = (n: number): Row => ({
  LEDGER_ID: "2021",
  ACCOUNTING_DATE: "2026-10-12",
  CURRENCY_CODE: "USD",
  USER_JE_SOURCE_NAME: "Procore",
  USER_JE_CATEGORY_NAME: "Accrual",
  REFERENCE5: `Requisition ${n}`,
  LINES: journalLines(cost, `${n}00.25`),
});
