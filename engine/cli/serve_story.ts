/**
 * The demonstration's story beside a server: people do what they do in the systems, and decide what people decide; everything else the
 * server does by itself, because a schedule is due or a webhook tells.
 *
 * @module
 */
import { join } from "node:path";
import { listRuns } from "../state/runs.ts";
import type { Store } from "../state/types.ts";
import type { Service } from "../server/service.ts";
import { type Cli, makeCli, type Scene } from "./context.ts";
import { control, perform, systemOf } from "./demo.ts";
import { dataFor } from "./sandbox.ts";
import { closeAll, type Served, serveSandboxes } from "./serve.ts";
import { syncHooks } from "./serve_verb.ts";
import { admit, rewrite, setStage, type Stage } from "./stage.ts";

/** Where the story plays. */
export interface Playing {
  /** The command line of the story's own installation. */
  cli: Cli;
  stage: Stage;
  served: readonly Served[];
}

/** Sets both sandboxes up and a stage of their own, on which nothing outside is touched; takes all of it away at the end. */
export async function withStage<T>(cli: Cli, work: (playing: Playing) => Promise<T>): Promise<T> {
  const home = await Deno.makeTempDir({ prefix: "gusset-serve-" });
  const served = await serveSandboxes(cli, { ports: {}, data: await dataFor(cli, {}) });
  try {
    const stage = await setStage(cli, served, home);
    await hurry(stage);
    const flags = {
      ...cli.flags,
      home,
      kv: join(home, "kv.sqlite3"),
      connections: join(home, "connections.yaml"),
      pipelines: stage.pipelines,
    };
    const own = makeCli(cli.door, { ...cli, terminal: stage.terminalOf(undefined) }, { flags, command: cli.command });
    return await work({ cli: own, stage, served });
  } finally {
    await closeAll(served);
    await Deno.remove(home, { recursive: true });
  }
}

/** Nights are a minute long here; what a webhook tells of keeps its own schedule, so that it is seen to come by the webhook. */
async function hurry({ pipelines }: Stage): Promise<void> {
  for await (const { name } of Deno.readDir(pipelines)) {
    const path = join(pipelines, name);
    const text = await Deno.readTextFile(path);
    if (/^ {2}webhook:/m.test(text)) continue;
    await Deno.writeTextFile(path, text.replace(/cron: "[^"]*"/, 'cron: "* * * * *"'));
  }
}

/** What people decide; runs come by themselves, and what only shows is left out. */
const DECIDES: ReadonlySet<string> = new Set(["adopt accept", "live", "approve"]);

/** Plays the story, scene by scene, as the server gets on. Resolves when it is over, or the server is told to stop. */
export async function playAlong(
  { cli, stage, served }: Playing,
  service: Service,
  { store, origin }: { store: Store; origin: string },
): Promise<void> {
  try {
    await syncHooks(cli, service, origin);
    for (const { name, origin, connector } of served) {
      cli.say(`${cli.paint("bold", name)}  ${origin}  ${connector.title}`);
    }
    for (const [i, scene] of cli.door.story.entries()) {
      if (cli.signal.aborted) return;
      cli.say();
      cli.say(cli.paint("bold", `${i + 1}. ${scene.title}`));
      if (cli.flags.json) cli.json({ type: "scene", title: scene.title });
      await play(cli, scene, { stage, served, service, store });
    }
    cli.say();
    cli.say(
      cli.paint("bold", `That was the story. It goes on serving at ${origin}; Ctrl-C ends it, and nothing is kept.`),
    );
    if (cli.flags.json) cli.json({ type: "end" });
  } catch (thrown) {
    // Stopped in the middle of a scene.
    if (!cli.signal.aborted) throw thrown;
  }
}

async function play(
  cli: Cli,
  scene: Scene,
  { stage, served, service, store }: { stage: Stage; served: readonly Served[]; service: Service; store: Store },
): Promise<void> {
  for (const { connector, path, body } of scene.switches ?? []) {
    await control(cli, systemOf(served, connector), path, body);
  }
  for (const touch of scene.touches ?? []) await perform(cli, served, touch);
  for (const change of scene.rewrites ?? []) await rewrite(cli, stage, change);
  for (const one of scene.people ?? []) await admit(cli, stage, one);
  for (const command of scene.commands ?? []) {
    const { as, args } = "args" in command ? command : { as: undefined, args: command };
    const [verb, second] = args;
    if (verb === "run") {
      await untilRun(cli, store, service, args.slice(1));
    } else if (DECIDES.has(verb) || DECIDES.has(`${verb} ${second}`)) {
      await cli.command([...stage.options, ...args], stage.terminalOf(as));
    }
    if (cli.signal.aborted) return;
  }
}

/** Milliseconds between two looks whether the runs have ended. */
const LOOK = 500;

/** Waits until each of the pipelines that a command names has had a run that began after now; `--all` are those whose nights are short. */
async function untilRun(cli: Cli, store: Store, service: Service, named: readonly string[]): Promise<void> {
  const since = new Date(cli.clock.now()).toISOString();
  const { pipelines } = service.engines.project();
  let waited = pipelines.filter(({ name, trigger }) =>
    named.includes(name) || (named.includes("--all") && trigger.schedule?.cron === "* * * * *")
  ).map(({ name }) => name);
  const hasRun = async (pipeline: string): Promise<boolean> => {
    for await (const { startedAt, endedAt } of listRuns(store, { pipeline, limit: 5 })) {
      if (startedAt >= since && endedAt !== undefined) return true;
    }
    return false;
  };
  while (!cli.signal.aborted) {
    const ran = await Promise.all(waited.map(hasRun));
    waited = waited.filter((_, i) => !ran[i]);
    if (waited.length === 0) return;
    await cli.clock.sleep(LOOK, cli.signal);
  }
}
