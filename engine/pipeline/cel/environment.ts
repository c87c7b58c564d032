/**
 * What an expression may use: the types of the record, decimals, and a few functions that CEL lacks.
 *
 * @module
 */
import { Environment } from "@marcbachmann/cel-js";
import { RE2JS } from "re2js";
import { Big, parseDecimal, plain } from "../../decimal.ts";
import { Failure } from "../../failure.ts";
import type { Field, NestedField } from "../../fields.ts";

/** A decimal inside an expression; cel-js tells types apart by constructor, so this one is ours. */
export class Decimal {
  constructor(readonly big: Big) {}
}

/** Digits an amount may have before it is a mistake or an attack: `1e1000000` would fill the memory when written out. */
const LONGEST = 400;

/** Reads a decimal. Throws `map.expression` where the text is none. */
export function toDecimal(text: string): Decimal {
  const big = text.length <= LONGEST ? parseDecimal(text) : undefined;
  if (big === undefined || Math.abs(big.e) > LONGEST) {
    throw new Failure("map.expression", { fact: "A decimal is expected", value: text.slice(0, 40) });
  }
  return new Decimal(big);
}

const patterns = new Map<string, RE2JS>();

/** A pattern of `rx()`, compiled once. Throws where RE2 does not understand it. */
export function pattern(text: string): RE2JS {
  let compiled = patterns.get(text);
  if (!compiled) patterns.set(text, compiled = RE2JS.compile(text));
  return compiled;
}

const places = (digits: bigint): number => {
  if (digits < 0n || digits > 20n) {
    throw new Failure("map.expression", { fact: "Decimal places must be 0 to 20", value: String(digits) });
  }
  return Number(digits);
};
const half = 1; // big.js: round half up, away from zero

function divide(a: Decimal, b: Decimal, digits: bigint): Decimal {
  if (b.big.eq(0)) throw new Failure("map.expression", { fact: "Division by zero", value: plain(a.big) });
  // One more division by Big.DP alone would round twice: scale first, so that the only rounding is the one asked for.
  const scale = places(digits);
  const factor = new Big(10).pow(scale);
  const exact = a.big.times(factor);
  const quotient = exact.div(b.big);
  const whole = quotient.round(0, 0);
  const rest = exact.minus(whole.times(b.big)).abs().times(2);
  const away = rest.gte(b.big.abs()) ? (exact.s * b.big.s) : 0;
  return new Decimal(whole.plus(away).div(factor));
}

function characters(text: string, length: bigint): string {
  if (text.length <= length) return text;
  return [...text].slice(0, Number(length)).join("");
}

const base = new Environment({
  enableOptionalTypes: true,
  limits: { maxAstNodes: 2000, maxDepth: 60, maxListElements: 500, maxMapEntries: 50, maxCallArguments: 8 },
})
  .registerType("Decimal", { ctor: Decimal, fields: {} })
  .registerFunction("decimal(string): Decimal", toDecimal)
  .registerFunction("decimal(int): Decimal", (n: bigint) => new Decimal(new Big(n.toString())))
  .registerFunction("string(Decimal): string", (a: Decimal) => plain(a.big))
  .registerFunction("Decimal.fixed(int): string", (a: Decimal, n: bigint) => a.big.toFixed(places(n), half))
  .registerFunction("Decimal.round(int): Decimal", (a: Decimal, n: bigint) => new Decimal(a.big.round(places(n), half)))
  .registerFunction("Decimal.abs(): Decimal", (a: Decimal) => new Decimal(a.big.abs()))
  .registerFunction("Decimal.div(Decimal, int): Decimal", divide)
  .registerFunction("string.rx(string): bool", (text: string, rx: string) => pattern(rx).matcher(text).find())
  .registerFunction("rx(string, string): bool", (text: string, rx: string) => pattern(rx).matcher(text).find())
  .registerFunction("string.truncate(int): string", characters)
  .registerOperator("-Decimal: Decimal", (a: Decimal) => new Decimal(a.big.neg()))
  .registerOperator("Decimal + Decimal: Decimal", (a: Decimal, b: Decimal) => new Decimal(a.big.plus(b.big)))
  .registerOperator("Decimal - Decimal: Decimal", (a: Decimal, b: Decimal) => new Decimal(a.big.minus(b.big)))
  .registerOperator("Decimal * Decimal: Decimal", (a: Decimal, b: Decimal) => new Decimal(a.big.times(b.big)))
  .registerOperator("Decimal == Decimal", (a: Decimal, b: Decimal) => a.big.eq(b.big))
  .registerOperator("Decimal < Decimal", (a: Decimal, b: Decimal) => a.big.lt(b.big))
  .registerOperator("Decimal <= Decimal", (a: Decimal, b: Decimal) => a.big.lte(b.big))
  .registerOperator("Decimal > Decimal", (a: Decimal, b: Decimal) => a.big.gt(b.big))
  .registerOperator("Decimal >= Decimal", (a: Decimal, b: Decimal) => a.big.gte(b.big));

const SCALARS: Record<string, string> = {
  text: "string",
  id: "string",
  date: "string",
  instant: "string",
  integer: "int",
  decimal: "Decimal",
  boolean: "bool",
};

/** The constructor that stands for each nested record's type; values are made with it (see `values.ts`). */
export type Constructors = Map<NestedField, new () => Record<string, unknown>>;

/** An environment in which these variables are known, and the constructors of their record types. */
export interface Scope {
  environment: Environment;
  constructors: Constructors;
}

const scopes = new WeakMap<object, Scope>();

/** Declares variables. The answer is kept for as long as the very same object is asked for. */
export function scopeOf(variables: Record<string, Field>): Scope {
  const known = scopes.get(variables);
  if (known) return known;
  const environment = base.clone();
  const constructors: Constructors = new Map();
  // One field may be known by several names (`root` and `rec`): its type has the first.
  const types = new Map<NestedField, string>();
  const typeOf = (field: Field, name: string): string => {
    if (!("fields" in field)) return SCALARS[field.kind];
    const item = field.fields[""];
    if (item) return `list<${typeOf(item, name)}>`;
    let type = types.get(field);
    if (!type) {
      types.set(field, type = `record ${name}`);
      const made = class {} as new () => Record<string, unknown>;
      constructors.set(field, made);
      const fields: Record<string, string> = {};
      for (const [key, child] of Object.entries(field.fields)) fields[key] = typeOf(child, `${name}.${key}`);
      // A blank keeps the type's name out of reach of expressions.
      environment.registerType(type, { ctor: made, fields });
    }
    return field.kind === "list" ? `list<${type}>` : type;
  };
  for (const [name, field] of Object.entries(variables)) environment.registerVariable(name, typeOf(field, name));
  const scope = { environment, constructors };
  scopes.set(variables, scope);
  return scope;
}
