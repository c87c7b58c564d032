/**
 * One world from one seed: clerks post while the line is bad, imports hang, processes sleep and die, amounts change and people meddle;
 * then all of that ceases, and everything must come to rest. What must hold is looked at at every event:
 *
 * - under a key at most one journal is ever made, and one with a body that was drafted;
 * - a journal is only made while the outbox says that it may be: never of a document that it holds for refused, withdrawn or planned;
 * - no document is said to be in the books that never got there;
 * - in the end nothing is of unknown fate, and the books' balances are what both systems' balances ask for.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Row } from "../../engine/connector.ts";
import { Big, plain } from "../../engine/decimal.ts";
import { isConfirmed, isInFlight } from "../../engine/post/fate.ts";
import { decode } from "../../engine/state/codec.ts";
import { TABLES } from "../../engine/state/keys.ts";
import type { PostingRecord } from "../../engine/state/posting_types.ts";
import type { Store } from "../../engine/state/types.ts";
import { type Books, books } from "./books.ts";
import { clerk, type Office, outboxRound, type Round } from "./clerk.ts";
import { change, type Fact, newFact, PIPELINE, targetOf } from "./facts.ts";
import { type Memory, memory } from "./kv.ts";
import { type Process, type World, world } from "./world.ts";

/** What a world came to. */
export interface Figures {
  seed: number;
  events: number;
  commits: number;
  calls: number;
  journals: number;
  deaths: number;
  /** Documents by their last state. */
  states: Record<string, number>;
}

const START = Date.parse("2026-11-10T16:00:00Z");
const MINUTE = 60_000;
/** How long it is rough. */
const ROUGH = 120 * MINUTE;

/** Runs a world to its end. Throws where something does not hold, naming the seed. */
export async function simulate(seed: number, round: Round = outboxRound): Promise<Figures> {
  try {
    return await simulateOnce(seed, round);
  } catch (thrown) {
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Error(`seed ${seed}: ${words}`, { cause: thrown });
  }
}

async function simulateOnce(seed: number, round: Round): Promise<Figures> {
  const it = world(seed, START);
  const approved: Office["approved"] = new Map();
  const facts = new Map<string, Fact>();
  let fault: unknown;
  const check = (look: () => void): void => {
    try {
      look();
    } catch (thrown) {
      fault ??= thrown;
    }
  };
  const kv = memory((keys) => check(() => keys.forEach((key) => looksTrue(ledger, recordAt(kv, key)))));
  const ledger = books(it, {
    tombstones: it.chance(0.5),
    onJournal: (key, hash) => check(() => mayBeMade({ kv, ledger, approved }, key, hash)),
  });
  let idle = 0, deaths = 0;
  const office: Office = {
    world: it,
    books: ledger,
    facts,
    approved,
    round,
    rested: (none) => idle = none ? idle + 1 : 0,
  };
  const start = (name: string): void => {
    const process = it.process(name, (dead) => {
      deaths++;
      it.at(it.between(1_000, 20 * MINUTE), () => start(`${dead.name}'`));
    });
    clerk(office, process, storeOf(it, kv, process)).catch((thrown) => fault ??= thrown);
  };

  for (let i = 0; i < it.between(2, 6); i++) {
    facts.set(String(i), newFact(it, String(i)));
  }
  for (let i = it.between(2, 3); i > 0; i--) start(`clerk ${i}`);
  rough(office);
  it.at(ROUGH, () => calm(office));
  const done = (): boolean => {
    if (fault !== undefined) throw fault;
    return it.now() > START + ROUGH + 50 * MINUTE && idle >= 3;
  };
  await it.run(done, () => {});

  const records = recordsIn(kv);
  atRest(records, ledger, facts);
  return {
    seed,
    events: it.events,
    commits: kv.commits,
    calls: Object.values(ledger.calls).reduce((sum, each) => sum + each, 0),
    journals: [...ledger.made.values()].reduce((sum, each) => sum + each, 0),
    deaths,
    states: Object.fromEntries(
      [...Map.groupBy(records, ({ state }) => state)].map(([state, each]) => [state, each.length]),
    ),
  };
}

function storeOf({ random }: World, kv: Memory, process: Process): Store {
  return {
    kv: kv.open(() => process.gate()),
    path: ":memory:",
    remote: false,
    clock: process.clock,
    random,
    close() {},
  };
}

