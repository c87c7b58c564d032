import assert from "node:assert/strict";
import { type ApiStage, apiStage, CANARIES, fill } from "../../../tests/support/api.ts";
import { silent } from "../../../tests/support/canary.ts";
import { type House, house } from "../../../tests/support/house.ts";
import { Failure } from "../../failure.ts";
import { listAudit } from "../../state/audit.ts";
import { listLinksAfter } from "../../state/links.ts";
import { lineStream, openJobs } from "./jobs.ts";
import { openEvents } from "./events.ts";

// deno-lint-ignore no-explicit-any -- a test looks into any of them
type Any = any;

async function post(api: ApiStage, path: string, body: unknown, as: "operator" | "approver" | "admin" = "operator") {
  const response = await api.call("post", path, { as, body });
  return { status: response.status, answer: await response.json() as Any };
}

async function get(api: ApiStage, path: string): Promise<Any> {
  const response = await api.call("get", path, { as: "viewer" });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  silent(path, text, CANARIES);
  return response.headers.get("content-type")!.includes("json") && !path.endsWith("/lines") ? JSON.parse(text) : text;
}

/** Starts a job, waits for its end, and gives it. */
async function ended(api: ApiStage, path: string, body: unknown, as?: "operator" | "admin"): Promise<Any> {
  const { status, answer } = await post(api, path, body, as);
  assert.equal(status, 202, JSON.stringify(answer));
  await api.idle();
  return await get(api, `/jobs/${answer.id}`);
}

const links = async ({ store }: House): Promise<number> =>
  (await Array.fromAsync(listLinksAfter(store, "vendors"))).length;

Deno.test("a dry run is a job whose plan is streamed, writes nothing, and is applied just as it was shown", async () => {
  const home = await house();
  const api = await apiStage(home);
  const plan = await ended(api, "/dry-runs", { pipelines: ["vendors"] });
  assert.equal(plan.state, "done");
  assert.equal(await links(home), 0);
  const lines = (await get(api, `/jobs/${plan.id}/lines`)).trim().split("\n").map((line: string) => JSON.parse(line));
  assert.equal(lines.length, plan.lines);
  const creates = lines.filter(({ word }: Any) => word === "create").length;
  assert.ok(creates > 0);
  const { key } = lines.find(({ word }: Any) => word === "create");
  await home.touch("ebs", "AP_SUPPLIERS", key, { VENDOR_NAME: "Another Name Ltd" });
  const run = await ended(api, "/runs", { plan: plan.id });
  const { counts, record } = run.result.results.vendors;
  assert.deepEqual([counts.create, counts.rejected], [creates - 1, 1], "what has changed since is refused");
  assert.equal(await links(home), counts.create + counts.adopt);
  assert.equal((await get(api, `/runs/${record.id}`)).state, "partial");
  const refused = await post(api, "/runs", { plan: run.id });
  assert.deepEqual([refused.status, refused.answer.code], [400, "usage"]);
  await home.close();
});

Deno.test("a run is told while it works: jobs, progress and acts, to whoever listens and to whoever comes back", async () => {
  const home = await house();
  const api = await apiStage(home);
  const stream = await api.call("get", "/events?type=job,act", { as: "viewer" });
  assert.equal(stream.headers.get("content-type"), "text/event-stream");
  const run = await ended(api, "/runs", { pipelines: ["vendors"], only: ["1001"] });
  await post(api, "/pipelines/vendors/pause", { why: CANARIES.opened });
  api.stop.abort(new Failure("run.aborted", { fact: "The server stops" }));
  const text = await stream.text();
  silent("events", text, CANARIES);
  const told = [...text.matchAll(/event: (\w+)\ndata: (.*)\n/g)].map(([, type, data]) => [type, JSON.parse(data)]);
  assert.deepEqual(told.map(([type, { job, what }]) => [type, job?.state ?? what]), [
    ["job", "running"],
    ["job", "done"],
    ["act", "pipeline.pause"],
  ]);
  assert.equal(told[0][1].job.id, run.id);
  const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  assert.deepEqual(api.parts.events.since(ids[1]).map(({ event }) => event.type), ["act"]);
  await home.close();
});

Deno.test("a job is stopped in order by a person, and by the server's end", async () => {
  const home = await house();
  const events = openEvents(home.clock);
  const stop = new AbortController();
  const jobs = openJobs({ store: home.store, events, signal: stop.signal });
  const work = ({ signal }: { signal: AbortSignal }): Promise<never> =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const [one, two] = [1, 2].map(() => jobs.start({ kind: "run", subject: ["vendors"], by: "anna" }, work));
  one.stop();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual([one.record.state, two.record.state], ["stopped", "running"]);
  assert.equal(one.record.failure?.code, "run.aborted");
  for (let i = 0; i < 7; i++) jobs.start({ kind: "run", subject: [], by: "anna" }, work);
  assert.throws(() => jobs.start({ kind: "run", subject: [], by: "anna" }, work), { code: "state.busy" });
  stop.abort(new Failure("run.aborted", { fact: "The server stops" }));
  await jobs.idle();
  assert.ok(jobs.list().every(({ record }) => record.state === "stopped"));
  await home.close();
});

