/**
 * Plans of documents that wait for a second person, or waited.
 *
 * @module
 */
import { decode } from "./codec.ts";
import { TABLES } from "./keys.ts";
import type { Batch, Store } from "./types.ts";

/** Where a plan is: `done` when its last document left or was refused, `stale` when none of them is what it was. */
export type PlanState = "waiting" | "approved" | "declined" | "done" | "stale";

/** A plan, without the keys of its documents. */
export interface PlanRecord {
  id: string;
  pipeline: string;
  /** The pipeline's hash when it was made. */
  hash: string;
  /** Who ran it. */
  author: string;
  /** ISO time it was made. */
  at: string;
  /** Documents. */
  count: number;
  /** What they are worth, by currency, as decimals. */
  value: Record<string, string>;
  state: PlanState;
  /** Who said yes or no. */
  decision?: { accept: boolean; by: string; at: string; why?: string };
}

/** Keys in one value. */
const KEYS = 500;

/** Remembers a plan, and the keys of its documents where it is new. The plan itself is set last. */
export function putPlan(batch: Batch, plan: PlanRecord, keys?: readonly string[]): void {
  for (let i = 0; keys && i < keys.length; i += KEYS) {
    batch.set([TABLES.plan, plan.id, i / KEYS], keys.slice(i, i + KEYS));
  }
  batch.set([TABLES.plan, plan.id, ""], plan);
}

/** A plan by its id. */
export async function getPlan(store: Store, id: string): Promise<PlanRecord | undefined> {
  const { key, value, versionstamp } = await store.kv.get([TABLES.plan, id, ""]);
  return versionstamp === null ? undefined : decode<PlanRecord>(value, key);
}

/** The keys of a plan's documents. */
export async function planKeys(store: Store, id: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.plan, id] })) {
    if (typeof key[2] === "number") keys.push(...decode<string[]>(value, key));
  }
  return keys;
}

/** Plans, newest first: of all pipelines or of one, in all states or in one; those older than the plan `before`. */
export async function* listPlans(
  store: Store,
  { pipeline, state, before }: { pipeline?: string; state?: PlanState; before?: string } = {},
): AsyncGenerator<PlanRecord> {
  const prefix = [TABLES.plan];
  const range = before === undefined ? { prefix } : { prefix, end: [TABLES.plan, before] };
  for await (const { key, value } of store.kv.list(range, { reverse: true, batchSize: 500 })) {
    if (key[2] !== "") continue;
    const plan = decode<PlanRecord>(value, key);
    if ((pipeline ?? plan.pipeline) === plan.pipeline && (state ?? plan.state) === plan.state) yield plan;
  }
}
