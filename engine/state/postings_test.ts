import assert from "node:assert/strict";
import type { Row } from "../connector.ts";
import { batch } from "./batch.ts";
import { certifiedByKey, certifiedOf, dropCertified, listCertified, putCertified } from "./certified.ts";
import { addDue, clearDue, follow, followedBy, getFollowCursor, listDue, setFollowCursor } from "./followed.ts";
import { getLive, listLive, setLive } from "./live.ts";
import { getPlan, listPlans, planKeys, type PlanRecord, putPlan } from "./plans.ts";
import type { Certified, PostingRecord } from "./posting_types.ts";
import {
  bodiesOf,
  bodyOf,
  dropPosting,
  getPosting,
  listPostings,
  openPostings,
  postingsByKey,
  postingsOf,
  putPosting,
} from "./postings.ts";
import { contents, TEST_START, withStore } from "./testing.ts";

const record = (key: string, more: Partial<PostingRecord> = {}): PostingRecord => ({
  key,
  pipeline: "journals",
  chain: "77",
  source: "1",
  from: "p1",
  to: "204",
  purpose: "recognise",
  revision: 1,
  money: "m",
  hash: "a1",
  date: "2026-11-05",
  currency: "USD",
  value: "5",
  moved: { "9": { cost: "5", withheld: "0", net: "5" } },
  state: "intent",
  withdrawals: 0,
  history: [{ at: TEST_START, state: "intent" }],
  ...more,
});

Deno.test("a document is found by chain, by key, and while it is on its way; one that is at its end is on no list of those", () =>
  withStore(async (store) => {
    const writes = batch(store);
    const later = (minute: number) => [{ at: TEST_START.replace(":00.", `:${minute}.`), state: "intent" as const }];
    putPosting(writes, record("P:j:77:1:10", { revision: 10, history: later(10), state: "posted" }));
    putPosting(writes, record("P:j:77:1:9", { revision: 9, history: later(10), state: "planned" }));
    putPosting(writes, record("P:j:77:1:8-R", { purpose: "reverse", history: later(11), state: "sent" }));
    putPosting(writes, record("P:j:8:2:1", { chain: "8", source: "2", from: "p2", state: "unknown" }));
    putPosting(writes, record("P:k:8:2:1", { pipeline: "others", chain: "8" }));
    await writes.commit();

    const keys = (found: PostingRecord[] | undefined) => found?.map(({ key }) => key);
    const chains = await postingsOf(store, "journals", ["77", "8", "9"]);
    assert.deepEqual(keys(chains.get("77")), ["P:j:77:1:9", "P:j:77:1:10", "P:j:77:1:8-R"], "as they were made");
    assert.deepEqual([...chains.keys()].sort(), ["77", "8"]);
    assert.deepEqual([...(await postingsByKey(store, ["P:j:8:2:1", "none"])).keys()], ["P:j:8:2:1"]);
    assert.equal((await getPosting(store, "P:k:8:2:1"))!.pipeline, "others");

    const open = async (more: Parameters<typeof openPostings>[1], ...states: PostingRecord["state"][]) =>
      keys(await openPostings(store, more, states.length > 0 ? new Set(states) : undefined));
    assert.deepEqual(await open({ pipeline: "journals", from: "p1" }), ["P:j:77:1:8-R", "P:j:77:1:9"]);
    assert.deepEqual(await open({ pipeline: "journals" }, "sent", "unknown"), ["P:j:77:1:8-R", "P:j:8:2:1"]);
    putPosting(writes, record("P:j:8:2:1", { chain: "8", source: "2", from: "p2", state: "posted" }));
    await writes.commit();
    assert.deepEqual(await open({ pipeline: "journals" }, "sent", "unknown"), ["P:j:77:1:8-R"]);

    const listed = async (filter: Parameters<typeof listPostings>[1]) =>
      keys(await Array.fromAsync(listPostings(store, filter)));
    assert.deepEqual(await listed({ pipeline: "journals", states: ["posted"] }), ["P:j:8:2:1", "P:j:77:1:10"]);
    assert.deepEqual(await listed({ source: "2" }), ["P:j:8:2:1"]);
    assert.deepEqual(await listed({ from: "p2" }), ["P:j:8:2:1"]);
    assert.equal((await listed({}))!.length, 5);

    dropPosting(writes, record("P:j:77:1:9"));
    await writes.commit();
    assert.equal(await getPosting(store, "P:j:77:1:9"), undefined);
    assert.deepEqual(await open({ pipeline: "journals", from: "p1" }), ["P:j:77:1:8-R"]);
  }));

