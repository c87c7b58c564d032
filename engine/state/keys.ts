/**
 * Keys in KV: the table of their first parts, and the encoding that makes numeric keys ascend as numbers.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { Failure } from "../failure.ts";

/**
 * The first part of every key, and what follows it. An ordered key is {@link orderedKey} of a source key or a destination id.
 */
export const TABLES = {
  /** `name` */
  meta: "meta",
  /** `pipeline, source partition` → who holds it, and until when */
  lease: "lease",
  /** `pipeline, source partition` → the number that shuts out a former holder */
  fence: "fence",
  /** `lease and fence or "", operation` → the number of the last commit of a batch; expires */
  operation: "operation",
  /** `pipeline, ordered source key, part` */
  link: "link",
  /** `pipeline, ordered destination id, destination partition, ordered source key, part` → nothing */
  linkById: "link-by-id",
  /** `pipeline, source partition, id` → the records that are being written, many to a value */
  mark: "mark",
  /** `pipeline, source partition` */
  cursor: "cursor",
  /** `run id` */
  run: "run",
  /** `started at, run id` → nothing */
  runByTime: "run-by-time",
  /** `pipeline, started at, run id` → nothing */
  runByPipeline: "run-by-pipeline",
  /** `pipeline, ordered source key, part` */
  rejected: "rejected",
  /** `pipeline, ordered source key, part` */
  parked: "parked",
  /** `awaited pipeline, ordered awaited key, awaited part or "", pipeline, ordered source key, part` → nothing */
  parkedByNeed: "parked-by-need",
  /** `pipeline, ordered source key, part` → nothing, for those that await no link */
  parkedWithoutNeed: "parked-without-need",
  /** `pipeline, ordered source key, part` */
  adoption: "adoption",
  /** `pipeline, ordered source key, id` */
  wake: "wake",
  /** `pipeline, ordered chain, ordered source key` → what a source document certifies */
  certified: "certified",
  /** `pipeline, ordered source key, ""` → the chain that it is in */
  certifiedByKey: "certified-by-key",
  /** `pipeline, ordered chain, posting key` → a document of the outbox, without its body */
  posting: "posting",
  /** `posting key, number of the piece` → the body */
  postingBody: "posting-body",
  /** `posting key` → pipeline and chain */
  postingByKey: "posting-by-key",
  /** `pipeline, source partition, posting key` → chain and state, for those that are on their way */
  postingOpen: "posting-open",
  /** `pipeline, join, ordered joined key, ordered chain` → the chain's source partition */
  followed: "followed",
  /** `pipeline, source partition, ordered chain, id` → why it is to be looked at */
  due: "due",
  /** `pipeline, join, partition` → how far the joined stream was followed */
  followCursor: "follow-cursor",
  /** `pipeline` → who let it post, and when */
  live: "live",
  /** `plan id, ""` → a plan that waits for a second person, or waited; `plan id, number` → keys of its documents, many to a value */
  plan: "plan",
  /** `name` → who may do what, and the hash of the token that says so */
  token: "token",
  /** `hash of its id` → who is signed in to the console, and until when; nothing → the key that its cookies are signed with */
  session: "session",
  /** `number` → an entry of the audit log */
  audit: "audit",
  /** `id` → an item of the worklist */
  notice: "notice",
  /** `name, first day of the period, version` → a frozen reconciliation, without its report */
  snapshot: "snapshot",
  /** `name, first day of the period, version, number of the piece` → the report's text */
  snapshotText: "snapshot-text",
  /** `pipeline, source partition, ordered source key or "", id` → a delivery that is still to be worked off */
  delivery: "delivery",
  /** `connection, id` → until when a delivery that comes again is known */
  heard: "heard",
  /** `pipeline` → when it starts next, and the start that is at work */
  schedule: "schedule",
  /** `pipeline, why` → the last time that something woke it */
  woken: "woken",
  /** `pipeline` → who paused it, and when */
  paused: "paused",
  /** `kind, name` → how a pipeline, a connection … stands, and since when, as far as people were told */
  health: "health",
  /** `id` → what people are still to be told */
  news: "news",
  /** `connection, what` → what of a limit each process has at present */
  permit: "permit",
  /** `connection` */
  pin: "pin",
  /** `name` → the sealed value */
  secret: "secret",
  /** nothing → the id of the master key that secrets are under */
  secretMaster: "secret-master",
} as const;

/** The first part of a key. */
export type Table = typeof TABLES[keyof typeof TABLES];

