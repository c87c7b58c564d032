/**
 * A mapping's rules in plain words, as they stand between two columns.
 *
 * @module
 */
import type { Rule, Transform } from "../../pipeline/model.ts";

/** A line of the drawing: from where, by what rule, to which field. */
export interface RuleLine {
  to: string;
  from: string;
  how: string;
}

/** The lines of a mapping; a list's fields stand under the list's name. */
export function ruleLines(map: Readonly<Record<string, Rule>>, under = ""): RuleLine[] {
  return Object.entries(map).flatMap(([field, rule]) => linesOf(under + field, rule));
}

function linesOf(to: string, rule: Rule): RuleLine[] {
  if (rule.rule === "record") return ruleLines(rule.map, `${to}.`);
  if (rule.rule !== "list") return [{ to, ...told(rule) }];
  return rule.parts.flatMap((part) =>
    "each" in part
      ? [
        { to, from: part.each, how: part.key ? `one item each, known by ${part.key}` : "one item each" },
        ...ruleLines(part.map, `${to}[].`),
      ]
      : [{ to, from: "", how: "one more item" }, ...ruleLines(part.one, `${to}[].`)]
  );
}

function told(rule: Rule): Omit<RuleLine, "to"> {
  switch (rule.rule) {
    case "value":
      return { from: "", how: `always ${rule.value === null ? "nothing" : rule.value}` };
    case "template":
      return {
        from: rule.parts.flatMap((part) => "path" in part ? part.path : []).join(", "),
        how: `as ${rule.parts.map((part) => "path" in part ? `{${part.path}}` : part.text).join("")}`,
      };
    case "take":
      return { from: rule.from, how: steps(rule).join(", then ") || "as it is" };
    case "cel":
      return { from: "", how: rule.expression };
    case "link":
      return {
        from: rule.of,
        how: `${rule.reverse ? "the source key" : "the id"} that ${rule.pipeline} linked; if missing: ${rule.missing}`,
      };
    case "sum-each":
      return { from: rule.each, how: "added up" };
    case "negate":
      return { from: told(rule.of).from, how: "with the other sign" };
    default: {
      const of = "of" in rule && Array.isArray(rule.of) ? rule.of.map((one) => told(one).from).filter(Boolean) : [];
      return { from: of.join(", "), how: rule.rule === "sum" ? "added up" : "the first less the others" };
    }
  }
}

function steps({ default: otherwise, apply, table, else: rest, type }: Extract<Rule, { rule: "take" }>): string[] {
  return [
    ...otherwise ? [`if absent ${words(otherwise)}`] : [],
    ...apply.map(transform),
    ...table ? [`by a table of ${Object.keys(table).length}${rest ? `, else ${words(rest)}` : ""}`] : [],
    ...type ? [`as ${type}`] : [],
  ];
}

const words = (rule: Rule): string => {
  const { from, how } = told(rule);
  return how === "as it is" ? from : how;
};

function transform(step: Transform): string {
  switch (step.do) {
    case "truncate":
      return `cut to ${step.length} characters`;
    case "pad":
      return `padded to ${step.length} with ${step.with}`;
    case "replace":
      return `${step.pattern} replaced by ${step.with || "nothing"}`;
    case "prefix":
    case "suffix":
      return `${step.do} ${step.text}`;
    case "round":
      return `rounded to ${step.places} places`;
    default:
      return step.do;
  }
}
