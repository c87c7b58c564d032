/**
 * What a chain's outbox comes to: what stands in the books by it, which keys are used up, and what waits for a person.
 *
 * @module
 */
import type { Positions, PostingRecord, PostingState, Purpose } from "../state/posting_types.ts";
import { plus } from "./amounts.ts";
import { isConfirmed, isInFlight } from "./fate.ts";

/** What people over there made of documents. */
export const BY_PEOPLE: ReadonlySet<PostingState> = new Set<PostingState>(["reversed", "changed", "deleted"]);

/** Whether a document ever got so far that its key names it for good. */
const isUsed = ({ state }: PostingRecord): boolean => isConfirmed({ state }) || BY_PEOPLE.has(state);

/** Whether a person has it out of the way: declined, and not let go again. */
export const isDeclined = ({ state, settled }: PostingRecord): boolean =>
  state === "declined" && settled?.how !== "retry";

/** Whether it waits for a second person, or was released by one and has not left yet. */
export const isWaiting = ({ state }: PostingRecord): boolean => state === "planned" || state === "approved";

/**
 * Whether a document is counted as standing. What people did to it over there and accepted here is theirs: a difference that stays as it
 * is, and is not made good by what comes after. Only a recognition that they took back stands no more, for its source then waits for them.
 */
export function stands({ purpose, state, settled }: PostingRecord): boolean {
  if (isConfirmed({ state })) return true;
  if (!BY_PEOPLE.has(state) || settled?.how !== "accept") return false;
  return state === "changed" || purpose !== "recognise";
}

/** What stands by documents, by position. */
export const standingOf = (documents: readonly PostingRecord[]): Positions =>
  plus(...documents.filter(stands).map(({ moved }) => moved));

/** Why nothing can be reckoned now, for people; undefined where everything is known. */
export function waitsFor(documents: readonly PostingRecord[]): string | undefined {
  const open = documents.find(isInFlight);
  if (open) return `What became of ${open.key} is not known yet`;
  const touched = documents.find(({ state, settled }) =>
    BY_PEOPLE.has(state) && (!settled || (state === "changed" && settled.how !== "accept"))
  );
  return touched &&
    `${touched.key} was ${touched.state} in the books, and somebody has to say what becomes of it: gusset postings accept, or retry`;
}

/** The revision of the next document of a purpose: one after the newest whose key is used up. */
export const nextRevision = (documents: readonly PostingRecord[], purpose: Purpose): number =>
  1 + Math.max(0, ...used(documents, purpose).map(({ revision }) => revision));

/** Documents of a purpose that got into the books once, oldest first. */
export const used = (documents: readonly PostingRecord[], purpose: Purpose): PostingRecord[] =>
  documents.filter((one) => one.purpose === purpose && isUsed(one)).sort((a, b) => a.revision - b.revision);
