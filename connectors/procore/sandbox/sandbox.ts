/**
 * Procore's stand-in: a hono app that answers as the real service does, as far as companies, projects, vendors, cost codes,
 * purchase orders, change orders and requisitions go (reference/procore.md §11). What could not be verified against the real service is marked "assumed" where it is decided.
 *
 * @module
 */
import { Hono } from "hono";
import type { Sandbox, SandboxOptions, Wire } from "../../../engine/connector.ts";
import { control } from "../../../engine/sandbox/control.ts";
import { faultAnswer, notFound, Refusal, renderRefusal } from "./answers.ts";
import { billingPeriodRoutes } from "./billing_periods.ts";
import { changeOrderPackageRoutes } from "./change_order_packages.ts";
import { collections } from "./collections.ts";
import { commitmentChangeOrderRoutes } from "./commitment_change_orders.ts";
import { COMPANY, fill, LIMITS } from "./company.ts";
import { costCodeRoutes } from "./cost_codes.ts";
import { type Env, guard, rates } from "./guard.ts";
import { identityRoutes } from "./identity.ts";
import { lineItemTypeRoutes } from "./line_item_type.ts";
import { APP, bearer, oauthRoutes } from "./oauth.ts";
import { touch } from "./people.ts";
import { projectVendorRoutes } from "./project_vendors.ts";
import { projectRoutes } from "./projects.ts";
import { purchaseOrderLineRoutes } from "./purchase_order_lines.ts";
import { purchaseOrderRoutes } from "./purchase_orders.ts";
import { requisitionRoutes } from "./requisitions.ts";
import { segmentItemRoutes } from "./segment_items.ts";
import { standardRoutes } from "./standard.ts";
import { emptyState, type State } from "./state.ts";
import { tokenStore } from "./tokens.ts";
import { vendorRoutes } from "./vendors.ts";
import { wbsRoutes } from "./wbs.ts";
import { wbsV2Routes } from "./wbs_v2.ts";
import { webhookControl } from "./webhook_control.ts";
import { postOffice } from "./webhook_post.ts";
import { WEBHOOK_SECRET, webhookRoutes } from "./webhooks.ts";

/** What the Procore sandbox can be told besides what every sandbox can. */
export interface ProcoreSandboxOptions extends SandboxOptions {
  /**
   * Calls that a company takes an hour and in ten seconds; null: any number. By default Procore's 3,600 and 25. A row of `procore_companies`
   * says it for one company (`hourly_limit`, `spike_limit`), `POST /_sandbox/touch` changes it while the sandbox runs.
   */
  limits?: { hourly: number | null; spike: number | null };
}

/** Makes a Procore sandbox from `data` (`company.ts` says which rows it takes). */
export function procoreSandbox(
  { clock: world, random, data, limits = LIMITS, deliver }: ProcoreSandboxOptions,
): Sandbox {
  const started = world.now();
  let filling = true;
  const watch = control({
    clock: world,
    tables: () => collections(state),
    touch: (table, key, fields) => touch(state, table, key, fields),
    reset: begin,
    expiryModes: ["expired"],
    expire: (request, mode) => state.tokens.end(bearer(request) ?? "", mode === "expired" ? "expired" : "revoked"),
    answer: (status, request) => faultAnswer(status, new URL(request.url).pathname),
  });
  // What was there at the start was there at the start, however the clock has been moved since.
  const time = () => filling ? started : watch.clock.now();
  const state: State = emptyState({ time, random, tokens: tokenStore({ time, random }) });
  const post = postOffice({ state, clock: watch.clock, deliver });
  watch.app.route("/webhooks", webhookControl(state, post));

  function begin(): void {
    filling = true;
    post.clear();
    state.clear();
    fill(state, data, limits);
    filling = false;
  }
  begin();

  const app = procoreApp(state);
  const serve: Wire = async (request) => await app.fetch(request);
  return {
    async fetch(request) {
      const response = await watch.intercept(request, serve);
      // Time may have been moved, or have passed by itself.
      post.look();
      return response;
    },
    settings(origin) {
      const [company] = state.companies.keys();
      const company_id = String(company ?? COMPANY.id);
      return { api_url: origin, login_url: origin, company_id, ...APP, webhook_secret: WEBHOOK_SECRET };
    },
    summary() {
      const counts = [...state.companies.values()].map(({ name, projects, vendors, costCodes }) =>
        `${name}: ${count(projects, "project")}, ${count(vendors, "vendor")}, ${count(costCodes, "cost code")}`
      );
      return counts.join("; ");
    },
  };
}

const count = ({ rows }: { rows: readonly unknown[] }, what: string): string =>
  `${rows.length} ${what}${rows.length === 1 ? "" : "s"}`;

/** The service itself: what stands behind the control API. */
function procoreApp(state: State): Hono<Env> {
  const app = new Hono<Env>();
  app.route("/", oauthRoutes(state.tokens));
  app.use("/rest/*", rates(state), guard(state));
  app.route("/", identityRoutes(state));
  app.route("/", vendorRoutes(state));
  app.route("/", projectVendorRoutes(state));
  app.route("/", projectRoutes(state));
  app.route("/", costCodeRoutes(state));
  app.route("/", lineItemTypeRoutes(state));
  app.route("/", standardRoutes());
  app.route("/", wbsRoutes(state));
  app.route("/", segmentItemRoutes(state));
  app.route("/", wbsV2Routes());
  app.route("/", purchaseOrderRoutes(state));
  app.route("/", purchaseOrderLineRoutes(state));
  app.route("/", billingPeriodRoutes(state));
  app.route("/", changeOrderPackageRoutes(state));
  app.route("/", commitmentChangeOrderRoutes());
  app.route("/", requisitionRoutes(state));
  app.route("/", webhookRoutes(state));
  app.notFound((c) => renderRefusal(notFound("Resource"), c.req.path));
  app.onError((error, c) => error instanceof Refusal ? renderRefusal(error, c.req.path) : faultAnswer(500, c.req.path));
  return app;
}
