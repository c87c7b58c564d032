/**
 * A firm whose requisitions are posted: orders that became contracts, sheets that bill them, payables that invoice them, and what tests ask
 * about the ledger.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Row } from "../../engine/connector.ts";
import { Big, plain } from "../../engine/decimal.ts";
import type { Project } from "../../engine/pipeline/model.ts";
import { termsOf } from "../../engine/post/terms.ts";
import { setLive } from "../../engine/state/live.ts";
import { batch } from "../../engine/state/batch.ts";
import { firm, ORDER_PIPELINES, orderHouse, sync } from "./orders.ts";
import type { House, HouseOptions } from "./house.ts";
import { pipelinesWith, writePipelines } from "./small.ts";

/** The accounts that accruals and retainage are credited to, and what the pipeline's file calls them for company 01. */
export const ACCRUED = "2101", RETAINED = "2102";

/** The pipeline under test. */
export const POSTING = "requisition-journals";

/** The shipped pipelines, with the one that posts as a test wants it: live, without a second person, on the firm's accounts. */
export const postingPipelines = (
  edits: [from: string | RegExp, to: string][] = [],
  others: Parameters<typeof pipelinesWith>[0] = {},
): Promise<Project> => pipelinesWith({ ...others, [POSTING]: [...LIVE, ...edits] }, [...ORDER_PIPELINES, POSTING]);

/** Writes the files of {@link postingPipelines} into a folder, for a process of its own. */
export const writePostingPipelines = (folder: string, edits: [from: string | RegExp, to: string][]): Promise<void> =>
  writePipelines(folder, { [POSTING]: [...LIVE, ...edits] }, [...ORDER_PIPELINES, POSTING]);

const LIVE: [from: string | RegExp, to: string][] = [
  [/mode: shadow.*/, "mode: live"],
  [/approval: required.*/, "approval: none"],
  [/\{ "01": "17119".*\}/, `{ "01": "${ACCRUED}" }`],
  [/\{ "01": "17117".*\}/, `{ "01": "${RETAINED}" }`],
];

let usual: Promise<Project> | undefined;

/** A house of the firm with these orders, whose contracts are in Procore already; the pipeline may post. `change` edits the firm's rows. */
export async function postingHouse(
  orders: readonly Row[],
  options: HouseOptions = {},
  change?: (data: Record<string, Row[]>) => void,
): Promise<House> {
  const home = await postingFirm(orders, options, change);
  await sync(home);
  await letPost(home);
  return home;
}

/** A house of the firm with these orders, before anything was synced. */
export async function postingFirm(
  orders: readonly Row[],
  options: HouseOptions = {},
  change?: (data: Record<string, Row[]>) => void,
): Promise<House> {
  const data = firm(orders);
  data.code_combinations = [
    ...data.code_combinations,
    ...[[ACCRUED, "2120", "Accrued subcontracts"], [RETAINED, "2115", "Retainage payable"]].map(([id, code, name]) =>
      liability(data.code_combinations[0], id, code, name)
    ),
  ];
  change?.(data);
  return await orderHouse(orders, {
    data,
    ...options,
    project: options.project ?? await (usual ??= postingPipelines()),
  });
}

const liability = (like: Row, id: string, code: string, name: string): Row => ({
  ...like,
  CODE_COMBINATION_ID: id,
  SEGMENT2: code,
  ACCOUNT_TYPE: "L",
  DESCRIPTION: name,
});

/** Puts down that the pipeline may post from here, or no longer. */
export async function letPost(home: House, live = true): Promise<void> {
  const writes = batch(home.store);
  const terms = termsOf(home.project.pipelines.find(({ name }) => name === POSTING)!.posting!);
  setLive(writes, POSTING, { live, terms, by: "a test", at: new Date(home.clock.now()).toISOString() });
  await writes.commit();
}

/** The contract that an order became, with its lines, by the order's number. */
export async function contractOf(home: House, number: number): Promise<{ id: string; lines: Row[] }> {
  const contracts = await home.rows("procore", "purchase_order_contracts");
  const found = contracts.find((row) => String(row.number).endsWith(`-${number}`));
  assert(found, `order ${number} has a contract`);
  const lines = await home.rows("procore", "purchase_order_contract_line_items");
  return { id: String(found.id), lines: lines.filter((row) => row.purchase_order_contract_id === found.id) };
}

/** A sheet of a contract: what each of its lines adds; `more` is of the requisition. Gives its id. */
export async function certify(
  home: House,
  number: number,
  work: readonly (string | Row)[],
  more: Row = {},
): Promise<string> {
  const { id, lines } = await contractOf(home, number);
  const before = new Set((await home.rows("procore", "requisitions")).map((row) => String(row.id)));
  await home.control("procore", "touch", {
    table: "requisitions",
    fields: {
      commitment_id: id,
      status: "approved",
      billing_date: "2026-10-12",
      items: work.map((one, i) => ({
        line_item_id: String(lines[i].id),
        ...(typeof one === "string" ? { work_completed_this_period: one } : one),
      })),
      ...more,
    },
  });
  const rows = await home.rows("procore", "requisitions");
  return rows.map((row) => String(row.id)).find((key) => !before.has(key))!;
}

/** Payables invoice distributions: `distribution → amount`. Gives the invoice's id. */
export async function invoice(home: House, number: string, amounts: Record<string, string>): Promise<string> {
  await home.control("ebs", "touch", {
    table: "AP_INVOICES_ALL",
    fields: {
      ACTION: "ENTER",
      INVOICE_NUM: number,
      LINES: Object.entries(amounts).map(([PO_DISTRIBUTION_ID, AMOUNT]) => ({ PO_DISTRIBUTION_ID, AMOUNT })),
    },
  });
  const found = (await home.rows("ebs", "AP_INVOICES_ALL")).find((row) => row.INVOICE_NUM === number);
  return String(found!.INVOICE_ID);
}

/** Journals of ours with their lines: `account Dr|Cr amount`. */
export async function journals(home: House): Promise<{ name: string; lines: string[] }[]> {
  const heads = await home.rows("ebs", "GL_JE_HEADERS");
  const lines = await home.rows("ebs", "GL_JE_LINES");
  return heads.map((head) => ({
    name: String(head.EXTERNAL_REFERENCE ?? head.NAME),
    lines: lines.filter((line) => line.JE_HEADER_ID === head.JE_HEADER_ID).map((line) => {
      const debit = line.ENTERED_DR !== null && line.ENTERED_DR !== undefined && String(line.ENTERED_DR) !== "";
      return `${line.CODE_COMBINATION_ID} ${debit ? `Dr ${line.ENTERED_DR}` : `Cr ${line.ENTERED_CR}`}`;
    }),
  }));
}

/** What an account comes to by all journals, posted or not: debits less credits, as a decimal. */
export async function balanceOf(home: House, account: string): Promise<string> {
  let sum = new Big(0);
  for (const line of await home.rows("ebs", "GL_JE_LINES")) {
    if (String(line.CODE_COMBINATION_ID) !== account) continue;
    sum = sum.plus(String(line.ENTERED_DR || "0")).minus(String(line.ENTERED_CR || "0"));
  }
  return plain(sum);
}

/** Runs the pipeline; it may not fail. */
export async function post(home: House, options: Parameters<House["run"]>[1] = {}): ReturnType<House["run"]> {
  const result = await home.run(POSTING, options);
  assert.equal(result.failure, undefined, JSON.stringify(result.failure));
  return result;
}
