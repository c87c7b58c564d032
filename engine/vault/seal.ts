/**
 * The envelope: a value is sealed with AES-256-GCM under a key of its own, and that key is wrapped by the master key. Both are
 * bound to the secret's name and version, so that neither can be moved to another name. Every new value gets a new key: whoever
 * has an old master key and an old copy of the state cannot open what was set after a rotation.
 *
 * @module
 */
import type { MasterKey } from "./master.ts";

/** A sealed value, as it lies in KV. Binary parts are base64. */
export interface Sealed {
  /** Version of this format. */
  format: 1;
  /** Counts the values set under this name. */
  version: number;
  /** ISO times: of the first value, and of this one. */
  createdAt: string;
  setAt: string;
  /** The id of the master key that wraps the data key. */
  master: string;
  /** The data key, wrapped: 12 bytes of nonce, then ciphertext and tag. */
  wrapped: string;
  /** The value, sealed: 12 bytes of nonce, then ciphertext and tag. */
  sealed: string;
}

/** What a sealed value is bound to. */
export interface Bound {
  name: string;
  version: number;
}

const NONCE = 12;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Seals `value`, and wraps its key with the master key. */
export async function seal(
  value: string,
  bound: Bound,
  master: MasterKey,
): Promise<Pick<Sealed, "master" | "wrapped" | "sealed">> {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const key = await dataKey(raw, ["encrypt"]);
  const sealed = await encrypt(key, encoder.encode(value), about("value", bound));
  const wrapped = await encrypt(master.key, raw, about("key", bound));
  raw.fill(0);
  return { master: master.id, wrapped, sealed };
}

/** Opens a sealed value. Throws the runtime's own `OperationError`, which tells nothing, where anything does not fit. */
export async function unseal(sealed: Sealed, bound: Bound, master: MasterKey): Promise<string> {
  const raw = await decrypt(master.key, sealed.wrapped, about("key", bound));
  const key = await dataKey(raw, ["decrypt"]);
  raw.fill(0);
  return decoder.decode(await decrypt(key, sealed.sealed, about("value", bound)));
}

/** Wraps the data key anew, and leaves the value as it is. Throws as {@link unseal}. */
export async function rewrap(
  sealed: Sealed,
  bound: Bound,
  { from, to }: { from: MasterKey; to: MasterKey },
): Promise<Sealed> {
  const raw = await decrypt(from.key, sealed.wrapped, about("key", bound));
  const wrapped = await encrypt(to.key, raw, about("key", bound));
  raw.fill(0);
  return { ...sealed, master: to.id, wrapped };
}

function dataKey(raw: Uint8Array<ArrayBuffer>, usages: KeyUsage[]): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, usages);
}

/** Additional authenticated data: JSON, so that no name can be mistaken for another name and version. */
function about(what: "value" | "key", { name, version }: Bound): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify(["gusset secret", 1, what, name, version]));
}

async function encrypt(
  key: CryptoKey,
  plain: Uint8Array<ArrayBuffer>,
  additionalData: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const cipher = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain);
  const bytes = new Uint8Array(NONCE + cipher.byteLength);
  bytes.set(iv);
  bytes.set(new Uint8Array(cipher), NONCE);
  return bytes.toBase64();
}

async function decrypt(
  key: CryptoKey,
  text: string,
  additionalData: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Uint8Array.fromBase64(text);
  const algorithm = { name: "AES-GCM", iv: bytes.subarray(0, NONCE), additionalData };
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, bytes.subarray(NONCE)));
}
