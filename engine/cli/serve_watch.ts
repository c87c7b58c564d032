/**
 * Who looks after a service and tells of it: circuits and notifications, and figures for Prometheus.
 *
 * @module
 */
import type { Wire } from "../connector.ts";
import { Failure } from "../failure.ts";
import { openWatch, type Watch } from "../notify/notify.ts";
import { loadNotify } from "../notify/settings.ts";
import { hearConfig } from "../notify/survey.ts";
import { type Metrics, openMetrics } from "../server/metrics.ts";
import type { ServiceParts } from "../server/service.ts";
import type { Store } from "../state/types.ts";
import { tracing } from "../trace.ts";
import { resolveSettings } from "../vault/resolve.ts";
import { compose } from "../wire/stack.ts";
import { unseenWire } from "../wire/unseen.ts";
import type { Cli } from "./context.ts";
import { vaultOf } from "./open.ts";

/** What it works with. */
export interface WatchingOptions {
  store: Store;
  log: Cli["log"];
  owner: string;
  project: Parameters<typeof openWatch>[0]["project"];
  probe: Parameters<typeof openWatch>[0]["probe"];
}

/** A service that is looked after. */
export interface Watching {
  watch: Watch;
  metrics: Metrics;
  /** A connection's wire, heard and counted. */
  wireFor: (connection: string) => Wire;
  /** Reads `notify.yaml` anew; one that is wrong leaves the former settings in force. */
  reread(): Promise<void>;
  /** Tells that the files became wrong, or right again. */
  told: NonNullable<NonNullable<ServiceParts["files"]>["told"]>;
}

/** Puts it together, with what `notify.yaml` says now. */
export async function watching(cli: Cli, { store, log, owner, project, probe }: WatchingOptions): Promise<Watching> {
  const dir = cli.paths.pipelines;
  const read = async () => {
    const found = await loadNotify({ dir });
    const mistake = found.diagnostics.find(({ severity }) => severity === "error");
    if (!mistake) return { settings: found.settings };
    const { place: { file, line, column }, message } = mistake;
    log("error", `${file}:${line}:${column}: ${message}; notifications stay as they were`);
    return undefined;
  };
  let settings = (await read())?.settings;
  const watch = openWatch({
    store,
    clock: cli.clock,
    log,
    owner,
    project,
    probe,
    settings: () => settings,
    async url() {
      if (!settings) throw new Failure("config.invalid", { fact: "notify.yaml is gone" });
      const { settings: opened, secrets } = await resolveSettings(
        { name: "notify", settings: { url: settings.url }, place: settings.place },
        { vault: vaultOf(cli, store), env: cli.terminal.env, secretSettings: ["url"] },
      );
      cli.hide(secrets);
      return String(opened.url);
    },
    // The runtime's own span of a call holds the whole address, which is a secret here.
    wire: tracing ? unseenWire() : (request) => cli.wireFor("notify")(request),
  });
  const metrics = openMetrics({
    store,
    project,
    log,
    version: cli.door.version,
    memory: () => Deno.memoryUsage(),
  });
  return {
    watch,
    metrics,
    wireFor: (name) => compose(cli.wireFor(name), metrics.counts(name), watch.hears(name)),
    async reread() {
      const found = await read();
      if (found) settings = found.settings;
    },
    told: (mistakes) => hearConfig(store, mistakes),
  };
}
