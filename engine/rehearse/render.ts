/**
 * What a rehearsal found, for people and for machines.
 *
 * @module
 */
import type { Value } from "../connector.ts";
import type { Difference, SuiteResult } from "./types.ts";

/** Marks a piece of text: as what was expected, what came, a place, or of little weight. */
export type Mark = (as: "expected" | "got" | "place" | "faint" | "bold", text: string) => string;

/** A value on one line; text in quotes only where one would not see it otherwise. */
export function shown(value: Value): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value !== "string") return JSON.stringify(value);
  return value === "" || value.trim() !== value || /\p{C}/u.test(value) ? JSON.stringify(value) : value;
}

/** The cases of a suite that are not as expected, each with its place and its differences; empty where all are. */
export function renderSuite({ suite, results }: SuiteResult, mark: Mark): string {
  return results.filter((result) => result.differences.length > 0).map((result) => {
    const { name, place } = result.case;
    const head = `${mark("bold", `✗ ${suite.subject.pipeline.name}: ${name}`)}\n  ${
      mark("place", `${place.file}:${place.line}:${place.column}`)
    }`;
    return [head, ...result.differences.map((one) => renderDifference(one, mark))].join("\n");
  }).join("\n\n");
}

function renderDifference({ place, part, field, expected, got }: Difference, mark: Mark): string {
  const what = [...(part === undefined ? [] : [`part ${part}`]), ...(field === undefined ? [] : [field])].join(", ");
  const where = mark("faint", `line ${place.line}`);
  if (field === undefined && part === undefined && expected === undefined) {
    return `    ${where}: the case expects nothing; it came to ${mark("got", shown(got))}`;
  }
  const [was, is] = [shown(expected), shown(got)];
  return [
    `    ${what || "outcome"} ${where}`,
    `      expected  ${mark("expected", was)}`,
    `      got       ${mark("got", is)}`,
    ...pointer(was, is, mark),
  ].join("\n");
}

/** Where two long texts begin to differ; nothing where one sees it anyway. */
function pointer(was: string, is: string, mark: Mark): string[] {
  let same = 0;
  while (same < was.length && same < is.length && was[same] === is[same]) same++;
  return same > 8 ? [`                ${" ".repeat(same)}${mark("faint", "^ from here on")}`] : [];
}

/** A suite's cases as JSON takes them. */
export function suiteJson({ suite, results }: SuiteResult): Record<string, unknown> {
  return {
    pipeline: suite.subject.pipeline.name,
    file: suite.file.file,
    cases: results.map((result) => ({
      name: result.case.name,
      line: result.case.place.line,
      ok: result.differences.length === 0,
      ...(result.differences.length > 0 && {
        differences: result.differences.map(({ place, part, field, expected, got }) => ({
          line: place.line,
          ...(part !== undefined && { part }),
          ...(field !== undefined && { field }),
          expected: expected ?? null,
          got: got ?? null,
        })),
      }),
    })),
  };
}
