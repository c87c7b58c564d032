/**
 * What must hold in a simulated world, at every event and in the end.
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
import type { Books } from "./books.ts";
import type { Office } from "./clerk.ts";
import { type Fact, PIPELINE, targetOf } from "./facts.ts";
import type { Memory } from "./kv.ts";

/** The outbox's record at a key that was written; undefined where it is something else. */
export function recordAt(kv: Memory, key: Deno.KvKey): PostingRecord | undefined {
  if (key[0] !== TABLES.posting) return undefined;
  const [entry] = kv.peek(key.slice(0, -1)).filter((each) => each.key.at(-1) === key.at(-1));
  return entry && decode<PostingRecord>(entry.value, entry.key);
}

/** The whole outbox. */
export function recordsIn(kv: Memory): PostingRecord[] {
  return kv.peek([TABLES.posting, PIPELINE]).map(({ key, value }) => decode<PostingRecord>(value, key));
}

/** What the outbox says at a commit. */
export function looksTrue(ledger: Books, record: PostingRecord): void {
  const { key, state, hash } = record;
  const made = ledger.made.get(key) ?? 0;
  if (isConfirmed(record)) assert.equal(made, 1, `${key} is said to be ${state}, and never was in the books`);
  if (state !== "rejected" && state !== "withdrawn" && state !== "planned" && state !== "approved") return;
  const stands = ledger.standing().some((each) => each.key === key && each.hash === hash);
  assert.ok(!stands, `${key} is said to be ${state}, and stands in the books`);
}

/** What must be so when a journal is made. */
export function mayBeMade(
  { kv, ledger, office: { approved, lost } }: { kv: Memory; ledger: Books; office: Office },
  key: string,
  hash: string,
): void {
  assert.equal(ledger.made.get(key), 1, `${key} was made twice`);
  assert.ok(approved.get(key)?.has(hash), `${key} was made with a body that nobody drafted`);
  // Of a call that was on its way when the state was lost, the outbox cannot know.
  if (lost) return;
  const entry = kv.peek([TABLES.posting, PIPELINE]).find((each) => each.key.at(-1) === key);
  const record = entry && decode<PostingRecord>(entry.value, entry.key);
  assert.ok(record && isInFlight(record), `${key} was made while the outbox says ${record?.state}`);
  if (record.after) assert.equal(ledger.made.get(record.after), 1, `${key} was made before ${record.after}`);
  assert.equal(record.hash, hash, `${key} was made with another body than the outbox says`);
}

/** What must be so in the end. */
export function atRest(records: readonly PostingRecord[], ledger: Books, facts: ReadonlyMap<string, Fact>): void {
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
