/**
 * Scenes about money: subcontractors bill in Procore, payables invoice in Oracle, an accountant posts. Each is a list of edits, to be played
 * after the orders have become contracts, `lastMonth` first; what is run in between is the story's.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import { Big } from "../../engine/decimal.ts";
import { cast, months, type Player, type Rows, text } from "./cast.ts";

/** What a person changes, and the sentence that tells it. */
interface Edit {
  key?: string;
  fields: Row;
  says: string;
}

/** An edit in one of the systems. */
export interface MoneyTouch {
  connector: string;
  table: string;
  edit: (rows: Rows) => Promise<Edit>;
}

/** The part that a contract plays. */
const PARTS = ["plain", "stored", "retained", "changed", "wrong", "draft"] as const;
type Part = typeof PARTS[number];

async function player(rows: Rows, part: Part): Promise<Player> {
  const all = await cast(rows);
  const found = all[PARTS.indexOf(part)];
  if (!found) throw new Error(`The invented company has no contract for the part ${part}: it has ${all.length}`);
  return found;
}

const requisition = (edit: MoneyTouch["edit"]): MoneyTouch => ({ connector: "procore", table: "requisitions", edit });

/** Bills a contract: how far each item is, and what is special about some. */
function bill(
  part: Part,
  month: 0 | 1,
  { percent, status = "approved", special, says = "" }: {
    percent: string;
    status?: string;
    special?: (player: Player, rows: Rows) => Row | Promise<Row>;
    says?: string;
  },
): MoneyTouch {
  return requisition(async (rows) => {
    const who = await player(rows, part);
    const { from, to } = (await months(rows))[month];
    const { contract } = who;
    const nth = (await sheetsOf(rows, contract)).length + 1;
    return {
      fields: {
        commitment_id: text(contract.id),
        invoice_number: `${text(contract.number)}-${nth}`,
        // The last month's are dated in it; this month's on its first day, so that none lies ahead.
        billing_date: month === 0 ? `${from.slice(0, 8)}25` : from,
        requisition_start: from,
        requisition_end: to,
        percent,
        status,
        ...await special?.(who, rows),
      },
      says: `In Procore, requisition ${nth} of contract ${text(contract.number)} is ${WORDS[status]}: ` +
        `${percent} % of the work${says}`,
    };
  });
}

const WORDS: Record<string, string> = { approved: "approved", draft: "begun" };

const sheetsOf = async (rows: Rows, contract: Row): Promise<Row[]> =>
  (await rows("procore", "requisitions")).filter((row) => row.commitment_id === contract.id);

/** So many percent of what a line of a contract is worth, to the cent. */
const share = (line: Row, percent: number): string =>
  new Big(text(line.amount)).times(percent).div(100).toFixed(2, Big.roundHalfUp);

/** The last month, as Procore certifies it: six contracts of orders, and a subcontract that Oracle never heard of. */
export const lastMonth: readonly MoneyTouch[] = [
  {
    connector: "procore",
    table: "purchase_order_contracts",
    edit: async (rows) => {
      const { contract } = await player(rows, "retained");
      return {
        key: text(contract.id),
        fields: { retainage_percent: "10" },
        says: `In Procore, 10 % of what is billed on contract ${text(contract.number)} is to be withheld`,
      };
    },
  },
  bill("plain", 0, { percent: "40" }),
  bill("stored", 0, {
    percent: "25",
    special: ({ lines: [line] }) => ({ items: [{ position: "1", materials_presently_stored: share(line, 20) }] }),
    says: ", and material that is stored",
  }),
  bill("retained", 0, { percent: "50", says: ", of which 10 % are withheld" }),
  bill("changed", 0, { percent: "60" }),
  bill("wrong", 0, {
    percent: "30",
    special: () => ({ misprints: { current_payment_due: "1.00" } }),
    says: ", and its summary says that 1.00 is due",
  }),
  bill("draft", 0, { percent: "20", status: "draft" }),
  {
    connector: "procore",
    table: "purchase_order_contracts",
    edit: async (rows) => {
      const { contract } = await player(rows, "plain");
      return {
        fields: {
          project_id: text(contract.project_id),
          vendor_id: text((contract.vendor as Row | undefined)?.id),
          number: SUBCONTRACT,
          title: "Site security",
          status: "Approved",
          work_order: true,
          lines: [{
            description: "Guards",
            amount: "18000.00",
            code: await topCode(rows, contract),
          }],
        },
        says: `In Procore, subcontract ${SUBCONTRACT} is made by hand: no order of Oracle's stands behind it`,
      };
    },
  },
  requisition(async (rows) => {
    const contract = (await rows("procore", "purchase_order_contracts")).find((row) => row.number === SUBCONTRACT);
    const [{ from, to }] = await months(rows);
    return {
      fields: {
        commitment_id: text(contract?.id),
        billing_date: `${from.slice(0, 8)}25`,
        requisition_start: from,
        requisition_end: to,
        percent: "50",
        status: "approved",
      },
      says: `In Procore, half of subcontract ${SUBCONTRACT} is billed`,
    };
  }),
];

const SUBCONTRACT = "SC-SECURITY-1";

