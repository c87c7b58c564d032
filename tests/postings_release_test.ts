/**
 * What stands between a document and the ledger: shadow mode, a second person, caps, and a state that was lost. Whatever is run again or
 * said twice makes nothing new.
 */
import assert from "node:assert/strict";
import { type Acting, decide, planDocuments, retry, takeBack } from "../engine/post/acts.ts";
import { rebuildOutbox } from "../engine/post/acts_remote.ts";
import type { RunResult } from "../engine/run/types.ts";
import { batch } from "../engine/state/batch.ts";
import { setLive } from "../engine/state/live.ts";
import { TABLES } from "../engine/state/keys.ts";
import { listPlans, type PlanRecord } from "../engine/state/plans.ts";
import type { PostingRecord } from "../engine/state/posting_types.ts";
import { listPostings } from "../engine/state/postings.ts";
import type { PlannedChange } from "../engine/run/types.ts";
import type { House } from "./support/house.ts";
import { line, order } from "./support/orders.ts";
import { all, bill, correct, payables, reopen, sheetsOf } from "./support/posting_acts.ts";
import { booksOf, stands } from "./support/posting_story.ts";
import { letPost, post, POSTING, postingHouse, postingPipelines } from "./support/postings.ts";
import { watch } from "./support/small.ts";

const ORDERS = [order(1, [line("1000")]), order(2, [line("500")])];
const MINUTES = 5 * 60_000;

/** A house whose calls to EBS are counted. */
async function counted(edits: Parameters<typeof postingPipelines>[0] = []) {
  const calls = watch();
  const home = await postingHouse(ORDERS, { project: await postingPipelines(edits), around: calls.around });
  return {
    home,
    /** Calls since the last look that could change the ledger. */
    sent: (): string[] => {
      const made = calls.calls.filter((call) => /submit_journals|withdraw_journal/.test(call));
      calls.clear();
      return made.map((call) => call.split("/").at(-2)!);
    },
  };
}

const asked: Parameters<typeof postingPipelines>[0] = [["approval: none", "approval: required"]];

const person = ({ store }: House, by: string): Acting => ({ store, by, commit: (writes) => writes.commit() });

async function run(home: House): Promise<PlannedChange[]> {
  home.clock.advance(MINUTES);
  return (await post(home, { by: "ada" })).changes;
}

const words = (changes: readonly PlannedChange[]): string[] =>
  changes.map(({ word, failure, document }) => [document?.purpose, word, failure?.code].filter(Boolean).join(" "))
    .sort();

const plans = ({ store }: House): Promise<PlanRecord[]> => Array.fromAsync(listPlans(store, { pipeline: POSTING }));
const outbox = ({ store }: House): Promise<PostingRecord[]> =>
  Array.fromAsync(listPostings(store, { pipeline: POSTING }));
const states = async (home: House): Promise<string[]> => (await outbox(home)).map(({ state }) => state).sort();

Deno.test("shadow mode shows all and sends nothing; let live, it posts that", async () => {
  const { home, sent } = await counted();
  await letPost(home, false);
  await all(bill(1, ["100"]), bill(2, ["50"]))(home);
  for (const _ of [1, 2]) {
    const changes = await run(home);
    assert.deepEqual(words(changes), ["recognise create", "recognise create"]);
    assert.match(changes[0].why!, /^shadow: nobody has let it post from here/);
    assert.equal(changes[0].document!.lines.length, 2);
  }
  await payables("I-1", { 1001: "30" })(home);
  assert.deepEqual((await run(home)).map(({ value }) => value).sort(), ["50", "70"], "as things are now");
  assert.deepEqual(sent(), [], "no call that writes");
  assert.deepEqual(await outbox(home), []);
  await letPost(home);
  assert.deepEqual(words(await run(home)), ["recognise create", "recognise create"]);
  assert.equal(sent().length, 1);
  await stands(home, { open: { 1001: "70", 2001: "50" }, retained: "0", at: "live" });
  await letPost(home, false);
  await bill(1, ["10"])(home);
  assert.equal((await run(home)).length, 1);
  assert.deepEqual(sent(), [], "shadow again");
  await home.close();
});

Deno.test("a pipeline whose file says shadow posts nothing, whoever has let it live", async () => {
  const { home, sent } = await counted([["mode: live", "mode: shadow"]]);
  await bill(1, ["100"])(home);
  assert.match((await run(home))[0].why!, /its file says shadow/);
  assert.deepEqual(sent(), []);
  await home.close();
});

