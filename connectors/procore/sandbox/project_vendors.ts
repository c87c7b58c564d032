/**
 * The routes of project vendors: company vendors that are on a project (reference §3.3).
 *
 * @module
 */
import { Hono } from "hono";
import { invalid, json, notFound } from "./answers.ts";
import { bodyOf, type Call, type Env, idOf, projectOf, wrapped } from "./guard.ts";
import { list } from "./listing.ts";
import type { Project } from "./project.ts";
import type { Company, State } from "./state.ts";
import type { Vendor } from "./vendor.ts";
import { vendorsOf } from "./vendor_rules.ts";
import { showVendor } from "./vendor_view.ts";
import { vendorFilters, vendorSorts } from "./vendors.ts";
import type { Written } from "./sync.ts";

const BASE = "/rest/:version{v1\\.[01]}/projects/:project_id{\\d+}/vendors";

/** Puts a vendor on a project; once is enough. */
export function addMember(company: Company, project: Project, vendor: Vendor): void {
  const add = (map: Map<number, Set<number>>, key: number, value: number): void => {
    map.set(key, (map.get(key) ?? new Set()).add(value));
  };
  add(company.members, project.id, vendor.id);
  add(company.memberships, vendor.id, project.id);
}

/** The routes. */
export function projectVendorRoutes(state: State): Hono<Env> {
  const app = new Hono<Env>();

  const listed = (c: Call, active: boolean): Response => {
    const company = c.get("company");
    const project = projectOf(c);
    const members = company.members.get(project.id) ?? new Set();
    const { origin_id: _, created_at: __, updated_at: ___, ...filters } = vendorFilters(company);
    return list(c.req.url, {
      table: company.vendors,
      // Membership changes without the vendor: the kept result is told apart by who is there.
      scope: `project ${project.id} ${active} ${[...members]}`,
      inScope: (row) => row.is_active === active && members.has(row.id),
      filters,
      sorts: vendorSorts,
      render: (row) => show(company, row, c.req.query("view")),
    });
  };
  const find = (c: Call): { company: Company; project: Project; vendor: Vendor } => {
    const company = c.get("company");
    const project = projectOf(c);
    const vendor = company.vendors.get(idOf(c));
    if (!vendor || !company.members.get(project.id)?.has(vendor.id)) throw notFound("Vendor");
    return { company, project, vendor };
  };
  const answer = (c: Call, written: Written<Vendor>, status = 200): Response => {
    if ("errors" in written) throw invalid(written.errors);
    return json(show(c.get("company"), written.row, c.req.query("view")), status);
  };

  app.get(BASE, (c) => listed(c, true));
  app.get(`${BASE}/inactive`, (c) => listed(c, false));
  app.patch(`${BASE}/inactive/:id{\\d+}`, (c) => {
    const { company, vendor } = find(c);
    return answer(c, vendorsOf(company, state).update(vendor, { is_active: true }));
  });
  app.post(BASE, async (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    const written = vendorsOf(company, state).create(wrapped(await bodyOf(c), "vendor"));
    if ("row" in written) addMember(company, project, written.row);
    return answer(c, written, 201);
  });
  app.get(`${BASE}/:id{\\d+}`, (c) => answer(c, { row: find(c).vendor }));
  app.patch(`${BASE}/:id{\\d+}`, async (c) => {
    const { company, vendor } = find(c);
    return answer(c, vendorsOf(company, state).update(vendor, wrapped(await bodyOf(c), "vendor")));
  });
  app.post(`${BASE}/:id{\\d+}/actions/add`, (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    const vendor = company.vendors.get(idOf(c));
    if (!vendor) throw notFound("Vendor");
    addMember(company, project, vendor);
    return answer(c, { row: vendor }, 201);
  });
  app.delete(`${BASE}/:id{\\d+}/actions/remove`, (c) => {
    const { company, project, vendor } = find(c);
    company.members.get(project.id)!.delete(vendor.id);
    company.memberships.get(vendor.id)!.delete(project.id);
    return new Response(null, { status: 204 });
  });
  return app;
}

function show(company: Company, row: Vendor, view: string | undefined): unknown {
  const { id, name, is_active } = row;
  switch (view) {
    case "ids_only":
      return id;
    case "name":
      return { id, name };
    case "minimal":
      return { id, name, is_active, logo: null };
    case "normal":
      return { ...showVendor(company, row, "normal"), project_ids: [...company.memberships.get(id) ?? []] };
    default:
      return showVendor(company, row);
  }
}
