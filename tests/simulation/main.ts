/**
 * `deno task simulate [--sandbox] [SEED | FROM TO]`: many worlds, with figures and the seeds of those in which something did not hold; or
 * one world, event by event. With `--sandbox` EBS's sandbox and the whole connector stand for the destination, not the model.
 *
 * @module
 */
import { sandboxBooks } from "./sandbox_books.ts";
import { type Figures, simulate, type Simulation } from "./simulate.ts";

/** Worlds where nothing else is asked for. */
const MANY = 10_000;
/** A line of progress comes after so many. */
const OFTEN = 500;

const simulation: Simulation = Deno.args.includes("--sandbox") ? { destination: sandboxBooks } : {};
const seeds = Deno.args.filter((arg) => arg !== "--sandbox").map(Number);
if (seeds.length === 1) {
  console.log(await simulate(seeds[0], { ...simulation, tell: console.log }));
} else {
  const [first = 1, last = MANY] = seeds;
  Deno.exitCode = await simulateMany(first, last) > 0 ? 1 : 0;
}

async function simulateMany(first: number, last: number): Promise<number> {
  const sums: Record<string, number> = {};
  const failed: number[] = [];
  for (let seed = first; seed <= last; seed++) {
    try {
      add(sums, await simulate(seed, simulation));
    } catch (thrown) {
      failed.push(seed);
      console.error(thrown instanceof Error ? thrown.message : thrown);
    }
    if ((seed - first + 1) % OFTEN === 0) console.error(`${seed - first + 1} worlds, ${failed.length} failed`);
  }
  console.log({ worlds: last - first + 1, ...sums });
  if (failed.length > 0) console.log(`Failed: ${failed.join(", ")}. Replay one: deno task simulate ${failed[0]}`);
  return failed.length;
}

function add(sums: Record<string, number>, { seed: _, states, ...figures }: Figures): void {
  for (const [name, value] of [...Object.entries(figures), ...Object.entries(states)]) {
    sums[name] = (sums[name] ?? 0) + value;
  }
}
