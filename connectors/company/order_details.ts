/**
 * Orders in full: their state, their lines' distributions, the projects they share, and the few that are of another kind. Which
 * projects charge which accounts stays as `orders.ts` has it.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import { daysBefore, type Dice } from "./dice.ts";
import { orderLine } from "./order_lines.ts";
import { orderStates } from "./order_states.ts";
import { type Site, SITES } from "./projects.ts";

const COMMENTS = [
  undefined,
  undefined,
  "  Per proposal, see attached ",
  "RUSH – deliver before 7 am",
  "Labor & material, <incl. tax>",
] as const;

/** Orders with what `orders.ts` leaves open, and behind them those of other kinds. `suppliers` are all there are. */
export function detailedOrders(
  dice: Dice,
  at: number,
  { orders, suppliers }: { orders: readonly Row[]; suppliers: readonly Row[] },
): Row[] {
  const sharing = projectsByAccount(orders);
  const stateOf = orderStates(dice);
  const rows = orders.map((order, i): Row => {
    const state = stateOf(order.APPROVED_DATE !== undefined);
    const type = (state.TYPE_LOOKUP_CODE ?? "STANDARD") as string;
    const site = siteOf(order.PROJECT_NUMBER as string);
    const options = {
      type,
      billed: order.APPROVED_DATE !== undefined && dice.chance(0.4),
      retainage: dice.chance(0.3) ? dice.pick(["5", "10", "7.5"]) : undefined,
      release: String(9_001 + i),
    };
    const lines = order.LINES as Row[];
    // The order is shared by its first line whose account another project of the office charges, too.
    let open = dice.chance(0.35);
    return {
      ...order,
      TYPE_LOOKUP_CODE: type,
      CURRENCY_CODE: "USD",
      CREATION_DATE: (order.LAST_UPDATE_DATE as string).replace("T12", "T08"),
      COMMENTS: dice.pick(COMMENTS),
      ...state,
      LINES: lines.map((line) => {
        const others = open ? (sharing.get(line.CODE_COMBINATION_ID as string) ?? []).filter(isNeighbour(site)) : [];
        const shared = others.length > 0 ? dice.pick(others).id : undefined;
        if (shared) open = false;
        return orderLine(dice, line, { ...options, shared });
      }),
    };
  });
  return [...rows, ...others(dice, at, rows, suppliers)];
}

const siteOf = (number: string): Site => SITES.find((site) => site.number === number)!;
const isNeighbour = ({ office, number }: Site) => (other: Site): boolean =>
  other.office === office && other.number !== number;

/** The projects whose orders charge an account. */
function projectsByAccount(orders: readonly Row[]): Map<string, Site[]> {
  const projects = new Map<string, Set<Site>>();
  for (const order of orders) {
    for (const line of order.LINES as Row[]) {
      const account = line.CODE_COMBINATION_ID as string;
      if (!projects.has(account)) projects.set(account, new Set());
      projects.get(account)!.add(siteOf(order.PROJECT_NUMBER as string));
    }
  }
  return new Map([...projects].map(([account, sites]) => [account, [...sites]]));
}

/**
 * For each office an agreement without lines, a request for quotation, an order in another currency, and, where a supplier made for
 * one invoice has a site, an order to it. All charge what a first order of the office charges anyway.
 */
function others(dice: Dice, at: number, orders: readonly Row[], suppliers: readonly Row[]): Row[] {
  const rows: Row[] = [];
  for (const office of new Set(SITES.map((site) => site.office))) {
    const model = orders.find((order) => siteOf(order.PROJECT_NUMBER as string).office === office)!;
    const [{ LINE_NUM, ITEM_DESCRIPTION, CODE_COMBINATION_ID }] = model.LINES as Row[];
    const add = (more: Row): void => {
      const changed = daysBefore(at, dice.whole(5, 60));
      rows.push({
        PO_HEADER_ID: String(58_001 + rows.length),
        SEGMENT1: String(4_901 + rows.length),
        VENDOR_ID: model.VENDOR_ID,
        CURRENCY_CODE: "USD",
        AUTHORIZATION_STATUS: "APPROVED",
        APPROVED_DATE: changed,
        LAST_UPDATE_DATE: changed,
        PROJECT_NUMBER: model.PROJECT_NUMBER,
        LINES: [{ LINE_NUM, ITEM_DESCRIPTION, CODE_COMBINATION_ID, AMOUNT: `${dice.whole(2, 90)}00.00` }],
        ...more,
      });
    };
    add({ TYPE_LOOKUP_CODE: "CONTRACT", LINES: [] });
    add({ TYPE_LOOKUP_CODE: "RFQ", AUTHORIZATION_STATUS: null, APPROVED_DATE: null });
    add({ CURRENCY_CODE: "CAD" });
    const once = suppliers.find((row) =>
      row.ONE_TIME_FLAG === "Y" && (row.SITES as Row[]).some((site) => site.ORG_ID === office.orgId)
    );
    if (once) add({ VENDOR_ID: once.VENDOR_ID });
  }
  return rows;
}
