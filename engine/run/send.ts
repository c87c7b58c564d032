/**
 * Sends a group of changes and finds out what became of each: a failed call is split until the culprit stands alone, and a call of
 * unknown fate is read back before anything is sent again.
 *
 * @module
 */
import type { Change, OpenStream, Outcome, Partition, Row } from "../connector.ts";
import { asFailure, Failure } from "../failure.ts";
import type { Comparer } from "./compare.ts";
import { looker, normalise } from "./present.ts";

/** What sending needs to know of the destination. */
export interface Sender {
  writer: OpenStream;
  partition: Partition;
  comparer: Comparer;
  /** The field that holds our own key. */
  identity?: string;
  /** Rows a call takes. */
  bulk: number;
  /** Called before each call leaves: throws where the lease is gone. */
  before: () => Promise<void>;
  /** Called within a write that makes many calls, before each: throws where the lease is gone, which it finds out now and then. */
  held?: () => Promise<void>;
}

/** Culprits that one failing call may be split for: when this many stand alone, the call itself is at fault. */
const MANY = 20;

/** Sends changes in calls of at most `bulk`, and gives an outcome for each, in order. Throws what is not one record's fault. */
export async function send(sender: Sender, changes: readonly Change[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let at = 0; at < changes.length; at += sender.bulk) {
    const culprits = { alone: 0 };
    outcomes.push(...await sendSplitting(sender, changes.slice(at, at + sender.bulk), culprits));
  }
  return outcomes;
}

async function sendSplitting(
  sender: Sender,
  changes: readonly Change[],
  culprits: { alone: number },
): Promise<Outcome[]> {
  try {
    return await sendOnce(sender, changes);
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.kind !== "rejected" && failure.code !== "remote.refused") throw failure;
    if (changes.length === 1) {
      if (++culprits.alone > MANY) throw failure;
      return [{
        ok: false,
        failure: new Failure("record.refused", { fact: failure.message, value: failure.value, place: failure.place }),
      }];
    }
    const half = Math.ceil(changes.length / 2);
    return [
      ...await sendSplitting(sender, changes.slice(0, half), culprits),
      ...await sendSplitting(sender, changes.slice(half), culprits),
    ];
  }
}

async function sendOnce(sender: Sender, changes: readonly Change[]): Promise<Outcome[]> {
  await sender.before();
  try {
    return await sender.writer.write!(sender.partition, changes, sender.held);
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.code !== "wire.fate-unknown") throw failure;
    return await sendUnconfirmed(sender, changes, failure);
  }
}

/** Reads back what the lost call was about, and sends once more only what has not arrived. */
async function sendUnconfirmed(sender: Sender, changes: readonly Change[], lost: Failure): Promise<Outcome[]> {
  const arrived = await readBack(sender, changes, lost);
  const missing = changes.filter((change) => !arrived.has(change));
  if (missing.length === 0) return changes.map((change) => arrived.get(change)!);
  await sender.before();
  const outcomes = await sender.writer.write!(sender.partition, missing, sender.held);
  const again = new Map(missing.map((change, i) => [change, outcomes[i]]));
  return changes.map((change) => arrived.get(change) ?? again.get(change)!);
}

async function readBack(sender: Sender, changes: readonly Change[], lost: Failure): Promise<Map<Change, Outcome>> {
  const { writer, partition, identity, comparer } = sender;
  const known = changes.filter((change) => change.id !== undefined);
  const fresh = changes.filter((change) => change.id === undefined);
  // Without a key of our own at the destination, nobody can tell whether a new row is ours: the mark stays, and a person sees it.
  if (fresh.some((change) => !identity || !change.fields[identity])) throw lost;
  const look = looker(() => Promise.resolve(writer), partition);
  const byId = await look("id", known.map((change) => change.id!));
  const byKey = identity
    ? await look(identity, fresh.map((change) => change.fields[identity] as string))
    : new Map<string, Row[]>();
  const arrived = new Map<Change, Outcome>();
  for (const change of changes) {
    const row = change.id !== undefined
      ? byId.get(normalise(change.id))?.[0]
      : byKey.get(normalise(change.fields[identity!]))?.[0];
    if (!row) continue;
    const differs = Object.keys(comparer.diff(change.fields, row, undefined)).length > 0;
    if (!differs) arrived.set(change, { ok: true, id: row.id as string, row });
    // A row that arrived half-way is updated, never made a second time.
    else if (change.id === undefined) Object.assign(change, { action: "update", id: row.id as string, present: row });
  }
  return arrived;
}
