/**
 * Files of one kind in a folder, by path: those that are handed in, or those on the disk.
 *
 * @module
 */
import { join } from "node:path";
import type { Diagnostic } from "./model.ts";

/** Where files are. */
export interface Shelf {
  dir: string;
  /** Texts by path, where they are not to be read from the disk. */
  files?: ReadonlyMap<string, string>;
}

/** The texts of the files of a kind, in the order of their names. One that cannot be read is reported. */
export async function textsOf(
  { dir, files }: Shelf,
  isOne: (name: string) => boolean,
  diagnostics: Diagnostic[],
): Promise<Map<string, string>> {
  if (files) return new Map([...files].filter(([file]) => isOne(file)).sort(([a], [b]) => a < b ? -1 : 1));
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(dir)) if (!isDirectory && isOne(name)) names.push(name);
  const texts = new Map<string, string>();
  for (const file of names.sort().map((name) => join(dir, name))) {
    try {
      texts.set(file, await Deno.readTextFile(file));
    } catch {
      const place = { file, line: 1, column: 1 };
      const help = "check that this user may read it";
      const message = `${file} cannot be read`;
      diagnostics.push({ place, code: "unreadable", message, help, severity: "error", length: 1 });
    }
  }
  return texts;
}

/** Orders diagnostics by file, place and code. */
export const byPlace = (a: Diagnostic, b: Diagnostic): number =>
  a.place.file < b.place.file
    ? -1
    : a.place.file > b.place.file
    ? 1
    : a.place.line - b.place.line || a.place.column - b.place.column || (a.code < b.code ? -1 : 1);
