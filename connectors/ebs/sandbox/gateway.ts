/**
 * The Integrated SOA Gateway: `/webservices/rest/<alias>/<operation>/`, its description, its health (reference §1.1, §3).
 *
 * @module
 */
import { type Context, Hono } from "hono";
import type { Clock } from "../../../engine/clock.ts";
import { type Operation, type OperationName, OPERATIONS } from "../operations.ts";
import { readBody } from "./body.ts";
import { appContext } from "./context.ts";
import type { Database } from "./database.ts";
import { executionError, faultResponse, GatewayFault, notAuthorized } from "./fault.ts";
import { formatSent, formatWanted, mediaType } from "./format.ts";
import { type Caller, goneResponse, identify, SessionGone } from "./identity.ts";
import { loginRoutes } from "./login.ts";
import { carryOut } from "./operations/operations.ts";
import { render } from "./render.ts";
import type { Sessions } from "./sessions.ts";
import type { Setup } from "./setup.ts";
import { namespaceOf, wadl, xsd } from "./wadl.ts";

/** What the routes work with; database and setup can be exchanged while the gateway runs. */
export interface Gateway {
  /** The database as it is now. */
  db: () => Database;
  /** The setup as it is now. */
  setup: () => Setup;
  /** The sessions that are open. */
  sessions: Sessions;
  /** The sandbox's own. */
  clock: Clock;
}

/** The gateway's routes. */
export function gatewayApp(gateway: Gateway): Hono {
  const app = new Hono();
  app.onError((error, c) => {
    const format = formatWanted(c.req.raw);
    if (error instanceof SessionGone) return goneResponse(error.mode, format);
    const fault = error instanceof GatewayFault ? error : executionError(error.message);
    return faultResponse(fault, format, { service: c.req.param("alias"), operation: c.req.param("operation") });
  });
  app.notFound((c) =>
    c.html(`<!DOCTYPE html><html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>`, 404)
  );
  app.route("/", loginRoutes(gateway));

  const caller = (c: Context): Caller =>
    identify(c.req.raw, { sessions: gateway.sessions, setup: gateway.setup(), now: gateway.clock.now() });

  app.get("/webservices/rest/provider/isActive/", (c) => (caller(c), c.text("ACTIVE")));

  app.get("/webservices/rest/:alias/", (c) => {
    caller(c);
    const setup = aliased(gateway.setup(), c.req.param("alias"));
    const wanted = new URL(c.req.url).searchParams;
    const text = wanted.has("WADL") ? wadl(setup) : wanted.has("XSD") ? xsd(wanted.get("XSD")!, setup) : undefined;
    return text === undefined ? c.notFound() : c.body(text, 200, { "Content-Type": "application/xml" });
  });

  const call = async (c: Context) => {
    const request = c.req.raw, setup = aliased(gateway.setup(), c.req.param("alias")!);
    const { user, session } = caller(c);
    const name = c.req.param("operation")!.toLowerCase();
    if (!Object.hasOwn(OPERATIONS, name) || !setup.published.includes(name)) {
      throw new GatewayFault(
        "ISG_INVALID_FUNCTION",
        404,
        `Function ${name} is not a function of the service`,
        "Please check the function name",
      );
    }
    if (request.method !== "POST") {
      throw new GatewayFault("ISG_INVALID_METHOD", 405, "Only POST is supported", "Please use POST");
    }
    if (!setup.granted.includes(name)) throw notAuthorized();
    const operation: Operation = OPERATIONS[name as OperationName];
    const namespace = namespaceOf(setup, name);
    const { header, input } = readBody(await request.text(), {
      format: formatSent(request),
      operation: name,
      inputs: operation.inputs,
      namespace,
      strict: setup.strict,
    });
    const db = gateway.db();
    if (session) session.context = { ...session.context, ...header };
    const context = appContext(user, session?.context ?? header ?? {}, db);
    const output = carryOut(name as OperationName, { db, setup, context, input, at: gateway.clock.now() });
    const format = formatWanted(request);
    const text = render(output, operation.outputs, { format, setup, namespace });
    return c.body(text, 200, { "Content-Type": mediaType(format) });
  };
  app.all("/webservices/rest/:alias/:operation/", call);
  app.all("/webservices/rest/:alias/:operation", call);
  return app;
}

function aliased(setup: Setup, alias: string): Setup {
  if (alias === setup.alias) return setup;
  throw new GatewayFault(
    "ISG_INVALID_ALIAS",
    404,
    `Service alias ${alias} is not valid`,
    "Please check the service alias",
  );
}
