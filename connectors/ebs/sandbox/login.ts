/**
 * The security services: login, initialize, logout, and the older login of the mobile framework (reference §1.3, §1.4).
 *
 * @module
 */
import { type Context, Hono } from "hono";
import type { Value } from "../../../engine/connector.ts";
import { readTree, type Tree } from "./body.ts";
import type { Gateway } from "./gateway.ts";
import { faultResponse, GatewayFault } from "./fault.ts";
import { type Format, formatSent, formatWanted, mediaType, xmlText } from "./format.ts";
import { basicUser, cookie, identify } from "./identity.ts";

/** Routes below `/webservices/rest/` and `/OA_HTML/`. */
export function loginRoutes(gateway: Gateway): Hono {
  const app = new Hono();

  const logIn = (c: Context) => {
    const setup = gateway.setup();
    const user = basicUser(c.req.raw, setup);
    const { token } = gateway.sessions.open(user, gateway.clock.now());
    c.header("Set-Cookie", `${setup.database}=${token}; path=/`);
    return {
      accessToken: token,
      accessTokenName: setup.database,
      ebsVersion: "12.2.0",
      userName: user,
    };
  };

  for (const path of ["/webservices/rest/login", "/webservices/rest/login/"]) {
    app.get(path, (c) => {
      const data = logIn(c), format = formatWanted(c.req.raw);
      return text(c, format, format === "json" ? JSON.stringify({ response: { data } }) : xmlResponse(data));
    });
  }

  app.all("/OA_HTML/RF.jsp", (c) => {
    if (c.req.query("function_id") !== "mLogin") return c.text("Not found", 404);
    const format = formatSent(c.req.raw);
    try {
      const data = logIn(c);
      return text(c, format, format === "json" ? JSON.stringify({ data }) : xmlResponse(data));
    } catch (error) {
      if (!(error instanceof GatewayFault)) throw error;
      const status = { code: "401", description: "FND_APPL_LOGIN_FAILED" };
      const body = format === "json"
        ? JSON.stringify({ status })
        : `<response><status><code>401</code><description>${status.description}</description></status><data></data></response>`;
      return text(c, format, body, 401);
    }
  });

  for (const path of ["/webservices/rest/initialize", "/webservices/rest/initialize/"]) {
    app.post(path, async (c) => {
      const now = gateway.clock.now();
      const { session } = identify(c.req.raw, { sessions: gateway.sessions, setup: gateway.setup(), now });
      const format = formatWanted(c.req.raw);
      const data = member(readTree(await c.req.text(), formatSent(c.req.raw)), "data");
      const resp = member(data, "resp"), org = member(data, "org");
      if (resp === undefined && org === undefined) {
        const fault = new GatewayFault(
          "ISG_INVALID_PARAMETERS",
          400,
          "resp or org is expected",
          "Please check the payload",
        );
        return faultResponse(fault, format);
      }
      if (session) {
        const units = gateway.db().tables.HR_OPERATING_UNITS.items;
        const unit = units.find(({ SHORT_CODE }) => SHORT_CODE === scalar(org, "key"));
        session.context = {
          Responsibility: scalar(resp, "key"),
          RespApplication: scalar(resp, "applKey"),
          SecurityGroup: scalar(member(data, "securityGroup"), "key"),
          Org_Id: scalar(org, "id") ?? unit?.ORGANIZATION_ID as string | undefined,
        };
      }
      return text(c, format, message(format, "Applications context is set."));
    });
  }

  for (const path of ["/webservices/rest/logout", "/webservices/rest/logout/"]) {
    app.get(path, (c) => {
      const setup = gateway.setup();
      identify(c.req.raw, { sessions: gateway.sessions, setup, now: gateway.clock.now() });
      const token = cookie(c.req.raw, setup.database);
      if (token) gateway.sessions.end(token);
      const format = formatWanted(c.req.raw);
      return text(c, format, message(format, "Logged out."));
    });
  }
  return app;
}

const text = (c: Context, format: Format, body: string, status: 200 | 401 = 200): Response =>
  c.body(body, status, { "Content-Type": mediaType(format) });

const message = (format: Format, data: string): string =>
  format === "json" ? JSON.stringify({ response: { data } }) : `<response><data>${xmlText(data)}</data></response>`;

function xmlResponse(data: Record<string, string>): string {
  const fields = Object.entries(data).map(([name, value]) => `<${name}>${xmlText(value)}</${name}>`).join("");
  return `<response><data>${fields}</data></response>`;
}

function member(tree: Value, name: string): Value {
  return typeof tree === "object" && tree !== null && !Array.isArray(tree) ? (tree as Tree)[name] : undefined;
}

function scalar(tree: Value, name: string): string | undefined {
  const value = member(tree, name);
  return typeof value === "string" ? value : undefined;
}
