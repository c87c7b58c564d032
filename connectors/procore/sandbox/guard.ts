/**
 * What every call below `/rest` must pass: rate limit, token, company header, app installed. And how a handler finds its scope:
 * company, project, body.
 *
 * @module
 */
import type { Context, MiddlewareHandler } from "hono";
import { badRequest, forbidden, missing, notFound, Refusal, tooMany, unauthorized } from "./answers.ts";
import { exactNumber, type Given, idFrom } from "./attributes.ts";
import { toll } from "./limits.ts";
import { bearer, IS } from "./oauth.ts";
import type { Project } from "./project.ts";
import type { Company, State } from "./state.ts";

/** What the guard leaves for handlers. */
export interface Env {
  Variables: { company: Company };
}

/** A request to the API. */
export type Call = Context<Env>;

const NO_HEADER = "Missing Procore-Company-Id header! Send the id of the company that the call is about.";
const NOT_CONNECTED = "App is not connected to this company.";

/** Calls that a person's token may make without naming a company. */
const OPEN_TO_PERSONS = /^\/rest\/v1\.\d\/(me|companies)$/;

/** Counts a call against its company's rate windows, and says in the answer, whatever that is, how many are left. */
export function rates(state: State): MiddlewareHandler<Env> {
  return async (c, next) => {
    const company = named(c, state);
    if (!company) return await next();
    const { pass, retryAfter, headers } = toll(company.windows, state.time());
    if (!pass) return tooMany(retryAfter, headers);
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  };
}

/** Lets a call in, or refuses it. */
export function guard(state: State): MiddlewareHandler<Env> {
  return async (c, next) => {
    const token = state.tokens.look(bearer(c.req.raw) ?? "");
    if (typeof token === "string") throw unauthorized(`The access token ${IS[token]}`);
    const header = c.req.header("Procore-Company-Id");
    const company = header === undefined ? undefined : named(c, state);
    const free = token.owner === "person" && OPEN_TO_PERSONS.test(c.req.path);
    if (header === undefined && !free) throw noHeader();
    if (!company && !free) throw unknownCompany(c);
    if (company) {
      if (!company.connected) throw forbidden(NOT_CONNECTED);
      sameCompany(company, companyInUrl(c));
      c.set("company", company);
    }
    await next();
  };
}

/** The company of the header; without one, that of the URL. */
function named(c: Call, state: State): Company | undefined {
  return state.companies.get(idFrom(c.req.header("Procore-Company-Id") ?? companyInUrl(c)));
}

function unknownCompany(c: Call): Refusal {
  return c.req.path === "/rest/v1.0/company_base_url"
    ? new Refusal(400, "invalid company id", { error: { code: "400", message: "invalid company id" } })
    : forbidden(NOT_CONNECTED);
}

/** The status is not documented (assumed: 400). */
function noHeader(): Refusal {
  return new Refusal(400, NO_HEADER, { code: 400, message: NO_HEADER, fields: "", reason: "", error: NO_HEADER });
}

function companyInUrl(c: Call): string | undefined {
  return c.req.path.match(/\/companies\/(\d+)\//)?.[1] ?? c.req.query("company_id");
}

/** A company other than the header's is refused (assumed: 403). */
function sameCompany(company: Company, id: unknown): void {
  if (id !== undefined && id !== null && String(id) !== String(company.id)) {
    throw forbidden("You are not authorized to access this company.");
  }
}

/** The company, which the query or the body must name besides the header. */
export function companyOf(c: Call, body?: Given): Company {
  const company = c.get("company");
  const id = c.req.query("company_id") ?? body?.company_id;
  if (id === undefined || id === null || id === "") throw missing("company_id");
  sameCompany(company, id);
  return company;
}

/** The project that path, query or body names. Without one there is no such resource (404); one that the app may not see is forbidden. */
export function projectOf(c: Call, body?: Given): Project {
  const id = c.req.param("project_id") ?? c.req.query("project_id") ?? body?.project_id;
  const project = c.get("company").projects.get(idFrom(id));
  if (!project) throw notFound("Project");
  if (!project.permitted) throw forbidden("You are not authorized to access this project.");
  return project;
}

/** The body of a write. Amounts stay as they were written: a JSON number's last digits are not lost on the way to its column. */
export async function bodyOf(c: Call): Promise<Given> {
  const type = c.req.header("Content-Type") ?? "application/json";
  if (!/\bjson\b/i.test(type)) throw new Refusal(406, "Not acceptable", { errors: `Cannot read ${type}; send JSON` });
  const text = await c.req.text();
  if (text.trim() === "") return {};
  let body: unknown;
  try {
    // Only a number with a fraction, an exponent or too many digits can lose any; others are spared the slower reading.
    body = /\d[.eE]|\d{16}/.test(text) ? JSON.parse(text, exactNumber) : JSON.parse(text);
  } catch {
    throw badRequest("There was a problem in the JSON you submitted");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw badRequest("The body must be an object");
  return body as Given;
}

/** The wrapped attributes of a v1 write: `{ vendor: {…} }`. */
export function wrapped(body: Given, name: string): Given {
  const given = body[name];
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw missing(name);
  return given as Given;
}

/** The id in the path. */
export function idOf(c: Call, name = "id"): number {
  return idFrom(c.req.param(name));
}
