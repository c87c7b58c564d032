/**
 * What a stream that takes documents promises: each of them has its effect once, whoever sends it and however often; what became of it is
 * never invented; and what was ever sent is found again.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { OpenStream, Row } from "../connector.ts";
import { sameDecimal } from "../decimal.ts";
import { Failure } from "../failure.ts";
import type { PostDocument, PostedDocument, PostOutcome, Probe } from "../posting.ts";
import type { Fault } from "../wire/fault.ts";
import { type Bench, benchFor, type Opening, partitionOf } from "./bench.ts";
import { writesOf } from "./targets.ts";
import { TROUBLES } from "./trouble.ts";
import type { Check, Samples, Subject } from "./types.ts";

type Posting = Required<Pick<OpenStream, "post" | "probe" | "withdraw" | "calendar" | "review" | "posted">>;

/** A stream that takes documents, on its bench, with what it is asked about in its partition. */
interface Desk {
  bench: Bench;
  partition: Awaited<ReturnType<typeof partitionOf>>;
  open: Posting;
  document: (n: number, fields?: Row) => PostDocument;
  samples: Samples;
  /** The same stream in another session, without trouble. */
  other(): Posting;
}

const LONG = 24 * 3_600_000;

/** The checks of one stream that takes documents. */
export function postChecks(subject: Subject, name: string): Check[] {
  const { samples: { [name]: samples } = {} } = subject;
  if (!samples?.document) return [];
  const desk = async (opening?: Opening): Promise<Desk> => {
    const bench = benchFor(subject);
    const open = bench.open(opening).stream(name) as Posting;
    const partition = await partitionOf(bench.open(), name, samples);
    bench.sent.length = 0;
    const document = (n: number, fields: Row = {}): PostDocument => {
      const made = samples.document!(n);
      return { ...made, fields: { ...made.fields, ...fields } };
    };
    return { bench, partition, open, document, samples, other: () => bench.open().stream(name) as Posting };
  };
  const check = (promise: string, run: () => Promise<void>): Check => ({ name: `${name}: ${promise}`, run });
  return [
    check("a document is posted once, whoever posts it and however often", once(desk)),
    check("the same key with another body is refused, and changes nothing", otherBody(desk)),
    check("a refused document fails alone, and goes with another body once it was withdrawn", refusedAlone(desk)),
    check("what is in the books is not withdrawn, and what was never sent is gone already", withdrawing(desk)),
    check("an answer that is lost is no refusal, and nothing is posted twice", losing(desk)),
    check("whatever answers, nothing is posted twice and no outcome is invented", answering(desk)),
    check("a look before sending answers for each document, and sends nothing", looking(desk)),
    check("what was ever sent is told by its prefix, in order, as it was sent", remembering(desk)),
    check("the calendar has no gap, no day twice, and today", calendar(desk)),
  ];
}

type Aim = (opening?: Opening) => Promise<Desk>;

/** Outcomes in words. */
const told = (outcomes: readonly PostOutcome[]): string =>
  outcomes.map((one) => one.result === "confirmed" ? `confirmed ${one.journal.id}` : `${one.result} ${one.failure}`)
    .join("; ");
const results = (outcomes: readonly PostOutcome[]): string[] => outcomes.map(({ result }) => result);
const inBooks = async ({ bench, samples }: Desk): Promise<number> => (await bench.rows(samples.table)).length;
const idOf = (outcome: PostOutcome): string => outcome.result === "confirmed" ? outcome.journal.id : told([outcome]);

function once(aim: Aim): () => Promise<void> {
  return async () => {
    const desk = await aim();
    const { open, partition, document, other } = desk;
    const before = await inBooks(desk);
    assert.deepEqual(await open.post(partition, []), []);
    const first = await open.post(partition, [document(1), document(2)]);
    assert.deepEqual(results(first), ["confirmed", "confirmed"], told(first));
    assert.deepEqual(first.map(({ key }) => key), [document(1).key, document(2).key]);
    assert.equal(await inBooks(desk), before + 2);
    const again = await other().post(partition, [document(2), document(1)]);
    assert.deepEqual(again.map(idOf), first.map(idOf).toReversed(), "it is told by what is there");
    assert.equal(await inBooks(desk), before + 2);
    const [one, none] = await other().probe(partition, [document(1).key, document(9).key]);
    assert.equal(one.state, "unposted");
    assert.equal((one as Probe & { hash: string }).hash, document(1).hash);
    assert.deepEqual(none, { key: document(9).key, state: "absent" });
  };
}

