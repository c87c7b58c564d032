import assert from "node:assert/strict";
import { join } from "node:path";
import { openStore } from "../../engine/state/open.ts";
import { contents } from "../../engine/state/testing.ts";
import { TABLES } from "../../engine/state/keys.ts";
import { decode, encode } from "../../engine/state/codec.ts";
import type { AuditEntry } from "../../engine/state/audit.ts";
import { type Stage, stage } from "./harness.ts";

const openState = (one: Stage) =>
  openStore({ path: join(one.home, "kv.sqlite3"), clock: one.clock, random: () => 0.5 });

/** Makes a token and gives it. */
async function make(one: Stage, name: string, role: string, ...more: string[]): Promise<string> {
  const { exit, json: [made], out, err } = await one.gusset("token", "create", name, "--role", role, "--json", ...more);
  assert.equal(exit, 0, out + err);
  return made.token;
}

Deno.test("a token is shown once, and is nowhere after that: not in a list, an error, the log or the state", async () => {
  const one = await stage();
  const { out } = await one.gusset("token", "create", "anna", "--role", "admin");
  const [token] = /gusset_[\w-]{43}/.exec(out)!;
  const before = one.printed().length;
  one.env.GUSSET_TOKEN = token;
  await one.gusset("token", "list");
  await one.gusset("token", "list", "--json");
  await one.gusset("token", "create", token, "--role", "viewer");
  await one.gusset("token", "revoke", token);
  await one.gusset("audit");
  await one.gusset("audit", "--json");
  one.env.GUSSET_TOKEN = `${token}x`;
  await one.gusset("token", "create", "ben", "--role", "viewer", "--debug");
  const after = one.printed().slice(before);
  assert.ok(after.length > 100);
  const store = await openState(one);
  const kept = [...(await contents(store)).entries()].join();
  store.close();
  assert.ok(!kept.includes(token) && !kept.includes(token.slice(7)), "the state knows the token");
  assert.ok(!after.includes(token.slice(7)), "the token was printed again");
  await one.end();
});

