/**
 * The routes of webhooks, v2.0, of a company (reference §5.1): hooks, their triggers, what was delivered, and the catalogue. Hooks of a
 * project are not modelled, nor is v1.0, which is deprecated.
 *
 * @module
 */
import { Hono } from "hono";
import { badRequest, invalid, json, notFound, Refusal } from "./answers.ts";
import type { Given } from "./attributes.ts";
import { bodyOf, type Call, type Env, idOf } from "./guard.ts";
import { list } from "./listing.ts";
import type { Company, State } from "./state.ts";
import { table } from "./table.ts";
import type { EventType, WebhookHook, WebhookTrigger } from "./webhook.ts";
import { actionsOf, RESOURCES } from "./webhook_resources.ts";

/** What the sandbox's connection says to Procore. Nothing secret: it opens an invented company on this machine alone. */
export const WEBHOOK_SECRET = "tell-nobody-but-the-sandbox";

const BASE = "/rest/v2.0/companies/:company_id{\\d+}/webhooks";
const HOOK = `${BASE}/hooks/:id{\\d+}`;
const TRIGGERS = `${BASE}/hooks/:hook_id{\\d+}/triggers`;
const VERSIONS = ["v2.0", "v3.0", "v4.0"];
const MOST_TRIGGERS = 500;
const v2 = { perPage: 10, most: 100, v2: true } as const;

/** The routes. */
export function webhookRoutes(state: State): Hono<Env> {
  const app = new Hono<Env>();
  const show = (c: Call, hook: WebhookHook, status = 200): Response =>
    json({ data: showHook(c.get("company"), hook) }, status);

  app.get(`${BASE}/hooks`, (c) => {
    const company = c.get("company");
    const [namespace, version] = [c.req.query("namespace"), c.req.query("payload_version")];
    return list(c.req.url, {
      table: company.hooks,
      scope: "hooks",
      inScope: (hook) =>
        (namespace === undefined || hook.namespace === namespace) &&
        (version === undefined || hook.payload_version === version),
      render: (hook) => showHook(company, hook),
      ...v2,
    });
  });
  app.post(`${BASE}/hooks`, async (c) => {
    const given = checked(await bodyOf(c), true);
    const now = state.now();
    const hook: WebhookHook = {
      id: state.nextId("hook"),
      namespace: "",
      payload_version: "",
      destination_url: "",
      authorization: null,
      status: "active",
      triggers: [],
      queue: [],
      sent: [],
      failures: 0,
      failingSince: null,
      pausedUntil: 0,
      created_at: now,
      updated_at: now,
      ...given,
    };
    return show(c, c.get("company").hooks.insert(hook), 201);
  });
  app.get(HOOK, (c) => show(c, hookOf(c)));
  app.patch(HOOK, async (c) => {
    const given = checked(await bodyOf(c), false);
    return show(c, c.get("company").hooks.update(hookOf(c), { ...given, updated_at: state.now() }));
  });
  app.delete(HOOK, (c) => {
    c.get("company").hooks.remove(hookOf(c));
    return new Response(null, { status: 204 });
  });
  app.get(`${BASE}/hooks/:hook_id{\\d+}/deliveries`, (c) => {
    const rows = table<{ id: number; status: string; payload: unknown; delivery_attempts: unknown[] }>();
    const { sent, queue } = hookOf(c, "hook_id");
    const all = [
      ...sent,
      ...queue.map((one) => ({ ...one, status: one.attempts.length > 0 ? "retrying" : "enqueued" })),
    ];
    all.forEach(({ payload, status, attempts }, i) =>
      rows.insert({
        id: i + 1,
        status,
        payload,
        delivery_attempts: attempts.map(({ status, ...attempt }, i) => ({
          id: String(i + 1),
          ...attempt,
          response_status: status,
          response_body: "",
          response_headers: {},
        })),
      })
    );
    return list(c.req.url, {
      table: rows,
      scope: "deliveries",
      render: ({ id, ...row }) => ({ id: `${id}`, ...row }),
      ...v2,
    });
  });

  app.get(TRIGGERS, (c) => {
    const hook = hookOf(c, "hook_id");
    const rows = table<WebhookTrigger>();
    for (const trigger of hook.triggers) rows.insert(trigger);
    return list(c.req.url, { table: rows, scope: "triggers", render: (row) => showTrigger(c, hook, row), ...v2 });
  });
  app.post(TRIGGERS, async (c) => {
    const hook = hookOf(c, "hook_id");
    const made = add(state, hook, await bodyOf(c));
    if (typeof made === "string") throw invalid({ base: [made] });
    return json({ data: showTrigger(c, hook, made) }, 201);
  });
  app.post(`${TRIGGERS}/bulk`, async (c) => {
    const hook = hookOf(c, "hook_id");
    const given: unknown = await c.req.json().catch(() => undefined);
    if (!Array.isArray(given)) throw badRequest("The body must be an array of triggers");
    if (given.length > MOST_TRIGGERS) {
      const message = `Exceeded limit of ${MOST_TRIGGERS} triggers per request`;
      throw new Refusal(413, message, { errors: message });
    }
    const made = (given as Given[]).map((one) => add(state, hook, one));
    const refused = made.some((one) => typeof one === "string");
    const data = made.map((one) => typeof one === "string" ? { message: one } : showTrigger(c, hook, one));
    return json({ data }, refused ? 207 : 201);
  });
  app.delete(`${TRIGGERS}/:id{\\d+}`, (c) => {
    const hook = hookOf(c, "hook_id");
    const at = hook.triggers.findIndex(({ id }) => id === idOf(c));
    if (at < 0) throw notFound("Trigger");
    hook.triggers.splice(at, 1);
    return new Response(null, { status: 204 });
  });

  app.get(`${BASE}/resources`, (c) => {
    const payload_version = c.req.query("payload_version") ?? "v2.0";
    const rows = table<{ id: number; fields: object }>();
    RESOURCES.forEach(([category, tool, name, actions], i) =>
      rows.insert({ id: i + 1, fields: { category, tool, name, payload_version, actions } })
    );
    return list(c.req.url, { table: rows, scope: payload_version, render: ({ fields }) => fields, ...v2 });
  });
  return app;
}

