/**
 * The routes of the lines of purchase order contracts (reference §3.8): children, which are not there (404) where the call does not name
 * the project.
 *
 * @module
 */
import { Hono } from "hono";
import { invalid, json, notFound } from "./answers.ts";
import { bodyOf, type Call, type Env, idOf, projectOf, wrapped } from "./guard.ts";
import { list } from "./listing.ts";
import type { Project } from "./project.ts";
import type { PurchaseOrder } from "./purchase_order.ts";
import { deleteLine, linesOf, type PurchaseOrderLine } from "./purchase_order_line.ts";
import { showLine } from "./purchase_order_view.ts";
import { orderOf, writableProject } from "./purchase_orders.ts";
import type { State } from "./state.ts";
import { sync, type Written } from "./sync.ts";
import { type Stored, table } from "./table.ts";

const BASE = "/rest/v1.0/purchase_order_contracts/:order_id{\\d+}/line_items";

/** The routes. */
export function purchaseOrderLineRoutes(state: State): Hono<Env> {
  const app = new Hono<Env>();

  const of = (c: Call, project: Project): PurchaseOrder => orderOf(c, project, state, "order_id");
  const answer = (c: Call, project: Project, written: Written<PurchaseOrderLine>, status = 200): Response => {
    if ("errors" in written) throw invalid(written.errors);
    return json(showLine(c.get("company"), project, written.row), status);
  };
  const find = (c: Call, project: Project, order: PurchaseOrder): PurchaseOrderLine => {
    const row = linesOf(c.get("company"), project, order, state).byId(idOf(c));
    if (!row) throw notFound("Line item");
    return row;
  };

  app.get(BASE, (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    const lines = table<Stored & { line: PurchaseOrderLine }>();
    for (const line of of(c, project).lines) lines.insert({ id: line.id, line });
    const codes = ({ line }: { line: PurchaseOrderLine }) => company.wbsCodes.get(line.wbs_code_id)!.item_ids;
    return list(c.req.url, {
      table: lines,
      scope: "all",
      filters: {
        id: { find: (id) => lines.get(Number(id)) },
        created_at: { time: ({ line }) => line.created_at },
        updated_at: { time: ({ line }) => line.updated_at },
        cost_code_id: { equals: (row) => String(codes(row)[0]) },
        line_item_type_id: { equals: (row) => String(codes(row)[1]) },
      },
      render: ({ line }) => showLine(company, project, line),
    });
  });
  app.post(BASE, async (c) => {
    const body = await bodyOf(c);
    const project = writableProject(c, body);
    const kind = linesOf(c.get("company"), project, of(c, project), state);
    return answer(c, project, kind.create(wrapped(body, "line_item")), 201);
  });
  app.patch(`${BASE}/sync`, async (c) => {
    const company = c.get("company");
    // The scope stands in the query here, not in the body.
    const project = writableProject(c);
    const kind = linesOf(company, project, of(c, project), state);
    const show = (row: PurchaseOrderLine) => showLine(company, project, row);
    return json(sync({ ...kind, show }, (await bodyOf(c)).updates));
  });
  app.get(`${BASE}/:id{\\d+}`, (c) => {
    const project = projectOf(c);
    return answer(c, project, { row: find(c, project, of(c, project)) });
  });
  app.patch(`${BASE}/:id{\\d+}`, async (c) => {
    const body = await bodyOf(c);
    const project = writableProject(c, body);
    const order = of(c, project);
    const kind = linesOf(c.get("company"), project, order, state);
    return answer(c, project, kind.update(find(c, project, order), wrapped(body, "line_item")));
  });
  app.delete(`${BASE}/:id{\\d+}`, (c) => {
    const project = writableProject(c);
    const order = of(c, project);
    const errors = deleteLine(c.get("company"), order, find(c, project, order), state);
    if (errors) throw invalid(errors);
    return new Response(null, { status: 200 });
  });
  return app;
}
