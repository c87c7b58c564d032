/**
 * Cost codes of a project: what a row holds, and the rules of writing one. They form a tree; a code stands once below its parent.
 * There is no way to delete one: its WBS codes and its segment item become inactive instead.
 *
 * @module
 */
import type { Errors } from "./answers.ts";
import { type AttributeKinds, changed, type Given, readAttributes } from "./attributes.ts";
import type { Project } from "./project.ts";
import type { Company, State } from "./state.ts";
import type { Syncable, Written } from "./sync.ts";
import { type Table, table } from "./table.ts";

/** A cost code. Its id is also the id of its segment item. */
export interface CostCode {
  id: number;
  project_id: number;
  /** The last part; the whole is {@link fullCode}. */
  code: string;
  name: string;
  parent_id: number | null;
  position: number | null;
  standard_cost_code_id: number | null;
  origin_id: string | null;
  origin_data: string | null;
  /** As a segment item: inactive ones are not offered for new WBS codes. */
  status: "active" | "inactive";
  created_at: string;
  updated_at: string;
  /** Set where Procore's own people removed it; shown only with `include_deleted`. */
  deleted_at: string | null;
}

const KINDS: AttributeKinds = {
  code: "text",
  name: "text",
  parent_id: "number",
  position: "number",
  standard_cost_code_id: "number",
  origin_id: "key",
  origin_data: "long",
};

/** Between the tiers of a code: `03-200`. */
export const TIER = "-";

/** The cost codes of a company, of all its projects. */
export function costCodeTable(): Table<CostCode> {
  return table<CostCode>({
    origin_id: (row) => row.origin_id ?? undefined,
    code: (row) => row.deleted_at ? undefined : codeKey(row.project_id, row.parent_id, row.code),
  });
}

const codeKey = (project: number, parent: number | null, code: string): string =>
  `${project}/${parent ?? ""}/${code.trim()}`;

/** The cost code and its ancestors, topmost first. */
export function path({ costCodes }: Company, row: CostCode): CostCode[] {
  const found = [row];
  for (let next = row.parent_id; next !== null;) {
    const parent = costCodes.get(next);
    if (!parent) break;
    found.unshift(parent);
    next = parent.parent_id;
  }
  return found;
}

/** The code with those of its ancestors: `03-200`. */
export function fullCode(company: Company, row: CostCode): string {
  return row.parent_id === null ? row.code : path(company, row).map(({ code }) => code).join(TIER);
}

/** How cost codes of a project are found and written. An origin_id belongs to one cost code of the whole company. */
export function costCodesOf(company: Company, project: Project, state: State): Syncable<CostCode> {
  const { costCodes } = company;

  const mine = (row: CostCode | undefined): CostCode | undefined =>
    row && row.project_id === project.id && !row.deleted_at ? row : undefined;

  function errorsOf(row: CostCode | undefined, values: Given): Errors {
    const errors: Errors = {};
    const now = { parent_id: null, ...row, ...values } as Partial<CostCode>;
    for (const name of ["code", "name"] as const) {
      if (!now[name] || now[name].trim() === "") errors[name] = ["can't be blank"];
    }
    if (values.origin_id) {
      const holder = costCodes.find("origin_id", values.origin_id as string);
      if (holder && holder !== row) errors.origin_id = ["has already been taken"];
    }
    const standard = values.standard_cost_code_id as number | null | undefined;
    if (standard && !company.standardCostCodes.get(standard)) errors.standard_cost_code_id = ["is invalid"];
    if (values.parent_id) {
      const parent = mine(costCodes.get(values.parent_id as number));
      if (!parent || (row && path(company, parent).includes(row))) errors.parent_id = ["is invalid"];
    }
    if (!errors.code && !errors.parent_id) {
      const holder = costCodes.find("code", codeKey(project.id, now.parent_id ?? null, now.code!));
      if (holder && holder !== row) errors.code = ["has already been taken"];
    }
    return errors;
  }

  function write(row: CostCode | undefined, given: Given): Written<CostCode> {
    const { values, errors } = readAttributes(KINDS, given);
    const wrong = { ...errorsOf(row, values), ...errors };
    if (Object.keys(wrong).length > 0) return { errors: wrong };
    if (!row) return { row: costCodes.insert(newCostCode(state, project.id, values)) };
    const changes = changed(row, values);
    return { row: changes ? costCodes.update(row, { ...changes, updated_at: state.now() }) : row };
  }

  return {
    byId: (id) => mine(costCodes.get(id)),
    byOrigin: (originId) => mine(costCodes.find("origin_id", originId)),
    create: (given) => write(undefined, given),
    update: write,
    show: (row) => row,
  };
}

/** A new cost code with the values given. */
export function newCostCode(state: State, projectId: number, values: Given): CostCode {
  const now = state.now();
  return {
    id: state.nextId("cost_code"),
    project_id: projectId,
    code: values.code as string,
    name: values.name as string,
    parent_id: values.parent_id as number ?? null,
    position: values.position as number ?? null,
    standard_cost_code_id: values.standard_cost_code_id as number ?? null,
    origin_id: values.origin_id as string ?? null,
    origin_data: values.origin_data as string ?? null,
    status: "active",
    created_at: now,
    updated_at: now,
    deleted_at: null,
  };
}
