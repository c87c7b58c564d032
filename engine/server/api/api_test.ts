import assert from "node:assert/strict";
import { z } from "zod";
import { listAudit, verifyAudit } from "../../state/audit.ts";
import { noticeId } from "../../state/notices.ts";
import { type ActName, ACTS, may, type Right, ROLES } from "../../state/roles.ts";
import { keyOf } from "../../../tests/cli/outbox.ts";
import { type ApiStage, apiStage, CANARIES, commandLineDeeds, fill, TOKENS } from "../../../tests/support/api.ts";
import { silent } from "../../../tests/support/canary.ts";
import { type House, house } from "../../../tests/support/house.ts";
import { COMMAND_LINE_ONLY, ROUTES } from "./routes.ts";
import type { Route } from "./types.ts";

/** A call of a route that goes well: what stands in its path, and what is sent. Several: one after the other. */
interface Sample {
  path?: Record<string, string>;
  query?: string;
  body?: unknown;
  text?: string;
  /** Looks at the answer. */
  // deno-lint-ignore no-explicit-any -- a test looks into any of them
  gives?: (answer: any) => void;
}

const [journals, vendors] = ["requisition-journals", "vendors"];
const SAMPLES: Record<string, Sample> = {
  listPipelines: { gives: ({ items }) => assert.ok(items.some(({ name }: { name: string }) => name === vendors)) },
  showPipeline: {
    path: { pipeline: vendors },
    gives: ({ text, findings }) => assert.ok(text.includes("name: vendors") && findings.length === 0),
  },
  listStatus: { query: "pipeline=vendors", gives: ({ items: [one] }) => assert.equal(one.rejected, 5) },
  listSchedule: { query: "pipeline=vendors&next=2" },
  pausePipeline: { path: { pipeline: vendors }, body: { why: "month's end" } },
  resumePipeline: {
    path: { pipeline: vendors },
    gives: ({ before }) => assert.equal(before.why, "month's end"),
  },
  listLive: {},
  goLive: {
    path: { pipeline: journals },
    body: { why: "looked at" },
    gives: (one) => assert.equal(one.already, false),
  },
  goShadow: { path: { pipeline: journals }, body: { why: "enough" }, gives: (one) => assert.equal(one.already, false) },
  listRuns: { query: "pipeline=vendors", gives: ({ items }) => assert.equal(items.length, 5) },
  showRun: { path: { run: "run1" } },
  listJobs: {},
  listRejected: { gives: ({ items }) => assert.equal(items[0].row.note, "Bearer ***") },
  showRejected: { path: { pipeline: vendors, key: "a/b" }, gives: ({ items }) => assert.equal(items[0].key, "a/b") },
  retryRejected: {
    path: { pipeline: vendors },
    body: { keys: ["1"] },
    gives: ({ retried }) => assert.deepEqual(retried, ["1"]),
  },
  dismissRejected: { path: { pipeline: vendors, key: "a/b" }, body: { why: "it is right" } },
  listParked: {},
  listAdoptions: {},
  acceptAdoptions: { path: { pipeline: vendors }, body: { keys: ["1"] } },
  declineAdoptions: {
    path: { pipeline: vendors },
    body: { all: true, why: "others" },
    gives: ({ decided }) => assert.equal(decided.length, 4),
  },
  listLinks: { path: { pipeline: vendors } },
  exportLinks: {
    path: { pipeline: vendors },
    gives: (text) => assert.match(text, /^key,part,id,partition\n1,,v1,-\n2,/),
  },
  importLinks: {
    path: { pipeline: vendors },
    text: "key,id\n77,v77\n",
    gives: (one) => assert.deepEqual([one.new, one.written], [1, true]),
  },
  dropLinks: {
    path: { pipeline: vendors },
    body: { keys: ["77"] },
    gives: ({ dropped }) => assert.equal(dropped[0].id, "v77"),
  },
  listPostings: { query: "state=planned,changed", gives: ({ items }) => assert.equal(items.length, 4) },
  showPosting: { path: { key: keyOf("1") }, gives: (one) => assert.equal(one.document.lines[0].debit, "1250.5") },
  retryPosting: { path: { key: keyOf("8") } },
  acceptPosting: { path: { key: keyOf("10") }, body: { why: "theirs" } },
  reversePosting: { path: { key: keyOf("9") }, body: { why: "wrong month" } },
  listPlans: { query: "state=waiting", gives: ({ items }) => assert.equal(items.length, 3) },
  showPlan: { path: { plan: "p1" }, gives: ({ documents }) => assert.equal(documents.length, 1) },
  approvePlan: { path: { plan: "p1" }, gives: (one) => assert.deepEqual([one.documents, one.already], [1, false]) },
  declinePlan: { path: { plan: "p2" }, body: { why: "not yet" } },
  listInbox: { gives: ({ items }) => assert.equal(items.length, 5) },
  showNotice: { path: { notice: noticeId("1") } },
  doneNotice: { path: { notice: noticeId("1") }, body: { why: "amended" } },
  dismissNotice: { path: { notice: noticeId("2") }, body: { why: "no need" } },
  listReconciliations: { gives: ({ items }) => assert.equal(items[0].name, "accruals") },
  listSnapshots: {},
  listConnections: { gives: ({ items }) => assert.ok(items.every((one: object) => !("settings" in one))) },
  showConnection: { path: { connection: "ebs" }, gives: ({ pinned }) => assert.equal(pinned.name, "PROD") },
  listPins: {},
  resetPin: { path: { connection: "ebs" }, gives: ({ forgotten }) => assert.equal(forgotten.database, "PROD") },
  pingConnection: { path: { connection: "ebs" }, gives: ({ ok }) => assert.equal(ok, true) },
  listWebhooks: { gives: ({ items }) => assert.equal(items.length, 0) },
  syncWebhooks: {
    body: { url: "https://gusset.example.com" },
    gives: ({ steps }) => assert.deepEqual(steps.map(({ do: what }: { do: string }) => what), ["create"]),
  },
  removeWebhooks: {
    body: {},
    gives: ({ steps }) => assert.deepEqual(steps.map(({ do: what }: { do: string }) => what), ["remove"]),
  },
  listDeliveries: { query: "pipeline=vendors", gives: ({ items }) => assert.equal(items.length, 5) },
  check: { gives: ({ ok }) => assert.equal(ok, true) },
  showSchema: {},
  showVersion: { gives: ({ version, role }) => assert.deepEqual([version, role], ["0.0.0", "viewer"]) },
  setSecret: { path: { name: "procore" }, body: { value: CANARIES.sealed } },
  listSecrets: { gives: ({ items }) => assert.deepEqual(items.map(({ name }: { name: string }) => name), ["procore"]) },
  removeSecret: { path: { name: "procore" } },
  createToken: { body: { name: "ben", role: "viewer" }, gives: ({ token }) => assert.match(token, /^gusset_/) },
  listTokens: {
    gives: ({ items }) => assert.ok(items.length === 5 && items.every((one: object) => !("hash" in one))),
  },
  revokeToken: { path: { name: "ben" }, gives: ({ already }) => assert.equal(already, false) },
  listAudit: { query: "what=plan", gives: ({ items }) => assert.equal(items.length, 2) },
  verifyAudit: { gives: ({ ok }) => assert.equal(ok, true) },
};

