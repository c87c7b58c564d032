/**
 * `did you mean …?`
 *
 * @module
 */
import { distance } from "fastest-levenshtein";

/** Longer text is no slip of the finger. */
const LONGEST = 80;

/** The nearest of some names, where it is near enough to be a slip of the finger: two letters in the wrong order count as one slip. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  if (name.length > LONGEST) return undefined;
  const most = Math.max(1, Math.floor(name.length / 3));
  let best: string | undefined;
  let least = most + 1;
  for (const candidate of names) {
    const steps = slips(name, candidate);
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}

function slips(name: string, candidate: string): number {
  if (candidate.toLowerCase() === name.toLowerCase()) return 0;
  const steps = distance(name, candidate);
  return steps === 2 && letters(name) === letters(candidate) ? 1 : steps;
}

const letters = (text: string): string => [...text].sort().join("");
