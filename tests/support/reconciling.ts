/**
 * A house whose orders are contracts already, with what a month brings: requisitions, invoices, journals; and its reconciliation.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Partition, Row } from "../../engine/connector.ts";
import { Big, plain } from "../../engine/decimal.ts";
import { loadProject } from "../../engine/pipeline/load.ts";
import type { Definition } from "../../engine/reconcile/definition.ts";
import { type Asked, reconcile } from "../../engine/reconcile/gather.ts";
import { loadDefinitions } from "../../engine/reconcile/load.ts";
import type { Report } from "../../engine/reconcile/types.ts";
import { listLinks } from "../../engine/state/links.ts";
import type { Link } from "../../engine/state/types.ts";
import { door } from "../../main.ts";
import { type House, house, registry } from "./house.ts";
import { shippedTexts } from "./posting/texts.ts";

/** The accounts that journals of company 01 stand against. */
export const [ACCRUED, RETAINED] = ["17119", "17117"];

/** A house with a month in it. */
export interface Month {
  house: House;
  definition: Definition;
  /** A contract of Denver with at least two lines. */
  contract: Link;
  /** Distributions by the line's id. */
  positions: Map<string, string>;
  /** Approves the contract's next requisition, with every line this far, and gives it as it is read. */
  approve(percent: string, fields?: Row): Promise<Row>;
  /** Sends a journal for what a position moves, and gives its id. */
  journal(key: string, moved: Record<string, { cost: string; withheld: string }>, more?: Row): Promise<string>;
  /** An accountant presses a button on a journal. */
  press(journal: string, action: string): Promise<void>;
  /** Payables enter an invoice that bills a position; gives the invoice's id. */
  invoice(position: string, amount: string, day: string): Promise<string>;
  reconcile(more?: Partial<Asked>): Promise<Report>;
}

const UNIT: Partition = { id: "204", name: "Denver" };

/** Sets it up. */
export async function aMonth(): Promise<Month> {
  const files = await shippedTexts();
  const { project, diagnostics } = await loadProject({ dir: door.pipelines, registry, files });
  assert.ok(project, JSON.stringify(diagnostics, null, 1));
  const loaded = await loadDefinitions({ dir: door.pipelines, project, registry, files });
  assert.deepEqual(loaded.diagnostics, []);
  const [definition] = loaded.definitions;
  const at = await house({ project });
  for (const name of ["projects", "vendors", "cost-codes", "purchase-orders"]) await at.run(name);

  const billing = new Map((await at.rows("ebs", "PO_DISTRIBUTIONS_ALL")).map((row) => [row.PO_DISTRIBUTION_ID, row]));
  const links = await Array.fromAsync(listLinks(at.store, "purchase-orders"));
  const linesOf = ({ children = {} }: Link): [string, string][] => Object.entries(children.line_items ?? {});
  const contract = links.find((link) =>
    link.from === UNIT.id && linesOf(link).length >= 2 &&
    linesOf(link).every(([id]) => (billing.get(id)?.AMOUNT_BILLED ?? "0") === "0")
  )!;
  assert.ok(contract, "the company has an order of Denver with two lines that nobody has billed");
  const units = await at.rows("ebs", "HR_OPERATING_UNITS");
  const ledger = units.find(({ ORGANIZATION_ID }) => ORGANIZATION_ID === UNIT.id)!.LEDGER_ID;
  const accounts = new Map([...billing].map(([id, row]) => [id as string, row.CODE_COMBINATION_ID as string]));
  const touch = async (system: "ebs" | "procore", table: string, fields: Row): Promise<Row> => {
    const answer = await at.control(system, "touch", { table, fields }) as Row;
    return (answer.row ?? answer) as Row;
  };

  const self: Month = {
    house: at,
    definition,
    contract,
    positions: new Map(linesOf(contract).map(([position, id]) => [id, position])),
    async approve(percent, fields = {}) {
      const made = await touch("procore", "requisitions", {
        commitment_id: contract.id,
        percent,
        items: [...self.positions].map((_, i): Row => ({
          position: String(i + 1),
          work_completed_retainage_percent_this_period: "10",
        })),
        billing_date: "2026-10-10",
        status: "approved",
        ...fields,
      });
      const { session } = await at.engine.connect("procore");
      const partition = { id: contract.partition, name: contract.partition };
      for await (const { rows } of session.stream("requisitions").read!({ partition, keys: [made.id as string] })) {
        return rows[0];
      }
      throw new Error("It is not there");
    },
    async journal(key, moved, more = {}) {
      const LINES = Object.entries(moved).flatMap(([position, { cost, withheld }]): Row[] => {
        const net = plain(new Big(cost).minus(withheld));
        return [
          side({ CODE_COMBINATION_ID: accounts.get(position) }, cost, position, "cost"),
          side({ CODE_COMBINATION_ID: ACCRUED }, `-${net}`, position, "net"),
          side({ CODE_COMBINATION_ID: RETAINED }, `-${withheld}`, position, "withheld"),
        ].filter((line) => line !== undefined);
      });
      const fields: Row = {
        LEDGER_ID: ledger,
        ACCOUNTING_DATE: "2026-10-14",
        CURRENCY_CODE: "USD",
        USER_JE_SOURCE_NAME: "Procore",
        USER_JE_CATEGORY_NAME: "Accrual",
        LINES,
        ...more,
      };
      const hash = createHash("sha256").update(JSON.stringify(fields)).digest("hex");
      const { session, ready } = await at.engine.connect("ebs");
      await ready();
      const [outcome] = await session.stream("gl_journals").post!(UNIT, [{ key, hash, fields }]);
      assert.equal(outcome.result, "confirmed", JSON.stringify(outcome));
      return outcome.result === "confirmed" ? outcome.journal.id : "";
    },
    press: (journal, ACTION) => at.touch("ebs", "GL_JE_HEADERS", journal, { ACTION }),
    async invoice(position, amount, day) {
      const { INVOICE_ID } = await touch("ebs", "AP_INVOICES_ALL", {
        INVOICE_NUM: `INV-${position}-${amount}`,
        INVOICE_DATE: day,
        ORG_ID: UNIT.id,
      });
      await touch("ebs", "AP_INVOICE_DISTRIBUTIONS_ALL", {
        INVOICE_ID,
        PO_DISTRIBUTION_ID: position,
        ACCOUNTING_DATE: day,
        AMOUNT: amount,
        ORG_ID: UNIT.id,
      });
      return INVOICE_ID as string;
    },
    reconcile: (more) =>
      reconcile({
        definition,
        store: at.store,
        project,
        registry,
        clock: at.clock,
        connect: (name) => at.engine.connect(name),
      }, { period: "2026-10", ...more }),
  };
  return self;
}

/** A line that debits what is positive and credits what is negative; none for nothing. */
function side(line: Row, amount: string, position: string, measure: string): Row | undefined {
  const value = new Big(amount.replace(/^--/, ""));
  if (value.eq(0)) return undefined;
  const [name, size] = value.gt(0) ? ["ENTERED_DR", value] : ["ENTERED_CR", value.times(-1)];
  return { ...line, [name]: plain(size), REFERENCE23: position, REFERENCE24: measure };
}

/** What a requisition certifies of each position of a contract. */
export function certifiedIn(row: Row, positions: ReadonlyMap<string, string>) {
  return Object.fromEntries(
    (row.items as Row[]).map((item) => [positions.get(item.line_item_id as string)!, {
      cost: item.cost_to_date as string,
      withheld: item.retainage_to_date as string,
    }]),
  );
}
