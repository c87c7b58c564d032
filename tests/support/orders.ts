/**
 * A firm that orders: two operating units, three projects, four suppliers, five accounts and whatever orders a test wants; and what tests
 * ask about the contracts that come of them.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Row } from "../../engine/connector.ts";
import { sum } from "../../engine/decimal.ts";
import type { Project } from "../../engine/pipeline/model.ts";
import { listLinks } from "../../engine/state/links.ts";
import { type House, house as anyHouse, type HouseOptions } from "./house.ts";
import { endState, PIPELINES, pipelinesWith, small, supplier } from "./small.ts";

/** The shipped pipelines that orders need, in their order. */
export const ORDER_PIPELINES = [...PIPELINES, "purchase-orders"] as const;

/** Oracle's projects by number: DEN-1 and DEN-2 are Denver's (204), PHX-1 is Phoenix's (205). */
export const PROJECTS = { "DEN-1": "4001", "PHX-1": "4002", "DEN-2": "4003" } as const;

/** A project's number. */
export type ProjectNumber = keyof typeof PROJECTS;

/**
 * An order of one supplier. `number` is its SEGMENT1 and, behind 8, its PO_HEADER_ID; each line has PO_LINE_ID, shipment and distribution
 * of one id, given or `number` with two digits behind it.
 */
export function order(number: number, lines: readonly Row[], more: Row = {}): Row {
  return {
    PO_HEADER_ID: String(80_000 + number),
    SEGMENT1: String(number),
    VENDOR_ID: "3001",
    PROJECT_NUMBER: "DEN-1",
    APPROVED_DATE: "2026-09-02T08:00:00",
    COMMENTS: `Order ${number} of the test`,
    LAST_UPDATE_DATE: "2026-09-02T08:00:00",
    ...more,
    LINES: lines.map((line, i) => {
      const id = String(line.PO_LINE_ID ?? lineId(number, i + 1));
      if (line.DISTRIBUTIONS) return { LINE_NUM: String(i + 1), PO_LINE_ID: id, ...line };
      const { SHIPMENT = {}, QUANTITY, PROJECT, ...own } = line;
      const part = QUANTITY === undefined ? { AMOUNT_ORDERED: line.AMOUNT } : { QUANTITY_ORDERED: QUANTITY };
      const distribution = {
        PO_DISTRIBUTION_ID: id,
        LINE_LOCATION_ID: id,
        ...part,
        ...(PROJECT ? { PROJECT_ID: PROJECTS[PROJECT as ProjectNumber] } : {}),
        ...SHIPMENT as Row,
      };
      return {
        LINE_NUM: String(i + 1),
        PO_LINE_ID: id,
        ITEM_DESCRIPTION: `Works ${i + 1}`,
        CODE_COMBINATION_ID: "701",
        ...(QUANTITY === undefined ? {} : { QUANTITY }),
        ...own,
        DISTRIBUTIONS: [distribution],
      };
    }),
  };
}

/** The id of an order's line, of its shipment and of its distribution. */
export const lineId = (number: number, line: number): string => String(number * 1000 + line);

/** A line of an amount. */
export const line = (amount: string, more: Row = {}): Row => ({ AMOUNT: amount, ...more });

/** The firm's rows with these orders, for both sandboxes: all three projects have a twin, nothing of the orders is in Procore yet. */
export function firm(orders: readonly Row[]): Record<string, Row[]> {
  const { procore_cost_codes: _, procore_wbs_codes: __, ...data } = small();
  return {
    ...data,
    suppliers: ["Alder", "Birch", "Cedar", "Dogwood"].map((name, i) => supplier(i + 1, `${name} Works Inc.`)),
    purchase_orders: [...orders],
    procore_projects: Object.keys(PROJECTS).map((number): Row => ({
      project_number: number,
      name: `Project ${number}`,
      active: true,
    })),
    procore_vendors: [],
  };
}

