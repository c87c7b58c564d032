import assert from "node:assert/strict";
import type { Clock } from "../engine/clock.ts";
import type { Wire } from "../engine/connector.ts";
import { runPosting } from "../engine/post/run.ts";
import type { RunResult } from "../engine/run/types.ts";
import { listLeases } from "../engine/state/lease.ts";
import { getPosting, listPostings } from "../engine/state/postings.ts";
import { contents } from "../engine/state/testing.ts";
import type { House } from "./support/house.ts";
import { line, lineId, order } from "./support/orders.ts";
import { ledger, postedEnd, sound } from "./support/posting_crash.ts";
import { editSheet } from "./support/posting_days.ts";
import { ACCRUED, certify, invoice, post, POSTING, postingHouse } from "./support/postings.ts";

/** A wire that hangs once, at a call of this kind, on its way or with its answer; and what was handed over since it was cleared. */
function hanging(at: RegExp, when: "before" | "after" = "before") {
  const [reached, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let armed = false;
  const handed: string[] = [];
  const hang = async (): Promise<void> => {
    armed = false;
    reached.resolve();
    await go.promise;
  };
  return {
    reached: reached.promise,
    go: () => go.resolve(),
    arm: () => void (armed = true),
    handed,
    around: (_: string, wire: Wire): Wire => async (request) => {
      const [struck, clearly] = [armed && at.test(request.url), /(submit|withdraw)_journals?/.exec(request.url)];
      if (struck && when === "before") await hang();
      if (clearly) handed.push(clearly[0]);
      const answer = await wire(request);
      if (struck && when === "after") await hang();
      return answer;
    },
  };
}

/** A hanging call is waited for. */
const PATIENT = { ebs: { timeout: 600_000 }, procore: { timeout: 600_000 } };

/** Runs the pipeline as a worker whose own clock stands still: it does not see how late it is, and its beats do not come. */
function sleeper({ engine, clock, project, store }: House): Promise<RunResult> {
  const stopped = clock.now();
  const still: Clock = { ...clock, now: () => stopped, alarm: () => () => {} };
  const pipeline = project.pipelines.find(({ name }) => name === POSTING)!;
  return runPosting({ ...engine, clock: still, store: { ...store, clock: still } }, { pipeline, mode: "apply" });
}

/** Two contracts of which something is posted, and a day that asks for six journals. */
async function sixDue(around?: ReturnType<typeof hanging>["around"]): Promise<House> {
  const home = await postingHouse(
    [
      order(1, [line("1000")]),
      order(2, [line("500"), line("50")]),
      order(3, [line("300")], { PROJECT_NUMBER: "PHX-1" }),
    ],
    { around, settings: PATIENT },
  );
  await certify(home, 1, ["100.10"]);
  await certify(home, 2, ["20", "2"]);
  await post(home);
  home.clock.advance(60_000);
  await editSheet(home, 1, 1, ["110"]);
  await certify(home, 1, ["5.05"]);
  await invoice(home, "INV-1", { [lineId(2, 1)]: "7.50" });
  await certify(home, 2, ["30", "3"]);
  await certify(home, 3, ["33.33"]);
  home.reopen();
  return home;
}

/** How it ended, with contracts named by their orders: several are made side by side, and which gets which id is chance. */
async function endOf(home: House): Promise<unknown> {
  const { ledger, outbox } = await postedEnd(home);
  const contracts = await home.rows("procore", "purchase_order_contracts");
  const named = (one: unknown): string => {
    const { money: _, hash: __, ...rest } = one as Record<string, unknown>;
    let text = JSON.stringify(rest);
    for (const { id, number } of contracts) text = text.replaceAll(String(id), `of ${number}`);
    return text;
  };
  return { ledger: ledger.map(named).sort(), outbox: outbox.map(named).sort() };
}

/** State without what every run writes of itself. */
const stateOf = async ({ store }: House): Promise<[string, string][]> =>
  [...await contents(store)].filter(([key]) => !/^(run|operation)/.test(key));

const PLACES: [name: string, at: RegExp, when: "before" | "after"][] = [
  ["before it reads sheets", /\/requisitions/, "before"],
  ["before it looks at what payables have booked", /get_po_billing/, "before"],
  ["before it has put down what it is going to send", /get_periods/, "before"],
  ["before its journals leave", /submit_journals/, "before"],
  ["when its journals have arrived, before it hears so", /submit_journals/, "after"],
  ["while it waits for the import", /get_request_status/, "before"],
];

Deno.test("a worker that slept past its lease doubles nothing once another has taken over and finished", async (t) => {
  const calm = await sixDue();
  await post(calm);
  const expected = await endOf(calm);
  assert.equal((await postedEnd(calm)).ledger.length, 2 + 6);
  await calm.close();

  for (const [name, at, when] of PLACES) {
    await t.step(name, async () => {
      const wire = hanging(at, when);
      const home = await sixDue(wire.around);
      wire.arm();
      const asleep = sleeper(home);
      await wire.reached;
      // While it sleeps its lease runs out.
      home.clock.advance(120_000);
      assert.deepEqual(await Array.fromAsync(listLeases(home.store, POSTING)), []);
      home.reopen();
      await post(home);
      assert.deepEqual(await endOf(home), expected);
      const before = await stateOf(home);
      wire.handed.length = 0;

      wire.go();
      const { failure, record } = await asleep;
      assert.equal(failure?.code, "lease.lost", JSON.stringify(failure ?? record));
      assert.equal(failure!.kind, "lost");
      // What was on its way when it fell asleep arrives; nothing else is sent, and nothing is put down.
      assert.deepEqual(wire.handed, when === "before" && /submit/.test(at.source) ? ["submit_journals"] : []);
      assert.deepEqual(await stateOf(home), before);
      home.clock.advance(60_000);
      assert.deepEqual(await endOf(home), expected);

      home.reopen();
      wire.handed.length = 0;
      await post(home);
      assert.deepEqual(wire.handed, [], "the next run posts");
      assert.deepEqual(await endOf(home), expected);
      await home.close();
    });
  }
});

Deno.test("a call that sleeps while its journals are refused and taken back brings none of them, however late it comes", async () => {
  const wire = hanging(/submit_journals/);
  const home = await postingHouse([order(1, [line("1000")])], { around: wire.around, settings: PATIENT });
  await certify(home, 1, ["100.10"]);
  wire.arm();
  const asleep = sleeper(home);
  await wire.reached;
  home.clock.advance(120_000);
  // Another worker sends the same body, which Oracle does not take any more.
  await home.touch("ebs", "GL_CODE_COMBINATIONS", ACCRUED, { ENABLED_FLAG: "N" });
  home.reopen();
  await post(home);
  const [{ key }] = await Array.fromAsync(listPostings(home.store, { pipeline: POSTING }));
  assert.deepEqual(await ledger(home), []);
  const refused = await getPosting(home.store, key);
  assert.equal(refused?.state, "rejected", JSON.stringify(refused));

  wire.go();
  assert.equal((await asleep).failure?.code, "lease.lost");
  home.clock.advance(120_000);
  assert.deepEqual(await ledger(home), [], "nothing comes of the late call");
  assert.deepEqual(await home.rows("ebs", "GL_INTERFACE"), []);
  assert.deepEqual(await getPosting(home.store, key), refused);

  await home.touch("ebs", "GL_CODE_COMBINATIONS", ACCRUED, { ENABLED_FLAG: "Y" });
  home.reopen();
  await post(home);
  const booked = await ledger(home);
  assert.deepEqual(booked.map((one) => one.key), [key]);
  sound(booked, "in the end");
  await home.close();
});
