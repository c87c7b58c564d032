/**
 * From a step to a document: mapped, dated, and held against what it has to move. What takes back or adjusts goes to the accounts on
 * which the cost stands, wherever the mapping would put it today.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import { asFailure, Failure } from "../failure.ts";
import type { Certified, PostingRecord } from "../state/posting_types.ts";
import { bodyOf } from "../state/postings.ts";
import { same } from "./amounts.ts";
import { documentRow, goneAway } from "./certified_row.ts";
import type { Desk } from "./desk.ts";
import { bodyHash, finish, reversalBody, type Shape, valueOf } from "./draft.ts";
import { examine } from "./examine.ts";
import { adjustmentKey, type KeyOwner, recognitionKey, reversalKey } from "./keys.ts";
import { dated } from "./period.ts";
import { rememberedLines } from "./remembered.ts";
import { isWaiting, stands } from "./standing.ts";
import type { BookedPositions, Draft, Step } from "./types.ts";

/** What a document is made of. */
export interface Drafting {
  step: Step;
  chain: string;
  from: string;
  certified: readonly Certified[];
  documents: readonly PostingRecord[];
  booked: BookedPositions;
  /** Joined rows at hand, by source key: those of {@link rowsFor}, unless they cannot be had. */
  rows: ReadonlyMap<string, Row>;
  /** Why a row cannot be had, by source key. */
  faults: ReadonlyMap<string, Failure>;
  /** Has the row of a source document among {@link rows}, if it can be had. */
  load(key: string): Promise<unknown>;
}

/**
 * Source documents whose rows a step's document is made of: its own, and for what moves besides the newest that says something of it.
 * Which others are at hand must not matter: what was approved has to come out the same in the run that posts it.
 */
export function rowsFor({ purpose, source, moved }: Step, certified: readonly Certified[]): string[] {
  if (purpose === "reverse") return [];
  const own = certified.find(({ key }) => key === source);
  const others = Object.keys(moved).flatMap((position) => {
    if (own && Object.hasOwn(own.positions, position)) return [];
    const having = certified.filter(({ positions }) => Object.hasOwn(positions, position));
    return (having.findLast(({ counts }) => counts) ?? having.at(-1))?.key ?? [];
  });
  return [...new Set([source, ...others])];
}

/** Makes a step's document, or says what is wrong with it. */
export async function draft(desk: Desk, drafting: Drafting): Promise<Draft | { failure: Failure }> {
  try {
    return await draftStep(desk, drafting);
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.kind !== "rejected") throw failure;
    return { failure };
  }
}

async function draftStep(desk: Desk, drafting: Drafting): Promise<Draft> {
  const { step, chain, from, certified, documents, booked } = drafting;
  const { job, pipeline, takes, says } = desk;
  const shape: Shape = { says, lines: takes.lines };
  const owner: KeyOwner = { tag: job.from.tag, pipeline: pipeline.name };
  const key = step.purpose === "recognise"
    ? recognitionKey(owner, { chain, source: step.source, revision: step.revision })
    : step.purpose === "adjust"
    ? adjustmentKey(owner, { chain, revision: step.revision })
    : reversalKey(step.reverses!);
  const about = certified.find((one) => one.key === step.source);
  const original = documents.find((one) => one.key === step.reverses);
  const to = original?.to ?? about?.to ?? documents.at(-1)!.to;
  const before = documents.find((one) => one.key === key);
  // One that waits for a second person keeps its day: it has to come out the same when that person has looked at it.
  const kept = before && isWaiting(before) && same(before.moved, step.moved) ? before.date : undefined;
  const day = step.date ?? (step.purpose === "recognise" ? about!.date : kept ?? desk.today);
  const { date, own } = dated({
    date: day,
    periods: await desk.calendar(to),
    rule: step.purpose === "recognise" ? pipeline.posting.period : "next",
    place: `document ${key}`,
  });
  const words = { key, purpose: step.purpose, revision: step.revision, why: step.why, period: own };
  const fields = step.purpose === "reverse"
    ? await reversal(desk, drafting, original!, { date, shape, words })
    : await mapped(desk, drafting, { words, date, shape });
  const unit = about?.unit ?? "0.01";
  // An account that is refused since is one that a document has to be taken back from, all the same.
  const never = step.purpose === "reverse" ? [] : booked.never;
  const failure = examine(fields, { ...shape, moved: step.moved, never, unit, place: `document ${key}` });
  if (failure) throw failure;
  const record: PostingRecord = {
    key,
    pipeline: pipeline.name,
    chain,
    source: step.source,
    from,
    to,
    purpose: step.purpose,
    revision: step.revision,
    ...(step.reverses !== undefined && { reverses: step.reverses }),
    ...(step.after !== undefined && { after: step.after }),
    money: about?.hash ?? original?.money ?? "",
    hash: bodyHash(fields),
    date,
    currency: String(fields[says.currency] ?? original?.currency ?? ""),
    value: valueOf(fields, shape),
    ...((about?.label ?? original?.label) !== undefined && { label: about?.label ?? original?.label }),
    moved: step.moved,
    state: "planned",
    withdrawals: before?.withdrawals ?? 0,
    history: before?.history ?? [],
  };
  return { record, fields, why: step.why };
}

