/**
 * What the engine makes sure of itself before a document leaves, whatever a mapping says: that it balances, that it moves what was
 * reckoned, and that it names no account that is not its to name.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import { Big, parseDecimal, plain } from "../decimal.ts";
import { Failure } from "../failure.ts";
import { type Measure, MEASURES } from "../posting.ts";
import type { Positions } from "../state/posting_types.ts";
import type { Shape } from "./draft.ts";

/** What a document is held against. */
export interface Examination extends Shape {
  /** What it has to move. */
  moved: Positions;
  /** Accounts that no line may name. */
  never: readonly string[];
  /** The smallest amount of its currency: `0.01`. */
  unit: string;
  /** For people: `document ebs:…`. */
  place: string;
}

/** A line, read. */
interface Line {
  /** Debit less credit. */
  amount: Big;
  account: string;
  balancing: string;
  position: string;
  measure: Measure;
}

/** Examines a finished body; gives what is wrong with it, the first thing found. */
export function examine(fields: Row, examination: Examination): Failure | undefined {
  const { lines, never, place } = examination;
  const read: Line[] = [];
  for (const [i, row] of ((fields[lines] ?? []) as readonly Row[]).entries()) {
    const line = readLine(row, examination, `${place}, line ${i + 1}`);
    if (line instanceof Failure) return line;
    read.push(line);
  }
  if (read.length === 0) return new Failure("post.misstated", { fact: "The document has no lines", place });
  const refused = read.find(({ account }) => never.includes(account));
  if (refused) {
    return new Failure("post.account-refused", {
      fact: "A line names an account that only payables may touch: an entry there spoils their own reconciliation",
      value: refused.account,
      place,
      action: "Map the line to another account; look at the distribution's own account where it is taken from there.",
    });
  }
  return unbalanced(read, place) ?? misstated(read, examination);
}

function readLine(row: Row, { says, unit }: Examination, place: string): Line | Failure {
  const text = (name: string): string => typeof row[name] === "string" ? row[name] : "";
  const [debit, credit] = [text(says.debit), text(says.credit)];
  const amount = parseDecimal(debit === "" ? credit : debit);
  if ((debit === "") === (credit === "") || !amount?.gt(0)) {
    const value = `debit ${debit || "none"}, credit ${credit || "none"}`;
    return new Failure("post.misstated", { fact: "A line has one amount, debit or credit, above zero", value, place });
  }
  if (!isWhole(amount, unit)) {
    return new Failure("post.misstated", {
      fact: `The amount is finer than its currency, whose smallest is ${unit}`,
      value: plain(amount),
      place,
      action: "Correct the amount in the source, or round it in the mapping.",
    });
  }
  const measure = MEASURES.find((one) => one === row[says.measure]);
  // A line that moves nothing that was reckoned would book something beside it.
  if (!measure) {
    const fact = `A line says what it moves: one of ${MEASURES.join(", ")}`;
    return new Failure("post.misstated", { fact, value: text(says.measure) || "nothing", place });
  }
  if (text(says.position) === "") {
    return new Failure("post.misstated", { fact: "A line says which position it moves", place });
  }
  return {
    amount: debit === "" ? amount.times(-1) : amount,
    account: text(says.account),
    balancing: text(says.balancing),
    position: text(says.position),
    measure,
  };
}

/** Whether an amount is made of whole units; exact for any length, which a division would not be. */
const isWhole = (amount: Big, unit: string): boolean => amount.mod(unit).eq(0);

function unbalanced(lines: readonly Line[], place: string): Failure | undefined {
  for (const [balancing, group] of Map.groupBy(lines, (line) => line.balancing)) {
    const sum = group.reduce((so, { amount }) => so.plus(amount), new Big(0));
    if (sum.eq(0)) continue;
    const value = `${plain(sum.abs())} too much ${sum.gt(0) ? "debit" : "credit"}`;
    const where = balancing === "" ? place : `${place}, balancing segment ${balancing}`;
    return new Failure("post.unbalanced", { fact: "Debits and credits differ", value, place: where });
  }
}

/** Every position's measures, as the lines say them, against what has to be moved. */
function misstated(lines: readonly Line[], { moved, place }: Examination): Failure | undefined {
  const said = new Map<string, Big>();
  const slot = (position: string, measure: Measure): string => JSON.stringify([position, measure]);
  for (const { position, measure, amount } of lines) {
    const signed = measure === "cost" ? amount : amount.times(-1);
    said.set(slot(position, measure), signed.plus(said.get(slot(position, measure)) ?? 0));
  }
  for (const position of new Set([...Object.keys(moved), ...lines.map((line) => line.position)])) {
    for (const measure of MEASURES) {
      const [is, must] = [said.get(slot(position, measure)) ?? new Big(0), moved[position]?.[measure] ?? "0"];
      if (is.eq(must)) continue;
      return new Failure("post.misstated", {
        fact: `The lines do not move the ${measure} that position ${position} has to move`,
        value: `${plain(is)} instead of ${must}`,
        place,
      });
    }
  }
}
