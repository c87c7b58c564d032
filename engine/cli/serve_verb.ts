/**
 * `gusset serve`: the process that keeps two systems together without anyone watching.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { hookConnections, type HookPlace, hookPlace, stepsToSync } from "../acts/webhooks.ts";
import { loadProject } from "../pipeline/load.ts";
import { openEngine } from "../run/engine.ts";
import { watchFiles } from "../server/files.ts";
import { declareTick, platformOf, SLICE } from "../server/platform.ts";
import { openService, type Service } from "../server/service.ts";
import { ATTACHED } from "../state/open.ts";
import type { Store } from "../state/types.ts";
import { uniqueId } from "../state/unique.ts";
import { takeHookStep } from "../trigger/hooks.ts";
import { resolveSettings } from "../vault/resolve.ts";
import { type Cli, usage } from "./context.ts";
import { EXIT } from "./exit.ts";
import { openProject, vaultOf, withStore } from "./open.ts";
import { serveApi } from "./serve_api.ts";
import { listen, shut, untilAborted, within } from "./serve_listen.ts";
import { type Level, LEVELS, serveLog } from "./serve_log.ts";
import { watching } from "./serve_watch.ts";
import type { Act } from "./verbs.ts";

interface ServeFlags {
  host?: string;
  port?: number;
  schedule: boolean;
  webhooks: boolean;
  sandbox?: boolean;
  logLevel: Level;
}

/** Registers the verb. */
export function serveVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("serve")
    .description("Runs pipelines by their schedules and by webhooks, until it is told to stop (SIGTERM, Ctrl-C)")
    .option("--host <address>", "where it listens (127.0.0.1)")
    .addOption(new Option("--port <n>", "the port it listens on; 0 for any free one (8000)").argParser(portNumber))
    .option("--no-schedule", "start nothing by schedules: another process does")
    .option("--no-webhooks", "take no deliveries in, and work none off")
    .option("--sandbox", "both systems are invented, and the demonstration's story plays by itself; keeps nothing")
    .addOption(new Option("--log-level <level>", "what is logged at least").choices(LEVELS).default("info"))
    .action(act((flags: ServeFlags) => serve(cli(), flags)));
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw new InvalidArgumentError("It must be a port: 0 to 65535.");
  return Number(text);
}

async function serve(cli: Cli, flags: ServeFlags): Promise<0> {
  const platform = platformOf(cli.terminal.env);
  const begun = Promise.withResolvers<Service>();
  // Before anything is waited for, and nowhere else: see there.
  if (platform.deploy) declareTick(async () => await (await begun.promise).tick(SLICE), cli.signal);
  if (!flags.sandbox) return await serveHere(cli, flags, { platform, begun: begun.resolve });
  if (platform.deploy) throw usage("--sandbox is for a machine of your own");
  const { withStage, playAlong } = await import("./serve_story.ts");
  return await withStage(cli, async (stage) => {
    return await serveHere(stage.cli, flags, {
      platform,
      begun: () => {},
      serving: (service, { store, origin }) => playAlong(stage, service, { store, origin }),
    });
  });
}

/** How it is served. */
interface Serving {
  platform: ReturnType<typeof platformOf>;
  begun: (service: Service) => void;
  /** What happens beside it, once it listens. */
  serving?: (service: Service, at: { store: Store; origin: string }) => Promise<void>;
}

/** Milliseconds that jobs which somebody started through the API have to come to an end. */
const JOBS = 10_000;