function otherBody(aim: Aim): () => Promise<void> {
  return async () => {
    const desk = await aim();
    const { open, partition, document } = desk;
    await open.post(partition, [document(1)]);
    const before = await inBooks(desk);
    const [outcome] = await open.post(partition, [{ ...document(1), hash: "ffff" }]);
    assert.equal(outcome.result, "rejected", told([outcome]));
    assert.equal(await inBooks(desk), before);
    const [probe] = await open.probe(partition, [document(1).key]);
    assert.equal((probe as Probe & { hash: string }).hash, document(1).hash);
  };
}

function refusedAlone(aim: Aim): () => Promise<void> {
  return async () => {
    const desk = await aim();
    const { open, partition, document, samples, bench, other } = desk;
    const before = await inBooks(desk);
    const bad = document(2, samples.refused);
    const outcomes = await open.post(partition, [document(1), bad, document(3)]);
    assert.deepEqual(results(outcomes), ["confirmed", "rejected", "confirmed"], told(outcomes));
    assert.equal(await inBooks(desk), before + 2);
    assert.deepEqual(await open.withdraw(partition, bad.key), { done: true });
    const [probe] = await other().probe(partition, [bad.key]);
    assert.ok(probe.state === "withdrawn" || probe.state === "absent", probe.state);
    const withdrawals = probe.state === "withdrawn" ? probe.withdrawals : 0;
    if (withdrawals > 0) {
      // What comes late, from before the withdrawal, brings nothing back.
      const [late] = await other().post(partition, [{ ...document(2), hash: "dddd" }]);
      assert.equal(late.result, "rejected", told([late]));
      await bench.clock.advance(LONG);
      assert.equal(await inBooks(desk), before + 2);
    }
    const [mended] = await other().post(partition, [{ ...document(2), hash: "eeee", withdrawals }]);
    assert.equal(mended.result, "confirmed", told([mended]));
    assert.equal(await inBooks(desk), before + 3);
  };
}

function withdrawing(aim: Aim): () => Promise<void> {
  return async () => {
    const desk = await aim();
    const { open, partition, document } = desk;
    await open.post(partition, [document(1)]);
    const before = await inBooks(desk);
    const kept = await open.withdraw(partition, document(1).key);
    assert.ok(!kept.done, "what is in the books was withdrawn");
    assert.equal(await inBooks(desk), before);
    assert.deepEqual(await open.withdraw(partition, document(2).key), { done: true });
    const [probe] = await open.probe(partition, [document(2).key]);
    assert.equal(probe.state, "absent", "a withdrawal of what never was leaves no trace");
  };
}

const LOST: Record<string, Fault> = { "no answer": { do: "lose-answer" }, "half of one": { do: "cut", bytes: 12 } };

/** The calls of a post without trouble, and which of them write. */
async function callsOf(aim: Aim): Promise<{ all: number; writes: number[] }> {
  const { open, partition, document, bench } = await aim();
  await open.post(partition, [document(1)]);
  const writes = bench.sent.flatMap(({ effect }, i) => effect === "write" ? [i + 1] : []);
  assert.ok(writes.length > 0, "no call of a post is marked as a write");
  return { all: bench.sent.length, writes };
}

function losing(aim: Aim): () => Promise<void> {
  return async () => {
    const { writes } = await callsOf(aim);
    for (const [what, lost] of Object.entries(LOST)) {
      for (const at of writes) {
        const desk = await aim({ trouble: [{ ...lost, at }] });
        const { open, partition, document, bench, other } = desk;
        const before = await inBooks(desk);
        const [outcome] = await open.post(partition, [document(1)]);
        assert.notEqual(outcome.result, "rejected", `${what}, call ${at}: ${told([outcome])}`);
        assert.ok(writesOf(bench) <= writes.length, `${what}, call ${at}: a write was sent again`);
        await bench.clock.advance(LONG);
        const [again] = await other().post(partition, [document(1)]);
        assert.equal(again.result, "confirmed", `${what}, call ${at}: ${told([again])}`);
        assert.equal(await inBooks(desk), before + 1, `${what}, call ${at}`);
      }
    }
  };
}

