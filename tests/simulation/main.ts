/**
 * `deno task simulate [--sandbox | --firm] [SEED | FROM TO]`: many worlds, with figures and the seeds of those in which something
 * did not hold; or one world, event by event. With `--sandbox` EBS's sandbox and the whole connector stand for the destination, not the model; with
 * `--firm` whole runs read from Procore's sandbox as well.
 *
 * @module
 */
import { sandboxBooks } from "./sandbox_books.ts";
import { type Figures, simulate, type Simulation } from "./simulate.ts";

/** Worlds where nothing else is asked for, and firms. */
const MANY = 10_000, FIRMS = 500;
/** A line of progress comes after so many. */
const OFTEN = 500;

const whole = Deno.args.includes("--firm");
const simulation: Simulation = Deno.args.includes("--sandbox") ? { destination: sandboxBooks } : {};
// A firm needs files and a database; the others need no permission at all.
const firm = whole ? (await import("./firm.ts")).firm : undefined;
/** Plays one world; gives what it came to, by name. */
const play = async (seed: number, tell?: (line: string) => void): Promise<Record<string, number>> =>
  firm ? { ...await firm(seed, tell) } : plain(await simulate(seed, { ...simulation, tell }));

const seeds = Deno.args.filter((arg) => !arg.startsWith("--")).map(Number);
if (seeds.length === 1) {
  console.log(await play(seeds[0], console.log));
} else {
  const [first = 1, last = whole ? FIRMS : MANY] = seeds;
  Deno.exitCode = await playMany(first, last) > 0 ? 1 : 0;
}

async function playMany(first: number, last: number): Promise<number> {
  const sums: Record<string, number> = {};
  const failed: number[] = [];
  for (let seed = first; seed <= last; seed++) {
    try {
      for (const [name, value] of Object.entries(await play(seed))) sums[name] = (sums[name] ?? 0) + value;
    } catch (thrown) {
      failed.push(seed);
      console.error(thrown instanceof Error ? thrown.message : thrown);
    }
    if ((seed - first + 1) % OFTEN === 0) console.error(`${seed - first + 1} worlds, ${failed.length} failed`);
  }
  console.log({ worlds: last - first + 1, ...sums });
  if (failed.length > 0) {
    console.log(
      `Failed: ${failed.join(", ")}. Replay one: deno task ${whole ? "simulate:firms" : "simulate"} ${failed[0]}`,
    );
  }
  return failed.length;
}

function plain({ seed: _, states, ...figures }: Figures): Record<string, number> {
  return { ...figures, ...states };
}
