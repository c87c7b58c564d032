/**
 * Which points of a pipeline its cases exercise. What a case does not look at, it does not exercise: a field that `includes` leaves
 * out, or any other field of a record that one field rejects.
 *
 * @module
 */
import type { Value } from "../connector.ts";
import type { Choice } from "../mapping/types.ts";
import type { Diagnostic, Rule } from "../pipeline/model.ts";
import type { Source } from "../pipeline/yaml/source.ts";
import { NO_PART, type Point, type Points, pointsOf } from "./points.ts";
import type { Listener } from "./rehearse.ts";
import type { CaseResult, Expected, Subject } from "./types.ts";
import { waysOf } from "./ways.ts";

/** Coverage of one pipeline, gathered over its suites. */
export interface Coverage {
  /** To be given to each rehearsal. */
  listener: Listener;
  /** How many points there are, and how many were exercised. */
  count(): { points: number; covered: number };
  /** What no case exercised, as warnings with places in the pipeline's file. */
  uncovered(): Diagnostic[];
}

/** Starts to gather; `file` is the pipeline's own. */
export function coverage(subject: Subject, file: Source): Coverage {
  const points = pointsOf(subject, file);
  const covered = new Set<Point>();
  const heard = new Set<Point>();
  const failing = new Set<string>();
  const hear = (at: Choice, way: string): void => {
    const point = points.get(at)?.get(way);
    if (point) heard.add(point);
  };
  const { source } = subject.pipeline;
  return {
    listener: {
      trace: {
        gave: (rule, value) => {
          if (isThere(rule, value)) hear(rule, "gave");
        },
        threw: (rule) => {
          const field = points.get(rule)?.get("gave")?.field;
          if (field !== undefined) failing.add(field);
        },
        took: hear,
        ways: (at, expression) => waysOf(expression, { condition: !("rule" in at) }),
        unseen: (at, way) => void points.get(at)?.delete(way),
      },
      ended(result) {
        if (hasNoPart(result, source.split)) hear(source, NO_PART);
        const looks = lookOf(result, failing);
        for (const point of heard) if (looks(point)) covered.add(point);
        heard.clear();
        failing.clear();
      },
    },
    count: () => ({ points: all(points).length, covered: covered.size }),
    uncovered: () =>
      all(points).filter((point) => !covered.has(point)).map(({ path, range, missing }) => {
        const span = range ? file.within(path, range.offset, range.length) : file.span(path);
        return file.at(span, { code: "uncovered", severity: "warning", message: missing });
      }).sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column),
  };
}

const all = (points: Points): Point[] => [...points.values()].flatMap((ways) => [...ways.values()]);

const isThere = (rule: Rule, value: Value): boolean =>
  rule.rule === "value" ||
  value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);

const hasNoPart = ({ played }: CaseResult, split: string | undefined): boolean =>
  split !== undefined &&
  played.some((each) => "whole" in each && each.whole.kind === "skipped" && each.whole.why.startsWith("nothing at"));

/** What a case looks at. */
function lookOf({ case: { expected } }: CaseResult, failing: ReadonlySet<string>): (point: Point) => boolean {
  const outcomes: Expected[] = !expected ? [] : "whole" in expected ? [expected.whole] : [...expected.parts.values()];
  return ({ field, unique }) => {
    if (outcomes.length === 0) return false;
    if (field === undefined) return true;
    return outcomes.some((outcome) => {
      if (outcome.kind !== "record") return failing.has(field);
      if (unique) return outcome.ifTaken !== undefined && Object.hasOwn(outcome.ifTaken, field);
      return !outcome.partial || Object.hasOwn(outcome.fields, field);
    });
  };
}
