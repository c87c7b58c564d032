/**
 * Pipelines: what there is, what their files say, and whether they start by themselves.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { checkFiles } from "../../../acts/check.ts";
import { liveStates, pause, resume, setPosting } from "../../../acts/pipelines.ts";
import { scheduleOf } from "../../../acts/schedule.ts";
import { statusOf } from "../../../acts/status.ts";
import type { Pipeline } from "../../../pipeline/model.ts";
import { choose, pipelineOf } from "../../../pipeline/named.ts";
import { diagnosticsJson } from "../../../pipeline/render.ts";
import { getStarts } from "../../../state/schedules.ts";
import { pageIn, paging } from "../page.ts";
import { diagnosticShape, liveShape, pageShape, pipelineShape, scheduleShape, statusShape } from "../shapes.ts";
import { type Call, type Route, route } from "../types.ts";

const shown = (
  { name, description, file, hash, source, destination, needs, posting, trigger }: Pipeline,
): z.infer<typeof pipelineShape> => ({
  name,
  description,
  file: basename(file),
  hash,
  source: { connection: source.connection, stream: source.stream },
  destination: { connection: destination.connection, stream: destination.stream },
  needs,
  trigger,
  posts: posting !== undefined,
});

const why = z.strictObject({ why: z.string().max(2000).optional() });
const whyNeeded = z.strictObject({ why: z.string().min(1).max(2000).describe("The reason, for the record") });

/** The file as it is on disk, with what is wrong with it; secrets that were written into it are covered. */
async function fileOf(api: Call["api"], pipeline: Pipeline) {
  const { diagnostics, sources } = await checkFiles(api.files);
  const text = sources.get(pipeline.file) ?? await readFile(pipeline.file, "utf8");
  return {
    ...shown(pipeline),
    text,
    findings: diagnosticsJson(diagnostics.filter(({ place }) => place.file === pipeline.file)),
  };
}

const before = z.object({ pipeline: z.string(), paused: z.boolean(), before: z.unknown().nullable() });

/** The routes. */
export const pipelineRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/pipelines",
    id: "listPipelines",
    says: "Lists pipelines, in dependency order",
    takes: "read",
    verbs: [],
    query: z.strictObject(paging),
    answer: pageShape(pipelineShape),
    does: ({ api, query }) => ({ json: pageIn(api.project().pipelines.map(shown), query, ({ name }) => name) }),
  }),
  route({
    method: "get",
    path: "/pipelines/{pipeline}",
    id: "showPipeline",
    says: "Shows a pipeline with the text of its file and what is wrong with it",
    takes: "read",
    verbs: [],
    answer: pipelineShape.extend({ text: z.string(), findings: z.array(diagnosticShape) }),
    does: async ({ api, params }) => ({ json: await fileOf(api, pipelineOf(api.project(), params.pipeline)) }),
  }),
  route({
    method: "get",
    path: "/status",
    id: "listStatus",
    says: "Each pipeline at a glance: links, what waits for a person, the last run, who is at work",
    takes: "read",
    verbs: ["status"],
    query: z.strictObject({ ...paging, pipeline: z.string().optional() }),
    answer: pageShape(statusShape),
    async does({ api, query }) {
      const { pipeline } = query;
      const wanted = choose(api.project(), pipeline ? [pipeline] : [], { all: !pipeline });
      const page = pageIn(wanted, query, ({ name }) => name);
      const items = [];
      for (const { name } of page.items) items.push(await statusOf(api.store, name));
      return { json: { ...page, items } };
    },
  }),
  route({
    method: "get",
    path: "/schedule",
    id: "listSchedule",
    says: "When each pipeline runs next, and why",
    takes: "read",
    verbs: ["schedule"],
    query: z.strictObject({
      ...paging,
      pipeline: z.string().optional(),
      next: z.coerce.number().int().min(1).max(100).default(1).describe("Starts of each pipeline"),
    }),
    answer: pageShape(scheduleShape),
    async does({ api, query }) {
      const { pipeline, next } = query;
      const wanted = choose(api.project(), pipeline ? [pipeline] : [], { all: !pipeline });
      const page = pageIn(wanted, query, ({ name }) => name);
      const entries = await getStarts(api.store, page.items.map(({ name }) => name));
      const now = api.store.clock.now();
      const items = page.items.map((one, i) => scheduleOf(one, entries[i], { count: next, now }));
      return { json: { ...page, items } };
    },
  }),
  route({
    method: "post",
    path: "/pipelines/{pipeline}/pause",
    id: "pausePipeline",
    says: "Lets nothing but a person start a pipeline",
    takes: "pipeline.pause",
    verbs: ["pause"],
    body: why,
    answer: before,
    async does({ api, actor, params, body }) {
      const { name } = pipelineOf(api.project(), params.pipeline);
      return { json: { pipeline: name, paused: true, before: await pause(actor, name, body.why) ?? null } };
    },
  }),
  route({
    method: "post",
    path: "/pipelines/{pipeline}/resume",
    id: "resumePipeline",
    says: "Lets a paused pipeline start again",
    takes: "pipeline.resume",
    verbs: ["resume"],
    body: z.strictObject({}),
    answer: before,
    async does({ api, actor, params: { pipeline } }) {
      const was = await resume(actor, pipeline, () => Promise.resolve(api.project()));
      return { json: { pipeline, paused: false, before: was ?? null } };
    },
  }),
  route({
    method: "get",
    path: "/live",
    id: "listLive",
    says: "Lists the pipelines that post documents, and whether they do from here",
    takes: "read",
    verbs: ["live"],
    query: z.strictObject(paging),
    answer: pageShape(liveShape),
    does: async ({ api, query }) => ({
      json: pageIn(await liveStates(api.store, api.project()), query, ({ pipeline }) => pipeline),
    }),
  }),
  ...([["live", "pipeline.live", true], ["shadow", "pipeline.shadow", false]] as const).map(([word, act, live]) =>
    route({
      method: "post",
      path: `/pipelines/{pipeline}/${word}`,
      id: live ? "goLive" : "goShadow",
      says: live ? "Lets a pipeline post from here" : "Lets a pipeline post no longer: it plans and shows",
      takes: act,
      verbs: ["live"],
      body: whyNeeded,
      answer: z.object({ pipeline: z.string(), live: z.boolean(), already: z.boolean() }),
      async does({ api, actor, params, body }) {
        const pipeline = pipelineOf(api.project(), params.pipeline);
        const already = await setPosting(actor, pipeline, { live, why: body.why }) !== undefined;
        return { json: { pipeline: pipeline.name, live, already } };
      },
    })
  ),
];
