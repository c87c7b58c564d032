/**
 * What state tells by itself: what the posting pipeline has rejected, what waits, and what its outbox could not get into the books.
 *
 * @module
 */
import { sentence } from "../failure.ts";
import { listParked } from "../state/parked.ts";
import type { PostingRecord, PostingState } from "../state/posting_types.ts";
import { listPostings } from "../state/postings.ts";
import { listRejected } from "../state/rejected.ts";
import type { Owners } from "./exceptions.ts";
import { amountAt, type Reading, textAt } from "./reading.ts";
import type { Scope } from "./scope.ts";
import type { Exception } from "./facts.ts";

/** What state tells. */
export interface Told {
  exceptions: Exception[];
  /** What keeps source documents from the books, by source key: the state of their own document, `rejected` or `parked`. */
  outbox: Map<string, string>;
}

/** States in which a document is neither in the books nor at its end: kind, words, owner. */
const WAITING: Partial<Record<PostingState, [kind: Exception["kind"], words: string, owner: keyof Owners]>> = {
  planned: ["waiting", "Waits to be approved", "books"],
  approved: ["waiting", "Approved, and goes with the next run", "gusset"],
  declined: ["refused", "A person declined it", "books"],
  intent: ["unknown", "It was about to be sent when its run ended; the next one finds out", "gusset"],
  sent: ["unknown", "It was sent, and its import was not over", "gusset"],
  unknown: ["unknown", "Nobody knows whether it arrived; the next run asks", "gusset"],
  rejected: ["refused", "The books refused it", "books"],
};

/** Reads it. Only what belongs to the projects that are looked at. */
export async function readState(reading: Reading, scope: Scope, owners: Owners): Promise<Told> {
  const { store, definition: { pipeline, written } } = reading;
  const within = (project: string): boolean => scope.only === undefined || scope.only.includes(project);
  const names = new Map(scope.seen.map(({ id, name }) => [id, name]));
  const contracts = new Map(scope.contracts.map((one) => [one.id, one]));
  const exceptions: Exception[] = [];
  const outbox = new Map<string, string>();
  for await (const record of listRejected(store, pipeline.name)) {
    const project = contracts.get(textAt(record.row, written.certified.contract) ?? "")?.project;
    if (record.dismissed || scope.only && project === undefined) continue;
    const value = textAt(record.row, pipeline.posting.value ?? written.certified.value);
    const currency = textAt(record.row, written.certified.currency);
    outbox.set(record.key, "rejected");
    exceptions.push({
      kind: "rejected",
      subject: record.key,
      ...(project !== undefined && { project: names.get(project) ?? project }),
      cause: sentence(record.failure),
      owner: record.failure.code.startsWith("post.") ? owners.books : owners.certified,
      since: record.firstAt,
      ...(value !== undefined && { value: amountAt({ value }, "value", `rejected ${record.key}`) }),
      ...(currency !== undefined && { currency }),
      open: true,
    });
  }
  for await (const record of listParked(store, pipeline.name)) {
    if (record.word !== "parked" || scope.only) continue;
    outbox.set(record.key, "parked");
    exceptions.push({
      kind: "parked",
      subject: record.key,
      cause: record.why,
      owner: owners.gusset,
      since: record.at,
      open: true,
    });
  }
  for await (const record of listPostings(store, { pipeline: pipeline.name })) {
    const waits = WAITING[record.state];
    if (!waits || !within(record.from)) continue;
    if (record.purpose === "recognise") outbox.set(record.source, record.state);
    exceptions.push(waitingOf(record, waits, { owners, names }));
  }
  return { exceptions, outbox };
}

function waitingOf(
  { key, label, from, state, failure, history, value, currency, plan }: PostingRecord,
  [kind, words, owner]: NonNullable<typeof WAITING[PostingState]>,
  { owners, names }: { owners: Owners; names: ReadonlyMap<string, string> },
): Exception {
  const why = failure
    ? sentence(failure)
    : state === "planned" && plan !== undefined
    ? `${words}, in plan ${plan}`
    : words;
  return {
    kind,
    subject: key,
    ...(names.has(from) && { project: names.get(from) }),
    cause: label === undefined ? why : `${label}: ${why}`,
    owner: owners[owner],
    since: history.at(-1)?.at,
    value,
    currency,
    open: true,
  };
}
