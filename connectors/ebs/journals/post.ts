/**
 * Posts journals: handed over in one call, imported in one go, and told one by one. Oracle takes a batch whole or not at all, so what it
 * finds wrong is taken back and the rest is handed over again.
 *
 * What became of a journal is only ever taken from the package's answers. Where one got lost the outcome is `unknown`, however
 * little was seen of the journal afterwards: the call may still be on its way.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { asFailure, Failure } from "../../../engine/failure.ts";
import type { PostDocument, PostOutcome } from "../../../engine/posting.ts";
import { objection } from "./check.ts";
import { journalName } from "./name.ts";
import type { Journals } from "./package.ts";
import { isCulprit, isRunning, journalOf, refusal, wasSeen, withdrawalsOf } from "./probe.ts";
import { waitFor, type Waiting } from "./wait.ts";

/** What became of one document, without its key. */
type Fate = PostOutcome extends infer Each ? Each extends PostOutcome ? Omit<Each, "key"> : never : never;
/** Fates by key. */
type Fates = Map<string, Fate>;

/** Posts documents; one outcome for each, in order. Throws only where the run was stopped. */
export async function post(
  journals: Journals,
  documents: readonly PostDocument[],
  waiting: Waiting,
): Promise<PostOutcome[]> {
  const fates: Fates = new Map();
  const groups = new Map<string, PostDocument[]>();
  const [keys, names] = [new Set<string>(), new Set<string>()];
  const twice = documents.find(({ key }) => keys.size === keys.add(key).size);
  if (twice) throw new Failure("bug", { fact: "A document is posted twice in one call", value: twice.key });
  for (const document of documents) {
    const { key, fields } = document;
    const failure = objection(document) ?? sameName(names, key);
    if (failure) fates.set(key, { result: "rejected", failure });
    else {
      const group = JSON.stringify([fields.LEDGER_ID, fields.USER_JE_SOURCE_NAME]);
      groups.set(group, [...groups.get(group) ?? [], document]);
    }
  }
  for (const group of groups.values()) await postGroup(journals, group, { fates, waiting });
  return documents.map(({ key }) => ({ key, ...fates.get(key)! }));
}

function sameName(names: Set<string>, key: string): Failure | undefined {
  const name = journalName(key);
  if (names.size < names.add(name).size) return undefined;
  return new Failure("post.invalid", { fact: "Oracle would make one journal of this and another", value: name });
}

/** Hands documents of one ledger and source over, again without what was refused, until nothing is left open. */
async function postGroup(
  journals: Journals,
  group: readonly PostDocument[],
  { fates, waiting }: { fates: Fates; waiting: Waiting },
): Promise<void> {
  for (let open = group; open.length > 0;) {
    const sent = await handOver(journals, open, { fates, waiting, sure: open === group ? surelyNot : neverLeft });
    const failure = await waitFor(journals, sent.requests, waiting);
    const rows = await seen(journals, sent.documents, { fates, waiting });
    const held: PostDocument[] = [];
    for (const document of rows ? sent.documents : []) {
      const fate = fateOf(document, rows!.get(document.key), failure);
      if (fate === "held") held.push(document);
      else fates.set(document.key, fate);
    }
    open = held.length > 0 ? await takeBack(journals, held, rows!, { fates, waiting, failure }) : [];
  }
}

/** Hands over; what has its fate already, or could not be handed over, is not in the answer. */
async function handOver(
  journals: Journals,
  documents: readonly PostDocument[],
  { fates, waiting, sure }: { fates: Fates; waiting: Waiting; sure: (failure: Failure) => boolean },
): Promise<{ documents: PostDocument[]; requests: Set<string> }> {
  const requests = new Set<string>();
  try {
    const answers = await journals.submit(documents);
    const taken = documents.filter(({ key }) => {
      const { result, request } = answers.get(key)!;
      if (request !== undefined) requests.add(request);
      if (result === "SENT" || result === "PRESENT") return true;
      const place = `journal ${key}`;
      const failure = result === "CONFLICT"
        ? conflict(place)
        : new Failure("post.withdrawn", { fact: "It was withdrawn since this was planned", place });
      fates.set(key, { result: "rejected", failure });
      return false;
    });
    return { documents: taken, requests };
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (waiting.signal.aborted || failure.kind === "bug") throw thrown;
    const result = sure(failure) ? "rejected" : "unknown";
    for (const { key } of documents) fates.set(key, { result, failure });
    return { documents: [], requests };
  }
}

