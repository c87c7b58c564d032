/**
 * The shipped pipelines with the one that posts requisitions, as texts by path.
 *
 * @module
 */
import { basename, join } from "node:path";
import { door } from "../../../main.ts";

/** The shipped files and those beside this one, by the path they would have in the folder of pipelines. */
export async function shippedTexts(): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const dir of [door.pipelines, new URL(".", import.meta.url).pathname]) {
    for await (const { name } of Deno.readDir(dir)) {
      if (!name.endsWith(".yaml")) continue;
      texts.set(join(door.pipelines, basename(name)), await Deno.readTextFile(join(dir, name)));
    }
  }
  return texts;
}