/** Routes that need a job, or documents at the destination; `jobs_test.ts` has them. */
const ELSEWHERE = new Set([
  "startDryRun",
  "startRun",
  "showJob",
  "streamJob",
  "stopJob",
  "streamEvents",
  "rebuildPostings",
  "withdrawPosting",
  "compareBooks",
  "showReport",
  "freezeReport",
  "showSnapshot",
  "signSnapshot",
]);

const rightOf = ({ takes }: Route): Right => Object.hasOwn(ACTS, takes) ? ACTS[takes as ActName] : takes as Right;
const pathOf = ({ path }: Route, { path: params = {}, query }: Sample): string =>
  path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? "x")) + (query ? `?${query}` : "");

async function call(api: ApiStage, route: Route, sample: Sample, as: keyof typeof TOKENS | null): Promise<Response> {
  return await api.call(route.method, pathOf(route, sample), {
    as,
    body: route.method === "post" && sample.text === undefined ? sample.body ?? {} : sample.body,
    text: sample.text,
    headers: sample.text === undefined ? {} : { "Content-Type": "text/csv" },
  });
}

/** Everything in the state, as text; but for leases that came and went. */
async function stateOf({ store }: House): Promise<string> {
  const lines: string[] = [];
  for await (const { key, versionstamp } of store.kv.list({ prefix: [] })) {
    if (key[0] !== "fence" && key[0] !== "operation") lines.push(`${key.map(String).join("/")} ${versionstamp}`);
  }
  return lines.join("\n");
}

