/**
 * Stream `requisitions`: what subcontractors bill on a project's contracts, with items and what they cost. Procore sends no webhook for them, and its list
 * forgets deleted ones: ask with a cursor, and sweep `keys` now and then.
 *
 * What it does not guarantee: a requisition is read again when it changed itself, not when the one before it did; Procore lets only the last one
 * of a contract change its amounts.
 *
 * @module
 */
import pLimit from "p-limit";
import type { OpenStream, Page, ReadRequest, Row, Stream } from "../../../engine/connector.ts";
import { requisitionRecord } from "../../../schemas/procore/requisitions.ts";
import type { Before } from "../bills/footing.ts";
import { changedSince, isAskedFor, listed } from "../bills/listing.ts";
import { beforeOf, requisitionRow } from "../bills/row.ts";
import { show } from "../bills/show.ts";
import type { Open } from "../open.ts";
import { byId } from "../rows.ts";
import { projectPartitions } from "./projects.ts";

/** Items make a row heavy: some thirty kilobytes for a sheet of ten lines. */
const PAGE = 100;

/** Keys that are read one by one; for more, the project is listed. */
const FEW = 25;

const PATH = "/rest/v1.1/requisitions";

/** The stream's description. */
export const requisitions: Stream = {
  description: "Requisitions (subcontractor invoices) of a project, with what each item costs",
  record: requisitionRecord,
  key: "id",
  label: "invoice_number",
  partition: "project",
  // Whether Procore's ranges include their bounds could not be verified, and its times have no fractions: two minutes cover both.
  source: { pageSize: PAGE, incremental: true, overlap: 120_000 },
};

/** Opens the stream. */
export function openRequisitions({ rest, clock, settings, projects }: Open): OpenStream {
  const limit = pLimit(settings.concurrency);

  const view = (project: string) => [["project_id", project], ["view", "extended"]] as const;
  /** One requisition with its items; undefined where it is gone. */
  const one = (project: string, id: string) => limit(() => show(rest, clock, { path: PATH, id, query: view(project) }));

  async function raws(request: ReadRequest, perPage: number): Promise<{ rows: Row[]; at: string }> {
    const { partition: { id: project } } = request;
    if ("keys" in request && request.keys.length <= FEW) {
      const keys = [...new Set(request.keys)].filter((key) => /^\d+$/.test(key));
      const found = (await Promise.all(keys.map((key) => one(project, key))))
        .filter((shown) => shown !== undefined);
      const at = found.map((shown) => shown.at).sort()[0] ?? new Date(clock.now()).toISOString();
      return { rows: found.map(({ row }) => row).sort(byId), at };
    }
    const filters = "since" in request ? changedSince(request.since, clock) : [];
    const query = [...view(project), ...filters];
    return await listed(rest, clock, { path: PATH, query, perPage });
  }

  return {
    partitions: () => projectPartitions(projects),
    async *read(request): AsyncGenerator<Page> {
      const { partition: { id: project }, pageSize = PAGE } = request;
      const { rows: all, at } = await raws(request, Math.min(pageSize, PAGE));
      const known = new Map(all.map((row) => [row.id as string, row]));
      const before = async ({ previous_requisition_id: id }: Row): Promise<Before | "first" | "unknown"> => {
        if (id === null || id === undefined) return "first";
        const former = known.get(id as string) ?? (await one(project, id as string))?.row;
        try {
          return former === undefined ? "unknown" : beforeOf(former);
        } catch (error) {
          if (error instanceof RangeError) return "unknown";
          throw error;
        }
      };
      const rows = all.filter((row) => isAskedFor(request, row));
      for (let from = 0; from === 0 || from < rows.length; from += pageSize) {
        const page = rows.slice(from, from + pageSize);
        const befores = await Promise.all(page.map(before));
        yield {
          rows: page.map((row, i) => requisitionRow(row, befores[i])),
          asOf: at,
          more: from + pageSize < rows.length,
        };
      }
    },
    async keys({ id: project }): Promise<string[]> {
      const query = [["project_id", project], ["view", "default"]] as const;
      const { rows } = await listed(rest, clock, { path: PATH, query, perPage: settings.page_size });
      return rows.map(({ id }) => id as string);
    },
  };
}
