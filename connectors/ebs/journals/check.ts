/**
 * What is looked at before a journal leaves: that it says what Journal Import will understand, and that it balances to the cent.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { Big, parseDecimal, plain } from "../../../engine/decimal.ts";
import { Failure } from "../../../engine/failure.ts";
import type { PostDocument } from "../../../engine/posting.ts";
import { journal } from "../../../schemas/ebs/gl_journals.ts";

/** Letters, digits and marks that travel unchanged through every character set; no key of digits alone, for keys are text. */
const KEY = /^(?=.*[A-Za-z])[\x21-\x7e]{1,80}$/;

/** The schema, closed: made once, for zod compiles each anew. */
const exactly = journal.strict();

/** Why a document cannot be sent; undefined where nothing speaks against it. */
export function objection({ key, hash, fields }: PostDocument): Failure | undefined {
  const place = `journal ${key}`;
  const invalid = (fact: string, value?: string) => new Failure("post.invalid", { fact, value, place });
  if (!KEY.test(key)) return invalid("The key must have 1 to 80 plain characters and a letter", key.slice(0, 100));
  if (!/^[0-9a-f]{1,64}$/.test(hash)) {
    return invalid("The hash must be up to 64 hexadecimal digits", hash.slice(0, 100));
  }
  const parsed = exactly.safeParse(fields);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    return invalid(`${path.join(".") || "The document"} ${message}`, path.length > 0 ? shown(fields, path) : undefined);
  }
  const lines = fields.LINES as Row[];
  if (lines.length < 2) return invalid("A journal needs at least two lines", `${lines.length} lines`);
  const unit = new Big((fields.CURRENCY_UNIT as string | undefined) ?? "0.01");
  if (unit.lte(0)) return invalid("CURRENCY_UNIT must be more than 0", plain(unit));
  for (const [i, line] of lines.entries()) {
    const fault = lineFault(line, unit);
    if (fault) return invalid(`Line ${i + 1}: ${fault}`, `${line.ENTERED_DR ?? ""} / ${line.ENTERED_CR ?? ""}`);
  }
  return unbalanced(fields, lines, place);
}

function lineFault(line: Row, unit: Big): string | undefined {
  const given = [line.ENTERED_DR, line.ENTERED_CR].filter((amount) => typeof amount === "string");
  if (given.length !== 1) return "needs a debit or a credit, not both";
  const amount = parseDecimal(given[0])!;
  if (amount.eq(0)) return "has an amount of zero";
  if (!amount.mod(unit).eq(0)) return `has a finer amount than ${plain(unit)}`;
}

/** Debits less credits, by balancing segment where the lines say it. */
function unbalanced(fields: Row, lines: readonly Row[], place: string): Failure | undefined {
  const told = lines.filter(({ BALANCING_SEGMENT }) => BALANCING_SEGMENT !== undefined).length;
  if (told > 0 && told < lines.length) {
    return new Failure("post.invalid", { fact: "BALANCING_SEGMENT is given on some lines only", place });
  }
  const sums = new Map<string, Big>();
  for (const line of lines) {
    const segment = (line.BALANCING_SEGMENT ?? "") as string;
    const amount = new Big((line.ENTERED_DR ?? "0") as string).minus((line.ENTERED_CR ?? "0") as string);
    sums.set(segment, (sums.get(segment) ?? new Big(0)).plus(amount));
  }
  for (const [segment, sum] of sums) {
    if (sum.eq(0)) continue;
    return new Failure("post.unbalanced", {
      fact: segment === ""
        ? "Debits do not equal credits"
        : `Debits do not equal credits in balancing segment ${segment}`,
      value: `${plain(sum.abs())} ${fields.CURRENCY_CODE} more ${sum.gt(0) ? "debit" : "credit"}`,
      place,
    });
  }
}

function shown(fields: Row, path: readonly PropertyKey[]): string | undefined {
  let value: unknown = fields;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  return value === undefined ? "absent" : JSON.stringify(value)?.slice(0, 100);
}
