/**
 * Projects: what a row holds, and the rules of writing one.
 *
 * @module
 */
import type { Errors } from "./answers.ts";
import { type AttributeKinds, changed, type Given, readAttributes } from "./attributes.ts";
import { placeErrors } from "./places.ts";
import type { Company, State } from "./state.ts";
import type { Syncable, Written } from "./sync.ts";
import { type Table, table } from "./table.ts";

/** Attributes that may be set, beside name and active; null where they are not. */
export const PROJECT_FIELDS = {
  project_number: "text",
  accounting_project_number: "text",
  address: "text",
  city: "text",
  state_code: "text",
  country_code: "text",
  zip: "text",
  county: "text",
  phone: "text",
  code: "text",
  description: "long",
  public_notes: "long",
  store_number: "text",
  designated_market_area: "text",
  time_zone: "text",
  start_date: "date",
  completion_date: "date",
  actual_start_date: "date",
  projected_finish_date: "date",
  estimated_start_date: "date",
  estimated_completion_date: "date",
  warranty_start_date: "date",
  warranty_end_date: "date",
  total_value: "decimal",
  estimated_value: "decimal",
  origin_id: "key",
  origin_code: "text",
  origin_data: "long",
} as const satisfies AttributeKinds;

/** A project. */
export type Project =
  & {
    id: number;
    name: string;
    active: boolean;
    erp_integrated: boolean;
    /** Whether the customer's administrator lets the app see it. Not an attribute of the API. */
    permitted: boolean;
    /** What its contracts are in; another currency is refused. Not an attribute of the API. */
    currency_iso_code: string;
    /**
     * A third segment of its WBS pattern, beside cost code and cost type: with one, a pair of these two says no longer which budget code is
     * meant, and lines have to name a WBS code. Not an attribute of the API.
     */
    custom_segment: "none" | "optional" | "required";
    created_at: string;
    updated_at: string;
  }
  & Record<keyof typeof PROJECT_FIELDS, string | null>;

const KINDS: AttributeKinds = { name: "text", active: "flag", erp_integrated: "flag", ...PROJECT_FIELDS };

/** The projects of a company. */
export function projectTable(): Table<Project> {
  return table<Project>({
    origin_id: (row) => row.origin_id ?? undefined,
    name: (row) => row.name.trim().toLowerCase(),
  });
}

/** How projects of a company are found and written. A name may stand only once (assumed), no matter the case. */
export function projectsOf(company: Company, state: State): Syncable<Project> {
  const { projects } = company;

  function errorsOf(row: Project | undefined, values: Given): Errors {
    const errors: Errors = {};
    const name = values.name === undefined ? row?.name : values.name as string | null;
    if (!name || name.trim() === "") errors.name = ["can't be blank"];
    else if (isTaken("name", name.trim().toLowerCase(), row)) errors.name = ["has already been taken"];
    if (values.origin_id && isTaken("origin_id", values.origin_id as string, row)) {
      errors.origin_id = ["has already been taken"];
    }
    if (values.country_code !== undefined || values.state_code !== undefined) {
      const now = { ...row, ...values } as Partial<Project>;
      Object.assign(errors, placeErrors(now.country_code ?? null, now.state_code ?? null));
    }
    return errors;
  }

  function isTaken(index: string, key: string, row: Project | undefined): boolean {
    const holder = projects.find(index, key);
    return holder !== undefined && holder !== row;
  }

  function write(row: Project | undefined, given: Given): Written<Project> {
    const { values, errors } = readAttributes(KINDS, given);
    for (const flag of ["active", "erp_integrated"]) if (values[flag] === null) delete values[flag];
    const wrong = { ...errorsOf(row, values), ...errors };
    if (Object.keys(wrong).length > 0) return { errors: wrong };
    if (!row) return { row: projects.insert(newProject(state, values)) };
    const changes = changed(row, values);
    return { row: changes ? projects.update(row, { ...changes, updated_at: state.now() }) : row };
  }

  return {
    byId(id) {
      const row = projects.get(id);
      return row?.permitted ? row : undefined;
    },
    byOrigin(originId) {
      const row = projects.find("origin_id", originId);
      return row?.permitted ? row : undefined;
    },
    create: (given) => write(undefined, given),
    update: write,
    show: (row) => row,
  };
}

/** A new project with the values given. */
export function newProject(state: State, values: Given): Project {
  const now = state.now();
  const fields = Object.fromEntries(Object.keys(PROJECT_FIELDS).map((name) => [name, values[name] ?? null]));
  return {
    id: state.nextId("project"),
    name: values.name as string,
    active: values.active as boolean ?? true,
    erp_integrated: values.erp_integrated as boolean ?? false,
    permitted: true,
    currency_iso_code: "USD",
    custom_segment: "none",
    created_at: now,
    updated_at: now,
    ...fields as Record<keyof typeof PROJECT_FIELDS, string | null>,
    time_zone: values.time_zone as string ?? "America/Denver",
  };
}
