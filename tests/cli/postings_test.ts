import assert from "node:assert/strict";
import { listDue } from "../../engine/state/followed.ts";
import type { PlanRecord } from "../../engine/state/plans.ts";
import type { PostingRecord } from "../../engine/state/posting_types.ts";
import { acquire, isHeld } from "../../engine/state/lease.ts";
import { type Ran, type Stage, stage } from "./harness.ts";
import { document, fillOutbox, inState, keyOf, PIPELINE } from "./outbox.ts";

/** A stage with documents in its outbox, and a plan that some of them wait in. */
async function outbox(documents: PostingRecord[], plan?: Partial<PlanRecord>): Promise<Stage> {
  const one = await stage();
  await fillOutbox(one, documents, plan);
  return one;
}

const statesOf = async (one: Stage): Promise<Record<string, string>> =>
  Object.fromEntries((await one.gusset("postings", "--json")).json.map(({ source, state }) => [source, state]));

const ok = ({ exit, out, err }: Ran): string => {
  assert.equal(exit, 0, out + err);
  return out;
};

Deno.test("the outbox is listed, filtered, and shown with its lines and history", async () => {
  const one = await outbox([document("1"), document("2", { state: "posted" })]);
  assert.match(ok(await one.gusset("postings")), /Requisition 1 +2026-02-28 +1,250\.50 +USD/);
  const filtered = async (...argv: string[]) => (await one.gusset("postings", "list", "--json", ...argv)).json.length;
  assert.equal(await filtered("--state", "posted"), 1);
  assert.equal(await filtered("--state", "posted", "planned"), 2);
  assert.equal(await filtered("--source", "1", "--pipeline", PIPELINE), 1);
  assert.equal(await filtered("--pipeline", "other"), 0);
  assert.equal((await one.gusset("postings", "list", "--state", "lost")).exit, 2);
  const out = ok(await one.gusset("postings", "show", keyOf("1")));
  for (
    const words of [/account 12001 +Dr 1,250\.50/, /account 29001 +Cr 1,250\.50/, /moves 77: cost 1250\.5/, /run-1/]
  ) {
    assert.match(out, words);
  }
  assert.equal((await one.gusset("postings", "show", keyOf("1"), "--json")).json[0].fields.LINES.length, 2);
  assert.equal((await one.gusset("postings", "show", "nothing")).exit, 2);
  assert.equal((await one.gusset("postings", "retry", "nothing")).exit, 2);
  await one.end();
});

Deno.test("a plan is approved by another than its author, once, and only what is still planned in it", async () => {
  const own = { plan: "p1" };
  const one = await outbox([document("1", own), document("2", own), document("3", { plan: "p2" })], {});
  one.env.GUSSET_USER = "author";
  const refused = await one.gusset("approve", "p1", "--json");
  assert.deepEqual([refused.exit, refused.json[0].code], [3, "plan.own"]);
  assert.deepEqual(await statesOf(one), { 1: "planned", 2: "planned", 3: "planned" });
  one.env.GUSSET_USER = "second";
  assert.match(
    ok(await one.gusset("approve", "p1", "--why", "looked at")),
    /is approved: 2 documents of the 3 that it was made of/,
  );
  assert.deepEqual(await statesOf(one), { 1: "approved", 2: "approved", 3: "planned" });
  assert.match(ok(await one.gusset("approve", "p1")), /was approved already, by local:second/);
  assert.match(ok(await one.gusset("plans", "show", "p1")), /approved by local:second .*: looked at/);
  assert.equal((await one.gusset("approve", "p9", "--json")).json[0].code, "plan.unknown");
  // What has not left yet can still be kept back.
  assert.match(ok(await one.gusset("decline", "p1", "--why", "a mistake")), /is declined/);
  assert.deepEqual(await statesOf(one), { 1: "declined", 2: "declined", 3: "planned" });
  assert.match(ok(await one.gusset("decline", "p1", "--why", "again")), /was declined already/);
  assert.equal((await one.gusset("approve", "p1", "--json")).json[0].code, "plan.decided");
  const { json: log } = await one.gusset("audit", "--json");
  assert.deepEqual(log.map(({ what, why, details }) => [what, why, details.documents]), [
    ["plan.decline", "a mistake", "2"],
    ["plan.approve", "looked at", "2"],
  ]);
  await one.end();
});

