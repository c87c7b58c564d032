/**
 * Files that a person asks to have written.
 *
 * @module
 */
import { Failure } from "../failure.ts";

/** Does what writes to a path. Where that cannot be, it is the path's fault, not ours: throws `file.unwritable`. */
export async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure("file.unwritable", {
      fact: `The file cannot be written: ${cause instanceof Error ? cause.message : cause}`,
      place: path,
      action: cause instanceof Deno.errors.NotCapable
        ? "Start it with the flags that `gusset permissions` prints."
        : undefined,
      cause,
    });
  }
}
