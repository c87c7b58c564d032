/**
 * Stream `cost_codes`: the cost codes of a project, written through their sync action. A project has some hundred of them, so that they
 * are listed as a whole and remembered for a run.
 *
 * What it does not guarantee: a cost code without a WBS code cannot be made inactive (`wbs.ts`), so that such a deactivation is refused.
 *
 * @module
 */
import type { Change, OpenStream, Outcome, Partition, Row, Stream } from "../../../engine/connector.ts";
import { asFailure, Failure } from "../../../engine/failure.ts";
import { costCodeFields, costCodeRecord } from "../../../schemas/procore/cost_codes.ts";
import { codeBook } from "../code_book.ts";
import type { Open } from "../open.ts";
import { projectPartitions } from "./projects.ts";
import { inside, rowReader } from "../rows.ts";
import { sync, type SyncAction } from "../sync.ts";
import { nothingToSwitch, switchCodes } from "../wbs.ts";

/** The stream's description. */
export const costCodes: Stream = {
  description: "Cost codes of a project",
  record: costCodeRecord,
  key: "id",
  label: "code",
  partition: "project",
  destination: {
    fields: costCodeFields,
    identity: "origin_id",
    find: ["origin_id", "code", "name"],
    unique: ["code"],
    bulk: 1000,
    creates: true,
    deactivates: true,
    active: "is_active",
  },
  webhooks: ["Cost Codes"],
};

/** Our form of Procore's cost code, without `is_active`, which Procore says elsewhere. */
export const costCodeRow: (raw: Row) => Row = rowReader(costCodeRecord, {
  code: ({ full_code, code }) => full_code ?? code,
  part_code: ({ code }) => code,
  parent_id: inside("parent", "id"),
  is_active: () => undefined,
});

/** Opens the stream. */
export function openCostCodes({ rest, clock, log, settings, owner, projects }: Open): OpenStream {
  const { page_size: pageSize, bulk } = settings;
  const book = codeBook({ rest, clock, log, pageSize, rowOf: costCodeRow });

  async function write({ id: project }: Partition, changes: readonly Change[]): Promise<Outcome[]> {
    await owner({ stream: "cost_codes", partition: project }, changes, () => book.all(project));
    const outcomes = new Array<Outcome>(changes.length);
    const sent: { index: number; change: Change }[] = [];
    changes.forEach((change, index) => {
      try {
        const fields = sentFields(change);
        if (change.id === undefined || Object.keys(fields).length > 0) {
          sent.push({ index, change: { ...change, fields } });
        } else outcomes[index] = { ok: true, id: change.id };
      } catch (error) {
        outcomes[index] = { ok: false, failure: asFailure(error) };
      }
    });
    const action: SyncAction = {
      stream: `cost_codes of project ${project}:`,
      path: "/rest/v1.0/cost_codes/sync",
      query: [["project_id", project]],
      ids: [],
      unique: ["code"],
      bulk,
      rowOf: costCodeRow,
    };
    const answers = await sync(rest, action, sent.map(({ change }) => change));
    sent.forEach(({ index }, place) => outcomes[index] = answers[place]);
    for (const to of ["active", "inactive"] as const) {
      const switched = changes.map((change, index) => ({ change, index }))
        .filter(({ change, index }) => outcomes[index].ok && wantedStatus(change) === to);
      if (switched.length > 0) await switchAll(project, switched, to, outcomes, sent.length > 0);
    }
    return outcomes;
  }

  async function switchAll(
    project: string,
    switched: { change: Change; index: number }[],
    to: "active" | "inactive",
    outcomes: Outcome[],
    others: boolean,
  ): Promise<void> {
    try {
      const bare = await switchCodes(rest, project, switched.map(({ change }) => change.id!), { to, pageSize });
      for (const { change: { id, present }, index } of switched) {
        const code = typeof present?.code === "string" ? present.code : id!;
        if (bare.has(id!)) outcomes[index] = { ok: false, failure: nothingToSwitch(code) };
      }
    } catch (error) {
      const failure = asFailure(error);
      // Rows that were synced before are in, so that only these have failed.
      if (failure.code === "wire.fate-unknown" || (!others && failure.kind !== "rejected")) throw failure;
      for (const { index } of switched) outcomes[index] = { ok: false, failure };
    }
  }

  return {
    partitions: () => projectPartitions(projects),
    find: ({ partition, by, values }) => book.find(partition.id, by, values),
    async write(partition, changes) {
      try {
        const outcomes = await write(partition, changes);
        book.wrote(partition.id, outcomes);
        return outcomes;
      } catch (error) {
        book.forget(partition.id);
        throw error;
      }
    },
  };
}

/** What goes to the sync action: all but `is_active`, and the code as Procore wants it. */
function sentFields({ action, fields, present }: Change): Row {
  const { is_active, code, ...rest } = fields;
  if (action === "create" && is_active === false) {
    throw new Failure("record.invalid", {
      fact: "A cost code cannot be made inactive from the start",
      place: "cost_codes, field is_active",
    });
  }
  if (code === undefined) return rest;
  const part = present ? partOf(code as string, present) : code as string;
  return part === undefined ? rest : { ...rest, code: part };
}

/** The last part of a tiered code, which is all that Procore takes; undefined where nothing changes. */
function partOf(code: string, { code: whole, part_code, parent_id }: Row): string | undefined {
  if (code === whole) return undefined;
  if (!parent_id || typeof whole !== "string" || typeof part_code !== "string" || !whole.endsWith(part_code)) {
    return code;
  }
  const above = whole.slice(0, whole.length - part_code.length);
  if (code.startsWith(above) && code.length > above.length) return code.slice(above.length);
  throw new Failure("record.refused", {
    fact: `The cost code stands below ${above} in a tiered list, and only what follows that can be changed`,
    value: code,
    place: "cost_codes, field code",
    action: "Move it in Procore, or drop its link with `gusset links`.",
  });
}

/** What a change wants of the WBS codes; undefined where nothing. */
function wantedStatus({ action, id, fields, present }: Change): "active" | "inactive" | undefined {
  if (id === undefined) return undefined;
  if (action === "deactivate" || fields.is_active === false) return "inactive";
  return fields.is_active === true && present?.is_active === false ? "active" : undefined;
}
