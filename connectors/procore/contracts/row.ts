/**
 * Procore's purchase order contract in our form.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { contractLineRecord, contractRecord } from "../../../schemas/procore/purchase_order_contracts.ts";
import { inside, rowReader } from "../rows.ts";

const lineRow = rowReader(contractLineRecord, {
  cost_code_id: inside("cost_code", "id"),
  line_item_type_id: inside("line_item_type", "id"),
  wbs_code_id: inside("wbs_code", "id"),
});

const configured = inside("currency_configuration", "currency_iso_code");

/** Our form of a contract: vendor, currency and charges flattened to their ids; without `line_items` where the view has none. */
export const contractRow: (raw: Row) => Row = rowReader(contractRecord, {
  vendor_id: inside("vendor", "id"),
  currency_iso_code: (raw) => raw.currency_iso_code ?? configured(raw),
  line_items: ({ line_items }) => Array.isArray(line_items) ? (line_items as Row[]).map(lineRow) : undefined,
});

/** A contract's lines; none where it was read without them. */
export function linesIn(row: Row | undefined): Row[] {
  return Array.isArray(row?.line_items) ? row.line_items as Row[] : [];
}
