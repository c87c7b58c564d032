/**
 * The routes of purchase order contracts (reference §3.8). Those of their lines are in `purchase_order_lines.ts`.
 *
 * @module
 */
import { Hono } from "hono";
import { forbidden, invalid, json, notFound } from "./answers.ts";
import type { Filters } from "./filters.ts";
import { bodyOf, type Call, type Env, idOf, projectOf, wrapped } from "./guard.ts";
import type { Given } from "./attributes.ts";
import { list } from "./listing.ts";
import type { Project } from "./project.ts";
import { deletePurchaseOrder, type PurchaseOrder, purchaseOrdersOf } from "./purchase_order.ts";
import { showCommitment, showExtended, showPurchaseOrder, showWhole } from "./purchase_order_view.ts";
import type { Company, State } from "./state.ts";
import { sync, type Written } from "./sync.ts";

const BASE = "/rest/v1.0/purchase_order_contracts";

/** The routes. */
export function purchaseOrderRoutes(state: State): Hono<Env> {
  const app = new Hono<Env>();

  const answer = (c: Call, project: Project, written: Written<PurchaseOrder>, status = 200): Response => {
    if ("errors" in written) throw invalid(written.errors);
    return json(showWhole(c.get("company"), project, written.row), status);
  };

  app.get(BASE, (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    const view = c.req.query("view");
    return list(c.req.url, {
      table: company.purchaseOrders,
      scope: `project ${project.id}`,
      inScope: (row) => row.project_id === project.id && !row.work_order,
      deleted: (row) => row.deleted_at !== null,
      filters: filtersOf(company),
      render: (row) =>
        view === "extended" ? showExtended(company, project, row) : showPurchaseOrder(company, project, row),
    });
  });
  app.post(BASE, async (c) => {
    const body = await bodyOf(c);
    const project = writableProject(c, body);
    const kind = purchaseOrdersOf(c.get("company"), project, state);
    return answer(c, project, kind.create(wrapped(body, "purchase_order_contract")), 201);
  });
  app.patch(`${BASE}/sync`, async (c) => {
    const body = await bodyOf(c);
    const project = writableProject(c, body);
    const company = c.get("company");
    const show = (row: PurchaseOrder) => showPurchaseOrder(company, project, row);
    return json(sync({ ...purchaseOrdersOf(company, project, state), show }, body.updates));
  });
  app.get(`${BASE}/:id{\\d+}`, (c) => {
    const project = projectOf(c);
    return answer(c, project, { row: orderOf(c, project, state) });
  });
  app.patch(`${BASE}/:id{\\d+}`, async (c) => {
    const body = await bodyOf(c);
    const project = writableProject(c, body);
    const kind = purchaseOrdersOf(c.get("company"), project, state);
    return answer(c, project, kind.update(orderOf(c, project, state), wrapped(body, "purchase_order_contract")));
  });
  app.delete(`${BASE}/:id{\\d+}`, (c) => {
    const project = writableProject(c);
    const errors = deletePurchaseOrder(c.get("company"), orderOf(c, project, state), state);
    if (errors) throw invalid(errors);
    return new Response(null, { status: 200 });
  });
  app.get("/rest/v1.0/commitments", (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    return list(c.req.url, {
      table: company.purchaseOrders,
      scope: `commitments of ${project.id}`,
      inScope: (row) => row.project_id === project.id && row.deleted_at === null,
      render: (row) => showCommitment(company, project, row),
    });
  });
  return app;
}

function filtersOf({ purchaseOrders }: Company): Filters<PurchaseOrder> {
  return {
    id: { find: (id) => purchaseOrders.get(Number(id)) },
    origin_id: { find: (originId) => purchaseOrders.find("origin_id", originId) },
    status: { equals: (row) => row.status },
    created_at: { time: (row) => row.created_at },
    updated_at: { time: (row) => row.updated_at },
  };
}

/** The project of a write. A closed one takes none (assumed: 403). */
export function writableProject(c: Call, body?: Given): Project {
  const project = projectOf(c, body);
  if (!project.active) throw forbidden("This project is inactive.");
  return project;
}

/** The purchase order in the path. */
export function orderOf(c: Call, project: Project, state: State, name = "id"): PurchaseOrder {
  const row = purchaseOrdersOf(c.get("company"), project, state).byId(idOf(c, name));
  if (!row) throw notFound("Contract");
  return row;
}
