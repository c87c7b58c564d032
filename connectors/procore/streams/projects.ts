/**
 * Stream `projects`: read and written. A company has few projects, so that all of them are listed, 300 in a call, and remembered for a run.
 *
 * What it does not guarantee: Procore lists only what the app may see, and says nothing of the rest.
 *
 * @module
 */
import type { Clock } from "../../../engine/clock.ts";
import type {
  Change,
  OpenStream,
  Outcome,
  Page,
  Partition,
  ReadRequest,
  Row,
  Stream,
} from "../../../engine/connector.ts";
import { WHOLE } from "../../../engine/connector.ts";
import { projectFields, projectRecord } from "../../../schemas/procore/projects.ts";
import { idNumber } from "../body.ts";
import type { Open, ProjectList } from "../open.ts";
import { type Remembered, remembered } from "../remembered.ts";
import type { Rest } from "../rest.ts";
import { byId, compareIds, inside, matching, rowReader } from "../rows.ts";
import { sync, type SyncAction } from "../sync.ts";

/** As many as Procore gives in one page of this list. */
const PAGE = 300;

/** The stream's description. */
export const projects: Stream = {
  description: "Projects of the company that the app may see, active or not",
  record: projectRecord,
  key: "id",
  label: "name",
  // Whether Procore's ranges include their bounds could not be verified, and its Date has no fractions: two minutes cover both.
  source: { pageSize: 300, incremental: true, overlap: 120_000 },
  destination: {
    fields: projectFields,
    identity: "origin_id",
    find: ["origin_id", "project_number", "name"],
    unique: [],
    bulk: 1000,
    creates: true,
    deactivates: false,
    active: "active",
  },
  webhooks: ["Projects"],
};

/** Our form of Procore's project. */
export const projectRow: (raw: Row) => Row = rowReader(projectRecord, {
  stage: (raw) => raw.stage ?? inside("project_stage", "name")(raw),
});

/** The projects that are worked in, as partitions of what stands in them. */
export async function projectPartitions(projects: Remembered<ProjectList>): Promise<Partition[]> {
  const { rows } = await projects.get();
  return rows.filter(({ active }) => active !== false).map(({ id, display_name, name }) => ({
    id: id as string,
    name: `${(display_name || name) as string} (${id})`,
  }));
}

/** Lists the company's projects when they are asked for. */
export function projectList(rest: Rest, clock: Clock, company_id: string): Remembered<ProjectList> {
  return remembered(clock, async () => {
    const rows = new Map<string, Row>();
    let at: string | undefined;
    for await (
      const page of rest.pages({
        path: "/rest/v1.1/projects",
        query: [["company_id", company_id], ["filters[by_status]", "All"], ["view", "normal"]],
        perPage: PAGE,
      })
    ) {
      at ??= page.at ?? new Date(clock.now()).toISOString();
      // A row that moves from one page to the next while they are read comes twice.
      for (const raw of page.rows) rows.set(raw.id as string, projectRow(raw));
    }
    return { rows: [...rows.values()].sort(byId), at: at! };
  });
}

/** Opens the stream. */
export function openProjects({ rest, settings, owner, projects }: Open): OpenStream {
  const { company_id, bulk } = settings;
  const action: SyncAction = {
    stream: "projects",
    path: "/rest/v1.0/projects/sync",
    scope: { company_id: idNumber(company_id, "company_id") },
    ids: ["project_template_id", "project_stage_id"],
    unique: [],
    bulk,
    rowOf: projectRow,
  };

  return {
    partitions: () => Promise.resolve([WHOLE]),
    async *read(request: ReadRequest): AsyncGenerator<Page> {
      // A pass begins with a fresh list; the pages of one pass are of one list.
      if (!("after" in request) || request.after === null) projects.drop();
      const { rows, at } = await projects.get();
      const wanted = rows.filter((row) => wants(request, row));
      const size = request.pageSize ?? PAGE;
      for (let from = 0; from === 0 || from < wanted.length; from += size) {
        yield { rows: wanted.slice(from, from + size), asOf: at, more: from + size < wanted.length };
      }
    },
    async find({ by, values }): Promise<Row[]> {
      return matching((await projects.get()).rows, by, values);
    },
    async write(partition: Partition, changes: readonly Change[]): Promise<Outcome[]> {
      await owner({ stream: "projects", partition: partition.id }, changes, async () => (await projects.get()).rows);
      try {
        return await sync(rest, action, changes);
      } finally {
        projects.drop();
      }
    },
  };
}

function wants(request: ReadRequest, row: Row): boolean {
  const key = row.id as string;
  if ("keys" in request) return request.keys.includes(key);
  if (request.after !== null && compareIds(key, request.after) <= 0) return false;
  if (request.since === null || typeof row.updated_at !== "string") return true;
  return Date.parse(row.updated_at) >= Date.parse(request.since);
}
