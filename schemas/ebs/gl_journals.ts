/**
 * A GL journal as Journal Import takes it: columns of `GL_INTERFACE` (reference §5.1), those of the journal apart from its lines'.
 *
 * @module
 */
import { z } from "zod";
import { date, decimal, id, text } from "../../engine/fields.ts";

/** A line of a journal: one account, debit or credit. */
export const journalLine: z.ZodObject = z.object({
  CODE_COMBINATION_ID: id("The account."),
  BALANCING_SEGMENT: text({
    max: 25,
    description: "The account's balancing segment; given on all lines or none, and balanced by itself.",
  }).optional(),
  ENTERED_DR: decimal("In the journal's currency; debit or credit, never both.").optional(),
  ENTERED_CR: decimal().optional(),
  REFERENCE10: text({ max: 240, description: "The line's description." }).optional(),
  REFERENCE23: text({ max: 100, description: "Yours; shows as REFERENCE_3 of the journal line." }).optional(),
  REFERENCE24: text({ max: 100 }).optional(),
  REFERENCE25: text({ max: 100 }).optional(),
});

/** What a mapping may set. Journal name, journal reference and the first line references carry the posting's key. */
export const journal: z.ZodObject = z.object({
  LEDGER_ID: id("The operating unit's primary ledger."),
  ACCOUNTING_DATE: date("Decides the period."),
  CURRENCY_CODE: text({ max: 15 }),
  CURRENCY_UNIT: decimal("The smallest amount of the currency; a cent where left out.").optional(),
  USER_JE_SOURCE_NAME: text({ max: 25, description: "The journal source, as people see it; best one of its own." }),
  USER_JE_CATEGORY_NAME: text({ max: 25, description: "The journal category, as people see it." }),
  REFERENCE1: text({ max: 50, description: "What the batch's name begins with." }).optional(),
  REFERENCE5: text({ max: 240, description: "The journal's description." }).optional(),
  USER_CURRENCY_CONVERSION_TYPE: text({ max: 30, description: "For another currency than the ledger's: `Corporate`." })
    .optional(),
  CURRENCY_CONVERSION_DATE: date().optional(),
  CURRENCY_CONVERSION_RATE: decimal("With the rate type `User` alone.").optional(),
  LINES: z.array(journalLine),
});

/** A journal with its key, as the stream's record. */
export const glJournal: z.ZodObject = z.object({
  POSTING_KEY: id("Our own key: GL_JE_HEADERS.EXTERNAL_REFERENCE."),
  ...journal.shape,
});