function hookOf(c: Call, name = "id"): WebhookHook {
  const hook = c.get("company").hooks.get(idOf(c, name));
  if (!hook) throw notFound("Hook");
  return hook;
}

/** The fields of a hook that a body sets. What must be there in a new one, and what is refused, is documented; the texts are assumed. */
function checked(given: Given, whole: boolean): Partial<WebhookHook> {
  const errors: Record<string, string[]> = {};
  const { payload_version, namespace, destination_url, destination_headers, status } = given;
  const must = (name: string, value: unknown, right: (text: string) => boolean): void => {
    if (value === undefined && !whole) return;
    if (typeof value !== "string" || !right(value)) {
      errors[name] = [value === undefined ? "can't be blank" : "is invalid"];
    }
  };
  must("payload_version", payload_version, (text) => VERSIONS.includes(text));
  must("namespace", namespace, (text) => /^[a-z0-9-]+$/.test(text));
  // The real one wants HTTPS; this one may reach a server on this machine.
  must("destination_url", destination_url, (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ""));
  if (status !== undefined) must("status", status, (text) => text === "active" || text === "disabled");
  if (Object.keys(errors).length > 0) throw invalid(errors);
  const authorization = (destination_headers as { Authorization?: unknown } | undefined)?.Authorization;
  const fields = { payload_version, namespace, destination_url, status } as Partial<WebhookHook>;
  const set = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return typeof authorization === "string" ? { ...set, authorization } : set;
}

/** Adds a trigger, or says why not. One that is there is given back (assumed). */
function add({ nextId }: State, hook: WebhookHook, { resource_name, event_type }: Given): WebhookTrigger | string {
  const action = String(event_type).toLowerCase() as EventType;
  const actions = actionsOf(String(resource_name));
  if (!actions) return `resource_name ${resource_name} is not supported`;
  if (!actions.includes(action)) return `event_type ${event_type} is not supported for ${resource_name}`;
  const there = hook.triggers.find((one) => one.resource_name === resource_name && one.event_type === action);
  if (there) return there;
  const made = { id: nextId("trigger"), resource_name: String(resource_name), event_type: action };
  hook.triggers.push(made);
  return made;
}

/** Shows the last five characters of what is sent along. */
function showHook({ id }: Company, hook: WebhookHook): Record<string, unknown> {
  const { payload_version, namespace, destination_url, authorization, status, triggers, created_at, updated_at } = hook;
  return {
    id: String(hook.id),
    status,
    payload_version,
    namespace,
    destination_url,
    destination_headers: authorization === null ? {} : { Authorization: `****${authorization.slice(-5)}` },
    trigger_count: triggers.length,
    company_id: String(id),
    project_id: null,
    created_at,
    updated_at,
  };
}

function showTrigger(c: Call, hook: WebhookHook, { id, resource_name, event_type }: WebhookTrigger): object {
  const company_id = String(c.get("company").id);
  return { id: `${id}`, webhook_hook_id: `${hook.id}`, resource_name, event_type, company_id, project_id: null };
}