for (
  const [name, edit, terms] of [
    ["costs stand for good now", ["recognise: until_invoiced", "recognise: final"], {
      recognise: "until_invoiced",
      approval: "none",
    }],
    ["nobody else is asked any more", undefined, { recognise: "until_invoiced", approval: "required" }],
  ] as const
) {
  Deno.test(`a pipeline that was let post under other terms sends nothing until somebody says so again: ${name}`, async () => {
    const { home, sent } = await counted(edit ? [[...edit]] : []);
    await all(bill(1, ["100"]), payables("I-1", { 1001: "100" }), bill(2, ["50"]))(home);
    const writes = batch(home.store);
    setLive(writes, POSTING, { live: true, terms, by: "ada", at: new Date(home.clock.now()).toISOString() });
    await writes.commit();
    const [first] = await run(home);
    assert.match(first.why!, /^shadow: .+ was .+ when it was let post, and is .+: gusset live requisition-journals$/);
    assert.deepEqual(sent(), [], "no call that writes");
    assert.deepEqual(await outbox(home), []);
    await letPost(home);
    await run(home);
    assert.equal(sent().length, 1);
    await home.close();
  });
}

Deno.test("a plan waits for a second person; said twice, run twice, it is posted once", async () => {
  const { home, sent } = await counted(asked);
  await all(bill(1, ["100"]), bill(2, ["50"]))(home);
  for (const _ of [1, 2, 3]) {
    const changes = await run(home);
    assert.deepEqual(words(changes), ["recognise parked", "recognise parked"]);
    assert.match(changes[0].why!, /gusset approve/);
  }
  const [plan, ...others] = await plans(home);
  assert.deepEqual(others, [], "looked at again, it is the same plan");
  assert.deepEqual([plan.state, plan.count, plan.value, plan.author], ["waiting", 2, { USD: "150" }, "ada"]);
  await assert.rejects(decide(person(home, "ada"), plan.id, { accept: true }), { code: "plan.own" });
  assert.deepEqual(sent(), []);
  assert.equal((await decide(person(home, "bob"), plan.id, { accept: true })).already, false);
  assert.equal((await decide(person(home, "bob"), plan.id, { accept: true })).already, true);
  assert.deepEqual(words(await run(home)), ["recognise create", "recognise create"]);
  assert.equal((await decide(person(home, "bob"), plan.id, { accept: true })).already, true, "approved afterwards");
  assert.equal(sent().length, 1);
  assert.deepEqual((await plans(home)).map(({ state }) => state), ["done"]);
  for (const _ of [1, 2]) assert.deepEqual(words(await run(home)), []);
  assert.deepEqual(sent(), []);
  await stands(home, { open: { 1001: "100", 2001: "50" }, retained: "0", at: "approved" });
  await home.close();
});

Deno.test("what was approved and no longer matches is refused, record by record, and planned anew", async () => {
  const { home } = await counted(asked);
  await all(bill(1, ["100"]), bill(2, ["50"]))(home);
  await run(home);
  const [plan] = await plans(home);
  await decide(person(home, "bob"), plan.id, { accept: true });
  await correct(1, 1, ["120"])(home);
  const changes = await run(home);
  assert.deepEqual(words(changes), ["recognise create", "recognise parked", "rejected plan.changed"]);
  assert.match(
    changes.find(({ failure }) => failure)!.failure!.fact,
    /^What was approved in plan \S+ no longer matches: it would say something else now$/,
  );
  await stands(home, { open: { 2001: "50" }, retained: "0", at: "only what matches" });
  const next = (await plans(home)).find(({ state }) => state === "waiting")!;
  assert.deepEqual([next.count, next.value], [1, { USD: "120" }]);
  await decide(person(home, "bob"), next.id, { accept: true });
  assert.deepEqual(words(await run(home)), ["recognise create"]);
  await stands(home, { open: { 1001: "120", 2001: "50" }, retained: "0", at: "the new plan" });
  assert.deepEqual(await states(home), ["imported", "imported"]);

  // What nothing is to be posted for any more is refused too.
  await bill(1, ["7"])(home);
  await run(home);
  const third = (await plans(home)).find(({ state }) => state === "waiting")!;
  await decide(person(home, "bob"), third.id, { accept: true });
  await reopen(1, 2)(home);
  assert.deepEqual(words(await run(home)).filter((word) => word !== "skipped"), ["rejected plan.changed"]);
  await stands(home, { open: { 1001: "120", 2001: "50" }, retained: "0", at: "gone" });
  assert.deepEqual((await plans(home)).filter(({ state }) => state === "waiting" || state === "approved"), []);
  await home.close();
});