/** The shipped pipelines of {@link ORDER_PIPELINES}, each changed as asked, checked. */
export const orderPipelines = (edits: Parameters<typeof pipelinesWith>[0] = {}): Promise<Project> =>
  pipelinesWith(edits, ORDER_PIPELINES);

let unchanged: Promise<Project> | undefined;

/** A house of the firm with these orders; each option of a house may be given otherwise. */
export async function orderHouse(orders: readonly Row[], options: HouseOptions = {}): Promise<House> {
  return await anyHouse({
    data: firm(orders),
    ...options,
    project: options.project ?? await (unchanged ??= orderPipelines()),
  });
}

/** Runs these pipelines in their order; none may fail. */
export async function sync(home: House, names: readonly string[] = ORDER_PIPELINES): Promise<void> {
  for (const name of names) {
    const { failure } = await home.run(name);
    assert.equal(failure, undefined, `${name}: ${JSON.stringify(failure)}`);
  }
}

/** A contract as it stands in Procore, deleted ones left out. */
export interface Standing {
  project: string;
  number: string;
  status: string;
  total: string;
  /** `origin_id amount`, in order; a person's line has `-`. */
  lines: string[];
}

/** All contracts as they stand, by project and number. */
export async function standing(home: House): Promise<Standing[]> {
  const projects = new Map(
    (await home.rows("procore", "projects")).map(({ id, project_number }) => [id, project_number]),
  );
  const lines = Map.groupBy(
    await home.rows("procore", "purchase_order_contract_line_items"),
    (row) => row.purchase_order_contract_id,
  );
  return (await home.rows("procore", "purchase_order_contracts"))
    .filter(({ deleted_at }) => deleted_at === null)
    .map((row): Standing => ({
      project: String(projects.get(row.project_id)),
      number: String(row.number),
      status: String(row.status),
      total: sum([String(row.grand_total)]),
      lines: (lines.get(row.id) ?? []).map(({ origin_id, amount }) => `${origin_id ?? "-"} ${sum([String(amount)])}`)
        .sort(),
    }))
    .sort((a, b) => `${a.project} ${a.number}` < `${b.project} ${b.number}` ? -1 : 1);
}

/** The contract of an order in a project; undefined where there is none. */
export async function contractOf(home: House, number: number, project = "DEN-1"): Promise<Standing | undefined> {
  return (await standing(home)).find((one) => one.project === project && one.number.endsWith(`-${number}`));
}

/** Everything that must be the same whichever way it came about, contracts and their lines included. */
export async function orderEnd(home: House): Promise<Record<string, unknown>> {
  const children: string[] = [];
  const lines = new Map(
    (await home.rows("procore", "purchase_order_contract_line_items")).map(({ id, origin_id }) => [id, origin_id]),
  );
  for await (const link of listLinks(home.store, "purchase-orders")) {
    for (const [key, id] of Object.entries(link.children?.line_items ?? {})) {
      children.push(`${link.key}/${link.part} ${key} is ${lines.get(id)}`);
    }
  }
  return { ...await endState(home, ORDER_PIPELINES), contracts: await standing(home), children: children.sort() };
}

/**
 * Holds what must be true at every moment: no contract and no line of ours stands twice, and none is Approved that is not one of these
 * versions, line by line.
 */
export async function whole(home: House, versions: readonly (readonly Standing[])[], at: string): Promise<void> {
  for (const table of ["purchase_order_contracts", "purchase_order_contract_line_items"]) {
    const keys = (await home.rows("procore", table)).map(({ origin_id }) => origin_id).filter((key) => key !== null);
    assert.equal(new Set(keys).size, keys.length, `${at}: something of ${table} is there twice`);
  }
  const allowed = new Set(versions.flat().map((one) => JSON.stringify(one)));
  for (const contract of await standing(home)) {
    if (contract.status === "Draft") continue;
    assert(allowed.has(JSON.stringify(contract)), `${at}: half-filled and ${JSON.stringify(contract)}`);
  }
}
