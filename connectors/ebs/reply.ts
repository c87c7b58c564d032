/**
 * One answer of the gateway, read whole, and whether it says that the session is gone.
 *
 * @module
 */
import type { Value } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { retryAfter } from "../../engine/wire/after.ts";
import { type Fault, faultIn, saysLogin } from "./faults.ts";
import { at, parseTree, textOf } from "./tree.ts";

/** An answer, read. */
export interface Reply {
  status: number;
  /** The body as a tree; undefined for a web page, and for an error's body that is neither XML nor JSON. */
  tree: Value;
  /** A web page: a login form, a proxy's or a web tier's error page. */
  page: boolean;
  fault?: Fault;
  /** Milliseconds that the answer asks to wait. */
  retryAfter?: number;
}

/**
 * Reads an answer. Throws `wire.garbled` where a success is cut short or is no text, and `wire.hostile-xml` where it holds a
 * DOCTYPE and is no web page.
 */
export async function readReply(response: Response, { place, now }: { place: string; now: number }): Promise<Reply> {
  const text = await bodyOf(response, place);
  const reply: Reply = {
    status: response.status,
    tree: undefined,
    page: /text\/html/i.test(response.headers.get("content-type") ?? "") || /^\s*<(!doctype\s+html|html)\b/i.test(text),
    retryAfter: retryAfter(response, now),
  };
  if (reply.page || isRedirect(reply)) return reply;
  try {
    reply.tree = parseTree(text);
  } catch (error) {
    if (response.ok) throw placed(error, place);
    return reply;
  }
  return { ...reply, fault: faultIn(reply.tree) };
}

async function bodyOf(response: Response, place: string): Promise<string> {
  const charset = /charset="?([\w-]+)/i.exec(response.headers.get("content-type") ?? "")?.[1] ?? "utf-8";
  try {
    // Fatal: a letter that was lost here would be written to the other system as it then is.
    return new TextDecoder(charset, { fatal: true }).decode(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof Failure) throw error;
    const fact =
      error instanceof RangeError || (error as { code?: string }).code === "ERR_ENCODING_INVALID_ENCODED_DATA"
        ? `The answer is not ${charset} text`
        : "The answer was cut before its end";
    throw new Failure("wire.garbled", { fact, place, cause: error });
  }
}

function placed(error: unknown, place: string): unknown {
  if (!(error instanceof Failure) || error.place !== undefined) return error;
  return new Failure(error.code, {
    fact: error.message,
    value: error.value,
    place,
    action: error.action,
    cause: error,
  });
}

/** Services never redirect: whoever does so wants a login. */
export const isRedirect = ({ status }: Reply): boolean => status >= 300 && status < 400;

/**
 * Why an answer says that the session is gone, or undefined. What the gateway answers to a token that has died is not
 * documented (reference §1.5), so all forms count: 401, a redirect, a web page with status 200, a status 401 in the body, an
 * authentication fault.
 */
export function sessionGone(reply: Reply): string | undefined {
  if (reply.fault && saysLogin(reply.fault)) return `fault ${reply.fault.code}`;
  if (reply.status === 401) return "status 401";
  if (isRedirect(reply)) return `a redirect (${reply.status})`;
  if (reply.page && reply.status < 400) return "a web page in place of an answer";
  const inside = bodyStatus(reply.tree);
  return inside === "401" ? "status 401 in the body" : undefined;
}

/** The status that the older REST framework puts into the body. */
export function bodyStatus(tree: Value): string | undefined {
  const code = at(tree, "response", "status", "code") ?? at(tree, "status", "code");
  return typeof code === "string" ? textOf(code, "status") : undefined;
}
