/**
 * For tests: a contract in the sandbox that is billed as a person would, and read by the connector; answers may be tampered with on their way.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type ManualClock, manualClock, seededRandom } from "../../../engine/clock.ts";
import type { OpenStream, Partition, Row, Value, Wire } from "../../../engine/connector.ts";
import procore from "../connector.ts";
import { procoreSandbox } from "../sandbox/sandbox.ts";
import { START, testWorld } from "../testing.ts";

/** Where everything happens. */
export const PROJECT: Partition = { id: "5", name: "Depot (5)" };

/** A call that was made. */
export interface Made {
  path: string;
  query: URLSearchParams;
}

/** A billed contract and what may be done to it. */
export interface Bench {
  clock: ManualClock;
  /** Calls of the connector so far, logins left out. */
  calls: Made[];
  /** Makes the next requisition, as a draft; gives its id. */
  bill(fields: Row): Promise<string>;
  /** Enters amounts in items. */
  enter(id: string, items: readonly Row[]): Promise<void>;
  approve(id: string): Promise<void>;
  /** Adds an approved change order with lines of these amounts; gives its id. */
  change(amounts: readonly string[], more?: Row): Promise<string>;
  /** Edits as a person. */
  touch(table: string, key: string, fields: Row): Promise<void>;
  /** A requisition as the control API shows it. */
  // deno-lint-ignore no-explicit-any -- a raw row, as it comes
  raw(id: string): Promise<any>;
  /** What was billed on the contract, by the contract. */
  billed(): Promise<string>;
  stream(name: string): OpenStream;
  /** All requisitions, read anew. */
  read(): Promise<Row[]>;
  /** Changes every raw row of an answer's list on its way; undefined: none. */
  tamper(change: ((raw: Row) => void) | undefined): void;
}

const ORIGIN = "https://procore.example.test";
const CONTRACT = "61";

/** Sets up an Approved contract with lines of these amounts, 10 % retained. */
export async function billedContract(
  { currency, lines, settings = {} }: {
    currency: string;
    lines: readonly string[];
    settings?: Record<string, unknown>;
  },
): Promise<Bench> {
  const clock = manualClock(START);
  const sandbox = procoreSandbox({
    clock,
    random: seededRandom(3),
    limits: { hourly: null, spike: null },
    data: {
      procore_projects: [{ id: PROJECT.id, name: "Depot", project_number: "100", currency_iso_code: currency }],
      procore_vendors: [{ name: "Kone", project_numbers: ["100"] }],
      procore_cost_codes: [{ id: "51", project_number: "100", code: "03", name: "Concrete" }],
      procore_purchase_order_contracts: [{
        id: CONTRACT,
        project_number: "100",
        number: "PO-1",
        vendor: "Kone",
        status: "Approved",
        retainage_percent: "10",
        lines: lines.map((amount) => ({ amount, code: "03" })),
      }],
    },
  });
  const calls: Made[] = [];
  let tampering: ((raw: Row) => void) | undefined;
  const wire: Wire = async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.startsWith("/rest/")) calls.push({ path: pathname, query: searchParams });
    const response = await sandbox.fetch(request);
    if (!tampering || !pathname.includes("requisitions")) return response;
    const body = await response.json();
    for (const raw of Array.isArray(body) ? body : [body]) tampering(raw);
    return new Response(JSON.stringify(body), response);
  };
  const parsed = procore.settings.parse({ ...sandbox.settings(ORIGIN), ...settings });
  const session = procore.open(parsed, { ...testWorld(wire), clock });
  const control = async (path: string, body?: unknown): Promise<Value> => {
    const method = body === undefined ? "GET" : "POST";
    const headers = { "content-type": "application/json" };
    const init = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
    const response = await sandbox.fetch(new Request(`${ORIGIN}/_sandbox/${path}`, init));
    const text = await response.text();
    assert.ok(response.ok, `${path} ${JSON.stringify(body)}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  const touched = async (table: string, key: string | undefined, fields: Row): Promise<string> => {
    const answer = await control("touch", { table, key, fields }) as Row;
    return ((answer.row ?? answer) as Row).id as string;
  };
  const rows = async (table: string): Promise<Row[]> =>
    (await control(`rows/${table}?limit=10000`) as Row).rows as Row[];
  const type = (await rows("line_item_types")).find(({ code }) => code === "S")!.id;

  return {
    clock,
    calls,
    bill: (fields) => touched("requisitions", undefined, { commitment_id: CONTRACT, ...fields }),
    enter: async (id, items) => void await touched("requisitions", id, { items }),
    approve: async (id) => void await touched("requisitions", id, { status: "approved" }),
    change: (amounts, more) =>
      touched("change_order_packages", undefined, {
        contract_id: CONTRACT,
        status: "approved",
        title: "More",
        lines: amounts.map((amount): Row => ({ amount, cost_code_id: "51", line_item_type_id: type })),
        ...more,
      }),
    touch: async (table, key, fields) => void await touched(table, key, fields),
    raw: async (id) => (await rows("requisitions")).find((row) => row.id === id),
    billed: async () => (await rows("purchase_order_contracts"))[0].total_requisitions_amount as string,
    stream: (name) => session.stream(name),
    async read() {
      const pages = await Array.fromAsync(
        session.stream("requisitions").read!({ partition: PROJECT, since: null, after: null }),
      );
      return pages.flatMap((page) => page.rows);
    },
    tamper: (change) => void (tampering = change),
  };
}
