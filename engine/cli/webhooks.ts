/**
 * `gusset webhooks`: the hooks that systems send their deliveries by.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import {
  hookConnections,
  type HookPlace,
  hookPlace,
  publicAddress,
  stepsToRemove,
  stepsToSync,
} from "../acts/webhooks.ts";
import type { Hook, Trigger } from "../connector.ts";
import { type HookStep, takeHookStep } from "../trigger/hooks.ts";
import type { Cli } from "./context.ts";
import { listDeliveries } from "../state/deliveries.ts";
import type { ActName } from "../state/roles.ts";
import { EXIT } from "./exit.ts";
import { showList } from "./lists.ts";
import { connectionOf, withEngine, withStore } from "./open.ts";
import { wholeNumber } from "./options.ts";
import { actor } from "./person.ts";
import { clean, counted } from "./style.ts";
import type { Act } from "./verbs.ts";

interface StepFlags {
  url?: string;
  dryRun?: boolean;
}

/** Registers the verb and what it can do. */
export function webhooksVerb(program: Command, cli: () => Cli, act: Act): void {
  const verb = program.command("webhooks").description(
    "Hooks at the systems: they tell of changes that pipelines with trigger.webhook wait for",
  );
  const named = "all that send webhooks where none is named";
  verb.command("list", { isDefault: true }).description("Lists our hooks and what they listen for")
    .argument("[connection...]", named)
    .action(act((connections: string[]) => list(cli(), connections)));
  verb.command("sync").description(
    "Makes and mends the hooks that the pipelines need, and removes those of ours beside them",
  )
    .argument("[connection...]", named)
    .requiredOption(
      "--url <address>",
      "where `gusset serve` is reached from outside: https://gusset.example.com",
      address,
    )
    .option("--dry-run", "only show what would be done")
    .action(act((connections: string[], flags: StepFlags) => sync(cli(), connections, flags)));
  verb.command("waiting").description("Lists deliveries that came and are not worked off yet, and why")
    .argument("[pipeline]")
    .addOption(new Option("--limit <n>", "lines shown").argParser(wholeNumber).default(50))
    .action(act((pipeline: string | undefined, flags: { limit: number }) => waiting(cli(), pipeline, flags.limit)));
  verb.command("remove").description("Removes all our hooks")
    .argument("[connection...]", named)
    .option("--dry-run", "only show what would be done")
    .action(act((connections: string[], flags: StepFlags) => remove(cli(), connections, flags)));
}

/** A server's public address. */
function address(text: string): string {
  const { url, wrong } = publicAddress(text);
  if (wrong !== undefined) throw new InvalidArgumentError(wrong);
  return url;
}

async function list(cli: Cli, connections: string[]): Promise<0> {
  await each(cli, connections, { readOnly: true }, async ({ name, keeper }) => {
    const hooks = await keeper.list();
    for (const hook of hooks) {
      if (cli.flags.json) cli.json({ connection: name, ...hook });
      else show(cli, hook);
    }
    if (hooks.length === 0) cli.say(cli.paint("dim", "  No hooks of ours."));
  });
  return EXIT.fine;
}

async function sync(cli: Cli, connections: string[], { url, dryRun = false }: StepFlags): Promise<0> {
  await each(cli, connections, { readOnly: dryRun, what: "webhooks.sync" }, async (place) => {
    await take(cli, place, await stepsToSync(place, url!), dryRun);
  });
  return EXIT.fine;
}

async function remove(cli: Cli, connections: string[], { dryRun = false }: StepFlags): Promise<0> {
  await each(cli, connections, { readOnly: dryRun, what: "webhooks.remove" }, async (place) => {
    await take(cli, place, await stepsToRemove(place), dryRun);
  });
  return EXIT.fine;
}

async function waiting(cli: Cli, pipeline: string | undefined, limit: number): Promise<0> {
  await withStore(cli, (store) =>
    showList(cli, listDeliveries(store, pipeline), {
      head: ["pipeline", "partition", "key", "resource", "what", "came", "tries", "waits until", "why"],
      cells: ({ pipeline, partition, key, resource, action, came, tries, due, failure }) => [
        pipeline,
        partition,
        key === "" ? "all that changed" : key,
        resource,
        action,
        came,
        String(tries),
        due ?? "",
        failure?.fact ?? "",
      ],
      empty: "No delivery waits.",
      limit,
    }), { reading: true });
  return EXIT.fine;
}

async function each(
  cli: Cli,
  names: string[],
  { readOnly, what }: { readOnly: boolean; what?: ActName },
  work: (place: HookPlace) => Promise<void>,
): Promise<void> {
  await withEngine(cli, { readOnly }, async ({ engine, project, store }) => {
    const who = readOnly || what === undefined ? undefined : await actor(cli, store, what);
    for (const name of hookConnections(cli.door.registry, project, names)) {
      const { connector } = connectionOf(project, name);
      cli.say(cli.paint("bold", name) + cli.paint("dim", `  ${cli.door.registry[connector].title}`));
      const place = await hookPlace({ engine, project }, name);
      await (who ? who.around({ subject: name }, () => work(place)) : work(place));
    }
  });
}

async function take(cli: Cli, place: HookPlace, steps: HookStep[], dryRun: boolean): Promise<void> {
  for (const step of steps) {
    if (!dryRun) await takeHookStep(place.keeper, step);
    if (cli.flags.json) cli.json({ connection: place.name, done: !dryRun, ...step });
    else tell(cli, step);
  }
  if (steps.length === 0) cli.say(cli.paint("dim", "  Nothing to do: the hooks are as they should be."));
  else {
    const said = dryRun ? "Would be done" : "Done";
    cli.say(`  ${said}: ${counted(steps.length, "step")}.`);
  }
}

function tell(cli: Cli, step: HookStep): void {
  const { paint } = cli;
  const at = clean(step.url);
  switch (step.do) {
    case "create":
      cli.say(`  ${paint("green", "+")} a hook that sends to ${at}`);
      return listed(cli, step.triggers);
    case "mend":
      return cli.say(`  ${paint("yellow", "~")} hook ${clean(step.hook)}, that ${clean(step.why)}`);
    case "listen":
      cli.say(`  ${paint("green", "+")} hook ${clean(step.hook)} listens for more`);
      return listed(cli, step.triggers);
    case "unlisten":
      cli.say(`  ${paint("red", "-")} hook ${clean(step.hook)} listens no more for`);
      return listed(cli, step.triggers);
    case "remove":
      return cli.say(`  ${paint("red", "-")} hook ${clean(step.hook)}, that sends to ${at}: ${step.why}`);
  }
}

function show(cli: Cli, { id, url, fault, triggers }: Hook): void {
  const state = fault ? cli.paint("red", `  ${clean(fault)}: gusset webhooks sync mends it`) : "";
  cli.say(`  hook ${clean(id)}  ${clean(url)}${state}`);
  listed(cli, triggers);
}

/** `Change Order Packages: create, update, delete`, a line a resource. */
function listed(cli: Cli, triggers: readonly Trigger[]): void {
  for (const [resource, all] of Map.groupBy(triggers, ({ resource }) => resource)) {
    cli.say(cli.paint("dim", `      ${clean(resource)}: ${all.map(({ action }) => clean(action)).join(", ")}`));
  }
}
