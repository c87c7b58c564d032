/**
 * The routes of requisitions: v1.1, and what stands in v1.0 alone (reference §3.12). The list forgets what was deleted, and knows no
 * `filters[id]`: the real service was seen to ignore it.
 *
 * @module
 */
import { Hono } from "hono";
import { invalid, json, notFound } from "./answers.ts";
import { type Given, idFrom } from "./attributes.ts";
import { bodyOf, type Call, type Env, idOf, projectOf, wrapped } from "./guard.ts";
import { list } from "./listing.ts";
import type { Project } from "./project.ts";
import type { PurchaseOrder } from "./purchase_order.ts";
import { writableProject } from "./purchase_orders.ts";
import { isLast, type Requisition } from "./requisition.ts";
import { createRequisition, deleteRequisition, updateRequisition } from "./requisition_rules.ts";
import { showRequisition } from "./requisition_view.ts";
import type { Company, State } from "./state.ts";
import type { Written } from "./sync.ts";

const BASE = "/rest/v1.1/requisitions";
const BULK = "/rest/v1.0/requisitions/:id{\\d+}/bulk_item_update";

/** The routes. */
export function requisitionRoutes(state: State): Hono<Env> {
  const app = new Hono<Env>();

  const answer = (c: Call, project: Project, written: Written<Requisition>, status = 200): Response => {
    if ("errors" in written) throw invalid(written.errors);
    return json(showRequisition(c.get("company"), project, written.row, c.req.query("view") ?? "extended"), status);
  };

  app.get(BASE, (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    const view = c.req.query("view");
    return list(c.req.url, {
      table: company.requisitions,
      scope: `project ${project.id}`,
      inScope: (row) => row.project_id === project.id,
      perPage: 30,
      filters: {
        commitment_id: { equals: (row) => String(row.commitment_id) },
        period_id: { equals: (row) => String(row.period_id) },
        status: { equals: (row) => row.status },
        origin_id: { equals: (row) => row.origin_id ?? "" },
        is_last: { equals: (row) => String(isLast(company, row)) },
        created_at: { time: (row) => row.created_at },
        updated_at: { time: (row) => row.updated_at },
      },
      render: (row) => showRequisition(company, project, row, view),
    });
  });
  app.post(BASE, async (c) => {
    const body = await bodyOf(c);
    const project = writableProject(c, body);
    const order = orderOf(c.get("company"), project, body.commitment_id);
    return answer(c, project, createRequisition(c.get("company"), order, wrapped(body, "requisition"), state), 201);
  });
  app.get(`${BASE}/:id{\\d+}`, (c) => {
    const project = projectOf(c);
    return answer(c, project, { row: find(c.get("company"), project, idOf(c)) });
  });
  app.patch(`${BASE}/:id{\\d+}`, async (c) => {
    const body = await bodyOf(c);
    const project = writableProject(c, body);
    const row = find(c.get("company"), project, idOf(c));
    return answer(c, project, updateRequisition(c.get("company"), row, wrapped(body, "requisition"), state));
  });
  app.delete(`${BASE}/:id{\\d+}`, (c) => {
    const project = writableProject(c);
    const errors = deleteRequisition(c.get("company"), find(c.get("company"), project, idOf(c)), state);
    if (errors) throw invalid(errors);
    return new Response(null, { status: 200 });
  });
  app.patch(BULK, async (c) => {
    const body: Given = await bodyOf(c);
    const project = writableProject(c, body);
    const row = find(c.get("company"), project, idOf(c));
    const written = updateRequisition(c.get("company"), row, { items: body.requisition_items ?? [] }, state);
    if ("errors" in written) throw invalid(written.errors);
    return new Response(null, { status: 200 });
  });
  return app;
}

function find(company: Company, project: Project, id: number): Requisition {
  const row = company.requisitions.get(id);
  if (row?.project_id !== project.id) throw notFound("Requisition");
  return row;
}

function orderOf({ purchaseOrders }: Company, project: Project, id: unknown): PurchaseOrder {
  const order = purchaseOrders.get(idFrom(id));
  if (order?.project_id !== project.id || order.deleted_at) throw notFound("Contract");
  return order;
}