Deno.test("the first token is an admin's, and from then on acts need one of a fitting role", async () => {
  const one = await stage();
  const first = await one.gusset("token", "create", "ben", "--role", "operator");
  assert.equal(first.exit, 2);
  assert.match(first.err, /The first token must be an admin's that does not run out/);
  assert.equal((await one.gusset("token", "create", "anna", "--role", "admin", "--expires", "2026-12-31")).exit, 2);
  assert.equal((await one.gusset("token", "create", "anna", "--role", "king")).exit, 2);
  const anna = await make(one, "anna", "admin");
  assert.match((await one.gusset("pin", "reset", "ebs")).err, /needs a token, and none was given/);
  one.env.GUSSET_TOKEN = anna;
  const ben = await make(one, "ben", "operator");
  const vera = await make(one, "vera", "viewer", "--expires", "2026-03-31");
  assert.equal((await one.gusset("token", "create", "ben", "--role", "viewer")).exit, 2, "one a name");

  const acts: [string, string[], number][] = [
    [vera, ["rejected", "retry", "vendors"], 3],
    [ben, ["rejected", "retry", "vendors"], 0],
    [ben, ["pin", "reset", "ebs"], 3],
    [ben, ["token", "create", "x", "--role", "viewer"], 3],
    [ben, ["decline", "p1", "--why", "no"], 3],
    [anna, ["pin", "reset", "ebs"], 0],
    [anna.slice(0, -1), ["pin", "reset", "ebs"], 3],
    [vera, ["token", "list"], 0],
  ];
  for (const [token, argv, exit] of acts) {
    one.env.GUSSET_TOKEN = token;
    const ran = await one.gusset(...argv);
    assert.equal(ran.exit, exit, `${argv.join(" ")}: ${ran.out}${ran.err}`);
  }
  one.env.GUSSET_TOKEN = vera;
  one.clock.advance(40 * 86_400_000);
  assert.match((await one.gusset("rejected", "retry", "vendors")).err, /The token has run out \(vera, 2026-03-31\)/);

  one.env.GUSSET_TOKEN = anna;
  assert.match((await one.gusset("token", "revoke", "anna")).err, /last admin that does not run out/);
  assert.match((await one.gusset("token", "revoke", "ben")).out, /^Revoked: ben/);
  assert.match((await one.gusset("token", "revoke", "ben")).out, /was revoked already, by anna/);
  one.env.GUSSET_TOKEN = ben;
  assert.equal((await one.gusset("rejected", "retry", "vendors")).exit, 3);
  const { json: log } = await one.gusset("audit", "--json");
  assert.deepEqual(log.map(({ who, what, subject }) => [who, what, subject]).reverse(), [
    ["local:tester", "token.create", "anna"],
    ["anna", "token.create", "ben"],
    ["anna", "token.create", "vera"],
    ["anna", "token.revoke", "ben"],
  ]);
  await one.end();
});

Deno.test("what a person changes is in the log with who and why, and what is refused is not", async () => {
  const one = await stage();
  await Deno.writeTextFile(join(one.home, "links.csv"), "key,id\n1,10\n2,20\n");
  one.type("s3cret-canary-value");
  const done: string[][] = [
    ["secret", "set", "some-password"],
    ["secret", "remove", "some-password"],
    ["links", "import", "vendors", join(one.home, "links.csv")],
    ["links", "drop", "vendors", "1"],
  ];
  for (const argv of done) {
    const ran = await one.gusset(...argv);
    assert.equal(ran.exit, 0, `${argv.join(" ")}: ${ran.out}${ran.err}`);
  }
  await one.gusset("secret", "set", "a name with spaces: s3cret-canary-value");
  await one.gusset("links", "import", "vendors", join(one.home, "links.csv"), "--dry-run");
  await one.gusset("links", "drop", "vendors", "1");
  await one.gusset("rejected", "retry", "vendors");
  await one.gusset("secret", "remove", "some-password");
  const { json: log } = await one.gusset("audit", "--json");
  assert.deepEqual(log.map(({ what, subject, details }) => [what, subject, details ?? {}]).reverse(), [
    ["secret.set", "some-password", {}],
    ["secret.remove", "some-password", {}],
    ["links.import", "vendors", { new: "2", moved: "", same: "0" }],
    ["links.drop", "vendors", { records: "1" }],
    ["secret.remove", "some-password", {}],
    ["secret.remove", "some-password", { failed: "secret.missing" }],
  ]);
  assert.doesNotMatch(one.printed(), /s3cret-canary/);
  await one.end();
});

Deno.test("verify says that the log is whole, and names the first entry that is not what it was", async () => {
  const one = await stage();
  assert.match((await one.gusset("audit", "verify")).out, /whole: 0 entries/);
  await make(one, "anna", "admin");
  one.env.GUSSET_TOKEN = (await make(one, "x", "viewer").catch(() => "")) || "";
  const { out } = await one.gusset("audit", "verify");
  assert.match(out, /whole: 1 entry\.\nNote the last one elsewhere: 1:[0-9a-f]{64}/);
  const last = /1:[0-9a-f]{64}/.exec(out)![0];
  assert.equal((await one.gusset("audit", "verify", "--last", last, "--json")).json[0].entries, 1);
  assert.equal((await one.gusset("audit", "verify", "--last", `1:${"0".repeat(64)}`)).exit, 3);
  assert.equal((await one.gusset("audit", "verify", "--last", "soon")).exit, 2);

  const store = await openState(one);
  const key = [TABLES.audit, 1];
  const entry = decode<AuditEntry>((await store.kv.get(key)).value, key);
  await store.kv.set(key, encode({ ...entry, who: "somebody else" }));
  store.close();
  const broken = await one.gusset("audit", "verify", "--json");
  assert.deepEqual([broken.exit, broken.json[0].code], [3, "audit.broken"]);
  assert.match(broken.err, /Entry 1 of the audit log was altered/);
  await one.end();
});
