/**
 * The sandbox as journals see it, and documents to send. For tests.
 *
 * @module
 */
import { type ManualClock, manualClock, seededRandom } from "../../../engine/clock.ts";
import type { OpenStream, Row, Wire, World } from "../../../engine/connector.ts";
import type { PostDocument } from "../../../engine/posting.ts";
import { broken } from "../../../engine/wire/trouble.ts";
import connector from "../connector.ts";
import { ebsSandbox } from "../sandbox/sandbox.ts";
import type { Setup } from "../sandbox/setup.ts";

const ORIGIN = "http://ebs.example.test:8101";
/** The day on which these tests begin; October and November 2026 are open. */
export const TODAY = Date.parse("2026-11-10T16:00:00Z");
/** The operating unit, its ledger 1. */
export const DENVER = { id: "204", name: "Denver" };

const account = (id: string, SEGMENT1: string, more: Row = {}): Row => ({
  CODE_COMBINATION_ID: id,
  SEGMENT1,
  SEGMENT2: "510",
  SEGMENT3: `5${id}`,
  ...more,
});

const DATA: Record<string, Row[]> = {
  operating_units: [
    { ORGANIZATION_ID: "204", NAME: "Denver", SHORT_CODE: "DEN", LEDGER_ID: "1" },
    { ORGANIZATION_ID: "205", NAME: "Phoenix", SHORT_CODE: "PHX", LEDGER_ID: "2" },
  ],
  code_combinations: [
    account("10", "01"),
    account("11", "01"),
    account("12", "02"),
    account("20", "01", { ENABLED_FLAG: "N" }),
    account("21", "01", { DETAIL_POSTING_ALLOWED_FLAG: "N" }),
    account("22", "01", { END_DATE_ACTIVE: "2026-01-31" }),
    account("23", "01", { SUMMARY_FLAG: "Y" }),
    account("24", "01", {
      GL_CONTROL_ACCOUNT: "SUPPLIER",
      SEGMENT1_DESCRIPTION: "Denver",
      SEGMENT3_DESCRIPTION: "Accounts Payable",
    }),
    account("25", "01", { PAYABLES_FLAG: "Y" }),
    account("26", "01", { START_DATE_ACTIVE: "2026-12-01" }),
  ],
  projects: [{ PROJECT_ID: "1", SEGMENT1: "D-1", NAME: "Golden Library", ORG_ID: "204" }],
  suppliers: [{ VENDOR_ID: "7", VENDOR_NAME: "Ñandú Crane" }],
  purchase_orders: [{
    PO_HEADER_ID: "1",
    VENDOR_ID: "7",
    PROJECT_NUMBER: "D-1",
    LINES: [
      { LINE_NUM: "1", AMOUNT: "1000", CODE_COMBINATION_ID: "10" },
      { LINE_NUM: "2", QUANTITY: "10", UNIT_PRICE: "7.5", CODE_COMBINATION_ID: "11" },
    ],
  }],
};

/** A sandbox with `gl_journals` open. */
export interface Desk {
  clock: ManualClock;
  /** The stream, over a wire that a test may trouble. */
  journals: Required<Pick<OpenStream, "post" | "probe" | "withdraw" | "calendar" | "review" | "posted">>;
  /** Another stream of the same session. */
  stream(name: string): OpenStream;
  /** Calls by operation, in order. */
  calls: string[];
  /** Rows of a table, as a person sees them. */
  rows(table: string): Promise<Row[]>;
  /** A person edits a row or presses a button. */
  touch(table: string, key: string | undefined, fields: Record<string, unknown>): Promise<Row>;
  /** Queues a fault. */
  fault(fault: Record<string, unknown>): Promise<void>;
}

/** Opens a {@link Desk}. */
export function desk(
  { setup = {}, settings = {}, around = (wire) => wire }: {
    setup?: Partial<Setup>;
    settings?: Record<string, unknown>;
    around?: (wire: Wire) => Wire;
  } = {},
): Desk {
  const clock = manualClock(TODAY);
  const box = ebsSandbox({ clock, random: seededRandom(1), data: DATA, setup });
  const calls: string[] = [];
  const counted: Wire = (request) => {
    calls.push(new URL(request.url).pathname.split("/").filter(Boolean).at(-1)!);
    // As the live wire says it: what a lost connection means depends on the call.
    return box.fetch(request).catch((thrown) => {
      throw broken(request, String(thrown));
    });
  };
  const world: World = {
    wire: around(counted),
    clock,
    random: seededRandom(2),
    log: () => {},
    signal: new AbortController().signal,
    tags: [],
  };
  const session = connector.open(connector.settings.parse({ ...box.settings(ORIGIN), ...settings }), world);
  const control = async (path: string, body?: unknown) => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const answer = await box.fetch(
      new Request(`${ORIGIN}/_sandbox/${path}`, { ...init, headers: { "content-type": "application/json" } }),
    );
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return text === "" ? undefined : JSON.parse(text);
  };
  return {
    clock,
    journals: session.stream("gl_journals") as Desk["journals"],
    stream: (name) => session.stream(name),
    calls,
    rows: async (table) => (await control(`rows/${table}?limit=100000`)).rows,
    touch: async (table, key, fields) => await control("touch", { table, key, fields }),
    fault: async (fault) => void await control("faults", fault),
  };
}

/** A journal of 100.25 from account 11 to 10; `fields` and `lines` replace what they name. */
export function document(key: string, fields: Row = {}, hash = "a1"): PostDocument {
  return {
    key,
    hash,
    fields: {
      LEDGER_ID: "1",
      ACCOUNTING_DATE: "2026-11-05",
      CURRENCY_CODE: "USD",
      USER_JE_SOURCE_NAME: "Procore",
      USER_JE_CATEGORY_NAME: "Subcontract Cost",
      REFERENCE5: `Requisition ${key}`,
      LINES: [debit("10", "100.25"), credit("11", "100.25")],
      ...fields,
    },
  };
}

/** A debit. */
export const debit = (CODE_COMBINATION_ID: string, ENTERED_DR: string): Row => ({ CODE_COMBINATION_ID, ENTERED_DR });
/** A credit. */
export const credit = (CODE_COMBINATION_ID: string, ENTERED_CR: string): Row => ({ CODE_COMBINATION_ID, ENTERED_CR });