Deno.test("a stopped job is told as stopped over the API", async () => {
  const home = await house();
  const api = await apiStage(home);
  const { answer } = await post(api, "/runs", { all: true });
  const stopped = await post(api, `/jobs/${answer.id}/stop`, {});
  assert.equal(stopped.status, 200);
  await api.idle();
  assert.equal((await get(api, `/jobs/${answer.id}`)).state, "stopped");
  await home.close();
});

Deno.test("books are compared as a job, read in three formats, frozen as they were shown, and signed by another", async () => {
  const home = await house();
  const api = await apiStage(home);
  for (const pipeline of ["vendors", "projects", "cost-codes", "purchase-orders"]) await home.run(pipeline);
  const job = await ended(api, "/reconciliations/compare", { period: "2026-10" });
  assert.equal(job.state, "done", JSON.stringify(job.failure));
  const report = await get(api, `/jobs/${job.id}/report`);
  assert.equal(report.header.name, "accruals");
  assert.match(await get(api, `/jobs/${job.id}/report?format=html`), /^<!doctype html>/i);
  const none = await api.call("get", `/jobs/${job.id}/report?format=csv`);
  const { action } = await none.json();
  assert.equal(none.status, 400);
  const [part] = /There are: ([\w-]+)/.exec(action)!.slice(1);
  assert.match(await get(api, `/jobs/${job.id}/report?format=csv&part=${part}`), /^[\w ,"]+/);
  assert.equal((await api.call("get", `/jobs/${job.id}/report?format=csv&part=x`)).status, 404);
  assert.equal((await api.call("get", `/jobs/${job.id}/report?format=xml`)).status, 400);
  const frozen = await post(api, `/jobs/${job.id}/report/freeze`, {});
  assert.deepEqual([frozen.status, frozen.answer.prepared.by], [201, "operator"]);
  const { id } = frozen.answer;
  const own = await post(api, `/snapshots/${id}/sign`, { reviewer: "operator" }, "admin");
  assert.ok(own.status >= 400, "its preparer's own name");
  const signed = await post(api, `/snapshots/${id}/sign`, {}, "approver");
  assert.deepEqual([signed.status, signed.answer.reviewed.by], [200, "approver"]);
  assert.equal((await get(api, `/snapshots/${id}`)).header.name, "accruals");
  assert.equal((await get(api, "/snapshots")).items[0].hash, signed.answer.hash);
  assert.deepEqual((await Array.fromAsync(listAudit(home.store))).map(({ what, who }) => [what, who]), [
    ["reconcile.freeze", "operator"],
    ["reconcile.sign", "approver"],
  ]);
  await home.close();
});

Deno.test("an outbox is rebuilt as a job; what does not wait is not withdrawn", async () => {
  const home = await house();
  const api = await apiStage(home);
  const job = await ended(api, "/pipelines/requisition-journals/rebuild", {}, "admin");
  assert.deepEqual([job.state, job.result.found], ["done", 0], JSON.stringify(job.failure));
  await fill(home);
  const key = encodeURIComponent("PC:requisition-journals:501:9:1");
  const refused = await post(api, `/postings/${key}/withdraw`, { why: "by mistake" });
  assert.deepEqual([refused.status, refused.answer.code], [400, "usage"]);
  await home.close();
});

Deno.test("what a job tells is streamed while it is told, to its end, and no longer than somebody listens", async () => {
  const home = await house();
  const signal = new AbortController().signal;
  const jobs = openJobs({ store: home.store, events: openEvents(home.clock), signal });
  const go = Promise.withResolvers<void>();
  const job = jobs.start({ kind: "dry-run", subject: [], by: "anna" }, async ({ line }) => {
    line({ n: 1 });
    await go.promise;
    line({ n: 2 });
  });
  const gone = new AbortController();
  const left = lineStream(job, (text) => text, gone.signal).pipeThrough(new TextDecoderStream());
  const reader = lineStream(job, (text) => text.replace("2", "***"), signal).pipeThrough(new TextDecoderStream())
    .getReader();
  assert.deepEqual(await reader.read(), { done: false, value: '{"n":1}\n' });
  const rest = reader.read();
  gone.abort();
  assert.equal((await Array.fromAsync(left)).join(""), '{"n":1}\n');
  go.resolve();
  assert.deepEqual(await rest, { done: false, value: '{"n":***}\n' });
  assert.equal((await reader.read()).done, true);
  await home.close();
});

Deno.test("a run that fails makes a job that failed, with what came of it, and what needs it is not run", async () => {
  const down = { on: false };
  const home = await house({
    around: (connection, wire) => (request) =>
      down.on && connection === "ebs" ? Promise.resolve(new Response("", { status: 401 })) : wire(request),
  });
  const api = await apiStage(home);
  down.on = true;
  const job = await ended(api, "/runs", { pipelines: ["vendors", "purchase-orders"] });
  assert.deepEqual([job.state, job.failure.kind], ["failed", "halt"]);
  assert.match(job.result.results["purchase-orders"].notRun, /vendors stopped/);
  await home.close();
});
