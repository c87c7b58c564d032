/**
 * What the money pages are made of: routes that are data, as the API's are. Who asks, the frame around a page, sessions and CSRF are the
 * console's app's business; a page is handed a person who may and gives back what is to be shown.
 *
 * @module
 */
import type { Child } from "hono/jsx";
import type { Actor } from "../../../acts/actor.ts";
import { type ActName, ACTS, may, type Right } from "../../../state/roles.ts";
import type { Person } from "../../../state/tokens.ts";
import type { Call } from "../../api/types.ts";

/** One request for a page, by somebody who may. */
export interface PageCall {
  api: Call["api"];
  who: Person;
  /** The same, as the one who does what the route is for. Only of routes that take an act. */
  actor: Actor;
  /** What stands in the path. */
  params: Record<string, string>;
  /** What stands behind the question mark; of several of one name, the last. */
  query: Record<string, string>;
  /** What a form sent. Empty for pages that only show. */
  form: FormData;
  /** The token that each form carries, bound to the session. */
  csrf: string;
  signal: AbortSignal;
}

/** What a page answers with. */
export type PageAnswer =
  /** A page within the frame; `again`: seconds after which it is asked for anew, as something is at work (a `Refresh` header). */
  | { title: string; body: Child; again?: number }
  /** On to another one, and what is said there. */
  | { go: string; said: string }
  /** A file. */
  | { text: string | ReadableStream<Uint8Array>; type: string; name: string };

/** A page, or an act behind a form. */
export interface PageRoute {
  method: "get" | "post";
  /** As hono writes it: `/console/approvals/:plan`. */
  path: string;
  /** A right; or an act, which goes into the audit log. */
  takes: Right | ActName;
  does(call: PageCall): Promise<PageAnswer> | PageAnswer;
}

/** What a navigation shows of these pages. */
export const MONEY_NAVIGATION: readonly { href: string; title: string }[] = [
  { href: "/console/needs", title: "Needs a person" },
  { href: "/console/approvals", title: "Approvals" },
  { href: "/console/postings", title: "Postings" },
  { href: "/console/reconciliation", title: "Reconciliation" },
  { href: "/console/cost-codes", title: "Cost codes" },
  { href: "/console/audit", title: "Audit" },
];

/** The right that a route takes. */
export const rightOf = ({ takes }: Pick<PageRoute, "takes">): Right =>
  Object.hasOwn(ACTS, takes) ? ACTS[takes as ActName] : takes as Right;

/** Whether somebody may do this: what they may not is not offered. */
export const mayDo = ({ role }: Person, act: ActName): boolean => may(role, ACTS[act]);

/** A field of a form as text, without the blanks around it; "" where it is not there. */
export function fieldOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}

/** A path of these pages with its pieces made safe. */
export const pathTo = (...pieces: string[]): string => `/console/${pieces.map(encodeURIComponent).join("/")}`;

/** A path with a question behind it; what is empty is left out. */
export function asked(path: string, query: Record<string, string | undefined>): string {
  const kept = Object.entries(query).filter((one): one is [string, string] => one[1] !== undefined && one[1] !== "");
  return kept.length === 0 ? path : `${path}?${new URLSearchParams(kept)}`;
}
