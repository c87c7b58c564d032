/**
 * `deno task crash:postings [DEATHS] [KILLS] [SEED]`: a run of two hundred journals that dies at sampled calls and commits, smaller ones
 * in which more happens, and a process that posts over real sockets, killed with SIGKILL. Fails where a journal is there twice, not at
 * all, or does not balance.
 *
 * @module
 */
import { sampled, type Scene } from "../support/posting_crash.ts";
import { kills } from "../support/posting_kill.ts";
import { manySheets } from "../support/posting_many.ts";
import { failedImport, firstRun, monthEnd, refusedAccount, secondPerson } from "../support/posting_scenes.ts";

const [deaths = 200, killings = 20, seed = 11] = Deno.args.map(Number);

const counted = (names: readonly string[]): string =>
  [...Map.groupBy(names, (name) => name)].map(([name, each]) => `    ${String(each.length).padStart(5)} × ${name}`)
    .join("\n");

if (deaths > 0) {
  const { steps, journals, died } = await sampled(manySheets(), { deaths, seed });
  console.log(`A run of ${journals} journals in ${steps} calls and commits, killed at ${died.length} of them
  each time every journal is in the ledger once and balanced, and the ledger is that of the unharmed run
  where it died:
${counted(died)}
`);
}
const SCENES: Record<string, () => Scene | Promise<Scene>> = {
  "A first run": firstRun,
  "A plan, a second person's word, and what goes out a day later": secondPerson,
  "A month's end": monthEnd,
  "An import that is refused for one account": refusedAccount,
  "An import that fails": () => failedImport("fails"),
  "An import that dies": () => failedImport("dies"),
};
for (const [name, scene] of Object.entries(deaths > 0 ? SCENES : {})) {
  const { steps, journals, died } = await sampled(await scene(), { deaths: Math.ceil(deaths / 5), seed });
  console.log(`${name}: ${journals} journals, ${steps} calls and commits, killed at ${died.length} of them`);
}
if (killings > 0) {
  const killed = await kills({ count: killings, seed });
  const dead = killed.filter(({ died }) => died);
  const half = dead.filter(({ before, after }) => before < after).length;
  console.log(`
A process that posts, killed with SIGKILL ${dead.length} times of ${killed.length}
  ${killed.at(-1)!.after} journals in the end, each once, as in the books of one that was never killed
  ${half} of the dead had left journals to be posted, ${dead.length - half} had not
  what they had asked for last:
${counted(dead.map(({ name }) => name))}`);
}
