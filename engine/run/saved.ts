/**
 * Saved plans: JSON Lines, a header and then a change a line. Applying one re-reads both sides and refuses, record by record, what
 * has changed on either.
 *
 * @module
 */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Failure } from "../failure.ts";
import { sameValue } from "../json.ts";
import type { Value } from "../connector.ts";
import type { Word } from "../state/types.ts";
import { partKey } from "./part_key.ts";
import type { Resolved } from "./resolve.ts";
import type { PlanHeader, PlannedChange } from "./types.ts";

/** A saved plan's changes by part. */
export type SavedChanges = Map<string, PlannedChange>;

/** The words a line may have. */
const WORDS: Record<Word, true> = {
  create: true,
  adopt: true,
  update: true,
  unchanged: true,
  deactivate: true,
  skipped: true,
  parked: true,
  rejected: true,
};

/** Words that ask for something to be done. */
const DOES = new Set(["create", "adopt", "update", "deactivate"]);

/** Writes a plan to a file as it is made; the file appears under its name only when it is whole. */
export async function planWriter(path: string): Promise<{
  header(header: PlanHeader): Promise<void>;
  change(change: PlannedChange): Promise<void>;
  close(): Promise<void>;
  discard(): Promise<void>;
}> {
  const unfinished = `${path}.unfinished`;
  const lines: string[] = [];
  const file = await Deno.open(unfinished, { write: true, create: true, truncate: true, mode: 0o600 });
  const flush = async () => {
    if (lines.length === 0) return;
    const bytes = new TextEncoder().encode(lines.join("\n") + "\n");
    lines.length = 0;
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  };
  const add = async (line: unknown) => {
    lines.push(JSON.stringify(line));
    if (lines.length >= 500) await flush();
  };
  return {
    header: add,
    change: add,
    async close() {
      await flush();
      await file.sync();
      file.close();
      await Deno.rename(unfinished, path);
    },
    async discard() {
      file.close();
      await Deno.remove(unfinished);
    },
  };
}

/** Reads a saved plan. */
export async function readPlan(path: string): Promise<{ header: PlanHeader; changes: AsyncIterable<PlannedChange> }> {
  try {
    await Deno.stat(path);
  } catch {
    throw new Failure("config.unreadable", { fact: "The plan cannot be read", place: path });
  }
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity })[Symbol.asyncIterator]();
  const first = await lines.next();
  const header = first.done ? undefined : parseLine<PlanHeader>(first.value, path, 1);
  if (header?.gusset !== 1 || typeof header.pipeline !== "string") {
    throw new Failure("plan.stale", { fact: "This is no plan that this version can apply", place: `${path}:1` });
  }
  return { header, changes: changesOf(lines, path) };
}

async function* changesOf(lines: AsyncIterator<string>, path: string): AsyncIterable<PlannedChange> {
  for (let number = 2;; number++) {
    const line = await lines.next();
    if (line.done) return;
    if (line.value === "") continue;
    const change = parseLine<PlannedChange | null>(line.value, path, number);
    if (!isChange(change)) throw damaged(path, number);
    yield change;
  }
}

function parseLine<T>(line: string, path: string, number: number): T {
  try {
    return JSON.parse(line) as T;
  } catch {
    throw damaged(path, number);
  }
}

const damaged = (path: string, number: number): Failure =>
  new Failure("plan.stale", { fact: "This line of the plan is cut or damaged", place: `${path}:${number}` });

/** Whether a line says what it is about; what it wants of that is compared field by field before anything is done. */
function isChange(line: PlannedChange | null): line is PlannedChange {
  return typeof line?.word === "string" && Object.hasOwn(WORDS, line.word) && typeof line.key === "string" &&
    typeof line.part === "string";
}

/** The changes of a plan that ask for something to be done, by part. */
export async function savedChanges(changes: AsyncIterable<PlannedChange>): Promise<SavedChanges> {
  const saved: SavedChanges = new Map();
  for await (const change of changes) {
    if (DOES.has(change.word) && !change.suggested) saved.set(partKey(change.key, change.part), change);
  }
  return saved;
}

/** Lets a resolved part pass where the plan says just the same of it; otherwise it is refused, and nothing of it is sent. */
export function matchesSaved(saved: SavedChanges, resolved: Resolved): Resolved {
  const { change, candidate } = resolved;
  const planned = saved.get(partKey(candidate.key, candidate.part));
  if (!planned) return refuse(resolved, "the plan says nothing of it");
  saved.delete(partKey(candidate.key, candidate.part));
  if (planned.word !== change.word) return refuse(resolved, `planned was ${planned.word}, now it is ${change.word}`);
  if (planned.id !== change.id) {
    return refuse(resolved, `planned was ${planned.id ?? "a new record"}, found is ${change.id ?? "none"}`);
  }
  const fields = new Set([...Object.keys(planned.fields ?? {}), ...Object.keys(change.fields ?? {})]);
  for (const field of fields) {
    const [then, now] = [planned.fields?.[field], change.fields?.[field]];
    if (then && now && same(then.old, now.old) && same(then.new, now.new)) continue;
    if (!now) return refuse(resolved, `${field} no longer differs`);
    const side = then ? same(then.new, now.new) : now.drift;
    return refuse(resolved, `${field} has changed in ${side ? "the destination" : "the source"} since`);
  }
  return resolved;
}

const same = (a: Value, b: Value): boolean => sameValue(a ?? null, b ?? null);

function refuse(resolved: Resolved, why: string): Resolved {
  const failure = planChanged(resolved.candidate.key, why);
  return {
    ...resolved,
    write: undefined,
    suggestion: undefined,
    failure,
    change: { ...resolved.change, word: "rejected", fields: undefined, failure: failure.toJSON() },
  };
}

/** Why a planned change is not done. */
export function planChanged(key: string, why: string): Failure {
  return new Failure("plan.changed", { fact: `It no longer is as the plan shows it: ${why}`, place: `record ${key}` });
}
