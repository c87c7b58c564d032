/**
 * Who may do what: every act by which a person changes something, and what it takes. One table; the command line, the server and the
 * audit log all name acts as it does.
 *
 * @module
 */

/** What a person may be: a `viewer` reads, an `operator` runs and retries, an `approver` decides on money, an `admin` does all of it. */
export const ROLES = ["viewer", "operator", "approver", "admin"] as const;
/** One of {@link ROLES}. */
export type Role = typeof ROLES[number];

/** What an act takes: reading, looking after runs, deciding on money, or the keys of the house. */
export type Right = "read" | "operate" | "approve" | "admin";

/** What each role may do. An operator does not decide on money, and who decides on it does not make what is decided on. */
const RIGHTS: Readonly<Record<Role, readonly Right[]>> = {
  viewer: ["read"],
  operator: ["read", "operate"],
  approver: ["read", "approve"],
  admin: ["read", "operate", "approve", "admin"],
};

/** Acts, by the name that the audit log has them under, and what each takes. */
export const ACTS = {
  "pipeline.live": "approve",
  "pipeline.shadow": "approve",
  "pipeline.pause": "operate",
  "pipeline.resume": "operate",
  "plan.approve": "approve",
  "plan.decline": "approve",
  "posting.retry": "operate",
  "posting.withdraw": "operate",
  "posting.reverse": "approve",
  "posting.accept": "approve",
  "posting.rebuild": "admin",
  "reconcile.freeze": "operate",
  "reconcile.sign": "approve",
  "rejected.retry": "operate",
  "rejected.dismiss": "operate",
  "adopt.accept": "operate",
  "adopt.decline": "operate",
  "links.import": "operate",
  "links.drop": "operate",
  "inbox.done": "operate",
  "inbox.dismiss": "operate",
  "state.backup": "admin",
  "state.restore": "admin",
  "webhooks.sync": "admin",
  "webhooks.remove": "admin",
  "secret.set": "admin",
  "secret.remove": "admin",
  "secret.rotate": "admin",
  "pin.reset": "admin",
  "token.create": "admin",
  "token.revoke": "admin",
} as const satisfies Record<string, Right>;

/** An act's name. */
export type ActName = keyof typeof ACTS;

/** Whether a role has a right. */
export const may = (role: Role, right: Right): boolean => RIGHTS[role].includes(right);

/** The roles that have a right, for people: `approver or admin`. */
export const rolesWith = (right: Right): string => ROLES.filter((role) => may(role, right)).join(" or ");
