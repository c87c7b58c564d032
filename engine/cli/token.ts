/**
 * `gusset token`: who may do what. A token is shown once, when it is made; GUSSET_TOKEN says which one a command acts with.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { batch } from "../state/batch.ts";
import { type Role, ROLES } from "../state/roles.ts";
import { getToken, hasExpired, listTokens, putToken, type TokenRecord } from "../state/tokens.ts";
import { isToken, newToken } from "../vault/token.ts";
import { type Cli, usage } from "./context.ts";
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
  if (/^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be letters, digits, dots, dashes, underscores and @.");
}

/** A day of the calendar. */
export function day(text: string): string {
  const at = Date.parse(`${text}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError("It must be a day, as in 2026-12-31.");
}

const inUse = (tokens: readonly TokenRecord[]): TokenRecord[] => tokens.filter(({ revoked }) => !revoked);
/** An admin whom no date locks out: as long as there are tokens, there is one. */
const isKeeper = ({ role, expires }: TokenRecord): boolean => role === "admin" && expires === undefined;

async function list(cli: Cli): Promise<0> {
  const now = cli.clock.now();
  const state = (token: TokenRecord): string =>
    token.revoked ? "revoked" : hasExpired(token, now) ? "has run out" : token.expires ? `until ${token.expires}` : "";
  await withStore(cli, async (store) => {
    const tokens = (await listTokens(store)).map(({ hash: _, ...token }) => token as TokenRecord);
    return await showList(cli, tokens, {
      head: ["name", "role", "made", "by", ""],
      cells: (token) => [token.name, token.role, ago(token.at, now), token.by, state(token)],
      empty: "There are no tokens: whoever reaches the state may do everything.",
      limit: Infinity,
    });
  }, { reading: true });
  return EXIT.fine;
}

async function create(cli: Cli, name: string, { role, expires }: { role: Role; expires?: string }): Promise<0> {
  const { token, hash } = newToken();
  await withStore(cli, async (store) => {
    const who = await actor(cli, store, "token.create");
    if (isToken(name)) throw usage("A name is wanted, and this is a token", "Revoke it if others may have seen it.");
    const tokens = inUse(await listTokens(store));
    if (tokens.some((one) => one.name === name)) {
      throw usage(`${name} has a token already`, `Revoke it first: gusset token revoke ${name}.`);
    }
    const at = new Date(cli.clock.now()).toISOString();
    if (expires !== undefined && expires < at.slice(0, 10)) throw usage(`--expires ${expires} is over`);
    const record: TokenRecord = { name, role, hash, at, by: who.name, expires };
    if (tokens.length === 0 && !isKeeper(record)) {
      throw usage(
        "The first token must be an admin's that does not run out: from then on acts need one",
        "Make that first: gusset token create NAME --role admin.",
      );
    }
    const writes = batch(store);
    putToken(writes, record);
    await who.commit(writes, { subject: name, details: { role, ...(expires !== undefined && { expires }) } });
  });
  if (cli.flags.json) cli.json({ name, role, expires, token });
  cli.say(`${cli.paint("bold", token)}\n`);
  cli.say(`This is the token of ${name} (${role}), and the only time it is shown. Use it as GUSSET_TOKEN.`);
  return EXIT.fine;
}

async function revoke(cli: Cli, name: string): Promise<0> {
  const before = await withStore(cli, async (store) => {
    const who = await actor(cli, store, "token.revoke");
    if (isToken(name)) throw usage("A name is wanted, and this is a token", "See `gusset token list`.");
    const record = await getToken(store, name);
    if (!record) throw usage(`There is no token ${name}`, "See `gusset token list`.");
    if (record.revoked) return record.revoked;
    const others = inUse(await listTokens(store)).filter((one) => one.name !== name);
    if (others.length > 0 && !others.some(isKeeper)) {
      throw usage(
        `${name} is the last admin that does not run out`,
        "Make another one first, or revoke the others first.",
      );
    }
    const writes = batch(store);
    putToken(writes, { ...record, revoked: { at: new Date(cli.clock.now()).toISOString(), by: who.name } });
    await who.commit(writes, { subject: name, details: { role: record.role } });
  });
  if (cli.flags.json) cli.json({ name, revoked: true, before: before ?? null });
  cli.say(before ? `${name} was revoked already, by ${before.by}.` : `Revoked: ${name}.`);
  return EXIT.fine;
}
