/**
 * Connections, without what is secret of them; whether they answer; who they were pinned to be.
 *
 * @module
 */
import { z } from "zod";
import { findings, forgetPin } from "../../../acts/connections.ts";
import type { ConnectionConfig } from "../../../pipeline/model.ts";
import { connectionOf } from "../../../pipeline/named.ts";
import { listPins, type Pin } from "../../../state/pins.ts";
import { pageIn, paging } from "../page.ts";
import { connectionShape, findingShape, pageShape, pinShape } from "../shapes.ts";
import { type Call, type Route, route } from "../types.ts";

/** A connection as it may be shown: its settings are not, a person finds them in its file. */
const shown = (
  { files }: Call["api"],
  { name, connector, tag }: ConnectionConfig,
  pin: Pin | undefined,
): z.infer<typeof connectionShape> => ({
  name,
  connector,
  title: files.registry[connector].title,
  tag,
  ...(pin && { pinned: { name: pin.name, facts: pin.facts, at: pin.at } }),
});

async function pins({ store }: Call["api"]): Promise<Map<string, Pin & { connection: string }>> {
  return new Map((await Array.fromAsync(listPins(store))).map((pin) => [pin.connection, pin]));
}

/** The routes. */
export const connectionRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/connections",
    id: "listConnections",
    says: "Lists connections, without their settings",
    takes: "read",
    verbs: [],
    query: z.strictObject(paging),
    answer: pageShape(connectionShape),
    async does({ api, query }) {
      const pinned = await pins(api);
      const all = Object.values(api.project().connections).map((one) => shown(api, one, pinned.get(one.name)));
      return { json: pageIn(all, query, ({ name }) => name) };
    },
  }),
  route({
    method: "get",
    path: "/connections/{connection}",
    id: "showConnection",
    says: "Shows a connection",
    takes: "read",
    verbs: [],
    answer: connectionShape,
    async does({ api, params }) {
      const config = connectionOf(api.project(), params.connection);
      return { json: shown(api, config, (await pins(api)).get(config.name)) };
    },
  }),
  route({
    method: "post",
    path: "/connections/{connection}/ping",
    id: "pingConnection",
    says: "Logs in and says who answers, what may be done there, and what is missing",
    takes: "operate",
    verbs: ["ping"],
    body: z.strictObject({}),
    answer: z.object({ connection: z.string(), ok: z.boolean(), findings: z.array(findingShape) }),
    async does({ api, params, signal }) {
      const { name } = connectionOf(api.project(), params.connection);
      const found = await api.withEngine(
        { readOnly: true, signal },
        ({ engine }) => Array.fromAsync(findings(engine, name)),
      );
      const ok = found.every(({ level }) => level !== "fail");
      return { json: { connection: name, ok, findings: found } };
    },
  }),
  route({
    method: "get",
    path: "/pins",
    id: "listPins",
    says: "Lists who answered at each connection's first use",
    takes: "read",
    verbs: ["pin list"],
    query: z.strictObject(paging),
    answer: pageShape(pinShape),
    does: async ({ api, query }) => ({
      json: pageIn([...(await pins(api)).values()], query, ({ connection }) => connection),
    }),
  }),
  route({
    method: "delete",
    path: "/pins/{connection}",
    id: "resetPin",
    says: "Forgets a connection's pin: its next use pins whoever answers then",
    takes: "pin.reset",
    verbs: ["pin reset"],
    answer: z.object({ connection: z.string(), forgotten: z.unknown().nullable() }),
    async does({ api, actor, params: { connection } }) {
      const pin = await forgetPin(actor, connection, () => Promise.resolve(api.project()));
      return { json: { connection, forgotten: pin?.facts ?? null } };
    },
  }),
];
