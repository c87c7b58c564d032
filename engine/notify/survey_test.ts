import assert from "node:assert/strict";
import type { Schedule } from "../pipeline/model.ts";
import { batch } from "../state/batch.ts";
import { putPlan } from "../state/plans.ts";
import { putPosting } from "../state/postings.ts";
import type { PostingRecord } from "../state/posting_types.ts";
import { changeStarts, getStarts, pausePipeline } from "../state/schedules.ts";
import { withStore } from "../state/testing.ts";
import { hearConfig, survey } from "./survey.ts";
import { pipelineOf, told } from "./testing.ts";

const MINUTE = 60_000;

Deno.test("a plan that waits for a second person is told once, and forgotten when it was decided", async () => {
  await withStore(async (store) => {
    const project = { pipelines: [], connections: {} };
    const plan = {
      id: "p1",
      pipeline: "journals",
      hash: "h",
      author: "Ana",
      at: new Date(store.clock.now()).toISOString(),
      count: 3,
      value: { USD: "1250.10" },
      state: "waiting",
    } as const;
    const writes = batch(store);
    putPlan(writes, plan, ["a"]);
    await writes.commit();
    await Promise.all([survey({ store, project }), survey({ store, project })]);
    assert.deepEqual(await told(store), [
      "info: A plan of journals waits for a second person: 3 documents, 1250.10 USD, made by Ana. See `gusset plans show p1`.",
    ]);
    putPlan(writes, { ...plan, state: "done" });
    await writes.commit();
    await survey({ store, project });
    putPlan(writes, plan);
    await writes.commit();
    store.clock.advance(1);
    await survey({ store, project });
    assert.equal((await told(store)).length, 2);
  });
});

Deno.test("a document whose fate is unknown for an hour is told, and when all are accounted for again", async () => {
  await withStore(async (store) => {
    const project = { pipelines: [pipelineOf("journals", { posting: {} as never })], connections: {} };
    const put = async (state: PostingRecord["state"]): Promise<void> => {
      const writes = batch(store);
      const at = new Date(store.clock.now()).toISOString();
      const history = [{ at, state: "intent" as const }, { at, state }];
      putPosting(writes, { key: "k", pipeline: "journals", chain: "c", from: "-", state, history } as never);
      await writes.commit();
    };
    await put("unknown");
    store.clock.advance(59 * MINUTE);
    await survey({ store, project });
    assert.deepEqual(await told(store), []);
    store.clock.advance(2 * MINUTE);
    await survey({ store, project });
    await survey({ store, project });
    await put("posted");
    store.clock.advance(MINUTE);
    await survey({ store, project });
    await survey({ store, project });
    const [bad, good, ...more] = await told(store);
    assert.match(bad, /^bad: The fate of 1 document of journals has been unknown since 08:00\. Nothing is sent again/);
    assert.match(good, /^good: Every document of journals is accounted for again, after 1 h 2 min/);
    assert.deepEqual(more, []);
  });
});

Deno.test("a start that nobody was there for is told once; one that is paused, or just due, is none", async () => {
  await withStore(async (store) => {
    const schedule = { cron: "0 2 * * *", timezone: "UTC", jitter: 0, missed: "once", overlap: "skip", quiet: [] };
    const trigger = { after: [], webhook: [], schedule: schedule as Schedule };
    const names = ["vendors", "paused", "later"];
    const project = { pipelines: names.map((name) => pipelineOf(name, { trigger })), connections: {} };
    for (const entry of await getStarts(store, names)) {
      const at = new Date(store.clock.now() + (entry.pipeline === "later" ? 90 : 0) * MINUTE).toISOString();
      await changeStarts(store, entry, { next: { at, base: at } });
    }
    const writes = batch(store);
    pausePipeline(writes, "paused", { by: "Ana", at: "2026-03-01T07:00:00Z" });
    await writes.commit();
    store.clock.advance(14 * MINUTE);
    await survey({ store, project });
    assert.deepEqual(await told(store), []);
    store.clock.advance(90 * MINUTE);
    await survey({ store, project });
    await survey({ store, project });
    assert.deepEqual(await told(store), [
      "info: vendors was to start at 08:00, and no instance was there to start it; it is made up for now.",
    ]);
  });
});

Deno.test("files that became wrong are told once, and when they are right again", async () => {
  await withStore(async (store) => {
    await hearConfig(store);
    await hearConfig(store, { count: 2, first: "vendors.yaml:3:1: There is no stream vendor." });
    await hearConfig(store, { count: 1, first: "vendors.yaml:3:1: There is no stream vendor." });
    store.clock.advance(5 * MINUTE);
    await hearConfig(store);
    await hearConfig(store);
    const [bad, good, ...more] = await told(store);
    assert.match(
      bad,
      /^bad: The pipeline files were changed and hold 2 mistakes; the former ones stay in use\. vendors/,
    );
    assert.match(good, /^good: The pipeline files are right again, after 5 min/);
    assert.deepEqual(more, []);
  });
});
