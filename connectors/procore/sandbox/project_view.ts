/**
 * How a project is shown. Lists, show and sync document different keys; the sandbox shows them all everywhere, most of them null, as a real
 * company's are.
 *
 * @module
 */
import type { Project } from "./project.ts";
import { type Company, FIRST_IDS } from "./state.ts";

/** Documented, and never set here. */
const NEVER_SET = [
  "delivery_method",
  "estimated_budget",
  "fax",
  "flag",
  "from_project_template_id",
  "inbound_email",
  "inbound_email_address",
  "latitude",
  "logo_id",
  "logo_url",
  "longitude",
  "office",
  "owners_project_id",
  "parent_job",
  "parent_job_id",
  "persistent_message",
  "photo_id",
  "photo_url",
  "priority",
  "program",
  "project_bid_type",
  "project_bid_type_id",
  "project_owner_type",
  "project_owner_type_id",
  "project_region",
  "project_region_id",
  "project_sector_id",
  "project_template",
  "project_type",
  "sector",
  "square_feet",
  "work_scope",
];
const NULLS = Object.fromEntries(NEVER_SET.map((name) => [name, null]));

const STAGES = [
  { id: 562949953545005, name: "Course of Construction" },
  { id: 562949953545006, name: "Post-Construction" },
];
const CREATOR = { id: FIRST_IDS.user + 1, name: "Pat Morgan", login: "pat.morgan@procore.example" };

/** Number and name, as Procore shows a project. */
export function displayName(row: Project): string {
  return row.project_number ? `${row.project_number} ${row.name}` : row.name;
}

/** Shows a project. */
export function showProject(company: Company, row: Project): Record<string, unknown> {
  const { permitted: _, currency_iso_code: __, custom_segment: ___, erp_integrated, ...fields } = row;
  const stage = STAGES[row.active ? 0 : 1];
  return {
    ...fields,
    ...NULLS,
    display_name: displayName(row),
    company: { id: company.id, name: company.name },
    created_by: CREATOR,
    custom_fields: {},
    departments: [],
    dictionary_type: "general_contractor",
    is_demo: false,
    is_erp_integrated: erp_integrated,
    locale: "en",
    project_stage: stage,
    project_stage_id: stage.id,
    stage: stage.name,
    standard_cost_code_list_id: company.standardLists.rows[0]?.id ?? null,
    template: false,
    tz_name: row.time_zone,
  };
}
