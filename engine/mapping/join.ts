/**
 * The keys of joined records: where in a record each of them goes, and what its key is there.
 *
 * @module
 */
import type { Row, Stream, Value } from "../connector.ts";
import type { Failure } from "../failure.ts";
import { fieldsOf } from "../fields.ts";
import { stepsOf, withJoins } from "../pipeline/joins.ts";
import type { Pipeline } from "../pipeline/model.ts";
import { coerceTo } from "./coerce.ts";
import { failing, needsOf } from "./failing.ts";
import { compileDescent, lendNeeds } from "./level.ts";
import { compileRule } from "./rules.ts";
import { type Context, Hold, type Scope } from "./scope.ts";
import type { LinkLookup, LinkNeed, Surroundings } from "./types.ts";

/** A place in a record that a joined record goes to; no key where the rule gives none: nothing is joined there. */
export interface JoinAt {
  at: Row;
  key?: string;
}

/** The keys of one join; not re-entrant, like a mapper. Records come with what earlier joins have brought. */
export interface JoinKeys {
  /** The join's name. */
  name: string;
  /**
   * The record with new ones on the way to where the join goes, so that it can be written to; the record itself is left as it is.
   */
  own(row: Row): Row;
  /** The links that its keys will ask for. */
  needs(row: Row): LinkNeed[];
  /** Where joined records go, with their keys; or why that cannot be told. Never throws for what is wrong with the record. */
  places(
    row: Row,
    links: LinkLookup,
    around: Surroundings,
  ): { places: JoinAt[] } | { failure: Failure } | { hold: Hold["held"] };
}

/** Compiles the joins of a checked pipeline, in their order. Throws `config.invalid` for an expression that does not pass the check. */
export function compileJoins(
  { source: { stream, with: joins } }: Pipeline,
  { source, joined }: { source: Stream; joined: Readonly<Record<string, Stream>> },
): JoinKeys[] {
  const failureOf = failing(stream, source.key);
  let before = {};
  return Object.entries(joins).map(([name, { each, key: rule }]): JoinKeys => {
    const field = `with ${name}`;
    const levels = [withJoins(fieldsOf(source.record), before, joined)];
    before = { ...before, [name]: joins[name] };
    const top: Context = { depth: 0, levels, field, needs: [] };
    const { descend, inner } = each === undefined ? { descend: undefined, inner: top } : compileDescent(each, top);
    const evaluate = compileRule(rule, { ...inner, field });
    const coerce = coerceTo("id", "The key", field);
    if (descend) lendNeeds(inner, descend, top);
    const scope: Scope = { stack: [], part: "", links: () => undefined, around: NOWHERE };
    const steps = stepsOf(each);
    const enter = (row: Row): void => {
      scope.stack.length = 0;
      scope.stack[0] = row;
    };
    return {
      name,
      own: (row) => copied(row, steps) as Row,
      needs(row) {
        enter(row);
        return needsOf(top, scope);
      },
      places(row, links, around) {
        enter(row);
        scope.links = links;
        scope.around = around;
        const places: JoinAt[] = [];
        const visit = (): void => {
          const key = coerce(evaluate(scope)) as string | null;
          places.push({ at: scope.stack[inner.depth], ...(key !== null && { key }) });
        };
        try {
          if (descend) descend(scope, visit);
          else visit();
          return { places };
        } catch (thrown) {
          if (thrown instanceof Hold) return { hold: thrown.held };
          return { failure: failureOf(row, thrown) };
        }
      },
    };
  });
}

const NOWHERE: Surroundings = { connection: { name: "", tag: "" }, run: { id: "", at: "" } };

/** A value with all records and lists along a path copied, the last ones too. */
function copied(value: Value, steps: readonly string[]): Value {
  if (Array.isArray(value)) return value.map((item) => copied(item, steps));
  if (typeof value !== "object" || value === null) return value;
  const [step, ...rest] = steps;
  const row = value as Row;
  if (step === undefined || !Object.hasOwn(row, step)) return { ...row };
  return { ...row, [step]: copied(row[step], rest) };
}
