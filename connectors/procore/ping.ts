/**
 * What a connection finds at Procore, in words that a newcomer can act on.
 *
 * @module
 */
import type { Clock } from "../../engine/clock.ts";
import type { Finding, Identity, Row } from "../../engine/connector.ts";
import { asFailure, Failure, sentence } from "../../engine/failure.ts";
import type { Open } from "./open.ts";
import { foreignOrigins, ownPrefixes } from "./owner.ts";
import type { ListPage, Rest } from "./rest.ts";

/** A clock that is further off than this gets a warning: tokens and cursors are reckoned by it. */
const OFF_BY = 60_000;

/**
 * The company as Procore names it. Throws `permission.missing` where it is not among those the app may see.
 *
 * The monthly sandbox is a copy of production with the same ids, so that the host is part of who answers.
 */
export async function identify(
  { rest, settings: { company_id, api_url } }: Pick<Open, "rest" | "settings">,
): Promise<Identity> {
  const { hostname, host } = new URL(api_url);
  const seen: string[] = [];
  for await (const { rows } of rest.pages({ path: "/rest/v1.0/companies", perPage: 100 })) {
    const company = rows.find(({ id }) => id === company_id);
    if (company) return { facts: { company_id, host: hostname }, name: `${company.name} (${company_id}) on ${host}` };
    seen.push(...rows.map(({ id, name }) => `${name} (${id})`));
  }
  throw new Failure("permission.missing", {
    fact: `Company ${company_id} is not among those the app may see${
      seen.length > 0 ? `: ${seen.slice(0, 5).join(", ")}` : ", which are none"
    }`,
    place: "GET /rest/v1.0/companies",
    action: "Check company_id, or ask a company administrator of Procore to install the app under App Management.",
  });
}

/** Looks around, and says what it found; what fails is a finding, too. */
export async function* ping(open: Open): AsyncGenerator<Finding> {
  const { rest, settings, clock } = open;
  const login = await attempt(() => rest.call({ method: "GET", path: "/rest/v1.0/me" }));
  if (login instanceof Failure) return yield failed(login);
  const me = login.value as Row | null;
  if (typeof me?.id !== "string") return yield failed(stranger(settings.api_url));
  yield { level: "ok", message: `Logged in to ${settings.login_url} as ${me.login ?? me.name ?? `user ${me.id}`}.` };
  yield clocks(login.headers, clock);

  const company = await attempt(() => identify(open));
  if (company instanceof Failure) return yield failed(company);
  yield { level: "ok", message: `The company is ${company.name}.` };

  const projects = await attempt(() => open.projects.get());
  if (projects instanceof Failure) yield failed(projects);
  else yield projectsSeen(projects.rows);

  const vendors = await attempt(() => firstPage(rest, settings.company_id, settings.page_size));
  if (vendors instanceof Failure) yield failed(vendors);
  else {
    const { rows, total } = vendors;
    yield {
      level: "ok",
      message: `The company directory can be read: ${total ?? `at least ${rows.length}`} active vendors.`,
    };
    yield ownership("vendors", rows, open);
  }
  if (!(projects instanceof Failure)) yield ownership("projects", projects.rows, open);
}

/** An answer that names nobody is not Procore's, whatever its status. */
function stranger(api_url: string): Failure {
  return new Failure("wire.garbled", {
    fact: "Something answers in place of Procore: it does not say who is logged in",
    place: `GET /rest/v1.0/me at ${api_url}`,
  });
}

function projectsSeen(rows: Row[]): Finding {
  if (rows.length === 0) {
    return {
      level: "warn",
      message: "No project can be seen.",
      action: "Ask a company administrator of Procore to permit the app its projects under App Management.",
    };
  }
  const active = rows.filter((row) => row.active !== false).length;
  return { level: "ok", message: `${rows.length} projects can be seen, ${active} of them active.` };
}

function ownership(stream: string, rows: Row[], { settings, tags }: Open): Finding {
  const { owned, foreign, examples } = foreignOrigins(rows, ownPrefixes({ ...settings, tags }));
  if (owned === 0) return { level: "ok", message: `No ${stream} carry an origin_id: no ERP connector owns them yet.` };
  if (foreign === 0) return { level: "ok", message: `${owned} ${stream} carry an origin_id, all of them ours.` };
  const allowed = settings.foreign_origin === "allow";
  return {
    level: "warn",
    message:
      `${foreign} of ${owned} ${stream} that carry an origin_id have one that this connection does not know as its own ` +
      `(${examples.join(", ")})${allowed ? "." : ": unless a pipeline writes such keys, writing is refused."}`,
    action:
      "If another ERP connector made them, disconnect it or do not write; if they are ours, name their beginning in origin_prefixes.",
  };
}

function clocks(headers: Headers, clock: Clock): Finding {
  const theirs = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(theirs)) return { level: "ok", message: "Procore's answer does not tell its time." };
  // Date has no fractions of a second.
  const off = Math.max(0, Math.abs(clock.now() - theirs) - 1000);
  const seconds = Math.round(off / 1000);
  if (off <= OFF_BY) {
    return { level: "ok", message: `The clocks differ by ${seconds === 0 ? "less than a second" : `${seconds} s`}.` };
  }
  return {
    level: "warn",
    message: `This machine's clock and Procore's differ by ${seconds} s.`,
    action: "Let this machine's clock be set by NTP.",
  };
}

async function firstPage(rest: Rest, company_id: string, perPage: number): Promise<ListPage> {
  const query = [["company_id", company_id], ["view", "normal"]] as const;
  for await (const page of rest.pages({ path: "/rest/v1.0/vendors", query, perPage })) return page;
  return { rows: [] };
}

async function attempt<T>(work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    return asFailure(error);
  }
}

function failed(failure: Failure): Finding {
  const { action } = failure;
  const message = sentence(failure);
  return {
    level: "fail",
    message: message.endsWith(action) ? message.slice(0, -action.length).trimEnd() : message,
    action,
  };
}
