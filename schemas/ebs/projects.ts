/**
 * `PA_PROJECTS_ALL`.
 *
 * @module
 */
import { z } from "zod";
import { id, instant, text } from "../../engine/fields.ts";

/** A project of one operating unit. */
export const project: z.ZodObject = z.object({
  PROJECT_ID: id(),
  SEGMENT1: text({ max: 25, description: "The project number." }).optional(),
  NAME: text({ max: 30 }).optional(),
  LONG_NAME: text({ max: 240 }).optional(),
  DESCRIPTION: text({ max: 250 }).optional(),
  PROJECT_TYPE: text({ max: 20 }).optional(),
  PROJECT_STATUS_CODE: text({ max: 30, description: "`APPROVED`, `CLOSED` …; customers add their own." }).optional(),
  TEMPLATE_FLAG: text({ max: 1, description: "`Y`: a template to copy from, no project." }).optional(),
  START_DATE: instant().optional(),
  COMPLETION_DATE: instant().optional(),
  CLOSED_DATE: instant().optional(),
  ORG_ID: id("The operating unit.").optional(),
  PROJECT_CURRENCY_CODE: text({ max: 15 }).optional(),
  LAST_UPDATE_DATE: instant().optional(),
});