/**
 * Whether a failed call has surely changed nothing: it never arrived, or the package says so itself, which takes everything back before it
 * answers. Whatever else answers in its place may have done so after the commit.
 */
const surelyNot = (failure: Failure): boolean =>
  neverLeft(failure) || failure.code === "permission.missing" || failure.code === "operation.missing" ||
  failure.code === "context.wrong" || failure.code === "post.refused";

/**
 * Whether a failed call never left. What is handed over again goes with a withdrawal that nobody else knows of yet: a line may carry a call
 * twice, and who is told that one copy was refused would take the other for shut out.
 */
const neverLeft = ({ code }: Failure): boolean =>
  code === "wire.unreachable" || code === "wire.not-permitted" || code === "wire.foreign-origin";

/** The package's rows of documents; undefined, and the fates unknown, where they cannot be read. */
async function seen(
  journals: Journals,
  documents: readonly PostDocument[],
  { fates, waiting }: { fates: Fates; waiting: Waiting },
): Promise<Map<string, Row> | undefined> {
  if (documents.length === 0) return undefined;
  try {
    return await journals.postings(documents.map(({ key }) => key));
  } catch (thrown) {
    if (waiting.signal.aborted || asFailure(thrown).kind === "bug") throw thrown;
    for (const { key } of documents) fates.set(key, { result: "unknown", failure: asFailure(thrown) });
  }
}

/** What the package's row says became of a document that it has taken; `held` where it lies in the interface with nothing running. */
function fateOf({ key, hash }: PostDocument, row: Row | undefined, failure: Failure | undefined): Fate | "held" {
  const place = `journal ${key}`;
  // Who slept while this was withdrawn and sent as something else must not take that back, and bring the former body instead.
  if (row && row.BODY_HASH !== hash) return { result: "rejected", failure: conflict(place) };
  switch (row?.POSTING_STATE) {
    case "UNPOSTED":
    case "POSTED":
    case "CHANGED":
    case "REVERSED":
      return { result: "confirmed", journal: journalOf(row) };
    case "DELETED":
      return {
        result: "rejected",
        failure: new Failure("post.deleted", {
          fact: "The journal was sent, and somebody deleted it in Oracle",
          place,
        }),
      };
    case "INTERFACE":
      if (!isRunning(row)) return "held";
      return { result: "unknown", failure: failure ?? unfinished(place) };
    default:
      return { result: "unknown", failure: failure ?? unfinished(place) };
  }
}

const conflict = (place: string): Failure =>
  new Failure("post.conflict", { fact: "Another body was sent under this key", place });

const unfinished = (place: string): Failure =>
  new Failure("post.unfinished", { fact: "Journal Import has not ended yet", place });

/**
 * Takes back what lies in the interface: refused documents have their fate then, the others are given back to be handed over again. Where
 * nothing was found in any of them the import itself has failed, and all have their fate.
 */
async function takeBack(
  journals: Journals,
  held: readonly PostDocument[],
  rows: Map<string, Row>,
  { fates, waiting, failure }: { fates: Fates; waiting: Waiting; failure: Failure | undefined },
): Promise<PostDocument[]> {
  const again: PostDocument[] = [];
  const found = held.some(({ key }) => isCulprit(rows.get(key)!));
  let answers: Awaited<ReturnType<Journals["takeBack"]>>;
  try {
    answers = await journals.takeBack(held.map(({ key }) => key));
  } catch (thrown) {
    if (waiting.signal.aborted || asFailure(thrown).kind === "bug") throw thrown;
    for (const { key } of held) fates.set(key, { result: "unknown", failure: asFailure(thrown) });
    return again;
  }
  for (const document of held) {
    const { key } = document;
    const row = rows.get(key)!;
    const place = `journal ${key}`;
    if (answers.get(key) !== "WITHDRAWN") fates.set(key, { result: "unknown", failure: unfinished(place) });
    else if (isCulprit(row)) fates.set(key, { result: "rejected", failure: refusal(key, row) });
    else if (found && wasSeen(row)) again.push({ ...document, withdrawals: withdrawalsOf(row) + 1 });
    else fates.set(key, { result: "rejected", failure: failure ?? ignored(place) });
  }
  return again;
}

const ignored = (place: string): Failure =>
  new Failure("post.import-failed", { fact: "Journal Import ended and left the journal in the interface", place });
