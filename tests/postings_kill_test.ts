import assert from "node:assert/strict";
import { kills } from "./support/posting_kill.ts";

/** More of them are in `deno task crash:postings`. */
const KILLS = 4;

Deno.test(`a process that posts, killed with SIGKILL ${KILLS} times, leaves the books that one has which was never killed`, async () => {
  const killed = await kills({ count: KILLS, seed: 20261125 });
  assert(killed.filter(({ died }) => died).length >= KILLS - 1, JSON.stringify(killed));
  assert(killed.at(-1)!.after > 5 * KILLS);
});
