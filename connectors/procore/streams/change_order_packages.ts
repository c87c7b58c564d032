/**
 * Stream `change_order_packages`: what changes a project's contracts, with lines, deleted ones included. Procore lists them without lines, so that each one that is
 * read costs a call; which contracts are purchase orders costs a list of them for each project that has any.
 *
 * @module
 */
import pLimit from "p-limit";
import type { OpenStream, Page, ReadRequest, Row, Stream } from "../../../engine/connector.ts";
import { Big, plain } from "../../../engine/decimal.ts";
import { packageLineRecord, packageRecord } from "../../../schemas/procore/change_order_packages.ts";
import { changedSince, isAskedFor, listed } from "../bills/listing.ts";
import { amountIn, requiredAmountIn } from "../bills/reckon.ts";
import { show } from "../bills/show.ts";
import type { Open } from "../open.ts";
import { inside, rowReader } from "../rows.ts";
import { projectPartitions } from "./projects.ts";

const PATH = "/rest/v1.0/change_order_packages";
const ORDERS = "/rest/v1.0/purchase_order_contracts";
const PAGE = 100;

/** The stream's description. */
export const changeOrderPackages: Stream = {
  description: "Change order packages of a project, with their lines",
  record: packageRecord,
  key: "id",
  label: "number",
  partition: "project",
  source: { pageSize: PAGE, incremental: true, overlap: 120_000 },
  webhooks: ["Change Order Packages"],
};

const headerRow = rowReader(packageRecord, {
  currency_iso_code: inside("currency_configuration", "currency_iso_code"),
  line_items: () => undefined,
});
const lineRow = rowReader(packageLineRecord, {
  amount: (raw) => plain(amountIn(raw, "total_amount")),
  markup_amount: (raw) =>
    plain(rowsIn(raw.markup_line_items).reduce((sum, one) => sum.plus(amountIn(one, "amount")), new Big(0))),
  cost_code_id: inside("cost_code", "id"),
  line_item_type_id: inside("line_item_type", "id"),
  wbs_code_id: inside("wbs_code", "id"),
});

/** Our form of a package that was read with its lines. One whose amounts cannot be read has no lines and does not foot. */
export function packageRow(raw: Row): Row {
  try {
    if (!Array.isArray(raw.line_items)) throw new RangeError("its lines are not there");
    const line_items = rowsIn(raw.line_items).map(lineRow);
    let total = new Big(0);
    for (const { amount, markup_amount } of line_items) {
      total = total.plus(amount as string).plus(markup_amount as string);
    }
    const difference = requiredAmountIn(raw, "grand_total").minus(total);
    return { ...headerRow(raw), foots: difference.eq(0), footing_difference: plain(difference), line_items };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return unread(raw);
  }
}

/** A package whose lines or amounts cannot be read. */
function unread(raw: Row): Row {
  const { grand_total: _, ...header } = headerRow(raw);
  return { ...header, foots: false, footing_difference: "0", line_items: [] };
}

/** Opens the stream. */
export function openChangeOrderPackages({ rest, clock, settings, projects }: Open): OpenStream {
  const limit = pLimit(settings.concurrency);

  async function whole(project: string, short: Row): Promise<Row> {
    if (short.deleted_at) return headerRow(short);
    const query = [["project_id", project]] as const;
    const shown = await show(rest, clock, { path: PATH, id: short.id as string, query });
    // Deleted since it was listed: the next pass reads that.
    return shown ? packageRow({ ...short, ...shown.row }) : unread(short);
  }

  /** Ids of a project's purchase order contracts: a package does not say what kind of contract it changes. */
  async function orderContracts(project: string): Promise<Set<string>> {
    const query = [["project_id", project]] as const;
    const { rows } = await listed(rest, clock, { path: ORDERS, query, perPage: settings.page_size });
    return new Set(rows.map(({ id }) => id as string));
  }

  const list = (project: string, request: ReadRequest | undefined, perPage: number) => {
    const filters = request && "since" in request ? changedSince(request.since, clock) : [];
    const ids = request && "keys" in request && request.keys.length <= 150
      ? [["filters[id]", `[${request.keys.join(",")}]`] as const]
      : [];
    const query = [["project_id", project], ["filters[include_deleted]", "with"], ...filters, ...ids] as const;
    return listed(rest, clock, { path: PATH, query, perPage });
  };

  return {
    partitions: () => projectPartitions(projects),
    async *read(request): AsyncGenerator<Page> {
      const { partition: { id: project }, pageSize = PAGE } = request;
      const { rows: all, at } = await list(project, request, Math.min(pageSize, PAGE));
      const rows = all.filter((row) => isAskedFor(request, row));
      const orders = rows.length > 0 ? await orderContracts(project) : new Set<string>();
      for (let from = 0; from === 0 || from < rows.length; from += pageSize) {
        const page = rows.slice(from, from + pageSize);
        yield {
          rows: await Promise.all(page.map((row) =>
            limit(async () => ({
              ...await whole(project, row),
              on_purchase_order: orders.has(row.contract_id as string),
            }))
          )),
          asOf: at,
          more: from + pageSize < rows.length,
        };
      }
    },
    async keys({ id: project }): Promise<string[]> {
      const { rows } = await list(project, undefined, settings.page_size);
      return rows.filter(({ deleted_at }) => !deleted_at).map(({ id }) => id as string);
    },
  };
}

const rowsIn = (value: unknown): Row[] => Array.isArray(value) ? value as Row[] : [];
