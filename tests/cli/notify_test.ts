import assert from "node:assert/strict";
import { join } from "node:path";
import { makeCli } from "../../engine/cli/context.ts";
import { watching } from "../../engine/cli/serve_watch.ts";
import { manualClock, seededRandom } from "../../engine/clock.ts";
import { withStore } from "../../engine/state/testing.ts";
import { openVault } from "../../engine/vault/vault.ts";
import { findMasterKey, initMasterKey } from "../../engine/vault/master.ts";
import { contents } from "../../engine/state/testing.ts";
import { loadProject } from "../../engine/pipeline/load.ts";
import { door } from "../../main.ts";
import { stage } from "./harness.ts";

const HOOK = "https://hooks.example.test/services/T0/B0/s3cr3tpath";

/** The shipped pipelines with a notify.yaml beside them. */
async function folder(home: string, notify: string): Promise<string> {
  const dir = join(home, "pipelines");
  await Deno.mkdir(dir, { recursive: true });
  for await (const { name, isFile } of Deno.readDir(door.pipelines)) {
    if (isFile) await Deno.copyFile(join(door.pipelines, name), join(dir, name));
  }
  await Deno.writeTextFile(join(dir, "notify.yaml"), notify);
  return dir;
}

Deno.test("check reads notify.yaml, shows no address, and permissions let its origin", async () => {
  const one = await stage();
  const good = "url: { env: HOOK_URL }\norigin: https://hooks.example.test\n";
  const dir = await folder(one.home, good);
  const checked = await one.gusset("check", "--pipelines", dir);
  assert.equal(checked.exit, 0, checked.out + checked.err);
  const { json: [permissions] } = await one.gusset("permissions", "--json", "--pipelines", dir);
  assert.ok(permissions.net.includes("hooks.example.test:443"));
  assert.ok(permissions.env.includes("HOOK_URL"));
  await folder(one.home, `url: ${HOOK}\norigin: https://hooks.example.test\n`);
  const refused = await one.gusset("check", "--pipelines", dir);
  assert.equal(refused.exit, 1);
  assert.match(refused.out, /notify\.yaml:1:6.*plain-secret|plain-secret/s);
  assert.match(refused.out, /gusset secret set notify-url/);
  assert.ok(!one.printed().includes("s3cr3tpath"), "what was written plainly is shown nowhere");
  await one.end();
});

Deno.test("a service tells by the sealed address, and that is nowhere in the state or the log", () =>
  withStore(async (store) => {
    const home = await Deno.makeTempDir();
    const dir = await folder(home, "url: { secret: notify-url }\norigin: https://hooks.example.test\nformat: json\n");
    const sent: { url: string; body: { news: { text: string }[] } }[] = [];
    const lines: string[] = [];
    const terminal = {
      out: (text: string) => void lines.push(text),
      err: (text: string) => void lines.push(text),
      interactive: false,
      watched: false,
      color: false,
      columns: 80,
      env: () => undefined,
      stdin: () => Promise.resolve(""),
      secret: () => Promise.resolve(""),
    };
    const cli = makeCli(door, {
      terminal,
      clock: manualClock(0),
      random: seededRandom(1),
      signal: new AbortController().signal,
      wireFor: () => async (request) => {
        sent.push({ url: request.url, body: await request.json() });
        return new Response(null, { status: sent.length === 1 ? 500 : 200 });
      },
    }, { flags: { home, pipelines: dir, verbose: true }, command: () => Promise.resolve(0) });
    await initMasterKey(cli.paths.masterKey);
    const vault = openVault({
      store,
      masterKey: () => findMasterKey({ env: () => undefined, path: cli.paths.masterKey }),
    });
    await vault.setSecret("notify-url", HOOK);
    const { project } = await loadProject({ dir, registry: door.registry });
    const { watch, told, reread } = await watching({ ...cli, clock: store.clock }, {
      store,
      log: cli.log,
      owner: "test",
      project: () => project!,
      probe: () => Promise.resolve(),
    });
    await told({ count: 1, first: "vendors.yaml:4:3: There is no stream vendor.", since: "" });
    await watch.tell();
    store.clock.advance(60_000);
    await watch.tell();
    await watch.tell();
    assert.deepEqual(sent.map(({ url }) => url), [HOOK, HOOK], "sent in vain, then once");
    assert.match(sent[1].body.news[0].text, /hold 1 mistake/);
    // Settings that became wrong leave the former ones in force; a file that is gone tells nobody any more.
    await Deno.writeTextFile(join(dir, "notify.yaml"), "url: no\n");
    await reread();
    await told(undefined);
    await watch.tell();
    assert.equal(sent.length, 3);
    await Deno.remove(join(dir, "notify.yaml"));
    await reread();
    await told({ count: 1, first: "x", since: "" });
    await watch.tell();
    assert.equal(sent.length, 3);
    const log = lines.join("\n");
    assert.match(log, /could not be delivered/);
    assert.match(log, /The pipeline files were changed and hold 1 mistake/);
    assert.ok(!log.includes("s3cr3tpath"));
    for (const [key, value] of await contents(store)) assert.ok(!value.includes("s3cr3tpath"), key);
    await Deno.remove(home, { recursive: true });
  }));
