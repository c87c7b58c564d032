/**
 * What the tests of contracts share: a sandbox with two projects, a session with it, and a run in small that brings contracts to what is
 * wanted, as the engine would.
 *
 * @module
 */
import assert from "node:assert/strict";
import { manualClock, seededRandom } from "../../../engine/clock.ts";
import type { Change, OpenStream, Outcome, Partition, Row, Value, Wire } from "../../../engine/connector.ts";
import { sameDecimal, sum } from "../../../engine/decimal.ts";
import { Failure, type FailureCode } from "../../../engine/failure.ts";
import { broken } from "../../../engine/wire/trouble.ts";
import procore from "../connector.ts";
import { procoreSandbox } from "../sandbox/sandbox.ts";
import { START, testWorld } from "../testing.ts";

const ORIGIN = "https://procore.example.test";

/** The project most tests write to. */
export const AIRPORT: Partition = { id: "501", name: "Airport" };
/** A project whose pattern has a third segment, which may be left out. */
export const BRIDGE: Partition = { id: "502", name: "Bridge" };

/** Rows for the sandbox: vendors 11 (on the airport) and 12 (on nothing), cost codes 21, 22 and, in the bridge, 23. */
export const DATA: Record<string, Row[]> = {
  procore_projects: [
    { id: "501", name: "Airport", project_number: "P-1" },
    { id: "502", name: "Bridge", project_number: "P-2", custom_segment: "optional" },
    { id: "503", name: "Closed", project_number: "P-3", active: false },
    { id: "504", name: "Canal", project_number: "P-4", custom_segment: "required" },
  ],
  procore_vendors: [
    { id: "11", name: "Kone", project_numbers: ["P-1"] },
    { id: "12", name: "Otis" },
  ],
  procore_cost_codes: [
    { id: "21", project_number: "P-1", code: "03", name: "Concrete" },
    { id: "22", project_number: "P-1", code: "05", name: "Steel" },
    { id: "23", project_number: "P-2", code: "05", name: "Steel" },
    { id: "24", project_number: "P-4", code: "05", name: "Steel" },
  ],
};

/** A sandbox in this process, sessions with it, and its control API. */
export interface Site {
  stream: () => OpenStream;
  /** A session's stream over a wire of its own. */
  over: (around: (wire: Wire) => Wire) => OpenStream;
  ask: (path: string, body?: object) => Promise<Row>;
  rows: (table: string) => Promise<Row[]>;
  touch: (table: string, key: string | undefined, fields: Row) => Promise<Row>;
  /** Calls since the last take, without ids; logins left out. */
  take: () => string[];
  /** What was logged as a warning. */
  warnings: string[];
}

/** Opens a {@link Site}. */
export function site(data: Record<string, Row[]> = DATA, settings: Record<string, unknown> = {}): Site {
  const clock = manualClock(START);
  const sandbox = procoreSandbox({ clock, random: seededRandom(3), data, limits: { hourly: null, spike: null } });
  const calls: string[] = [];
  const warnings: string[] = [];
  const base: Wire = async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname !== "/oauth/token") calls.push(`${request.method} ${pathname.replace(/\/\d+(?=\/|$)/g, "/{id}")}`);
    try {
      return await sandbox.fetch(request);
    } catch (error) {
      throw error instanceof Failure ? error : broken(request, String(error));
    }
  };
  const over = (around: (wire: Wire) => Wire): OpenStream => {
    const world = testWorld(around(base));
    const log = (level: string, message: string) => void (level === "warn" && warnings.push(message));
    const checked = procore.settings.parse({ ...sandbox.settings(ORIGIN), ...settings });
    return procore.open(checked, { ...world, clock, log }).stream("purchase_order_contracts");
  };
  const ask = async (path: string, body?: object): Promise<Row> => {
    const headers = { "content-type": "application/json" };
    const init = body && { method: "POST", body: JSON.stringify(body), headers };
    const response = await sandbox.fetch(new Request(`${ORIGIN}/_sandbox/${path}`, init));
    assert(response.ok, `${path}: ${response.status} ${await response.clone().text()}`);
    return await response.json();
  };
  return {
    stream: () => over((wire) => wire),
    over,
    ask,
    warnings,
    rows: async (table) => (await ask(`rows/${table}?limit=100000`)).rows as Row[],
    touch: (table, key, fields) => ask("touch", { table, key, fields }),
    take: () => calls.splice(0),
  };
}

/** A line as a mapping gives it. */
export const line = (key: string, amount: string, more: Row = {}): Row => ({
  origin_id: `EBS-POD-${key}`,
  description: `Line ${key}`,
  amount,
  cost_code_id: "21",
  ...more,
});

/** An order as a mapping gives it. */
export const order = (key: string, lines: Row[], more: Row = {}): Row => ({
  origin_id: `EBS-PO-${key}`,
  number: `204-${key}`,
  title: `Order ${key}`,
  status: "Approved",
  vendor_id: "11",
  retainage_percent: "10",
  line_items: lines,
  ...more,
});

