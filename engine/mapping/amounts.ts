/**
 * Amounts: sums, differences and negation on exact decimals.
 *
 * @module
 */
import { Big, plain } from "../decimal.ts";
import type { Rule } from "../pipeline/model.ts";
import { readDecimal } from "./coerce.ts";
import { compileDescent, lendNeeds } from "./level.ts";
import { scalarOf } from "./path.ts";
import { compileRule, nameOf } from "./rules.ts";
import { type Context, type Evaluate, isAbsent, Problem, type Scope, shown } from "./scope.ts";

type Amount = (scope: Scope) => Big | undefined;

/** Compiles a rule whose value has to be a decimal; absent comes as undefined. */
function compileAmount(rule: Rule, context: Context): Amount {
  const evaluate = compileRule(rule, context);
  const name = nameOf(rule);
  const { field } = context;
  return (scope) => {
    const value = scalarOf(evaluate(scope), name, field);
    if (isAbsent(value)) return undefined;
    const amount = typeof value === "string" ? readDecimal(value) : undefined;
    if (amount) return amount;
    throw new Problem("map.wrong-type", `${name} is not a decimal number`, { field, value: shown(value) });
  };
}

/** Adds up what is there; absent where nothing is. */
export function compileSum(of: readonly Rule[], context: Context): Evaluate {
  const amounts = of.map((rule) => compileAmount(rule, context));
  return (scope) => {
    let total: Big | undefined;
    for (const amount of amounts) total = added(total, amount(scope));
    return total && plain(total);
  };
}

/** The first amount minus all others; absent where none is there, and an absent one is zero beside one that is. */
export function compileDifference(of: readonly Rule[], context: Context): Evaluate {
  const [minuend, ...others] = of.map((rule) => compileAmount(rule, context));
  return (scope) => {
    let total = minuend(scope);
    for (const other of others) {
      const amount = other(scope);
      if (amount) total = (total ?? ZERO).minus(amount);
    }
    return total && plain(total);
  };
}

/** Adds up one amount of each element; no element, or none with an amount, is zero. */
export function compileSumEach(each: string, value: Rule, context: Context): Evaluate {
  const { descend, inner } = compileDescent(each, context);
  const amount = compileAmount(value, inner);
  lendNeeds(inner, descend, context);
  return (scope) => {
    let total = ZERO;
    descend(scope, () => total = added(total, amount(scope))!);
    return plain(total);
  };
}

/** Turns the sign; absent stays absent. */
export function compileNegate(of: Rule, context: Context): Evaluate {
  const amount = compileAmount(of, context);
  return (scope) => {
    const value = amount(scope);
    return value && plain(value.neg());
  };
}

const ZERO = new Big(0);
const added = (total: Big | undefined, amount: Big | undefined): Big | undefined =>
  amount ? (total ? total.plus(amount) : amount) : total;
