/**
 * Billing periods of a project: what requisitions are filed under (reference §3.12).
 *
 * @module
 */
import { Hono } from "hono";
import { invalid, json, notFound } from "./answers.ts";
import { type AttributeKinds, changed, type Given, readAttributes } from "./attributes.ts";
import { bodyOf, type Env, idOf, projectOf, wrapped } from "./guard.ts";
import { list } from "./listing.ts";
import type { Project } from "./project.ts";
import { writableProject } from "./purchase_orders.ts";
import type { Company, State } from "./state.ts";
import type { Written } from "./sync.ts";

/** A billing period. */
export interface BillingPeriod {
  id: number;
  project_id: number;
  start_date: string;
  end_date: string;
  due_date: string | null;
  position: number;
  status: "open" | "closed";
  created_at: string;
  updated_at: string;
}

const KINDS: AttributeKinds = { start_date: "date", end_date: "date", due_date: "date", status: "text" };
const BASE = "/rest/v1.0/projects/:project_id{\\d+}/billing_periods";

/** Adds a period, or edits one. Gives what is wrong where dates or status are. */
export function writePeriod(
  company: Company,
  project: Project,
  row: BillingPeriod | undefined,
  given: Given,
  state: State,
): Written<BillingPeriod> {
  const { values, errors } = readAttributes(KINDS, given);
  const now = { status: "open", due_date: null, ...row, ...values } as BillingPeriod;
  for (const name of ["start_date", "end_date"] as const) if (!now[name]) errors[name] = ["can't be blank"];
  if (now.start_date > now.end_date) errors.end_date = ["must be after the start date"];
  if (!["open", "closed"].includes(now.status)) errors.status = ["is not included in the list"];
  if (Object.keys(errors).length > 0) return { errors };
  const at = state.now();
  if (row) {
    const changes = changed(row, values);
    return { row: changes ? company.billingPeriods.update(row, { ...changes, updated_at: at }) : row };
  }
  const position = company.billingPeriods.rows.filter(({ project_id }) => project_id === project.id).length + 1;
  const { start_date, end_date, due_date, status } = now;
  return {
    row: company.billingPeriods.insert({
      id: state.nextId("billing_period"),
      project_id: project.id,
      start_date,
      end_date,
      due_date,
      position,
      status,
      created_at: at,
      updated_at: at,
    }),
  };
}

/** The routes. */
export function billingPeriodRoutes(state: State): Hono<Env> {
  const app = new Hono<Env>();
  const answer = (written: Written<BillingPeriod>, status = 200): Response => {
    if ("errors" in written) throw invalid(written.errors);
    return json(written.row, status);
  };
  const find = (company: Company, project: Project, id: number): BillingPeriod => {
    const row = company.billingPeriods.get(id);
    if (row?.project_id !== project.id) throw notFound("Billing period");
    return row;
  };

  app.get(BASE, (c) => {
    const { billingPeriods } = c.get("company");
    const project = projectOf(c);
    return list(c.req.url, {
      table: billingPeriods,
      scope: `project ${project.id}`,
      inScope: (row) => row.project_id === project.id,
      filters: {
        id: { find: (id) => billingPeriods.get(Number(id)) },
        status: { equals: (row) => row.status },
        created_at: { time: (row) => row.created_at },
        updated_at: { time: (row) => row.updated_at },
      },
      render: (row) => row,
    });
  });
  app.post(BASE, async (c) => {
    const body = await bodyOf(c);
    const project = writableProject(c, body);
    return answer(writePeriod(c.get("company"), project, undefined, wrapped(body, "billing_period"), state), 201);
  });
  app.get(`${BASE}/:id{\\d+}`, (c) => json(find(c.get("company"), projectOf(c), idOf(c))));
  app.patch(`${BASE}/:id{\\d+}`, async (c) => {
    const body = await bodyOf(c);
    const project = writableProject(c, body);
    const row = find(c.get("company"), project, idOf(c));
    return answer(writePeriod(c.get("company"), project, row, wrapped(body, "billing_period"), state));
  });
  return app;
}
