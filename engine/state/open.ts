/**
 * Opens the state.
 *
 * @module
 */
import { dirname } from "node:path";
import type { Clock, Random } from "../clock.ts";
import { Failure } from "../failure.ts";
import { refuseHalf } from "./restored.ts";
import { isLocked } from "./commit.ts";
import { checkSchema } from "./meta.ts";
import type { Store } from "./types.ts";

/** Tries to open a file that another process is just creating. */
const TRIES = 40;

/** Where the runtime looks for the token of a remote KV. */
const TOKEN = "DENO_KV_ACCESS_TOKEN";

/** The path of the database that a platform has assigned to the app: Deno Deploy's. */
export const ATTACHED = ":attached:";

/** Where the state lives, and the time and chance its waits use. */
export interface StoreOptions {
  /** A file (its folder is made), `:memory:`, {@link ATTACHED}, or the URL of a remote Deno KV (its token comes from `DENO_KV_ACCESS_TOKEN`). */
  path: string;
  clock: Clock;
  random: Random;
  /** Opens a state too that a restore has filled only in part: for restoring it again. */
  half?: boolean;
}

/**
 * Opens the state, and checks that this Gusset can read it. A process opens a file once: two handles of one process get in each
 * other's way. Throws `state.unreadable` with the path.
 */
export async function openStore({ path, clock, random, half = false }: StoreOptions): Promise<Store> {
  const attached = path === ATTACHED;
  const remote = attached || /^https?:\/\//i.test(path);
  if (!remote && /^[a-z][a-z\d+.-]+:\/\//i.test(path)) {
    throw new Failure("state.unreadable", {
      fact: "State lives in a file or behind an http or https URL",
      place: path.slice(0, path.indexOf("://") + 3),
      action: "Give --kv or GUSSET_KV a path, or the URL of a Deno KV.",
    });
  }
  // A user and password in the URL mean nothing to KV, and the runtime's errors would show them.
  const place = remote ? withoutUser(path) : path;
  let kv: Deno.Kv | undefined;
  try {
    if (!remote && path !== ":memory:") await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    for (let tries = 1;; tries++) {
      try {
        kv ??= await Deno.openKv(attached ? undefined : place);
        const store: Store = { kv, path: place, remote, clock, random, close: () => kv!.close() };
        await checkSchema(store);
        if (!half) await refuseHalf(store);
        return store;
      } catch (thrown) {
        if (!isLocked(thrown) || tries === TRIES) throw thrown;
        await clock.sleep(random() * Math.min(250, 2 ** tries));
      }
    }
  } catch (cause) {
    kv?.close();
    if (cause instanceof Failure) throw cause;
    if (remote && cause instanceof Error && cause.message.includes(TOKEN)) {
      throw new Failure("state.unreadable", {
        fact: `A state behind a URL is opened with a token, and ${TOKEN} is not set`,
        place,
        action: `Set ${TOKEN} to the access token of that Deno KV.`,
        cause,
      });
    }
    throw new Failure("state.unreadable", {
      fact: `The state cannot be opened: ${cause instanceof Error ? cause.message : cause}`,
      place,
      action: cause instanceof Deno.errors.NotCapable
        ? "Start it with the flags that `gusset permissions` prints."
        : undefined,
      cause,
    });
  }
}

function withoutUser(url: string): string {
  return url.replace(/^(https?:\/\/)[^/?#]*@/i, "$1");
}
