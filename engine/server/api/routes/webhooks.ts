/**
 * Our hooks at the systems, and the deliveries that came by them and wait.
 *
 * @module
 */
import { z } from "zod";
import {
  hookConnections,
  type HookPlace,
  hookPlace,
  publicAddress,
  stepsToRemove,
  stepsToSync,
} from "../../../acts/webhooks.ts";
import { listDeliveries } from "../../../state/deliveries.ts";
import { type HookStep, takeHookStep } from "../../../trigger/hooks.ts";
import { pageIn, paging } from "../page.ts";
import { deliveryShape, hookShape, pageShape } from "../shapes.ts";
import { type Call, type Route, route } from "../types.ts";

const where = {
  connections: z.array(z.string()).max(100).optional().describe("All that send webhooks where none is named"),
  dryRun: z.boolean().optional().describe("Only say what would be done"),
};
const url = z.string().max(2000).transform((text, context) => {
  const { url, wrong } = publicAddress(text);
  if (wrong !== undefined) context.addIssue({ code: "custom", message: wrong });
  return url ?? "";
});
const steps = z.object({
  steps: z.array(z.looseObject({ connection: z.string(), do: z.string(), done: z.boolean() })),
});

/** Takes the steps that are needed at each connection, and tells them; what is changed goes into the audit log. */
async function take(
  call: Call,
  { connections = [], dryRun = false }: { connections?: string[]; dryRun?: boolean },
  stepsAt: (place: HookPlace) => Promise<HookStep[]>,
) {
  const { api, signal, actor } = call;
  const names = hookConnections(api.files.registry, api.project(), connections);
  const taken: (HookStep & { connection: string; done: boolean })[] = [];
  await api.withEngine({ readOnly: dryRun, signal }, async (bench) => {
    for (const connection of names) {
      const place = await hookPlace(bench, connection);
      const work = async (): Promise<void> => {
        for (const step of await stepsAt(place)) {
          if (!dryRun) await takeHookStep(place.keeper, step);
          taken.push({ connection, done: !dryRun, ...step });
        }
      };
      await (dryRun ? work() : actor.around({ subject: connection }, work));
    }
  });
  return { json: { steps: taken } };
}

/** The routes. */
export const webhookRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/webhooks",
    id: "listWebhooks",
    says: "Lists our hooks at the systems, and what they listen for",
    takes: "operate",
    verbs: ["webhooks list"],
    query: z.strictObject({ ...paging, connection: z.string().optional() }),
    answer: pageShape(hookShape),
    async does({ api, query, signal }) {
      const { connection } = query;
      const names = hookConnections(api.files.registry, api.project(), connection ? [connection] : []);
      const hooks = await api.withEngine({ readOnly: true, signal }, async (bench) => {
        const found = [];
        for (const name of names) {
          const { keeper } = await hookPlace(bench, name);
          for (const hook of await keeper.list()) found.push({ connection: name, ...hook });
        }
        return found;
      });
      return { json: pageIn(hooks, query, ({ connection, id }) => `${connection} ${id}`) };
    },
  }),
  route({
    method: "post",
    path: "/webhooks/sync",
    id: "syncWebhooks",
    says: "Makes and mends the hooks that the pipelines need, and removes those of ours beside them",
    takes: "webhooks.sync",
    verbs: ["webhooks sync"],
    body: z.strictObject({ url: url.describe("Where the server is reached from outside"), ...where }),
    answer: steps,
    does: (call) => take(call, call.body, (place) => stepsToSync(place, call.body.url)),
  }),
  route({
    method: "post",
    path: "/webhooks/remove",
    id: "removeWebhooks",
    says: "Removes all our hooks",
    takes: "webhooks.remove",
    verbs: ["webhooks remove"],
    body: z.strictObject(where),
    answer: steps,
    does: (call) => take(call, call.body, stepsToRemove),
  }),
  route({
    method: "get",
    path: "/deliveries",
    id: "listDeliveries",
    says: "Lists deliveries that came and are not worked off yet, and why",
    takes: "read",
    verbs: ["webhooks waiting"],
    query: z.strictObject({ ...paging, pipeline: z.string().optional() }),
    answer: pageShape(deliveryShape),
    does: async ({ api, query }) => ({
      // One delivery may wait for several pipelines.
      json: pageIn(
        await Array.fromAsync(listDeliveries(api.store, query.pipeline)),
        query,
        ({ pipeline, partition, key, id }) => JSON.stringify([pipeline, partition, key, id]),
      ),
    }),
  }),
];
