/**
 * What a run is like, in words.
 *
 * @module
 */
import type { Pipeline } from "../../pipeline/model.ts";
import type { Counts, RunRecord, Word } from "../../state/types.ts";
import { number } from "../../words.ts";
import type { Call } from "../api/types.ts";
import { Badge } from "./money/parts.tsx";

/** Plan words in the order they are shown, with the tone of each. */
export const WORDS: Readonly<Record<Word, "good" | "wait" | "bad" | "quiet">> = {
  create: "good",
  adopt: "good",
  update: "wait",
  deactivate: "bad",
  unchanged: "quiet",
  skipped: "quiet",
  parked: "wait",
  rejected: "bad",
};

/** The words alone. */
export const WORD_LIST = Object.keys(WORDS) as Word[];

/** `12 create, 3 update, 400 unchanged`: only words that occur. */
export const countsText = (counts: Counts): string =>
  WORD_LIST.filter((word) => counts[word] > 0).map((word) => `${number(counts[word])} ${word}`).join(", ") || "nothing";

const TONES: Record<RunRecord["state"], "good" | "wait" | "bad" | "quiet"> = {
  running: "wait",
  done: "good",
  partial: "wait",
  failed: "bad",
  aborted: "wait",
  sliced: "quiet",
};

/** How a run stands. */
export const RunBadge = ({ run: { state } }: { run: Pick<RunRecord, "state"> }) => (
  <Badge word={state} tone={TONES[state]} />
);

/** The keyed lists of a pipeline's destination. */
export function listsOf({ files, project }: Pick<Call["api"], "files" | "project">, { destination }: Pipeline) {
  const connector = project().connections[destination.connection]?.connector;
  return Object.entries(files.registry[connector]?.streams[destination.stream]?.destination?.lists ?? {});
}
