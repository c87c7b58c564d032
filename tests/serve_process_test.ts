/** `gusset serve` as a process of its own, against sandboxes on real ports: told to stop while it works, and files changed beside it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { systemClock, systemRandom } from "../engine/clock.ts";
import { makeCli, type Outside } from "../engine/cli/context.ts";
import { closeAll, serveSandboxes, writeConnections } from "../engine/cli/serve.ts";
import { batch } from "../engine/state/batch.ts";
import { openStore } from "../engine/state/open.ts";
import { listRuns } from "../engine/state/runs.ts";
import { wakePipeline } from "../engine/state/schedules.ts";
import { liveWire } from "../engine/wire/live.ts";
import { door } from "../main.ts";
import { smallCompany } from "./conformance/data.ts";

const root = new URL("..", import.meta.url).pathname;
const nothing = () => {};

/** A line of its log. */
type Line = { level: string; message: string } & Record<string, unknown>;

/** A house on real ports, with a copy of the pipelines. */
async function realHouse() {
  const home = await Deno.makeTempDir({ prefix: "gusset-test-" });
  const pipelines = join(home, "pipelines");
  await Deno.mkdir(pipelines);
  for await (const { name } of Deno.readDir(door.pipelines)) {
    await Deno.copyFile(join(door.pipelines, name), join(pipelines, name));
  }
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
  const paths = { home, kv: join(home, "kv.sqlite3"), connections: join(home, "connections.yaml"), pipelines };
  const cli = makeCli(door, outside, { flags: paths, command: () => Promise.resolve(0) });
  const data = smallCompany();
  data.procore_companies = [{ ...data.procore_companies?.[0], hourly_limit: "unlimited", spike_limit: "unlimited" }];
  const served = await serveSandboxes(cli, { ports: {}, data });
  await writeConnections(cli, served, paths.connections);
  const store = await openStore({ path: paths.kv, clock: systemClock, random: systemRandom });
  return {
    ...paths,
    store,
    async fault(name: string, fault: Record<string, unknown>): Promise<void> {
      const { origin } = served.find((one) => one.name === name)!;
      const response = await fetch(`${origin}/_sandbox/faults`, { method: "POST", body: JSON.stringify(fault) });
      await response.body?.cancel();
      assert.ok(response.ok);
    },
    async wake(pipeline: string): Promise<void> {
      const writes = batch(store);
      wakePipeline(writes, pipeline, "the test", crypto.randomUUID());
      await writes.commit();
    },
    states: async (pipeline: string) =>
      (await Array.fromAsync(listRuns(store, { pipeline }))).map(({ state }) => state),
    async end(): Promise<void> {
      store.close();
      await closeAll(served);
      await Deno.remove(home, { recursive: true });
    },
  };
}

type House = Awaited<ReturnType<typeof realHouse>>;

