/**
 * A plan as a person reads it: what would be made, taken over and changed, field by field, and why the rest stays as it is.
 * What a run did is shown in the same words.
 *
 * @module
 */
import type { Value } from "../connector.ts";
import { sum } from "../decimal.ts";
import { sentence } from "../failure.ts";
import type { Pipeline } from "../pipeline/model.ts";
import { documentLines } from "./document_view.ts";
import { listLines, money } from "./list_view.ts";
import type { FieldChange, PlannedChange, RunResult } from "../run/types.ts";
import type { Counts, Word } from "../state/types.ts";
import { clean, counted, cut, duration, number, type Paint, singular } from "./style.ts";

/** Plan words in the order they are shown. */
export const WORDS: readonly Word[] = [
  "create",
  "adopt",
  "update",
  "deactivate",
  "unchanged",
  "skipped",
  "parked",
  "rejected",
];

/** Words that are shown one line a record; the others by reason and number. */
const LISTED = new Set<Word>(["create", "adopt", "update", "deactivate", "parked", "rejected"]);

const COLORS: Record<Word, Parameters<Paint>[0]> = {
  create: "green",
  adopt: "cyan",
  update: "yellow",
  deactivate: "magenta",
  unchanged: "dim",
  skipped: "dim",
  parked: "blue",
  rejected: "red",
};

/** How a plan is to be shown. */
export interface ViewOptions {
  pipeline: Pipeline;
  mode: "plan" | "apply";
  say: (line?: string) => void;
  paint: Paint;
  columns: number;
  /** Records shown for each word; Infinity streams every record as it comes, and holds none. */
  cap: number;
  /** Shows each field of creates too. */
  fields: boolean;
}

/** A plan being shown. */
export interface PlanView {
  change(change: PlannedChange): void;
  /** The reasons, the totals, and what it cost: calls by connection. */
  end(result: RunResult, calls: Record<string, number>): void;
}

/** Shows one pipeline's plan. Holds at most `cap` records a word, whatever the size of the plan. */
export function planView(options: ViewOptions): PlanView {
  const { pipeline, say, paint, cap } = options;
  const streams = cap === Infinity;
  const held = new Map<Word, PlannedChange[]>();
  const reasons = new Map<Word, Map<string, Tally>>();
  let suggested = 0;
  let drift = 0;
  const heading = `${pipeline.name}: ${pipeline.source.connection} ${pipeline.source.stream} → ` +
    `${pipeline.destination.connection} ${pipeline.destination.stream}`;
  say(paint("bold", heading));
  return {
    change(change) {
      if (change.word === "adopt" && change.suggested) suggested++;
      if (Object.values(change.fields ?? {}).some((field) => field.drift)) drift++;
      if (!LISTED.has(change.word)) {
        // Drift that is kept leaves a record unchanged, and is still worth seeing; it tells its reason itself.
        const seen = Object.keys(change.fields ?? {}).length > 0 &&
          (streams || (held.get(change.word) ?? []).length < cap);
        if (change.why && !seen) tally(reasons, change.word, change);
        if (!seen) return;
      }
      if (streams) return recordLines(change, options).forEach((line) => say(line));
      const list = held.get(change.word) ?? [];
      if (list.length < cap) list.push(change);
      held.set(change.word, list);
    },
    end(result, calls) {
      for (const word of WORDS) {
        const shown = held.get(word) ?? [];
        for (const change of shown) recordLines(change, options).forEach((line) => say(line));
        const more = result.counts[word] - shown.length;
        if (shown.length > 0 && more > 0 && LISTED.has(word)) {
          say(`${padded(word, paint)}  ${paint("dim", `… and ${number(more)} more; --everything shows them`)}`);
        }
        for (const [why, { times, value }] of [...(reasons.get(word) ?? [])].sort((a, b) => b[1].times - a[1].times)) {
          const worth = value === undefined ? "" : `, ${money(value)}`;
          say(`${padded(word, paint)}  ${paint("dim", `${counted(times, "record")}${worth}: ${clean(why)}`)}`);
        }
      }
      footer(result, options, { suggested, drift, calls }).forEach((line) => say(line));
    },
  };
}

/** Reasons are sentences of the engine, but some name a value: no more than these are told apart. */
const MOST_REASONS = 12;

/** Records of one reason, and what they are worth together where that is told of them. */
interface Tally {
  times: number;
  /** A decimal. */
  value?: string;
}

function tally(reasons: Map<Word, Map<string, Tally>>, word: Word, { why = "", value }: PlannedChange): void {
  const tallies = reasons.get(word) ?? new Map<string, Tally>();
  const key = tallies.has(why) || tallies.size < MOST_REASONS ? why : "other reasons";
  const so: Tally = tallies.get(key) ?? { times: 0 };
  tallies.set(key, {
    times: so.times + 1,
    value: value === undefined ? so.value : sum([so.value ?? "0", value]),
  });
  reasons.set(word, tallies);
}

const padded = (word: Word, paint: Paint): string => paint(COLORS[word], word.padEnd(10));

