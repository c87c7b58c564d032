/**
 * The routes of segment items in a project: the cost codes and cost types, seen as items of a segment.
 *
 * @module
 */
import { Hono } from "hono";
import { invalid, json, notFound } from "./answers.ts";
import { costCodesOf } from "./cost_code.ts";
import { idFrom } from "./attributes.ts";
import { bodyOf, type Call, type Env, idOf, projectOf } from "./guard.ts";
import { lineItemTypesOf } from "./line_item_type.ts";
import { list } from "./listing.ts";
import type { Project } from "./project.ts";
import { itemOf, itemsOf, parentsIn, type Segment, type SegmentItem, SEGMENTS, showItem } from "./segment.ts";
import type { Company, State } from "./state.ts";
import { type Stored, table } from "./table.ts";
import { statusOf } from "./wbs.ts";

const BASE = "/rest/v1.0/projects/:project_id{\\d+}/work_breakdown_structure/segments/:segment_id{\\d+}/segment_items";

/** The routes. */
export function segmentItemRoutes(state: State): Hono<Env> {
  const app = new Hono<Env>();

  app.get(BASE, (c) => {
    const { company, project, segment } = scopeOf(c);
    const parents = parentsIn(company, project);
    const items = table<Stored & { item: SegmentItem }>();
    for (const item of itemsOf(company, project, segment)) items.insert({ id: item.row.id, item });
    const active = c.req.query("only_active_items") === "true";
    return list(c.req.url, {
      table: items,
      scope: "all",
      inScope: ({ item }) => !active || item.row.status === "active",
      render: ({ item }) => showItem(company, item, parents),
    });
  });

  app.post(BASE, async (c) => {
    const { company, project, segment } = scopeOf(c);
    const { code, name, parent_id } = await bodyOf(c);
    const written = segment.type === "cost_code"
      ? costCodesOf(company, project, state).create({ code, name, parent_id: parent_id ?? null })
      : lineItemTypesOf(company, state).create({ csv_import_code: code, name });
    if ("errors" in written) throw invalid(written.errors);
    const item = itemOf(company, project, segment, written.row.id)!;
    return json(showItem(company, item, parentsIn(company, project)), 201);
  });

  app.patch(`${BASE}/update_all`, async (c) => {
    const { company, project, segment } = scopeOf(c);
    const { ids, attributes } = await bodyOf(c);
    const items = Array.isArray(ids) ? ids.map((id) => itemOf(company, project, segment, idFrom(id))) : [];
    const status = statusOf(attributes);
    if (items.length === 0 || items.some((item) => item === undefined)) throw invalid({ ids: ["is invalid"] });
    if (status === undefined) throw invalid({ status: ["is not included in the list"] });
    for (const item of items) setStatus(company, item!, status, state);
    return new Response(null, { status: 204 });
  });

  app.patch(`${BASE}/:id{\\d+}`, async (c) => {
    const { company, project, segment, item } = itemIn(c);
    const { code, name, status: asked } = await bodyOf(c);
    const status = asked === undefined ? item.row.status : statusOf({ status: asked });
    if (status === undefined) throw invalid({ status: ["is not included in the list"] });
    const given = Object.fromEntries(
      Object.entries(segment.type === "cost_code" ? { code, name } : { csv_import_code: code, name })
        .filter(([, value]) => value !== undefined),
    );
    const written = "project_id" in item.row
      ? costCodesOf(company, project, state).update(item.row, given)
      : lineItemTypesOf(company, state).update(item.row, given);
    if ("errors" in written) throw invalid(written.errors);
    setStatus(company, item, status, state);
    return json(showItem(company, item, parentsIn(company, project)));
  });

  // The route is there, and refuses: cost codes and cost types cannot be deleted once they are in a project.
  app.delete(`${BASE}/:id{\\d+}`, (c) => {
    itemIn(c);
    throw invalid({ base: ["This item cannot be deleted"] });
  });
  return app;
}

/** WBS codes that are there already keep their own status (assumed). */
function setStatus(company: Company, item: SegmentItem, status: "active" | "inactive", state: State): void {
  if (item.row.status === status) return;
  const changes = { status, updated_at: state.now() };
  if ("project_id" in item.row) company.costCodes.update(item.row, changes);
  else company.lineItemTypes.update(item.row, changes);
}

function scopeOf(c: Call): { company: Company; project: Project; segment: Segment } {
  const project = projectOf(c);
  const segment = SEGMENTS.find(({ id }) => id === idOf(c, "segment_id"));
  if (!segment) throw notFound("Segment");
  return { company: c.get("company"), project, segment };
}

function itemIn(c: Call): ReturnType<typeof scopeOf> & { item: SegmentItem } {
  const scope = scopeOf(c);
  const item = itemOf(scope.company, scope.project, scope.segment, idOf(c));
  if (!item) throw notFound("Segment item");
  return { ...scope, item };
}
