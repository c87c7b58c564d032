/**
 * Links: a key turned into the id that another pipeline linked, or back.
 *
 * @module
 */
import type { Rule } from "../pipeline/model.ts";
import { compileText } from "./path.ts";
import { type Context, type Evaluate, Hold, Problem, type Scope } from "./scope.ts";
import type { Choice, LinkNeed } from "./types.ts";

/** What a link asks for; undefined where its key is absent. */
export type NeedOf = (scope: Scope) => LinkNeed | undefined;

type LinkRule = Omit<Extract<Rule, { rule: "link" }>, "rule">;

/** Compiles a link. A key that is absent gives nothing; a link that is missing is treated as the rule says. */
export function compileLink(rule: Extract<Rule, { rule: "link" }>, context: Context): Evaluate {
  const need = compileNeed(rule, context);
  context.needs.push((scope, needs) => {
    const asked = need(scope);
    if (asked) needs.push(asked);
  });
  const resolve = resolving({ at: rule, missing: rule.missing }, context);
  return (scope) => {
    const asked = need(scope);
    return asked && resolve(asked, scope);
  };
}

/** Compiles what a link asks for. A child whose id is absent asks for nothing, as a record does whose key is. */
export function compileNeed({ pipeline, of, part, reverse, child }: LinkRule, context: Context): NeedOf {
  const keyOf = compileText(of, context);
  const partOf = part === undefined ? undefined : compileText(part, context);
  const need: NeedOf = (scope) => {
    const key = keyOf(scope);
    if (key === undefined) return undefined;
    const which = partOf?.(scope);
    return which === undefined ? { pipeline, key, reverse } : { pipeline, key, part: which, reverse };
  };
  if (!child) return need;
  const { list } = child;
  const childOf = compileText(child.of, context);
  return (scope) => {
    const id = childOf(scope);
    const asked = id === undefined ? undefined : need(scope);
    return asked && { ...asked, child: { list, id: id! } };
  };
}

/** Compiles how a need becomes an id: undefined only where `missing` is `absent`. It throws a {@link Problem} or a {@link Hold}. */
export function resolving(
  { at, missing }: { at: Choice; missing: LinkRule["missing"] },
  { field, trace }: Context,
): (need: LinkNeed, scope: Scope) => string | undefined {
  if (!trace) return (need, scope) => resolveLink(need, missing, field, scope);
  return (need, scope) => {
    trace.took(at, scope.links(need) === undefined ? "missing" : "found");
    return resolveLink(need, missing, field, scope);
  };
}

function resolveLink(
  need: LinkNeed,
  missing: LinkRule["missing"],
  field: string,
  scope: Scope,
): string | undefined {
  const found = scope.links(need);
  if (found === undefined) return missed(need, missing, field);
  if ("id" in found) return found.id;
  const fact = `${need.pipeline} linked ${named(need)} ${found.ambiguous.length} times: ${
    found.ambiguous.slice(0, 5).join(", ")
  }`;
  throw new Problem("map.ambiguous", fact, { field, value: need.key });
}

function missed(need: LinkNeed, missing: LinkRule["missing"], field: string): undefined {
  if (missing === "absent") return undefined;
  const why = `${field}: ${need.pipeline} has not linked ${named(need)}`;
  if (missing === "park") throw new Hold({ kind: "parked", need, why });
  if (missing === "skip") throw new Hold({ kind: "skipped", why });
  if (!need.reverse) {
    throw new Problem("link.missing", `${need.pipeline} has not linked ${named(need)}`, { field, value: need.key });
  }
  // What people made by hand at the destination is the usual case: they are told how it is matched.
  throw new Problem(
    "link.missing",
    `It belongs to ${named(need)}, which ${need.pipeline} has neither made nor matched`,
    {
      field,
      action:
        `Match it: confirm it with \`gusset adopt\` where ${need.pipeline} suggests it, or import its link with ` +
        "`gusset links import`; this goes with the next run.",
    },
  );
}

const named = ({ key, part, child }: LinkNeed): string => {
  const record = part === undefined || part === "" ? key : `${key} (part ${part})`;
  return child ? `item ${child.id} of ${child.list} of ${record}` : record;
};
