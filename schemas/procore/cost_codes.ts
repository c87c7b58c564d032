/**
 * A project's cost code, as the connector reads and writes it.
 *
 * Facts: Procore REST API, `GET /rest/v1.0/cost_codes` and `PATCH /rest/v1.0/cost_codes/sync`; whether it is active is not said
 * there but by its WBS codes, `GET /rest/v1.0/projects/{id}/work_breakdown_structure/wbs_codes`.
 *
 * @module
 */
import { z } from "zod";
import { id, instant, text, truth } from "../../engine/fields.ts";

/** Procore does not publish the length of a name; 255 characters is its framework's default and what its pages accept. */
const NAME_LENGTH = 255;

const origin = {
  origin_id: text({ description: "The ERP's key, unique in the company across all projects." }).nullish(),
  origin_data: text({ description: "Free text of the integration." }).nullish(),
};

const ACTIVE =
  "False where the cost code has WBS codes and all of them are inactive; cost codes themselves cannot be switched off.";

/** A cost code as it is read. `code` is the whole code (Procore's `full_code`); `part_code` is what Procore calls `code`. */
export const costCodeRecord: z.ZodObject = z.object({
  id: id("Procore's cost code id; also its item in the WBS's cost code segment."),
  code: text({ description: "The whole code, parents included: 03-200." }),
  part_code: text({ description: "The last part of a tiered code: 200." }).nullish(),
  name: text(),
  parent_id: id("The cost code above it in a tiered list.").nullish(),
  budgeted: truth("Whether the budget has a line with it.").nullish(),
  is_active: truth(ACTIVE).nullish(),
  ...origin,
  standard_cost_code_id: id("The company's standard cost code it was copied from.").nullish(),
  created_at: instant().nullish(),
  updated_at: instant().nullish(),
});

/** What a mapping may set. New codes are made without a parent, so `code` is the whole code. */
export const costCodeFields: z.ZodObject = z.object({
  code: text({ max: NAME_LENGTH, description: "The whole code, unique in the project." }),
  name: text({ max: NAME_LENGTH }),
  is_active: truth(ACTIVE).nullish(),
  ...origin,
});
