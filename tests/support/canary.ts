/**
 * Secrets that can be told from everything else, and the forms in which one may turn up.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";

const utf8 = new TextEncoder();

/** The forms of a secret: as it is, in JSON, for an address, for a form, and what it surely leaves in Base64 wherever it begins. */
export function formsOf(secret: string): string[] {
  const bytes = utf8.encode(secret);
  const cores = [0, 1, 2].flatMap((shift) => {
    const padded = new Uint8Array(shift + bytes.length);
    padded.set(bytes, shift);
    const core = padded.toBase64({ omitPadding: true }).slice(
      Math.ceil(shift * 8 / 6),
      Math.floor(padded.length * 8 / 6),
    );
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
  return [
    ...new Set([
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      new URLSearchParams({ s: secret }).toString().slice(2),
      ...cores,
    ]),
  ];
}

/** Fails where one of the secrets stands in the bytes, in any of its forms. */
export function silent(where: string, bytes: Uint8Array | string, secrets: Record<string, string>): void {
  const haystack = latin(typeof bytes === "string" ? utf8.encode(bytes) : bytes);
  for (const [name, secret] of Object.entries(secrets)) {
    for (const form of formsOf(secret)) {
      const at = haystack.indexOf(latin(utf8.encode(form)));
      assert.equal(at, -1, `${where} holds ${name} as ${form}: …${haystack.slice(Math.max(0, at - 60), at + 80)}…`);
    }
  }
}

/** Every file below a folder, with its bytes. */
export async function filesBelow(folder: string): Promise<[path: string, bytes: Uint8Array][]> {
  const files: [string, Uint8Array][] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) files.push(...await filesBelow(path));
    else files.push([path, await Deno.readFile(path)]);
  }
  return files;
}

/** One character a byte, so that text and bytes can be searched alike. */
function latin(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
