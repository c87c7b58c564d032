import assert from "node:assert/strict";
import { inspect } from "node:util";
import { manualClock, seededRandom } from "../clock.ts";
import { Failure, type FailureCode, sentence } from "../failure.ts";
import { openStore } from "../state/open.ts";
import { findMasterKey, initMasterKey, newMasterKeyText, nextPath, parseMasterKey } from "./master.ts";
import { rotateMasterKeyFile } from "./rotate.ts";
import { openVault, type Vault } from "./vault.ts";

const noEnv = () => undefined;

async function inFolder(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/.gusset/master.key`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function fails(code: FailureCode, act: () => Promise<unknown>): Promise<string> {
  const thrown = await act().then(() => undefined, (thrown) => thrown);
  assert.ok(thrown instanceof Failure, `expected ${code}, got ${inspect(thrown)}`);
  assert.equal(thrown.code, code);
  return `${sentence(thrown)} ${inspect(thrown, { depth: null, showHidden: true })} ${JSON.stringify(thrown)}`;
}

Deno.test("the key file is made for its owner alone, and never overwritten", () =>
  inFolder(async (path) => {
    const made = await initMasterKey(path);
    if (Deno.build.os !== "windows") assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    const text = await Deno.readTextFile(path);
    assert.equal(Uint8Array.fromBase64(text.trim()).length, 32);
    const said = await fails("secret.key-exists", () => initMasterKey(path));
    assert.ok(said.includes(path) && !said.includes(text.trim()));
    assert.equal(await Deno.readTextFile(path), text);
    assert.equal((await findMasterKey({ env: noEnv, path })).id, made.id);
  }));

Deno.test("the environment goes before the file, and no key at all is a failure with an action", () =>
  inFolder(async (path) => {
    assert.match(await fails("secret.no-master-key", () => findMasterKey({ env: noEnv, path })), /gusset init/);
    const inFile = await initMasterKey(path);
    const [text, next] = [newMasterKeyText(), newMasterKeyText()];
    const env = (name: string) => ({ GUSSET_MASTER_KEY: text, GUSSET_MASTER_KEY_NEXT: next })[name];
    const found = await findMasterKey({ env, path });
    assert.equal(found.id, (await parseMasterKey(text, "")).id);
    assert.equal(found.next!.id, (await parseMasterKey(next, "")).id);
    assert.notEqual(found.id, inFile.id);
  }));

Deno.test(
  "a key file that others may read is not used",
  { ignore: Deno.build.os === "windows" },
  () =>
    inFolder(async (path) => {
      await initMasterKey(path);
      const text = (await Deno.readTextFile(path)).trim();
      for (const mode of [0o640, 0o604, 0o620, 0o644, 0o666]) {
        await Deno.chmod(path, mode);
        const said = await fails("secret.no-master-key", () => findMasterKey({ env: noEnv, path }));
        assert.ok(said.includes(`mode ${mode.toString(8)}`) && said.includes("chmod 600") && !said.includes(text));
      }
      await Deno.chmod(path, 0o400);
      await findMasterKey({ env: noEnv, path });
    }),
);

Deno.test("what is no key is refused without being shown", async () => {
  const half = newMasterKeyText().slice(0, 20);
  for (const text of [half, "not base64 at all, hunter2", "", `${newMasterKeyText()}${half}`]) {
    const said = await fails("secret.no-master-key", () => parseMasterKey(text, "GUSSET_MASTER_KEY"));
    assert.ok(said.includes("GUSSET_MASTER_KEY"));
    if (text) assert.ok(!said.includes(text), said);
  }
});

Deno.test("a master key shows its id and nothing else", async () => {
  const text = newMasterKeyText();
  const key = await parseMasterKey(` ${text}\n`, "test");
  const shown = `${inspect(key, { depth: null, showHidden: true })} ${JSON.stringify(key)} ${String(key)}`;
  assert.ok(!shown.includes(text.slice(0, 12)) && !shown.includes(Uint8Array.fromBase64(text).toHex().slice(0, 12)));
  await assert.rejects(crypto.subtle.exportKey("raw", key.key));
  assert.equal(key.id, (await parseMasterKey(text, "elsewhere")).id);
  assert.match(key.id, /^[0-9a-f]{16}$/);
});

Deno.test("rotating a key file ends with one file and every secret under it, wherever it was killed before", async () => {
  for (const killed of ["not", "after the new file", "in the middle", "before the rename"]) {
    await inFolder(async (path) => {
      const store = await openStore({
        path: ":memory:",
        clock: manualClock(Date.parse("2026-03-01T08:00:00Z")),
        random: seededRandom(2),
      });
      const open = (): Vault => openVault({ store, masterKey: () => findMasterKey({ env: noEnv, path }) });
      const first = await initMasterKey(path);
      for (let i = 0; i < 4; i++) await open().setSecret(`s${i}`, `value ${i}`);

      if (killed !== "not") {
        const next = await initMasterKey(nextPath(path));
        const before = await store.kv.get(["secret", "s1"]);
        if (killed !== "after the new file") await open().rotate(next);
        // As if it had not come to this one yet.
        if (killed === "in the middle") await store.kv.set(before.key, before.value);
      }
      for (let i = 0; i < 4; i++) assert.equal(await open().getSecret(`s${i}`), `value ${i}`, killed);

      await rotateMasterKeyFile(open(), path);
      const found = await findMasterKey({ env: noEnv, path });
      assert.equal(found.next, undefined);
      assert.notEqual(found.id, first.id);
      for (let i = 0; i < 4; i++) assert.equal(await open().getSecret(`s${i}`), `value ${i}`, killed);
      assert.deepEqual((await Array.fromAsync(Deno.readDir(path.replace("/master.key", "")))).length, 1);
      store.close();
    });
  }
});
