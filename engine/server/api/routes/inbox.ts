/**
 * The worklist.
 *
 * @module
 */
import { z } from "zod";
import { closeNotice, noticeOf, worklist } from "../../../acts/inbox.ts";
import { pageIn, paging } from "../page.ts";
import { noticeShape, pageShape } from "../shapes.ts";
import { type Route, route } from "../types.ts";

const flag = z.enum(["true", "false"]).transform((text) => text === "true").optional();

/** The routes. */
export const inboxRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/inbox",
    id: "listInbox",
    says: "Lists what calls for a person, the most urgent first",
    takes: "read",
    verbs: ["inbox list"],
    query: z.strictObject({
      ...paging,
      all: flag.describe("What is done or dismissed too"),
      owner: z.string().optional().describe("Only this person's, or role's"),
    }),
    answer: pageShape(noticeShape),
    does: async ({ api, query }) => ({ json: pageIn(await worklist(api.store, query), query, ({ id }) => id) }),
  }),
  route({
    method: "get",
    path: "/inbox/{notice}",
    id: "showNotice",
    says: "Shows an item of the worklist",
    takes: "read",
    verbs: ["inbox show"],
    answer: noticeShape,
    does: async ({ api, params }) => ({ json: await noticeOf(api.store, params.notice) }),
  }),
  ...([["done", "inbox.done", "done"], ["dismiss", "inbox.dismiss", "dismissed"]] as const).map(([word, act, state]) =>
    route({
      method: "post",
      path: `/inbox/{notice}/${word}`,
      id: `${word}Notice`,
      says: `Says that it is ${
        state === "done" ? "done" : "not to be done"
      }; it comes back where its source changes again`,
      takes: act,
      verbs: [`inbox ${word}`],
      body: z.strictObject({
        why: state === "done" ? z.string().max(2000).optional() : z.string().min(1).max(2000),
      }),
      answer: noticeShape.extend({ already: z.boolean() }),
      async does({ actor, params, body }) {
        const { notice, already } = await closeNotice(actor, params.notice, { state, why: body.why });
        return { json: { ...notice, already } };
      },
    })
  ),
];
