/**
 * The routes of projects (reference §3.4). Lists hold only what the app may see, and say nothing of the rest.
 *
 * @module
 */
import { Hono } from "hono";
import { forbidden, invalid, json, notFound } from "./answers.ts";
import { type Filters, filterValues } from "./filters.ts";
import { bodyOf, type Call, companyOf, type Env, idOf, wrapped } from "./guard.ts";
import { list } from "./listing.ts";
import { type Project, projectsOf } from "./project.ts";
import { displayName, showProject } from "./project_view.ts";
import type { Company, State } from "./state.ts";
import { sync, type Written } from "./sync.ts";

/** The routes. */
export function projectRoutes(state: State): Hono<Env> {
  const app = new Hono<Env>();

  const answer = (c: Call, written: Written<Project>, status = 200): Response => {
    if ("errors" in written) throw invalid(written.errors);
    return json(showProject(c.get("company"), written.row), status);
  };

  app.get("/rest/v1.1/projects", (c) => {
    const view = c.req.query("view");
    return listed(c, companyOf(c), view ?? "normal", { perPage: 100, most: view === "ids" ? 200_000 : 300 });
  });
  app.get("/rest/v1.0/projects", (c) => {
    return listed(c, companyOf(c), c.req.query("serializer_view") ?? "normal", { perPage: 100, most: 2000 });
  });
  app.post("/rest/v1.0/projects", async (c) => {
    const body = await bodyOf(c);
    return answer(c, projectsOf(companyOf(c, body), state).create(wrapped(body, "project")), 201);
  });
  app.patch("/rest/v1.0/projects/sync", async (c) => {
    const body = await bodyOf(c);
    const company = companyOf(c, body);
    return json(sync({ ...projectsOf(company, state), show: (row) => showProject(company, row) }, body.updates));
  });
  app.get("/rest/v1.0/projects/:id{\\d+}", (c) => {
    const row = find(companyOf(c), idOf(c));
    return c.req.query("view") === "minimal" ? json({ id: row.id, name: row.name }) : answer(c, { row });
  });
  app.patch("/rest/v1.0/projects/:id{\\d+}", async (c) => {
    const body = await bodyOf(c);
    const company = companyOf(c, body);
    return answer(c, projectsOf(company, state).update(find(company, idOf(c)), wrapped(body, "project")));
  });
  return app;
}

function find(company: Company, id: number): Project {
  const row = company.projects.get(id);
  if (!row) throw notFound("Project");
  if (!row.permitted) throw forbidden("You are not authorized to access this project.");
  return row;
}

function listed(c: Call, company: Company, view: string, pages: { perPage: number; most: number }): Response {
  const query = new URL(c.req.url).searchParams;
  const status = filterValues(query, "by_status")?.[0] ?? "Active";
  const members = filterValues(query, "vendor_id")?.map((id) => company.memberships.get(Number(id)));
  const filters: Filters<Project> = {
    id: { find: (id) => company.projects.get(Number(id)) },
    origin_id: { find: (originId) => company.projects.find("origin_id", originId) },
    project_number: { equals: (row) => row.project_number ?? "" },
    name: { search: (row) => [row.name] },
    created_at: { time: (row) => row.created_at },
    updated_at: { time: (row) => row.updated_at },
    synced: { equals: (row) => String(row.origin_id !== null) },
    is_demo: { equals: () => "false" },
    template: { equals: () => "false" },
  };
  return list(c.req.url, {
    table: company.projects,
    scope: `projects ${members ? memberKey(members) : ""}`,
    inScope: (row) =>
      row.permitted && (status === "All" || row.active === (status !== "Inactive")) &&
      (!members || members.some((ids) => ids?.has(row.id))),
    filters,
    sorts: { name: (row) => row.name.toLowerCase(), display_name: (row) => displayName(row).toLowerCase() },
    render: (row) => {
      if (view === "ids") return row.id;
      if (view === "compact") return { id: row.id, name: row.name };
      return showProject(company, row);
    },
    ...pages,
  });
}

/** Memberships change without the project, so the kept result is told apart by them. */
const memberKey = (members: (Set<number> | undefined)[]): string =>
  members.map((ids) => [...ids ?? []].join()).join("|");