/** The lines of one record: what happens to it, then each field. */
export function recordLines(
  change: PlannedChange,
  { pipeline, paint, columns, fields: all }: Pick<ViewOptions, "pipeline" | "paint" | "columns" | "fields">,
): string[] {
  const part = change.part ? `/${change.part}` : "";
  const name = change.label ? `  ${cut(clean(change.label), 60)}` : "";
  const where = change.partition && change.partition !== "-" ? ` in ${clean(change.partition)}` : "";
  const to = change.id ? ` → ${pipeline.destination.stream} ${clean(change.id)}` : ` → ${pipeline.destination.stream}`;
  const quiet = change.word === "parked" || change.word === "rejected" || change.word === "skipped";
  const head = `${padded(change.word, paint)}  ${singular(pipeline.source.stream)} ${clean(change.key)}${clean(part)}` +
    `${name}${quiet ? "" : to + where}`;
  const lines = [head];
  const under = (text: string): void => void lines.push(" ".repeat(14) + text);
  if (change.failure) under(paint("red", clean(sentence(change.failure))));
  else if (change.why) under(paint("dim", clean(change.why)));
  if (change.word === "adopt") under(paint("cyan", foundBy(change)));
  const shown = Object.entries(change.fields ?? {}).filter(([, field]) =>
    all || change.word !== "create" && !same(field)
  );
  const width = Math.max(0, ...shown.map(([field]) => field.length));
  const room = Math.max(16, Math.floor((columns - 14 - width - 8) / 2));
  for (const [field, value] of shown) {
    const { items } = value;
    const [first, ...rest] = items
      ? listLines({ ...value, items }, paint)
      : [fieldText(value, change.word, room, paint)];
    under(`${field.padEnd(width)}  ${first}`);
    for (const line of rest) under(line);
  }
  if (change.document) { for (const line of documentLines(change.document, { paint, columns })) under(line); }
  if (change.afterApply?.length) under(paint("dim", `known after apply: ${change.afterApply.join(", ")}`));
  return lines;
}

function foundBy(change: PlannedChange): string {
  const by = Object.entries(change.by ?? {}).map(([field, value]) => `${field} ${cut(clean(value), 60)}`).join(" and ");
  const found = by ? `found by ${by}` : "found";
  return change.suggested ? `${found}; waits for a person: gusset adopt accept` : found;
}

const same = (field: FieldChange): boolean => field.old === field.new && !field.drift;

function fieldText(field: FieldChange, word: Word, room: number, paint: Paint): string {
  const now = valueText(field.new, room);
  if (word === "create") return now;
  const text = field.kept
    ? `${valueText(field.old, room)}  ${paint("dim", `would be ${now}`)}`
    : `${paint("red", valueText(field.old, room))} → ${paint("green", now)}`;
  if (field.kept) return `${text}  ${paint("yellow", "changed there since we wrote it; kept")}`;
  return field.drift ? `${text}  ${paint("yellow", "changed there since we wrote it")}` : text;
}

/** A value as a plan shows it: text in quotes, lists and records as JSON, absent as a dash. */
export function valueText(value: Value, room: number): string {
  if (value === undefined || value === null || value === "") return "–";
  return clean(cut(JSON.stringify(value), room));
}

/** `12 create, 3 update, 400 unchanged`: only words that occur. */
export function countsText(counts: Counts, paint: Paint): string {
  const words = WORDS.filter((word) => counts[word] > 0);
  return words.map((word) => paint(COLORS[word], `${number(counts[word])} ${word}`)).join(", ") || "nothing";
}

function footer(
  result: RunResult,
  { mode, paint }: ViewOptions,
  { suggested, drift, calls }: { suggested: number; drift: number; calls: Record<string, number> },
): string[] {
  const { record, counts, writeCalls, failure } = result;
  const lines: string[] = [];
  const took = record.endedAt ? ` in ${duration(Date.parse(record.endedAt) - Date.parse(record.startedAt))}` : "";
  lines.push(
    `${paint("bold", mode === "plan" ? "Plan:" : "Done:")} ${countsText(counts, paint)}; ` +
      `${counted(record.read, "record")} read${took}.`,
  );
  const made = Object.entries(calls).filter(([, total]) => total > 0)
    .map(([connection, total]) => `${connection} ${number(total)}`).join(", ");
  if (mode === "plan") {
    const most = result.atMost && writeCalls > 0 ? "at most " : "";
    lines.push(
      `Applying it costs ${most}${counted(writeCalls, "write call")} beside those made to read: ${made || "none"}.`,
    );
  } else lines.push(`Calls: ${made || "none"}.`);
  if (suggested > 0) {
    lines.push(
      `${counted(suggested, "adoption")} ${suggested === 1 ? "waits" : "wait"} for a person: gusset adopt list`,
    );
  }
  if (drift > 0) {
    lines.push(`${counted(drift, "record")} changed at the destination since we wrote ${drift === 1 ? "it" : "them"}.`);
  }
  if (counts.rejected > 0 && mode === "apply") lines.push(`Rejected records wait in: gusset rejected list`);
  if (failure) lines.push(paint("red", `Stopped: ${clean(sentence(failure))}`));
  return lines;
}
