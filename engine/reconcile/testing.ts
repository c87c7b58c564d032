/**
 * Plain rows for tests: one contract with one line, an order's distribution 10 that is charged to account 501.
 *
 * @module
 */
import { Big, plain } from "../decimal.ts";
import type { Booking, Contract, Document, Gathered, Invoice, Sheet, Span } from "./facts.ts";
import { makeReport } from "./report.ts";
import type { Header, Report } from "./types.ts";

/** An open period. */
export const OCTOBER: Span = { name: "OCT-26", from: "2026-10-01", to: "2026-10-31", open: true, status: "open" };

/** The contract 7. */
export function aContract(more: Partial<Contract> = {}): Contract {
  const positions = more.positions ?? ["10"];
  const named = { id: "7", name: "204-4003", project: "P1", unit: "204", currency: "USD", ordered: "0" };
  return { ...named, positions, all: positions, ...more };
}

/** A requisition of it. */
export function aSheet(
  { lines = [{}], ...more }: Omit<Partial<Sheet>, "lines"> & { lines?: Partial<Sheet["lines"][number]>[] } = {},
): Sheet {
  return {
    key: "1",
    chain: "7",
    project: "P1",
    order: "1",
    date: "2026-10-31",
    currency: "USD",
    label: "Requisition 1",
    value: "0",
    standing: "counts",
    history: false,
    ...more,
    lines: lines.map((line) => ({ position: "10", account: "501", cost: "100", withheld: "0", ...line })),
  };
}

/** What Oracle has made of a distribution of its order. */
export function aBooking(
  { invoices = [], ...more }: Omit<Partial<Booking>, "invoices"> & { invoices?: Partial<Invoice>[] } = {},
): Booking {
  return {
    position: "10",
    account: "501",
    currency: "USD",
    unit: "0.01",
    billed: "0",
    received: "0",
    ...more,
    invoices: invoices.map((one) => ({ date: "2026-10-15", amount: "0", paired: false, ...one })),
  };
}

/** A posted journal that moves this much of the one position. */
export function aDocument(
  { cost = "0", withheld = "0", ...more }: Partial<Document> & { cost?: string; withheld?: string } = {},
): Document {
  const net = plain(new Big(cost).minus(withheld));
  return {
    key: "T:p:7:1:1",
    chain: "7",
    source: "1",
    purpose: "recognise",
    state: "posted",
    date: "2026-10-31",
    currency: "USD",
    journal: { id: "1", name: "J1", batch: "B1", period: "OCT-26", posted: true },
    at: "2026-10-31T12:00:00Z",
    known: true,
    ...more,
    lines: [
      { account: "501", debit: cost, position: "10", measure: "cost" },
      { account: "901", credit: net, position: "10", measure: "net" },
      { account: "902", credit: withheld, position: "10", measure: "withheld" },
    ],
  };
}

const HEADER: Header = {
  name: "accruals",
  description: "What is certified",
  period: OCTOBER,
  books: [{ unit: "Denver", ledger: "1", period: "OCT-26", status: "open" }],
  times: { ebs: "2026-11-03T08:00:00" },
  at: "2026-11-03T09:00:00.000Z",
  pipelines: [{ name: "requisition-journals", hash: "ab12", mode: "live", recognise: "until_invoiced" }],
  projects: { expected: 1, seen: 1, missing: [] },
};
/** What it certifies. */
export const SHEET = aSheet({ value: "100", lines: [{ cost: "100", withheld: "10" }] });
/** The journal that says so. */
export const POSTED = aDocument({ cost: "100", withheld: "10" });

/** A report of October: what is certified is posted, and nothing is open; `more` says otherwise. */
export function aReport(more: Partial<Gathered> = {}, former?: Report): Report {
  const gathered: Gathered = {
    contracts: [aContract({ revised: "0" })],
    sheets: [SHEET],
    bookings: [aBooking()],
    documents: [POSTED],
    balances: [{ account: "901", currency: "USD", balance: "90" }, { account: "902", currency: "USD", balance: "10" }],
    exceptions: [],
    outbox: new Map(),
    names: { projects: { P1: "Depot" }, accounts: { "501": "01-501", "999": "not used" } },
    ...more,
  };
  const owners = { certified: "project", books: "ledger", gusset: "us" };
  return makeReport({ header: HEADER, gathered, recognise: "until_invoiced", owners, former });
}
