/**
 * How pipelines and connections stand, and what people are still to be told of it. A change of state and its news are one commit: of
 * several instances that see the same, one tells it, and an instance that dies leaves it to be told by another.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { decode, encode } from "./codec.ts";
import { commit } from "./commit.ts";
import { TABLES } from "./keys.ts";
import type { Batch, Store } from "./types.ts";
import { uniqueId } from "./unique.ts";

/** What is looked after, by kind: a connection's circuit, a pipeline's runs … */
export type HealthKind = "circuit" | "runs" | "rejected" | "plan" | "unknown" | "missed" | "config";

/** What a person is told: one sentence or two, no secret in it. */
export interface News {
  /** What it is about, as settings name it. */
  about: "failures" | "rejected" | "approvals" | "postings" | "missed" | "config" | "connections";
  /** Whether something is wrong, right again, or just to be known. */
  tone: "bad" | "good" | "info";
  text: string;
}

/** News that were not delivered yet. */
export interface WaitingNews extends News {
  id: string;
  /** ISO time. */
  at: string;
  /** How often they were sent in vain. */
  tries: number;
  /** Not to be sent again before: ISO time. */
  due?: string;
}

/** What a look at something came to: how it stands now (null: nothing to remember any more), and what is to be told. */
export interface Verdict<T> {
  after: T | null;
  news?: News;
}

/** Rounds of losing to others before the state counts as too busy. */
const ROUNDS = 50;

/**
 * Changes how something stands. `decide` sees how it stands, and gives undefined where that stays as it is; it is asked anew where
 * another was first. Gives what it came to; undefined where nothing was changed.
 */
export async function changeHealth<T>(
  store: Store,
  [kind, name]: readonly [HealthKind, string],
  decide: (before: T | undefined) => Verdict<T> | undefined,
): Promise<Verdict<T> | undefined> {
  const key = [TABLES.health, kind, name];
  for (let round = 0; round < ROUNDS; round++) {
    const entry = await store.kv.get(key);
    const verdict = decide(entry.versionstamp === null ? undefined : decode<T>(entry.value, key));
    if (!verdict) return undefined;
    const id = uniqueId(store);
    const value = verdict.after === null ? undefined : encode({ ...verdict.after, by: id });
    const { ok } = await commit(store, () => {
      const atomic = store.kv.atomic().check(entry);
      value ? atomic.set(key, value) : atomic.delete(key);
      if (verdict.news) atomic.set([TABLES.news, id], encode(waiting(verdict.news, store)));
      return atomic;
    }, {
      applied: async () => {
        const now = await store.kv.get(key);
        const ours = now.versionstamp !== null && decode<{ by?: string }>(now.value, key).by === id;
        return ours ? now.versionstamp : undefined;
      },
    });
    if (ok) return verdict;
  }
  throw new Failure("state.busy", { fact: "It changed too often to be written down", place: `health of ${name}` });
}

function waiting(news: News, { clock }: Store): Omit<WaitingNews, "id"> {
  return { ...news, at: new Date(clock.now()).toISOString(), tries: 0 };
}

/** How something stands; undefined where nothing is remembered. */
export async function getHealth<T>(store: Store, kind: HealthKind, name: string): Promise<T | undefined> {
  const { key, value, versionstamp } = await store.kv.get([TABLES.health, kind, name]);
  return versionstamp === null ? undefined : decode<T>(value, key);
}

/** All of a kind, by name. */
export async function listHealth<T>(store: Store, kind: HealthKind): Promise<Map<string, T>> {
  const found = new Map<string, T>();
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.health, kind] }, { batchSize: 500 })) {
    found.set(key[2] as string, decode<T>(value, key));
  }
  return found;
}

/** News that were not delivered yet, the oldest first. */
export async function* listNews(store: Store): AsyncGenerator<WaitingNews> {
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.news] }, { batchSize: 100 })) {
    yield { id: key[1] as string, ...decode<Omit<WaitingNews, "id">>(value, key) };
  }
}

/** Takes news away: they were delivered, or nobody wants them any more. */
export function dropNews(batch: Batch, news: readonly Pick<WaitingNews, "id">[]): void {
  for (const { id } of news) batch.delete([TABLES.news, id]);
}

/** Keeps news that could not be delivered until `due`, an ISO time. */
export function keepNews(batch: Batch, news: readonly WaitingNews[], due: string): void {
  for (const { id, ...one } of news) batch.set([TABLES.news, id], { ...one, tries: one.tries + 1, due });
}
