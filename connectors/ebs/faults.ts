/**
 * The gateway's faults in plain words (reference §3.6). A fault's own `Message` and `Resolution` travel as the value, so that
 * an administrator can look them up.
 *
 * @module
 */
import type { Value } from "../../engine/connector.ts";
import { Failure, type FailureCode } from "../../engine/failure.ts";
import { at, member, textOf } from "./tree.ts";

/** A fault as the gateway words it. */
export interface Fault {
  code: string;
  message: string;
  resolution?: string;
}

interface Meaning {
  code: FailureCode;
  fact: string;
  action?: string;
}

const STALE = "Grant the operation to the user in the Integration Repository; if it is granted, clear the Functional " +
  "Administrator cache or bounce oafm.";

/** What a fault code means, and what helps. A `{place}` is filled with `alias/operation`. */
const MEANINGS: Record<string, Meaning> = {
  FND_SOA_AUTHENTICATION_FAILURE: { code: "login.refused", fact: "EBS refuses user or password" },
  ISG_SERVICE_AUTH_FAILURE: {
    code: "permission.missing",
    fact: "The user or its responsibility may not call {place}",
    action: STALE,
  },
  FND_SOA_AUTHORIZATION_FAILURE: {
    code: "permission.missing",
    fact: "The user or its responsibility may not call {place}",
    action: STALE,
  },
  ISG_INVALID_ALIAS: {
    code: "operation.missing",
    fact: "No service is deployed under the alias of {place}",
    action: "Deploy XXGUSSET_PKG in the Integration Repository (connectors/ebs/plsql/INSTALL.md), or set `alias`.",
  },
  ISG_INVALID_FUNCTION: {
    code: "operation.missing",
    fact: "{place} is not published",
    action: "Deploy XXGUSSET_PKG of this version with all its operations (connectors/ebs/plsql/INSTALL.md).",
  },
  ISG_SERVICE_EXECUTION_ERROR: {
    code: "remote.refused",
    fact: "The gateway could not carry out {place}",
    action: "Look in FND_SOA_RUNTIME_ERROR; redeploy the service if the package was changed since.",
  },
  ISG_DB_CONNECTION_ERROR: { code: "wire.unavailable", fact: "The gateway has no connection to its database" },
  ISG_FILE_ACCESS_ERROR: { code: "remote.refused", fact: "The gateway cannot read its own files for {place}" },
  ISG_DUPLICATE_RESPONSIBILITY: { code: "bug", fact: "The call names its responsibility twice" },
  ISG_DUPLICATE_RESPAPPLICATION: { code: "bug", fact: "The call names its application twice" },
  ISG_DUPLICATE_NLSLANGUAGE: { code: "bug", fact: "The call names its language twice" },
};

/** The fault in an answer, by itself or inside an `_Output`; undefined where it holds none. */
export function faultIn(tree: Value): Fault | undefined {
  const fault = member(tree, "ISGServiceFault") ?? at(tree, "Fault", "detail", "ISGServiceFault");
  if (fault === undefined || fault === null || typeof fault !== "object") return undefined;
  return {
    code: textOf(member(fault, "Code"), "Code") ?? "",
    message: textOf(member(fault, "Message"), "Message") ?? "",
    resolution: textOf(member(fault, "Resolution"), "Resolution"),
  };
}

/** Whether a fault says that the session is gone, not that a right is missing. */
export function saysLogin({ code }: Fault): boolean {
  return /AUTHENTICATION|DOLOGIN|SESSION/i.test(code);
}

/** A fault as a failure; one of a code unknown here is `remote.refused`, in the gateway's own words. */
export function faultFailure(fault: Fault, place: string): Failure {
  const meaning: Meaning = Object.hasOwn(MEANINGS, fault.code)
    ? MEANINGS[fault.code]
    : { code: "remote.refused", fact: "The gateway refuses {place}" };
  const words = [fault.code, fault.message, fault.resolution].filter(Boolean).join(": ");
  return new Failure(meaning.code, {
    fact: meaning.fact.replace("{place}", place),
    value: words.slice(0, 500),
    place,
    action: meaning.action,
  });
}

/** A status that is no success, where the body holds no fault: what stands before the gateway has answered. */
export function statusFailure(status: number, place: string, retryAfter?: number): Failure {
  const value = `HTTP ${status}`;
  if (status === 429) {
    return new Failure("wire.busy", { fact: "EBS asks for fewer calls", value, place, retryAfter });
  }
  if (status === 403) {
    return new Failure("permission.missing", { fact: `${place} is forbidden`, value, place, action: STALE });
  }
  if (status === 404) {
    return new Failure("operation.missing", {
      fact: `Nothing answers at ${place}`,
      value,
      place,
      action: "Check `alias`, and that the web tier routes /webservices to oafm on every node.",
    });
  }
  if (status >= 500) {
    return new Failure("wire.unavailable", { fact: "EBS cannot answer at the moment", value, place, retryAfter });
  }
  return new Failure("remote.refused", { fact: "EBS refuses the call", value, place });
}