Deno.test("every route does what it says for the least role that may, and no answer holds a secret", async () => {
  const home = await house();
  const api = await apiStage(home);
  await fill(home);
  for (const route of ROUTES) {
    const sample = SAMPLES[route.id];
    if (ELSEWHERE.has(route.id)) continue;
    assert.ok(sample, `${route.id} has no sample`);
  }
  // In the order of the samples: some follow from others.
  for (const [id, sample] of Object.entries(SAMPLES)) {
    const route = ROUTES.find((one) => one.id === id);
    assert.ok(route, `there is no route ${id}`);
    const role = ROLES.find((one) => may(one, rightOf(route)))!;
    const before = await Array.fromAsync(listAudit(home.store));
    const response = await call(api, route, sample, role);
    const text = await response.text();
    assert.equal(response.status, route.status ?? 200, `${id}: ${response.status} ${text}`);
    silent(id, text + JSON.stringify([...response.headers]), CANARIES);
    const fresh = (await Array.fromAsync(listAudit(home.store))).slice(before.length);
    const acts = Object.hasOwn(ACTS, route.takes) ? [[role, route.takes]] : [];
    assert.deepEqual(fresh.map(({ who, what }) => [who, what]), acts, `${id} in the audit log`);
    if (Array.isArray(route.answer)) sample.gives?.(text);
    else {
      const answer = JSON.parse(text);
      const parsed = (route.answer as z.ZodType).safeParse(answer);
      assert.ok(parsed.success, `${id}: ${parsed.success || z.prettifyError(parsed.error)}\n${text.slice(0, 2000)}`);
      sample.gives?.(answer);
    }
  }
  assert.equal((await verifyAudit(home.store)).broken, undefined);
  await home.close();
});

Deno.test("whoever may not is refused, whoever is nobody too, and nothing is changed", async () => {
  const home = await house();
  const api = await apiStage(home);
  await fill(home);
  const before = await stateOf(home);
  for (const route of ROUTES) {
    const sample = SAMPLES[route.id] ?? {};
    const nobody = await call(api, route, sample, null);
    assert.equal(nobody.status, 401, route.id);
    assert.match(nobody.headers.get("www-authenticate")!, /^Bearer/);
    assert.equal((await nobody.json()).code, "token.missing");
    const wrong = await api.call(route.method, pathOf(route, sample), {
      as: null,
      headers: { Authorization: "Bearer gusset_wrong-token-of-nobody" },
    });
    assert.equal(wrong.status, 401, route.id);
    silent(route.id, await wrong.text(), { wrong: "wrong-token-of-nobody" });
    for (const role of ROLES.filter((one) => !may(one, rightOf(route)))) {
      const response = await call(api, route, sample, role);
      const problem = await response.json();
      assert.deepEqual([response.status, problem.code], [403, "token.role"], `${route.id} as ${role}`);
      assert.equal(response.headers.get("content-type"), "application/problem+json");
      for (const part of ["type", "title", "status", "fact", "action"]) assert.ok(part in problem, part);
    }
  }
  assert.equal(await stateOf(home), before);
  await home.close();
});

Deno.test("without any token nobody is let in over the network", async () => {
  const home = await house();
  const api = await apiStage(home);
  for (const role of ROLES) await home.store.kv.delete(["token", role]);
  const response = await api.call("get", "/version", { as: "admin" });
  assert.deepEqual([response.status, (await response.json()).code], [401, "token.unknown"]);
  await home.close();
});