Deno.test("a plan that is over is not decided, and a decline needs a reason", async () => {
  for (const state of ["done", "stale"] as const) {
    const one = await outbox([document("1", { plan: "p1" })], { state });
    for (const argv of [["approve", "p1"], ["decline", "p1", "--why", "late"]]) {
      assert.equal((await one.gusset(...argv, "--json")).json[0].code, "plan.decided", `${state} ${argv}`);
    }
    assert.equal((await one.gusset("decline", "p1")).exit, 2);
    assert.equal((await one.gusset("decline", "p1", "--why", " ")).exit, 2);
    assert.equal((await one.gusset("audit", "--json")).json.length, 0, "what is refused is no entry");
    await one.end();
  }
});

Deno.test("nothing is changed while a run is at work", async () => {
  const one = await outbox([document("1", { plan: "p1", state: "rejected" })], {});
  await inState(one, async (store) => {
    const lease = await acquire(store, { pipeline: PIPELINE, partition: "-", owner: "a run", ttl: 60_000 });
    assert.ok(!isHeld(lease));
  });
  for (const argv of [["approve", "p1"], ["postings", "retry", keyOf("1")]]) {
    const ran = await one.gusset(...argv, "--json");
    assert.deepEqual([ran.exit, ran.json[0].code], [4, "run.leased"], argv.join(" "));
  }
  assert.deepEqual(await statesOf(one), { 1: "rejected" });
  one.clock.advance(61_000);
  ok(await one.gusset("postings", "retry", keyOf("1")));
  await one.end();
});

/** An act, the states it fits, and what it leaves. */
const ACTS: [verb: string, fits: string[], left: (one: PostingRecord) => unknown, expected: unknown][] = [
  ["retry", ["rejected", "declined", "withdrawn", "reversed", "deleted"], ({ settled }) => settled?.how, "retry"],
  ["accept", ["reversed", "changed", "deleted"], ({ settled }) => settled?.how, "accept"],
  ["reverse", ["imported", "posted"], ({ takeBack }) => takeBack?.by, "local:tester"],
];
const STATES = ["planned", "approved", "declined", "intent", "sent", "unknown", "imported", "posted", "rejected"]
  .concat([
    "withdrawn",
    "reversed",
    "changed",
    "deleted",
  ]);

Deno.test("each act fits some states and no others, is done once, and has the chain looked at", async (t) => {
  for (const [verb, fits, left, expected] of ACTS) {
    await t.step(verb, async () => {
      const one = await outbox(STATES.map((state) => document(state, { state: state as PostingRecord["state"] })));
      for (const state of STATES) {
        const ran = await one.gusset("postings", verb, keyOf(state), "--why", "asked for");
        assert.equal(ran.exit, fits.includes(state) ? 0 : 2, `${verb} ${state}: ${ran.out}${ran.err}`);
        const { json: [now] } = await one.gusset("postings", "show", keyOf(state), "--json");
        assert.equal(now.state, state, "where a document is, only the destination says");
        assert.equal(left(now), fits.includes(state) ? expected : undefined);
      }
      const again = await one.gusset("postings", verb, keyOf(fits[0]), "--why", "once more", "--json");
      assert.deepEqual([again.exit, again.json[0].already], [0, true]);
      const dues = await inState(one, (store) => Array.fromAsync(listDue(store, PIPELINE)));
      assert.equal(dues.length, fits.length);
      assert.equal((await one.gusset("audit", "--json")).json.length, fits.length);
      await one.end();
    });
  }
});

