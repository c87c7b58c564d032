/**
 * The gateway's faults (reference §3.6).
 *
 * @module
 */
import { type Format, mediaType, xmlText } from "./format.ts";

/** A fault, thrown where a call is found wrong. */
export class GatewayFault extends Error {
  /** The gateway's code: `ISG_INVALID_ALIAS` … */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** What the gateway advises. */
  readonly resolution: string;

  constructor(code: string, status: number, message: string, resolution: string) {
    super(message);
    this.code = code;
    this.status = status;
    this.resolution = resolution;
  }
}

/** 401: bad user or password, or no session. */
export const notAuthenticated = (): GatewayFault =>
  new GatewayFault(
    "FND_SOA_AUTHENTICATION_FAILURE",
    401,
    "Invalid user name or password",
    "Please use proper username password combination.",
  );

/** 403: no grant. */
export const notAuthorized = (): GatewayFault =>
  new GatewayFault(
    "ISG_SERVICE_AUTH_FAILURE",
    403,
    "User is not authorized to execute the service",
    "Please check whether the user has the requisite grants",
  );

/** 500: a body the gateway cannot make out, or an exception in PL/SQL. */
export const executionError = (message: string): GatewayFault =>
  new GatewayFault("ISG_SERVICE_EXECUTION_ERROR", 500, message, "Please check the payload and the server log");

/** A fault as an answer. */
export function faultResponse(
  fault: GatewayFault,
  format: Format,
  { service, operation }: { service?: string; operation?: string } = {},
): Response {
  const { code, message, resolution, status } = fault;
  const details = { ServiceName: service ?? "", OperationName: operation ?? "", InstanceId: "0" };
  const body = format === "json"
    ? JSON.stringify({
      ISGServiceFault: { Code: code, Message: message, Resolution: resolution, ServiceDetails: details },
    })
    : `<?xml version = '1.0' encoding = 'UTF-8'?>\n<ISGServiceFault xmlns="http://xmlns.oracle.com/isg/servicefault">` +
      `<Code>${xmlText(code)}</Code><Message>${xmlText(message)}</Message><Resolution>${
        xmlText(resolution)
      }</Resolution>` +
      `<ServiceDetails>${
        Object.entries(details).map(([name, value]) => `<${name}>${xmlText(value)}</${name}>`).join("")
      }</ServiceDetails></ISGServiceFault>`;
  return new Response(body, { status, headers: { "Content-Type": mediaType(format) } });
}
