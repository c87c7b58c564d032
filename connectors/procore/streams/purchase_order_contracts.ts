/**
 * Stream `purchase_order_contracts`: a project's purchase orders, each one record with its lines.
 *
 * What it does not guarantee: between the moment an approved contract is opened and the moment it is approved again it is a Draft, and out of
 * committed cost; a run that is cut off there leaves it so until the next one.
 *
 * @module
 */
import type { Change, OpenStream, Outcome, Partition, Stream } from "../../../engine/connector.ts";
import { contractFields, contractRecord } from "../../../schemas/procore/purchase_order_contracts.ts";
import { contractBook, IDS_A_CALL } from "../contracts/book.ts";
import { projectCharges } from "../contracts/charges.ts";
import { projectMembers } from "../contracts/members.ts";
import { contractCalls } from "../contracts/cost.ts";
import { reviewContract } from "../contracts/review.ts";
import { writeContracts, type Writing } from "../contracts/write.ts";
import type { Open } from "../open.ts";
import type { Rest } from "../rest.ts";
import { projectPartitions } from "./projects.ts";

/**
 * Contracts written together. Procore takes 1,000 headers in a call, but each contract needs a call of its own for its lines: this many are
 * confirmed within minutes under its rate limit, at two header calls more for each.
 */
const AT_ONCE = 200;

/** The stream's description. */
export const purchaseOrderContracts: Stream = {
  description: "Purchase order contracts of a project, with their lines",
  record: contractRecord,
  key: "id",
  label: "number",
  partition: "project",
  destination: {
    fields: contractFields,
    identity: "origin_id",
    find: ["origin_id", "number"],
    unique: [],
    lists: { line_items: { identity: "origin_id", label: "description", amount: "amount" } },
    review: reviewContract,
    bulk: AT_ONCE,
    calls: (changes) => contractCalls(changes, { bulk: AT_ONCE, ids: IDS_A_CALL }),
    creates: true,
    deactivates: false,
  },
  webhooks: ["Purchase Order Contracts", "Purchase Order Contract Line Items"],
};

/** Opens the stream. */
export function openPurchaseOrderContracts({ rest, clock, log, settings, owner, projects }: Open): OpenStream {
  const { company_id, cost_type, page_size: pageSize, bulk, concurrency } = settings;
  const book = contractBook({ rest, clock, pageSize, concurrency });
  const members = projectMembers({ rest, clock, pageSize, concurrency });
  const charges = projectCharges({ rest, clock, company_id, cost_type, pageSize });
  const writing: Writing = { rest, book, members, charges, log, bulk, concurrency };

  return {
    partitions: () => projectPartitions(projects),
    find: ({ partition, by, values }) => book.find(partition.id, by, values),
    async write({ id: project }: Partition, changes: readonly Change[], held): Promise<Outcome[]> {
      await owner({ stream: "purchase_order_contracts", partition: project }, changes, () => book.sample(project));
      try {
        return await writeContracts(held ? { ...writing, rest: careful(rest, held) } : writing, project, changes);
      } catch (error) {
        book.forget(project);
        members.forget(project);
        throw error;
      }
    },
  };
}

/** Makes sure that the work is still ours before each call: contracts take one each, and that many take minutes. */
const careful = (rest: Rest, held: () => Promise<void>): Rest => ({
  ...rest,
  async call(call) {
    await held();
    return await rest.call(call);
  },
});
