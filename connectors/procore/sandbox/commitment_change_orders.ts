/**
 * Commitment change orders: the newer face of the change order packages, which `legacy_package_id` joins them to; read only here (reference
 * §3.11). The published list is an object, the live one was seen to be an array of rows: so is this.
 *
 * @module
 */
import { Hono } from "hono";
import { json, notFound } from "./answers.ts";
import { type ChangeOrderPackage, packageTotal } from "./change_order_package.ts";
import { type Env, idOf, projectOf } from "./guard.ts";
import { list } from "./listing.ts";
import type { Project } from "./project.ts";
import { amountText } from "./purchase_order.ts";
import { FIRST_IDS } from "./state.ts";
import { type Stored, table } from "./table.ts";

const BASE = "/rest/v1.0/projects/:project_id{\\d+}/commitment_change_orders";

/** The routes. */
export function commitmentChangeOrderRoutes(): Hono<Env> {
  const app = new Hono<Env>();
  app.get(BASE, (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    const mirror = table<Stored & { row: ChangeOrderPackage }>();
    for (const row of company.changeOrderPackages.rows) {
      if (row.project_id === project.id && !row.deleted_at) mirror.insert({ id: row.mirror_id, row });
    }
    return list(c.req.url, {
      table: mirror,
      scope: "all",
      filters: {
        id: { find: (id) => mirror.get(Number(id)) },
        legacy_package_id: { equals: ({ row }) => String(row.id) },
        contract_id: { equals: ({ row }) => String(row.contract_id) },
        status: { equals: ({ row }) => row.status },
        executed: { equals: ({ row }) => String(row.executed) },
        updated_at: { time: ({ row }) => row.updated_at },
      },
      render: ({ row }) => showMirror(project, row),
    });
  });
  app.get(`${BASE}/:id{\\d+}`, (c) => {
    const project = projectOf(c);
    const id = idOf(c);
    const row = c.get("company").changeOrderPackages.rows.find(({ mirror_id }) => mirror_id === id);
    if (row?.project_id !== project.id || row.deleted_at) throw notFound("Change order");
    return json({ ...showMirror(project, row), attachments: [], change_events: [] });
  });
  return app;
}

function showMirror({ currency_iso_code }: Project, row: ChangeOrderPackage): Record<string, unknown> {
  const { contract_id, description, title, invoiced_date, due_date, signed_change_order_received_date } = row;
  const { created_at, updated_at, reviewed_at, executed, number, status } = row;
  return {
    id: row.mirror_id,
    batch_id: null,
    contract_id,
    legacy_package_id: row.id,
    legacy_request_id: null,
    location_id: null,
    description,
    title,
    invoiced_date,
    due_date,
    revised_substantial_completion_date: null,
    signed_change_order_received_date,
    updated_at,
    created_at,
    reviewed_at,
    executed,
    paid: row.paid_date !== null,
    signature_required: false,
    private: true,
    field_change: false,
    grand_total: amountText(packageTotal(row)),
    schedule_impact_amount: null,
    number,
    type: "CommitmentChangeOrder",
    revision: 0,
    status,
    reference: null,
    created_by: { id: FIRST_IDS.user, name: "Ada Person" },
    designated_reviewer: null,
    received_from: null,
    reviewed_by: null,
    change_order_change_reason: null,
    currency_configuration: { currency_iso_code },
    custom_fields: {},
  };
}
