/**
 * Checks the lines of documents as far as a map tells: that each says what it moves, that all of what is moved is there, and that
 * debits and credits are equal. What only amounts tell is checked again for each document.
 *
 * @module
 */
import type { WrittenPipeline } from "../../../schemas/pipeline/pipeline.ts";
import type { WrittenEach, WrittenMap, WrittenRule } from "../../../schemas/pipeline/rule.ts";
import { type Measure, MEASURES, type Posting } from "../../posting.ts";
import { POSITIONS } from "../joins.ts";
import { nearest } from "../nearest.ts";
import type { Path } from "../yaml/source.ts";
import type { Checking } from "./value.ts";

/** What a positive amount of each measure is: cost equals what is withheld and what is left to be paid. */
const SIDES: Record<Measure, "debit" | "credit"> = { cost: "debit", withheld: "credit", net: "credit" };

/** Checks the map's lines. `withheld`: whether the pipeline says that anything is. */
export function checkLines(
  { map, posting }: WrittenPipeline,
  { stream, withheld }: { stream: Posting; withheld: boolean },
  on: Checking,
): void {
  const path: Path = ["map", stream.lines];
  const rule = Object.hasOwn(map, stream.lines) ? map[stream.lines] : undefined;
  if (rule === undefined || typeof rule === "string") return;
  const parts = Array.isArray(rule) ? rule : "each" in rule || "one" in rule ? [rule] : undefined;
  if (!parts) {
    const message = `What ${stream.lines} move cannot be told from this`;
    return on.report(path, { code: "wrong-lines", message, help: `use { each: ${POSITIONS}, map: … }` }, "key");
  }
  const seen = new Map<Measure, Path>();
  let sure = true;
  parts.forEach((part, i) => {
    const at = Array.isArray(rule) ? [...path, i] : path;
    const measure = checkPart(part, at, stream, on);
    if (!measure) sure = false;
    else if (seen.has(measure)) {
      const message = `${measure} is posted by another line already`;
      on.report([...at, "map", stream.says.measure], { code: "unbalanced", message, help: "leave one of them out" });
      sure = false;
    } else seen.set(measure, at);
    if (posting!.as === "memo" && !("one" in part)) checkMemo(part.map, [...at, "map"], stream, on);
  });
  const wanted = MEASURES.filter((measure) => measure !== "withheld" || withheld);
  const missing = sure ? wanted.filter((measure) => !seen.has(measure)) : [];
  if (missing.length === 0) return;
  const side = SIDES[missing[0]];
  const message = `No line posts ${missing.join(" and ")}, so debits and credits differ`;
  const help = `add a line for each of ${POSITIONS} with ${stream.says[side]}: ${missing[0]}`;
  on.report(path, { code: "unbalanced", message, help }, "key");
}

/** Checks one part of the lines; gives its measure, where it says one rightly. */
function checkPart(
  part: WrittenEach | { one: WrittenMap },
  at: Path,
  { says, lines }: Posting,
  on: Checking,
): Measure | undefined {
  if ("one" in part || !["positions", "root.positions"].includes(part.each)) {
    const message = `Each of ${lines} moves a position, so they are made of ${POSITIONS}`;
    const where: Path = "one" in part ? [...at, "one"] : [...at, "each"];
    on.report(where, { code: "wrong-lines", message, help: `write each: ${POSITIONS}` });
    return undefined;
  }
  const { map } = part;
  const path = [...at, "map"];
  const lacking = [says.position, says.measure, says.account].filter((field) => !Object.hasOwn(map, field));
  if (lacking.length > 0) {
    const message = `A line says which position it moves, and what of it: this lacks ${lacking.join(", ")}`;
    const help = `add ${lacking[0]}: ${
      lacking[0] === says.position ? "position" : lacking[0] === says.measure ? "{ value: cost }" : "…"
    }`;
    on.report(path, { code: "missing-field", message, help }, "key");
  }
  if (Object.hasOwn(map, says.position) && pathOf(map[says.position]) !== "position") {
    const message = `${says.position} is to hold the position that the line moves`;
    on.report([...path, says.position], { code: "wrong-lines", message, help: "write position" });
  }
  const measure = Object.hasOwn(map, says.measure)
    ? measureOf(map[says.measure], [...path, says.measure], on)
    : undefined;
  return measure && checkSides(measure, map, path, { says, lines }, on) ? measure : undefined;
}

function measureOf(rule: WrittenRule, path: Path, on: Checking): Measure | undefined {
  const value = typeof rule === "object" && "value" in rule ? rule.value : undefined;
  if (MEASURES.some((measure) => measure === value)) return value as Measure;
  const near = typeof value === "string" ? nearest(value, MEASURES) : undefined;
  const message = `What a line moves is one of ${MEASURES.join(", ")}`;
  on.report(value === undefined ? path : [...path, "value"], {
    code: "unknown-value",
    message,
    help: near ? `did you mean ${near}?` : "write { value: cost }",
  });
  return undefined;
}

/** Whether the measure stands on its side, and there alone. */
function checkSides(
  measure: Measure,
  map: WrittenMap,
  path: Path,
  { says }: Pick<Posting, "says" | "lines">,
  on: Checking,
): boolean {
  const side = SIDES[measure];
  const [right, wrong] = side === "debit" ? [says.debit, says.credit] : [says.credit, says.debit];
  if (Object.hasOwn(map, wrong)) {
    const message = `${measure} is a ${side}, this is a ${side === "debit" ? "credit" : "debit"}`;
    const help = `write ${right}: ${measure}; what is negative changes sides by itself`;
    on.report([...path, wrong], { code: "unbalanced", message, help }, "key");
    return false;
  }
  if (!Object.hasOwn(map, right)) {
    const message = `The line for ${measure} has no amount`;
    on.report(path, { code: "missing-field", message, help: `add ${right}: ${measure}` }, "key");
    return false;
  }
  const amount = pathOf(map[right]);
  const other = MEASURES.find((one) => one === amount);
  if (other === undefined || other === measure) return true;
  const message = `The line says that it moves ${measure}, and its amount is ${other}`;
  on.report([...path, right], { code: "unbalanced", message, help: `write ${measure}` });
  return false;
}

/** The path that a rule gives as it is. */
function pathOf(rule: WrittenRule): string | undefined {
  if (typeof rule === "string") return rule;
  return !Array.isArray(rule) && "from" in rule && Object.keys(rule).length === 1 ? rule.from : undefined;
}

/** A memo is no cost: its accounts are written in the pipeline, and none comes from an order or a cost code. */
function checkMemo(map: WrittenMap, path: Path, { says: { account } }: Posting, on: Checking): void {
  if (!Object.hasOwn(map, account) || isWritten(map[account])) return;
  const message = "A memo never stands on an account that a record brings: it could be a cost account";
  const help = "write { value: … }, or a table of memo accounts";
  on.report([...path, account], { code: "memo-account", message, help });
}

/** Whether a rule gives nothing but what is written in it. */
function isWritten(rule: WrittenRule | undefined): boolean {
  if (rule === undefined) return true;
  if (typeof rule === "string" || Array.isArray(rule)) return false;
  if ("value" in rule) return true;
  return "from" in rule && rule.table !== undefined && isWritten(rule.else);
}