/** Starts it; `flags` are Deno's. */
async function serve(
  house: House,
  { args = [], flags = ["-A"], env = {} }: { args?: string[]; flags?: string[]; env?: Record<string, string> } = {},
) {
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...[
        "run",
        "--quiet",
        "--no-check",
        "--config",
        join(root, "deno.json"),
        ...flags,
        join(root, "main.ts"),
        "serve",
      ],
      ...Object.entries({ home: house.home, kv: house.kv, connections: house.connections, pipelines: house.pipelines })
        .flatMap(([name, value]) => [`--${name}`, value]),
      ...(args.includes("--port") ? [] : ["--port", "0"]),
      ...args,
    ],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  const reading = (async () => {
    let rest = "";
    for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
      rest += text;
      const whole = rest.split("\n");
      rest = whole.pop()!;
      for (const line of whole) lines.push(line.startsWith("{") ? JSON.parse(line) : { level: "?", message: line });
      for (const look of waiting) look();
    }
    for (const look of waiting) look();
  })();
  const said = new Response(process.stdout).text();
  let over = false;
  const status = process.status.then((status) => {
    over = true;
    return status;
  });
  const heard = async (so: (line: Line) => boolean, what: string): Promise<Line> => {
    const found = Promise.withResolvers<Line>();
    const look = (): void => {
      const line = lines.find(so);
      if (line) found.resolve(line);
    };
    waiting.add(look);
    look();
    const timer = setTimeout(() => found.reject(new Error(`${what}: ${JSON.stringify(lines, null, 1)}`)), 30_000);
    void status.then(() => setTimeout(() => found.reject(new Error(`It ended: ${JSON.stringify(lines)}`)), 200));
    try {
      return await found.promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(look);
    }
  };
  const { origin } = await heard(({ message }) => message === "Serving", "it serves");
  return {
    lines,
    origin: String(origin),
    heard,
    kill: (signal: Deno.Signal) => process.kill(signal),
    get over() {
      return over;
    },
    async ended(): Promise<{ code: number; signal: Deno.Signal | null; out: string }> {
      const { code, signal } = await status;
      await reading;
      return { code, signal, out: await said };
    },
  };
}

Deno.test("a process that serves logs lines of JSON, answers, reads changed files, and ends with 0 when it is told to stop", async () => {
  const house = await realHouse();
  const one = await serve(house);
  assert.deepEqual(await (await fetch(`${one.origin}/healthz`)).json(), { alive: true });
  const ready = await fetch(`${one.origin}/readyz`);
  assert.equal(ready.status, 200, await ready.text());

  assert.match(await (await fetch(`${one.origin}/metrics`)).text(), /^# TYPE gusset_info gauge$/m);
  const api = await fetch(`${one.origin}/api/v1/pipelines`);
  assert.equal(api.status, 401, "nobody is let in without a token");
  await api.body?.cancel();

  const file = join(house.pipelines, "vendors.yaml");
  const sound = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, sound.replace("stream: vendors", "stream: venders"));
  const wrong = await one.heard(
    ({ message }) => message.startsWith("The pipeline files are wrong"),
    "it says what is wrong",
  );
  assert.match(String(wrong.first), /vendors\.yaml:\d+:\d+: /);
  const detail = await (await fetch(`${one.origin}/readyz`)).text();
  assert.match(detail, /what was checked before goes on/);
  await Deno.writeTextFile(file, sound.replace(/^description: .*/m, "description: Other words"));
  await one.heard(({ changes }) => changes === "vendors changed", "it reads it anew");

  one.kill("SIGTERM");
  const { code, signal, out } = await one.ended();
  assert.deepEqual([code, signal, out], [0, null, ""]);
  assert.equal(one.lines.at(-1)?.message, "Stopped");
  assert.ok(one.lines.every(({ level, time }) => level !== "?" && typeof time === "string"), JSON.stringify(one.lines));
  await house.end();
});

Deno.test("told to stop in the middle of a run it stops at a checkpoint within ten seconds, and the next process goes on at once", async () => {
  const house = await realHouse();
  await house.fault("procore", { kind: "delay-answer", ms: 3000, route: "sync", times: "always" });
  await house.wake("projects");
  await house.wake("vendors");
  const one = await serve(house, { args: ["--no-webhooks"] });
  for (let i = 0; !(await house.states("vendors")).includes("running"); i++) {
    assert.ok(i < 200, JSON.stringify(one.lines));
    await systemClock.sleep(50);
  }
  await systemClock.sleep(500);
  const began = performance.now();
  one.kill("SIGTERM");
  await one.heard(({ message }) => message === "Stopping", "it stops");
  const { code } = await one.ended();
  assert.equal(code, 0);
  assert.ok(performance.now() - began < 12_000);
  const [vendors] = await house.states("vendors");
  assert.ok(vendors === "aborted" || vendors === "done", vendors);

  const two = await serve(house, { args: ["--no-webhooks"] });
  if (vendors === "aborted") {
    await two.heard(({ message, pipeline }) => message === "Run done" && pipeline === "vendors", "another goes on");
  }
  two.kill("SIGINT");
  assert.equal((await two.ended()).code, 0);
  await house.end();
});

