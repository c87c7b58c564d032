/**
 * Standard cost codes: the company's list that projects copy from. Read only here, as far as vendors and cost codes need it.
 *
 * @module
 */
import { Hono } from "hono";
import { json, notFound } from "./answers.ts";
import { companyOf, type Env, idOf } from "./guard.ts";
import { list } from "./listing.ts";
import type { Company, State } from "./state.ts";

/** A list of standard cost codes. */
export interface StandardList {
  id: number;
  name: string;
  is_erp_list: boolean;
  available_to_use_on_new_projects: boolean;
}

/** A standard cost code. */
export interface StandardCostCode {
  id: number;
  standard_cost_code_list_id: number;
  parent_id: number | null;
  code: string;
  full_code: string;
  name: string;
  origin_id: string | null;
  origin_data: string | null;
}

const DIVISIONS: readonly [code: string, name: string, below: readonly [string, string][]][] = [
  ["01", "General Requirements", [["011", "Supervision"], ["500", "Temporary Facilities"]]],
  ["03", "Concrete", [["100", "Formwork"], ["200", "Reinforcing Steel"], ["300", "Cast-in-Place Concrete"]]],
  ["05", "Metals", [["120", "Structural Steel"]]],
  ["09", "Finishes", [["250", "Gypsum Board"], ["900", "Painting"]]],
  ["26", "Electrical", [["050", "Basic Electrical Materials"]]],
];

/** Gives a company its standard list. */
export function fillStandard(company: Company, state: State): void {
  const { id } = company.standardLists.insert({
    id: state.nextId("standard_list"),
    name: "Standard Cost Codes",
    is_erp_list: false,
    available_to_use_on_new_projects: true,
  });
  const add = (code: string, name: string, parent?: StandardCostCode): StandardCostCode =>
    company.standardCostCodes.insert({
      id: state.nextId("standard_cost_code"),
      standard_cost_code_list_id: id,
      parent_id: parent?.id ?? null,
      code,
      full_code: parent ? `${parent.code}-${code}` : code,
      name,
      origin_id: null,
      origin_data: null,
    });
  for (const [code, name, below] of DIVISIONS) {
    const division = add(code, name);
    for (const [inner, title] of below) add(inner, title, division);
  }
}

/** The routes. */
export function standardRoutes(): Hono<Env> {
  const app = new Hono<Env>();
  app.get(
    "/rest/v1.0/standard_cost_code_lists",
    (c) => list(c.req.url, { table: companyOf(c).standardLists, scope: "all", render: (row) => row }),
  );
  app.get("/rest/v1.0/standard_cost_code_lists/:id{\\d+}", (c) => {
    const row = companyOf(c).standardLists.get(idOf(c));
    if (!row) throw notFound("Standard cost code list");
    return json(row);
  });
  app.get("/rest/v1.0/standard_cost_codes", (c) => {
    const company = companyOf(c);
    const wanted = company.standardLists.get(Number(c.req.query("standard_cost_code_list_id") ?? NaN));
    if (!wanted) throw notFound("Standard cost code list");
    return list(c.req.url, {
      table: company.standardCostCodes,
      scope: `list ${wanted.id}`,
      inScope: (row) => row.standard_cost_code_list_id === wanted.id,
      render: (row) => row,
    });
  });
  app.get("/rest/v1.0/standard_cost_codes/:id{\\d+}", (c) => {
    const row = companyOf(c).standardCostCodes.get(idOf(c));
    if (!row) throw notFound("Standard cost code");
    return json(row);
  });
  return app;
}
