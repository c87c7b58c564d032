/**
 * What only a real process can show: that it ends by itself, what it ends with, and that the permissions it prints are enough.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { stage } from "./harness.ts";

const root = join(import.meta.dirname!, "../..");
const main = join(root, "main.ts");
const ALL = ["--no-prompt", "--allow-net", "--allow-env", "--allow-read", "--allow-write"];

/** A command in a process of its own. */
function gusset(flags: readonly string[], argv: readonly string[], env: Record<string, string> = {}): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--config", join(root, "deno.json"), ...flags, main, ...argv],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Reads a process's output until it says `what`. */
async function until(process: Deno.ChildProcess, what: RegExp): Promise<string> {
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  while (!what.test(seen)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`It ended without saying ${what}:\n${seen}`);
    seen += value;
  }
  // The rest is read, so that the process is never stopped by a full pipe.
  void (async () => {
    while (!(await reader.read()).done);
  })();
  return seen;
}

Deno.test("the permissions that are printed are enough to check and to read the state, and too few for anything else", async () => {
  const one = await stage();
  const options = ["--home", one.home, "--kv", join(one.home, "kv.sqlite3"), "--connections", one.connections];
  const { json: [{ flags }] } = await one.gusset("permissions", "--json", "--pipelines", "pipelines");
  for (const argv of [["check"], ["status"], ["secret", "list"]]) {
    const { code, stdout, stderr } = await gusset(flags, [...options, ...argv]).output();
    assert.equal(code, 0, `${argv}: ${text(stdout)}${text(stderr)}`);
  }
  const outside = await gusset(flags, ["--kv", join(one.home, "..", "elsewhere.sqlite3"), "status"]).output();
  assert.notEqual(outside.code, 0);
  await one.end();
});

Deno.test("a sandbox serves until it is interrupted, then ends with 0; its connections file reaches it", async () => {
  const home = await Deno.makeTempDir({ prefix: "gusset-test-" });
  const file = join(home, "c.yaml");
  const sandbox = gusset(ALL, ["sandbox", "--home", home, "--write", file]).spawn();
  const said = await until(sandbox, /Ctrl-C/);
  const [, origin] = /procore +(http:\S+)/.exec(said)!;
  const rows = await (await fetch(`${origin}/_sandbox/rows`)).json();
  assert.ok(rows.vendors > 0);
  const ping = await gusset(ALL, ["ping", "--home", home, "--connections", file]).output();
  assert.equal(ping.code, 0, text(ping.stdout) + text(ping.stderr));
  if (Deno.build.os !== "windows") {
    sandbox.kill("SIGINT");
    assert.equal((await sandbox.status).code, 0);
  } else sandbox.kill();
  await sandbox.stderr.cancel();
  await Deno.remove(home, { recursive: true });
});

Deno.test("a host that does not answer is one message, exit code 4 and no stack", async () => {
  const one = await stage();
  const file = join(one.home, "away.yaml");
  // A port that was free a moment ago: nobody listens there.
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const there = await Deno.readTextFile(one.connections);
  await Deno.writeTextFile(
    file,
    there.replaceAll(/(ebs|procore)\.sandbox\.test(:80)?/g, `127.0.0.1:${port}`).replace(/host: \S+/, "host: 127.0.0.1")
      .replace(/port: \d+/, `port: ${port}`),
  );
  const ran = await gusset(ALL, ["run", "projects", "--home", one.home, "--connections", file]).output();
  const said = text(ran.stdout) + text(ran.stderr);
  assert.equal(ran.code, 4, said);
  assert.match(said, new RegExp(`127\\.0\\.0\\.1:${port}`));
  assert.doesNotMatch(said, /^\s+at /m);
  await one.end();
});

Deno.test("a reader that goes away is no error", async () => {
  const command = gusset(ALL, ["--help"]);
  const process = command.spawn();
  await process.stdout.cancel();
  const { code } = await process.status;
  assert.equal(text(new Uint8Array(await new Response(process.stderr).arrayBuffer())), "");
  assert.equal(code, 0);
});

Deno.test("the demonstration tells its story in a pipe and ends by itself, leaving nothing behind", async () => {
  const home = await Deno.makeTempDir({ prefix: "gusset-test-" });
  const { code, stdout, stderr } = await gusset(ALL, ["demo"], { TMPDIR: home, GUSSET_MASTER_KEY: "of another store" })
    .output();
  const said = text(stdout) + text(stderr);
  assert.equal(code, 0, said);
  assert.match(said, /^1\. /m);
  assert.match(said, /That was all of it, in /);
  assert.doesNotMatch(said, /^\s+at /m);
  assert.deepEqual([...Deno.readDirSync(home)].map(({ name }) => name), []);
  await Deno.remove(home);
});
