/**
 * Links, to look at and to carry in and out as CSV.
 *
 * @module
 */
import { z } from "zod";
import { COLUMNS, dropLinks, importLinks, importShown, linksCsv } from "../../../acts/links.ts";
import { pipelineOf } from "../../../pipeline/named.ts";
import { listLinksAfter } from "../../../state/links.ts";
import { pageOf, paging, placeOf } from "../page.ts";
import { linkShape, pageShape } from "../shapes.ts";
import { type Route, route } from "../types.ts";

const flag = z.enum(["true", "false"]).transform((text) => text === "true").optional();
const encoder = new TextEncoder();

/** The routes. */
export const linkRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/links/{pipeline}",
    id: "listLinks",
    says: "Lists a pipeline's links: which source record is which destination record",
    takes: "read",
    verbs: ["links list"],
    query: z.strictObject(paging),
    answer: pageShape(linkShape),
    async does({ api, params, query: { limit, cursor } }) {
      const { name } = pipelineOf(api.project(), params.pipeline);
      const place = placeOf(cursor, 2);
      const links = listLinksAfter(api.store, name, place && { key: place[0], part: place[1] });
      return { json: await pageOf(links, limit, ({ key, part }) => [key, part]) };
    },
  }),
  route({
    method: "get",
    path: "/links/{pipeline}/export",
    id: "exportLinks",
    says: `Gives a pipeline's links as CSV: ${COLUMNS.join(",")}`,
    takes: "read",
    verbs: ["links export"],
    answer: ["text/csv"],
    does({ api, params }) {
      const { name } = pipelineOf(api.project(), params.pipeline);
      const pieces = ReadableStream.from(linksCsv(api.store, name));
      const bytes = pieces.pipeThrough(
        new TransformStream<string, Uint8Array>({
          transform: (text, controller) => controller.enqueue(encoder.encode(api.mask(text))),
        }),
      );
      return { text: bytes, type: "text/csv; charset=utf-8", name: `${name}-links.csv` };
    },
  }),
  route({
    method: "post",
    path: "/links/{pipeline}/import",
    id: "importLinks",
    says: `Reads links from CSV (${COLUMNS.join(",")}; part and partition may be left out); all or nothing`,
    takes: "links.import",
    verbs: ["links import"],
    query: z.strictObject({
      replace: flag.describe("Let a line move a record that is linked already"),
      dryRun: flag.describe("Say what it would do, and write nothing"),
    }),
    body: z.string(),
    takesText: "text/csv",
    most: 8 << 20,
    answer: z.object({
      pipeline: z.string(),
      new: z.number(),
      moved: z.number(),
      unchanged: z.number(),
      mistakes: z.array(z.object({ line: z.number(), message: z.string() })),
      written: z.boolean(),
    }),
    async does(call) {
      const { api, params, body: text, query: { replace, dryRun } } = call;
      const pipeline = pipelineOf(api.project(), params.pipeline);
      const who = dryRun ? undefined : () => Promise.resolve(call.actor);
      const sorted = await importLinks(api.store, { pipeline, text, file: "the file", replace }, who);
      return { json: importShown(pipeline.name, sorted, { dryRun }) };
    },
  }),
  route({
    method: "post",
    path: "/links/{pipeline}/drop",
    id: "dropLinks",
    says: "Forgets links; the records stay on both sides, and the next full run looks for a twin again",
    takes: "links.drop",
    verbs: ["links drop"],
    body: z.strictObject({ keys: z.array(z.string().min(1).max(1000)).min(1).max(1000) }),
    answer: z.object({
      pipeline: z.string(),
      dropped: z.array(z.object({ key: z.string(), part: z.string(), id: z.string() })),
    }),
    async does({ api, actor, params, body }) {
      const { name } = pipelineOf(api.project(), params.pipeline);
      const dropped = await dropLinks(actor, name, body.keys);
      return { json: { pipeline: name, dropped: dropped.map(({ key, part, id }) => ({ key, part, id })) } };
    },
  }),
];
