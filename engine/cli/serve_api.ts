/**
 * The API and the console of a process that serves, over its own engine, files and log.
 *
 * @module
 */
import type { Hono } from "hono";
import type { Registry } from "../connector.ts";
import { openEngine } from "../run/engine.ts";
import { type Api, makeApi } from "../server/api/app.ts";
import type { ApiParts } from "../server/api/types.ts";
import { type Events, openEvents } from "../server/api/events.ts";
import { consoleApp } from "../server/console/app.tsx";
import type { Service, ServiceParts } from "../server/service.ts";
import type { Store } from "../state/types.ts";
import type { Cli } from "./context.ts";
import { vaultOf } from "./open.ts";

/** What it stands on. */
export interface ServeApiOptions {
  store: Store;
  log: Cli["log"];
  registry: Registry;
  settings: ServiceParts["settings"];
  wireFor: Cli["wireFor"];
  /** False: nothing may be changed from here. */
  writes: boolean;
}

/** The API, what its listeners hear, and how it is made once the service is there. */
export interface ServeApi {
  events: Events;
  make(service: Pick<Service, "engines">): Api & { pages: Hono };
}

/** Opens it. */
export function serveApi(cli: Cli, { store, log, registry, settings, wireFor, writes }: ServeApiOptions): ServeApi {
  const events = openEvents(cli.clock);
  return {
    events,
    make({ engines }) {
      const parts: ApiParts = {
        version: cli.door.version,
        store,
        vault: vaultOf(cli, store),
        files: { dir: cli.paths.pipelines, connectionsFile: cli.flags.connections, registry },
        project: engines.project,
        async withEngine({ readOnly, signal }, work) {
          if (!readOnly) return await engines.use((engine) => work({ engine, project: engine.project }));
          // What only looks pins no identity: it has connections of its own, and they end with it.
          const project = engines.project();
          const engine = openEngine({
            store,
            registry,
            project,
            settings,
            wireFor,
            clock: cli.clock,
            random: cli.random,
            log,
            signal: AbortSignal.any([signal, cli.signal]),
            readOnly,
            shared: true,
          });
          try {
            return await work({ engine, project });
          } finally {
            await engine.close();
          }
        },
        mask: cli.mask,
        hide: cli.hide,
        log,
        signal: cli.signal,
        events,
      };
      const api = makeApi(parts);
      return { ...api, pages: consoleApp({ ...parts, jobs: api.jobs, writes }) };
    },
  };
}
