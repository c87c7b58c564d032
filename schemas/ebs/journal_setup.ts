/**
 * What a journal may name: the ledger itself, sources, categories, currencies and rate types, as one list.
 *
 * @module
 */
import { z } from "zod";
import { id, text } from "../../engine/fields.ts";

/** What a row of the setup is about. */
export const SETUP_KINDS = ["LEDGER", "SOURCE", "CATEGORY", "CURRENCY", "RATE_TYPE"] as const;

/** One name that a journal of an operating unit's primary ledger may use. */
export const journalSetup: z.ZodObject = z.object({
  SETUP_KEY: id("`KIND:NAME`, as `CURRENCY:USD`."),
  KIND: text({ max: 20, values: SETUP_KINDS }),
  NAME: text({ max: 100, description: "Oracle's own name: a source made by a person has a number here." }).optional(),
  USER_NAME: text({ max: 100, description: "What people see, and what a journal's lines say." }).optional(),
  LEDGER_ID: id("On `LEDGER` rows, as all below.").optional(),
  CURRENCY_CODE: text({ max: 15, description: "The ledger's currency." }).optional(),
  CHART_OF_ACCOUNTS_ID: id().optional(),
  BALANCING_SEGMENT: text({ max: 30, description: "The account column that journals balance by: `SEGMENT1`." })
    .optional(),
  SUSPENSE_ALLOWED_FLAG: text({
    max: 1,
    description: "`Y`: Oracle would balance journals by itself; Gusset's never need it.",
  }).optional(),
  ACCESS_SET_ID: id("The data access set under which journals are imported; absent: none is set up.").optional(),
});
