/**
 * A project, as the connector reads and writes it.
 *
 * Facts: Procore REST API, `GET /rest/v1.1/projects` (view `normal`) and `PATCH /rest/v1.0/projects/sync`.
 *
 * @module
 */
import { z } from "zod";
import { date, decimal, id, instant, text, truth } from "../../engine/fields.ts";

/** Procore does not publish the length of a name; 255 characters is its framework's default and what its pages accept. */
const NAME_LENGTH = 255;

const place = {
  address: text({ description: "Street and number." }).nullish(),
  city: text().nullish(),
  state_code: text({ description: "State or province, without the country: CO." }).nullish(),
  zip: text({ description: "Postal code." }).nullish(),
  country_code: text({ max: 2, description: "ISO 3166-1 alpha-2: US." }).nullish(),
  time_zone: text({ description: "IANA or Rails zone name." }).nullish(),
};

const facts = {
  project_number: text({ description: "The number people know it by; Procore does not force it to be unique." })
    .nullish(),
  accounting_project_number: text({ description: "The accounting system's number." }).nullish(),
  active: truth("Inactive projects leave the lists of users.").nullish(),
  start_date: date().nullish(),
  completion_date: date().nullish(),
};

const origin = {
  origin_id: text({ description: "The ERP's key, unique in the company; users do not see it." }).nullish(),
  origin_data: text({ description: "Free text of the integration." }).nullish(),
};

/** A project as it is read, active or not; `project_stage` is flattened to its name. */
export const projectRecord: z.ZodObject = z.object({
  id: id("Procore's project id."),
  name: text(),
  display_name: text({ description: "Number and name, as Procore shows it." }).nullish(),
  ...facts,
  ...place,
  county: text().nullish(),
  stage: text({ description: "The name of the project's stage." }).nullish(),
  total_value: decimal("Total value in the project's currency.").nullish(),
  ...origin,
  origin_code: text({ description: "The ERP's number, shown to users as External ID; read only here." }).nullish(),
  created_at: instant().nullish(),
  updated_at: instant().nullish(),
});

/** What a mapping may set. */
export const projectFields: z.ZodObject = z.object({
  name: text({ max: NAME_LENGTH }),
  ...facts,
  ...place,
  ...origin,
  project_template_id: id("The template a new project is made from; has no effect later.").nullish(),
  project_stage_id: id("The stage a project is in.").nullish(),
});
