/**
 * The routes of change order packages and how they are shown: short in the list, with their lines for one (reference §3.11).
 *
 * @module
 */
import { Hono } from "hono";
import { invalid, json, notFound } from "./answers.ts";
import { idFrom } from "./attributes.ts";
import { type ChangeOrderLine, type ChangeOrderPackage, packageTotal, writePackage } from "./change_order_package.ts";
import { showCostCode } from "./cost_codes.ts";
import { bodyOf, type Call, type Env, idOf, projectOf, wrapped } from "./guard.ts";
import { showLineItemType } from "./line_item_type.ts";
import { list } from "./listing.ts";
import type { Project } from "./project.ts";
import { amountText, type PurchaseOrder } from "./purchase_order.ts";
import { writableProject } from "./purchase_orders.ts";
import { type Company, FIRST_IDS, type State } from "./state.ts";
import type { Written } from "./sync.ts";
import { flatCode, itemsOfCode } from "./wbs_code.ts";

const BASE = "/rest/v1.0/change_order_packages";

/** The routes. */
export function changeOrderPackageRoutes(state: State): Hono<Env> {
  const app = new Hono<Env>();
  const answer = (c: Call, project: Project, written: Written<ChangeOrderPackage>, status = 200): Response => {
    if ("errors" in written) throw invalid(written.errors);
    return json(showPackageWhole(c.get("company"), project, written.row), status);
  };

  app.get(BASE, (c) => {
    const company = c.get("company");
    const { changeOrderPackages: packages } = company;
    const project = projectOf(c);
    const contract = c.req.query("contract_id");
    if (contract !== undefined) contractOf(company, project, contract);
    return list(c.req.url, {
      table: packages,
      scope: `project ${project.id}`,
      inScope: (row) =>
        row.project_id === project.id && (contract === undefined || String(row.contract_id) === contract),
      deleted: (row) => row.deleted_at !== null,
      filters: {
        id: { find: (id) => packages.get(Number(id)) },
        created_at: { time: (row) => row.created_at },
        updated_at: { time: (row) => row.updated_at },
        reviewed_at: { time: (row) => row.reviewed_at ?? "" },
      },
      render: (row) => showPackage(project, row),
    });
  });
  app.post(BASE, async (c) => {
    const body = await bodyOf(c);
    const project = writableProject(c, body);
    const order = contractOf(c.get("company"), project, body.contract_id);
    const { lines: _, ...given } = wrapped(body, "change_order");
    return answer(c, project, writePackage(c.get("company"), order, undefined, given, state), 201);
  });
  app.get(`${BASE}/:id{\\d+}`, (c) => {
    const project = projectOf(c);
    return answer(c, project, { row: find(c.get("company"), project, idOf(c)) });
  });
  app.patch(`${BASE}/:id{\\d+}`, async (c) => {
    const body = await bodyOf(c);
    const project = writableProject(c, body);
    const company = c.get("company");
    const row = find(company, project, idOf(c));
    const { lines: _, ...given } = wrapped(body, "change_order");
    return answer(c, project, writePackage(company, company.purchaseOrders.get(row.contract_id)!, row, given, state));
  });
  return app;
}

function find(company: Company, project: Project, id: number): ChangeOrderPackage {
  const row = company.changeOrderPackages.get(id);
  if (row?.project_id !== project.id || row.deleted_at) throw notFound("Change order package");
  return row;
}

function contractOf({ purchaseOrders }: Company, project: Project, id: unknown): PurchaseOrder {
  const order = purchaseOrders.get(idFrom(id));
  if (order?.project_id !== project.id || order.deleted_at) throw notFound("Contract");
  return order;
}

const currencyOf = ({ currency_iso_code }: Project): Record<string, unknown> => ({
  base_currency_iso_code: currency_iso_code,
  currency_iso_code,
});

/** Shows a package without its lines. */
export function showPackage(project: Project, row: ChangeOrderPackage): Record<string, unknown> {
  const { project_id: _, lines: __, whole: ___, description: ____, mirror_id: _____, ...fields } = row;
  return {
    ...fields,
    created_by_id: FIRST_IDS.user,
    currency_configuration: currencyOf(project),
    custom_fields: {},
    designated_reviewer: null,
    grand_total: amountText(packageTotal(row)),
    revision: 0,
  };
}

/** All there is of a package. */
export function showPackageWhole(company: Company, project: Project, row: ChangeOrderPackage): Record<string, unknown> {
  const { created_by_id, ...shown } = showPackage(project, row);
  return {
    ...shown,
    attachments: [],
    creator: { id: created_by_id, login: "ada@example.test", name: "Ada Person" },
    description: row.description,
    line_items: row.lines.map((line) => showChangeLine(company, project, row, line)),
    position: Number(row.number),
    private: true,
    review_notes: null,
    reviewer: null,
    revised_substantial_completion_date: null,
    schedule_impact_amount: null,
    type: "CommitmentContractChangeOrder",
  };
}

function showChangeLine(
  company: Company,
  project: Project,
  { id: package_id }: ChangeOrderPackage,
  { id, description, amount, wbs_code_id, position }: ChangeOrderLine,
): Record<string, unknown> {
  const code = company.wbsCodes.get(wbs_code_id)!;
  const [costCode, type] = code.item_ids;
  return {
    id,
    position,
    description,
    quantity: "0.0",
    uom: null,
    total_amount: amount,
    extended_amount: amount,
    unit_cost: "0.0",
    cost_code: showCostCode(company, project, company.costCodes.get(costCode)!),
    currency_configuration: { currency_iso_code: project.currency_iso_code },
    holder: { id: package_id, holder_type: "ChangeOrderPackage" },
    line_item_type: showLineItemType(company.lineItemTypes.get(type)!),
    markup_line_items: [],
    wbs_code: {
      id: code.id,
      flat_code: flatCode(company, itemsOfCode(company, project, code)),
      description: code.description,
    },
  };
}
