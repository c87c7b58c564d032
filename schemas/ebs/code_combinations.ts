/**
 * `GL_CODE_COMBINATIONS`: GL accounts, with the projects on whose orders they are used.
 *
 * @module
 */
import { z } from "zod";
import { id, instant, text } from "../../engine/fields.ts";

const flag = (description?: string): z.ZodOptional<z.ZodString> => text({ max: 1, description }).optional();

const SEGMENTS = Array.from({ length: 30 }, (_, i) => `SEGMENT${i + 1}` as const);
const DESCRIPTIONS = Array.from({ length: 10 }, (_, i) => `SEGMENT${i + 1}_DESCRIPTION` as const);

/** One optional text field for each name. */
const texts = (names: readonly string[], max: number): Record<string, z.ZodOptional<z.ZodString>> =>
  Object.fromEntries(names.map((name) => [name, text({ max }).optional()]));

/** A project that charges the account. */
export const codeCombinationProject: z.ZodObject = z.object({
  PROJECT_ID: id(),
  SEGMENT1: text({ max: 25, description: "The project number." }).optional(),
});

/** A GL account. Which segment means what is the customer's choice. */
export const codeCombination: z.ZodObject = z.object({
  CODE_COMBINATION_ID: id(),
  CHART_OF_ACCOUNTS_ID: id().optional(),
  ...texts(SEGMENTS, 25),
  ...texts(DESCRIPTIONS, 240),
  CONCATENATED_SEGMENTS: text({ max: 800, description: "All segments, with the chart's own delimiter." }).optional(),
  ACCOUNT_TYPE: text({ max: 1, description: "`A`, `L`, `O`, `R`, `E`; budgetary `C`, `D`." }).optional(),
  ENABLED_FLAG: flag(),
  SUMMARY_FLAG: flag("`Y`: a summary account, never charged."),
  TEMPLATE_ID: id("Set on accounts that a summary template made.").optional(),
  DETAIL_POSTING_ALLOWED_FLAG: flag("`Y`: journals may be posted to it."),
  GL_CONTROL_ACCOUNT: text({
    max: 25,
    description:
      "Who alone may post to it: `SUPPLIER` payables, `CUSTOMER` receivables, `Y` both, `R` nobody by hand; `N`: anybody.",
  }).optional(),
  PAYABLES_FLAG: flag("`Y`: payables' liability or receiving's accrual account by the options of an operating unit."),
  START_DATE_ACTIVE: instant().optional(),
  END_DATE_ACTIVE: instant().optional(),
  ACTIVE_FLAG: flag("`Y` or `N` by enabled flag and dates at the database's own time; computed by the package."),
  DESCRIPTION: text({ max: 240, description: "The combination's own; usually empty." }).optional(),
  LAST_UPDATE_DATE: instant().optional(),
  PROJECTS: z.array(codeCombinationProject).optional().meta({
    description: "Projects of the covered operating units in whose order distributions the account is used.",
  }),
});
