/**
 * The master key: 32 random bytes that wrap every secret's own key. It comes from the environment or from a file that only its
 * owner can read, and is never shown.
 *
 * @module
 */
import { dirname } from "node:path";
import { Failure } from "../failure.ts";

/** The environment variable with the key, 32 bytes in base64. */
export const MASTER_KEY_VARIABLE = "GUSSET_MASTER_KEY";
/** The environment variable with the key that a rotation moves to. */
export const NEXT_MASTER_KEY_VARIABLE = "GUSSET_MASTER_KEY_NEXT";
/** Where `gusset init` puts the key file. */
export const MASTER_KEY_PATH = ".gusset/master.key";

const LENGTH = 32;

/** A master key. Its bytes cannot be had back from it. */
export interface MasterKey {
  /** Tells keys apart without telling anything of them: part of a hash. Stands beside what the key has wrapped. */
  readonly id: string;
  readonly key: CryptoKey;
  /** The key that an unfinished rotation moves to; opens what is already there. */
  readonly next?: MasterKey;
}

/** Where a master key is looked for. */
export interface MasterKeyPlaces {
  env: (name: string) => string | undefined;
  /** The key file, {@link MASTER_KEY_PATH} as a rule. */
  path: string;
}

/**
 * The master key from the environment, else from the file. A rotation that was cut short leaves a second key (in
 * `GUSSET_MASTER_KEY_NEXT`, or in the file with `.next` behind its name), which comes along as `next`.
 * Throws `secret.no-master-key` where there is none, it is no key, or others may read its file.
 */
export async function findMasterKey({ env, path }: MasterKeyPlaces): Promise<MasterKey> {
  const current = env(MASTER_KEY_VARIABLE);
  if (current) {
    const next = env(NEXT_MASTER_KEY_VARIABLE);
    return {
      ...await parseMasterKey(current, MASTER_KEY_VARIABLE),
      next: next ? await parseMasterKey(next, NEXT_MASTER_KEY_VARIABLE) : undefined,
    };
  }
  const text = await readKeyFile(path);
  if (text === undefined) {
    throw new Failure("secret.no-master-key", {
      fact: `There is no master key, neither in ${MASTER_KEY_VARIABLE} nor in a file`,
      place: path,
    });
  }
  const next = await readKeyFile(nextPath(path));
  return {
    ...await parseMasterKey(text, path),
    next: next === undefined ? undefined : await parseMasterKey(next, nextPath(path)),
  };
}

/** A key from its base64 text. Throws `secret.no-master-key`, naming `place` and never the text. */
export async function parseMasterKey(text: string, place: string): Promise<MasterKey> {
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  try {
    bytes = Uint8Array.fromBase64(text.trim());
  } catch {
    // Said below, without the runtime's own words: they might quote the text.
  }
  if (bytes?.length !== LENGTH) {
    throw new Failure("secret.no-master-key", {
      fact: `The master key is not ${LENGTH} bytes in base64`,
      place,
      action: "Copy it whole from where it is kept, or make one with `gusset init`.",
    });
  }
  const named = new Uint8Array([...new TextEncoder().encode("gusset master key id\0"), ...bytes]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", named));
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  bytes.fill(0);
  return { id: hash.subarray(0, 8).toHex(), key };
}

/** A new key as base64 text, for whoever keeps keys elsewhere. */
export function newMasterKeyText(): string {
  return crypto.getRandomValues(new Uint8Array(LENGTH)).toBase64();
}

/** Makes a key file that only its owner can read. Throws `secret.key-exists` rather than overwrite one. */
export async function initMasterKey(path: string): Promise<MasterKey> {
  const text = newMasterKeyText();
  try {
    await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw unusable(path, "cannot be made", cause);
    throw new Failure("secret.no-master-key", {
      fact: "The folder of the master key file cannot be made",
      place: dirname(path),
      action: "Name a folder that this user may write to, with --home or GUSSET_HOME.",
      cause,
    });
  }
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AlreadyExists)) throw unusable(path, "cannot be made", cause);
    throw new Failure("secret.key-exists", { fact: "There is a master key already", place: path });
  }
  try {
    const bytes = new TextEncoder().encode(`${text}\n`);
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
    await file.sync();
  } finally {
    file.close();
  }
  return await parseMasterKey(text, path);
}

/** The file of the key that a rotation moves to. */
export function nextPath(path: string): string {
  return `${path}.next`;
}

/** The file's text; undefined where there is none. */
async function readKeyFile(path: string): Promise<string | undefined> {
  try {
    const { mode } = await Deno.stat(path);
    // Windows has no mode.
    if (mode !== null && (mode & 0o077) !== 0) {
      throw new Failure("secret.no-master-key", {
        fact: "The master key file may be read or written by others than its owner, and is not used",
        value: `mode ${(mode & 0o777).toString(8)}`,
        place: path,
        action: `Run \`chmod 600 ${path}\`; if somebody may have read it, rotate it afterwards.`,
      });
    }
    return await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw unusable(path, "cannot be read", cause);
  }
}

function unusable(path: string, what: string, cause: unknown): Failure {
  return new Failure("secret.no-master-key", {
    fact: `The master key file ${what}`,
    place: path,
    action: cause instanceof Deno.errors.NotCapable
      ? "Start it with the flags that `gusset permissions` prints."
      : "Check that this user may read and write it.",
    cause,
  });
}
