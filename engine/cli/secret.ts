/**
 * `gusset secret`: credentials, sealed in the store. A value is never shown again, and never taken from an argument: those can be
 * seen by every user of the machine.
 *
 * @module
 */
import type { Command } from "commander";
import { removeSecret, setSecret } from "../acts/secrets.ts";
import { Failure } from "../failure.ts";
import { findMasterKey, NEXT_MASTER_KEY_VARIABLE } from "../vault/master.ts";
import { rotateMasterKeyFile } from "../vault/rotate.ts";
import { type Cli, usage } from "./context.ts";
import { EXIT } from "./exit.ts";
import { showList } from "./lists.ts";
import { vaultOf, withStore } from "./open.ts";
import { actor } from "./person.ts";
import { ago, counted } from "./style.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb and what it can do. */
export function secretVerb(program: Command, cli: () => Cli, act: Act): void {
  const verb = program.command("secret").description(
    "Credentials, sealed in the store; connections name them as { secret: NAME }",
  );
  verb.command("set").description("Seals a value: asked for on a terminal, else read from standard input")
    .argument("<name>")
    .action(act((name: string) => set(cli(), name)));
  verb.command("list", { isDefault: true }).description("Lists names and dates; values are never shown")
    .action(act(() => list(cli())));
  verb.command("remove").description("Forgets one").argument("<name>")
    .action(act((name: string) => remove(cli(), name)));
  verb.command("rotate").description("Moves every secret to a new master key")
    .action(act(() => rotate(cli())));
}

async function set(cli: Cli, name: string): Promise<0> {
  // Nobody types a secret that could then not be sealed.
  await findMasterKey({ env: cli.terminal.env, path: cli.paths.masterKey });
  const value = await cli.terminal.secret(`Value of ${name}`);
  if (value === "") throw usage("No value was given; nothing was changed", "Type it, or pipe it in.");
  cli.hide([value]);
  const { version } = await withStore(cli, async (store) => {
    const who = await actor(cli, store, "secret.set");
    return await setSecret(who, vaultOf(cli, store), name, value);
  });
  if (cli.flags.json) cli.json({ name, version });
  cli.say(`Sealed: ${name}${version > 1 ? `, version ${version}` : ""}.`);
  return EXIT.fine;
}

async function list(cli: Cli): Promise<0> {
  const secrets = await withStore(cli, (store) => vaultOf(cli, store).listSecrets(), { reading: true });
  await showList(cli, secrets, {
    head: ["name", "version", "set"],
    cells: ({ name, version, setAt }) => [name, String(version), ago(setAt, cli.clock.now())],
    empty: "No secret is set.",
    limit: Infinity,
  });
  return EXIT.fine;
}

async function remove(cli: Cli, name: string): Promise<0> {
  await withStore(cli, async (store) => {
    const who = await actor(cli, store, "secret.remove");
    await removeSecret(who, vaultOf(cli, store), name);
  });
  if (cli.flags.json) cli.json({ name, removed: true });
  cli.say(`Forgotten: ${name}.`);
  return EXIT.fine;
}

async function rotate(cli: Cli): Promise<0> {
  const { env } = cli.terminal;
  const fromEnvironment = env("GUSSET_MASTER_KEY") !== undefined;
  const moved = await withStore(cli, async (store) => {
    const who = await actor(cli, store, "secret.rotate");
    const vault = vaultOf(cli, store);
    const rotated = (work: () => Promise<number>) => who.around({ subject: "every secret" }, work);
    if (!fromEnvironment) return await rotated(() => rotateMasterKeyFile(vault, cli.paths.masterKey));
    const { next } = await findMasterKey({ env, path: cli.paths.masterKey });
    if (next) return await rotated(() => vault.rotate(next));
    throw new Failure("secret.no-master-key", {
      fact:
        `The master key comes from GUSSET_MASTER_KEY, and ${NEXT_MASTER_KEY_VARIABLE} does not say which one to move to`,
      action:
        `Set ${NEXT_MASTER_KEY_VARIABLE} to 32 random bytes in base64 (openssl rand -base64 32) and rotate again.`,
    });
  });
  if (cli.flags.json) cli.json({ moved });
  cli.say(`${counted(moved, "secret")} moved to the new master key.`);
  if (fromEnvironment) cli.say(`Now set GUSSET_MASTER_KEY to it, and take ${NEXT_MASTER_KEY_VARIABLE} away.`);
  return EXIT.fine;
}
