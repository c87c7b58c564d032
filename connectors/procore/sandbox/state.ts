/**
 * What the sandbox holds: companies, each with its own tables (so that nothing can leak from one into another), and the tokens
 * that were given out.
 *
 * @module
 */
import type { Random } from "../../../engine/clock.ts";
import type { BillingPeriod } from "./billing_periods.ts";
import type { BudgetLineItem } from "./budget_line_item.ts";
import type { ChangeOrderPackage } from "./change_order_package.ts";
import type { CostCode } from "./cost_code.ts";
import type { LineItemType } from "./line_item_type.ts";
import type { Project } from "./project.ts";
import type { PurchaseOrder } from "./purchase_order.ts";
import type { PurchaseOrderLine } from "./purchase_order_line.ts";
import type { Requisition, RequisitionItem } from "./requisition.ts";
import type { StandardCostCode, StandardList } from "./standard.ts";
import type { Table } from "./table.ts";
import type { TokenStore } from "./tokens.ts";
import type { Vendor } from "./vendor.ts";
import type { WbsCode } from "./wbs_code.ts";
import type { Happened, WebhookHook } from "./webhook.ts";
import type { RateWindow } from "./limits.ts";

/** A company and everything in it. */
export interface Company {
  id: number;
  name: string;
  /** Whether the app is installed there. */
  connected: boolean;
  /** `hour` and `spike`; a window without a limit lets everything pass. */
  windows: RateWindow[];
  vendors: Table<Vendor>;
  projects: Table<Project>;
  costCodes: Table<CostCode>;
  wbsCodes: Table<WbsCode>;
  lineItemTypes: Table<LineItemType>;
  purchaseOrders: Table<PurchaseOrder>;
  purchaseOrderLines: Table<PurchaseOrderLine>;
  budgetLineItems: Table<BudgetLineItem>;
  hooks: Table<WebhookHook>;
  billingPeriods: Table<BillingPeriod>;
  changeOrderPackages: Table<ChangeOrderPackage>;
  requisitions: Table<Requisition>;
  requisitionItems: Table<RequisitionItem>;
  /** A contract's requisitions, ascending by number: contract id → requisitions. */
  bills: Map<number, Requisition[]>;
  standardLists: Table<StandardList>;
  standardCostCodes: Table<StandardCostCode>;
  /** Vendors on a project, in the order they were added: project id → vendor ids. */
  members: Map<number, Set<number>>;
  /** Projects a vendor is on: vendor id → project ids. */
  memberships: Map<number, Set<number>>;
  /** How many vendors name a vendor as their parent. */
  children: Map<number, number>;
  /** Segment items that stand together in a WBS code: item id → ids of the others. */
  usage: Map<number, Set<number>>;
}

/** Kinds of records that get an id. */
export type IdKind = keyof typeof FIRST_IDS;

/** Where ids start: beyond 32 bits, as in Procore's newer regions, and still exact in a JSON number. */
export const FIRST_IDS = {
  company: 562949953500001,
  line_item_type: 562949953510001,
  standard_list: 562949953515001,
  standard_cost_code: 562949953520001,
  segment: 562949953530001,
  user: 562949953540009,
  hook: 4711,
  trigger: 81501,
  event: 9001234567,
  project: 598134325600101,
  business_register: 598134325650001,
  vendor: 598134400000201,
  cost_code: 598134500000011,
  wbs_code: 598134600000021,
  budget_line_item: 598134700000031,
  purchase_order: 598134800000301,
  purchase_order_line: 598134900000401,
  requisition: 598135000000501,
  requisition_item: 598135100000511,
  change_order_package: 598135200000601,
  commitment_change_order: 598135250000601,
  change_order_line: 598135300000611,
  billing_period: 598135400000007,
};

/** Everything of one sandbox. */
export interface State {
  /** The sandbox's time, milliseconds. */
  time(): number;
  /** The sandbox's time as Procore writes it: `2026-03-02T15:04:05Z`. */
  now(): string;
  random: Random;
  /** The next id of a kind. */
  nextId(kind: IdKind): number;
  /** Notes an id that came from outside, so that it is not given again. */
  claimId(kind: IdKind, id: number): void;
  companies: Map<number, Company>;
  tokens: TokenStore;
  /** Who is at work: the app by the API, a person in Procore's own pages. */
  actor: "app" | "person";
  /** Hears of what happened to records that webhooks tell of. */
  happened(company: Company, event: Happened): void;
  /** Empties everything; the caller fills it again. */
  clear(): void;
}

/** Makes an empty state. */
export function emptyState(
  { time, random, tokens }: { time: () => number; random: Random; tokens: TokenStore },
): State {
  let next: Record<IdKind, number> = { ...FIRST_IDS };
  let second = NaN, text = "";
  return {
    time,
    // Rows of one second share one string: cheap to hold, cheap to render, and it compares as it sorts.
    now() {
      const now = Math.floor(time() / 1000);
      if (now !== second) [second, text] = [now, instantText(now * 1000)];
      return text;
    },
    random,
    nextId: (kind) => next[kind]++,
    claimId(kind, id) {
      if (id >= next[kind]) next[kind] = id + 1;
    },
    companies: new Map(),
    tokens,
    actor: "app",
    happened: () => {},
    clear() {
      next = { ...FIRST_IDS };
      this.companies.clear();
      tokens.clear();
    },
  };
}

/** Milliseconds as Procore writes a time: UTC, whole seconds. */
export function instantText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
