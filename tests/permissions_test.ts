/**
 * The flags that `gusset permissions` prints are enough for the whole daily work, in real processes against sandboxes on real ports;
 * and each of them is needed: without it one message says so.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { systemClock, systemRandom } from "../engine/clock.ts";
import { makeCli, type Outside } from "../engine/cli/context.ts";
import { closeAll, serveSandboxes, writeConnections } from "../engine/cli/serve.ts";
import { liveWire } from "../engine/wire/live.ts";
import { door } from "../main.ts";
import { smallCompany } from "./conformance/data.ts";

const root = new URL("..", import.meta.url).pathname;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What a process said, and what it ended with. */
interface Ended {
  code: number;
  said: string;
}

/** A house on real ports: a folder, the sandboxes, a connections file that takes one password from the environment. */
async function realHouse(): Promise<{
  home: string;
  gusset(flags: readonly string[], argv: readonly string[], stdin?: string): Promise<Ended>;
  end(): Promise<void>;
}> {
  const home = await Deno.makeTempDir({ prefix: "gusset-test-" });
  const connections = join(home, "connections.yaml");
  const nothing = () => {};
  const outside: Outside = {
    terminal: {
      out: nothing,
      err: nothing,
      interactive: false,
      watched: false,
      color: false,
      columns: 80,
      env: () => undefined,
      stdin: () => Promise.resolve(""),
      secret: () => Promise.resolve(""),
    },
    clock: systemClock,
    random: systemRandom,
    wireFor: () => liveWire(),
    signal: new AbortController().signal,
  };
  const options = { home, kv: join(home, "kv.sqlite3"), connections };
  const cli = makeCli(door, outside, { flags: options, command: () => Promise.resolve(0) });
  // Nobody wants to wait for the rate windows here.
  const data = smallCompany();
  data.procore_companies = [{ ...data.procore_companies?.[0], hourly_limit: "unlimited", spike_limit: "unlimited" }];
  const served = await serveSandboxes(cli, { ports: {}, data });
  await writeConnections(cli, served, connections);
  const file = await Deno.readTextFile(connections);
  await Deno.writeTextFile(
    connections,
    file.replace("secret: sandbox-procore-client-secret", "env: PROCORE_CLIENT_SECRET"),
  );
  return {
    home,
    async gusset(flags, argv, stdin = "") {
      const process = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--quiet", "--no-check", "--config", join(root, "deno.json"), ...flags, join(root, "main.ts")],
          ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
          ...argv,
        ],
        cwd: root,
        env: { NO_COLOR: "1", PROCORE_CLIENT_SECRET: "open-sesame-of-the-sandbox" },
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const writer = process.stdin.getWriter();
      await writer.write(new TextEncoder().encode(stdin)).then(() => writer.close()).catch(nothing);
      const { code, stdout, stderr } = await process.output();
      return { code, said: text(stdout) + text(stderr) };
    },
    async end() {
      await closeAll(served);
      await Deno.remove(home, { recursive: true });
    },
  };
}

const ALL = ["--no-prompt", "--allow-net", "--allow-env", "--allow-read", "--allow-write"];

const WORK: [argv: string[], says: RegExp, stdin?: string][] = [
  [["check"], /all is well/],
  [["ping"], /2 connections ready/],
  [["secret", "set", "another"], /Sealed: another/, "value"],
  [["secret", "list"], /another/],
  [["dry-run", "--all"], /\bcreate\b/],
  [["run", "--all"], /Done: /],
  [["rejected"], /./],
  [["status"], /vendors/],
  [["secret", "rotate"], /moved to the new master key/],
];

const WITHOUT: [flag: string, argv: string[], code: number, says: RegExp][] = [
  ["--allow-net", ["run", "projects"], 3, /without the permission to reach the host \(127\.0\.0\.1:\d+\)/],
  ["--allow-net", ["ping"], 1, /without the permission to reach the host \(127\.0\.0\.1:\d+\)/],
  ["--allow-read", ["check"], 1, /without the permission to read pipelines/],
  ["--allow-read", ["secret", "list"], 3, /Requires read access/],
  ["--allow-write", ["run", "projects"], 3, /Requires write access/],
  ["--allow-env", ["run", "projects"], 3, /environment variable is not set \(PROCORE_CLIENT_SECRET\)/],
];

Deno.test("with exactly the flags that are printed everything works; with one less a message says what is missing", async () => {
  const { gusset, end } = await realHouse();
  const printed = await gusset(ALL, ["permissions"]);
  const flags = printed.said.trim().split(" ");
  assert.ok(
    !flags.some((flag) => /^(-A|--allow-all|--allow-(net|read|write|env|run|sys|ffi))$/.test(flag)),
    printed.said,
  );
  assert.ok(flags.some((flag) => flag.startsWith("--allow-env=") && flag.includes("PROCORE_CLIENT_SECRET")));
  for (const [argv, says, stdin] of WORK) {
    const { code, said } = await gusset(flags, argv, stdin);
    assert.equal(code, 0, `${argv.join(" ")}: ${said}`);
    assert.match(said, says);
  }
  await Promise.all(WITHOUT.map(async ([flag, argv, wanted, says]) => {
    const { code, said } = await gusset(flags.filter((one) => !one.startsWith(`${flag}=`)), argv);
    assert.equal(code, wanted, `${argv.join(" ")} without ${flag}: ${said}`);
    assert.match(said, says);
    assert.match(said, /gusset permissions|Set the environment variable/, `${flag}: no action`);
    assert.doesNotMatch(said, /^\s+at |error: Uncaught/m, `${flag}: a stack trace`);
  }));
  await end();
});