Deno.test("what was declined is not planned again as it is; let go twice, it is planned once", async () => {
  const { home, sent } = await counted(asked);
  await all(bill(1, ["100"]), bill(2, ["50"]))(home);
  await run(home);
  const [plan] = await plans(home);
  const keys = (await planDocuments(home.store, plan.id)).map(({ key }) => key);
  for (const already of [false, true]) {
    assert.equal((await decide(person(home, "bob"), plan.id, { accept: false })).already, already);
  }
  await assert.rejects(decide(person(home, "bob"), plan.id, { accept: true }), { code: "plan.decided" });
  for (const _ of [1, 2]) assert.deepEqual((await run(home)).filter(({ document }) => document), []);
  assert.deepEqual(await states(home), ["declined", "declined"]);
  assert.equal((await plans(home)).length, 1);

  assert.equal((await retry(person(home, "bob"), keys[0])).already, false);
  assert.equal((await retry(person(home, "bob"), keys[0])).already, true);
  assert.deepEqual(words(await run(home)), ["recognise parked"]);
  assert.deepEqual(words(await run(home)), ["recognise parked"]);
  const second = (await plans(home)).find(({ state }) => state === "waiting")!;
  assert.equal(second.count, 1);
  await decide(person(home, "bob"), second.id, { accept: true });
  assert.deepEqual(sent(), []);
  assert.deepEqual(words(await run(home)), ["recognise create"]);
  await stands(home, { open: { 1001: "100" }, retained: "0", at: "retried" });

  // The other one is let go by its money.
  await correct(2, 1, ["60"])(home);
  assert.deepEqual(words(await run(home)), ["recognise parked"]);
  await home.close();
});

Deno.test("a run that would post more than the caps allow sends nothing at all", async () => {
  for (
    const [edit, fact] of [
      ["count: 1", /would post 2 documents, and requisition-journals allows 1/],
      ['count: 500, value: "149.99"', /would post 150 USD, and requisition-journals allows 149.99/],
    ] as const
  ) {
    const { home, sent } = await counted([[/count: 500, value: "2000000.00"/, edit]]);
    await all(bill(1, ["100"]), bill(2, ["50"]))(home);
    for (const _ of [1, 2]) {
      home.clock.advance(MINUTES);
      const { failure } = await home.run(POSTING) as RunResult;
      assert.equal(failure?.code, "post.over-cap");
      assert.match(failure.fact, fact);
    }
    assert.deepEqual(sent(), []);
    assert.deepEqual(await outbox(home), []);
    // Below the cap again, everything goes.
    await reopen(2, 1)(home);
    assert.deepEqual(words(await run(home)).filter((word) => word !== "skipped"), ["recognise create"]);
    await stands(home, { open: { 1001: "100" }, retained: "0", at: "below the cap" });
    await home.close();
  }
});

Deno.test("what a person has taken back stays so until it is let go, however often it is said and run", async () => {
  const { home, sent } = await counted();
  await all(bill(1, ["100"]), bill(2, ["50"]))(home);
  await run(home);
  const { key } = (await outbox(home)).find(({ value }) => value === "100")!;
  for (const already of [false, true]) assert.equal((await takeBack(person(home, "bob"), key)).already, already);
  assert.deepEqual(words(await run(home)), ["reverse create"]);
  await stands(home, { open: { 2001: "50" }, retained: "0", at: "taken back" });
  sent();
  await payables("I-1", { 1001: "30" })(home);
  for (const _ of [1, 2]) assert.deepEqual((await run(home)).filter(({ document }) => document), []);
  assert.deepEqual(sent(), []);
  for (const already of [false, true]) assert.equal((await retry(person(home, "bob"), key)).already, already);
  assert.deepEqual(words(await run(home)), ["recognise create"]);
  for (const _ of [1, 2]) assert.deepEqual(words(await run(home)), []);
  await stands(home, { open: { 1001: "70", 2001: "50" }, retained: "0", at: "let go" });
  await home.close();
});

