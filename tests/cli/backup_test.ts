/** The state in a file and back: what was in it, what must not be restored, and what waits afterwards. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { batch } from "../../engine/state/batch.ts";
import { systemClock, systemRandom } from "../../engine/clock.ts";
import { openStore } from "../../engine/state/open.ts";
import { takeSnapshot } from "../../engine/state/backup.ts";
import { door } from "../../main.ts";
import { smallCompany } from "../conformance/data.ts";
import { type Stage, stage } from "./harness.ts";

/** A folder with a copy of the pipelines in which requisitions go live without a second person. */
async function livePipelines(home: string): Promise<string> {
  const folder = join(home, "pipelines");
  await Deno.mkdir(folder);
  for await (const { name } of Deno.readDir(door.pipelines)) {
    const text = await Deno.readTextFile(join(door.pipelines, name));
    const live = text.replace("mode: shadow", "mode: live").replace("approval: required", "approval: none");
    await Deno.writeTextFile(join(folder, name), live);
  }
  return folder;
}

/** Everything in a state but what passes: key → value. */
async function held(kv: string): Promise<Map<string, string>> {
  const store = await openStore({ path: kv, clock: systemClock, random: systemRandom });
  const found = new Map<string, string>();
  for await (const { key, value } of store.kv.list<Uint8Array>({ prefix: [] }, { batchSize: 1000 })) {
    if (!["lease", "operation"].includes(String(key[0]))) found.set(key.map(String).join("/"), value.toBase64());
  }
  store.close();
  return found;
}

/** What a restore itself puts down. */
const OWN = /^meta\/(restored|audit)$|^audit\/\d+$|^meta\/rebuilt/;

async function ok(one: Stage, ...argv: string[]): Promise<string> {
  const { exit, out, err } = await one.gusset(...argv);
  assert.ok(exit === 0 || exit === 1, `${argv.join(" ")}: ${exit} ${out}${err}`);
  return out;
}

Deno.test("a backup restores the whole state, sealed secrets and all; what posts waits until it was rebuilt", async () => {
  const folder = await Deno.makeTempDir({ prefix: "gusset-test-" });
  const one = await stage({ data: smallCompany(), pipelines: await livePipelines(folder) });
  const file = join(one.home, "state.jsonl");
  const other = join(one.home, "other.sqlite3");
  await ok(one, "run", "projects", "vendors", "cost-codes");
  await ok(one, "live", "requisition-journals", "--why", "looked at");
  one.type("a-secret-of-the-house");
  await ok(one, "secret", "set", "another");
  const said = await ok(one, "backup", file);
  assert.match(said, /sha256 [0-9a-f]{64}/);
  const text = await Deno.readTextFile(file);
  assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
  assert.ok(!text.includes("a-secret-of-the-house") && !text.includes(btoa("a-secret-of-the-house").slice(0, 20)));
  assert.deepEqual([...Deno.readDirSync(one.home)].filter(({ name }) => /\.tmp$|backup-/.test(name)), []);

  await ok(one, "restore", file, "--kv", other);
  const [was, is] = [await held(join(one.home, "kv.sqlite3")), await held(other)];
  for (const map of [was, is]) for (const key of [...map.keys()]) if (OWN.test(key)) map.delete(key);
  assert.deepEqual(is, was);
  assert.match(await ok(one, "audit", "verify", "--kv", other), /./);
  assert.match(await ok(one, "secret", "list", "--kv", other), /another/);
  assert.match((await one.gusset("run", "vendors", "--kv", other)).out, /unchanged|nothing|Done/i);

  const posting = ["run", "requisition-journals", "--kv", other];
  const refused = await one.gusset(...posting, "--json");
  assert.equal(refused.exit, 3, refused.err);
  assert.equal(refused.json.at(-1).failure.code, "post.rebuild-needed");
  const journals = async () => (await one.rows("ebs", "XXGUSSET_POSTINGS")).length;
  assert.equal(await journals(), 0, "nothing left for the ledger");
  await ok(one, "postings", "rebuild", "requisition-journals", "--kv", other);
  const { json } = await one.gusset(...posting, "--json");
  assert.notEqual(json.at(-1).failure?.code, "post.rebuild-needed");
  await one.end();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a state that holds something is not restored into without --force, and with it only what the backup has is left", async () => {
  const one = await stage({ data: smallCompany() });
  const file = join(one.home, "state.jsonl");
  await ok(one, "backup", file);
  await ok(one, "run", "projects");
  const full = await held(join(one.home, "kv.sqlite3"));
  const refused = await one.gusset("restore", file);
  assert.equal(refused.exit, 3);
  assert.match(refused.err, /There is something in this state already/);
  assert.deepEqual(await held(join(one.home, "kv.sqlite3")), full, "nothing was changed");
  await ok(one, "restore", file, "--force");
  const now = await held(join(one.home, "kv.sqlite3"));
  assert.ok(![...now.keys()].some((key) => key.startsWith("link/")), "links made since are gone");
  await one.end();
});

