/**
 * What becomes of a write whose answer is lost, or is none.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Change } from "../connector.ts";
import { asFailure, Failure } from "../failure.ts";
import type { Fault } from "../wire/fault.ts";
import { type Aim, created, found, sameFields, told, writesOf, writingCalls } from "./targets.ts";
import { TROUBLES } from "./trouble.ts";

/** The ways in which an answer is lost after the system has done its work. */
const LOST: Record<string, Fault> = {
  "no answer": { do: "lose-answer" },
  "half an answer": { do: "cut", bytes: 12 },
};

/** Each of a create's writing calls loses its answer; another session then does the same once more. */
export function losing(target: Aim): () => Promise<void> {
  return async () => {
    const nths = await writingCalls(target);
    for (const [what, lost] of Object.entries(LOST)) {
      for (const [k, nth] of nths.entries()) {
        const when = `${what}, call ${k + 1} of the ${nths.length} that write`;
        const { name, bench, open, partition, samples, stream, identity } = await target({
          trouble: [{ ...lost, at: nth }],
        });
        const { fields } = created(samples.create!(1));
        const before = (await bench.rows(samples.table)).length;
        const thrown = await open.write!(partition, [{ action: "create", fields }]).then(told, (error) => error);
        assert.equal((thrown as Failure).code, "wire.fate-unknown", `${when}: ${thrown}`);
        assert.equal(writesOf(bench), k + 1, `${when}: it was sent again`);
        const there = await found(open, partition, identity, fields[identity] as string);
        assert.equal((await bench.rows(samples.table)).length, before + there.length, when);
        if (nths.length === 1) assert.equal(there.length, 1, `${when}: it arrived, and is not found`);
        const other = bench.open().stream(name);
        const [present] = there;
        const change: Change = present
          ? { action: "update", id: present.id as string, fields, present }
          : { action: "create", fields };
        const [outcome] = await other.write!(partition, [change]);
        assert.ok(outcome.ok, `${when}, then once more: ${told([outcome])}`);
        assert.equal((await bench.rows(samples.table)).length, before + 1, when);
        const [row] = await found(other, partition, identity, fields[identity] as string);
        sameFields(row, fields, stream);
      }
    }
  };
}

/** Each of a create's writing calls is answered by every trouble there is. */
export function answering(target: Aim): () => Promise<void> {
  return async () => {
    const nths = await writingCalls(target);
    for (const nth of nths) {
      for (const [what, trouble] of Object.entries(TROUBLES)) {
        const { bench, open, partition, samples, identity } = await target({ trouble: [{ ...trouble, at: nth }] });
        const change = created(samples.create!(1));
        const before = (await bench.rows(samples.table)).length;
        const result = await open.write!(partition, [change]).catch(asFailure);
        if (result instanceof Failure) assert.notEqual(result.kind, "bug", `${what}: ${result.stack}`);
        const there = (await bench.rows(samples.table)).filter((row) => row[identity] === change.fields[identity]);
        assert.ok(there.length <= 1, `${what}: it is there ${there.length} times`);
        assert.equal((await bench.rows(samples.table)).length, before + there.length, what);
        if (Array.isArray(result) && result[0].ok) assert.equal(there[0]?.id, result[0].id, what);
        // Where one call is all of it, a failure that is no unknown fate says that nothing has happened.
        if (nths.length === 1 && result instanceof Failure && result.code !== "wire.fate-unknown") {
          assert.equal(there.length, 0, `${what}: ${result.code}, and yet it is there`);
        }
      }
    }
  };
}