Deno.test("a body of any size comes back whole, or not at all: never as half of one and half of another", () =>
  withStore(async (store) => {
    const body = (lines: number, text: string): Row => ({
      LINES: Array.from({ length: lines }, (_, i) => ({ REFERENCE10: `${text} ${i} ${"ñ漢".repeat(i % 50)}` })),
    });
    for (const lines of [0, 1, 300, 5000]) {
      const key = `P:j:1:${lines}:1`;
      const writes = batch(store);
      putPosting(writes, record(key), body(lines, "first"));
      await writes.commit();
      assert.deepEqual(await bodyOf(store, record(key)), body(lines, "first"));
      assert.equal(await bodyOf(store, record(key, { hash: "b2" })), undefined);
      putPosting(writes, record(key, { hash: "b2" }), body(2, "second"));
      await writes.commit();
      assert.deepEqual(await bodyOf(store, record(key, { hash: "b2" })), body(2, "second"));
      const former = await bodyOf(store, record(key));
      assert.equal(former, undefined, "what is left of the longer one is not taken for it");
    }
    const bodies = await bodiesOf(store, [record("P:j:1:1:1", { hash: "b2" }), record("none")]);
    assert.deepEqual([...bodies.keys()], ["P:j:1:1:1"]);
  }));

Deno.test("a long history keeps its beginning and its end", () =>
  withStore(async (store) => {
    const history = Array.from(
      { length: 50 },
      (_, i) => ({ at: TEST_START, state: "unknown" as const, why: String(i) }),
    );
    const writes = batch(store);
    putPosting(writes, record("P:j:1:1:1", { history }));
    await writes.commit();
    const kept = (await getPosting(store, "P:j:1:1:1"))!.history.map(({ why }) => why);
    assert.deepEqual(kept, ["0", ...Array.from({ length: 19 }, (_, i) => String(i + 31))]);
  }));

const certified = (key: string, more: Partial<Certified> = {}): Certified => ({
  key,
  chain: "77",
  from: "p1",
  order: key,
  counts: true,
  hash: "m",
  currency: "USD",
  date: "2026-11-05",
  history: false,
  positions: { "9": { cost: "5", withheld: "0" } },
  at: TEST_START,
  ...more,
});

Deno.test("what is certified is in its chain's order; what moves to another chain counts no more in the former one", () =>
  withStore(async (store) => {
    const writes = batch(store);
    for (const key of ["10", "9", "x"]) putCertified(writes, "journals", certified(key));
    putCertified(writes, "journals", certified("11", { chain: "8", from: "p2" }));
    await writes.commit();
    const of = async (chain: string) => (await certifiedOf(store, "journals", [chain])).get(chain);
    assert.deepEqual((await of("77"))!.map(({ key }) => key), ["9", "10", "x"]);
    const before = (await certifiedByKey(store, "journals", ["9", "404"])).get("9")!;
    putCertified(writes, "journals", certified("9", { chain: "8" }), before);
    await writes.commit();
    assert.deepEqual((await of("77"))!.map(({ key, counts }) => [key, counts]), [["9", false], ["10", true], [
      "x",
      true,
    ]]);
    assert.match((await of("77"))![0].why!, /belongs to 8 now/);
    assert.deepEqual((await of("8"))!.map(({ key }) => key), ["9", "11"]);
    assert.equal((await certifiedByKey(store, "journals", ["9"])).get("9")!.chain, "8");
    dropCertified(writes, "journals", (await of("77"))![0], false);
    await writes.commit();
    assert.deepEqual((await of("77"))!.map(({ key }) => key), ["10", "x"]);
    assert.equal((await certifiedByKey(store, "journals", ["9"])).get("9")!.chain, "8");
    assert.deepEqual((await Array.fromAsync(listCertified(store, "journals", "p2"))).map(({ key }) => key), ["11"]);
    assert.equal((await Array.fromAsync(listCertified(store, "others"))).length, 0);
  }));