async function serveHere(cli: Cli, flags: ServeFlags, { platform, begun, serving }: Serving): Promise<0> {
  const log = serveLog(cli, flags.logLevel);
  const project = await openProject(cli);
  await withStore({ ...cli, paths: { ...cli.paths, kv: kvOf(cli, platform.deploy) } }, async (store) => {
    const owner = `${cli.terminal.env("HOSTNAME") ?? "serve"}-${Deno.pid}-${uniqueId(store).slice(0, 6)}`;
    const { watch, metrics, wireFor, reread, told } = await watching(cli, {
      store,
      log,
      owner,
      // Asked only once the service works.
      project: () => service.engines.project(),
      probe: (name) =>
        service.engines.use(async (engine) => void await (await engine.connect(name)).session.identity()),
    });
    const parts = openers({ ...cli, wireFor }, store, log);
    const api = serveApi(cli, {
      store,
      log,
      registry: cli.door.registry,
      settings: parts.settings,
      wireFor,
      writes: platform.writes,
    });
    let idle = (): Promise<void> => Promise.resolve();
    const service: Service = openService({
      ...parts,
      store,
      project,
      registry: cli.door.registry,
      clock: cli.clock,
      random: cli.random,
      log,
      signal: cli.signal,
      owner,
      watch,
      ended(_, { record }) {
        metrics.ran(record);
        const { id, pipeline, state, counts } = record;
        api.events.publish({ type: "run", run: id, pipeline, state, counts });
      },
      progress: (progress) => api.events.publish({ type: "progress", progress }),
      taken: metrics.took,
      mount(service) {
        const made = api.make(service);
        idle = made.idle;
        // There the world may ask, and each process would tell of itself alone.
        return { api: made.app, ...(!platform.deploy && { metrics: metrics.app }) };
      },
      schedule: flags.schedule,
      webhooks: flags.webhooks,
      writes: platform.writes,
      // A deployment brings its files along; another is another process.
      ...(!platform.deploy && {
        files: {
          async load() {
            await reread();
            return await loadProject({
              dir: cli.paths.pipelines,
              connectionsFile: cli.flags.connections,
              registry: cli.door.registry,
            });
          },
          told,
          watch: watchFiles({
            dir: cli.paths.pipelines,
            files: cli.flags.connections ? [cli.flags.connections] : [],
            clock: cli.clock,
          }),
        },
      }),
    });
    const server = listen(flags, { service, deploy: platform.deploy });
    const { hostname, port } = server.addr as Deno.NetAddr;
    const origin = `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
    log("info", "Serving", {
      version: cli.door.version,
      deno: Deno.version.deno,
      origin,
      console: `${origin}/console`,
      schedule: flags.schedule,
      webhooks: flags.webhooks,
      pipelines: project.pipelines.length,
      ...(platform.timeline !== undefined && { timeline: platform.timeline }),
    });
    if (!platform.writes) log("warn", "Nothing is written from here: this is not the production timeline");
    begun(service);
    try {
      if (platform.deploy) await untilAborted(cli.signal);
      else {
        const jobs = untilAborted(cli.signal).then(() => within(cli, JOBS, idle()));
        await Promise.all([service.work(), serving?.(service, { store, origin }), jobs]);
      }
      log("info", "Stopping", { atWork: service.atWork().join(", ") });
    } finally {
      await shut(cli, server);
      await service.engines.close();
    }
    log("info", "Stopped");
  });
  return EXIT.fine;
}

/** Where the state is: on Deno Deploy, unless something else is said, in the database that was assigned to the app. */
function kvOf(cli: Cli, deploy: boolean): string {
  const said = cli.flags.kv ?? cli.terminal.env("GUSSET_KV");
  return said ?? (deploy ? ATTACHED : cli.paths.kv);
}

function openers(
  cli: Cli,
  store: Store,
  log: Cli["log"],
): Pick<Parameters<typeof openService>[0], "openEngine" | "settings"> {
  const vault = vaultOf(cli, store);
  const settings: Parameters<typeof openService>[0]["settings"] = async (connection) => {
    const { settings, secrets } = await resolveSettings(connection, {
      vault,
      env: cli.terminal.env,
      secretSettings: cli.door.registry[connection.connector].secrets,
    });
    cli.hide(secrets);
    return settings;
  };
  return {
    settings,
    openEngine: (project, signal) =>
      openEngine({
        store,
        registry: cli.door.registry,
        project,
        settings,
        wireFor: cli.wireFor,
        clock: cli.clock,
        random: cli.random,
        log,
        signal,
        // Others may be at work on the same systems.
        shared: true,
      }),
  };
}

/** Makes the hooks that the pipelines need send to this server. */
export async function syncHooks(cli: Cli, service: Service, origin: string): Promise<void> {
  await service.engines.use(async (engine) => {
    const { project } = engine;
    for (const name of hookConnections(cli.door.registry, project, [])) {
      const place: HookPlace = await hookPlace({ engine, project }, name);
      for (const step of await stepsToSync(place, origin)) await takeHookStep(place.keeper, step);
    }
  });
}
