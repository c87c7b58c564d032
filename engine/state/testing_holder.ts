/**
 * A process of the tests: takes a lease, and on each line it reads writes a value under it. Prints what became of it.
 *
 * @module
 */
import { systemClock, systemRandom } from "../clock.ts";
import { asFailure } from "../failure.ts";
import { batch } from "./batch.ts";
import { acquire, isHeld } from "./lease.ts";
import { openStore } from "./open.ts";

const [path, owner, ttl] = Deno.args;
const store = await openStore({ path, clock: systemClock, random: systemRandom });
const lease = await acquire(store, { pipeline: "vendors", partition: "204", owner, ttl: Number(ttl) });
console.log(isHeld(lease) ? `held by ${lease.heldBy}` : `fence ${lease.fence}`);
if (isHeld(lease)) Deno.exit();

for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  for (const line of chunk.trim().split("\n")) {
    const act = line === "renew"
      ? lease.renew()
      : line === "release"
      ? lease.release()
      : batch(store, lease).set(["written", line], owner).set(["last"], owner).commit();
    console.log(await act.then(() => "ok", (thrown) => asFailure(thrown).code));
  }
}