Deno.test("what was taken back is let go again by a retry; what reverses another is not taken back", async () => {
  const one = await outbox([
    document("1", { state: "posted" }),
    document("2", { state: "posted", purpose: "reverse" }),
  ]);
  assert.equal((await one.gusset("postings", "reverse", keyOf("1"))).exit, 2, "a reason is asked for");
  ok(await one.gusset("postings", "reverse", keyOf("1"), "--why", "wrong order"));
  assert.equal((await one.gusset("postings", "reverse", keyOf("2"), "--why", "x")).exit, 2);
  ok(await one.gusset("postings", "retry", keyOf("1")));
  const { json: [now] } = await one.gusset("postings", "show", keyOf("1"), "--json");
  assert.deepEqual([now.takeBack, now.settled.how], [undefined, "retry"]);
  await one.end();
});

Deno.test("going live is recorded with who and why, once, and so is its end", async () => {
  const one = await stage();
  assert.equal((await one.gusset("live", PIPELINE)).exit, 2, "a reason is asked for");
  assert.equal((await one.gusset("live", "vendors", "--why", "x")).exit, 2);
  assert.equal((await one.gusset("live", "nothing", "--why", "x")).exit, 2);
  assert.match(ok(await one.gusset("live", PIPELINE, "--why", "reconciled")), /may post from here/);
  assert.match(ok(await one.gusset("live", PIPELINE, "--why", "again")), /posts already, by local:tester/);
  ok(await one.gusset("live", PIPELINE, "--off", "--why", "month end"));
  assert.match(ok(await one.gusset("live", PIPELINE, "--off", "--why", "again")), /does not post already/);
  assert.match(ok(await one.gusset("live")), new RegExp(PIPELINE));
  const { json: log } = await one.gusset("audit", "--json");
  assert.deepEqual(log.map(({ what, why }) => [what, why]), [["pipeline.shadow", "month end"], [
    "pipeline.live",
    "reconciled",
  ]]);
  await one.end();
});

Deno.test("withdrawing and rebuilding ask the destination, by somebody who may", async () => {
  const one = await outbox([document("1", { state: "unknown" }), document("2", { state: "posted" })]);
  const gone = await one.gusset("postings", "withdraw", keyOf("1"), "--why", "not meant", "--json");
  assert.deepEqual([gone.exit, gone.json[0].code], [4, "post.unfinished"], "it may still arrive: it is not given up");
  assert.equal((await statesOf(one))[1], "unknown");
  assert.equal((await one.gusset("postings", "withdraw", keyOf("2"), "--why", "late")).exit, 2);
  assert.match(ok(await one.gusset("postings", "rebuild", PIPELINE)), /^\d+ documents? over there: /);
  assert.equal((await one.gusset("postings", "rebuild", "vendors")).exit, 2);
  one.env.GUSSET_TOKEN = (await one.gusset("token", "create", "anna", "--role", "admin", "--json")).json[0].token;
  const { json: [{ token }] } = await one.gusset("token", "create", "ben", "--role", "operator", "--json");
  one.env.GUSSET_TOKEN = token;
  for (
    const argv of [["postings", "rebuild", PIPELINE], ["live", PIPELINE, "--why", "x"], [
      "postings",
      "accept",
      keyOf("2"),
      "--why",
      "x",
    ]]
  ) {
    const ran = await one.gusset(...argv, "--json");
    assert.deepEqual([ran.exit, ran.json[0].code], [3, "token.role"], argv.join(" "));
  }
  assert.equal((await one.gusset("postings")).exit, 0, "reading takes no role");
  await one.end();
});

Deno.test("a pipeline's one plan that waits may be named by the pipeline; where several wait, one is named", async () => {
  const one = await outbox([document("1", { plan: "p1" })], {});
  assert.match(ok(await one.gusset("approve", PIPELINE)), /Plan p1 is approved: 1 document worth/);
  assert.equal((await one.gusset("approve", PIPELINE, "--json")).json[0].code, "plan.unknown", "none waits any more");
  await fillOutbox(one, [document("2", { plan: "p2" })], { id: "p2" });
  await fillOutbox(one, [document("3", { plan: "p3" })], { id: "p3" });
  assert.equal((await one.gusset("approve", PIPELINE)).exit, 2);
  assert.deepEqual(await statesOf(one), { 1: "approved", 2: "planned", 3: "planned" });
  await one.end();
});
