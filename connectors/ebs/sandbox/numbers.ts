/**
 * Oracle NUMBERs that are no keys: quantities, prices and amounts, kept as plain text.
 *
 * @module
 */
import { parseDecimal, plain } from "../../../engine/decimal.ts";

/** Whether a column of ours is a quantity, price, rate or amount, by its name. */
export const isNumber = (column: string): boolean =>
  /^(UNIT_PRICE|PRICE_OVERRIDE|RETAINAGE_RATE|(CURRENCY_)?CONVERSION_RATE|(ENTERED|ACCOUNTED)_[DC]R|(QUANTITY|AMOUNT)(_[A-Z]+)?)$/
    .test(column);

/** A number as a file or a person may write it, as the database has it: `12.50` is 12.5. Throws an `Error` where it is none. */
export function databaseNumber(text: string, column: string): string {
  if (PLAIN.test(text)) return text;
  const number = parseDecimal(text);
  if (!number) throw new Error(`${column} must be a number: current value is ${text}`);
  return plain(number);
}

/** Most numbers are as they should be already. */
const PLAIN = /^(0|-?[1-9]\d*|-?(0|[1-9]\d*)\.\d*[1-9])$/;

/** A number as the package writes it, by the format model `TM9`: no zero before the point. */
export const numberText = (value: string): string => value.replace(/^(-?)0\./, "$1.");

/** FND_CURRENCIES: the smallest amount of those that have no cents. */
const CURRENCY_UNITS: Record<string, string> = { JPY: "1", KRW: "1", CLP: "1", BHD: "0.001", KWD: "0.001" };

/** The smallest amount of a currency. */
export const currencyUnitOf = (currency: unknown): string => CURRENCY_UNITS[currency as string] ?? "0.01";
