/**
 * `HR_OPERATING_UNITS` with its ledger: who may be asked for what.
 *
 * @module
 */
import { z } from "zod";
import { id, text } from "../../engine/fields.ts";

/** An operating unit as `get_operating_units` gives it. Only the key is sure to be there. */
export const operatingUnit: z.ZodObject = z.object({
  ORGANIZATION_ID: id("The operating unit's id; everything else calls it ORG_ID."),
  NAME: text({ max: 240 }).optional(),
  SHORT_CODE: text({ max: 30 }).optional(),
  LEDGER_ID: id("Its primary ledger (SET_OF_BOOKS_ID in older words).").optional(),
  LEDGER_NAME: text({ max: 30 }).optional(),
  CURRENCY_CODE: text({ max: 15, description: "The ledger's currency." }).optional(),
});
