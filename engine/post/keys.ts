/**
 * The keys of documents: they name source document, revision and purpose, and everything that an outbox has to know of a document can be
 * read from them again.
 *
 * `{tag}:{pipeline}:{chain}:{source}:{revision}`, a reversal `{key}-R`, an adjustment `{tag}:{pipeline}:{chain}:B{revision}`.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import type { Purpose } from "../state/posting_types.ts";

/** Whose keys they are. */
export interface KeyOwner {
  /** The source connection's tag. */
  tag: string;
  pipeline: string;
}

/** What a key says. */
export interface KeyParts {
  chain: string;
  /** Source key; absent for an `adjust`, which is of its chain. */
  source?: string;
  /** From 1. */
  revision: number;
  purpose: Purpose;
  /** The key of the document that it takes back. */
  reverses?: string;
}

/** Characters of a key, as destinations take it; two are kept free for a reversal's ending. */
const ROOM = 80;
const REVERSAL = "-R";

/** What all keys of a pipeline begin with. */
export const keyPrefix = ({ tag, pipeline }: KeyOwner): string => `${segment(tag)}:${segment(pipeline)}:`;

/** The key of a document that books what its source certifies. Throws `post.invalid` where the ids are too long for one. */
export function recognitionKey(
  owner: KeyOwner,
  { chain, source, revision }: { chain: string; source: string; revision: number },
): string {
  return fit(`${keyPrefix(owner)}${segment(chain)}:${segment(source)}:${revision}`);
}

/** The key of a chain's adjustment. Throws `post.invalid` where the ids are too long for one. */
export function adjustmentKey(owner: KeyOwner, { chain, revision }: { chain: string; revision: number }): string {
  return fit(`${keyPrefix(owner)}${segment(chain)}:B${revision}`);
}

/** The key of the document that takes another one back. */
export const reversalKey = (key: string): string => `${key}${REVERSAL}`;

/** What a key says; undefined where it is not one that this owner makes. */
export function parseKey(owner: KeyOwner, key: string): KeyParts | undefined {
  const prefix = keyPrefix(owner);
  if (!key.startsWith(prefix) || key.length > ROOM) return undefined;
  if (key.endsWith(REVERSAL)) {
    const reverses = key.slice(0, -REVERSAL.length);
    const original = reverses.endsWith(REVERSAL) ? undefined : parseKey(owner, reverses);
    return original && { ...original, purpose: "reverse", reverses };
  }
  const rest = key.slice(prefix.length).split(":");
  const last = rest.at(-1)!;
  const [chain, source] = rest.slice(0, -1).map(unescaped);
  if (chain === undefined) return undefined;
  if (rest.length === 2) {
    return /^B[1-9]\d{0,8}$/.test(last) ? { chain, revision: Number(last.slice(1)), purpose: "adjust" } : undefined;
  }
  if (rest.length !== 3 || source === undefined || !/^[1-9]\d{0,8}$/.test(last)) return undefined;
  return { chain, source, revision: Number(last), purpose: "recognise" };
}

/** Characters that destinations may read as wildcards or quotes are escaped like those that are not plain. */
function segment(id: string): string {
  if (id === "") throw new Failure("post.invalid", { fact: "A document cannot be named after an empty id" });
  if (!id.isWellFormed()) {
    throw new Failure("post.invalid", {
      fact: "A document cannot be named after an id that is no text",
      value: id.toWellFormed(),
    });
  }
  return encodeURIComponent(id).replace(/[!'()*~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function unescaped(text: string): string | undefined {
  try {
    const id = decodeURIComponent(text);
    return segment(id) === text ? id : undefined;
  } catch {
    return undefined;
  }
}

function fit(key: string): string {
  if (key.length + REVERSAL.length <= ROOM) return key;
  throw new Failure("post.invalid", {
    fact: `The document's key would have ${key.length} characters, and ${ROOM - REVERSAL.length} are the most`,
    value: key,
    action: "Give the connection a shorter tag, or the pipeline a shorter name.",
  });
}
