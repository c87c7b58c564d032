import assert from "node:assert/strict";
import { batch } from "../state/batch.ts";
import { putLink } from "../state/links.ts";
import { saveRun } from "../state/runs.ts";
import { withStore } from "../state/testing.ts";
import type { RunRecord } from "../state/types.ts";
import { call } from "../wire/mark.ts";
import { projectOf, starting } from "../trigger/testing_starts.ts";
import { exposition, tally } from "./exposition.ts";
import { openMetrics } from "./metrics.ts";
import { Hono } from "hono";

const RUN: RunRecord = {
  id: "r1",
  pipeline: "vendors",
  hash: "h",
  startedAt: "2026-03-01T07:00:00.000Z",
  endedAt: "2026-03-01T07:00:30.000Z",
  state: "partial",
  counts: { create: 3, adopt: 0, update: 1, unchanged: 0, deactivate: 0, skipped: 0, parked: 0, rejected: 2 },
  read: 6,
  calls: 4,
  options: {},
};

Deno.test("exposition follows the format: help, type, escaped labels, special numbers, nothing for nothing", () => {
  const counts = tally();
  counts.add({ name: 'a "b" \\ c\nd' });
  counts.add({ name: 'a "b" \\ c\nd' }, 2);
  const text = exposition([
    { name: "x_total", type: "counter", help: "One\nline \\ only.", samples: counts.samples() },
    { name: "y", type: "gauge", help: "Odd.", samples: [{ value: Infinity }, { value: NaN }, { value: 1e21 }] },
    { name: "z", type: "gauge", help: "None.", samples: [] },
  ]);
  assert.equal(
    text,
    [
      "# HELP x_total One\\nline \\\\ only.",
      "# TYPE x_total counter",
      'x_total{name="a \\"b\\" \\\\ c\\nd"} 3',
      "# HELP y Odd.",
      "# TYPE y gauge",
      "y +Inf",
      "y NaN",
      "y 1e+21",
      "",
    ].join("\n"),
  );
});

Deno.test("metrics tell what happened here and what the state holds, by names alone; counting is kept for a while", async () => {
  await withStore(async (store) => {
    const project = { ...projectOf(starting("vendors"), starting("projects")), connections: { procore: {} as never } };
    const lines: string[] = [];
    const metrics = openMetrics({
      store,
      project: () => project,
      version: "1.2.3",
      memory: () => ({ rss: 1000, heapUsed: 500 }),
      log: (_, message) => void lines.push(message),
    });
    const app = new Hono().route("/metrics", metrics.app);
    const read = async (): Promise<string[]> => {
      const response = await app.request("/metrics");
      assert.equal(response.status, 200);
      assert.match(response.headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
      return (await response.text()).split("\n");
    };
    const has = (found: string[], ...wanted: string[]): void => {
      for (const line of wanted) assert.ok(found.includes(line), `${line}\nis not in\n${found.join("\n")}`);
    };

    const writes = batch(store);
    saveRun(writes, RUN);
    putLink(writes, "vendors", {
      key: "4711",
      part: "",
      id: "9",
      partition: "-",
      from: "-",
      values: {},
      how: "created",
      at: RUN.startedAt,
      active: true,
    });
    await writes.commit();
    metrics.ran(RUN);
    const answers = [
      new Response("{}", { headers: { "x-rate-limit-remaining": "77" } }),
      new Response("", { status: 429 }),
      new Response("", { status: 404, headers: { "x-rate-limit-remaining": "many" } }),
    ];
    const wire = metrics.counts("procore")(() => {
      const answer = answers.shift();
      return answer ? Promise.resolve(answer) : Promise.reject(new Error("gone"));
    });
    for (let i = 0; i < 3; i++) await wire(call("https://x.test/rest/v1.0/vendors/4711?secret=1"));
    await assert.rejects(wire(call("https://x.test/rest", { method: "POST" })));

    const found = await read();
    has(
      found,
      'gusset_info{version="1.2.3"} 1',
      'gusset_runs_total{pipeline="vendors",state="partial"} 1',
      'gusset_run_seconds_total{pipeline="vendors"} 30',
      'gusset_records_total{pipeline="vendors",word="create"} 3',
      'gusset_records_total{pipeline="vendors",word="rejected"} 2',
      'gusset_calls_total{connection="procore",effect="read",result="2xx"} 1',
      'gusset_calls_total{connection="procore",effect="read",result="429"} 1',
      'gusset_calls_total{connection="procore",effect="read",result="4xx"} 1',
      'gusset_calls_total{connection="procore",effect="write",result="none"} 1',
      'gusset_rate_budget_remaining{connection="procore"} 77',
      'gusset_connection_up{connection="procore"} 1',
      'gusset_links{pipeline="vendors"} 1',
      `gusset_last_success_timestamp_seconds{pipeline="vendors"} ${Date.parse(RUN.endedAt!) / 1000}`,
      'gusset_kv_commits_total{result="done"} 1',
      "process_resident_memory_bytes 1000",
    );
    assert.ok(!found.join("\n").includes("4711") && !found.join("\n").includes("secret"), "no key, no query");
    assert.ok(!found.some((line) => line.includes('word="adopt"')), "what did not happen has no line");
    for (const line of found.filter((line) => line && !line.startsWith("#"))) {
      assert.match(line, /^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+]+$/);
    }
    const named = found.filter((line) => line.startsWith("# TYPE")).map((line) => line.split(" "));
    for (const [, , name, type] of named) assert.equal(name.endsWith("_total"), type === "counter", name);

    const more = batch(store);
    more.set(["rejected", "vendors", "n0212", ""], {});
    await more.commit();
    assert.ok(!(await read()).some((line) => line.startsWith("gusset_rejected")), "it is not counted at every scrape");
    store.clock.advance(10_001);
    has(await read(), 'gusset_rejected_records{pipeline="vendors"} 1');
    assert.deepEqual(lines, []);
  });
});

Deno.test("deliveries are counted by what became of them", async () => {
  await withStore(async (store) => {
    const metrics = openMetrics({
      store,
      project: () => projectOf(),
      version: "0",
      memory: () => ({ rss: 0, heapUsed: 0 }),
      log: () => {},
    });
    const app = new Hono().route("/metrics", metrics.app);
    for (const taken of ["stored", "stored", "known", "forged"] as const) metrics.took(taken);
    const text = await (await app.request("/metrics")).text();
    for (const [result, count] of Object.entries({ stored: 2, known: 1, forged: 1 })) {
      assert.ok(text.includes(`gusset_webhook_deliveries_total{result="${result}"} ${count}\n`), result);
    }
  });
});

Deno.test("a state that cannot be read is said with 503 and a line in the log, and without its words", async () => {
  await withStore(async (store) => {
    const lines: string[] = [];
    const log = (_: string, message: string): void => void lines.push(message);
    const project = () => projectOf();
    const metrics = openMetrics({ store, project, version: "0", memory: () => ({ rss: 0, heapUsed: 0 }), log });
    await store.kv.set(["posting", "x", "y", "z"], "no bytes");
    const response = await metrics.app.request("/");
    assert.equal(response.status, 503);
    assert.ok(!(await response.text()).includes("posting"));
    assert.equal(lines.length, 1);
  });
});
