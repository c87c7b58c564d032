/**
 * The segments of a WBS code and their items (reference §3.6): the cost code, tiered, and the cost type. An item's id is the id of the
 * cost code or line item type that it is.
 *
 * @module
 */
import { type CostCode, path, TIER } from "./cost_code.ts";
import type { LineItemType } from "./line_item_type.ts";
import type { Project } from "./project.ts";
import { type Company, FIRST_IDS } from "./state.ts";

/** A segment; every company of the sandbox has the same two. */
export interface Segment {
  id: number;
  type: "cost_code" | "line_item_type" | "custom";
  name: string;
  position: number;
  structure: "tiered" | "flat";
}

/** What joins the segments of a WBS code: `03-200.M`. */
export const DELIMITER = ".";

/** The pattern that all projects share. */
export const PATTERN_ID = FIRST_IDS.segment + 4999;

/** The segments in pattern order; a WBS code has one item of each. */
export const SEGMENTS: readonly Segment[] = [
  { id: FIRST_IDS.segment, type: "cost_code", name: "Cost Code", position: 1, structure: "tiered" },
  { id: FIRST_IDS.segment + 1, type: "line_item_type", name: "Cost Type", position: 2, structure: "flat" },
];

/** What some projects have besides. The sandbox knows no items of it. */
const LOCATION: Segment = {
  id: FIRST_IDS.segment + 2,
  type: "custom",
  name: "Location",
  position: 3,
  structure: "flat",
};

/** The segments of a project's own pattern; of the company's where none is given. */
export function segmentsOf(project: Project | undefined): readonly Segment[] {
  return project && project.custom_segment !== "none" ? [...SEGMENTS, LOCATION] : SEGMENTS;
}

/** An item of a segment. */
export type SegmentItem =
  | { segment: Segment; row: CostCode }
  | { segment: Segment; row: LineItemType };

/** The items of a segment in a project. Inactive ones are among them. */
export function itemsOf(company: Company, project: Project, segment: Segment): SegmentItem[] {
  if (segment.type === "custom") return [];
  return segment.type === "cost_code"
    ? company.costCodes.rows.filter((row) => row.project_id === project.id && !row.deleted_at)
      .map((row) => ({ segment, row }))
    : company.lineItemTypes.rows.map((row) => ({ segment, row }));
}

/** An item by its id; undefined where the project has none. */
export function itemOf(company: Company, project: Project, segment: Segment, id: number): SegmentItem | undefined {
  if (segment.type === "cost_code") {
    const row = company.costCodes.get(id);
    return row && row.project_id === project.id && !row.deleted_at ? { segment, row } : undefined;
  }
  const row = company.lineItemTypes.get(id);
  return row && { segment, row };
}

/** The item's tiers, topmost first: one for a flat segment. */
export function tiers(company: Company, { row }: SegmentItem): (CostCode | LineItemType)[] {
  return "project_id" in row ? path(company, row) : [row];
}

/** The item's whole code: `03-200`. */
export function pathCode(company: Company, item: SegmentItem): string {
  return tiers(company, item).map(({ code }) => code).join(TIER);
}

/** Shows a segment as patterns and segment lists do. */
export function showSegment(company: Company, project: Project | undefined, segment: Segment, at: string): unknown {
  return {
    ...shortSegment(segment, at),
    required: segment.type !== "custom" || project?.custom_segment === "required",
    segment_items_count: project ? itemsOf(company, project, segment).length : 0,
    selectable_tiers: segment.structure === "tiered",
    is_included_in_project_pattern: true,
    tiered: segment.structure === "tiered",
  };
}

function shortSegment(segment: Segment, at: string): Record<string, unknown> {
  return {
    ...segment,
    delimiter: DELIMITER,
    required: true,
    project_can_modify_origin_project: true,
    project_can_delete_origin_company: false,
    created_at: at,
    updated_at: at,
    wbs_pattern_id: PATTERN_ID,
  };
}

/** Shows an item. `parents` are the ids that other items of the project name as their parent. */
export function showItem(company: Company, item: SegmentItem, parents: ReadonlySet<number>): Record<string, unknown> {
  const { row, segment } = item;
  const above = tiers(company, item).slice(0, -1);
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    created_at: row.created_at,
    updated_at: row.updated_at,
    parent_id: "parent_id" in row ? row.parent_id : null,
    path_ids: above.map(({ id }) => id),
    path_code: pathCode(company, item),
    is_parent: parents.has(row.id),
    path_codes: above.map(({ code }) => code),
    path_names: above.map(({ name }) => name),
    in_use: company.usage.has(row.id),
    segment: shortSegment(segment, row.created_at),
    status: row.status,
  };
}

/** The cost codes of a project that others hang below. */
export function parentsIn(company: Company, project: Project): Set<number> {
  const parents = new Set<number>();
  for (const { project_id, parent_id } of company.costCodes.rows) {
    if (project_id === project.id && parent_id !== null) parents.add(parent_id);
  }
  return parents;
}
