import assert from "node:assert/strict";
import { join } from "node:path";
import { stage } from "./harness.ts";

const CANARY = "c4n4ry-Pa55w0rd/&+";

Deno.test("a secret is sealed, listed by name alone, and gone when it is removed", async () => {
  const { gusset, type, end, printed } = await stage();
  type(CANARY);
  assert.equal((await gusset("secret", "set", "ebs-password")).out, "Sealed: ebs-password.\n");
  assert.equal((await gusset("secret", "set", "ebs-password")).out, "Sealed: ebs-password, version 2.\n");
  const { json } = await gusset("secret", "list", "--json");
  const entry = json.find(({ name }) => name === "ebs-password");
  assert.equal(entry.version, 2);
  assert.deepEqual(Object.keys(entry).sort(), ["createdAt", "name", "setAt", "version"]);
  assert.equal((await gusset("secret", "remove", "ebs-password")).exit, 0);
  const again = await gusset("secret", "remove", "ebs-password");
  assert.equal(again.exit, 3);
  assert.match(again.err, /There is no secret of this name.*ebs-password.*See `gusset secret list`\./);
  assert.doesNotMatch(again.err, /[Ss]et it/);
  assert.ok(!printed().includes(CANARY));
  await end();
});

Deno.test("a value that is too long is told by its length, not by its name, and is not shown", async () => {
  const { gusset, type, end, printed } = await stage();
  type(CANARY.repeat(2000));
  const { exit, err } = await gusset("secret", "set", "ebs-password");
  assert.equal(exit, 3);
  assert.match(err, /more than 16000 characters.*Check what was typed or piped in/);
  assert.doesNotMatch(err, /Name it/);
  assert.ok(!printed().includes(CANARY));
  await end();
});

Deno.test("a home that is a file is told as that: it holds no master key", async () => {
  const { gusset, home, end } = await stage();
  const file = join(home, "file");
  await Deno.writeTextFile(file, "text");
  const { exit, err } = await gusset("init", "--home", file);
  assert.equal(exit, 3);
  assert.match(err, /folder of the master key file cannot be made.*--home/);
  assert.doesNotMatch(err, /already/);
  assert.equal(await Deno.readTextFile(file), "text");
  await end();
});

Deno.test("an empty value changes nothing", async () => {
  const { gusset, type, end } = await stage();
  type("");
  const { exit, err } = await gusset("secret", "set", "ebs-password");
  assert.equal(exit, 2);
  assert.match(err, /No value was given; nothing was changed/);
  assert.ok(!(await gusset("secret", "list", "--json")).json.some(({ name }) => name === "ebs-password"));
  await end();
});

Deno.test("rotation moves every secret to a new master key, and the connections still open", async () => {
  const { gusset, home, end } = await stage();
  const path = join(home, "master.key");
  const before = await Deno.readTextFile(path);
  const { out, exit } = await gusset("secret", "rotate");
  assert.equal(exit, 0);
  assert.match(out, /^\d+ secrets moved to the new master key\.\n$/);
  assert.notEqual(await Deno.readTextFile(path), before);
  assert.equal((await gusset("ping")).exit, 0);
  await end();
});

Deno.test("init makes a key that only its owner may read, and never a second one over it", async () => {
  const { gusset, home, end } = await stage();
  const inner = join(home, "fresh");
  const made = await gusset("init", "--home", inner);
  assert.equal(made.exit, 0);
  const path = join(inner, "master.key");
  if (Deno.build.os !== "windows") assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  const key = await Deno.readTextFile(path);
  const again = await gusset("init", "--home", inner);
  assert.notEqual(again.exit, 0);
  assert.equal(await Deno.readTextFile(path), key);
  assert.ok(!(made.out + again.out + again.err).includes(key.trim()));
  await end();
});

Deno.test("without a master key one message says what to do, before a secret is asked for", async () => {
  const { gusset, home, end } = await stage();
  const { exit, err } = await gusset("secret", "set", "x", "--home", join(home, "nothing"), "--kv", ":memory:");
  assert.equal(exit, 3);
  assert.match(err, /gusset init/);
  await end();
});

Deno.test("a wrong password is said in plain words, and is never printed", async () => {
  const { gusset, type, end, printed } = await stage();
  type(CANARY);
  await gusset("secret", "set", "sandbox-ebs-password");
  await gusset("secret", "set", "sandbox-procore-client-secret");
  const ping = await gusset("ping", "--verbose");
  assert.equal(ping.exit, 1);
  assert.match(ping.out, /✗/);
  const run = await gusset("run", "vendors", "--debug", "--verbose");
  assert.equal(run.exit, 3, run.out + run.err);
  const plan = await gusset("dry-run", "vendors", "--json");
  assert.equal(plan.exit, 3);
  for (const form of [CANARY, encodeURIComponent(CANARY), btoa(CANARY).slice(0, 20)]) {
    assert.ok(!printed().includes(form), `the secret was printed as ${form}`);
  }
  await end();
});
