/**
 * An invented construction company, as both systems know it: what the sandboxes are filled with where no `--data` is given.
 *
 * @module
 */
import { seededRandom } from "../../engine/clock.ts";
import type { Row } from "../../engine/connector.ts";
import { accounts } from "./accounts.ts";
import { dice } from "./dice.ts";
import { COMPANY_NAME, OFFICES } from "./offices.ts";
import { detailedOrders } from "./order_details.ts";
import { orders } from "./orders.ts";
import { procoreCostCodes, procoreProjects, procoreVendors } from "./procore.ts";
import { projects } from "./projects.ts";
import { suppliers } from "./suppliers.ts";

/** What the company is made from. */
export interface CompanyOptions {
  /** The same seed gives the same company. */
  seed?: number;
  /** Now, in milliseconds since 1970: dates lie around it. */
  at: number;
}

/**
 * Makes the company: rows by file name, as `Sandbox` data. For EBS `operating_units`, `suppliers`, `code_combinations`,
 * `projects` and `purchase_orders`; for Procore `procore_companies`, `procore_projects`, `procore_vendors` and
 * `procore_cost_codes`. README.md says what is in them on purpose.
 */
export function company({ seed = 1, at }: CompanyOptions): Record<string, Row[]> {
  const random = dice(seededRandom(seed));
  const { rows: chart, job } = accounts(random, at);
  const { rows: vendors, orderable } = suppliers(random, at);
  const purchaseOrders = orders(random, at, { job, orderable });
  // Dice of their own: what is drawn here moves nothing else.
  const orderDice = dice(seededRandom(seed + 90_001));
  return {
    operating_units: OFFICES.map(({ orgId, name, code, ledgerId, ledger }): Row => ({
      ORGANIZATION_ID: orgId,
      NAME: name,
      SHORT_CODE: code,
      LEDGER_ID: ledgerId,
      LEDGER_NAME: ledger,
      CURRENCY_CODE: "USD",
    })),
    projects: projects(random, at),
    suppliers: vendors,
    code_combinations: chart,
    purchase_orders: detailedOrders(orderDice, at, { orders: purchaseOrders, suppliers: vendors }),
    procore_companies: [{ name: COMPANY_NAME }],
    procore_projects: procoreProjects(),
    procore_vendors: procoreVendors(random, orderable),
    procore_cost_codes: procoreCostCodes(random, purchaseOrders, job),
  };
}
