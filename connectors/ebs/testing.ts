/**
 * A gateway made by hand, for tests of the connector's behaviour: small, strict about what it is sent, and as ill-behaved as a
 * test wants it. The sandbox is the believable one.
 *
 * @module
 */
import { manualClock, seededRandom } from "../../engine/clock.ts";
import type { Row, Session, Value, Wire } from "../../engine/connector.ts";
import { open } from "./open.ts";
import { PACKAGE_VERSION } from "./operations.ts";
import { settings } from "./settings.ts";
import { at, itemsOf, member, parseTree } from "./tree.ts";

/** A request as the gateway saw it. */
export interface Seen {
  route: string;
  cookie: string | null;
  authorization: string | null;
  body: string;
  /** `Org_Id` of its header. */
  org?: string;
}

/** What the gateway holds and how it misbehaves. */
export interface FakeOptions {
  /** Rows by operation and operating unit. */
  rows?: Record<string, Record<string, Row[]>>;
  password?: string;
  /** Answers in place of the gateway; `nth` counts the calls of operations from 1. */
  instead?: (seen: Seen, nth: number) => Response | undefined | Promise<Response | undefined>;
  /** Parameters that replace those of the answer. */
  output?: (operation: string, org: string) => Record<string, Value>;
}

/** The gateway, what it saw, and what it was asked. */
export interface Fake {
  wire: Wire;
  seen: Seen[];
  /** How often a route was called: `login`, `get_suppliers`. */
  calls(route: string): number;
}

/** The time at which the database of the fake stands still. */
export const NOW = "2024-03-01T12:00:00";

/** Makes a gateway. */
export function fakeGateway({ rows = {}, password = "sesame", instead, output }: FakeOptions = {}): Fake {
  const seen: Seen[] = [];
  const tokens = new Set<string>();
  let nth = 0;

  async function wire(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const route = url.search === "?WADL" ? "WADL" : url.pathname.replace(/\/$/, "").split("/").at(-1)!;
    const body = await request.text();
    const { headers } = request;
    const call: Seen = { route, cookie: headers.get("cookie"), authorization: headers.get("authorization"), body };
    const input = body ? parseTree(body) : undefined;
    const root = member(input, `${route}_Input`);
    call.org = at(root, "RESTHeader", "Org_Id") as string | undefined;
    seen.push(call);
    const isCall = route !== "login" && route !== "logout";
    const other = await instead?.(call, isCall ? ++nth : nth);
    if (other) return other;
    const authorized = call.authorization === `Basic ${btoa(`PROCORE_INT:${password}`)}`;
    if (route === "login") {
      if (!authorized) return json(fault("FND_SOA_AUTHENTICATION_FAILURE"), 401);
      const token = `token-${tokens.size + 1}`;
      tokens.add(`EBSTEST=${token}`);
      return new Response(
        `<response><data><accessToken>${token}</accessToken><accessTokenName>EBSTEST</accessTokenName>` +
          `<ebsVersion>12.2.0</ebsVersion><userName>PROCORE_INT</userName></data></response>`,
        { headers: { "content-type": "application/xml" } },
      );
    }
    if (!authorized && !tokens.has(call.cookie ?? "")) return json(fault("FND_SOA_AUTHENTICATION_FAILURE"), 401);
    if (route === "logout") return json({ response: { data: "ok" } });
    if (route === "WADL") {
      return new Response(wadl(Object.keys(rows)), { headers: { "content-type": "application/xml" } });
    }
    if (root === undefined) return json(fault("ISG_SERVICE_EXECUTION_ERROR"), 500);
    const answer = answerTo(route, at(root, "InputParameters"), rows[route]);
    const parameters = { ...answer, ...output?.(route, call.org ?? "") };
    return headers.get("accept") === "application/xml"
      ? new Response(xml("OutputParameters", parameters), { headers: { "content-type": "application/xml" } })
      : json({ OutputParameters: collapsed(parameters) });
  }
  return { wire, seen, calls: (route) => seen.filter((call) => call.route === route).length };
}

