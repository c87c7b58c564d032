/**
 * `gusset live`: lets a pipeline post from this installation, or no longer. Until somebody says so it plans, and sends nothing.
 *
 * @module
 */
import type { Command } from "commander";
import { liveStates, setPosting } from "../acts/pipelines.ts";
import { type Cli, usage } from "./context.ts";
import { EXIT } from "./exit.ts";
import { showList } from "./lists.ts";
import { openProject, pipelineOf, withStore } from "./open.ts";
import { actor, reason } from "./person.ts";
import { ago, clean } from "./style.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb. */
export function liveVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("live")
    .description("Lets a pipeline post from here, or no longer; without one, lists what may")
    .argument("[pipeline]")
    .option("--off", "it posts no longer: it plans and shows, and sends nothing")
    .option("--why <text>", "the reason, for the record")
    .action(
      act((name: string | undefined, options: { off?: boolean; why?: string }) =>
        name === undefined ? list(cli()) : set(cli(), name, options)
      ),
    );
}

async function list(cli: Cli): Promise<0> {
  const project = await openProject(cli);
  await withStore(cli, async (store) => {
    const all = await liveStates(store, project);
    await showList(cli, all, {
      head: ["pipeline", "posts", "since", "by", "why"],
      cells: ({ pipeline, posts, why, said }) => [
        pipeline,
        posts ? "yes" : `no: ${why}`,
        said ? ago(said.at, cli.clock.now()) : "",
        said?.by ?? "",
        said?.why ?? "",
      ],
      empty: "No pipeline posts documents.",
      limit: Infinity,
    });
  }, { reading: true });
  return EXIT.fine;
}

async function set(cli: Cli, name: string, { off = false, why = "" }: { off?: boolean; why?: string }): Promise<0> {
  reason(why, off ? "Say why it is to stop." : "Say why it may post: what was looked at, and by whom.");
  const pipeline = pipelineOf(await openProject(cli), name);
  if (!pipeline.posting) throw usage(`${name} posts no documents`, "Only pipelines with `posting:` go live.");
  const before = await withStore(cli, async (store) => {
    const who = await actor(cli, store, off ? "pipeline.shadow" : "pipeline.live");
    return await setPosting(who, pipeline, { live: !off, why });
  });
  if (cli.flags.json) cli.json({ pipeline: name, live: !off, before: before ?? null });
  if (before !== undefined) {
    const by = before ? `, by ${clean(before.by)} ${ago(before.at, cli.clock.now())}` : "";
    cli.say(`${name} ${off ? "does not post" : "posts"} already${by}; nothing was changed.`);
  } else cli.say(off ? `${name} posts no longer from here.` : `${name} may post from here.`);
  if (!off && pipeline.posting.mode !== "live") {
    cli.say(`Its file still says shadow: it posts once \`posting.mode\` is live in ${clean(pipeline.file)}.`);
  }
  return EXIT.fine;
}