/** A change that makes an order. */
export const create = (fields: Row): Change => ({ action: "create", fields });

const equal = (a: Value, b: Value): boolean =>
  (a ?? "") === (b ?? "") || (typeof a === "string" && typeof b === "string" && sameDecimal(a, b));

/** The change that brings a present contract to what is wanted; undefined where it is so already. */
export function changeOf(wanted: Row, present: Row | undefined): Change | undefined {
  if (!present) return create(wanted);
  const { line_items, ...header } = wanted;
  const fields: Row = Object.fromEntries(
    Object.entries(header).filter(([name, value]) => !equal(value, present[name])),
  );
  const mine = (present.line_items as Row[]).filter(({ origin_id }) => origin_id);
  const there = new Map(mine.map((one) => [one.origin_id, one]));
  const items = (line_items as Row[]).map((item): Row => ({ ...item, id: there.get(item.origin_id)?.id }));
  const differs = items.some((item) =>
    !item.id || Object.entries(item).some(([name, value]) => !equal(value, there.get(item.origin_id)![name]))
  );
  const keys = new Set(items.map(({ origin_id }) => origin_id));
  const left = mine.filter(({ origin_id }) => !keys.has(origin_id as string)).map(({ id }) => id as string);
  if (differs || left.length > 0) fields.line_items = items as Row[];
  if (Object.keys(fields).length === 0) return undefined;
  const remove = left.length > 0 ? { line_items: left } : undefined;
  return { action: "update", id: present.id as string, fields, present, remove };
}

/** One run in small: finds what is there, and writes what differs. Gives the outcomes of what was written. */
export async function run(stream: OpenStream, wanted: readonly Row[], partition = AIRPORT): Promise<Outcome[]> {
  const values = wanted.map(({ origin_id }) => origin_id as string);
  const found = await stream.find!({ partition, by: "origin_id", values });
  const present = new Map(found.map((row) => [row.origin_id, row]));
  const changes = wanted.map((one) => changeOf(one, present.get(one.origin_id))).filter((one) => one !== undefined);
  return changes.length === 0 ? [] : await stream.write!(partition, changes);
}

/** What became of changes, in a word each. */
export const told = (outcomes: readonly Outcome[]): string[] =>
  outcomes.map((outcome) => outcome.ok ? "ok" : outcome.failure.code);

/** The failure of the one change that was written. */
export function only(outcomes: readonly Outcome[]): Failure {
  const [outcome] = outcomes;
  assert.equal(outcomes.length, 1);
  assert(!outcome.ok, "it was written");
  return outcome.failure;
}

/** The failure that work must end in. */
export async function failing(work: Promise<unknown>, code: FailureCode): Promise<Failure> {
  const failure = await work.then(() => assert.fail("nothing was thrown"), (error) => error);
  assert(failure instanceof Failure, String(failure));
  assert.equal(failure.code, code, failure.message);
  return failure;
}

/** The contracts as they stand in the sandbox: number, status, total, lines by origin_id. */
export async function standing({ rows }: Pick<Site, "rows">): Promise<Row[]> {
  const lines = await rows("purchase_order_contract_line_items");
  return (await rows("purchase_order_contracts")).filter(({ deleted_at }) => deleted_at === null).map((row) => ({
    number: row.number,
    status: row.status,
    total: sum([row.grand_total as string]),
    lines: lines.filter((one) => one.purchase_order_contract_id === row.id)
      .map(({ origin_id, amount }) => `${origin_id ?? "a person's"} ${sum([amount as string])}`).sort(),
  }));
}

/** Holds what must be true at every moment: no contract or line twice, and none Approved that is not one of these, whole. */
export async function whole({ rows }: Pick<Site, "rows">, ...versions: (readonly Row[])[]): Promise<void> {
  const contracts = await rows("purchase_order_contracts");
  const lines = await rows("purchase_order_contract_line_items");
  for (const kept of [contracts, lines]) {
    const keys = kept.map(({ origin_id }) => origin_id).filter((key) => key !== null);
    assert.equal(new Set(keys).size, keys.length, "something is there twice");
  }
  for (const { id, status, origin_id, grand_total } of contracts) {
    if (status !== "Approved") continue;
    const now = lines.filter((one) => one.purchase_order_contract_id === id)
      .map(({ origin_id, amount }) => `${origin_id} ${sum([amount as string])}`).sort().join();
    const fits = versions.some((wanted) => {
      const items = wanted.find((one) => one.origin_id === origin_id)?.line_items as Row[] | undefined;
      return items?.map((item) => `${item.origin_id} ${sum([item.amount as string])}`).sort().join() === now;
    });
    assert(fits, `${origin_id} is Approved at ${grand_total} with ${now}`);
  }
}
