/**
 * The routes of company vendors, the inactive ones and their business register included.
 *
 * @module
 */
import { Hono } from "hono";
import { badRequest, invalid, json, notFound, Refusal } from "./answers.ts";
import type { Given } from "./attributes.ts";
import type { Filters } from "./filters.ts";
import { bodyOf, type Call, companyOf, type Env, idOf, wrapped } from "./guard.ts";
import { list } from "./listing.ts";
import type { Company, State } from "./state.ts";
import { sync, type Written } from "./sync.ts";
import { nameKey, type Vendor } from "./vendor.ts";
import { readRegister, vendorsOf } from "./vendor_rules.ts";
import { showRegister, showVendor, vendorView } from "./vendor_view.ts";

/** The filters of vendor lists. */
export function vendorFilters({ vendors }: Company): Filters<Vendor> {
  return {
    id: { find: (id) => vendors.get(Number(id)) },
    origin_id: { find: (originId) => vendors.find("origin_id", originId) },
    parent_id: { equals: (row) => String(row.extras?.parent_id ?? "") },
    standard_cost_code_id: { among: (row) => (row.extras?.standard_cost_code_ids ?? []).map(String) },
    // The invented company has no trades, so no vendor has one.
    trade_id: { among: () => [] },
    created_at: { time: (row) => row.created_at },
    updated_at: { time: (row) => row.updated_at },
    search: { search: (row) => [row.name, row.origin_code, row.extras?.register?.identifier] },
  };
}

/** The fields vendor lists sort by. */
export const vendorSorts = { name: (row: Vendor) => nameKey(row.name) };

/** The routes. */
export function vendorRoutes(state: State): Hono<Env> {
  const app = new Hono<Env>();

  const answer = (c: Call, written: Written<Vendor>, status = 200): Response => {
    if ("errors" in written) throw invalid(written.errors);
    return json(showVendor(c.get("company"), written.row, vendorView(c.req.query("view"))), status);
  };
  const find = (company: Company, id: number): Vendor => {
    const row = company.vendors.get(id);
    if (!row) throw notFound("Vendor");
    return row;
  };
  const listed = (c: Call, company: Company, active: boolean): Response =>
    list(c.req.url, {
      table: company.vendors,
      scope: active ? "active" : "inactive",
      inScope: (row) => row.is_active === active,
      // The inactive list documents no filters, so it ignores them.
      filters: active ? vendorFilters(company) : {},
      sorts: vendorSorts,
      render: (row) => {
        const shown = showVendor(company, row, vendorView(c.req.query("view")));
        if (!active) shown._links = { reactivate: `/rest/v1.0/companies/${company.id}/vendors/inactive/${row.id}` };
        return shown;
      },
    });

  app.get("/rest/v1.0/vendors", (c) => listed(c, companyOf(c), true));
  app.post("/rest/v1.0/vendors", async (c) => {
    const body = await bodyOf(c);
    return answer(c, vendorsOf(companyOf(c, body), state).create(wrapped(body, "vendor")), 201);
  });
  app.patch("/rest/v1.0/vendors/sync", async (c) => {
    const body = await bodyOf(c);
    const company = companyOf(c, body);
    return json(sync({ ...vendorsOf(company, state), show: (row) => showVendor(company, row) }, body.updates));
  });
  app.get("/rest/v1.0/vendors/:id{\\d+}", (c) => answer(c, { row: find(companyOf(c), idOf(c)) }));
  app.patch("/rest/v1.0/vendors/:id{\\d+}", async (c) => {
    const body = await bodyOf(c);
    const company = companyOf(c, body);
    const row = find(company, idOf(c));
    const given: Given = { ...wrapped(body, "vendor") };
    if (body.business_register !== undefined) {
      if (typeof readRegister(body.business_register) === "string") {
        throw badRequest(`business_register ${readRegister(body.business_register)}`);
      }
      given.business_register_attributes = body.business_register;
    }
    return answer(c, vendorsOf(company, state).update(row, given));
  });

  app.on(["POST", "PATCH"], "/rest/v1.0/vendors/:id{\\d+}/business_register", async (c) => {
    const company = companyOf(c);
    const row = find(company, idOf(c));
    if (c.req.method === "POST" && row.extras?.register) {
      const message = "A business register already exists for this vendor";
      throw new Refusal(409, message, { message });
    }
    const read = readRegister((await bodyOf(c)).business_register);
    if (typeof read === "string") throw badRequest(`business_register ${read}`);
    vendorsOf(company, state).update(row, { business_register_attributes: read });
    return json(showRegister(row.extras!.register!), c.req.method === "POST" ? 201 : 200);
  });

  app.get("/rest/v1.0/companies/:company_id{\\d+}/vendors/inactive", (c) => listed(c, c.get("company"), false));
  app.patch("/rest/v1.0/companies/:company_id{\\d+}/vendors/inactive/:id{\\d+}", (c) => {
    const company = c.get("company");
    const row = find(company, idOf(c));
    if (row.is_active) throw notFound("Inactive vendor");
    return answer(c, vendorsOf(company, state).update(row, { is_active: true }));
  });
  return app;
}
