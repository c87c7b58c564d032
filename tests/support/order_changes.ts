/**
 * What becomes of a contract after its first sync: a person does something in Procore, Oracle changes, and the next run makes the best of it.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Row } from "../../engine/connector.ts";
import type { Project } from "../../engine/pipeline/model.ts";
import { listRejected } from "../../engine/state/rejected.ts";
import type { House } from "./house.ts";
import { contractOf, line, lineId, order, orderHouse, type Standing, standing, sync } from "./orders.ts";
import { watch } from "./small.ts";

/** Beyond what a cursor steps back. */
export const DAY = 86_400_000;

const orders = [order(1, [line("10"), line("20"), line("30")]), order(2, [line("2")])];

/** What happens after a first sync, and what the next run makes of it. */
export interface Scenario {
  name: string;
  /** The pipelines; default: as shipped. */
  project?: Promise<Project>;
  /** In Procore. */
  person?: (home: House, contract: Row) => Promise<void>;
  /** In Oracle. */
  oracle?: (home: House) => Promise<void>;
  /** Whether the run looks at what has not changed. */
  verify?: boolean;
  /** The word for order 1; undefined: nothing is told. */
  word: string | undefined;
  /** What stands then: status, total, lines by number; null: no contract. */
  stands: { status?: string; total: string; lines: Record<string, string>; title?: string } | null;
  /** What is told: the failure or the reason. */
  told?: RegExp;
}

/** What the contract of order 1 is after its first sync. */
export const before = { total: "60", lines: { 1: "10", 2: "20", 3: "30" } };

/** A line of order 1 has another amount. */
export const amount = (nth: number, AMOUNT: string) => (home: House) =>
  home.touch("ebs", "PO_LINES_ALL", lineId(1, nth), { AMOUNT });

/** The header of order 1 changes. */
export const header = (fields: Row) => (home: House) => home.touch("ebs", "PO_HEADERS_ALL", "80001", fields);

/** A project that is not in Procore. */
const ELSEWHERE = "4999";

/** A line of order 1 is for another project now, which is not in Procore. */
export const leaves = (nth: number) => (home: House) =>
  home.touch("ebs", "PO_DISTRIBUTIONS_ALL", lineId(1, nth), { PROJECT_ID: ELSEWHERE });

/** A person edits the contract. */
export const edits = (fields: Row) => (home: House, { id }: Row) =>
  home.touch("procore", "purchase_order_contracts", id as string, fields);

const shown = (contract: Standing | undefined) =>
  contract && {
    status: contract.status,
    total: contract.total,
    lines: Object.fromEntries(contract.lines.map((text) => {
      const [origin, amount] = text.split(" ");
      return [origin === "-" ? "-" : String(Number(origin.split("-")[2]) % 1000), amount];
    })),
  };

/** Plays a scenario as a test: plans it, runs it, and looks at it again in every way. */
export function playOut({ name, project, person, oracle, verify, word, stands, told }: Scenario): void {
  Deno.test(`what becomes of a contract: ${name}`, async () => {
    const calls = watch();
    const home = await orderHouse(orders, { around: calls.around, project: await project });
    await sync(home);
    home.clock.advance(DAY);
    home.reopen();
    const contract = (await home.rows("procore", "purchase_order_contracts")).find((row) => row.number === "204-1")!;
    const second = await contractOf(home, 2);
    await person?.(home, contract);
    await oracle?.(home);
    const touched = await standing(home);
    const plan = await home.run("purchase-orders", { mode: "plan", verify });
    assert.deepEqual(await standing(home), touched, "a plan writes nothing");
    calls.clear();

    const { changes, failure } = await home.run("purchase-orders", { verify });
    assert.equal(failure, undefined, JSON.stringify(failure));
    // What went to another project waits for that one.
    const [own, ...others] = changes.filter(({ part }) => part !== ELSEWHERE);
    assert.deepEqual(others, []);
    assert.equal(own?.word, word, JSON.stringify(changes));
    if (told) assert.match(own.failure ? `${own.failure.code} ${own.failure.fact}` : own.why!, told);
    assert.deepEqual(plan.changes.map((change) => change.word), changes.map((change) => change.word), "as planned");
    if (word !== "update") assert.deepEqual(calls.writes(), [], "nothing is written");
    const now = shown(await contractOf(home, 1)) ?? null;
    const { title, ...wanted } = stands ?? {};
    assert.deepEqual(now, stands && { status: "Approved", ...wanted });
    const row = (await home.rows("procore", "purchase_order_contracts")).find(({ id }) => id === contract.id)!;
    if (title) assert.equal(row.title, title);
    assert.deepEqual(await contractOf(home, 2), second);
    assert.equal(
      (await Array.fromAsync(listRejected(home.store, "purchase-orders"))).length,
      word === "rejected" ? 1 : 0,
    );

    // However it is looked at again, it is settled.
    for (const options of [{}, { full: true }, { verify: true }]) {
      home.clock.advance(DAY);
      home.reopen();
      calls.clear();
      const again = await home.run(
        "purchase-orders",
        verify === undefined && person ? { full: options.full } : options,
      );
      assert.deepEqual(again.changes.filter((change) => change.word === "update" || change.word === "create"), []);
      assert.deepEqual(calls.writes(), [], JSON.stringify(options));
    }
    assert.deepEqual(shown(await contractOf(home, 1)) ?? null, now);
    await home.close();
  });
}
