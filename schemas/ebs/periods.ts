/**
 * `GL_PERIOD_STATUSES` of general ledger: which days may be posted to.
 *
 * @module
 */
import { z } from "zod";
import { id, instant, integer, text } from "../../engine/fields.ts";

/** A period of an operating unit's primary ledger. */
export const period: z.ZodObject = z.object({
  EFFECTIVE_PERIOD_NUM: id("Year × 10,000 + number: `20260010`."),
  LEDGER_ID: id().optional(),
  PERIOD_NAME: text({ max: 15, description: "`OCT-26`." }).optional(),
  CLOSING_STATUS: text({
    max: 1,
    description:
      "`O` open, `F` future-enterable, `C` closed, `P` permanently closed, `N` never opened, `W` close pending; journals go into `O` and `F`.",
  }).optional(),
  START_DATE: instant().optional(),
  END_DATE: instant("The last day.").optional(),
  PERIOD_YEAR: integer().optional(),
  PERIOD_NUM: integer().optional(),
  ADJUSTMENT_PERIOD_FLAG: text({ max: 1, description: "`Y`: shares its days with another period." }).optional(),
});
