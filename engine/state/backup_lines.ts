/**
 * The lines of a backup: a header, an entry a line, a footer. Each line but the header has the hash of all before it in the digest that
 * the footer tells, so that a file that was cut off, altered or put together from two is found out before anything is restored.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { Failure } from "../failure.ts";

/** The first line. */
export interface BackupHeader {
  gusset: "backup";
  /** The format's version. */
  format: 1;
  /** The version of keys and values in it. */
  schema: number;
  /** ISO time at which the state was as the backup has it. */
  at: string;
  /** Tells this backup from every other. */
  id: string;
}

/** An entry of the state. The value is JSON in bytes, as it lies there: what is sealed stays sealed. */
export interface BackupEntry {
  key: Deno.KvKey;
  value: Uint8Array<ArrayBuffer>;
}

/** The last line. */
export interface BackupFooter {
  entries: number;
  /** SHA-256 over all lines before, with their ends, as hex. */
  sha256: string;
}

/** Lines of a backup, each with its end. */
export async function* backupLines(header: BackupHeader, entries: AsyncIterable<BackupEntry>): AsyncGenerator<string> {
  const digest = createHash("sha256");
  const said = (line: object): string => {
    const text = JSON.stringify(line) + "\n";
    digest.update(text);
    return text;
  };
  yield said(header);
  let count = 0;
  for await (const { key, value } of entries) {
    count++;
    yield said({ k: key.map(partToJson), v: value.toBase64() });
  }
  yield JSON.stringify({ entries: count, sha256: digest.digest("hex") } satisfies BackupFooter) + "\n";
}

/** What a backup holds; `footer` is known once all entries were taken. */
export interface ReadBackup {
  header: BackupHeader;
  entries: AsyncGenerator<BackupEntry, BackupFooter>;
}

/**
 * Reads a backup from its lines (without their ends). Throws `backup.damaged` with the line: the header at once, anything else while
 * entries are taken, the hash at their end. Whoever restores therefore reads it all once before anything is written.
 */
export async function readBackup(lines: AsyncIterator<string>): Promise<ReadBackup> {
  const digest = createHash("sha256");
  const first = await lines.next();
  const header = first.done ? undefined : parse<BackupHeader>(first.value, 1);
  if (header?.gusset !== "backup" || header.format !== 1) throw damaged(1, "It is no backup that this Gusset can read");
  digest.update(first.value + "\n");
  async function* entries(): AsyncGenerator<BackupEntry, BackupFooter> {
    let count = 0;
    for (let number = 2;; number++) {
      const { value: text, done } = await lines.next();
      if (done) throw damaged(number, "It ends in the middle: the last line is missing");
      const line = parse<{ k?: unknown[]; v?: string } & Partial<BackupFooter>>(text, number);
      if (line.sha256 !== undefined) {
        if (line.entries !== count) throw damaged(number, `It has ${count} entries and says ${line.entries}`);
        if (line.sha256 !== digest.digest("hex")) throw damaged(number, "Its hash is not what its lines come to");
        if (!(await lines.next()).done) throw damaged(number + 1, "Something follows the last line");
        return { entries: count, sha256: line.sha256 };
      }
      digest.update(text + "\n");
      count++;
      yield entryOf(line, number);
    }
  }
  return { header, entries: entries() };
}

function entryOf({ k, v }: { k?: unknown[]; v?: string }, number: number): BackupEntry {
  try {
    return { key: k!.map(partFromJson), value: Uint8Array.fromBase64(v!) };
  } catch {
    throw damaged(number, "It is no entry");
  }
}

function parse<T>(text: string, number: number): T {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as T;
  } catch {
    // Told below.
  }
  throw damaged(number, "It is no JSON object");
}

function damaged(line: number, fact: string): Failure {
  return new Failure("backup.damaged", { fact, place: `line ${line}` });
}

/** Text and numbers stand for themselves; what JSON has no word for is named. */
function partToJson(part: Deno.KvKeyPart): unknown {
  if (typeof part === "bigint") return { bigint: String(part) };
  if (part instanceof Uint8Array) return { bytes: part.toBase64() };
  return part;
}

function partFromJson(part: unknown): Deno.KvKeyPart {
  if (typeof part === "string" || typeof part === "number" || typeof part === "boolean") return part;
  const { bigint, bytes } = part as { bigint?: string; bytes?: string };
  return bigint !== undefined ? BigInt(bigint) : Uint8Array.fromBase64(bytes!);
}
