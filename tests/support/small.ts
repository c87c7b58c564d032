/**
 * A firm small enough to be run through every mishap: fourteen suppliers, three projects, five accounts; and what tests ask about it.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Row, Wire } from "../../engine/connector.ts";
import { listAdoptions } from "../../engine/state/adoptions.ts";
import { listLinks } from "../../engine/state/links.ts";
import { listMarks } from "../../engine/state/marks.ts";
import { listParked } from "../../engine/state/parked.ts";
import { listRejected } from "../../engine/state/rejected.ts";
import { contents } from "../../engine/state/testing.ts";
import type { Store } from "../../engine/state/types.ts";
import { listWakes } from "../../engine/state/wakes.ts";
import type { Project } from "../../engine/pipeline/model.ts";
import { type House, house as anyHouse, type HouseOptions, root, shippedProject } from "./house.ts";

/** The shipped pipelines, in their order. */
export const PIPELINES = ["projects", "vendors", "cost-codes"] as const;

/** A supplier with one purchasing site; `number` is its SEGMENT1 and, behind 30, its VENDOR_ID. */
export function supplier(number: number, name: string, more: Row = {}): Row {
  return {
    VENDOR_ID: String(3000 + number),
    SEGMENT1: String(number),
    VENDOR_NAME: name,
    VENDOR_TYPE_LOOKUP_CODE: "VENDOR",
    ENABLED_FLAG: "Y",
    LAST_UPDATE_DATE: "2026-09-01T08:00:00",
    SITES: [{
      VENDOR_SITE_ID: String(5000 + number),
      ORG_ID: number % 2 ? "204" : "205",
      VENDOR_SITE_CODE: "MAIN",
      PURCHASING_SITE_FLAG: "Y",
      PAY_SITE_FLAG: "Y",
      ADDRESS_LINE1: `${number} Main St`,
      CITY: number % 2 ? "Denver" : "Phoenix",
      STATE: number % 2 ? "CO" : "AZ",
      ZIP: "80202",
      COUNTRY: "US",
    }],
    ...more,
  };
}

const account = (number: number, name: string): Row => ({
  CODE_COMBINATION_ID: String(700 + number),
  SEGMENT1: "01",
  SEGMENT2: String(5000 + number),
  SEGMENT2_DESCRIPTION: name,
  CONCATENATED_SEGMENTS: `01-${5000 + number}`,
  LAST_UPDATE_DATE: "2026-09-01T08:00:00",
});

const order = (number: number, project: string, accounts: number[]): Row => ({
  PO_HEADER_ID: String(800 + number),
  SEGMENT1: String(number),
  VENDOR_ID: "3001",
  PROJECT_NUMBER: project,
  LAST_UPDATE_DATE: "2026-09-02T08:00:00",
  LINES: accounts.map((id, i) => ({
    LINE_NUM: String(i + 1),
    ITEM_DESCRIPTION: "Works",
    AMOUNT: "100.10",
    CODE_COMBINATION_ID: String(700 + id),
  })),
});

/** The firm's rows, for both sandboxes; no rate window keeps anyone waiting. */
export function small(): Record<string, Row[]> {
  const unit = (id: string, name: string): Row => ({ ORGANIZATION_ID: id, NAME: name, SHORT_CODE: name.slice(0, 3) });
  const project = (id: string, number: string, org: string): Row => ({
    PROJECT_ID: id,
    SEGMENT1: number,
    NAME: `Project ${number}`,
    ORG_ID: org,
    TEMPLATE_FLAG: "N",
    LAST_UPDATE_DATE: "2026-09-01T08:00:00",
  });
  return {
    operating_units: [unit("204", "Denver"), unit("205", "Phoenix")],
    suppliers: [
      ...["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ironwood", "Juniper"].map((name, i) =>
        supplier(i + 1, `${name} Works Inc.`)
      ),
      // Two suppliers of one name, one of them with blanks behind it.
      supplier(11, "Twin Peaks LLC"),
      supplier(12, "Twin Peaks LLC  "),
      supplier(13, "Erin Ployee", { VENDOR_TYPE_LOOKUP_CODE: "EMPLOYEE" }),
      supplier(14, "Bygone Bros.", { END_DATE_ACTIVE: "2026-01-31T00:00:00" }),
    ],
    projects: [project("4001", "DEN-1", "204"), project("4002", "PHX-1", "205"), project("4003", "DEN-2", "204")],
    code_combinations: ["Concrete", "Steel", "Timber", "Glass", "Paint"].map((name, i) => account(i + 1, name)),
    purchase_orders: [order(1, "DEN-1", [1, 2, 3]), order(2, "PHX-1", [3, 4]), order(3, "DEN-2", [5])],
    procore_companies: [{ name: "Small Builders", hourly_limit: "unlimited", spike_limit: "unlimited" }],
    procore_projects: ["DEN-1", "PHX-1"].map((number): Row => ({
      project_number: number,
      name: `Project ${number}`,
      active: true,
    })),
    procore_vendors: [
      // Alder by its number; Birch by its name alone; one that is nobody's.
      { name: "Alder (old spelling)", origin_code: "1", is_active: true },
      { name: "Birch Works Inc.", is_active: true },
      { name: "Zelkova Partners", is_active: true },
    ],
    procore_cost_codes: [{ project_number: "DEN-1", code: "01-5001", name: "Concrete, old name" }],
    // Only a cost code that has one of these can be made inactive.
    procore_wbs_codes: [{ project_number: "DEN-1", code: "01-5001", type: "M" }],
  };
}

