/**
 * A KV behind a URL, for tests and tasks: the real `denokv` server where it is installed, the stand-in otherwise.
 *
 * @module
 */
import { join } from "node:path";
import { startRemote } from "../../engine/state/testing_remote.ts";
import { root } from "./house.ts";

/** Where `deno task denokv` installs the server. */
export const DENOKV = new URL(".gusset/denokv/", root).pathname;

/** A running KV. */
export interface RemoteKv {
  url: string;
  token: string;
  /** Which server it is. */
  name: "denokv" | "stand-in";
  close(): Promise<void>;
}

/** Whether the real server is installed. */
export async function hasDenokv(): Promise<boolean> {
  return await Deno.stat(join(DENOKV, "bin/denokv")).then(() => true, () => false);
}

/** Starts a KV. `real`: the `denokv` server, which must be installed. */
export async function startKv({ real }: { real: boolean }): Promise<RemoteKv> {
  if (!real) {
    const remote = startRemote();
    return {
      url: remote.url,
      token: remote.token,
      name: "stand-in",
      close: async () => await remote[Symbol.asyncDispose](),
    };
  }
  const folder = await Deno.makeTempDir({ prefix: "gusset-denokv-" });
  const token = "token-of-the-tests";
  const port = freePort();
  const process = new Deno.Command(join(DENOKV, "bin/denokv"), {
    args: [
      "--sqlite-path",
      join(folder, "kv.sqlite3"),
      "serve",
      "--access-token",
      token,
      "--addr",
      `127.0.0.1:${port}`,
    ],
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0;; tries++) {
    const answers = await fetch(url).then(async (response) => (await response.body?.cancel(), true), () => false);
    if (answers) break;
    if (tries > 100) throw new Error("denokv does not answer");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    token,
    name: "denokv",
    async close() {
      process.kill("SIGTERM");
      await process.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function freePort(): number {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}