/**
 * A document that takes another back: the same lines, debit and credit exchanged. Where its body was lost with the state, the destination
 * has its lines, and the mapping what stands above them.
 */
async function reversal(
  desk: Desk,
  drafting: Drafting,
  original: PostingRecord,
  { date, shape, words }: { date: string; shape: Shape; words: Parameters<typeof documentRow>[3] },
): Promise<Row> {
  const body = await bodyOf(desk.job.engine.store, original) ?? await restored(desk, drafting, original, words);
  const was = body[shape.says.description];
  const description = `Reversal (${words.why}): ${typeof was === "string" ? was : original.key}`.slice(0, 240);
  return reversalBody(body, shape, { date, description });
}

async function restored(
  desk: Desk,
  { rows, load }: Drafting,
  original: PostingRecord,
  words: Parameters<typeof documentRow>[3],
): Promise<Row> {
  const { job, mapper, takes } = desk;
  const lines = await rememberedLines(desk, original);
  if (!rows.has(original.source)) await load(original.source);
  const row = rows.get(original.source);
  if (!lines || !row) throw withoutBody(original.key);
  const elements = mapper.certified(row, job.links.lookup, job.around);
  const result = job.mapper.map(documentRow(row, elements, original.moved, words), "", job.links.lookup, job.around);
  if (result.kind !== "record") throw withoutBody(original.key);
  return { ...result.fields, [takes.lines]: lines };
}

async function mapped(
  desk: Desk,
  { step, certified, documents, rows, faults }: Drafting,
  { words, date, shape }: { words: Parameters<typeof documentRow>[3]; date: string; shape: Shape },
): Promise<Row> {
  const { job, mapper } = desk;
  const standing = step.purpose === "adjust" ? await bodiesThatStand(desk, documents) : [];
  const [row, ...others] = rowsFor(step, certified).map((key) => rows.get(key));
  if (!row && step.purpose === "adjust") return finish(fromBodies(standing, step, shape), shape, { date });
  if (!row) throw faults.get(step.source) ?? goneAway(desk, { key: step.source });
  const all = [row, ...others].filter((one) => one !== undefined);
  const elements = all.flatMap((one) => mapper.certified(one, job.links.lookup, job.around));
  const result = job.mapper.map(documentRow(row, elements, step.moved, words), "", job.links.lookup, job.around);
  if (result.kind === "rejected") throw result.failure;
  if (result.kind !== "record") throw new Failure("link.missing", { fact: result.why, place: `document ${words.key}` });
  return finish(whereItStands(result.fields, standing, shape), shape, { date });
}

/** Bodies of documents that stand, newest first. */
async function bodiesThatStand({ job }: Desk, documents: readonly PostingRecord[]): Promise<Row[]> {
  const bodies: Row[] = [];
  for (const record of [...documents].reverse()) {
    if (!stands(record) || record.purpose === "reverse") continue;
    const body = await bodyOf(job.engine.store, record);
    if (body) bodies.push(body);
  }
  return bodies;
}

/** Lines by position and measure, the newest document's first. */
function standingLines(bodies: readonly Row[], { says, lines }: Shape): Map<string, Row> {
  const found = new Map<string, Row>();
  for (const body of bodies) {
    for (const line of (body[lines] ?? []) as readonly Row[]) {
      const slot = JSON.stringify([line[says.position], line[says.measure]]);
      if (!found.has(slot)) found.set(slot, line);
    }
  }
  return found;
}

/** Puts lines to the accounts on which their position's measure stands. */
function whereItStands(fields: Row, bodies: readonly Row[], shape: Shape): Row {
  const { says, lines } = shape;
  const standing = standingLines(bodies, shape);
  const given = (fields[lines] ?? []) as readonly Row[];
  return {
    ...fields,
    [lines]: given.map((line) => {
      const there = standing.get(JSON.stringify([line[says.position], line[says.measure]]));
      return there ? { ...line, [says.account]: there[says.account], [says.balancing]: there[says.balancing] } : line;
    }),
  };
}

/** An adjustment of which no source document is left: its lines are those that stand, with other amounts. */
function fromBodies(bodies: readonly Row[], step: Step, shape: Shape): Row {
  const { says, lines } = shape;
  const standing = standingLines(bodies, shape);
  const [newest] = bodies;
  if (!newest) throw withoutBody(step.source);
  const made = Object.entries(step.moved).flatMap(([position, amounts]) =>
    Object.entries(amounts).flatMap(([measure, amount]) => {
      const line = standing.get(JSON.stringify([position, measure]));
      if (!line) return [];
      const { [says.debit]: _debit, [says.credit]: _credit, ...rest } = line;
      return [{ ...rest, [measure === "cost" ? says.debit : says.credit]: amount }];
    })
  );
  const description = `${String(newest[says.description] ?? "")}: ${step.why}`.slice(0, 240);
  return { ...newest, [says.description]: description, [lines]: made };
}

const withoutBody = (key: string): Failure =>
  new Failure("post.misstated", {
    fact:
      "The outbox was rebuilt and does not know the lines that were sent, so they cannot be taken back by themselves",
    place: `document ${key}`,
    action: "Reverse the journal in the books, and settle it with `gusset postings accept`.",
  });
