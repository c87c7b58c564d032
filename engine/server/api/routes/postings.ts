/**
 * Documents and their plans: the outbox, and what a person may do to it.
 *
 * @module
 */
import { z } from "zod";
import { actingOf, reason } from "../../../acts/actor.ts";
import { sayOf } from "../../../acts/plans.ts";
import { documentTold, rebuildFrom, rebuiltShown, takeOut } from "../../../acts/postings.ts";
import { pipelineOf } from "../../../pipeline/named.ts";
import { accept, documentOf, planDocuments, planOf, retry, takeBack } from "../../../post/acts.ts";
import { listPlans, type PlanState } from "../../../state/plans.ts";
import type { PostingState } from "../../../state/posting_types.ts";
import { bodyOf, listPostings } from "../../../state/postings.ts";
import { pageOf, paging, placeOf } from "../page.ts";
import { jobShape, pageShape, planShape, postingShape } from "../shapes.ts";
import { type Route, route } from "../types.ts";

const why = z.strictObject({ why: z.string().max(2000).optional() });
const whyNeeded = z.strictObject({ why: z.string().min(1).max(2000).describe("The reason, for the record") });
const acted = postingShape.extend({ already: z.boolean() });
const WHY = "Say why, for the record.";

/** Acts on one document: word, act, what it does, and whether a reason is needed. */
const DEEDS = [
  ["retry", "posting.retry", retry, "Lets one that was refused, declined, withdrawn or taken back be posted anew", why],
  ["accept", "posting.accept", accept, "Leaves what somebody did to one over there as it is", whyNeeded],
  ["reverse", "posting.reverse", takeBack, "Has the next run take one back", whyNeeded],
] as const;

/** The routes. */
export const postingRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/postings",
    id: "listPostings",
    says: "Lists documents that are, or are to be, in the books",
    takes: "read",
    verbs: ["postings list"],
    query: z.strictObject({
      ...paging,
      pipeline: z.string().optional(),
      state: z.string().max(300).optional().describe("Only these, with commas between them"),
      source: z.string().optional().describe("Only those of this source document"),
    }),
    answer: pageShape(postingShape),
    async does({ api, query: { limit, cursor, pipeline, state, source } }) {
      const place = placeOf(cursor, 3);
      const states = state?.split(",") as PostingState[] | undefined;
      const after = place && { pipeline: place[0], chain: place[1], key: place[2] };
      const all = listPostings(api.store, { pipeline, states, source, after });
      return { json: await pageOf(all, limit, ({ pipeline, chain, key }) => [pipeline, chain, key]) };
    },
  }),
  route({
    method: "get",
    path: "/postings/{key}",
    id: "showPosting",
    says: "Shows a document with its lines and its history",
    takes: "read",
    verbs: ["postings show"],
    answer: postingShape.extend({ fields: z.unknown().nullable(), document: z.unknown().nullable() }),
    async does({ api, params }) {
      const record = await documentOf(api.store, params.key);
      const fields = await bodyOf(api.store, record);
      const document = documentTold({ registry: api.files.registry, project: api.project() }, record, fields);
      return { json: { ...record, fields: fields ?? null, document: document ?? null } };
    },
  }),
  ...DEEDS.map(([word, act, deed, says, body]) =>
    route({
      method: "post",
      path: `/postings/{key}/${word}`,
      id: `${word}Posting`,
      says,
      takes: act,
      verbs: [`postings ${word}`],
      body: body as typeof why,
      answer: acted,
      async does({ actor, params, body }) {
        const said = word === "retry" ? body.why : reason(body.why ?? "", WHY);
        const { now, already } = await deed(actingOf(actor, said), params.key);
        return { json: { ...now, already } };
      },
    })
  ),
  route({
    method: "post",
    path: "/postings/{key}/withdraw",
    id: "withdrawPosting",
    says: "Takes a document back that waits in front of the books; it is not sent again by itself",
    takes: "posting.withdraw",
    verbs: ["postings withdraw"],
    body: whyNeeded,
    answer: acted,
    async does({ api, actor, params, body, signal }) {
      const acting = actingOf(actor, reason(body.why, WHY));
      const { now, already } = await api.withEngine(
        { readOnly: false, signal },
        (bench) => takeOut(bench, acting, params.key),
      );
      return { json: { ...now, already } };
    },
  }),
  route({
    method: "post",
    path: "/pipelines/{pipeline}/rebuild",
    id: "rebuildPostings",
    says: "Starts a job that brings a pipeline's outbox to what the destination says: after the state was lost",
    takes: "posting.rebuild",
    verbs: ["postings rebuild"],
    body: why,
    answer: jobShape,
    status: 202,
    does({ api, actor, params, body }) {
      const { name } = pipelineOf(api.project(), params.pipeline);
      const acting = actingOf(actor, body.why);
      const { record } = api.jobs.start(
        { kind: "rebuild", subject: [name], by: actor.name },
        ({ signal }) =>
          api.withEngine(
            { readOnly: false, signal },
            async (bench) => rebuiltShown(name, await rebuildFrom(bench, acting, name)),
          ),
      );
      return { json: record, location: `/jobs/${record.id}` };
    },
  }),
  route({
    method: "get",
    path: "/plans",
    id: "listPlans",
    says: "Lists plans of documents that wait for a second person, or waited; newest first",
    takes: "read",
    verbs: ["plans list"],
    query: z.strictObject({
      ...paging,
      pipeline: z.string().optional(),
      state: z.enum(["waiting", "approved", "declined", "done", "stale"] as const satisfies PlanState[]).optional(),
    }),
    answer: pageShape(planShape),
    async does({ api, query: { limit, cursor, pipeline, state } }) {
      const [before] = placeOf(cursor, 1) ?? [];
      return { json: await pageOf(listPlans(api.store, { pipeline, state, before }), limit, ({ id }) => [id]) };
    },
  }),
  route({
    method: "get",
    path: "/plans/{plan}",
    id: "showPlan",
    says: "Shows a plan with its documents",
    takes: "read",
    verbs: ["plans show"],
    answer: planShape.extend({ documents: z.array(postingShape) }),
    does: async ({ api, params: { plan } }) => ({
      json: { ...await planOf(api.store, plan), documents: await planDocuments(api.store, plan) },
    }),
  }),
  ...([["approve", "plan.approve", true], ["decline", "plan.decline", false]] as const).map(([word, act, yes]) =>
    route({
      method: "post",
      path: `/plans/{plan}/${word}`,
      id: `${word}Plan`,
      says: yes ? "Lets a plan's documents leave, just as they were planned; not one's own" : "Declines a plan",
      takes: act,
      verbs: [word],
      body: (yes ? why : whyNeeded) as typeof why,
      answer: planShape.extend({ already: z.boolean(), documents: z.number() }),
      async does({ api, actor, params, body }) {
        const said = yes ? body.why : reason(body.why ?? "", "Say why these documents are not to be posted.");
        const { now, already, documents } = await sayOf(actor, api.project(), params.plan, { accept: yes, why: said });
        return { json: { ...now, already, documents } };
      },
    })
  ),
];
