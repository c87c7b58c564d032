/**
 * How a verb hangs on the command line: its work gives the exit code.
 *
 * @module
 */
import type { Command } from "commander";
import type { Cli } from "./context.ts";
import type { Exit } from "./exit.ts";

/** Turns a verb's work into commander's action; remembers the exit code it gives. */
export type Act = <A extends unknown[]>(
  work: (...args: A) => Exit | Promise<Exit>,
) => (...args: A) => Promise<void>;

/** Registers a verb. `cli` gives the context once the options are read. */
export type Verb = (program: Command, cli: () => Cli, act: Act) => void;
