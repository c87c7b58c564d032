/**
 * Who am I, which companies are there, and where one is served.
 *
 * @module
 */
import { Hono } from "hono";
import { json } from "./answers.ts";
import type { Env } from "./guard.ts";
import { list } from "./listing.ts";
import { bearer } from "./oauth.ts";
import { type Company, FIRST_IDS, type State } from "./state.ts";
import { table } from "./table.ts";

const PEOPLE = {
  app: { id: FIRST_IDS.user, login: "dmsa-gusset-sandbox@procore.example", name: "Gusset Sandbox (DMSA)" },
  person: { id: FIRST_IDS.user + 1, login: "pat.morgan@procore.example", name: "Pat Morgan" },
};

/** The routes. */
export function identityRoutes(state: State): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/rest/v1.0/me", (c) => {
    const token = state.tokens.look(bearer(c.req.raw)!);
    return json(PEOPLE[typeof token === "string" ? "app" : token.owner]);
  });
  app.get("/rest/v1.0/companies", (c) => {
    // One pair of credentials serves all companies that installed the app.
    const companies = table<Company>();
    for (const company of state.companies.values()) if (company.connected) companies.insert(company);
    return list(c.req.url, {
      table: companies,
      scope: "all",
      render: ({ id, name }) => ({
        id,
        name,
        is_active: true,
        logo_url: null,
        pcn_business_experience: null,
        my_company: true,
      }),
    });
  });
  app.get("/rest/v1.0/company_base_url", (c) => json({ zone: "us02", web_base_url: new URL(c.req.url).origin }));
  return app;
}
