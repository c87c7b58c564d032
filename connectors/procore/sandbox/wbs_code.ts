/**
 * WBS codes, which the user interface calls budget codes: one item of each segment of the pattern. Making one that is there already
 * changes its description and nothing else.
 *
 * @module
 */
import type { Errors } from "./answers.ts";
import { type Given, idFrom } from "./attributes.ts";
import type { CostCode } from "./cost_code.ts";
import type { LineItemType } from "./line_item_type.ts";
import type { Project } from "./project.ts";
import { DELIMITER, itemOf, pathCode, PATTERN_ID, type SegmentItem, SEGMENTS, showItem } from "./segment.ts";
import type { Company, State } from "./state.ts";
import type { Written } from "./sync.ts";
import { type Table, table } from "./table.ts";

/** A WBS code. */
export interface WbsCode {
  id: number;
  project_id: number;
  description: string | null;
  status: "active" | "inactive";
  /** One for each segment, in pattern order. */
  item_ids: number[];
  created_at: string;
  updated_at: string;
}

/** The WBS codes of a company, of all its projects. */
export function wbsCodeTable(): Table<WbsCode> {
  return table<WbsCode>({ items: (row) => itemsKey(row.project_id, row.item_ids) });
}

const itemsKey = (project: number, items: readonly number[]): string => `${project}/${items.join("+")}`;

/** The cost types that a cost code is used with. */
export function typesOf(company: Company, { id }: CostCode): LineItemType[] {
  return [...company.usage.get(id) ?? []].map((other) => company.lineItemTypes.get(other))
    .filter((row) => row !== undefined);
}

/** The items of a WBS code, in pattern order. */
export function itemsOfCode(company: Company, project: Project, { item_ids }: WbsCode): SegmentItem[] {
  return SEGMENTS.map((segment, i) => itemOf(company, project, segment, item_ids[i])!);
}

/** `03-200.M`. */
export function flatCode(company: Company, items: readonly SegmentItem[]): string {
  return items.map((item) => pathCode(company, item)).join(DELIMITER);
}

/** `Reinforcing Steel.Materials`. */
export function flatName(items: readonly SegmentItem[]): string {
  return items.map(({ row }) => row.name).join(DELIMITER);
}

/** Makes a WBS code of `{ description, segment_items: [{ segment_id, segment_item_id }] }`, or sets the description of the one that is there. */
export function upsertWbsCode(company: Company, project: Project, given: Given, state: State): Written<WbsCode> {
  const read = readItems(company, project, given.segment_items);
  if ("errors" in read) return read;
  const { items } = read;
  const present = company.wbsCodes.find("items", itemsKey(project.id, items.map(({ row }) => row.id)));
  const description = typeof given.description === "string" ? given.description : undefined;
  if (present) {
    if (description === undefined || description === present.description) return { row: present };
    return { row: company.wbsCodes.update(present, { description, updated_at: state.now() }) };
  }
  if (items.some(({ row }) => row.status === "inactive")) return { errors: { segment_items: ["is inactive"] } };
  return { row: insertWbsCode(company, project, items, description ?? flatName(items), state) };
}

/** Adds a WBS code of these items. */
export function insertWbsCode(
  company: Company,
  project: Project,
  items: readonly SegmentItem[],
  description: string,
  state: State,
): WbsCode {
  const now = state.now();
  const ids = items.map(({ row }) => row.id);
  for (const id of ids) {
    const others = company.usage.get(id) ?? new Set();
    for (const other of ids) if (other !== id) others.add(other);
    company.usage.set(id, others);
  }
  return company.wbsCodes.insert({
    id: state.nextId("wbs_code"),
    project_id: project.id,
    description,
    status: "active",
    item_ids: ids,
    created_at: now,
    updated_at: now,
  });
}

function readItems(company: Company, project: Project, given: unknown): { items: SegmentItem[] } | { errors: Errors } {
  if (!Array.isArray(given)) return { errors: { segment_items: ["can't be blank"] } };
  const wanted = new Map<number, number>();
  for (const entry of given as (Given | null)[]) {
    wanted.set(idFrom(entry?.segment_id), idFrom(entry?.segment_item_id));
  }
  const items = SEGMENTS.map((segment) => itemOf(company, project, segment, wanted.get(segment.id) ?? NaN));
  const complete = items.every((item) => item !== undefined) && wanted.size === SEGMENTS.length &&
    given.length === SEGMENTS.length && project.custom_segment !== "required";
  return complete ? { items: items as SegmentItem[] } : { errors: { segment_items: ["is invalid"] } };
}

/** Shows a WBS code. */
export function showWbsCode(
  company: Company,
  project: Project,
  row: WbsCode,
  parents: ReadonlySet<number>,
): Record<string, unknown> {
  const items = itemsOfCode(company, project, row);
  return {
    id: row.id,
    flat_code: flatCode(company, items),
    flat_name: flatName(items),
    description: row.description,
    status: row.status,
    created_at: row.created_at,
    updated_at: row.updated_at,
    segment_items: items.map((item) => showItem(company, item, parents)),
    wbs_pattern_id: PATTERN_ID,
  };
}