function answering(aim: Aim): () => Promise<void> {
  return async () => {
    const { all } = await callsOf(aim);
    for (const [what, trouble] of Object.entries(TROUBLES)) {
      for (let at = 1; at <= all; at++) {
        const when = `${what}, call ${at} of ${all}`;
        const desk = await aim({ trouble: [{ ...trouble, at }] });
        const { open, partition, document, bench, other } = desk;
        const before = await inBooks(desk);
        const [outcome] = await open.post(partition, [document(1)]);
        if (outcome.result !== "confirmed") {
          assert.notEqual(outcome.failure.kind, "bug", `${when}: ${outcome.failure.stack}`);
        }
        await bench.clock.advance(LONG);
        const now = await inBooks(desk) - before;
        assert.ok(now <= 1, `${when}: it is there ${now} times`);
        if (outcome.result === "confirmed") assert.equal(now, 1, `${when}: confirmed, and not there`);
        if (outcome.result === "rejected") assert.equal(now, 0, `${when}: ${outcome.failure}, and yet it is there`);
        const [again] = await other().post(partition, [document(1)]);
        assert.equal(again.result, "confirmed", `${when}, then once more: ${told([again])}`);
        assert.equal(await inBooks(desk), before + 1, when);
      }
    }
  };
}

function looking(aim: Aim): () => Promise<void> {
  return async () => {
    const { open, partition, document, samples, bench } = await aim();
    assert.deepEqual(await open.review(partition, []), []);
    const found = await open.review(partition, [document(1), document(2, samples.unfit), document(3)]);
    assert.deepEqual(found.map((one) => one === undefined), [true, false, true], found.join("; "));
    assert.ok(found[1] instanceof Failure && found[1].kind === "rejected", `${found[1]?.stack}`);
    assert.equal(writesOf(bench), 0);
  };
}

function remembering(aim: Aim): () => Promise<void> {
  return async () => {
    const { open, partition, document, samples, other } = await aim();
    await open.post(partition, [document(3), document(1), document(2, samples.refused)]);
    const all = async (prefix: string): Promise<PostedDocument[]> =>
      (await Array.fromAsync(other().posted(partition, prefix))).flat();
    const shared = commonPrefix([document(1).key, document(3).key]);
    const found = await all(shared);
    const keys = found.map(({ probe }) => probe.key);
    assert.deepEqual(keys, [...keys].sort(), "ascending by key");
    assert.deepEqual(keys.filter((key) => key !== document(2).key), [document(1).key, document(3).key]);
    assert.ok(keys.every((key) => key.startsWith(shared)));
    assert.deepEqual((await all(document(3).key)).map(({ probe }) => probe.key), [document(3).key]);
    assert.deepEqual(await all("CONF-NOTHING-"), []);
    for (const n of [1, 3]) sameLines(found.find(({ probe }) => probe.key === document(n).key)!, document(n));
    const [probe] = await open.probe(partition, [document(1).key]);
    assert.deepEqual(found[0].probe, probe, "it is where a probe finds it");
    assert.match(found[0].at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  };
}

/** Debits and credits as they were sent, whatever the document's fields are called. */
function sameLines({ lines }: PostedDocument, { fields }: PostDocument): void {
  const sent = Object.values(fields).find((value) => Array.isArray(value)) as Row[];
  assert.equal(lines.length, sent.length);
  for (const [i, { account, debit, credit }] of lines.entries()) {
    const values = Object.values(sent[i]) as string[];
    assert.ok(values.includes(account), `line ${i + 1}: account ${account}`);
    const amount = debit ?? credit ?? "";
    assert.ok(values.some((value) => /^[\d.]+$/.test(value) && sameDecimal(value, amount)), `line ${i + 1}: ${amount}`);
  }
}

function commonPrefix([a, b]: [string, string]): string {
  let n = 0;
  while (n < a.length && a[n] === b[n]) n++;
  return a.slice(0, n);
}

function calendar(aim: Aim): () => Promise<void> {
  return async () => {
    const { open, partition, bench } = await aim();
    const periods = await open.calendar(partition);
    const today = new Date(bench.clock.now()).toISOString().slice(0, 10);
    assert.ok(periods.some(({ from, to, open }) => from <= today && today <= to && open), "today can be posted to");
    for (const [i, { name, from, to, status }] of periods.entries()) {
      assert.ok(name !== "" && status !== "" && from <= to, JSON.stringify(periods[i]));
      if (i === 0) continue;
      const next = new Date(Date.parse(periods[i - 1].to) + LONG).toISOString().slice(0, 10);
      assert.equal(from, next, `${name} begins where ${periods[i - 1].name} ends`);
    }
    assert.equal(new Set(periods.map(({ name }) => name)).size, periods.length);
    assert.equal(writesOf(bench), 0);
  };
}