Deno.test("a second signal ends it at once", async () => {
  const house = await realHouse();
  await house.fault("procore", { kind: "delay-answer", ms: 30_000, route: "sync", times: "always" });
  await house.wake("vendors");
  const one = await serve(house, { args: ["--no-webhooks"] });
  for (let i = 0; !(await house.states("vendors")).includes("running"); i++) {
    assert.ok(i < 200, JSON.stringify(one.lines));
    await systemClock.sleep(50);
  }
  await systemClock.sleep(1000);
  one.kill("SIGTERM");
  await systemClock.sleep(300);
  const began = performance.now();
  if (!one.over) one.kill("SIGTERM");
  const { code } = await one.ended();
  assert.ok(code === 130 || code === 0, String(code));
  assert.ok(performance.now() - began < 2000);
  await house.end();
});

Deno.test("it serves with the permissions that are printed for it, and no more", async () => {
  const house = await realHouse();
  const free = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const port = free.addr.port;
  free.close();
  const printed = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "-A", join(root, "main.ts")].concat(
      ["--home", house.home, "--kv", house.kv, "--connections", house.connections, "--pipelines", house.pipelines],
      ["permissions", "--serve", `127.0.0.1:${port}`],
    ),
    cwd: root,
  }).output();
  const flags = new TextDecoder().decode(printed.stdout).trim().split(" ");
  await house.wake("projects");
  const one = await serve(house, { args: ["--port", String(port)], flags });
  await one.heard(({ message, pipeline }) => message === "Run done" && pipeline === "projects", "it runs");
  assert.equal((await (await fetch(`${one.origin}/readyz`)).json()).ready, true);
  const file = join(house.pipelines, "vendors.yaml");
  await Deno.writeTextFile(
    file,
    (await Deno.readTextFile(file)).replace(/^description: .*/m, "description: Other words"),
  );
  await one.heard(({ changes }) => changes === "vendors changed", "it reads it anew");
  one.kill("SIGTERM");
  assert.equal((await one.ended()).code, 0);
  assert.ok(!one.lines.some(({ message }) => /permission|NotCapable/.test(message)), JSON.stringify(one.lines));
  await house.end();
});

Deno.test("where it is Deno Deploy a cron brings the tick; on a timeline that is not the production one it does nothing", async (t) => {
  const house = await realHouse();
  // A local Deno lets a cron come this soon after it was declared.
  const env = { DENO_DEPLOYMENT_ID: "d1", DENO_CRON_TEST_SCHEDULE_OFFSET: "700" };
  await house.wake("projects");
  await t.step("a branch", async () => {
    const one = await serve(house, { env: { ...env, DENO_TIMELINE: "git-branch/other" } });
    await one.heard(({ message }) => message.startsWith("Nothing is written from here"), "it says so");
    await systemClock.sleep(2500);
    one.kill("SIGINT");
    assert.equal((await one.ended()).code, 0);
    assert.deepEqual(await house.states("projects"), []);
  });
  await t.step("production", async () => {
    const one = await serve(house, { env: { ...env, DENO_TIMELINE: "production" } });
    await one.heard(({ message, pipeline }) => message === "Run done" && pipeline === "projects", "the tick runs it");
    one.kill("SIGINT");
    assert.equal((await one.ended()).code, 0);
  });
  await house.end();
});

Deno.test("a port that is taken is said in one line", async () => {
  const house = await realHouse();
  const one = await serve(house);
  const port = new URL(one.origin).port;
  await assert.rejects(serve(house, { args: ["--port", port] }), /Port \d+ is taken/);
  one.kill("SIGTERM");
  await one.ended();
  await house.end();
});
