/**
 * The regions of `cli.md`: the verbs as commander has them, and the exit codes.
 *
 * @module
 */
import type { Argument, Command, Option } from "commander";
import { EXIT_HELP } from "../../engine/cli/exit.ts";
import { commandLine } from "../../engine/cli/main.ts";
import { systemClock, systemRandom } from "../../engine/clock.ts";
import { Failure } from "../../engine/failure.ts";
import type { Door, Outside } from "../../engine/cli/context.ts";
import { code, table } from "./markdown.ts";

/** The regions, by name. */
export async function cliRegions(door: Door): Promise<Record<string, string>> {
  const program = await commandLine(door, nowhere());
  return {
    options: optionTable(program.options),
    verbs: program.commands.map((verb) => section(verb, "gusset", 3)).join("\n\n"),
    exits: table(
      ["code", "when"],
      EXIT_HELP.split("\n").slice(1).map((line) => {
        const [, exit, when] = /^\s*(\d+)\s+(.*)$/.exec(line)!;
        return [exit, when];
      }),
    ),
  };
}

/** The names of all verbs, in the order of `--help`. */
export async function verbNames(door: Door): Promise<string[]> {
  return (await commandLine(door, nowhere())).commands.map((verb) => verb.name());
}

/** Everything that the command line can do: the verbs, and of those that can do several things each of these, `rejected retry`. */
export async function deeds(door: Door): Promise<string[]> {
  return (await commandLine(door, nowhere())).commands.flatMap((verb) =>
    verb.commands.length === 0 ? [verb.name()] : verb.commands.map((one) => `${verb.name()} ${one.name()}`)
  );
}

function section(command: Command, above: string, depth: number): string {
  const name = `${above} ${command.name()}`;
  const args = command.registeredArguments.map(argumentText).join(" ");
  const usual = command.parent?.commands.length && isDefault(command) ? " (where no other is named)" : "";
  return [
    `${"#".repeat(depth)} \`${name}${args === "" ? "" : ` ${args}`}\``,
    `${command.description()}${usual}.`,
    ...command.registeredArguments.some(({ description }) => description)
      ? [
        command.registeredArguments.filter(({ description }) => description)
          .map((argument) => `- ${code(argumentText(argument))}: ${argument.description}`).join("\n"),
      ]
      : [],
    ...command.options.length > 0 ? [optionTable(command.options)] : [],
    ...command.commands.map((inner) => section(inner, name, depth + 1)),
  ].join("\n\n");
}

function argumentText(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? "..." : "");
  return argument.required ? `<${name}>` : `[${name}]`;
}

function isDefault(command: Command): boolean {
  return (command.parent as unknown as { _defaultCommandName: string | null })._defaultCommandName === command.name();
}

function optionTable(options: readonly Option[]): string {
  return table(
    ["option", "does"],
    options.filter(({ hidden }) => !hidden).map(({ flags, description, defaultValue, mandatory }) => [
      code(flags),
      description + (typeof defaultValue === "number" ? ` (${defaultValue})` : "") + (mandatory ? " (needed)" : ""),
    ]),
  );
}

/** An outside for a command line that is only looked at. */
function nowhere(): Outside {
  const nobody = (): never => {
    throw new Failure("bug", { fact: "A command line that is only looked at was used" });
  };
  return {
    terminal: {
      out: nobody,
      err: nobody,
      interactive: false,
      watched: false,
      color: false,
      columns: 100,
      env: () => undefined,
      stdin: nobody,
      secret: nobody,
    },
    clock: systemClock,
    random: systemRandom,
    wireFor: nobody,
    signal: new AbortController().signal,
  };
}