/** Longest key that KV takes, in bytes. */
export const KV_KEY_LIMIT = 2048;

/** Longest source key or destination id, in UTF-8 bytes: two of them and the rest must fit in one of KV's. */
export const KEY_LIMIT = 600;
/** Digits that are counted in two places. */
const DIGITS_LIMIT = 99;

/**
 * A key as text that sorts as it should, in the order of its UTF-8 bytes: digits ascend as numbers and come first, everything else
 * ascends as text. `7` → `n017`, `10` → `n0210`, `007` → `n017z02` (right after `7`), `A7` → `tA7`.
 * Throws `record.invalid` for a key that KV could not hold or would confuse with another.
 */
export function orderedKey(key: string): string {
  if (/^[0-9]+$/.test(key)) {
    const digits = key.replace(/^0+(?=.)/, "");
    const zeros = key.length - digits.length;
    if (digits.length <= DIGITS_LIMIT && zeros <= DIGITS_LIMIT) {
      return `n${pad(digits.length)}${digits}${zeros ? `z${pad(zeros)}` : ""}`;
    }
  }
  const problem = keyProblem(key);
  if (problem) {
    const value = key.length > 40 ? `${key.slice(0, 40)}…` : key;
    throw new Failure("record.invalid", { fact: `The key ${problem}`, value: value.toWellFormed() });
  }
  return `t${key}`;
}

/** Why a key cannot be stored, or undefined: `is longer than 600 bytes`. A record with such a key is to be rejected. */
export function keyProblem(key: string): string | undefined {
  // A UTF-16 unit becomes at most three bytes: the exact length is needed only for long keys.
  if (key.length * 3 > KEY_LIMIT && new TextEncoder().encode(key).length > KEY_LIMIT) {
    return `is longer than ${KEY_LIMIT} bytes`;
  }
  return key.isWellFormed() ? undefined : "holds half a character";
}

/**
 * {@link orderedKey}, or a hash of a key that it refuses: to look for any key, and to remember that its record is rejected. Only an
 * entry that holds the key itself can be found under a hash.
 */
export function anyKey(key: string): string {
  if (!keyProblem(key)) return orderedKey(key);
  return `x${createHash("sha256").update(key, "utf16le").digest("hex")}`;
}

/** The key that {@link orderedKey} was given. */
export function fromOrderedKey(ordered: string): string {
  if (ordered[0] !== "n") return ordered.slice(1);
  const end = 3 + Number(ordered.slice(1, 3));
  const zeros = ordered[end] === "z" ? Number(ordered.slice(end + 1)) : 0;
  return "0".repeat(zeros) + ordered.slice(3, end);
}

function pad(count: number): string {
  return String(count).padStart(2, "0");
}

/** Compares two strings as KV does, by their UTF-8 bytes: negative, zero or positive. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i), y = b.charCodeAt(i);
    if (x === y) continue;
    // Half of a pair stands for a character beyond all that fit in one unit.
    const beyondX = isHalf(x), beyondY = isHalf(y);
    return beyondX === beyondY ? x - y : beyondX ? 1 : -1;
  }
  return a.length - b.length;
}

function isHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** Compares two source keys (or ids) in the order in which they are listed. */
export function compareKeys(a: string, b: string): number {
  return compareText(orderedKey(a), orderedKey(b));
}

/** The smallest text that comes after `text`, and after every key that has `text` as this part. */
export function justAfter(text: string): string {
  return `${text}\u0000`;
}

/** Bytes of a key as KV stores it: for each part a type byte, the content with NULs escaped, an end. */
export function keyBytes(key: Deno.KvKey): number {
  let bytes = 0;
  for (const part of key) bytes += partBytes(part);
  return bytes;
}

function partBytes(part: Deno.KvKeyPart): number {
  switch (typeof part) {
    case "string": {
      let bytes = 2;
      for (let i = 0; i < part.length; i++) {
        const unit = part.charCodeAt(i);
        // NUL is escaped to two bytes; a half of a pair counts two of the pair's four.
        bytes += unit === 0 ? 2 : unit < 0x80 ? 1 : unit < 0x800 || isHalf(unit) ? 2 : 3;
      }
      return bytes;
    }
    case "boolean":
      return 1;
    case "number":
      return 9;
    case "bigint":
      return 3 + Math.ceil(part.toString(16).length / 2);
    default:
      // A symbol is KV's placeholder for the versionstamp; Gusset has none in its keys.
      return part instanceof Uint8Array ? 2 + 2 * part.length : 24;
  }
}
