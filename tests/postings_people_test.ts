/** What people decide about documents, and what the next run makes of it in the ledger. */
import assert from "node:assert/strict";
import { accept, type Acting, decide, retry, takeBack } from "../engine/post/acts.ts";
import { rebuildOutbox, withdraw } from "../engine/post/acts_remote.ts";
import { commitAct, listAudit, verifyAudit } from "../engine/state/audit.ts";
import { TABLES } from "../engine/state/keys.ts";
import { listPlans } from "../engine/state/plans.ts";
import { listPostings } from "../engine/state/postings.ts";
import type { ActName } from "../engine/state/roles.ts";
import type { House } from "./support/house.ts";
import { line, order } from "./support/orders.ts";
import {
  ACCRUED,
  balanceOf,
  certify,
  journals,
  letPost,
  post,
  POSTING,
  postingHouse,
  postingPipelines,
} from "./support/postings.ts";

const acting = ({ store }: House, what: ActName, by = "anna", why = "asked for"): Acting => ({
  store,
  by,
  why,
  commit: (writes, deed) => commitAct(writes, { who: by, what, ...deed }),
});

/** A house with one order that was certified for 400, and whether its run asks a second person. */
async function certified(
  approval: "none" | "required",
  options: Parameters<typeof postingHouse>[1] = {},
): Promise<House> {
  const project = await postingPipelines(approval === "none" ? [] : [["approval: none", "approval: required"]]);
  const home = await postingHouse([order(1, [line("1000")])], { project, ...options });
  await certify(home, 1, ["400"]);
  return home;
}

const documents = async (home: House) => await Array.fromAsync(listPostings(home.store, { pipeline: POSTING }));
const states = async (home: House): Promise<string> =>
  (await documents(home)).map(({ purpose, revision, state }) => `${purpose} ${revision} ${state}`).sort().join(", ");

async function later(home: House): Promise<void> {
  home.clock.advance(5 * 60_000);
  await post(home);
}

Deno.test("a plan leaves when another person approved it, as it was planned, and once", async () => {
  const home = await certified("required");
  await post(home, { by: "ben" });
  assert.equal((await journals(home)).length, 0);
  const [plan] = await Array.fromAsync(listPlans(home.store));
  assert.deepEqual([plan.author, plan.count, plan.state], ["ben", 1, "waiting"]);
  await assert.rejects(decide(acting(home, "plan.approve", "ben"), plan.id, { accept: true }), { code: "plan.own" });
  await later(home);
  assert.equal((await journals(home)).length, 0, "nobody has approved it");
  assert.equal((await decide(acting(home, "plan.approve"), plan.id, { accept: true })).documents, 1);
  assert.equal((await decide(acting(home, "plan.approve"), plan.id, { accept: true })).already, true);
  await later(home);
  await later(home);
  assert.equal((await journals(home)).length, 1);
  assert.equal(await balanceOf(home, ACCRUED), "-400");
  assert.equal((await Array.fromAsync(listPlans(home.store)))[0].state, "done");
  assert.deepEqual((await Array.fromAsync(listAudit(home.store))).map(({ who, what }) => [who, what]), [
    ["anna", "plan.approve"],
  ]);
  await home.close();
});

Deno.test("what was declined is not planned again until it is retried", async () => {
  const home = await certified("required");
  await post(home, { by: "ben" });
  const [plan] = await Array.fromAsync(listPlans(home.store));
  await decide(acting(home, "plan.decline"), plan.id, { accept: false });
  await later(home);
  assert.equal(await states(home), "recognise 1 declined");
  assert.equal((await Array.fromAsync(listPlans(home.store, { state: "waiting" }))).length, 0);
  const [{ key }] = await documents(home);
  assert.equal((await retry(acting(home, "posting.retry"), key)).already, false);
  assert.equal((await retry(acting(home, "posting.retry"), key)).already, true);
  await later(home);
  const [again] = await Array.fromAsync(listPlans(home.store, { state: "waiting" }));
  assert.ok(again && again.id !== plan.id, "it is asked for anew");
  await decide(acting(home, "plan.approve", "carl"), again.id, { accept: true });
  await later(home);
  assert.equal(await balanceOf(home, ACCRUED), "-400");
  await home.close();
});

