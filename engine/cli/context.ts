/**
 * What every verb works with.
 *
 * @module
 */
import type { Clock, Random } from "../clock.ts";
import type { Log, Registry, Row, Wire } from "../connector.ts";
import { Failure } from "../failure.ts";
import { masker } from "../wire/redact.ts";
import type { Exit } from "./exit.ts";
import { type Paint, paint } from "./style.ts";
import type { Terminal } from "./terminal.ts";

/** What a person changes in one row. */
export interface Edit {
  /** The row's key; absent: a new row. */
  key?: string;
  fields: Row;
  /** What the person did, one sentence. */
  says: string;
}

/** An edit in the demonstration, made through a sandbox's control API. */
export interface Touch {
  /** The connector whose sandbox it happens in. */
  connector: string;
  /** Table or collection, as the sandbox's control API names it. */
  table: string;
  /** Finds out what to change, given what the systems hold now. */
  edit(rows: (connector: string, table: string) => Promise<Row[]>): Promise<Edit>;
}

/** A scene of the demonstration: a heading, why it is worth seeing, edits, and commands as a person would type them. */
export interface Scene {
  title: string;
  /** A sentence or two below the heading. */
  why?: string;
  touches?: readonly Touch[];
  /** Switches of a sandbox that are thrown: `POST /_sandbox/PATH`. */
  switches?: readonly { connector: string; path: string; body: Record<string, unknown>; says: string }[];
  /** People who get a token of the demonstration's own installation. */
  people?: readonly { name: string; role: string }[];
  /** What is changed in the demonstration's copy of the pipelines. */
  rewrites?: readonly Rewrite[];
  /** Arguments of `gusset`, one list a command; by one of the people, where it says who. */
  commands?: readonly (readonly string[] | { as: string; args: readonly string[] })[];
}

/** A change in a pipeline's file, and the sentence that tells it. */
export interface Rewrite {
  file: string;
  from: string;
  to: string;
  says: string;
}

/** What `main.ts` hands to the command line. */
export interface Door {
  /** Gusset's own version. */
  version: string;
  registry: Registry;
  /** The invented company that fills the sandboxes; `at` is now, in milliseconds since 1970. */
  company(options: { seed?: number; at: number }): Record<string, Row[]>;
  /** The demonstration. */
  story: readonly Scene[];
  /** The folder of the shipped pipelines. */
  pipelines: string;
}

/** Everything outside the command line, handed in. */
export interface Outside {
  terminal: Terminal;
  clock: Clock;
  random: Random;
  /** The wire of a connection. */
  wireFor: (connection: string) => Wire;
  /** Aborts when a person interrupts. */
  signal: AbortSignal;
}

/** The options that every verb understands. */
export interface Flags {
  json?: boolean;
  kv?: string;
  connections?: string;
  pipelines?: string;
  home?: string;
  verbose?: boolean;
  debug?: boolean;
  color?: boolean;
}

/** What a verb works with. */
export interface Cli extends Outside {
  door: Door;
  flags: Flags;
  paint: Paint;
  /** A line of result for a person, or nothing where `--json` asks for data. */
  say(text?: string): void;
  /** A message beside the result. */
  note(text: string): void;
  /** One JSON document on a line of standard output. */
  json(value: unknown): void;
  log: Log;
  /** Secrets that were opened: masked in everything that is written from then on. */
  hide(secrets: Iterable<string>): void;
  /** Covers them. */
  mask(text: string): string;
  /** Runs another command as a person would type it at this terminal, or at another; gives its exit code. */
  command(argv: readonly string[], terminal?: Terminal): Promise<Exit>;
  /** Where things are: the folder for local state, the store, the master key. */
  paths: { home: string; kv: string; masterKey: string; pipelines: string };
}

/** Puts together what verbs work with. */
export function makeCli(
  door: Door,
  outside: Outside,
  { flags, command }: { flags: Flags; command: Cli["command"] },
): Cli {
  const { terminal } = outside;
  const hidden = new Set<string>();
  let mask = (text: string): string => text;
  const color = flags.color ?? terminal.color;
  const home = flags.home ?? terminal.env("GUSSET_HOME") ?? ".gusset";
  const err = (text: string): void => terminal.err(mask(text) + "\n");
  return {
    ...outside,
    door,
    flags,
    command,
    paint: paint(color && !flags.json),
    say: (text = "") => {
      if (!flags.json) terminal.out(mask(text) + "\n");
    },
    note: err,
    json: (value) => terminal.out(mask(JSON.stringify(value)) + "\n"),
    mask: (text) => mask(text),
    hide: (secrets) => {
      for (const secret of secrets) hidden.add(secret);
      mask = masker(hidden);
    },
    log: (level, message, fields) => {
      if ((level === "debug" || level === "info") && !flags.verbose) return;
      if (flags.json) return err(JSON.stringify({ level, message, ...fields }));
      const detail = Object.entries(fields ?? {}).map(([name, value]) => `${name}=${show(value)}`).join(" ");
      err(`${level}: ${message}${detail ? ` (${detail})` : ""}`);
    },
    paths: {
      home,
      kv: flags.kv ?? terminal.env("GUSSET_KV") ?? `${home}/kv.sqlite3`,
      masterKey: `${home}/master.key`,
      pipelines: flags.pipelines ?? "pipelines",
    },
  };
}

const show = (value: unknown): string => typeof value === "string" ? value : JSON.stringify(value) ?? "absent";

/** A mistake in the command line: exit code 2. */
export function usage(fact: string, action?: string): Failure {
  return new Failure("usage", { fact, action });
}
