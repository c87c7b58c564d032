import assert from "node:assert/strict";
import { z } from "zod";
import type { Change, OpenStream, Outcome, Row, Stream } from "../connector.ts";
import { WHOLE } from "../connector.ts";
import { Failure } from "../failure.ts";
import { id, text } from "../fields.ts";
import { comparer } from "./compare.ts";
import { send } from "./send.ts";

const stream: Stream = {
  description: "things",
  record: z.object({ id: id(), origin_id: id().optional(), name: text().optional() }),
  key: "id",
  destination: {
    fields: z.object({ origin_id: id(), name: text() }),
    identity: "origin_id",
    find: ["origin_id"],
    unique: [],
    bulk: 100,
    creates: true,
    deactivates: false,
  },
};

/** A destination that holds rows by origin_id, and goes wrong as `trouble` says: before or after it has taken a call in. */
function destination(trouble: (call: number, changes: readonly Change[]) => Failure | "after" | undefined) {
  const rows = new Map<string, Row>();
  const calls: string[][] = [];
  const writer: OpenStream = {
    partitions: () => Promise.resolve([WHOLE]),
    find: ({ by, values }) => Promise.resolve([...rows.values()].filter((row) => values.includes(row[by] as string))),
    write: (_partition, changes) => {
      calls.push(changes.map((change) => change.fields.origin_id as string));
      const wrong = trouble(calls.length, changes);
      if (wrong instanceof Failure) return Promise.reject(wrong);
      const outcomes = changes.map((change): Outcome => {
        const key = change.fields.origin_id as string;
        const row = { id: rows.get(key)?.id ?? String(rows.size + 1), ...change.fields };
        rows.set(key, row);
        return { ok: true, id: row.id as string };
      });
      return wrong === "after"
        ? Promise.reject(new Failure("wire.fate-unknown", { fact: "The answer was lost" }))
        : Promise.resolve(outcomes);
    },
  };
  const sender = {
    writer,
    partition: WHOLE,
    comparer: comparer(stream),
    identity: "origin_id",
    bulk: 100,
    before: () => Promise.resolve(),
  };
  return { rows, calls, sender };
}

const creates = (count: number): Change[] =>
  Array.from({ length: count }, (_, i) => ({ action: "create", fields: { origin_id: `k${i}`, name: `n${i}` } }));

Deno.test("a refused call is split until the culprit stands alone, and everything else goes through once", async () => {
  const refusal = new Failure("remote.refused", { fact: "Name is invalid" });
  const { rows, calls, sender } = destination((_, changes) =>
    changes.some((one) => one.fields.origin_id === "k37") ? refusal : undefined
  );
  const outcomes = await send(sender, creates(100));
  assert.equal(outcomes.filter((outcome) => outcome.ok).length, 99);
  assert(!outcomes[37].ok && outcomes[37].failure.code === "record.refused");
  assert.equal(rows.size, 99);
  assert(!rows.has("k37"));
  assert(calls.length <= 2 * Math.ceil(Math.log2(100)) + 1, `${calls.length} calls`);
});

Deno.test("a call that fails for every record alone is the call's fault, not theirs", async () => {
  const { sender, calls } = destination(() => new Failure("remote.refused", { fact: "Unknown parameter" }));
  await assert.rejects(send(sender, creates(100)), { code: "remote.refused" });
  assert(calls.length < 100);
});

Deno.test("a failure that is nobody's fault is thrown, and nothing is split", async () => {
  for (const code of ["wire.unreachable", "permission.missing", "lease.lost"] as const) {
    const { sender, calls } = destination(() => new Failure(code, { fact: "no" }));
    await assert.rejects(send(sender, creates(10)), { code });
    assert.equal(calls.length, 1);
  }
});

Deno.test("an answer lost after the commit is read back, and nothing is sent again", async () => {
  const { rows, calls, sender } = destination((call) => call === 1 ? "after" : undefined);
  const outcomes = await send(sender, creates(10));
  assert(outcomes.every((outcome) => outcome.ok));
  assert.equal(calls.length, 1);
  assert.equal(rows.size, 10);
});

Deno.test("an answer lost before the commit is read back, and only what is missing is sent again", async () => {
  const { rows, calls, sender } = destination((call) =>
    call === 1 ? new Failure("wire.fate-unknown", { fact: "The connection closed" }) : undefined
  );
  rows.set("k3", { id: "9", origin_id: "k3", name: "n3" });
  const outcomes = await send(sender, creates(5));
  assert(outcomes.every((outcome) => outcome.ok));
  assert.deepEqual(calls, [["k0", "k1", "k2", "k3", "k4"], ["k0", "k1", "k2", "k4"]]);
  assert.equal(rows.size, 5);
});

Deno.test("without a key of our own at the destination a lost create is not sent again", async () => {
  const { calls, sender } = destination((call) => call === 1 ? "after" : undefined);
  await assert.rejects(send({ ...sender, identity: undefined }, creates(2)), { code: "wire.fate-unknown" });
  assert.equal(calls.length, 1);
});

Deno.test("a lost lease stops before the call leaves", async () => {
  const { calls, sender } = destination(() => undefined);
  const before = () => Promise.reject(new Failure("lease.lost", { fact: "taken over" }));
  await assert.rejects(send({ ...sender, before }, creates(2)), { code: "lease.lost" });
  assert.equal(calls.length, 0);
});
