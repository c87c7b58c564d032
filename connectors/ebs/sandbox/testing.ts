/**
 * A sandbox with a handful of rows, and short ways to call it. For tests.
 *
 * @module
 */
import { type ManualClock, manualClock, seededRandom } from "../../../engine/clock.ts";
import type { Row, Sandbox } from "../../../engine/connector.ts";
import { ebsSandbox } from "./sandbox.ts";
import type { Setup } from "./setup.ts";

/** When its clock starts: 01:00 in Denver. */
export const START = Date.parse("2026-03-02T08:00:00Z");
/** The right user and password. */
export const BASIC = `Basic ${btoa("GUSSET_INT:play-sand-4711")}`;
/** A gateway without quirks. */
export const PLAIN: Partial<Setup> = { nulls: "omit", numbers: "text", collapse: false };

/** Two operating units that share a supplier. */
export const DATA: Record<string, Row[]> = {
  operating_units: [
    { ORGANIZATION_ID: "204", NAME: "Denver", SHORT_CODE: "DEN", LEDGER_ID: "1" },
    { ORGANIZATION_ID: "205", NAME: "Phoenix", SHORT_CODE: "PHX", LEDGER_ID: "2" },
  ],
  suppliers: [
    {
      VENDOR_ID: "30",
      SEGMENT1: "0030",
      VENDOR_NAME: 'Mesa & Sons <Paving>  "A" ',
      SITES: [{ VENDOR_SITE_ID: "301", ORG_ID: "204", CITY: "Golden" }, { VENDOR_SITE_ID: "302", ORG_ID: "205" }],
    },
    { VENDOR_ID: "7", VENDOR_NAME: "Ñandú Crane", SITES: [{ VENDOR_SITE_ID: "71", ORG_ID: "204" }] },
    { VENDOR_ID: "100", VENDOR_NAME: "Tempe Glass", SITES: [{ VENDOR_SITE_ID: "101", ORG_ID: "205" }] },
    { VENDOR_ID: "101", VENDOR_NAME: "No site", SITES: [] },
  ],
  code_combinations: [
    { CODE_COMBINATION_ID: "10", SEGMENT1: "01", SEGMENT2: "510", SEGMENT3: "5000" },
    { CODE_COMBINATION_ID: "11", SEGMENT1: "02", SEGMENT2: "510", SEGMENT3: "5000" },
  ],
  projects: [
    { PROJECT_ID: "1", SEGMENT1: "D-1", NAME: "Golden Library", ORG_ID: "204" },
    { PROJECT_ID: "2", SEGMENT1: "P-1", NAME: "Tempe Clinic", ORG_ID: "205" },
    { PROJECT_ID: "3", SEGMENT1: "D-2", NAME: "A project whose name is longer than Oracle's column", ORG_ID: "204" },
  ],
  purchase_orders: [
    { PO_HEADER_ID: "1", PROJECT_NUMBER: "D-1", LINES: [{ LINE_NUM: "1", AMOUNT: "10", CODE_COMBINATION_ID: "10" }] },
    { PO_HEADER_ID: "2", PROJECT_NUMBER: "P-1", LINES: [{ LINE_NUM: "1", AMOUNT: "5.50", CODE_COMBINATION_ID: "11" }] },
  ],
};

/** A sandbox and what tests do with it. */
export interface Bench {
  box: Sandbox;
  clock: ManualClock;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: string, headers?: Record<string, string>): Promise<Response>;
  /** Calls an operation with Basic in the JSON form; gives OutputParameters, or the fault. */
  call(operation: string, input?: Record<string, unknown>, header?: Record<string, unknown>): Promise<Row>;
  steer(path: string, body: unknown): Promise<Row>;
}

/** Makes a {@link Bench}. */
export function bench(setup: Partial<Setup> = PLAIN, data = DATA): Bench {
  const clock = manualClock(START);
  const box = ebsSandbox({ clock, random: seededRandom(1), data, setup });
  const send = (path: string, init: RequestInit) => box.fetch(new Request(`http://127.0.0.1:8101${path}`, init));
  const json = { "Content-Type": "application/json", Accept: "application/json" };
  const post = (path: string, body: string, headers: Record<string, string> = { ...json, Authorization: BASIC }) =>
    send(path, { method: "POST", body, headers });
  return {
    box,
    clock,
    get: (path, headers = { Authorization: BASIC }) => send(path, { headers }),
    post,
    async call(operation, input = {}, header = {}) {
      const answer = await post(
        `/webservices/rest/gusset/${operation}/`,
        JSON.stringify(wrapped(operation, input, header)),
      );
      const tree = await answer.json();
      return tree.OutputParameters ?? tree.ISGServiceFault;
    },
    steer: async (path, body) => await (await post(`/_sandbox${path}`, JSON.stringify(body))).json(),
  };
}

/** The body of a call, as JSON has it. */
export const wrapped = (operation: string, input: Record<string, unknown>, header: Record<string, unknown> = {}) => ({
  [`${operation.toUpperCase()}_Input`]: {
    RESTHeader: { Responsibility: "GUSSET_INTEGRATION", RespApplication: "PO", Org_Id: "204", ...header },
    InputParameters: input,
  },
});

/** The rows of an answer. */
// deno-lint-ignore no-explicit-any -- answers are walked freely
export const rowsOf = (output: any): any[] => output.X_ROWS?.X_ROWS_ITEM ?? [];
/** One column of an answer's rows. */
export const ids = (output: Row, column: string) => rowsOf(output).map((row) => row[column]);
