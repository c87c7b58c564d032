/**
 * What a test, or a person who wants to see it, can do to webhooks, below `/_sandbox/webhooks`:
 *
 * | call | does |
 * |---|---|
 * | `GET /` | how events are sent, and what waits at each hook |
 * | `POST /manner` | `{ duplicate?, delay_ms?, reorder?, parallel? }`: how events are sent from now on |
 * | `POST /fire` | `{ resource, id, action?, project_id?, by?, times? }`: an event, whether anything happened or not |
 * | `POST /send` | sends all that is due, and answers when nothing is |
 *
 * @module
 */
import { Hono } from "hono";
import { z } from "zod";
import type { State } from "./state.ts";
import type { WebhookHook } from "./webhook.ts";
import type { PostOffice } from "./webhook_post.ts";

const mannerSchema = z.strictObject({
  duplicate: z.number().min(0).max(1).optional(),
  delay_ms: z.int().min(0).optional(),
  reorder: z.boolean().optional(),
  parallel: z.int().min(1).max(100).optional(),
});

const number = z.union([z.int().positive(), z.string().regex(/^\d+$/).transform(Number)]);
const fireSchema = z.strictObject({
  company_id: number.optional(),
  resource: z.string(),
  id: number,
  action: z.enum(["create", "update", "delete"]).default("update"),
  project_id: number.nullable().default(null),
  by: z.enum(["app", "person"]).default("person"),
  times: z.int().min(1).max(100_000).default(1),
});

/** The controls. */
export function webhookControl(state: State, post: PostOffice): Hono {
  const app = new Hono();
  app.get("/", (c) => {
    const hooks = [...state.companies.values()].flatMap(({ id, hooks }) =>
      hooks.rows.map((hook) => ({ company_id: String(id), ...told(hook) }))
    );
    return c.json({ manner: post.manner, hooks });
  });
  app.post("/manner", async (c) => {
    Object.assign(post.manner, mannerSchema.parse(await c.req.json()));
    return c.json(post.manner);
  });
  app.post("/fire", async (c) => {
    const { company_id, resource, id, action, project_id, by, times } = fireSchema.parse(await c.req.json());
    const company = company_id === undefined ? state.companies.values().next().value : state.companies.get(company_id);
    if (!company) throw new Error(`No company ${company_id}`);
    const event = { resource_name: resource, event_type: action, resource_id: id, project_id };
    let queued = 0;
    for (let i = 0; i < times; i++) queued += post.tell(company, event, by);
    return c.json({ queued });
  });
  app.post("/send", async (c) => {
    await post.send();
    return c.json({ waiting: [...state.companies.values()].flatMap(({ hooks }) => hooks.rows.map(told)) });
  });
  return app;
}

function told({ id, queue, sent, failures, pausedUntil }: WebhookHook): Record<string, unknown> {
  return {
    id: String(id),
    waiting: queue.length,
    delivered: sent.filter(({ status }) => status === "delivered").length,
    discarded: sent.filter(({ status }) => status === "discarded").length,
    failures,
    paused_until: pausedUntil === 0 ? null : new Date(pausedUntil).toISOString(),
  };
}
