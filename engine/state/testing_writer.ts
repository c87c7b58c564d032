/**
 * A process of the tests. `pages`: writes pages of links, one batch each, and says so before each, until it is killed. `count`: adds to a counter so many
 * times, together with every other process that does, and prints when it is done.
 *
 * @module
 */
import { systemClock, systemRandom } from "../clock.ts";
import { batch } from "./batch.ts";
import { encode } from "./codec.ts";
import { commit } from "./commit.ts";
import { acquire, isHeld } from "./lease.ts";
import { putLink } from "./links.ts";
import { setCursor } from "./cursors.ts";
import { openStore } from "./open.ts";

const [path, what, name, times] = Deno.args;
const store = await openStore({ path, clock: systemClock, random: systemRandom });

if (what === "pages") {
  const lease = await acquire(store, { pipeline: "vendors", partition: "204", owner: name, ttl: 60_000 });
  if (isHeld(lease)) throw new Error(lease.heldBy);
  for (let page = 0;; page++) {
    const writes = batch(store, lease);
    for (let i = 0; i < 700; i++) {
      const key = String(page * 700 + i);
      putLink(writes, "vendors", {
        key,
        part: "",
        id: `9${key}`,
        partition: "-",
        from: "204",
        values: { name },
        how: "created",
        at: "2026-03-01T08:00:00Z",
        active: true,
      });
    }
    setCursor(writes, "vendors", "204", { hash: "h", since: String(page) });
    console.log(`writing page ${page}`);
    await writes.commit();
  }
}

if (what === "count") {
  for (let i = 0; i < Number(times); i++) {
    for (;;) {
      const entry = await store.kv.get<Uint8Array>(["counter"]);
      const count = entry.value ? Number(new TextDecoder().decode(entry.value)) : 0;
      const build = () => store.kv.atomic().check(entry).set(["counter"], encode(count + 1));
      if ((await commit(store, build)).ok) break;
    }
    await batch(store).set(["own", name, i], i).commit();
  }
  console.log("done");
  store.close();
}
