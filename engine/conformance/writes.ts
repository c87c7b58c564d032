/**
 * What a destination promises: rows are found as people mean them, every change has its outcome, and what may have arrived is never
 * sent again.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Change } from "../connector.ts";
import { Failure } from "../failure.ts";
import { fieldsOf } from "../fields.ts";
import { benchFor, type Opening, partitionOf } from "./bench.ts";
import { answering, losing } from "./lost_writes.ts";
import { type Aim, created, found, sameFields, type Target, told, writesOf } from "./targets.ts";
import { always } from "./trouble.ts";
import type { Check, Subject } from "./types.ts";

/** A key that no system gives. */
const NOWHERE = "99999999999999";

/** The checks of one destination stream. */
export function writeChecks(subject: Subject, name: string): Check[] {
  const { connector, samples: { [name]: samples } = {} } = subject;
  const stream = connector.streams[name];
  const { creates, deactivates, identity = "id" } = stream.destination!;
  if (samples === undefined) return [];
  const target = async (opening?: Opening): Promise<Target> => {
    const bench = benchFor(subject);
    const session = bench.open(opening);
    const open = session.stream(name);
    // What reading the partitions costs is not the write's; they are asked by a session without trouble.
    const partition = await partitionOf(bench.open(), name, samples);
    bench.sent.length = 0;
    return { name, bench, open, partition, samples, stream, identity };
  };
  const check = (promise: string, run: () => Promise<void>): Check => ({ name: `${name}: ${promise}`, run });
  return [
    check("no change is no call, and no outcome", async () => {
      const { bench, open, partition } = await target();
      assert.deepEqual(await open.write!(partition, []), []);
      assert.equal(writesOf(bench), 0);
    }),
    check("a change of a row that is not there fails alone", async () => {
      const { open, partition } = await target();
      const fields = samples.update ?? {};
      const [outcome] = await open.write!(partition, [{ action: "update", id: NOWHERE, fields }]);
      assert.ok(!outcome.ok, "a row that is not there was changed");
      assert.equal(outcome.failure.kind, "rejected", `${outcome.failure.stack}`);
    }),
    ...creates && samples.create ? creating(target, check) : [],
    ...deactivates && samples.inUse
      ? [check("what is deactivated says so, and is found all the same", deactivating(target))]
      : [],
  ];
}

type Named = (promise: string, run: () => Promise<void>) => Check;

function creating(target: Aim, check: Named): Check[] {
  return [
    check(
      "rows are found by each field, trimmed and in any case, each once; what is not there is left out",
      finding(target),
    ),

    check("outcomes come in order, and one refused record fails alone", async () => {
      const { bench, open, partition, samples, stream, identity } = await target();
      const before = (await bench.rows(samples.table)).length;
      const refused = samples.refused && { ...samples.create!(2), ...samples.refused };
      const wanted = [samples.create!(1), ...refused ? [refused] : [], samples.create!(3)];
      const outcomes = await open.write!(partition, wanted.map(created));
      assert.deepEqual(outcomes.map(({ ok }) => ok), wanted.map((fields) => fields !== refused), told(outcomes));
      for (const [i, outcome] of outcomes.entries()) {
        if (!outcome.ok) {
          assert.equal(outcome.failure.kind, "rejected", told(outcomes));
          continue;
        }
        const [row] = await found(open, partition, identity, wanted[i][identity] as string);
        assert.equal(row?.id, outcome.id, "the outcome's id is that of the row with this identity");
        sameFields(row, wanted[i], stream);
      }
      assert.equal((await bench.rows(samples.table)).length, before + outcomes.filter(({ ok }) => ok).length);
    }),

    check("the same create twice makes one record", async () => {
      const { bench, open, partition, samples, identity } = await target();
      const change = created(samples.create!(1));
      const [first] = await open.write!(partition, [change]);
      const rows = (await bench.rows(samples.table)).length;
      const [second] = await open.write!(partition, [change]);
      assert.ok(first.ok);
      if (second.ok) assert.equal(second.id, first.id);
      assert.equal((await bench.rows(samples.table)).length, rows);
      assert.equal((await found(open, partition, identity, change.fields[identity] as string)).length, 1);
    }),

    check("an update sets what it is given and nothing else", async () => {
      const { open, partition, samples, stream, identity } = await target();
      const change = created(samples.create!(1));
      await open.write!(partition, [change]);
      const [present] = await found(open, partition, identity, change.fields[identity] as string);
      const fields = samples.update ?? {};
      const [outcome] = await open.write!(partition, [{ action: "update", id: present.id as string, fields, present }]);
      assert.ok(outcome.ok, told([outcome]));
      const [after] = await found(open, partition, "id", present.id as string);
      sameFields(after, { ...change.fields, ...fields }, stream);
    }),

    check("a write whose answer is lost is of unknown fate, is not sent again, and is found once", losing(target)),

    check("a write that surely did not arrive is no unknown fate, and leaves nothing behind", async () => {
      const { bench, open, partition, samples } = await target({ trouble: [always({ do: "refuse" })] });
      const before = (await bench.rows(samples.table)).length;
      const thrown = await open.write!(partition, [created(samples.create!(1))]).then(told, (error) => error);
      assert.ok(thrown instanceof Failure, `nothing was thrown: ${thrown}`);
      assert.equal(thrown.kind, "retry", `${thrown.stack}`);
      assert.notEqual(thrown.code, "wire.fate-unknown");
      assert.equal((await bench.rows(samples.table)).length, before);
    }),

    check("whatever answers a write, nothing is written twice and no outcome is invented", answering(target)),
  ];
}

