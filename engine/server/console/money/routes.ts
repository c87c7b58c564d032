/**
 * Every route of the money pages.
 *
 * @module
 */
import { approvalRoutes } from "./approvals.tsx";
import { auditRoutes } from "./audit.tsx";
import { costCodeRoutes } from "./cost_code_acts.ts";
import { documentRoutes } from "./documents.tsx";
import { needsRoutes } from "./needs.tsx";
import { noticeRoutes } from "./notice.tsx";
import { planRoutes } from "./plan.tsx";
import { postingPages } from "./posting.tsx";
import { reconciliationRoutes } from "./reconciliation.tsx";
import { recordRoutes } from "./record.tsx";
import type { PageRoute } from "./route.ts";

/** The routes; those with fixed pieces stand before those that take any. */
export const MONEY_ROUTES: readonly PageRoute[] = [
  ...needsRoutes,
  ...noticeRoutes,
  ...recordRoutes,
  ...approvalRoutes,
  ...planRoutes,
  ...postingPages,
  ...documentRoutes,
  ...reconciliationRoutes,
  ...costCodeRoutes,
  ...auditRoutes,
];
