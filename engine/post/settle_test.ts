import assert from "node:assert/strict";
import type { OpenStream } from "../connector.ts";
import { Failure, type FailureCode } from "../failure.ts";
import type { PostedJournal, PostOutcome, Probe } from "../posting.ts";
import type { PostingRecord } from "../state/posting_types.ts";
import type { Outbox } from "./outbox.ts";
import { settle } from "./settle.ts";

const TO = { id: "204", name: "Denver" };
const STAMP = { at: "2026-11-10T16:00:00.000Z", by: "run-1" };
const JOURNAL: PostedJournal = {
  id: "1",
  name: "J",
  batch: "B",
  period: "NOV-26",
  debit: "5",
  credit: "5",
  posted: false,
};
const KEY = "P:j:77:1:1";

const record = (more: Partial<PostingRecord> = {}): PostingRecord => ({
  key: KEY,
  pipeline: "j",
  chain: "77",
  source: "1",
  from: "p1",
  to: "204",
  purpose: "recognise",
  revision: 1,
  money: "m",
  hash: "a1",
  date: "2026-11-05",
  currency: "USD",
  value: "5",
  moved: {},
  state: "intent",
  withdrawals: 1,
  history: [],
  ...more,
});

const absent: Probe = { key: KEY, state: "absent" };
const withdrawn = (withdrawals: number): Probe => ({
  key: KEY,
  state: "withdrawn",
  hash: "a1",
  group: "g",
  withdrawals,
});
const held = (hash = "a1", running = false): Probe => ({
  key: KEY,
  state: "interface",
  running,
  lines: [],
  hash,
  group: "g",
  withdrawals: 1,
});
const booked = (state: "unposted" | "posted", hash = "a1"): Probe => ({
  key: KEY,
  state,
  journal: { ...JOURNAL, posted: state === "posted" },
  hash,
  group: "g",
  withdrawals: 1,
});

/** Settles one outcome at a destination that answers probes one after the other; `undefined` is a question that fails. */
async function settled(
  { outcome, probes, first, own = {} }: {
    outcome: Omit<PostOutcome, "key">;
    probes: (Probe | undefined)[];
    first: boolean;
    own?: Partial<PostingRecord>;
  },
) {
  const asked: string[] = [];
  const left = [...probes];
  const stream: OpenStream = {
    partitions: () => Promise.resolve([TO]),
    probe() {
      asked.push("probe");
      const probe = left.shift();
      return probe ? Promise.resolve([probe]) : Promise.reject(new Failure("wire.timeout", { fact: "No answer" }));
    },
    withdraw() {
      asked.push("withdraw");
      return Promise.resolve({ done: true });
    },
  };
  const called = [{ record: record(own), outcome: { key: KEY, ...outcome } as PostOutcome }];
  const [{ record: now, result }] = await settle({ stream } as Outbox, called, { to: TO, first, stamp: STAMP });
  assert.deepEqual(left, [], "every answer was asked for");
  return { said: `${now.state} ${now.failure?.code ?? "-"} ${now.withdrawals}`, result, asked: asked.join(" ") };
}

const rejected = (code: FailureCode): Omit<PostOutcome, "key"> =>
  ({ result: "rejected", failure: new Failure(code, { fact: "No" }) }) as Omit<PostOutcome, "key">;

Deno.test("a refusal is believed where nothing left, or where what left was taken and given back; anything else stays unknown", async (t) => {
  const table: [string, boolean, FailureCode, (Probe | undefined)[], string, string][] = [
    ["it never left", true, "post.invalid", [absent], "rejected post.invalid 0", "probe"],
    ["it never left, and nobody can be asked", true, "post.invalid", [undefined], "rejected post.invalid 1", "probe"],
    ["it never left now, and did before", false, "post.invalid", [absent], "unknown post.invalid 1", "probe"],
    ["nobody was there", true, "wire.unreachable", [withdrawn(1)], "planned wire.unreachable 1", "probe"],
    ["nobody was there now", false, "wire.unreachable", [withdrawn(1)], "unknown wire.unreachable 1", "probe"],
    ["taken and given back", true, "post.refused", [withdrawn(2)], "rejected post.refused 2", "probe"],
    [
      "taken and given back, the second time",
      false,
      "post.refused",
      [withdrawn(2)],
      "rejected post.refused 2",
      "probe",
    ],
    [
      "given back before, and refused at the door",
      true,
      "post.refused",
      [withdrawn(1)],
      "unknown post.refused 1",
      "probe",
    ],
    ["refused at the door", true, "post.refused", [absent], "unknown post.refused 1", "probe"],
    ["refused, and nobody can be asked", true, "post.refused", [undefined], "unknown post.refused 1", "probe"],
    ["the import failed", true, "post.import-failed", [withdrawn(2)], "planned post.import-failed 2", "probe"],
    ["it was withdrawn since", true, "post.withdrawn", [withdrawn(3)], "withdrawn post.withdrawn 3", "probe"],
    [
      "it still lies there",
      true,
      "post.refused",
      [held(), withdrawn(2)],
      "rejected post.refused 2",
      "probe withdraw probe",
    ],
    [
      "it lies there for good",
      true,
      "post.refused",
      [held(), held()],
      "unknown post.refused 1",
      "probe withdraw probe",
    ],
    ["something works on it", true, "post.refused", [held("a1", true)], "sent post.refused 1", "probe"],
    ["it is in the books all the same", true, "post.refused", [booked("unposted")], "imported - 1", "probe"],
    ["it is posted all the same", false, "post.refused", [booked("posted")], "posted - 1", "probe"],
    ["another body is there", true, "post.conflict", [booked("posted", "b2")], "unknown post.conflict 1", "probe"],
    ["another body lies there", true, "post.conflict", [held("b2")], "unknown post.conflict 1", "probe"],
  ];
  for (const [what, first, code, probes, said, asked] of table) {
    await t.step(what, async () => {
      const found = await settled({ outcome: rejected(code), probes, first });
      assert.deepEqual([found.said, found.asked], [said, asked]);
    });
  }
});

Deno.test("what was approved stays so where it can go as it is; nothing is asked about what is confirmed or unknown", async () => {
  const own = { plan: "p" };
  const shut = await settled({ outcome: rejected("wire.unreachable"), probes: [absent], first: true, own });
  assert.deepEqual(shut, { said: "approved wire.unreachable 0", result: "rejected", asked: "probe" });
  const unknown = { result: "unknown", failure: new Failure("wire.fate-unknown", { fact: "No answer" }) } as const;
  assert.deepEqual(await settled({ outcome: unknown, probes: [], first: true }), {
    said: "unknown wire.fate-unknown 1",
    result: "unknown",
    asked: "",
  });
  const confirmed = { result: "confirmed", journal: { ...JOURNAL, posted: true } } as const;
  assert.deepEqual(await settled({ outcome: confirmed, probes: [], first: true }), {
    said: "posted - 1",
    result: "confirmed",
    asked: "",
  });
});
