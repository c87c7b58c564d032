/**
 * Hears that files were changed: from the operating system at once, and by looking, for folders that it tells nothing of (a network's, a
 * container's).
 *
 * @module
 */
import { join } from "node:path";
import type { Clock } from "../clock.ts";

/** Calls `changed` whenever one of the files may have changed, until the signal says stop. Resolves then. */
export type WatchFiles = (changed: () => void, signal: AbortSignal) => Promise<void>;

/** What is watched. */
export interface WatchOptions {
  /** A folder whose YAML files count, not those of folders in it. */
  dir: string;
  /** Files elsewhere that count too. */
  files?: readonly string[];
  clock: Clock;
}

/** Milliseconds between two looks: where the operating system tells, and where it does not. */
const LOOK = 30_000, LOOK_ALONE = 2_000;

/** Watches a folder's files. */
export function watchFiles({ dir, files = [], clock }: WatchOptions): WatchFiles {
  return async (changed, signal) => {
    const told = listen([dir, ...files], changed, signal);
    let before = await fingerprint(dir, files);
    while (!signal.aborted) {
      await clock.sleep(told ? LOOK : LOOK_ALONE, signal).catch(() => {});
      if (signal.aborted) return;
      const now = await fingerprint(dir, files);
      if (now !== before) changed();
      before = now;
    }
  };
}

/** Whether the operating system tells. */
function listen(paths: readonly string[], changed: () => void, signal: AbortSignal): boolean {
  let watcher: Deno.FsWatcher;
  try {
    watcher = Deno.watchFs([...paths], { recursive: false });
  } catch {
    return false;
  }
  const close = (): void => {
    try {
      watcher.close();
    } catch {
      // It has ended by itself.
    }
  };
  signal.addEventListener("abort", close, { once: true });
  void (async () => {
    try {
      for await (const { kind } of watcher) if (kind !== "access") changed();
    } catch {
      // Looking goes on.
    }
  })();
  return true;
}

/** Names, sizes and times: another text where anything was changed. */
async function fingerprint(dir: string, files: readonly string[]): Promise<string> {
  const paths = [...files];
  try {
    for await (const { name } of Deno.readDir(dir)) if (/\.ya?ml$/.test(name)) paths.push(join(dir, name));
  } catch {
    return "the folder cannot be read";
  }
  const found = await Promise.all(
    paths.sort().map(async (path) => {
      try {
        const { size, mtime } = await Deno.stat(path);
        return `${path} ${size} ${mtime?.getTime()}`;
      } catch {
        return `${path} is gone`;
      }
    }),
  );
  return found.join("\n");
}
