/**
 * What tests of orders in trouble share.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type FailureCode, sentence } from "../../engine/failure.ts";
import type { PlannedChange } from "../../engine/run/types.ts";
import { batch } from "../../engine/state/batch.ts";
import { addWakes } from "../../engine/state/wakes.ts";
import type { House } from "./house.ts";

const HOUR = 3_600_000;

/** Another process, an hour later. */
export async function later(home: House): Promise<void> {
  await home.clock.advance(HOUR);
  home.reopen();
}

/** As `gusset rejected retry` asks for it. */
export async function retry(home: House, key: string): Promise<void> {
  const writes = batch(home.store);
  addWakes(writes, "purchase-orders", [key], "retried by anna");
  await writes.commit();
}

/** A failure that is told in one clear line: what, where, and what to do. */
export function told(change: PlannedChange, code: FailureCode, fact: RegExp): void {
  assert.equal(change.failure?.code, code, JSON.stringify(change));
  assert.match(change.failure!.fact, fact);
  assert(change.failure!.action && change.failure!.place, JSON.stringify(change.failure));
  assert(!sentence(change.failure!).includes("\n"));
}
