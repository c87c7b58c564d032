/**
 * What Oracle calls a journal of ours.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Characters of REFERENCE4 that Journal Import makes a journal's name of (reference §5.1). */
const LENGTH = 25;

/**
 * The name that a key's journal begins with. Rows of the same name become one journal, so two keys never share one: a key that is too
 * long is cut, and told from its like by a hash.
 */
export function journalName(key: string): string {
  if (key.length <= LENGTH && !key.includes("~")) return key;
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 10);
  return `${key.slice(0, LENGTH - hash.length - 1)}~${hash}`;
}
