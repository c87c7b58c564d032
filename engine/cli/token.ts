/**
 * `gusset token`: who may do what. A token is shown once, when it is made; GUSSET_TOKEN says which one a command acts with.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { createToken, isDay, revokeToken, TOKEN_NAME, tokensShown } from "../acts/tokens.ts";
import { type Role, ROLES } from "../state/roles.ts";
import { hasExpired } from "../state/tokens.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { showList } from "./lists.ts";
import { withStore } from "./open.ts";
import { actor } from "./person.ts";
import { ago } from "./style.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb and what it can do. */
export function tokenVerb(program: Command, cli: () => Cli, act: Act): void {
  const verb = program.command("token").description("Who may do what; GUSSET_TOKEN says who one is");
  verb.command("list", { isDefault: true }).description("Lists names, roles and dates; tokens are never shown")
    .action(act(() => list(cli())));
  verb.command("create").description("Makes one and shows it, once; from the first one on, acts need a token")
    .argument("<name>", "whose it is", named)
    .addOption(
      new Option("--role <role>", "viewer reads; operator runs and retries; approver decides on money; admin all")
        .choices(ROLES).makeOptionMandatory(),
    )
    .option("--expires <day>", "the last day it is good for (YYYY-MM-DD, UTC)", day)
    .action(act((name: string, options: { role: Role; expires?: string }) => create(cli(), name, options)));
  verb.command("revoke").description("Makes one useless").argument("<name>")
    .action(act((name: string) => revoke(cli(), name)));
}

function named(text: string): string {
  if (TOKEN_NAME.test(text)) return text;
  throw new InvalidArgumentError("It must be letters, digits, dots, dashes, underscores and @.");
}

/** A day of the calendar. */
export function day(text: string): string {
  if (isDay(text)) return text;
  throw new InvalidArgumentError("It must be a day, as in 2026-12-31.");
}

type Shown = Awaited<ReturnType<typeof tokensShown>>[number];

async function list(cli: Cli): Promise<0> {
  const now = cli.clock.now();
  const state = (token: Shown): string =>
    token.revoked ? "revoked" : hasExpired(token, now) ? "has run out" : token.expires ? `until ${token.expires}` : "";
  await withStore(cli, async (store) => {
    return await showList(cli, await tokensShown(store), {
      head: ["name", "role", "made", "by", ""],
      cells: (token) => [token.name, token.role, ago(token.at, now), token.by, state(token)],
      empty: "There are no tokens: whoever reaches the state may do everything.",
      limit: Infinity,
    });
  }, { reading: true });
  return EXIT.fine;
}

async function create(cli: Cli, name: string, { role, expires }: { role: Role; expires?: string }): Promise<0> {
  const token = await withStore(
    cli,
    async (store) => await createToken(await actor(cli, store, "token.create"), { name, role, expires }),
  );
  if (cli.flags.json) cli.json({ name, role, expires, token });
  cli.say(`${cli.paint("bold", token)}\n`);
  cli.say(`This is the token of ${name} (${role}), and the only time it is shown. Use it as GUSSET_TOKEN.`);
  return EXIT.fine;
}

async function revoke(cli: Cli, name: string): Promise<0> {
  const before = await withStore(
    cli,
    async (store) => await revokeToken(await actor(cli, store, "token.revoke"), name),
  );
  if (cli.flags.json) cli.json({ name, revoked: true, before: before ?? null });
  cli.say(before ? `${name} was revoked already, by ${before.by}.` : `Revoked: ${name}.`);
  return EXIT.fine;
}
