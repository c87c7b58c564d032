/**
 * Records that wait: rejected ones, parked ones, and twins that were found.
 *
 * @module
 */
import { z } from "zod";
import { keyText } from "../../../acts/actor.ts";
import { decideAdoptions } from "../../../acts/adoptions.ts";
import { dismiss, rejectedNamed, retryRejected } from "../../../acts/rejected.ts";
import { pipelineOf } from "../../../pipeline/named.ts";
import { listAdoptions } from "../../../state/adoptions.ts";
import { listParked } from "../../../state/parked.ts";
import { listRejected } from "../../../state/rejected.ts";
import type { RecordPlace } from "../../../state/entries.ts";
import { pageOf, paging, placeOf } from "../page.ts";
import { adoptionShape, pageShape, parkedShape, rejectedShape } from "../shapes.ts";
import { type Route, route } from "../types.ts";

const keys = z.array(z.string().min(1).max(1000)).max(1000);
const ofPipeline = { ...paging, pipeline: z.string().optional() };
const flag = z.enum(["true", "false"]).transform((text) => text === "true").optional();

const placeIn = (cursor: string | undefined): RecordPlace | undefined => {
  const place = placeOf(cursor, 3);
  return place && { pipeline: place[0], key: place[1], part: place[2] };
};
const placed = ({ pipeline, key, part }: RecordPlace): string[] => [pipeline, key, part];

/** Only the items that `keep` wants. */
async function* kept<T>(items: AsyncIterable<T>, keep: (item: T) => boolean): AsyncGenerator<T> {
  for await (const item of items) if (keep(item)) yield item;
}

/** The routes. */
export const recordRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/rejected",
    id: "listRejected",
    says: "Lists records that are wrong and wait for a person",
    takes: "read",
    verbs: ["rejected list"],
    query: z.strictObject({ ...ofPipeline, dismissed: flag.describe("Dismissed ones too") }),
    answer: pageShape(rejectedShape),
    async does({ api, query: { pipeline, limit, cursor, dismissed } }) {
      if (pipeline !== undefined) pipelineOf(api.project(), pipeline);
      const all = listRejected(api.store, pipeline, placeIn(cursor));
      return { json: await pageOf(kept(all, (one) => dismissed || !one.dismissed), limit, placed) };
    },
  }),
  route({
    method: "get",
    path: "/rejected/{pipeline}/{key}",
    id: "showRejected",
    says: "Shows a rejected record with its source row; KEY, or KEY/PART",
    takes: "read",
    verbs: ["rejected show"],
    answer: z.object({ items: z.array(rejectedShape) }),
    does: async ({ api, params: { pipeline, key } }) => ({
      json: { items: await rejectedNamed(api.store, pipeline, key) },
    }),
  }),
  route({
    method: "post",
    path: "/rejected/{pipeline}/retry",
    id: "retryRejected",
    says: "Has the pipeline's next run read them again; all of them where no key is named",
    takes: "rejected.retry",
    verbs: ["rejected retry"],
    body: z.strictObject({ keys: keys.optional() }),
    answer: z.object({ pipeline: z.string(), retried: z.array(z.string()) }),
    async does({ api, actor, params, body }) {
      const { name } = pipelineOf(api.project(), params.pipeline);
      return { json: { pipeline: name, retried: await retryRejected(actor, name, body.keys ?? []) } };
    },
  }),
  route({
    method: "post",
    path: "/rejected/{pipeline}/{key}/dismiss",
    id: "dismissRejected",
    says: "Makes one quiet until its source record changes",
    takes: "rejected.dismiss",
    verbs: ["rejected dismiss"],
    body: z.strictObject({ why: z.string().min(1).max(2000) }),
    answer: z.object({ pipeline: z.string(), dismissed: z.array(z.string()) }),
    does: async ({ actor, params: { pipeline, key }, body }) => ({
      json: { pipeline, dismissed: (await dismiss(actor, pipeline, key, body.why)).map(keyText) },
    }),
  }),
  route({
    method: "get",
    path: "/parked",
    id: "listParked",
    says: "Lists records that wait for a link or for a twin, and for which",
    takes: "read",
    verbs: ["parked"],
    query: z.strictObject(ofPipeline),
    answer: pageShape(parkedShape),
    async does({ api, query: { pipeline, limit, cursor } }) {
      if (pipeline !== undefined) pipelineOf(api.project(), pipeline);
      return { json: await pageOf(listParked(api.store, pipeline, placeIn(cursor)), limit, placed) };
    },
  }),
  route({
    method: "get",
    path: "/adoptions",
    id: "listAdoptions",
    says: "Lists twins that were found and wait for a person's word, with what adopting would change",
    takes: "read",
    verbs: ["adopt list"],
    query: z.strictObject({ ...ofPipeline, decided: flag.describe("Decided ones too") }),
    answer: pageShape(adoptionShape),
    async does({ api, query: { pipeline, limit, cursor, decided } }) {
      if (pipeline !== undefined) pipelineOf(api.project(), pipeline);
      const all = listAdoptions(api.store, pipeline, placeIn(cursor));
      return { json: await pageOf(kept(all, (one) => decided || !one.decision), limit, placed) };
    },
  }),
  ...([["accept", "adopt.accept", true], ["decline", "adopt.decline", false]] as const).map(([word, act, accept]) =>
    route({
      method: "post",
      path: `/adoptions/{pipeline}/${word}`,
      id: `${word}Adoptions`,
      says: accept ? "Has the next run take them over" : "Never suggests them again: a new record is created",
      takes: act,
      verbs: [`adopt ${word}`],
      body: z.strictObject({
        keys: keys.optional(),
        all: z.boolean().optional(),
        why: z.string().max(2000).optional(),
      }),
      answer: z.object({ pipeline: z.string(), decided: z.array(z.string()) }),
      async does({ api, actor, params, body: { keys = [], all, why } }) {
        const { name } = pipelineOf(api.project(), params.pipeline);
        const decided = await decideAdoptions(actor, name, keys, { accept, all, why });
        return { json: { pipeline: name, decided: decided.map(keyText) } };
      },
    })
  ),
];
