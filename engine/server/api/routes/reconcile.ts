/**
 * Reconciliations: compared as a job, read as JSON, CSV or a page that prints, frozen by one person and signed by another.
 *
 * @module
 */
import { z } from "zod";
import { type Compared, definitionOf, freezeReport, signer, signSnapshot } from "../../../acts/reconcile.ts";
import { notThere } from "../../../acts/actor.ts";
import { Failure } from "../../../failure.ts";
import { csvOf } from "../../../reconcile/csv.ts";
import { htmlOf } from "../../../reconcile/html.ts";
import { partsOf } from "../../../reconcile/parts.ts";
import { thaw } from "../../../reconcile/snapshots.ts";
import { listSnapshots, type Snapshot } from "../../../state/snapshots.ts";
import { comparedBy, definitionsOf, startComparison } from "../compare.ts";
import { pageIn, paging } from "../page.ts";
import { jobShape, pageShape, snapshotShape } from "../shapes.ts";
import { type Answer, type Route, route } from "../types.ts";

const looks = z.strictObject({
  format: z.enum(["json", "csv", "html"]).default("json"),
  part: z.string().optional().describe("Of a CSV: which part of the report"),
});
const MEDIA = ["application/json", "text/csv", "text/html"] as const;

/** A report in the format that is wanted. */
async function shown(
  { report, changes, snapshot }: Pick<Compared, "report" | "changes"> & { snapshot?: Snapshot },
  { format, part }: z.infer<typeof looks>,
): Promise<Answer> {
  if (format === "json") return { json: { ...report, ...(snapshot && { snapshot }), ...(changes && { changes }) } };
  const parts = partsOf(report, changes);
  const name = `${report.header.name}-${report.header.period.from.slice(0, 7)}`;
  if (format === "html") {
    return { text: await htmlOf(report, parts, snapshot), type: "text/html; charset=utf-8", name: `${name}.html` };
  }
  const found = parts.find((one) => one.name === part);
  if (found) return { text: csvOf(found), type: "text/csv; charset=utf-8", name: `${name}-${found.name}.csv` };
  const action = `There are: ${parts.map(({ name }) => name).join(", ")}.`;
  throw part === undefined
    ? new Failure("usage", { fact: "A CSV is of one part of the report", action })
    : notThere(`The report has no part ${part}`, action);
}

/** The routes. */
export const reconcileRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/reconciliations",
    id: "listReconciliations",
    says: "Lists the reconciliations that the files define",
    takes: "read",
    verbs: [],
    query: z.strictObject(paging),
    answer: pageShape(z.object({ name: z.string(), file: z.string() })),
    does: async ({ api, query }) => ({
      json: pageIn(
        (await definitionsOf(api)).map(({ written: { name }, file }) => ({ name, file })),
        query,
        ({ name }) => name,
      ),
    }),
  }),
  route({
    method: "post",
    path: "/reconciliations/compare",
    id: "compareBooks",
    says: "Starts a job that compares what both systems say of a period",
    takes: "read",
    verbs: ["reconcile"],
    body: z.strictObject({
      name: z.string().optional().describe("The reconciliation, where there are several"),
      period: z.string().min(1).max(40).describe("A month, as 2026-10, or its name in the books"),
      projects: z.array(z.string()).max(1000).optional().describe("Only these, by number or id"),
    }),
    answer: jobShape,
    status: 202,
    async does({ api, who, body: { name, period, projects } }) {
      const definition = definitionOf(await definitionsOf(api), name);
      const { record } = startComparison({ api, who }, definition, { period, only: projects });
      return { json: record, location: `/jobs/${record.id}` };
    },
  }),
  route({
    method: "get",
    path: "/jobs/{job}/report",
    id: "showReport",
    says: "Gives the report that a comparing job has made",
    takes: "read",
    verbs: ["reconcile"],
    query: looks,
    answer: MEDIA,
    does: ({ api, params, query }) => shown(comparedBy(api.jobs.get(params.job)), query),
  }),
  route({
    method: "post",
    path: "/jobs/{job}/report/freeze",
    id: "freezeReport",
    says: "Keeps a job's report just as it was shown, with its hash",
    takes: "reconcile.freeze",
    verbs: ["reconcile"],
    body: z.strictObject({ preparer: z.string().max(200).optional().describe("Default: the token's name") }),
    answer: snapshotShape,
    status: 201,
    async does({ api, actor, params, body }) {
      const { report } = comparedBy(api.jobs.get(params.job));
      const { snapshot } = await freezeReport(actor, report, signer(actor, body.preparer, "Say who prepared it"));
      return { json: snapshot, location: `/snapshots/${snapshot.id}` };
    },
  }),
  route({
    method: "get",
    path: "/snapshots",
    id: "listSnapshots",
    says: "Lists frozen reconciliations",
    takes: "read",
    verbs: ["reconcile"],
    query: z.strictObject({ ...paging, name: z.string().optional() }),
    answer: pageShape(snapshotShape),
    does: async ({ api, query }) => ({
      json: pageIn(await Array.fromAsync(listSnapshots(api.store, query.name)), query, ({ id }) => id),
    }),
  }),
  route({
    method: "get",
    path: "/snapshots/{snapshot}",
    id: "showSnapshot",
    says: "Gives a frozen report as it was",
    takes: "read",
    verbs: ["reconcile"],
    query: looks,
    answer: MEDIA,
    does: async ({ api, params, query }) => await shown(await thaw(api.store, params.snapshot), query),
  }),
  route({
    method: "post",
    path: "/snapshots/{snapshot}/sign",
    id: "signSnapshot",
    says: "Signs a frozen reconciliation; another person than its preparer",
    takes: "reconcile.sign",
    verbs: ["reconcile"],
    body: z.strictObject({ reviewer: z.string().max(200).optional().describe("Default: the token's name") }),
    answer: snapshotShape,
    does: async ({ actor, params, body }) => ({
      json: await signSnapshot(actor, params.snapshot, signer(actor, body.reviewer, "Say who reviewed it")),
    }),
  }),
];
