import assert from "node:assert/strict";
import { systemClock, systemRandom } from "../clock.ts";
import { Failure, sentence } from "../failure.ts";
import { encode } from "./codec.ts";
import { SCHEMA_VERSION } from "./meta.ts";
import { openStore } from "./open.ts";
import { startChild, withStateFile } from "./testing.ts";

const open = (path: string) => openStore({ path, clock: systemClock, random: systemRandom });

async function unreadable(path: string): Promise<string> {
  const thrown = await open(path).then((store) => store.close(), (thrown) => thrown);
  assert.ok(thrown instanceof Failure, `expected a failure, got ${thrown}`);
  assert.equal(thrown.code, "state.unreadable");
  return sentence(thrown);
}

Deno.test("a state file is made with its folder, which is its owner's alone, and opens again", () =>
  withStateFile(async (path) => {
    const store = await open(path);
    await store.kv.set(["a"], encode(1));
    store.close();
    if (Deno.build.os !== "windows") {
      assert.equal((await Deno.stat(path.replace("/kv.sqlite3", ""))).mode! & 0o777, 0o700);
    }
    const again = await open(path);
    assert.ok((await again.kv.get(["a"])).value);
    assert.equal(again.path, path);
    assert.equal(again.remote, false);
    again.close();
  }));

Deno.test("what cannot be opened is said with its path and an action", () =>
  withStateFile(async (path) => {
    const folder = path.replace("/.gusset/kv.sqlite3", "");
    await Deno.writeTextFile(`${folder}/file`, "text");
    await Deno.writeTextFile(`${folder}/garbage`, "this is no database ".repeat(100));
    for (const wrong of [folder, `${folder}/file/kv.sqlite3`, `${folder}/garbage`, ":what", ""]) {
      const said = await unreadable(wrong);
      assert.ok(said.includes(wrong) && said.includes("--kv"), said);
    }
    assert.equal(await Deno.readTextFile(`${folder}/garbage`), "this is no database ".repeat(100));
  }));

Deno.test("a remote state without a token asks for the token, and for nothing else", async () => {
  const before = Deno.env.get("DENO_KV_ACCESS_TOKEN");
  Deno.env.delete("DENO_KV_ACCESS_TOKEN");
  try {
    const said = await unreadable("http://127.0.0.1:9/");
    assert.match(said, /DENO_KV_ACCESS_TOKEN is not set\. Set DENO_KV_ACCESS_TOKEN to/);
    assert.doesNotMatch(said, /--kv|dash\.deno/);
  } finally {
    if (before !== undefined) Deno.env.set("DENO_KV_ACCESS_TOKEN", before);
  }
});

Deno.test("a state that a newer Gusset wrote is left alone", () =>
  withStateFile(async (path) => {
    const store = await open(path);
    await store.kv.set(["meta", "schema"], encode({ version: SCHEMA_VERSION + 1 }));
    store.close();
    assert.match(await unreadable(path), new RegExp(`newer Gusset.*version ${SCHEMA_VERSION + 1}`));
  }));

Deno.test("processes that open a new file at the same moment all open it", () =>
  withStateFile(async (path) => {
    const children = Array.from(
      { length: 3 },
      (_, i) => startChild("testing_writer.ts", [path, "count", `w${i}`, "1"]),
    );
    for (const child of children) assert.equal(await child.line(), "done");
    for (const child of children) await child.ended();
  }));

Deno.test("a process without permission for the file is told how to get it", {
  permissions: { write: false, read: true },
}, async () => {
  const said = await unreadable("nowhere/kv.sqlite3");
  assert.match(said, /write access.*nowhere.*gusset permissions/);
});

Deno.test("a URL of another kind is no path: it is refused, and no folder is made of it", async () => {
  for (const path of ["ftp://files.example.test/kv", "postgres://user:canary-7@db.example.test/x"]) {
    await assert.rejects(
      openStore({ path, clock: systemClock, random: systemRandom }),
      (thrown) =>
        thrown instanceof Failure && thrown.code === "state.unreadable" && !sentence(thrown).includes("canary-7"),
    );
    await assert.rejects(Deno.stat(path.split("/")[0]), Deno.errors.NotFound);
  }
});