Deno.test("lists go on where a page ended, give each item once, and stand what comes and goes", async (t) => {
  const home = await house();
  const api = await apiStage(home);
  await fill(home);
  const LISTS: [path: string, name: string, count: number, besides?: string][] = [
    ["/rejected", "key", 5],
    ["/parked?pipeline=purchase-orders", "key", 5],
    ["/adoptions", "key", 5],
    ["/links/vendors", "key", 5],
    ["/runs", "id", 5],
    ["/runs?pipeline=vendors", "id", 5],
    ["/postings", "key", 6],
    ["/plans", "id", 3],
    ["/inbox", "id", 5],
    ["/deliveries", "id", 6, "pipeline"],
    ["/tokens", "name", 4],
  ];
  for (const [path, name, count, besides = name] of LISTS) {
    await t.step(path, async () => {
      const seen: string[] = [];
      let next: string | undefined;
      do {
        const cursor = next ? `&cursor=${next}` : "";
        const response = await api.call("get", `${path}${path.includes("?") ? "&" : "?"}limit=2${cursor}`);
        const page = await response.json();
        assert.equal(response.status, 200, JSON.stringify(page));
        assert.ok(page.items.length <= 2);
        seen.push(...page.items.map((item: Record<string, string>) => `${item[name]} ${item[besides]}`));
        next = page.next;
      } while (next);
      assert.deepEqual([seen.length, new Set(seen).size], [count, count], seen.join(" "));
    });
  }
  const first = await (await api.call("get", "/rejected?limit=2")).json();
  await home.store.kv.delete(["rejected", "vendors", "n012", ""]);
  const second = await (await api.call("get", `/rejected?limit=2&cursor=${first.next}`)).json();
  assert.deepEqual(
    second.items.map(({ key }: { key: string }) => key),
    ["3", "10"],
    "the one that went shifts nothing",
  );
  for (const cursor of ["rubbish", "WyJhIl0", "W10", "x".repeat(5000)]) {
    assert.equal((await api.call("get", `/rejected?cursor=${cursor}`)).status, 400, cursor.slice(0, 20));
  }
  await home.close();
});

