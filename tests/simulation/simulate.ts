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
import type { Store } from "../../engine/state/types.ts";
import { type Books, books } from "./books.ts";
import { clerk, type Office, outboxRound, type Round } from "./clerk.ts";
import { change, type Fact, newFact } from "./facts.ts";
import { atRest, looksTrue, mayBeMade, recordAt, recordsIn } from "./invariants.ts";
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
const ROUGH = 90 * MINUTE;

/** How a world is run. */
export interface Simulation {
  /** What a clerk does under its lease. */
  round?: Round;
  /** What stands for the destination. */
  destination?: typeof books;
  /** Hears what happens, with the time. */
  tell?: (line: string) => void;
}

/** Runs a world to its end. Throws where something does not hold, naming the seed. */
export async function simulate(seed: number, simulation: Simulation = {}): Promise<Figures> {
  try {
    return await simulateOnce(seed, simulation);
  } catch (thrown) {
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Error(`seed ${seed}: ${words}`, { cause: thrown });
  }
}

async function simulateOnce(
  seed: number,
  { round = outboxRound, destination = books, tell: hear }: Simulation,
): Promise<Figures> {
  const it = world(seed, START);
  const tell = (line: string): void => hear?.(`${new Date(it.now()).toISOString().slice(11, 23)} ${line}`);
  let fault: unknown;
  const check = (look: () => void): void => {
    try {
      look();
    } catch (thrown) {
      fault ??= thrown;
    }
  };
  const kv = memory((keys) => {
    for (const key of keys) {
      const record = recordAt(kv, key);
      if (!record) continue;
      tell(`The outbox says ${record.key} ${record.hash.slice(0, 6)} ${record.state} ${record.failure?.fact ?? ""}`);
      check(() => looksTrue(ledger, record));
    }
  });
  const ledger: Books = destination(it, {
    onJournal: (key, hash) => check(() => mayBeMade({ kv, ledger, office }, key, hash)),
    tell,
  });
  let idle = 0;
  const office: Office = {
    world: it,
    books: ledger,
    facts: new Map(),
    approved: new Map(),
    lost: false,
    round,
    rested: (none) => void (idle = none ? idle + 1 : 0),
  };
  for (let i = 0; i < it.between(2, 6); i++) office.facts.set(String(i), newFact(it, String(i)));
  const staff = employ(office, { kv, tell, failed: (thrown) => fault ??= thrown });
  rough(office);
  if (it.chance(0.1)) it.at(it.between(0, ROUGH), staff.loseAll);
  it.at(ROUGH, () => calm(office));
  await it.run(() => {
    if (fault !== undefined) throw fault;
    return it.now() > START + ROUGH + 50 * MINUTE && idle >= 3;
  });

  const records = recordsIn(kv);
  atRest(records, ledger, office.facts);
  const states = [...Map.groupBy(records, ({ state }) => state)].map(([state, each]) => [state, each.length] as const);
  return {
    seed,
    events: it.events,
    commits: kv.commits,
    calls: Object.values(ledger.calls).reduce((sum, each) => sum + each, 0),
    journals: [...ledger.made.values()].reduce((sum, each) => sum + each, 0),
    deaths: staff.deaths(),
    states: Object.fromEntries(states),
  };
}

/** Two or three clerks, each replaced when it dies. */
function employ(
  office: Office,
  { kv, tell, failed }: { kv: Memory; tell: (line: string) => void; failed: (thrown: unknown) => void },
): { deaths(): number; loseAll(): void } {
  const { world: it } = office;
  const clerks = new Set<Process>();
  let deaths = 0;
  const start = (name: string): void => {
    const process = it.process(name, (dead) => {
      deaths++;
      tell(`${name} dies`);
      replace(dead);
    });
    clerks.add(process);
    clerk(office, process, storeOf(it, kv, process)).catch(failed);
  };
  const replace = (dead: Process): void => {
    clerks.delete(dead);
    it.at(it.between(1_000, 20 * MINUTE), () => start(`${dead.name}'`));
  };
  for (let i = it.between(2, 3); i > 0; i--) start(`clerk ${i}`);
  return {
    deaths: () => deaths,
    loseAll() {
      tell("The state is lost, and everybody with it");
      for (const process of [...clerks]) {
        process.alive = false;
        replace(process);
      }
      kv.wipe();
      office.lost = true;
    },
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
  const again = (least: number, most: number, act: () => void | Promise<void>): void => {
    const next = async (): Promise<void> => {
      if (it.now() > START + ROUGH) return;
      await act();
      it.at(it.between(least, most), next);
    };
    it.at(it.between(0, most), next);
  };
  const any = (): [string, Fact] => [...facts][it.between(0, facts.size - 1)];
  again(MINUTE, 20 * MINUTE, () => change(it, any()[1]));
  again(MINUTE, 30 * MINUTE, () => {
    return ledger.toggle(`1${any()[0]}`, it.chance(level));
  });
  again(MINUTE, 30 * MINUTE, () => ledger.touch());
}

/** From now on nothing goes wrong. */
function calm({ world: it, books: ledger }: Office): void {
  it.chaos = { death: 0, pause: 0 };
  ledger.trouble = { line: 0, import: 0 };
  // What is on its way from before may still arrive, and start an import that hangs.
  const mend = async (): Promise<void> => {
    if (it.now() < START + ROUGH + 120 * MINUTE) it.at(5 * MINUTE, mend);
    await ledger.mend();
  };
  it.at(0, mend);
}
