/**
 * The regions of `api.md`: the routes as they are, what failures are answered with, and what the API leaves to the command line.
 *
 * @module
 */
import { FAILURES } from "../../engine/failure.ts";
import { openApi, rolesOf } from "../../engine/server/api/openapi.ts";
import { statusOf } from "../../engine/server/api/problem.ts";
import { COMMAND_LINE_ONLY, ROUTES } from "../../engine/server/api/routes.ts";

import { code, table } from "./markdown.ts";

type Json = Record<string, unknown>;

/** The regions, by name. */
export function apiRegions(): Record<string, string> {
  const { paths } = openApi(ROUTES, "") as { paths: Record<string, Record<string, Json>> };
  const groups = Map.groupBy(ROUTES, ({ path }) => path.split("/")[1]);
  return {
    routes: [...groups].map(([name, routes]) =>
      `### ${name}\n\n${
        table(
          ["route", "what it does", "takes", "who", "as"],
          routes.map((route) => [
            code(`${route.method.toUpperCase()} ${route.path}`),
            route.says,
            takes(paths[route.path][route.method]),
            rolesOf(route) === "viewer or operator or approver or admin" ? "everybody" : rolesOf(route),
            route.verbs.map((verb) => code(`gusset ${verb}`)).join(", "),
          ]),
        )
      }`
    ).join("\n\n"),
    statuses: table(
      ["status", "codes"],
      [...Map.groupBy(
        Object.entries(FAILURES),
        ([name, { kind }]) => statusOf({ code: name as keyof typeof FAILURES, kind }),
      )]
        .sort(([a], [b]) => a - b)
        .map(([status, codes]) => [String(status), codes.map(([name]) => code(name)).join(", ")]),
    ),
    "command-line": table(
      ["verb", "why"],
      Object.entries(COMMAND_LINE_ONLY).map(([verb, why]) => [code(`gusset ${verb}`), why]),
    ),
  };
}

/** The names of what a route takes besides its path: those that must be given in bold. */
function takes({ parameters = [], requestBody }: Json): string {
  const query = (parameters as { name: string; in: string }[]).filter((one) => one.in === "query")
    .map(({ name }) => code(`?${name}`));
  return [...query, ...bodyOf(requestBody as Json | undefined)].join(", ");
}

function bodyOf(body: Json | undefined): string[] {
  const [[type, { schema }]] = Object.entries(
    (body?.content ?? { "": { schema: {} } }) as Record<string, { schema: Json }>,
  );
  if (type === "") return [];
  if (type !== "application/json") return [type];
  const required = new Set(schema.required as string[] | undefined);
  return Object.keys(schema.properties as Json ?? {})
    .map((name) => required.has(name) ? `**${code(name)}**` : code(name));
}
