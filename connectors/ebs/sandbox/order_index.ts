/**
 * The indexes that orders are read by: children by their parent, and when any part of an order last changed.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import type { Tables } from "./load.ts";

/** How orders are read. */
export interface OrderIndex {
  /** Lines of an order, by LINE_NUM. */
  linesOf(headerId: string): readonly Row[];
  /** Shipments of a line, by SHIPMENT_NUM. */
  shipmentsOf(lineId: string): readonly Row[];
  /** Distributions of a shipment, by DISTRIBUTION_NUM. */
  distributionsOf(shipmentId: string): readonly Row[];
  /** The latest LAST_UPDATE_DATE of an order's header, lines, shipments and distributions. */
  lastChange(order: Row): string;
}

/** Types of what an order is; PO_HEADERS_ALL also holds requests for quotation and quotations (reference §4.3). */
export const ORDER_TYPES: ReadonlySet<unknown> = new Set(["STANDARD", "PLANNED", "BLANKET", "CONTRACT"]);

/** Shipments that order nothing of their own (reference §4.5). */
export const NO_ORDER: ReadonlySet<unknown> = new Set(["PRICE BREAK", "PREPAYMENT"]);

/** Indexes the order tables; each index is built when it is first asked for. */
export function orderIndex(tables: Tables): OrderIndex {
  const { PO_LINES_ALL, PO_LINE_LOCATIONS_ALL, PO_DISTRIBUTIONS_ALL } = tables;
  const lines = once(() => children(PO_LINES_ALL.items, "PO_HEADER_ID", "LINE_NUM"));
  const shipments = once(() => children(PO_LINE_LOCATIONS_ALL.items, "PO_LINE_ID", "SHIPMENT_NUM"));
  const distributions = once(() => children(PO_DISTRIBUTIONS_ALL.items, "LINE_LOCATION_ID", "DISTRIBUTION_NUM"));
  const changes = once(() => {
    const latest = new Map<unknown, string>();
    for (const table of [PO_LINES_ALL, PO_LINE_LOCATIONS_ALL, PO_DISTRIBUTIONS_ALL]) {
      for (const { PO_HEADER_ID, LAST_UPDATE_DATE } of table.items) {
        const at = LAST_UPDATE_DATE as string;
        if (at > (latest.get(PO_HEADER_ID) ?? "")) latest.set(PO_HEADER_ID, at);
      }
    }
    return latest;
  });
  return {
    linesOf: (headerId) => lines().get(headerId) ?? [],
    shipmentsOf: (lineId) => shipments().get(lineId) ?? [],
    distributionsOf: (shipmentId) => distributions().get(shipmentId) ?? [],
    lastChange(order) {
      const [own, below] = [order.LAST_UPDATE_DATE as string, changes().get(order.PO_HEADER_ID) ?? ""];
      return own > below ? own : below;
    },
  };
}

/** Rows by their parent, those of one parent ascending by `order` (tables ascend by their own key). */
function children(rows: readonly Row[], parent: string, order: string): Map<string, Row[]> {
  const groups = Map.groupBy(rows, (row) => row[parent] as string);
  for (const group of groups.values()) {
    if (group.length > 1) group.sort((a, b) => Number(a[order] ?? 0) - Number(b[order] ?? 0));
  }
  return groups;
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}
