/**
 * Runs and plans, as jobs that are started and watched; what ran before; and the stream of events.
 *
 * @module
 */
import { z } from "zod";
import { notThere } from "../../../acts/actor.ts";
import { getRun, listRuns } from "../../../state/runs.ts";
import { eventStream } from "../events.ts";
import { type Job, type JobRecord, lineStream } from "../jobs.ts";
import { pageIn, pageOf, paging, placeOf } from "../page.ts";
import { jobShape, pageShape, runShape } from "../shapes.ts";
import { startJob } from "../start.ts";
import { type Route, route } from "../types.ts";

const asked = {
  pipelines: z.array(z.string()).min(1).max(100).optional().describe("Run in dependency order"),
  all: z.boolean().optional().describe("Every pipeline"),
  full: z.boolean().optional().describe("Read everything again, and find records that are gone"),
  verify: z.boolean().optional().describe("Compare unchanged records with the destination too, and show drift"),
  limit: z.number().int().min(1).optional().describe("Stop after so many source records; moves no cursor"),
  only: z.array(z.string()).min(1).max(1000).optional().describe("Just these source keys; moves no cursor"),
  allowDeactivations: z.boolean().optional().describe("More deactivations than the pipeline's share"),
};
const dryRun = z.strictObject(asked);
const run = z.strictObject({
  ...asked,
  plan: z.string().optional().describe("A dry-run job: exactly its plan is applied, and what has changed is refused"),
});

const told = ({ record, result }: Job): JobRecord & { result?: unknown } => ({
  ...record,
  ...(result !== undefined && { result }),
});

const started = (job: Job) => ({
  json: told(job),
  status: 202 as const,
  location: `/jobs/${job.record.id}`,
});

/** The routes. */
export const jobRoutes: readonly Route[] = [
  route({
    method: "post",
    path: "/dry-runs",
    id: "startDryRun",
    says: "Starts a job that shows what a run would do, record by record and field by field; it writes nothing",
    takes: "operate",
    verbs: ["dry-run"],
    body: dryRun,
    answer: jobShape,
    status: 202,
    does: (call) => started(startJob(call, "plan", call.body)),
  }),
  route({
    method: "post",
    path: "/runs",
    id: "startRun",
    says: "Starts a job that runs pipelines",
    takes: "operate",
    verbs: ["run"],
    body: run,
    answer: jobShape,
    status: 202,
    does: (call) => started(startJob(call, "apply", call.body)),
  }),
  route({
    method: "get",
    path: "/runs",
    id: "listRuns",
    says: "Lists runs, newest first",
    takes: "read",
    verbs: ["runs list"],
    query: z.strictObject({ ...paging, pipeline: z.string().optional() }),
    answer: pageShape(runShape),
    async does({ api, query: { limit, cursor, pipeline } }) {
      const place = placeOf(cursor, 2);
      const runs = listRuns(api.store, { pipeline, before: place && { startedAt: place[0], id: place[1] } });
      return { json: await pageOf(runs, limit, ({ startedAt, id }) => [startedAt, id]) };
    },
  }),
  route({
    method: "get",
    path: "/runs/{run}",
    id: "showRun",
    says: "Shows a run",
    takes: "read",
    verbs: ["runs show"],
    answer: runShape,
    async does({ api, params }) {
      const found = await getRun(api.store, params.run);
      if (!found) throw notThere(`There is no run ${params.run}`, "See the list of runs.");
      return { json: found };
    },
  }),
  route({
    method: "get",
    path: "/jobs",
    id: "listJobs",
    says: "Lists the jobs of this process, newest first",
    takes: "read",
    verbs: [],
    query: z.strictObject(paging),
    answer: pageShape(jobShape),
    does: ({ api, query }) => ({ json: pageIn(api.jobs.list().map(({ record }) => record), query, ({ id }) => id) }),
  }),
  route({
    method: "get",
    path: "/jobs/{job}",
    id: "showJob",
    says: "Shows a job, with its result once it has ended",
    takes: "read",
    verbs: [],
    answer: jobShape,
    does: ({ api, params }) => ({ json: told(api.jobs.get(params.job)) }),
  }),
  route({
    method: "get",
    path: "/jobs/{job}/lines",
    id: "streamJob",
    says: "Streams what a job tells, as JSON Lines, until it ends: of a dry run its plan, a change a line",
    takes: "read",
    verbs: [],
    answer: ["application/x-ndjson"],
    does: ({ api, params, signal }) => ({
      text: lineStream(api.jobs.get(params.job), api.mask, signal),
      type: "application/x-ndjson",
    }),
  }),
  route({
    method: "post",
    path: "/jobs/{job}/stop",
    id: "stopJob",
    says: "Stops a job in order: what was confirmed is kept",
    takes: "operate",
    verbs: [],
    body: z.strictObject({}),
    answer: jobShape,
    does({ api, params }) {
      const job = api.jobs.get(params.job);
      job.stop();
      return { json: told(job) };
    },
  }),
  route({
    method: "get",
    path: "/events",
    id: "streamEvents",
    says: "Streams what happens in this process while it happens, as server-sent events: jobs, progress, acts, runs",
    takes: "read",
    verbs: [],
    query: z.strictObject({ type: z.string().max(200).optional().describe("Only these, with commas between them") }),
    answer: ["text/event-stream"],
    does({ api, query, signal, lastEvent }) {
      const types = query.type === undefined ? undefined : new Set(query.type.split(","));
      return {
        type: "text/event-stream",
        text: eventStream(api.events, {
          clock: api.store.clock,
          signal,
          mask: api.mask,
          keep: ({ type }) => types?.has(type) ?? true,
          ...(lastEvent !== undefined && /^\d{1,15}$/.test(lastEvent) && { since: Number(lastEvent) }),
        }),
      };
    },
  }),
];
