/**
 * Webhook intake over HTTP, beside a bare hono handler that writes one key: requests a second and the slowest of a hundred. Both have a state
 * in a file, which waits for the disk at every commit.
 *
 * @module
 */
import { Hono } from "hono";
import { manualClock, seededRandom, systemClock, systemRandom } from "../engine/clock.ts";
import { openStore } from "../engine/state/open.ts";
import { webhookIntake } from "../engine/trigger/intake.ts";
import { receivers } from "../engine/trigger/receivers.ts";
import type { Pipeline, Project } from "../engine/pipeline/model.ts";
import procore from "../connectors/procore/connector.ts";
import { procoreSandbox } from "../connectors/procore/sandbox/sandbox.ts";
import { ulid } from "../connectors/procore/sandbox/webhook.ts";
import { line, whole } from "./report.ts";

/** What one side did. */
interface Figures {
  /** Requests a second. */
  rate: number;
  /** Milliseconds. */
  p99: number;
}

/** Requests under way at once. */
const AT_ONCE = 50;

const sandbox = procoreSandbox({ clock: manualClock(0), random: seededRandom(1), data: {} });
const settings = sandbox.settings("http://127.0.0.1") as Record<string, string>;
const authorization = `Bearer ${settings.webhook_secret}`;

/** Runs `count` deliveries through both, the floor first and once more after. */
export async function benchWebhooks(count: number): Promise<void> {
  const before = await bare(count), ours = await intake(count), after = await bare(count);
  const floor = { rate: (before.rate + after.rate) / 2, p99: (before.p99 + after.p99) / 2 };
  const told = `${whole(ours.rate)} a second, p99 ${ours.p99.toFixed(0)} ms; bare ${whole(floor.rate)}, ` +
    `${floor.p99.toFixed(0)} ms: ${(ours.rate / floor.rate).toFixed(2)} of its speed`;
  line("k", `webhook intake, ${whole(count)} deliveries`, told, "≥ 1");
}

async function bare(count: number): Promise<Figures> {
  const kv = await Deno.openKv(`${await Deno.makeTempDir()}/kv.sqlite3`);
  const app = new Hono();
  app.post("/webhooks/:connection", async (c) => {
    await kv.set(["delivery", (await c.req.json()).ulid], new TextEncoder().encode("{}"));
    return c.body(null, 202);
  });
  const figures = await drive(count, async (request) => await app.fetch(request));
  kv.close();
  return figures;
}

async function intake(count: number): Promise<Figures> {
  const path = `${await Deno.makeTempDir()}/kv.sqlite3`;
  const store = await openStore({ path, clock: systemClock, random: systemRandom });
  const pipeline = {
    name: "changes",
    source: { connection: "procore", stream: "change_order_packages" },
    trigger: { after: [], webhook: ["Change Order Packages"] },
  } as unknown as Pipeline;
  const place = { file: "connections.yaml", line: 1, column: 1 };
  const project: Project = {
    pipelines: [pipeline],
    connections: { procore: { name: "procore", connector: "procore", tag: "PC", settings, place } },
  };
  const app = webhookIntake({
    store,
    receivers: receivers({
      registry: { procore },
      project: () => project,
      settings: () => Promise.resolve(settings),
      clock: systemClock,
    }),
    log: () => {},
  });
  const figures = await drive(count, async (request) => await app.fetch(request));
  store.close();
  return figures;
}

/** Sends distinct deliveries, so many at once, and measures each. */
async function drive(count: number, handler: (request: Request) => Promise<Response>): Promise<Figures> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  const url = `http://127.0.0.1:${server.addr.port}/webhooks/procore`;
  const waits: number[] = [];
  let next = 0;
  const send = async (): Promise<void> => {
    while (next < count) {
      const body = delivery(next++);
      const began = performance.now();
      const response = await fetch(url, { method: "POST", headers: { authorization }, body });
      await response.body?.cancel();
      if (response.status !== 202) throw new Error(`A delivery was answered ${response.status}`);
      waits.push(performance.now() - began);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  const ms = performance.now() - began;
  await server.shutdown();
  waits.sort((a, b) => a - b);
  return { rate: 1000 * count / ms, p99: waits[Math.floor(count * 0.99)] };
}

const random = seededRandom(9);

function delivery(nth: number): string {
  return JSON.stringify({
    id: nth,
    ulid: ulid(Date.now(), random),
    timestamp: new Date().toISOString(),
    metadata: { source_user_id: 7, source_project_id: 5, source_operation_id: null, source_company_id: null },
    user_id: 7,
    company_id: Number(settings.company_id),
    project_id: 5,
    api_version: "v2.0",
    event_type: "update",
    resource_name: "Change Order Packages",
    resource_id: 1 + nth % 1000,
  });
}
