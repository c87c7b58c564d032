/**
 * What a pipeline's tests can exercise: its rules, and every choice that they make.
 *
 * @module
 */
import type { Choice } from "../mapping/types.ts";
import type { Rule } from "../pipeline/model.ts";
import type { Path, Source } from "../pipeline/yaml/source.ts";
import type { Subject } from "./types.ts";
import { type Way, waysOf } from "./ways.ts";

/** One thing to be exercised. */
export interface Point {
  /** The destination field it belongs to; `undefined` for `where`, `split` and `partition`, which every case shows. */
  field?: string;
  /** It belongs to the field's `unique`: only a case with `if_taken` shows it. */
  unique: boolean;
  /** In the pipeline's file. */
  path: Path;
  /** Where in the expression at that path it stands. */
  range?: { offset: number; length: number };
  /** What no case does, where none does. */
  missing: string;
}

/** Points by what the mapping says of them: the rule or choice, and `gave` or the way taken. */
export type Points = Map<Choice, Map<string, Point>>;

/** The way of a record that has nothing to split by. */
export const NO_PART = "no part";

/** All points of a pipeline; `file` is the pipeline's own. */
export function pointsOf({ pipeline }: Subject, file: Source): Points {
  const points: Points = new Map();
  const at = (choice: Choice, way: string, point: Point): void => {
    const ways = points.get(choice) ?? new Map<string, Point>();
    points.set(choice, ways.set(way, point));
  };
  const { source, destination, map } = pipeline;
  const whole = { unique: false };
  if (source.where !== undefined) {
    const path: Path = ["source", "where", "cel"];
    at(source, "true", { ...whole, path, missing: "No case has a record inside `where`" });
    at(source, "false", { ...whole, path, missing: "No case has a record outside `where`" });
    expressionPoints(source, source.where, { ...whole, path, condition: true }, at);
  }
  source.skip?.forEach((one, i) => {
    const path: Path = ["source", "skip", i, "when"];
    at(one, "true", { ...whole, path, missing: `No case is skipped for this: ${one.says}` });
    at(one, "false", { ...whole, path, missing: `No case is not skipped for this: ${one.says}` });
    expressionPoints(one, one.when, { ...whole, path, condition: true }, at);
  });
  source.require?.forEach((one, i) => {
    const path: Path = ["source", "require", i, "that"];
    at(one, "true", { ...whole, path, missing: `No case has a record that fulfils this: ${one.says}` });
    at(one, "false", { ...whole, path, missing: `No case has a record that does not fulfil this: ${one.says}` });
    expressionPoints(one, one.that, { ...whole, path, condition: true }, at);
  });
  if (source.split !== undefined) {
    const path: Path = ["source", "split", "by"];
    at(source, NO_PART, { ...whole, path, missing: `No case has a record without ${source.split}` });
  }
  if (destination.partition?.link !== undefined) {
    const path: Path = ["destination", "partition", "missing"];
    const missing = `No case lacks the partition's link (${destination.partition.missing})`;
    at(destination.partition, "missing", { ...whole, path, missing });
  }
  for (const [name, rule] of Object.entries(map)) {
    rulePoints(rule, { field: name, unique: false, path: ["map", name], name }, { file, at });
  }
  return points;
}

interface Spot {
  field: string;
  unique: boolean;
  path: Path;
  /** What messages call the rule. */
  name: string;
}

interface Making {
  file: Source;
  at(choice: Choice, way: string, point: Point): void;
}

function rulePoints(rule: Rule, spot: Spot, making: Making): void {
  const { field, unique, path, name } = spot;
  const { at } = making;
  const point = (more: Path, missing: string): Point => ({ field, unique, path: [...path, ...more], missing });
  const below = (inner: Rule, more: Path, what: string): void =>
    rulePoints(inner, { ...spot, path: [...path, ...more], name: what }, making);
  at(rule, "gave", point([], `No case shows a value of ${name}`));
  switch (rule.rule) {
    case "take":
      if (rule.default) below(rule.default, ["default"], `the default of ${name}`);
      for (const key of Object.keys(rule.table ?? {})) {
        at(rule, key, point(["table", key], `No case looks up ${key} in the table of ${name}`));
      }
      if (rule.else) below(rule.else, ["else"], `the else of ${name}`);
      break;
    case "cel":
      return expressionPoints(rule, rule.expression, { ...point(["cel"], ""), condition: false }, at);
    case "link":
      return at(rule, "missing", point(["missing"], `No case lacks the link of ${name} (${rule.missing})`));
    case "record":
      return mapPoints(rule.map, ["record"], spot, making);
    case "list":
      return listPoints(rule, spot, making);
    case "sum":
    case "difference":
      return rule.of.forEach((one, i) => below(one, [rule.rule, i], `term ${i + 1} of ${name}`));
    case "sum-each":
      return below(rule.value, ["sum", "value"], `the value that ${name} adds up`);
    case "negate":
      return below(rule.of, ["negate"], `what ${name} negates`);
  }
  if ("unique" in rule && rule.unique) {
    rulePoints(
      rule.unique,
      { ...spot, unique: true, path: [...path, "unique"], name: `the unique of ${name}` },
      making,
    );
  }
}

function mapPoints(map: Record<string, Rule>, more: Path, spot: Spot, making: Making): void {
  for (const [name, rule] of Object.entries(map)) {
    rulePoints(rule, { ...spot, path: [...spot.path, ...more, name], name: `${spot.name}.${name}` }, making);
  }
}

function listPoints({ parts }: Extract<Rule, { rule: "list" }>, spot: Spot, making: Making): void {
  const { field, unique } = spot;
  const several = Array.isArray(valueAt(making.file.data, spot.path));
  parts.forEach((part, i) => {
    const path = several ? [...spot.path, i] : spot.path;
    if ("one" in part) return mapPoints(part.one, ["one"], { ...spot, path }, making);
    if (part.where !== undefined) {
      const where: Path = [...path, "where", "cel"];
      const of = `an element of ${part.each}`;
      making.at(part, "true", { field, unique, path: where, missing: `No case has ${of} inside \`where\`` });
      making.at(part, "false", { field, unique, path: where, missing: `No case has ${of} outside \`where\`` });
      expressionPoints(part, part.where, { field, unique, path: where, condition: true }, making.at);
    }
    mapPoints(part.map, ["map"], { ...spot, path }, making);
  });
}

const valueAt = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], data);

function expressionPoints(
  choice: Choice,
  expression: string,
  { condition, ...point }: Omit<Point, "missing"> & { condition: boolean },
  at: Making["at"],
): void {
  for (const way of waysOf(expression, { condition })) {
    const range = { offset: way.start, length: way.end - way.start };
    at(choice, way.way, { ...point, range, missing: sentenceOf(way) });
  }
}

const sentenceOf = ({ text, truth }: Way): string => `No case turns on \`${text}\` being ${truth}`;
