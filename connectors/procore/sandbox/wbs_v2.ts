/**
 * The v2.0 reads of WBS codes: `data` around the rows, ids as text, ten rows a page (reference §2.1, §3.6).
 *
 * @module
 */
import { Hono } from "hono";
import { type Env, projectOf } from "./guard.ts";
import { list } from "./listing.ts";
import { flatCode, itemsOfCode } from "./wbs_code.ts";

const BASE = "/rest/v2.0/companies/:company_id{\\d+}/projects/:project_id{\\d+}/wbs/codes";

/** The routes. */
export function wbsV2Routes(): Hono<Env> {
  const app = new Hono<Env>();

  app.get(BASE, (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    return list(c.req.url, {
      table: company.wbsCodes,
      scope: `project ${project.id}, codes of ${company.costCodes.version}`,
      inScope: (row) => row.project_id === project.id,
      filters: {
        id: { find: (id) => company.wbsCodes.get(Number(id)) },
        search: { search: (row) => [flatCode(company, itemsOfCode(company, project, row)), row.description] },
      },
      perPage: 10,
      most: 100,
      v2: true,
      render: (row) => {
        const items = itemsOfCode(company, project, row);
        const names = items.map((item) => item.row.name);
        return {
          id: String(row.id),
          code: flatCode(company, items),
          description: row.description,
          status: row.status,
          attribute_1_name: names[0],
          attribute_2_name: names[1],
          attribute_3_name: null,
        };
      },
    });
  });
  app.get(`${BASE}/ids`, (c) => {
    const company = c.get("company");
    const project = projectOf(c);
    return list(c.req.url, {
      table: company.wbsCodes,
      scope: `project ${project.id}`,
      inScope: (row) => row.project_id === project.id,
      perPage: 5000,
      most: 5000,
      v2: true,
      render: (row) => String(row.id),
    });
  });
  return app;
}