Deno.test("what is asked wrongly is told with its place, and changes nothing", async () => {
  const home = await house();
  const api = await apiStage(home);
  await fill(home);
  const before = await stateOf(home);
  const WRONG: [
    method: string,
    path: string,
    options: Parameters<ApiStage["call"]>[2],
    status: number,
    code: string,
  ][] = [
    ["get", "/nothing", {}, 404, "not-there"],
    ["get", "/runs?limit=0", {}, 400, "request.invalid"],
    ["get", "/runs?limit=99999", {}, 400, "request.invalid"],
    ["get", "/runs?order=up", {}, 400, "request.invalid"],
    ["get", "/runs/none", {}, 404, "not-there"],
    ["get", "/jobs/none", {}, 404, "not-there"],
    ["get", "/postings/none", {}, 404, "not-there"],
    ["get", "/plans/none", {}, 404, "plan.unknown"],
    ["get", "/inbox/none", {}, 404, "not-there"],
    ["get", "/pipelines/none", {}, 404, "config.unknown-pipeline"],
    ["get", "/connections/__proto__", {}, 404, "config.unknown-connection"],
    ["get", "/rejected/vendors/none", {}, 404, "not-there"],
    [
      "post",
      "/pipelines/vendors/pause",
      { text: "{", headers: { "Content-Type": "application/json" } },
      400,
      "request.invalid",
    ],
    ["post", "/pipelines/vendors/pause", { text: "why=x" }, 400, "request.invalid"],
    ["post", "/pipelines/vendors/pause", { body: { wy: "x" } }, 400, "request.invalid"],
    ["post", "/pipelines/vendors/live", { body: { why: "x" } }, 400, "usage"],
    ["post", "/pipelines/requisition-journals/live", { body: {} }, 400, "request.invalid"],
    ["post", "/rejected/vendors/1/dismiss", { body: { why: "  " } }, 400, "usage"],
    ["post", "/adoptions/vendors/accept", { body: {} }, 400, "usage"],
    [
      "post",
      "/links/vendors/import",
      { text: "a,b\n1,2\n", headers: { "Content-Type": "text/csv" } },
      422,
      "config.invalid",
    ],
    ["post", "/links/vendors/import", { body: {} }, 400, "request.invalid"],
    ["post", "/postings/" + encodeURIComponent(keyOf("9")) + "/retry", { body: {} }, 400, "usage"],
    ["put", "/secrets/not%20a%20name", { body: { value: "v" } }, 400, "secret.invalid"],
    ["delete", `/tokens/${TOKENS.viewer}`, {}, 400, "request.invalid"],
    ["delete", "/tokens/admin", {}, 400, "usage"],
    ["post", "/tokens", { body: { name: "x", role: "king" } }, 400, "request.invalid"],
    ["post", "/webhooks/sync", { body: { url: "http://gusset.example.com" } }, 400, "request.invalid"],
    ["post", "/runs", { body: {} }, 400, "usage"],
    ["post", "/runs", { body: { plan: "none" } }, 404, "not-there"],
    ["get", "/audit/verify?last=1:x", {}, 400, "request.invalid"],
  ];
  for (const [method, path, options, status, code] of WRONG) {
    const response = await api.call(method, path, options);
    const problem = await response.json();
    assert.deepEqual([response.status, problem.code], [status, code], `${method} ${path}: ${problem.fact}`);
    silent(path, JSON.stringify(problem), CANARIES);
  }
  const long = await api.call("post", "/pipelines/vendors/pause", { body: { why: "x".repeat(300_000) } });
  assert.deepEqual([long.status, (await long.json()).code], [413, "request.too-large"]);
  assert.equal(await stateOf(home), before);
  await home.close();
});

Deno.test("one's own plan is not approved, and a plan is not decided twice", async () => {
  const home = await house();
  const api = await apiStage(home);
  await fill(home);
  const statusOf = async (path: string, as: keyof typeof TOKENS, body: unknown = {}) => {
    const response = await api.call("post", path, { as, body });
    const { code, already } = await response.json();
    return [response.status, code ?? already];
  };
  assert.deepEqual(await statusOf("/plans/p1/decline", "approver", { why: "no" }), [200, false]);
  assert.deepEqual(await statusOf("/plans/p1/decline", "admin", { why: "no" }), [200, true]);
  assert.deepEqual(await statusOf("/plans/p1/approve", "admin"), [409, "plan.decided"]);
  await home.close();
});

Deno.test("what a caller has is not sent again", async () => {
  const home = await house();
  const api = await apiStage(home);
  await fill(home);
  const first = await api.call("get", "/links/vendors", { as: "viewer" });
  const tag = first.headers.get("etag")!;
  assert.equal(first.headers.get("access-control-allow-origin"), null);
  await first.body?.cancel();
  const again = await api.call("get", "/links/vendors", { as: "viewer", headers: { "If-None-Match": tag } });
  assert.deepEqual([again.status, await again.text()], [304, ""]);
  const other = await api.call("get", "/links/vendors?limit=1", { as: "viewer", headers: { "If-None-Match": tag } });
  assert.equal(other.status, 200);
  await other.body?.cancel();
  await home.close();
});

Deno.test("the API stands for every verb of the command line but those that are named with a reason", async () => {
  const leaves = await commandLineDeeds();
  const covered = new Set(ROUTES.flatMap(({ verbs }) => verbs));
  const missing = leaves.filter((leaf) => !covered.has(leaf) && !Object.hasOwn(COMMAND_LINE_ONLY, leaf));
  assert.deepEqual(missing, []);
  assert.deepEqual([...covered].filter((verb) => !leaves.includes(verb)), [], "verbs that there are not");
  assert.deepEqual(Object.keys(COMMAND_LINE_ONLY).filter((verb) => covered.has(verb)), []);
});
