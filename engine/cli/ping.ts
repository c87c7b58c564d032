/**
 * `gusset ping`: logs in to every connection and says what it found.
 *
 * @module
 */
import type { Command } from "commander";
import type { Finding } from "../connector.ts";
import { findings } from "../acts/connections.ts";
import type { Cli } from "./context.ts";
import { EXIT, type Exit } from "./exit.ts";
import { connectionOf, withEngine } from "./open.ts";
import { clean, counted } from "./style.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb. */
export function pingVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("ping")
    .description("Logs in to connections and says who answers, what may be done there, and what is missing")
    .argument("[connection...]", "all of them where none is named")
    .action(act((connections: string[]) => ping(cli(), connections)));
}

const MARKS: Record<Finding["level"], [mark: string, color: "green" | "yellow" | "red"]> = {
  ok: ["✓", "green"],
  warn: ["!", "yellow"],
  fail: ["✗", "red"],
};

async function ping(cli: Cli, names: string[]): Promise<Exit> {
  return await withEngine(cli, { readOnly: true }, async ({ engine, project }) => {
    let failed = 0;
    const wanted = names.length > 0 ? names : Object.keys(project.connections);
    for (const name of wanted) {
      const { connector } = connectionOf(project, name);
      cli.say(cli.paint("bold", name) + cli.paint("dim", `  ${cli.door.registry[connector].title}`));
      for await (const finding of findings(engine, name)) {
        if (finding.level === "fail") failed++;
        show(cli, name, finding);
      }
      cli.say();
    }
    cli.say(
      failed === 0
        ? cli.paint("green", `${counted(wanted.length, "connection")} ready.`)
        : cli.paint("red", `${counted(failed, "thing")} to mend.`),
    );
    return failed === 0 ? EXIT.fine : EXIT.findings;
  });
}

function show(cli: Cli, connection: string, finding: Finding): void {
  if (cli.flags.json) return cli.json({ connection, ...finding });
  const [mark, color] = MARKS[finding.level];
  cli.say(`  ${cli.paint(color, mark)} ${clean(finding.message)}`);
  if (finding.action && finding.level !== "ok") cli.say(cli.paint("dim", `      ${clean(finding.action)}`));
}
