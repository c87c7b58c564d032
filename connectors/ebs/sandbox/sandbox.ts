/**
 * An Oracle E-Business Suite to try out on: the Integrated SOA Gateway in front of a small database, with the package of
 * `../operations.ts` installed. It answers by the same rules as the real one, quirks included; below
 * `/_sandbox` it can be looked into, edited and made to fail (`engine/sandbox/control.ts`). Besides the shared controls,
 * `GET` and `POST /_sandbox/gateway` show and change the {@link Setup}.
 *
 * @module
 */
import { z } from "zod";
import type { Row, Sandbox, SandboxOptions } from "../../../engine/connector.ts";
import { control } from "../../../engine/sandbox/control.ts";
import { APPLICATION, INTEGRATION } from "./context.ts";
import { type Database, database } from "./database.ts";
import { executionError, faultResponse, notAuthenticated, notAuthorized } from "./fault.ts";
import { formatWanted } from "./format.ts";
import { gatewayApp } from "./gateway.ts";
import { cookie } from "./identity.ts";
import { sessions as newSessions } from "./sessions.ts";
import { EXPIRY_MODES, type ExpiryMode, type Setup, setupSchema } from "./setup.ts";
import { zoneClock } from "./zone.ts";

/** What {@link ebsSandbox} may be told beyond the contract: how the gateway is set up from the start. */
export interface EbsSandboxOptions extends SandboxOptions {
  /** Parts of the setup; see `setup.ts` for what each means and its default. */
  setup?: Partial<Setup>;
}

/**
 * Makes an EBS. It takes `operating_units`, `suppliers`, `code_combinations`, `projects` and `purchase_orders` of `data`; what
 * they leave out is filled in (`load.ts`). Throws an `Error` that names table, row and column where the data is wrong.
 */
export function ebsSandbox({ clock: world, random, data, setup: given = {} }: EbsSandboxOptions): Sandbox {
  const sessions = newSessions(random);
  let setup: Setup, db: Database;

  const controls = control({
    clock: world,
    tables: () => (settle(), Object.fromEntries(Object.entries(db.tables).map(([name, table]) => [name, table.items]))),
    touch: (table, key, fields) => (settle(), db.touch(table, key, fields)),
    reset: () => start(),
    expiryModes: EXPIRY_MODES,
    expire(request, mode) {
      const token = cookie(request, setup.database);
      if (token) sessions.end(token, (mode as ExpiryMode | undefined) ?? setup.expiry);
    },
    answer: failed,
  });
  const { app, clock } = controls;
  app.get("/gateway", (c) => c.json(setup));
  app.post("/gateway", async (c) => {
    const changed = setupSchema.safeParse({ ...setup, ...await c.req.json() });
    if (!changed.success) throw new Error(z.prettifyError(changed.error));
    setup = changed.data;
    return c.json(setup);
  });

  function start(): void {
    setup = setupSchema.parse(given);
    sessions.clear();
    let write = zoneClock(setup.time_zone), zone = setup.time_zone;
    const timeAt = (ms: number): string => {
      if (zone !== setup.time_zone) write = zoneClock(zone = setup.time_zone);
      return write(ms);
    };
    db = database(data, { now: () => timeAt(controls.clock.now()), timeAt });
  }
  /** What was submitted and is due is done before anybody looks. */
  function settle(): void {
    db.manager.settle(controls.clock.now());
  }
  start();

  const gateway = gatewayApp({ db: () => db, setup: () => setup, sessions, clock });
  return {
    fetch: (request) => controls.intercept(request, async (request) => await gateway.fetch(request)),
    settings: (origin) => settings(origin, setup, db),
    summary: () => summary(db),
  };
}

/** A status as the gateway itself, or the web server before it, would answer it. */
function failed(status: number, request: Request): Response {
  const format = formatWanted(request);
  if (status === 401) return faultResponse(notAuthenticated(), format);
  if (status === 403) return faultResponse(notAuthorized(), format);
  if (status === 500) return faultResponse(executionError("ORA-06512: at line 1"), format);
  const page = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<HTML><HEAD><TITLE>${status}</TITLE></HEAD>` +
    `<BODY><H1>Failure of Web Server bridge</H1></BODY></HTML>`;
  return new Response(page, { status, headers: { "Content-Type": "text/html; charset=iso-8859-1" } });
}

function settings(origin: string, setup: Setup, db: Database): Record<string, unknown> {
  const { protocol, hostname, port } = new URL(origin);
  const tls = protocol === "https:";
  const units = db.tables.HR_OPERATING_UNITS.items;
  return {
    host: hostname,
    port: Number(port) || (tls ? 443 : 80),
    tls,
    alias: setup.alias,
    user: setup.user,
    password: setup.password,
    responsibility: INTEGRATION,
    application: APPLICATION,
    security_group: "STANDARD",
    language: "AMERICAN",
    org_id: units[0].ORGANIZATION_ID,
    operating_units: units.map(({ ORGANIZATION_ID, NAME }) => ({ org_id: ORGANIZATION_ID, name: NAME })),
  };
}

function summary({ tables }: Database): string {
  const count = (rows: readonly Row[], one: string, many = `${one}s`) =>
    `${rows.length.toLocaleString("en-US")} ${rows.length === 1 ? one : many}`;
  return [
    count(tables.HR_OPERATING_UNITS.items, "operating unit"),
    count(tables.AP_SUPPLIERS.items, "supplier"),
    count(tables.GL_CODE_COMBINATIONS.items, "GL account"),
    count(tables.PA_PROJECTS_ALL.items, "project"),
    count(tables.PO_HEADERS_ALL.items, "order"),
  ].join(", ");
}