/** The code of a cost code of the contract's project that stands at the top, as the work breakdown takes it. */
async function topCode(rows: Rows, contract: Row): Promise<string> {
  const own = (await rows("procore", "cost_codes")).filter((row) => row.project_id === contract.project_id);
  const code = own.find((row) =>
    row.parent === undefined || row.parent === null || text((row.parent as Row).id) === ""
  );
  return text((code ?? own[0])?.code);
}

/** This month: work goes on, stored material is built in, some of what was withheld is paid out, and the summary is set right. */
export const thisMonth: readonly MoneyTouch[] = [
  requisition(async (rows) => {
    const { contract } = await player(rows, "wrong");
    const [sheet] = await sheetsOf(rows, contract);
    return {
      key: text(sheet?.id),
      fields: { misprints: {} },
      says: `In Procore, the summary of the requisition on contract ${text(contract.number)} is corrected`,
    };
  }),
  bill("plain", 1, { percent: "65" }),
  bill("stored", 1, {
    percent: "55",
    special: () => ({ items: [{ position: "1", materials_presently_stored: "0", percent_complete: "55" }] }),
    says: "; the stored material is built in",
  }),
  bill("retained", 1, {
    percent: "80",
    special: ({ lines: [line] }) => ({
      items: [{ position: "1", work_completed_retainage_released_this_period: share(line, 3) }],
    }),
    says: ", and some of what was withheld is released",
  }),
];

/** A change order is approved, and billed with the next requisition. Oracle's order does not know of it. */
export const changeOrder: readonly MoneyTouch[] = [
  {
    connector: "procore",
    table: "change_order_packages",
    edit: async (rows) => {
      const { contract, lines: [line] } = await player(rows, "changed");
      return {
        fields: {
          contract_id: text(contract.id),
          title: "Night work",
          status: "approved",
          lines: [{ description: "Night work", amount: "1850.00", wbs_code_id: text((line.wbs_code as Row).id) }],
        },
        says: `In Procore, a change order of 1850.00 on contract ${text(contract.number)} is approved`,
      };
    },
  },
  bill("changed", 1, { percent: "70", says: ", of the change order too" }),
];

/** Payables invoice the first contract's order: all that is certified on it. */
export const payablesInvoice: readonly MoneyTouch[] = [{
  connector: "ebs",
  table: "AP_INVOICES_ALL",
  edit: async (rows) => {
    const { contract, lines, order } = await player(rows, "plain");
    const approved = (await sheetsOf(rows, contract)).filter((row) => row.status === "approved");
    const sheet = approved.toSorted((a, b) => Number(b.number) - Number(a.number))[0];
    const distributions = new Map(
      lines.map((line) => [text(line.id), /^EBS-POD-(\d+)-/.exec(text(line.origin_id))?.[1] ?? ""]),
    );
    const billed = (await rows("procore", "requisition_items")).filter((item) => item.requisition_id === sheet?.id)
      .map((item): Row => ({
        PO_DISTRIBUTION_ID: distributions.get(text(item.line_item_id)) ?? "",
        AMOUNT: text(item.total_completed_and_stored_to_date),
      }))
      .filter(({ PO_DISTRIBUTION_ID, AMOUNT }) => PO_DISTRIBUTION_ID !== "" && !new Big(text(AMOUNT)).eq(0));
    const total = billed.reduce((sum, { AMOUNT }) => sum.plus(text(AMOUNT)), new Big(0)).toFixed(2);
    return {
      fields: {
        ACTION: "ENTER",
        INVOICE_NUM: `INV-${text(order.SEGMENT1)}`,
        VENDOR_ID: text(order.VENDOR_ID),
        ORG_ID: text(order.ORG_ID),
        LINES: billed,
      },
      says: `In Oracle, payables enter an invoice of ${total} and match it to order ${text(order.SEGMENT1)}`,
    };
  },
}];

/** Payables cancel that invoice again. */
export const payablesCancel: readonly MoneyTouch[] = [{
  connector: "ebs",
  table: "AP_INVOICES_ALL",
  edit: async (rows) => {
    const invoice = (await rows("ebs", "AP_INVOICES_ALL")).findLast((row) => text(row.CANCELLED_DATE) === "");
    return {
      key: text(invoice?.INVOICE_ID),
      fields: { ACTION: "CANCEL" },
      says: `In Oracle, payables cancel invoice ${text(invoice?.INVOICE_NUM)}`,
    };
  },
}];

/** An accountant posts what Gusset's journal source has brought. */
export const accountantPosts: readonly MoneyTouch[] = [{
  connector: "ebs",
  table: "GL_JE_BATCHES",
  edit: async (rows) => {
    const source = (await rows("ebs", "GL_JE_SOURCES")).find((row) => row.USER_JE_SOURCE_NAME === "Procore");
    const open = (await rows("ebs", "GL_JE_HEADERS")).filter((row) =>
      row.JE_SOURCE === source?.JE_SOURCE_NAME && row.STATUS !== "P"
    );
    return {
      fields: { ACTION: "AUTOPOST", JE_SOURCE: text(source?.JE_SOURCE_NAME) },
      says: open.length === 1
        ? "In Oracle, an accountant posts the journal of source Procore"
        : `In Oracle, an accountant posts the ${open.length} journals of source Procore`,
    };
  },
}];