function finding(target: Aim): () => Promise<void> {
  return async () => {
    const { name, bench, open, partition, samples, stream, identity } = await target();
    const wanted = [1, 2, 3].map(samples.create!);
    const outcomes = await open.write!(partition, wanted.map(created));
    assert.ok(outcomes.every(({ ok }) => ok), told(outcomes));
    const kinds = fieldsOf(stream.record);
    const rows = await found(open, partition, identity, ...wanted.map((fields) => fields[identity] as string));
    assert.equal(rows.length, wanted.length, "what was written is found by its identity");
    for (const row of rows) {
      const { success, error } = stream.record.strict().safeParse(row);
      assert.ok(success, `${JSON.stringify(row)}: ${error}`);
    }
    for (const by of ["id", ...stream.destination!.find]) {
      const values = rows.flatMap((row) => typeof row[by] === "string" && row[by] !== "" ? [row[by]] : []);
      if (values.length === 0) continue;
      const text = kinds[by].kind === "text";
      // Our own key is asked for as we wrote it.
      const asked = text && by !== identity ? values.map((value) => `  ${swapped(value)} `) : values;
      const absent = text ? "no such thing" : NOWHERE;
      const seen = await found(open, partition, by, ...asked, absent);
      const twice = await found(open, partition, by, ...asked, ...values);
      assert.equal(twice.length, seen.length, `by ${by}: asked for twice, it comes more often`);
      const ids = seen.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, `by ${by}: a row comes twice`);
      for (const row of rows) {
        if (values.includes(row[by] as string)) assert.ok(ids.includes(row.id), `by ${by}: ${row[by]} is not found`);
      }
      for (const row of seen) {
        assert.ok(values.some((value) => same(value, row[by])), `by ${by}: ${row[by]} was not asked for`);
      }
      assert.deepEqual(await found(open, partition, by, absent), [], `by ${by}`);
      assert.deepEqual(await found(open, partition, by), [], `by ${by}, no value`);
      assert.deepEqual(await found(open, partition, by, ""), [], `by ${by}, an empty value`);
    }
    const fresh = bench.open().stream(name);
    assert.equal(
      (await found(fresh, partition, identity, wanted[0][identity] as string)).length,
      1,
      "by another session",
    );
  };
}

function deactivating(target: Aim): () => Promise<void> {
  return async () => {
    const { open, partition, samples, stream } = await target();
    const { active } = stream.destination!;
    const { by, value } = samples.inUse!;
    const [present] = await found(open, partition, by, value);
    assert.ok(present, `${by} ${value} is not there`);
    assert.equal(present[active!], true, `${by} ${value} is not active`);
    const id = present.id as string;
    const [off] = await open.write!(partition, [{ action: "deactivate", id, fields: {}, present }]);
    assert.ok(off.ok, told([off]));
    const [after] = await found(open, partition, by, value);
    assert.equal(after?.id, id, "an inactive row is found, too");
    assert.equal(after[active!], false);
    const back: Change = { action: "update", id, fields: { [active!]: true }, present: after };
    const [on] = await open.write!(partition, [back]);
    assert.ok(on.ok, told([on]));
    assert.equal((await found(open, partition, "id", id))[0][active!], true);
  };
}

const same = (a: string, b: unknown): boolean =>
  typeof b === "string" && a.trim().toLowerCase() === b.trim().toLowerCase();
const swapped = (text: string): string => text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
