/**
 * Stream `vendors`: the company's directory, written through its sync action.
 *
 * What it does not guarantee: a name that Procore holds already is found out only where it is listed or searched for, and else by the refusal
 * (`name.taken`); Procore's own texts for that could not be verified.
 *
 * @module
 */
import pLimit from "p-limit";
import type { Change, OpenStream, Outcome, Partition, Row, Stream } from "../../../engine/connector.ts";
import { WHOLE } from "../../../engine/connector.ts";
import { asFailure, type Failure } from "../../../engine/failure.ts";
import { vendorFields, vendorRecord } from "../../../schemas/procore/vendors.ts";
import { idNumber } from "../body.ts";
import { directory, FOUND_BY } from "../directory.ts";
import type { Open } from "../open.ts";
import { inside, rowReader } from "../rows.ts";
import { sync, type SyncAction } from "../sync.ts";

/** The stream's description. */
export const vendors: Stream = {
  description: "Companies of Procore's company directory: suppliers and subcontractors",
  record: vendorRecord,
  key: "id",
  label: "name",
  destination: {
    fields: vendorFields,
    identity: "origin_id",
    find: FOUND_BY,
    unique: ["name"],
    bulk: 1000,
    creates: true,
    deactivates: true,
    active: "is_active",
  },
  webhooks: ["Company Vendors"],
};

/** Our form of Procore's vendor. */
export const vendorRow: (raw: Row) => Row = rowReader(vendorRecord, {
  name: ({ name, company }) => name ?? company,
  vendor_group_id: inside("vendor_group", "id"),
  primary_contact_id: inside("primary_contact", "id"),
});

/** Opens the stream. */
export function openVendors({ rest, clock, settings, owner }: Open): OpenStream {
  const { company_id, page_size, concurrency, bulk } = settings;
  const listed = directory({ rest, clock, company_id, pageSize: page_size, concurrency, rowOf: vendorRow });
  const limit = pLimit(concurrency);
  const action: SyncAction = {
    stream: "vendors",
    path: "/rest/v1.0/vendors/sync",
    scope: { company_id: idNumber(company_id, "company_id") },
    ids: ["vendor_group_id", "primary_contact_id"],
    unique: ["name"],
    bulk,
    rowOf: vendorRow,
  };

  /** An inactive vendor is on another list: it is taken back first, then written as any other. */
  async function reactivate(id: string): Promise<Failure | undefined> {
    try {
      idNumber(id, "id");
      await rest.call({
        method: "PATCH",
        path: `/rest/v1.0/companies/${company_id}/vendors/inactive/${id}`,
        route: "/rest/v1.0/companies/{company_id}/vendors/inactive/{id}",
        // A vendor that is active already is not on that list; the sync that follows says whether it is there at all.
        expect: [404],
      });
      return undefined;
    } catch (error) {
      const failure = asFailure(error);
      if (failure.kind !== "rejected") throw failure;
      return failure;
    }
  }

  return {
    partitions: () => Promise.resolve([WHOLE]),
    find: ({ by, values }) => listed.find(by, values),
    async write(partition: Partition, changes: readonly Change[]): Promise<Outcome[]> {
      await owner({ stream: "vendors", partition: partition.id }, changes, listed.sample);
      listed.writing(changes);
      const refused = new Map<number, Failure>();
      await Promise.all(changes.map(({ id, fields, present }, index) =>
        limit(async () => {
          if (id === undefined || fields.is_active !== true || present?.is_active !== false) return;
          const failure = await reactivate(id);
          if (failure) refused.set(index, failure);
        })
      ));
      const sent = changes
        .map((change, index) => ({ change, index }))
        .filter(({ index }) => !refused.has(index));
      const outcomes: Outcome[] = changes.map((_, index) => ({ ok: false, failure: refused.get(index)! }));
      const answers = await sync(rest, action, sent.map(({ change }) => switchedOff(change)));
      sent.forEach(({ index }, place) => outcomes[index] = answers[place]);
      return outcomes;
    },
  };
}

/** A deactivation is an update like any other. */
function switchedOff(change: Change): Change {
  return change.action === "deactivate" ? { ...change, fields: { ...change.fields, is_active: false } } : change;
}
