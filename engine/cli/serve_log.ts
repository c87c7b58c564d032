/**
 * The log of a process that serves: lines of JSON for machines, plain ones for a terminal.
 *
 * @module
 */
import type { Log } from "../connector.ts";
import type { Cli } from "./context.ts";
import { clean } from "./style.ts";

/** Levels, the least first. */
export const LEVELS = ["debug", "info", "warn", "error"] as const;
/** One of {@link LEVELS}. */
export type Level = typeof LEVELS[number];

/** A log from this level on, to standard error. Secrets that were opened are masked in it. */
export function serveLog(cli: Pick<Cli, "note" | "clock" | "paint" | "flags" | "terminal">, from: Level): Log {
  const json = cli.flags.json || !cli.terminal.watched;
  return (level, message, fields) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(from)) return;
    const time = new Date(cli.clock.now()).toISOString();
    if (json) return cli.note(JSON.stringify({ time, level, message, ...plain(fields) }));
    const detail = Object.entries(plain(fields) ?? {}).map(([name, value]) => `${name}=${shown(value)}`).join(" ");
    const color = level === "error" ? "red" : level === "warn" ? "yellow" : "dim";
    cli.note(
      `${cli.paint("dim", time.slice(11, 19))} ${cli.paint(color, level.padEnd(5))} ${clean(message)} ${
        cli.paint("dim", clean(detail))
      }`.trimEnd(),
    );
  };
}

/** An error has no fields of its own: what it says stands for it. */
function plain(fields: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  return fields && Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? value.message : value]),
  );
}

const shown = (value: unknown): string => typeof value === "string" ? value : JSON.stringify(value) ?? "absent";
