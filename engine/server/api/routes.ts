/**
 * Every route of the API, in the order in which the document lists them.
 *
 * @module
 */
import { adminRoutes } from "./routes/admin.ts";
import { connectionRoutes } from "./routes/connections.ts";
import { inboxRoutes } from "./routes/inbox.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { linkRoutes } from "./routes/links.ts";
import { pipelineRoutes } from "./routes/pipelines.ts";
import { postingRoutes } from "./routes/postings.ts";
import { reconcileRoutes } from "./routes/reconcile.ts";
import { recordRoutes } from "./routes/records.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import type { Route } from "./types.ts";

/** The routes. */
export const ROUTES: readonly Route[] = [
  ...pipelineRoutes,
  ...jobRoutes,
  ...recordRoutes,
  ...linkRoutes,
  ...postingRoutes,
  ...inboxRoutes,
  ...reconcileRoutes,
  ...connectionRoutes,
  ...webhookRoutes,
  ...adminRoutes,
];

/** Verbs of the command line that the API does not have, each with the reason. */
export const COMMAND_LINE_ONLY: Readonly<Record<string, string>> = {
  "demo": "It is a try-out in a terminal, on sandboxes of its own.",
  "sandbox": "It serves invented systems; it is no part of an installation.",
  "serve": "It is what serves the API.",
  "init": "It makes the master key, on the machine that keeps it.",
  "permissions": "It prints the flags that a process is to be started with.",
  "test": "It tries files before they are installed; it needs no installation.",
  "secret rotate": "It moves the master key, which never leaves the machine.",
  "backup": "It writes a file that holds everything, on the machine itself.",
  "restore": "It replaces the state that tokens are kept in.",
};
