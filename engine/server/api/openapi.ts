/**
 * The OpenAPI document, made from the routes: nothing is said twice.
 *
 * @module
 */
import { z } from "zod";
import { type ActName, ACTS, type Right, rolesWith } from "../../state/roles.ts";
import { problemShape } from "./shapes.ts";
import type { Route } from "./types.ts";

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of these routes. */
export function openApi(routes: readonly Route[], version: string): Json {
  const schemas: Record<string, Json> = {};
  const problem = schemaOf(problemShape, schemas, "output");
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method] = operation(route, schemas, problem);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Gusset",
      version,
      description:
        "All that the command line can do, over HTTP. Amounts are decimal strings. Every change goes into the audit log. " +
        "What goes wrong is told as application/problem+json, with a stable code and the one action that helps.",
    },
    servers: [{ url: "/api/v1" }],
    security: [{ token: [] }],
    tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => a < b ? -1 : 1)),
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A token that `gusset token create` made." },
      },
    },
  };
}

const tagOf = ({ path }: Route): string => path.split("/")[1];

/** The roles that may call a route: `approver or admin`. */
export function rolesOf({ takes }: Pick<Route, "takes">): string {
  const right: Right = Object.hasOwn(ACTS, takes) ? ACTS[takes as ActName] : takes as Right;
  return rolesWith(right);
}

function operation(route: Route, schemas: Record<string, Json>, problem: Json): Json {
  const { id, says, verbs, body, takesText, answer, status = 200, query, path } = route;
  const roles = rolesOf(route);
  const act = Object.hasOwn(ACTS, route.takes) ? ` Put into the audit log as \`${route.takes}\`.` : "";
  const verb = verbs.length > 0 ? ` As \`gusset ${verbs.join("` and `gusset ")}\`.` : "";
  return {
    operationId: id,
    summary: says,
    description: `Takes: ${roles}.${act}${verb}`,
    tags: [tagOf(route)],
    ...parameters(path, query, schemas),
    ...(body && {
      requestBody: {
        required: takesText !== undefined,
        content: { [takesText ?? "application/json"]: { schema: schemaOf(body, schemas, "input") } },
      },
    }),
    responses: {
      [status]: {
        description: "All is well.",
        content: isMedia(answer)
          ? Object.fromEntries(answer.map((type) => [type, { schema: { type: "string" } }]))
          : { "application/json": { schema: schemaOf(answer, schemas, "output") } },
      },
      default: {
        description: "What went wrong.",
        content: { "application/problem+json": { schema: problem } },
      },
    },
  };
}

const isMedia = (answer: Route["answer"]): answer is readonly string[] => Array.isArray(answer);

function parameters(path: string, query: Route["query"], schemas: Record<string, Json>): Json {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const { properties = {}, required = [] } = query ? schemaOf(query, schemas, "input") : {} as Json;
  const inQuery = Object.entries(properties as Record<string, Json>).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: (required as string[]).includes(name),
    ...(description !== undefined && { description }),
    schema,
    ...(schema.type === "array" && { style: "form", explode: false }),
  }));
  const all = [...inPath, ...inQuery];
  return all.length > 0 ? { parameters: all } : {};
}

const PREFIX = "#/components/schemas/";

/** A schema as JSON Schema; those that have a name stand among the components, once. */
function schemaOf(schema: z.ZodType, schemas: Record<string, Json>, io: "input" | "output"): Json {
  const whole = z.toJSONSchema(z.object({ it: schema }), { io, unrepresentable: "any" }) as Json;
  const text = JSON.stringify(whole).replaceAll('"#/$defs/', `"${PREFIX}`);
  const { $defs = {}, properties } = JSON.parse(text) as { $defs?: Record<string, Json>; properties: { it: Json } };
  for (const [name, { id: _, ...definition }] of Object.entries($defs)) schemas[name] = definition;
  return properties.it;
}
