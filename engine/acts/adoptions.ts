/**
 * What people say of suggested twins.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { decideAdoption, listAdoptions } from "../state/adoptions.ts";
import { batch } from "../state/batch.ts";
import type { AdoptionRecord } from "../state/types.ts";
import { byHand } from "../state/wakes.ts";
import { type Actor, isKey, keyText, notThere, nowOf, some } from "./actor.ts";

/** Which twins, and what is said of them. */
export interface Said {
  accept: boolean;
  /** Every suggestion that waits, where no key is named. */
  all?: boolean;
  why?: string;
}

/** Says yes or no to suggested twins; the next run does it. Throws `usage` where none is named, `not-there` for an unknown one. */
export async function decideAdoptions(
  who: Actor,
  pipeline: string,
  keys: readonly string[],
  { accept, all = false, why }: Said,
): Promise<AdoptionRecord[]> {
  if (keys.length === 0 && !all) {
    throw new Failure("usage", { fact: "No record is named", action: "Name keys, or say --all." });
  }
  const wanted: AdoptionRecord[] = [];
  for await (const { pipeline: _, ...record } of listAdoptions(who.store, pipeline)) {
    // A named record may be decided anew; --all leaves alone what a person has said before.
    if (keys.some((key) => isKey(record, key)) || all && keys.length === 0 && !record.decision) wanted.push(record);
  }
  const missing = keys.find((key) => !wanted.some((record) => isKey(record, key)));
  if (missing !== undefined) {
    throw notThere(`No twin is suggested for ${missing} of ${pipeline}`, `See \`gusset adopt list ${pipeline}\`.`);
  }
  if (wanted.length === 0) return wanted;
  const writes = batch(who.store);
  for (const record of wanted) decideAdoption(writes, pipeline, record, { accept, by: who.name, at: nowOf(who), why });
  byHand(writes, pipeline, wanted.map(({ key }) => key), `adoption ${accept ? "accepted" : "declined"}`);
  await who.commit(writes, { subject: pipeline, why, details: { records: some(wanted.map(keyText)) } });
  return wanted;
}
