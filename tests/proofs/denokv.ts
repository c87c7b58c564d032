/**
 * `deno task denokv`: installs Deno's own KV server with cargo where it is not there yet, and has two processes sync and post against it.
 *
 * @module
 */
import { DENOKV, hasDenokv } from "../support/remote_kv.ts";

const VERSION = "0.14.0";

const run = async (command: string, args: string[]): Promise<boolean> =>
  (await new Deno.Command(command, { args, stdout: "inherit", stderr: "inherit" }).spawn().status).success;

if (!await hasDenokv()) {
  const cargo = await new Deno.Command("cargo", { args: ["--version"], stdout: "null", stderr: "null" }).output()
    .then(({ success }) => success, () => false);
  if (!cargo) {
    console.log("cargo is not here: denokv cannot be built. `deno task cluster --remote` uses a stand-in for it.");
    Deno.exit(1);
  }
  console.log(`Building denokv ${VERSION} in ${DENOKV}; this takes some minutes.`);
  if (!await run("cargo", ["install", "denokv", "--version", VERSION, "--locked", "--root", DENOKV])) Deno.exit(1);
}
const proof = new URL("cluster.ts", import.meta.url).pathname;
if (!await run(Deno.execPath(), ["run", "-A", proof, "orders", "journals", "--remote", "--records=1000"])) Deno.exit(1);
