/**
 * How options and arguments are read from the command line.
 *
 * @module
 */
import { InvalidArgumentError } from "commander";

/** A whole number above zero. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError("It must be a whole number above 0.");
  return Number(text);
}

/** Gathers an option that may be given several times. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** `name=8101` pairs, gathered; a port from 0 (any free one) to 65535. */
export function port(text: string, before: Record<string, number> = {}): Record<string, number> {
  const [, name, number] = /^([\w-]+)=(\d{1,5})$/.exec(text) ?? [];
  if (name === undefined || Number(number) > 65535) {
    throw new InvalidArgumentError("It must be CONNECTOR=PORT, as in ebs=8101.");
  }
  return { ...before, [name]: Number(number) };
}
