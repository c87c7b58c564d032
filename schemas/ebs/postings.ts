/**
 * `XXGUSSET_POSTINGS` with what became of each journal: rows of `GL_INTERFACE`, or `GL_JE_HEADERS`.
 *
 * @module
 */
import { z } from "zod";
import { decimal, id, instant, integer, text } from "../../engine/fields.ts";

/** Where a journal is; see `POSTING_STATE`. */
export const POSTING_STATES = [
  "WITHDRAWN",
  "INTERFACE",
  "UNPOSTED",
  "POSTED",
  "REVERSED",
  "CHANGED",
  "DELETED",
] as const;

/** A line that waits in the interface, or was refused there. */
export const postingInterfaceLine: z.ZodObject = z.object({
  REFERENCE22: text({ max: 100, description: "The line's number in the document that was sent." }).optional(),
  CODE_COMBINATION_ID: id().optional(),
  ENTERED_DR: decimal().optional(),
  ENTERED_CR: decimal().optional(),
  STATUS: text({ max: 50, description: "`NEW`, `P`, or codes of Journal Import." }).optional(),
});

/** A line as it was sent, whatever became of it since. */
export const postingSentLine: z.ZodObject = z.object({
  LINE_NUM: integer("Its number in the document.").optional(),
  CODE_COMBINATION_ID: id().optional(),
  ENTERED_DR: decimal().optional(),
  ENTERED_CR: decimal().optional(),
  REFERENCE10: text({ max: 240, description: "The line's description." }).optional(),
  REFERENCE23: text({ max: 100, description: "The order distribution, or another position, that the line moves." })
    .optional(),
  REFERENCE24: text({ max: 100, description: "What of it: `cost`, `withheld` or `net`." }).optional(),
});

/** A journal that was ever sent. */
export const posting: z.ZodObject = z.object({
  POSTING_KEY: id("Names source document, revision and purpose."),
  BODY_HASH: text({ max: 64 }).optional(),
  LEDGER_ID: id().optional(),
  USER_JE_SOURCE_NAME: text({ max: 25 }).optional(),
  ACCOUNTING_DATE: instant().optional(),
  PERIOD_NAME: text({ max: 15, description: "The period that the date was in when it was sent." }).optional(),
  CURRENCY_CODE: text({ max: 15 }).optional(),
  GROUP_ID: id().optional(),
  REQUEST_ID: id("The request that imported it.").optional(),
  REQUEST_PHASE: text({ max: 20, description: "`PENDING`, `RUNNING`, `COMPLETE`, `INACTIVE`." }).optional(),
  CREATION_DATE: instant().optional(),
  WITHDRAWN_DATE: instant().optional(),
  WITHDRAWALS: integer("How often it was withdrawn.").optional(),
  SENT_DR: decimal("Sum of the debits that were sent.").optional(),
  SENT_CR: decimal("Sum of the credits that were sent.").optional(),
  JE_HEADER_ID: id("The journal.").optional(),
  JE_NAME: text({ max: 100 }).optional(),
  JE_BATCH_NAME: text({ max: 100 }).optional(),
  JE_STATUS: text({ max: 1, description: "`U` unposted, `P` posted; others are failures of posting." }).optional(),
  JE_PERIOD_NAME: text({ max: 15 }).optional(),
  JE_LINE_COUNT: integer().optional(),
  RUNNING_TOTAL_DR: decimal("The journal's own.").optional(),
  RUNNING_TOTAL_CR: decimal().optional(),
  REVERSAL_JE_HEADER_ID: id("The journal that reverses it.").optional(),
  CHANGED_FLAG: text({ max: 1, description: "`Y`: accounts or amounts differ from what was sent." }).optional(),
  POSTING_STATE: text({
    values: POSTING_STATES,
    description: "Computed. `DELETED`: sent, and now neither in the interface nor a journal.",
  }).optional(),
  INTERFACE_LINES: z.array(postingInterfaceLine).optional(),
  SENT_LINES: z.array(postingSentLine).optional(),
});
