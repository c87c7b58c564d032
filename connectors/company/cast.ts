/**
 * Which of the invented company's contracts play in the scenes about money, found out from what both systems hold.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import { Big, sameDecimal } from "../../engine/decimal.ts";

/** Gives the rows that a system's table holds now. */
export type Rows = (connector: string, table: string) => Promise<Row[]>;

/** A contract of an order that payables have not touched yet, all of one office. */
export interface Player {
  /** Procore's contract. */
  contract: Row;
  /** Its lines, in their order. */
  lines: Row[];
  /** Oracle's order. */
  order: Row;
}

/** A value as text; "" where there is none. */
export const text = (value: unknown): string => typeof value === "string" ? value.trim() : "";

/** Contracts worth less would show nothing, those worth more everything. */
const LEAST = "2000", MOST = "400000";

/**
 * Contracts of the first office, by number: approved, of an order that is open and in the ledger's currency, not invoiced by anybody,
 * each line on an account that journals may be posted to. The same ones whatever was billed on them by requisitions.
 */
export async function cast(rows: Rows): Promise<Player[]> {
  const orders = new Map((await rows("ebs", "PO_HEADERS_ALL")).map((row) => [text(row.PO_HEADER_ID), row]));
  const shares = Map.groupBy(await rows("ebs", "PO_DISTRIBUTIONS_ALL"), (row) => text(row.PO_HEADER_ID));
  const invoiced = await byInvoices(rows);
  const units = await rows("ebs", "HR_OPERATING_UNITS");
  const usable = new Set(
    (await rows("ebs", "GL_CODE_COMBINATIONS")).filter(isPostable).map((row) => text(row.CODE_COMBINATION_ID)),
  );
  const lines = Map.groupBy(
    await rows("procore", "purchase_order_contract_line_items"),
    (line) => text(line.purchase_order_contract_id),
  );
  const sheets = new Set((await rows("procore", "requisitions")).map((row) => text(row.commitment_id)));
  const players: Player[] = [];
  for (const contract of await rows("procore", "purchase_order_contracts")) {
    const order = orders.get(/^EBS-PO-(\d+)-/.exec(text(contract.origin_id))?.[1] ?? "");
    const own = lines.get(text(contract.id)) ?? [];
    if (!order || order.ORG_ID !== units[0].ORGANIZATION_ID || text(contract.status) !== "Approved") continue;
    const parts = shares.get(text(order.PO_HEADER_ID)) ?? [];
    const byHand = !sheets.has(text(contract.id)) && !isZero(contract.total_requisitions_amount);
    const billed = parts.some((part) => {
      const ofTests = invoiced.get(text(part.PO_DISTRIBUTION_ID)) ?? new Big(0);
      return !isZero(part.AMOUNT_BILLED) && !ofTests.eq(text(part.AMOUNT_BILLED)) || !isZero(part.QUANTITY_CANCELLED) ||
        !isZero(part.AMOUNT_CANCELLED);
    });
    if (byHand || billed || !isOpen(order)) continue;
    if (!parts.every((part) => usable.has(text(part.CODE_COMBINATION_ID)))) continue;
    const total = new Big(text(contract.grand_total) || "0");
    if (own.length === 0 || total.lt(LEAST) || total.gt(MOST)) continue;
    if (own.some((line) => new Big(text(line.amount) || "0").lte(0))) continue;
    players.push({ contract, lines: own, order });
  }
  return players.sort((a, b) => text(a.contract.number) < text(b.contract.number) ? -1 : 1);
}

/** What invoices that were entered since the beginning bill, by distribution. */
async function byInvoices(rows: Rows): Promise<Map<string, Big>> {
  const cancelled = new Set(
    (await rows("ebs", "AP_INVOICES_ALL")).filter((row) => text(row.CANCELLED_DATE) !== "")
      .map((row) => text(row.INVOICE_ID)),
  );
  const sums = new Map<string, Big>();
  for (const line of await rows("ebs", "AP_INVOICE_DISTRIBUTIONS_ALL")) {
    if (cancelled.has(text(line.INVOICE_ID))) continue;
    const id = text(line.PO_DISTRIBUTION_ID);
    sums.set(id, (sums.get(id) ?? new Big(0)).plus(text(line.AMOUNT) || "0"));
  }
  return sums;
}

const isZero = (value: unknown): boolean => sameDecimal(text(value) || "0", "0");

const isOpen = (order: Row): boolean =>
  text(order.CANCEL_FLAG) !== "Y" && ["", "OPEN"].includes(text(order.CLOSED_CODE)) &&
  text(order.CURRENCY_CODE) === "USD";

const isPostable = (row: Row): boolean =>
  row.ENABLED_FLAG === "Y" && row.SUMMARY_FLAG === "N" && row.DETAIL_POSTING_ALLOWED_FLAG === "Y" &&
  text(row.START_DATE_ACTIVE) === "" && text(row.END_DATE_ACTIVE) === "";

/** The first and the last day of the last month and of this one, as the open periods of the first office's ledger have them. */
export async function months(rows: Rows): Promise<{ from: string; to: string }[]> {
  const [{ LEDGER_ID }] = await rows("ebs", "HR_OPERATING_UNITS");
  return (await rows("ebs", "GL_PERIOD_STATUSES"))
    .filter((row) => row.LEDGER_ID === LEDGER_ID && row.CLOSING_STATUS === "O" && row.ADJUSTMENT_PERIOD_FLAG !== "Y")
    .map((row) => ({ from: text(row.START_DATE).slice(0, 10), to: text(row.END_DATE).slice(0, 10) }))
    .sort((a, b) => a.from < b.from ? -1 : 1)
    .slice(-2);
}
