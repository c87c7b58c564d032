/**
 * Every page of the console, and every act behind a form.
 *
 * @module
 */
import type { PageRoute } from "./money/route.ts";
import { MONEY_ROUTES } from "./money/routes.ts";
import { connectionPages } from "./pages/connections.tsx";
import { jobPages } from "./pages/job.tsx";
import { overviewPages } from "./pages/overview.tsx";
import { pipelinePages } from "./pages/pipeline.tsx";
import { runPages } from "./pages/runs.tsx";

/** The routes; those with fixed pieces stand before those that take any. */
export const ROUTES: readonly PageRoute[] = [
  ...overviewPages,
  ...pipelinePages,
  ...jobPages,
  ...runPages,
  ...connectionPages,
  ...MONEY_ROUTES,
];