/** The time in which everything goes wrong that can. */
function rough({ world: it, books: ledger, facts }: Office): void {
  const level = it.random();
  it.chaos = { death: level * 0.004, pause: level * 0.004 };
  ledger.trouble = { line: level * 0.4, import: level * 0.5 };
  const again = (least: number, most: number, act: () => void): void => {
    const next = (): void => {
      if (it.now() > START + ROUGH) return;
      act();
      it.at(it.between(least, most), next);
    };
    it.at(it.between(0, most), next);
  };
  const any = (): [string, Fact] => [...facts][it.between(0, facts.size - 1)];
  again(MINUTE, 20 * MINUTE, () => change(it, any()[1]));
  again(MINUTE, 30 * MINUTE, () => {
    const account = `1${any()[0]}`;
    if (!ledger.disabled.delete(account) && it.chance(level)) ledger.disabled.add(account);
  });
  again(MINUTE, 30 * MINUTE, () => ledger.touch());
}

/** From now on nothing goes wrong. */
function calm({ world: it, books: ledger }: Office): void {
  it.chaos = { death: 0, pause: 0 };
  ledger.trouble = { line: 0, import: 0 };
  ledger.disabled.clear();
  // What is on its way from before may still arrive, and start an import that hangs no more.
  const unstick = (): void => {
    ledger.unstick();
    if (it.now() < START + ROUGH + 120 * MINUTE) it.at(5 * MINUTE, unstick);
  };
  unstick();
}

function recordAt(kv: Memory, key: Deno.KvKey): PostingRecord | undefined {
  if (key[0] !== TABLES.posting) return undefined;
  const [entry] = kv.peek(key.slice(0, -1)).filter((each) => each.key.at(-1) === key.at(-1));
  return entry && decode<PostingRecord>(entry.value, entry.key);
}

function recordsIn(kv: Memory): PostingRecord[] {
  return kv.peek([TABLES.posting, PIPELINE]).map(({ key, value }) => decode<PostingRecord>(value, key));
}

/** What the outbox says at a commit. */
function looksTrue(ledger: Books, record: PostingRecord | undefined): void {
  if (!record) return;
  const { key, state, hash } = record;
  const made = ledger.made.get(key) ?? 0;
  if (isConfirmed(record)) assert.equal(made, 1, `${key} is said to be ${state}, and never was in the books`);
  if (state !== "rejected" && state !== "withdrawn" && state !== "planned" && state !== "approved") return;
  const stands = ledger.standing().some((each) => each.key === key && each.hash === hash);
  assert.ok(!stands, `${key} is said to be ${state}, and stands in the books`);
}

/** What must be so when a journal is made. */
function mayBeMade(
  { kv, ledger, approved }: { kv: Memory; ledger: Books; approved: Office["approved"] },
  key: string,
  hash: string,
): void {
  assert.equal(ledger.made.get(key), 1, `${key} was made twice`);
  assert.ok(approved.get(key)?.has(hash), `${key} was made with a body that nobody drafted`);
  const entry = kv.peek([TABLES.posting, PIPELINE]).find((each) => each.key.at(-1) === key);
  const record = entry && decode<PostingRecord>(entry.value, entry.key);
  assert.ok(record && isInFlight(record), `${key} was made while the outbox says ${record?.state}`);
  if (record.after) assert.equal(ledger.made.get(record.after), 1, `${key} was made before ${record.after}`);
  assert.equal(record.hash, hash, `${key} was made with another body than the outbox says`);
}

/** What must be so in the end. */
function atRest(records: readonly PostingRecord[], ledger: Books, facts: ReadonlyMap<string, Fact>): void {
  for (const record of records) {
    assert.ok(!isInFlight(record), `${record.key} ends ${record.state}: ${record.failure?.fact}`);
  }
  const sums = new Map<string, Big>();
  for (const { fields } of ledger.standing()) {
    for (const line of fields.LINES as Row[]) {
      const measure = `${(line.CODE_COMBINATION_ID as string)} ${line.REFERENCE23} ${line.REFERENCE24}`;
      const amount = new Big((line.ENTERED_DR ?? "0") as string).minus((line.ENTERED_CR ?? "0") as string);
      sums.set(measure, (sums.get(measure) ?? new Big(0)).plus(amount));
    }
  }
  for (const [chain, fact] of facts) {
    for (const [position, { cost }] of Object.entries(targetOf(fact))) {
      const stands = sums.get(`1${chain} ${position} cost`) ?? new Big(0);
      assert.equal(plain(stands), plain(new Big(cost)), `What stands of chain ${chain}, position ${position}`);
    }
  }
}
