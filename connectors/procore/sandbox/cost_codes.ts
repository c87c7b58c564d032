/**
 * The routes of cost codes, and how one is shown (reference §3.5).
 *
 * @module
 */
import { Hono } from "hono";
import { invalid, json, notFound } from "./answers.ts";
import { idFrom } from "./attributes.ts";
import { type CostCode, costCodesOf, fullCode, newCostCode } from "./cost_code.ts";
import { bodyOf, type Call, type Env, idOf, projectOf, wrapped } from "./guard.ts";
import { showLineItemType } from "./line_item_type.ts";
import { list } from "./listing.ts";
import type { Project } from "./project.ts";
import type { Company, State } from "./state.ts";
import { sync, type Written } from "./sync.ts";
import { typesOf } from "./wbs_code.ts";

/** The routes. */
export function costCodeRoutes(state: State): Hono<Env> {
  const app = new Hono<Env>();

  const answer = (c: Call, project: Project, written: Written<CostCode>, status = 200): Response => {
    if ("errors" in written) throw invalid(written.errors);
    return json(showCostCode(c.get("company"), project, written.row), status);
  };
  const find = (c: Call, project: Project): CostCode => {
    const row = costCodesOf(c.get("company"), project, state).byId(idOf(c));
    if (!row) throw notFound("Cost code");
    return row;
  };

  app.get("/rest/v1.0/cost_codes", (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    const { costCodes } = company;
    return list(c.req.url, {
      table: costCodes,
      scope: `project ${project.id}`,
      inScope: (row) => row.project_id === project.id,
      deleted: (row) => row.deleted_at !== null,
      filters: {
        id: { find: (id) => costCodes.get(Number(id)) },
        origin_id: { find: (originId) => costCodes.find("origin_id", originId) },
      },
      render: (row) =>
        c.req.query("view") === "erp_compact" ? showCompact(company, row) : showCostCode(company, project, row),
    });
  });
  app.post("/rest/v1.0/cost_codes", async (c) => {
    const body = await bodyOf(c);
    const project = projectOf(c, body);
    return answer(c, project, costCodesOf(c.get("company"), project, state).create(wrapped(body, "cost_code")), 201);
  });
  app.patch("/rest/v1.0/cost_codes/sync", async (c) => {
    const company = c.get("company");
    // The scope stands in the query here, not in the body.
    const project = projectOf(c);
    const kind = costCodesOf(company, project, state);
    const show = (row: CostCode) => showCostCode(company, project, row);
    return json(sync({ ...kind, show }, (await bodyOf(c)).updates));
  });
  app.post("/rest/v1.0/cost_codes/copy_from_standard_list", async (c) => {
    const body = await bodyOf(c);
    const project = projectOf(c, body);
    return json(copyStandard(c.get("company"), project, idFrom(body.standard_cost_code_list_id), state), 201);
  });
  app.get("/rest/v1.0/cost_codes/:id{\\d+}", (c) => {
    const project = projectOf(c);
    return answer(c, project, { row: find(c, project) });
  });
  app.patch("/rest/v1.0/cost_codes/:id{\\d+}", async (c) => {
    const body = await bodyOf(c);
    const project = projectOf(c, body);
    const kind = costCodesOf(c.get("company"), project, state);
    return answer(c, project, kind.update(find(c, project), wrapped(body, "cost_code")));
  });
  return app;
}

/** Copies the standard cost codes that the project does not have yet; the answer's shape is not published (assumed: the new ones). */
function copyStandard(company: Company, project: Project, listId: number, state: State): unknown[] {
  if (!company.standardLists.get(listId)) throw notFound("Standard cost code list");
  const copied = new Map<number, CostCode>();
  const made: CostCode[] = [];
  const present = new Map(
    company.costCodes.rows.filter((row) => row.project_id === project.id && row.standard_cost_code_id)
      .map((row) => [row.standard_cost_code_id!, row]),
  );
  for (const standard of company.standardCostCodes.rows) {
    if (standard.standard_cost_code_list_id !== listId) continue;
    let row = present.get(standard.id);
    if (!row) {
      const parent = standard.parent_id === null ? undefined : copied.get(standard.parent_id);
      const values = { ...standard, parent_id: parent?.id, standard_cost_code_id: standard.id, origin_id: null };
      row = company.costCodes.insert(newCostCode(state, project.id, values));
      made.push(row);
    }
    copied.set(standard.id, row);
  }
  return made.map((row) => showCostCode(company, project, row));
}

/** The default view. */
export function showCostCode(company: Company, project: Project, row: CostCode): Record<string, unknown> {
  return {
    id: row.id,
    biller: project.name,
    biller_id: project.id,
    biller_type: "Project",
    biller_origin_id: project.origin_id,
    budgeted: false,
    code: row.code,
    created_at: row.created_at,
    deleted_at: row.deleted_at,
    full_code: fullCode(company, row),
    name: row.name,
    origin_data: row.origin_data,
    origin_id: row.origin_id,
    parent: { id: row.parent_id },
    position: row.position,
    sortable_code: row.code,
    standard_cost_code_id: row.standard_cost_code_id,
    standard_cost_code_list_id: row.standard_cost_code_id === null
      ? null
      : company.standardCostCodes.get(row.standard_cost_code_id)?.standard_cost_code_list_id ?? null,
    updated_at: row.updated_at,
    line_item_types: typesOf(company, row).map(showLineItemType),
  };
}

function showCompact(company: Company, row: CostCode): Record<string, unknown> {
  const { id, name, origin_id, origin_data, standard_cost_code_id } = row;
  return { id, name, full_code: fullCode(company, row), origin_id, origin_data, standard_cost_code_id };
}
