/**
 * How figures are printed.
 *
 * @module
 */

/** One line: the benchmark's letter, what was measured, the figure, and what it should be. */
export function line(letter: string, what: string, figure: string, aim: string): void {
  console.log(`(${letter}) ${what.padEnd(46)} ${figure.padEnd(58)} aim: ${aim}`);
}

/** A whole number with its thousands told apart. */
export const whole = (count: number): string => Math.round(count).toLocaleString("en-US");

/** Records a second. */
export const per = (records: number, ms: number): string => `${whole(records / (ms / 1000))} records/s`;