/** Everything both systems and the state hold: to show that nothing was written. */
export async function everything(house: House): Promise<Record<string, unknown>> {
  return {
    kv: await contents(house.store),
    vendors: await house.rows("procore", "vendors"),
    projects: await house.rows("procore", "projects"),
    cost_codes: await house.rows("procore", "cost_codes"),
    wbs_codes: await house.rows("procore", "wbs_codes"),
    suppliers: await house.rows("ebs", "AP_SUPPLIERS"),
  };
}

/** What must be the same whichever way it came about: ids, times and run numbers aside. Also that nothing is left half-way. */
export async function endState(house: House, names: readonly string[] = PIPELINES): Promise<Record<string, unknown>> {
  const { store } = house;
  const links: unknown[] = [], open: unknown[] = [];
  for (const pipeline of names) {
    for await (const { key, part, values, active, from } of listLinks(store, pipeline)) {
      links.push([pipeline, key, part, from, values, active]);
    }
    for await (const { key, part, word, why } of listParked(store, pipeline)) {
      open.push([pipeline, key, part, word, why]);
    }
    for await (const { key, part, failure } of listRejected(store, pipeline)) {
      open.push([pipeline, key, part, "rejected", failure.code]);
    }
    for await (const { key, part, by, decision } of listAdoptions(store, pipeline)) {
      open.push([pipeline, key, part, "adopt", by, decision?.accept ?? null]);
    }
    assert.deepEqual(await listMarks(store, pipeline), [], `${pipeline} leaves no mark`);
    assert.deepEqual(await Array.fromAsync(listWakes(store, pipeline)), [], `${pipeline} leaves no wake`);
  }
  const plain = async (table: string, fields: string[]) =>
    (await house.rows("procore", table)).map((row) => JSON.stringify(fields.map((field) => row[field] ?? null))).sort();
  return {
    links: inOrder(links),
    open: inOrder(open),
    vendors: await plain("vendors", ["origin_id", "origin_code", "name", "is_active", "city", "address"]),
    cost_codes: await plain("cost_codes", ["project_id", "origin_id", "full_code", "name", "status"]),
    wbs_codes: await plain("wbs_codes", ["project_id", "flat_code", "status"]),
    projects: await plain("projects", ["project_number", "name", "origin_id", "active"]),
  };
}

const inOrder = (list: unknown[]): string[] => list.map((one) => JSON.stringify(one)).sort();

/** The cursors as they stand, by pipeline and partition. */
export async function cursors(store: Store): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [key, value] of await contents(store)) if (key.startsWith("cursor/")) found[key] = value;
  return found;
}

/** A wire that counts what goes through it, and tells writes from reads as the house's connectors make them. */
export interface Watch {
  /** `METHOD /path`, in order, logins and the control API aside. */
  calls: string[];
  /** Those that may change something at the destination. */
  writes(): string[];
  clear(): void;
  around: (connection: string, wire: Wire) => Wire;
}

/** Makes a {@link Watch}. */
export function watch(): Watch {
  const calls: string[] = [];
  return {
    calls,
    writes: () => calls.filter((call) => /^procore (POST|PATCH|PUT|DELETE) /.test(call)),
    clear: () => void (calls.length = 0),
    around: (connection, wire) => (request) => {
      const { pathname } = new URL(request.url);
      if (!/\/oauth\/|\/login|\/logout/.test(pathname)) calls.push(`${connection} ${request.method} ${pathname}`);
      return wire(request);
    },
  };
}

/** A house of this firm, with the pipelines of {@link PIPELINES}; each option of a house may be given otherwise. */
export async function house(options: HouseOptions = {}): Promise<House> {
  return await anyHouse({
    data: small(),
    ...options,
    project: options.project ?? await (unchanged ??= pipelinesWith({})),
  });
}

let unchanged: Promise<Project> | undefined;

/** The shipped pipelines of these names, each changed as asked, checked. */
export async function pipelinesWith(
  edits: Record<string, [from: string | RegExp, to: string][]>,
  names: readonly string[] = PIPELINES,
): Promise<Project> {
  const folder = await Deno.makeTempDir({ prefix: "gusset-pipelines-" });
  try {
    await writePipelines(folder, edits, names);
    return await shippedProject(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes these files as {@link pipelinesWith} reads them, for a process of its own. */
export async function writePipelines(
  folder: string,
  edits: Record<string, [from: string | RegExp, to: string][]>,
  names: readonly string[] = PIPELINES,
): Promise<void> {
  for (const name of ["connections", ...names]) {
    let text = await Deno.readTextFile(new URL(`pipelines/${name}.yaml`, root));
    for (const [from, to] of edits[name] ?? []) {
      const changed = text.replace(from, to);
      assert.notEqual(changed, text, `${name}.yaml has ${from}`);
      text = changed;
    }
    await Deno.writeTextFile(`${folder}/${name}.yaml`, text);
  }
}

/** Words of a run's changes by key, in order: `["3001 adopt", "3002 adopt?"]`; a suggestion has a question mark. */
export const words = (changes: readonly { word: string; key: string; part: string; suggested?: true }[]): string[] =>
  changes.map(({ word, key, part, suggested }) =>
    `${key}${part === "" ? "" : `/${part}`} ${word}${suggested ? "?" : ""}`
  );