Deno.test("what is taken back is reversed once and held, until it is retried", async () => {
  const home = await certified("none");
  await post(home);
  const [{ key }] = await documents(home);
  await takeBack(acting(home, "posting.reverse"), key);
  await later(home);
  assert.equal(await balanceOf(home, ACCRUED), "0");
  await later(home);
  home.clock.advance(86_400_000);
  await post(home, { full: true });
  assert.deepEqual([await balanceOf(home, ACCRUED), (await journals(home)).length], ["0", 2], "it is held");
  await retry(acting(home, "posting.retry"), key);
  await later(home);
  await later(home);
  assert.deepEqual([await balanceOf(home, ACCRUED), (await journals(home)).length], ["-400", 3]);
  await home.close();
});

Deno.test("what is withdrawn from in front of the books does not get there until it is retried", async () => {
  const home = await certified("none", { settings: { ebs: { import_wait: 60_000 } } });
  await home.control("ebs", "gateway", { import_faults: [{ kind: "stuck" }] });
  await home.run(POSTING);
  const [{ key, state }] = await documents(home);
  assert.ok(state === "sent" || state === "unknown", state);
  const open = async () => (await home.engine.connect("ebs")).session.stream("gl_journals");
  const taking = () => withdraw(acting(home, "posting.withdraw"), key, open);
  await assert.rejects(taking(), { name: "Failure" }, "its import is running");
  assert.equal((await documents(home))[0].withdrawals, 0);
  const request = (await home.rows("ebs", "FND_CONCURRENT_REQUESTS")).find(({ PHASE_CODE }) => PHASE_CODE === "R")!;
  await home.touch("ebs", "FND_CONCURRENT_REQUESTS", String(request.REQUEST_ID), { ACTION: "CANCEL" });
  assert.equal((await taking()).already, false);
  assert.equal((await taking()).already, true);
  await later(home);
  assert.deepEqual([await states(home), (await journals(home)).length], ["recognise 1 declined", 0]);
  await retry(acting(home, "posting.retry"), key);
  await later(home);
  assert.deepEqual([await states(home), (await journals(home)).length], ["recognise 1 imported", 1]);
  await home.close();
});

Deno.test("after the state was lost nothing is posted until the outbox is rebuilt, and then nothing twice", async () => {
  const home = await certified("none");
  await post(home);
  const before = await documents(home);
  for (const table of [TABLES.posting, TABLES.postingBody, TABLES.postingByKey, TABLES.postingOpen]) {
    for await (const { key } of home.store.kv.list({ prefix: [table] })) await home.store.kv.delete(key);
  }
  home.clock.advance(60_000);
  assert.equal((await home.run(POSTING)).failure?.code, "post.rebuild-needed");
  const rebuild = async () => {
    const [from, to] = [await home.engine.connect("procore"), await home.engine.connect("ebs")];
    const stream = to.session.stream("gl_journals");
    return await rebuildOutbox(acting(home, "posting.rebuild"), { tag: from.tag, pipeline: POSTING }, stream);
  };
  const { found, restored } = await rebuild();
  assert.deepEqual([found, restored.map(({ key }) => key)], [1, before.map(({ key }) => key)]);
  assert.equal((await rebuild()).restored.length, 0);
  await letPost(home);
  await later(home);
  await home.run(POSTING, { full: true });
  assert.deepEqual([await balanceOf(home, ACCRUED), (await journals(home)).length], ["-400", 1]);
  assert.equal((await verifyAudit(home.store)).entries, 2);
  await home.close();
});

Deno.test("what is not there, and what does not fit, is refused without a trace", async () => {
  const home = await certified("none");
  await post(home);
  const [{ key }] = await documents(home);
  const refused = [
    () => retry(acting(home, "posting.retry"), key),
    () => accept(acting(home, "posting.accept"), key),
    () => withdraw(acting(home, "posting.withdraw"), key, () => assert.fail("nobody is asked")),
  ];
  for (const work of refused) await assert.rejects(work(), { code: "usage" });
  await assert.rejects(retry(acting(home, "posting.retry"), "nothing"), { code: "not-there" });
  await assert.rejects(decide(acting(home, "plan.approve"), "nothing", { accept: true }), { code: "plan.unknown" });
  assert.equal((await verifyAudit(home.store)).entries, 0);
  await home.close();
});