Deno.test("a change of a joined record finds the chains that depend on it; a due that comes while a run works is not cleared by it", () =>
  withStore(async (store) => {
    const writes = batch(store);
    const [order, billing] = [{ pipeline: "journals", join: "order" }, { pipeline: "journals", join: "billing" }];
    follow(writes, order, ["1", "1"], { chain: "77", from: "p1" });
    follow(writes, order, ["1", "2"], { chain: "8", from: "p2" });
    follow(writes, billing, Array.from({ length: 100 }, (_, i) => String(i)), { chain: "8", from: "p2" });
    await writes.commit();
    assert.deepEqual(await followedBy(store, order, ["1"]), [{ chain: "8", from: "p2" }, { chain: "77", from: "p1" }]);
    assert.deepEqual(await followedBy(store, order, ["2", "3"]), [{ chain: "8", from: "p2" }]);
    const many = Array.from({ length: 300 }, (_, i) => String(i));
    assert.deepEqual(await followedBy(store, billing, many), [{ chain: "8", from: "p2" }]);

    const dues = addDue(
      writes,
      "journals",
      [{ chain: "77", from: "p1" }, { chain: "8", from: "p2" }],
      "the order changed",
    );
    await writes.commit();
    const listed = await Array.fromAsync(listDue(store, "journals", "p1"));
    assert.deepEqual(listed, [dues[0]]);
    addDue(writes, "journals", [{ chain: "77", from: "p1" }], "retried by anna");
    await writes.commit();
    clearDue(writes, listed);
    await writes.commit();
    assert.deepEqual((await Array.fromAsync(listDue(store, "journals"))).map(({ why }) => why), [
      "retried by anna",
      "the order changed",
    ]);

    const place = { ...order, partition: "204" };
    assert.equal(await getFollowCursor(store, place), undefined);
    setFollowCursor(writes, place, { since: TEST_START });
    await writes.commit();
    assert.deepEqual(await getFollowCursor(store, place), { since: TEST_START });
  }));

Deno.test("plans are listed newest first, each with the keys of its documents; going live is what was said last", () =>
  withStore(async (store) => {
    const plan = (id: string, more: Partial<PlanRecord> = {}): PlanRecord => ({
      id,
      pipeline: "journals",
      hash: "h",
      author: "ben",
      at: TEST_START,
      count: 1200,
      value: { USD: "12.5" },
      state: "waiting",
      ...more,
    });
    const keys = Array.from({ length: 1200 }, (_, i) => `P:j:${i}:1:1`);
    const writes = batch(store);
    putPlan(writes, plan("a"), keys);
    putPlan(writes, plan("b", { pipeline: "others" }), ["k"]);
    await writes.commit();
    putPlan(writes, plan("a", { state: "approved", decision: { accept: true, by: "anna", at: TEST_START } }));
    await writes.commit();
    assert.equal((await getPlan(store, "a"))!.state, "approved");
    assert.equal(await getPlan(store, "c"), undefined);
    assert.deepEqual(await planKeys(store, "a"), keys);
    const ids = async (filter?: Parameters<typeof listPlans>[1]) =>
      (await Array.fromAsync(listPlans(store, filter))).map(({ id }) => id);
    assert.deepEqual(await ids(), ["b", "a"]);
    assert.deepEqual(await ids({ pipeline: "journals" }), ["a"]);
    assert.deepEqual(await ids({ state: "waiting" }), ["b"]);

    assert.equal(await getLive(store, "journals"), undefined);
    const terms = { recognise: "accrue", approval: "none" };
    setLive(writes, "journals", { live: true, terms, by: "anna", at: TEST_START });
    await writes.commit();
    setLive(writes, "journals", { live: false, terms, by: "ben", at: TEST_START, why: "audit" });
    await writes.commit();
    assert.deepEqual(await Array.fromAsync(listLive(store)), [
      { pipeline: "journals", live: false, terms, by: "ben", at: TEST_START, why: "audit" },
    ]);
    const tables = [...(await contents(store)).keys()].map((key) => key.split("/")[0]);
    assert.equal(tables.filter((table) => table === "plan").length, 6);
    assert.equal(tables.filter((table) => table === "live").length, 1);
  }));
