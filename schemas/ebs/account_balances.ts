/**
 * `GL_BALANCES`: what an account came to in a period, with what journals that are not posted yet would add.
 *
 * @module
 */
import { z } from "zod";
import { decimal, id, text } from "../../engine/fields.ts";

/** Actual amounts of one account in one period, as they were entered in one currency. */
export const accountBalance: z.ZodObject = z.object({
  BALANCE_KEY: id("`CODE_COMBINATION_ID:CURRENCY_CODE:PERIOD_NAME`, as `17201:USD:OCT-26`."),
  LEDGER_ID: id().optional(),
  CODE_COMBINATION_ID: id().optional(),
  CONCATENATED_SEGMENTS: text({ max: 800, description: "All segments of the account." }).optional(),
  CURRENCY_CODE: text({ max: 15, description: "The currency that the amounts were entered in." }).optional(),
  PERIOD_NAME: text({ max: 15, description: "`OCT-26`." }).optional(),
  BEGIN_BALANCE_DR: decimal("Of the year so far (a balance sheet account: of all time), before the period.").optional(),
  BEGIN_BALANCE_CR: decimal().optional(),
  PERIOD_NET_DR: decimal("Posted in the period.").optional(),
  PERIOD_NET_CR: decimal().optional(),
  UNPOSTED_DR: decimal("On journals dated up to the period's end that are not posted: in none of the other amounts.")
    .optional(),
  UNPOSTED_CR: decimal().optional(),
  END_BALANCE: decimal("Computed: debits less credits at the period's end, posted ones alone.").optional(),
});