function answerTo(operation: string, input: Value, units: Record<string, Row[]> = {}): Record<string, Value> {
  const org = member(input, "P_ORG_ID") as string;
  const base = { X_RETURN_STATUS: "S", X_MSG_DATA: null, X_AS_OF: NOW, X_ORG_ID: org };
  if (operation === "get_context") {
    return {
      ...base,
      X_DATABASE: "EBSTEST",
      X_DATABASE_ID: "77",
      X_ORG_ACCESS: "Y",
      X_UTC: `${NOW}Z`,
      X_PACKAGE_VERSION: PACKAGE_VERSION,
    };
  }
  const ids = itemsOf(input, "P_IDS");
  const [after, size] = [Number(member(input, "P_LAST_ID") ?? 0), Number(member(input, "P_PAGE_SIZE") ?? 100)];
  const keyOf = (row: Row): string => Object.values(row)[0] as string;
  const all = units[org] ?? [];
  const wanted = ids ? all.filter((row) => ids.includes(keyOf(row))) : all.filter((row) => Number(keyOf(row)) > after);
  const page = ids ? wanted : wanted.slice(0, size);
  return { ...base, X_MORE: page.length < wanted.length ? "Y" : "N", X_ROWS: { X_ROWS_ITEM: page } };
}

/** The gateway's JSON: a collection of one is an object. */
function collapsed(value: Value): Value {
  if (Array.isArray(value)) return value.length === 1 ? collapsed(value[0]) : value.map(collapsed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value as Row).map(([key, member]) => [key, collapsed(member)]));
}

/** A tree as the gateway's XML, indented as servers do. */
export function xml(name: string, value: Value): string {
  if (Array.isArray(value)) return value.map((item) => xml(name, item)).join("\n");
  if (value === null || value === undefined) return `<${name} xsi:nil="true" xmlns:xsi="urn:xsi"/>`;
  if (typeof value !== "object") {
    return `<${name}>${String(value).replace(/[&<>\r]/g, (char) => `&#${char.charCodeAt(0)};`)}</${name}>`;
  }
  const inner = Object.entries(value as Row).map(([key, member]) => xml(key, member)).join("\n  ");
  return `<${name}>\n  ${inner}\n</${name}>`;
}

/** A JSON answer. */
export const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

/** A fault's body. */
export const fault = (Code: string): Value => ({
  ISGServiceFault: {
    Code,
    Message: "as the gateway words it",
    Resolution: "as the manual says",
    ServiceDetails: { InstanceId: "0" },
  },
});

const wadl = (operations: string[]): string =>
  `<application name="XXGUSSET_PKG"><resources base="/"><resource path="gusset/">${
    ["get_context", ...operations].map((name) =>
      `<resource path="${name}/"><method id="${name.toUpperCase()}" name="POST"><request/></method></resource>`
    ).join("")
  }</resource></resources></application>`;

/** Opens a connection to a fake; `more` are settings beside the least a connection needs. */
export function openFake(fake: { wire: Wire }, more: Record<string, unknown> = {}): Session {
  const clock = manualClock(Date.parse(`${NOW}Z`));
  const world = {
    wire: fake.wire,
    clock,
    random: seededRandom(1),
    log: () => {},
    signal: new AbortController().signal,
    tags: [],
  };
  return open(
    settings.parse({
      host: "ebs.example.test",
      user: "PROCORE_INT",
      password: "sesame",
      responsibility: "PO_SUPER",
      org_id: 204,
      ...more,
    }),
    world,
  );
}

/** Reads a stream to its end; its pages. */
export async function pagesOf(
  session: Session,
  stream: string,
  { partition = { id: "-", name: "all" }, since = null, after = null, pageSize }: {
    partition?: { id: string; name: string };
    since?: string | null;
    after?: string | null;
    pageSize?: number;
  } = {},
): Promise<{ rows: Row[]; asOf: string; more: boolean }[]> {
  return await Array.fromAsync(session.stream(stream).read!({ partition, since, after, pageSize }));
}