Deno.test("one requisition alone is posted only where those before it were read once", async () => {
  const { home, sent } = await counted();
  await all(bill(1, ["100"], { billing_date: "2026-09-12" }), bill(1, ["50"]))(home);
  const second = String((await sheetsOf(home, 1))[1].id);
  const refused = await home.run(POSTING, { only: [second] });
  assert.equal(refused.failure?.code, "usage");
  assert.match(refused.failure.fact, /^\d+ alone cannot be posted: what it adds is told by those before it/);
  assert.deepEqual(sent(), []);
  assert.deepEqual(words(await run(home)).filter((word) => word !== "unchanged"), ["recognise create"]);
  await stands(home, { open: { 1001: "50" }, retained: "0", at: "what is history is not posted" });
  await bill(1, ["7"])(home);
  home.clock.advance(MINUTES);
  const third = String((await sheetsOf(home, 1))[2].id);
  assert.deepEqual(words((await post(home, { only: [third] })).changes), ["recognise create"]);
  await stands(home, { open: { 1001: "57" }, retained: "0", at: "the third alone" });
  await home.close();
});

/** What is lost with the state, but for links and pins: those are imported again, or adopted. */
const LOST = [
  TABLES.cursor,
  TABLES.certified,
  TABLES.certifiedByKey,
  TABLES.posting,
  TABLES.postingBody,
  TABLES.postingByKey,
  TABLES.postingOpen,
  TABLES.followed,
  TABLES.followCursor,
  TABLES.due,
  TABLES.live,
  TABLES.plan,
  TABLES.rejected,
  TABLES.parked,
];

async function lose({ store }: House): Promise<void> {
  for (const table of LOST) {
    for await (const { key } of store.kv.list({ prefix: [table] })) await store.kv.delete(key);
  }
}

for (const first of ["read", "rebuilt"]) {
  Deno.test(`after a loss of state nothing is posted until the outbox is rebuilt, and then nothing twice: ${first} first`, async () => {
    const { home, sent } = await counted();
    await all(bill(1, ["100"]), bill(2, ["50"]))(home);
    await run(home);
    await payables("I-1", { 1001: "30" })(home);
    await run(home);
    await correct(2, 1, ["60"])(home);
    await run(home);
    const open = { 1001: "70", 2001: "60" };
    await stands(home, { open, retained: "0", at: "before" });
    const before = await booksOf(home);
    sent();

    await lose(home);
    home.clock.advance(MINUTES);
    home.reopen();
    if (first === "read") assert.equal((await run(home)).length, 2, "it is shown what would be posted");
    await letPost(home);
    for (const _ of [1, 2]) {
      const { failure } = await home.run(POSTING);
      assert.equal(failure?.code, "post.rebuild-needed");
      assert.match(failure.fact, /the state was lost/);
    }
    assert.deepEqual(sent(), []);
    const stream = (await home.engine.connect("ebs")).session.stream("gl_journals");
    const owner = { tag: "PROCORE", pipeline: POSTING };
    const { found, restored } = await rebuildOutbox(person(home, "bob"), owner, stream);
    assert.deepEqual([found, restored.length], [5, 5]);
    assert.equal((await rebuildOutbox(person(home, "bob"), owner, stream)).restored.length, 0);
    for (const _ of [1, 2]) assert.deepEqual(words(await run(home)).filter((word) => word !== "unchanged"), []);
    assert.deepEqual(sent(), []);
    assert.deepEqual(await booksOf(home), before);

    // And it goes on as if nothing had been.
    await all(payables("I-2", { 1001: "20", 2001: "10" }), bill(2, ["5"]))(home);
    await run(home);
    await stands(home, { open: { 1001: "50", 2001: "55" }, retained: "0", at: "afterwards" });
    // What was posted before the loss is corrected, and taken back, by its lines as the destination remembers them.
    await correct(1, 1, ["90"])(home);
    for (const _ of [1, 2]) await run(home);
    await stands(home, { open: { 1001: "40", 2001: "55" }, retained: "0", at: "corrected" });
    await reopen(1, 1)(home);
    for (const _ of [1, 2]) await run(home);
    await stands(home, { open: { 2001: "55" }, retained: "0", at: "taken back" });
    await home.close();
  });
}
