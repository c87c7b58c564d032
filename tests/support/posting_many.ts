/**
 * Two hundred journals in one run, for crash tests that take samples: new sheets, corrections, and what payables have invoiced.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import type { House } from "./house.ts";
import { line, lineId, order, type ProjectNumber } from "./orders.ts";
import type { Scene } from "./posting_crash.ts";
import { invoice } from "./postings.ts";

/** Journals of {@link manySheets}. */
export const MANY = 200;

/** Contracts; each has a sheet that is posted already. */
const CONTRACTS = 40;
/** How many of them are corrected, how many are invoiced, and how many sheets come new: two journals, one, and one each. */
const CORRECTED = 20, INVOICED = 20, NEW = MANY - 2 * CORRECTED - INVOICED;

const PROJECTS: ProjectNumber[] = ["DEN-1", "DEN-2", "PHX-1"];

function orders(): Row[] {
  return Array.from({ length: CONTRACTS }, (_, i) => {
    const second = i % 3 === 0 ? [line("400.40", { CODE_COMBINATION_ID: "702" })] : [];
    return order(i + 1, [line("9000.05"), ...second], {
      PROJECT_NUMBER: PROJECTS[i % PROJECTS.length],
      VENDOR_ID: `300${1 + i % 4}`,
    });
  });
}

/** Contracts by the number of their order, with the first of their lines. */
async function contracts(home: House): Promise<Map<number, { id: string; line: string }>> {
  const first = new Map<Row[string], string>();
  for (const row of await home.rows("procore", "purchase_order_contract_line_items")) {
    if (!first.has(row.purchase_order_contract_id)) first.set(row.purchase_order_contract_id, String(row.id));
  }
  const rows = await home.rows("procore", "purchase_order_contracts");
  return new Map(rows.map(({ id, number }) => [
    Number(String(number).split("-")[1]),
    { id: String(id), line: first.get(id)! },
  ]));
}

const bill = (home: House, { id, line }: { id: string; line: string }, work: Row): Promise<unknown> =>
  home.control("procore", "touch", {
    table: "requisitions",
    fields: {
      commitment_id: id,
      status: "approved",
      billing_date: "2026-10-12",
      items: [{ line_item_id: line, ...work }],
    },
  });

async function before(home: House): Promise<void> {
  for (const [number, contract] of await contracts(home)) {
    await bill(home, contract, { work_completed_this_period: `${100 + number}.${10 + number}` });
  }
}

async function day(home: House): Promise<void> {
  const all = await contracts(home);
  const sheets = new Map(
    (await home.rows("procore", "requisitions")).map((row) => [String(row.commitment_id), row.id]),
  );
  const items = new Map((await home.rows("procore", "requisition_items")).map((row) => [row.requisition_id, row.id]));
  for (let number = 1; number <= CORRECTED; number++) {
    const sheet = sheets.get(all.get(number)!.id);
    const work_completed_this_period = `${200 + number}.20`;
    await home.touch("procore", "requisitions", String(sheet), { status: "draft" });
    await home.touch("procore", "requisition_items", String(items.get(sheet)), { work_completed_this_period });
    await home.touch("procore", "requisitions", String(sheet), { status: "approved" });
  }
  for (let number = CORRECTED + 1; number <= CORRECTED + INVOICED; number++) {
    await invoice(home, `INV-${number}`, { [lineId(number, 1)]: `${number}.${10 + number}` });
  }
  for (let i = 0; i < NEW; i++) {
    const retained = i % 5 === 0 ? { work_completed_retainage_retained_this_period: "1.50" } : {};
    await bill(home, all.get(i % CONTRACTS + 1)!, { work_completed_this_period: `${i + 15}.05`, ...retained });
  }
}

/** A run that posts {@link MANY} journals. */
export const manySheets = (): Scene => ({ orders: orders(), before, day });
