/**
 * A change order package (a commitment change order, in Procore's screens) with its lines, as the connector reads it.
 *
 * Facts: Procore REST API, `GET /rest/v1.0/change_order_packages` and `GET /rest/v1.0/change_order_packages/{id}`.
 *
 * @module
 */
import { z } from "zod";
import { date, decimal, id, instant, integer, text, truth } from "../../engine/fields.ts";

/** A package's statuses. */
export const PACKAGE_STATUSES = [
  "draft",
  "not_pricing",
  "pricing",
  "pending",
  "revised",
  "proceeding",
  "not_proceeding",
  "pending_billable",
  "no_charge",
  "approved",
  "rejected",
  "void",
] as const;

/** A line of a package. */
export const packageLineRecord: z.ZodObject = z.object({
  id: id("Procore's line id."),
  description: text().nullish(),
  amount: decimal("In the contract's currency, without markup."),
  markup_amount: decimal("What markups add."),
  quantity: decimal().nullish(),
  unit_cost: decimal().nullish(),
  uom: text().nullish(),
  cost_code_id: id().nullish(),
  line_item_type_id: id().nullish(),
  wbs_code_id: id().nullish(),
  position: integer().nullish(),
});

/** A package. */
export const packageRecord: z.ZodObject = z.object({
  id: id("Procore's package id."),
  contract_id: id("The contract that is changed; prime contracts' packages are among them."),
  number: text({ description: "Given out by Procore, within the contract." }),
  status: text({ values: PACKAGE_STATUSES }),
  type: text({ description: "CommitmentContractChangeOrder, PrimeContractChangeOrder or ChangeOrderPackage." })
    .nullish(),
  on_purchase_order: truth("Whether its contract is a purchase order contract, by the project's list of them.")
    .nullish(),
  title: text().nullish(),
  description: text().nullish(),
  revision: integer().nullish(),
  grand_total: decimal("What it adds to its contract.").nullish(),
  executed: truth("Whether it is signed.").nullish(),
  due_date: date().nullish(),
  invoiced_date: date().nullish(),
  paid_date: date().nullish(),
  signed_change_order_received_date: date().nullish(),
  reviewed_at: instant("When it was approved or rejected.").nullish(),
  origin_id: text().nullish(),
  origin_code: text().nullish(),
  origin_data: text().nullish(),
  currency_iso_code: text({ max: 3, description: "ISO 4217." }).nullish(),
  created_at: instant().nullish(),
  updated_at: instant().nullish(),
  deleted_at: instant("Deleted ones are read, too, without their lines.").nullish(),
  foots: truth("Whether its lines make its total; absent where it is deleted.").nullish(),
  footing_difference: decimal("Its total less its lines.").nullish(),
  line_items: z.array(packageLineRecord).nullish(),
});
