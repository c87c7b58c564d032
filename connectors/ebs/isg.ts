/**
 * Calls to the package through the Integrated SOA Gateway, and what its answers mean. A business failure comes with status 200
 * (reference §3.2).
 *
 * @module
 */
import type { Value } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { envelope, type Inputs } from "./envelope.ts";
import { faultFailure, statusFailure } from "./faults.ts";
import { type OperationName, OPERATIONS } from "./operations.ts";
import type { Gateway } from "./session.ts";
import type { Context, Settings } from "./settings.ts";
import { at, member, textOf } from "./tree.ts";

/** The package, as one calls it. */
export interface Isg {
  /**
   * Calls an operation in a context and gives its `OutputParameters`. Throws a `Failure` for a fault, for a status that is no
   * success and for `X_RETURN_STATUS` `E` or `U`.
   */
  call(context: Context, operation: OperationName, inputs: Inputs): Promise<Value>;
  /** The lower-case names that the service description lists; undefined where the gateway shows none. */
  published(context: Context): Promise<Set<string> | undefined>;
}

/** The package behind a gateway. */
export function openIsg(gateway: Gateway, { alias, format, product }: Settings): Isg {
  const root = `/webservices/rest/${alias}/`;
  return {
    async call(context, operation, inputs) {
      const place = `${alias}/${operation}`;
      const { body, type } = envelope(operation, inputs, { context, format, alias, product });
      const { effect } = OPERATIONS[operation];
      const reply = await gateway.send(context, {
        method: "POST",
        path: `${root}${operation}/`,
        place,
        effect,
        accept: type,
        body: { text: body, type },
      });
      if (reply.fault) throw faultFailure(reply.fault, place);
      if (reply.status >= 300) throw statusFailure(reply.status, place, reply.retryAfter);
      const output = member(reply.tree, "OutputParameters") ??
        at(reply.tree, `${operation}_Output`, "OutputParameters");
      if (output === undefined || output === null) {
        throw new Failure("wire.garbled", { fact: "The answer holds no OutputParameters", place });
      }
      refuseFailure(output, { place, context, effect });
      return output;
    },
    async published(context) {
      const place = `${alias}/?WADL`;
      const reply = await gateway.send(context, {
        method: "GET",
        path: `${root}?WADL`,
        place,
        effect: "read",
        accept: "application/xml",
      });
      if (reply.fault) throw faultFailure(reply.fault, place);
      const application = member(reply.tree, "application");
      return reply.status === 200 && application !== undefined ? new Set(methodsOf(application)) : undefined;
    },
  };
}

function refuseFailure(
  output: Value,
  { place, context, effect }: { place: string; context: Context; effect: "read" | "write" },
): void {
  const status = textOf(member(output, "X_RETURN_STATUS"), "X_RETURN_STATUS");
  if (status === "S") return;
  const message = textOf(member(output, "X_MSG_DATA"), "X_MSG_DATA") ?? "no reason given";
  if (status === undefined) {
    throw new Failure("wire.garbled", { fact: "The answer holds no X_RETURN_STATUS: it is not the package's", place });
  }
  // Oracle's own message, and so the package's, where multi-org access is missing (reference §2.3).
  if (message.includes("MO_ORG_ACCESS")) {
    throw new Failure("context.wrong", {
      fact: `Operating unit ${context.name} is not open to responsibility ${context.responsibility || "(none)"}`,
      value: message.slice(0, 500),
      place,
    });
  }
  // The package takes everything back before it refuses; after an unexpected error only a probe tells.
  if (effect === "write" && status === "E") {
    throw new Failure("post.refused", {
      fact: "The package refuses the journals",
      value: message.slice(0, 500),
      place,
      action: "Correct what it names, in Oracle or in the pipeline, then send them again.",
    });
  }
  throw new Failure("remote.refused", {
    fact: status === "U" ? "The package failed unexpectedly" : "The package refuses the call",
    value: message.slice(0, 500),
    place,
  });
}

/** Every `<method id="GET_SUPPLIERS">` of a WADL, however deep its resources are nested. */
function methodsOf(tree: Value): string[] {
  if (tree === null || typeof tree !== "object") return [];
  if (Array.isArray(tree)) return tree.flatMap(methodsOf);
  return Object.entries(tree).flatMap(([name, value]) => {
    if (name !== "method") return methodsOf(value);
    const methods = Array.isArray(value) ? value : [value];
    return methods.flatMap((method) => {
      const id = member(method, "@id");
      return typeof id === "string" ? [id.toLowerCase()] : [];
    });
  });
}