Deno.test("a backup that was cut, altered or made longer restores nothing", async (t) => {
  const one = await stage({ data: smallCompany() });
  const file = join(one.home, "state.jsonl");
  const other = join(one.home, "other.sqlite3");
  await ok(one, "run", "projects");
  await ok(one, "backup", file);
  const lines = (await Deno.readTextFile(file)).trimEnd().split("\n");
  const harms: [name: string, lines: string[], says: RegExp][] = [
    ["its end is missing", lines.slice(0, -1), /ends in the middle/],
    ["a line is missing", lines.toSpliced(3, 1), /entries and says/],
    ["two lines changed places", [lines[0], lines[2], lines[1], ...lines.slice(3)], /hash/],
    ["a value was altered", lines.with(2, lines[2].replace(/"v":"./, '"v":"A')), /hash|no entry/],
    ["something follows", [...lines, lines[1]], /Something follows/],
    ["it is another file", ["name: vendors"], /no JSON object/],
    ["it is empty", [], /no backup/],
  ];
  for (const [name, harmed, says] of harms) {
    await t.step(name, async () => {
      await Deno.writeTextFile(file, harmed.map((line) => `${line}\n`).join(""));
      const { exit, err } = await one.gusset("restore", file, "--kv", other);
      assert.equal(exit, 3, err);
      assert.match(err, says);
      await assert.rejects(Deno.stat(other), "no state was made");
    });
  }
  await one.end();
});

Deno.test("a state that a restore filled only in part is opened by nothing but another restore", async () => {
  const one = await stage({ data: smallCompany() });
  const file = join(one.home, "state.jsonl");
  await ok(one, "backup", file);
  const kv = await Deno.openKv(join(one.home, "kv.sqlite3"));
  await kv.set(["meta", "restoring"], new TextEncoder().encode('{"backup":"x"}'));
  kv.close();
  const { exit, err } = await one.gusset("status");
  assert.equal(exit, 3);
  assert.match(err, /did not come to its end.*gusset restore FILE --force/s);
  await ok(one, "restore", file, "--force");
  await ok(one, "status");
  await one.end();
});

Deno.test("a snapshot is of one moment, however much is written meanwhile", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "kv.sqlite3");
  const store = await openStore({ path, clock: systemClock, random: systemRandom });
  let stop = false;
  const writer = (async () => {
    for (let i = 0; !stop; i++) {
      const writes = batch(store);
      // Both ends of the state always say the same.
      writes.set(["a", "first"], i).set(["z", "last"], i);
      for (let k = 0; k < 50; k++) writes.set(["m", k], i);
      await writes.commit();
    }
  })();
  for (let round = 0; round < 5; round++) {
    const { entries, close } = await takeSnapshot(store);
    const values = new Set<string>();
    for await (const { key, value } of entries) {
      if (["a", "m", "z"].includes(String(key[0]))) values.add(new TextDecoder().decode(value));
    }
    await close();
    assert.ok(values.size <= 1, [...values].join());
  }
  stop = true;
  await writer;
  store.close();
  await Deno.remove(folder, { recursive: true });
});
