/**
 * What the verbs print that people decide with: the outbox, plans, the worklist, tokens and the audit log.
 *
 * @module
 */
import { join } from "node:path";
import type { PostingState } from "../../engine/state/posting_types.ts";
import { document, fillOutbox, keyOf, PIPELINE } from "../../tests/cli/outbox.ts";
import type { Stage } from "../../tests/cli/harness.ts";

/** Shows a verb's JSON: how it is written on the page, and its arguments. */
export type Show = (said: string, ...argv: string[]) => Promise<void>;

/** Runs them. Tokens are made last: from then on every act needs one. */
export async function people(one: Stage, show: Show): Promise<void> {
  await show("live", "live");
  await show("live PIPELINE --why TEXT", "live", PIPELINE, "--why", "reconciled");
  const states: PostingState[] = ["planned", "rejected", "reversed", "posted"];
  const journal = { id: "1", name: "J", batch: "B", period: "FEB-26", debit: "1", credit: "1", posted: true };
  const failure = { code: "post.refused", kind: "rejected", fact: "F", action: "A" } as const;
  const more = { rejected: { failure }, posted: { journal } } as Partial<Record<PostingState, object>>;
  await fillOutbox(one, states.map((state) => document(state, { state, plan: "p1", ...more[state] })), {});
  await show("plans list", "plans");
  await show("plans show PLAN", "plans", "show", "p1");
  await show("approve PLAN", "approve", "p1", "--why", "looked at");
  await show("decline PLAN --why TEXT", "decline", "p1", "--why", "a mistake");
  await show("postings list", "postings");
  await show("postings show KEY", "postings", "show", keyOf("posted"));
  await show("postings retry KEY", "postings", "retry", keyOf("rejected"));
  await show("postings accept KEY --why TEXT", "postings", "accept", keyOf("reversed"), "--why", "theirs");
  await show("postings reverse KEY --why TEXT", "postings", "reverse", keyOf("posted"), "--why", "wrong");
  await worklist(one, show);
  await show("audit list", "audit");
  await show("audit verify", "audit", "verify");
  await show("token create NAME --role ROLE", "token", "create", "anna", "--role", "admin");
  await show("token list", "token", "list");
}

async function worklist(one: Stage, show: Show): Promise<void> {
  const folder = join(one.home, "noticing");
  await Deno.mkdir(folder);
  await Deno.writeTextFile(
    join(folder, "look.yaml"),
    `name: look
source: { connection: ebs, stream: suppliers }
destination: { connection: inbox, stream: notices }
map: { title: VENDOR_NAME, owner: { value: Payables }, value: { value: "10" }, due: { value: "2026-03-31" } }
`,
  );
  const here = ["--pipelines", folder, "--connections", one.connections];
  await one.gusset("run", "look", ...here);
  const [{ id }, other] = (await one.gusset("inbox", "--json", ...here)).json;
  await show("inbox list", "inbox", ...here);
  await show("inbox done ID", "inbox", "done", id, "--why", "called", ...here);
  await show("inbox dismiss ID --why TEXT", "inbox", "dismiss", other.id, "--why", "known", ...here);
  await show("inbox show ID", "inbox", "show", id, ...here);
}
