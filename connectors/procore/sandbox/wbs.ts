/**
 * The routes of the work breakdown structure: pattern, segments and WBS codes. Items of segments are in `segment_items.ts`, the v2 reads in
 * `wbs_v2.ts`.
 *
 * @module
 */
import { Hono } from "hono";
import { type Errors, json, missing, notFound, Refusal } from "./answers.ts";
import { type Given, idFrom } from "./attributes.ts";
import { filterValues } from "./filters.ts";
import { bodyOf, type Env, idOf, projectOf } from "./guard.ts";
import { list } from "./listing.ts";
import { parentsIn, PATTERN_ID, segmentsOf, showSegment } from "./segment.ts";
import type { State } from "./state.ts";
import { flatCode, itemsOfCode, showWbsCode, upsertWbsCode, type WbsCode } from "./wbs_code.ts";

const PROJECT = "/rest/v1.0/projects/:project_id{\\d+}/work_breakdown_structure";
const COMPANY = "/rest/v1.0/companies/:company_id{\\d+}/work_breakdown_structure";

/** The routes. */
export function wbsRoutes(state: State): Hono<Env> {
  const app = new Hono<Env>();

  for (const base of [PROJECT, COMPANY]) {
    app.get(`${base}/patterns`, (c) => {
      const project = base === PROJECT ? projectOf(c) : undefined;
      const at = project?.created_at ?? state.now();
      return json({
        id: PATTERN_ID,
        description: segmentsOf(project).map(({ name }) => name).join("."),
        created_at: at,
        updated_at: at,
        is_project_level_ordered: false,
        segments: segmentsOf(project).map((segment) => showSegment(c.get("company"), project, segment, at)),
      });
    });
    app.get(`${base}/segments`, (c) => {
      const project = base === PROJECT ? projectOf(c) : undefined;
      const at = project?.created_at ?? state.now();
      return json(segmentsOf(project).map((segment) => showSegment(c.get("company"), project, segment, at)));
    });
    app.get(`${base}/segments/:id{\\d+}`, (c) => {
      const project = base === PROJECT ? projectOf(c) : undefined;
      const segment = segmentsOf(project).find(({ id }) => id === idOf(c));
      if (!segment) throw notFound("Segment");
      return json(showSegment(c.get("company"), project, segment, project?.created_at ?? state.now()));
    });
  }

  app.get(`${PROJECT}/wbs_codes`, (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    const parents = parentsIn(company, project);
    const statuses = filterValues(new URL(c.req.url).searchParams, "status");
    const word = c.req.query("query")?.trim().toLowerCase();
    const matches = (row: WbsCode): boolean =>
      !word ||
      `${flatCode(company, itemsOfCode(company, project, row))} ${row.description}`.toLowerCase().includes(word);
    return list(c.req.url, {
      table: company.wbsCodes,
      // A word is looked for in codes and names that other tables hold.
      scope: `project ${project.id} ${word ? company.costCodes.version : ""}`,
      inScope: (row) => row.project_id === project.id && (!statuses || statuses.includes(row.status)) && matches(row),
      filters: { updated_at: { time: (row) => row.updated_at } },
      render: (row) => showWbsCode(company, project, row, parents),
    });
  });

  app.post(`${PROJECT}/wbs_codes`, async (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    const written = upsertWbsCode(company, project, await bodyOf(c), state);
    if ("errors" in written) throw refused(written.errors);
    return json(showWbsCode(company, project, written.row, parentsIn(company, project)), 201);
  });

  app.patch(`${PROJECT}/wbs_codes/bulk_create`, async (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    const { bulk } = await bodyOf(c);
    if (!Array.isArray(bulk)) throw missing("bulk");
    const parents = parentsIn(company, project);
    const entities: unknown[] = [], errors: unknown[] = [];
    for (const given of bulk as Given[]) {
      const written = upsertWbsCode(company, project, given ?? {}, state);
      if ("row" in written) entities.push(showWbsCode(company, project, written.row, parents));
      else errors.push({ ...given, errors: written.errors });
    }
    return json({ entities, errors }, 201);
  });

  app.patch(`${PROJECT}/wbs_codes/update_all`, async (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    const { ids, attributes } = await bodyOf(c);
    const rows = Array.isArray(ids) ? ids.map((id) => company.wbsCodes.get(idFrom(id))) : [];
    const status = statusOf(attributes);
    if (rows.length === 0 || status === undefined || rows.some((row) => row?.project_id !== project.id)) {
      const message = "ids and attributes must name WBS codes of this project and a status";
      throw new Refusal(400, message, { error: { code: "BAD_REQUEST", message } });
    }
    for (const row of rows as WbsCode[]) {
      if (row.status !== status) company.wbsCodes.update(row, { status, updated_at: state.now() });
    }
    return new Response(null, { status: 204 });
  });

  app.patch(`${PROJECT}/wbs_codes/:id{\\d+}`, async (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    const row = company.wbsCodes.get(idOf(c));
    if (row?.project_id !== project.id) throw notFound("WBS code");
    const { description = row.description, status: asked } = await bodyOf(c);
    if (description !== null && typeof description !== "string") throw refused({ description: ["is invalid"] }, 422);
    const status = asked === undefined ? row.status : statusOf({ status: asked });
    if (status === undefined) throw refused({ status: ["is not included in the list"] }, 422);
    if (description !== row.description || status !== row.status) {
      company.wbsCodes.update(row, { description, status, updated_at: state.now() });
    }
    return json(showWbsCode(company, project, row, parentsIn(company, project)));
  });
  return app;
}

/** The published schema knows 400 for these routes, and no 422 but for a single code. */
function refused(errors: Errors, status = 400): Refusal {
  return new Refusal(status, "Invalid WBS code", { errors });
}

/** The status that `{ status }` asks for; undefined where it is none. */
export function statusOf(attributes: unknown): "active" | "inactive" | undefined {
  const status = (attributes as { status?: unknown } | null | undefined)?.status;
  return status === "active" || status === "inactive" ? status : undefined;
}
