/**
 * `gusset webhooks`: the hooks that systems send their deliveries by.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Hook, HookKeeper, Trigger } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { Project } from "../pipeline/model.ts";
import type { Engine } from "../run/types.ts";
import { type HookStep, hookUrl, planHooks, planRemoval, takeHookStep } from "../trigger/hooks.ts";
import { resourcesWanted } from "../trigger/listeners.ts";
import type { Cli } from "./context.ts";
import { usage } from "./context.ts";
import { listDeliveries } from "../state/deliveries.ts";
import { EXIT } from "./exit.ts";
import { showList } from "./lists.ts";
import { connectionOf, withEngine, withStore } from "./open.ts";
import { wholeNumber } from "./options.ts";
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

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** A server's public address: deliveries carry a secret, and go in the clear only to this machine itself. */
function address(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError("It must be an address, as in https://gusset.example.com.");
  }
  if (url.search || url.hash || url.username || url.password) {
    throw new InvalidArgumentError("It must be an address without user, query and fragment.");
  }
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname)) {
    throw new InvalidArgumentError("It must be https: deliveries carry a secret.");
  }
  return url.href;
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
  await each(cli, connections, { readOnly: dryRun }, async ({ name, keeper, project, ready }) => {
    await ready();
    const steps = planHooks({
      url: hookUrl(url!, name),
      resources: resourcesWanted(project).get(name) ?? [],
      offered: await keeper.offered(),
      present: await keeper.list(),
    });
    await take(cli, { name, keeper, steps, dryRun });
  });
  return EXIT.fine;
}

async function remove(cli: Cli, connections: string[], { dryRun = false }: StepFlags): Promise<0> {
  await each(cli, connections, { readOnly: dryRun }, async ({ name, keeper, ready }) => {
    await ready();
    await take(cli, { name, keeper, steps: planRemoval(await keeper.list()), dryRun });
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

interface Place {
  name: string;
  keeper: HookKeeper;
  project: Project;
  /** Makes sure that the system is the one it was: hooks are made nowhere else. */
  ready(): Promise<unknown>;
}

async function each(
  cli: Cli,
  names: string[],
  { readOnly }: { readOnly: boolean },
  work: (place: Place) => Promise<void>,
): Promise<void> {
  await withEngine(cli, { readOnly }, async ({ engine, project }) => {
    const able = Object.values(project.connections)
      .filter(({ connector }) => cli.door.registry[connector].webhooks).map(({ name }) => name);
    const wanted = names.length > 0 ? names : able;
    if (wanted.length === 0) throw usage("No connection's system sends webhooks", "Use schedules.");
    for (const name of wanted) {
      const { connector } = connectionOf(project, name);
      cli.say(cli.paint("bold", name) + cli.paint("dim", `  ${cli.door.registry[connector].title}`));
      const connection = await engine.connect(name);
      const keeper = keeperOf(connection.session.hooks, name);
      await work({ name, keeper, project, ready: () => connection.ready() });
    }
  });
}

function keeperOf(keeper: Awaited<ReturnType<Engine["connect"]>>["session"]["hooks"], name: string): HookKeeper {
  if (keeper) return keeper;
  throw new Failure("webhook.none", {
    fact: "This connection's system sends no webhooks",
    place: `connection ${name}`,
  });
}

async function take(
  cli: Cli,
  { name, keeper, steps, dryRun }: { name: string; keeper: HookKeeper; steps: HookStep[]; dryRun: boolean },
): Promise<void> {
  for (const step of steps) {
    if (!dryRun) await takeHookStep(keeper, step);
    if (cli.flags.json) cli.json({ connection: name, done: !dryRun, ...step });
    else tell(cli, step);
  }
  if (steps.length === 0) cli.say(cli.paint("dim", "  Nothing to do: the hooks are as they should be."));
  else {cli.say(
      dryRun ? `  Would be done: ${counted(steps.length, "step")}.` : `  Done: ${counted(steps.length, "step")}.`,
    );}
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
