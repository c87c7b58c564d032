/**
 * Opens what a verb needs, and closes it again: the project, the store, the vault, the engine.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { loadProject } from "../pipeline/load.ts";
import type { Project } from "../pipeline/model.ts";
import { renderDiagnostics } from "../pipeline/render.ts";
import { openEngine } from "../run/engine.ts";
import type { Engine } from "../run/types.ts";
import { openStore } from "../state/open.ts";
import type { Store } from "../state/types.ts";
import { findMasterKey } from "../vault/master.ts";
import { resolveSettings } from "../vault/resolve.ts";
import { openVault, type Vault } from "../vault/vault.ts";
import type { Cli } from "./context.ts";
import { clean } from "./style.ts";

export { choose, connectionOf, pipelineOf } from "../pipeline/named.ts";

/** The checked project. Where its files are wrong, prints what is wrong with them and throws `config.invalid`. */
export async function openProject(cli: Cli): Promise<Project> {
  const { project, diagnostics, sources } = await loadProject({
    dir: cli.paths.pipelines,
    connectionsFile: cli.flags.connections,
    registry: cli.door.registry,
  });
  if (project) return project;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  cli.note(renderDiagnostics(errors, sources, { color: cli.flags.color ?? cli.terminal.color }));
  throw new Failure("config.invalid", {
    fact: `${errors.length === 1 ? "One mistake" : `${errors.length} mistakes`} in the files of ${cli.paths.pipelines}`,
    action: "Mend what is listed above.",
  });
}

/** Works with the store and closes it. `reading`: where there is no state, none is made; that is said, and the store is empty. */
export async function withStore<T>(
  cli: Cli,
  work: (store: Store) => Promise<T>,
  { reading = false }: { reading?: boolean } = {},
): Promise<T> {
  const absent = reading && await isAbsent(cli.paths.kv);
  if (absent) {
    cli.note(
      `There is no state at ${clean(cli.paths.kv)} yet: the first run makes it. --kv or GUSSET_KV names another.`,
    );
  }
  const store = await openStore({ path: absent ? ":memory:" : cli.paths.kv, clock: cli.clock, random: cli.random });
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/** Whether a path is one of a file that is not there; what cannot be told is left to whoever opens it. */
async function isAbsent(path: string): Promise<boolean> {
  if (/^(:|$)|:\/\//.test(path)) return false;
  try {
    await Deno.stat(path);
    return false;
  } catch (thrown) {
    return thrown instanceof Deno.errors.NotFound;
  }
}

/** The vault of a store. Its master key is looked for when a secret is first opened or sealed. */
export function vaultOf(cli: Cli, store: Store): Vault {
  return openVault({
    store,
    masterKey: () => findMasterKey({ env: cli.terminal.env, path: cli.paths.masterKey }),
  });
}

/** What a verb that talks to systems works with. */
export interface Bench {
  engine: Engine;
  project: Project;
  store: Store;
}

/** Works with an engine over the checked project, and closes everything. `readOnly`: nothing is written to the store. */
export async function withEngine<T>(
  cli: Cli,
  { readOnly = false }: { readOnly?: boolean },
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  const project = await openProject(cli);
  return await withStore(cli, async (store) => {
    const vault = vaultOf(cli, store);
    const engine = openEngine({
      store,
      registry: cli.door.registry,
      project,
      settings: async (connection) => {
        const { settings, secrets } = await resolveSettings(connection, {
          vault,
          env: cli.terminal.env,
          secretSettings: cli.door.registry[connection.connector].secrets,
        });
        cli.hide(secrets);
        return settings;
      },
      wireFor: cli.wireFor,
      clock: cli.clock,
      random: cli.random,
      log: cli.log,
      signal: cli.signal,
      readOnly,
    });
    try {
      return await work({ engine, project, store });
    } finally {
      await engine.close();
    }
  });
}
