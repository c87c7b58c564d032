/**
 * `gusset pin`: who answered at a connection's first use. A system that turns out to be another one halts everything.
 *
 * @module
 */
import type { Command } from "commander";
import { forgetPin } from "../acts/connections.ts";
import { listPins } from "../state/pins.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { showList } from "./lists.ts";
import { openProject, withStore } from "./open.ts";
import { actor } from "./person.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb and what it can do. */
export function pinVerb(program: Command, cli: () => Cli, act: Act): void {
  const verb = program.command("pin").description(
    "Who answers at each connection: remembered at first use, compared ever since",
  );
  verb.command("list", { isDefault: true }).description("Lists what is pinned").action(act(() => list(cli())));
  verb.command("reset").description("Forgets a connection's pin: its next use pins whoever answers then")
    .argument("<connection>")
    .action(act((connection: string) => reset(cli(), connection)));
}

async function list(cli: Cli): Promise<0> {
  await withStore(cli, (store) =>
    showList(cli, listPins(store), {
      head: ["connection", "answers as", "facts", "since"],
      cells: ({ connection, name, facts, at }) => [
        connection,
        name,
        Object.entries(facts).map(([fact, value]) => `${fact} ${value}`).join(", "),
        at,
      ],
      empty: "Nothing is pinned: no connection was used yet.",
      limit: Infinity,
    }), { reading: true });
  return EXIT.fine;
}

async function reset(cli: Cli, connection: string): Promise<0> {
  const pin = await withStore(
    cli,
    async (store) => await forgetPin(await actor(cli, store, "pin.reset"), connection, () => openProject(cli)),
  );
  if (cli.flags.json) cli.json({ connection, forgotten: pin?.facts ?? null });
  cli.say(pin ? `Forgotten: ${connection} was ${pin.name}.` : `${connection} was not pinned.`);
  return EXIT.fine;
}
