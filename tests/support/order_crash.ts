/**
 * Kills a sync of orders at one step and lets another process take over: both must hold what holds at every moment, and end as a sync that
 * nothing befell.
 *
 * @module
 */
import assert from "node:assert/strict";
import { seededRandom } from "../../engine/clock.ts";
import type { Row, Wire } from "../../engine/connector.ts";
import type { House } from "./house.ts";
import { type Death, isWrite, type Killer, killer } from "./killer.ts";
import { ORDER_PIPELINES, orderEnd, orderHouse, type Standing, standing, sync, whole } from "./orders.ts";
import { restore, type Snapshot, snapshot, writesKept } from "./replay.ts";

const HOUR = 3_600_000;

/** What is synced when the process dies, and from what state. */
export interface Scene {
  orders: readonly Row[];
  /** What happens once the orders have been synced; absent: it is their first sync that is cut off. */
  day?: (home: House) => Promise<void>;
}

/** A scene that was played once without a death. */
export interface Played {
  /** What it did to the outside. */
  steps: readonly string[];
  /** Plays it again with a death; gives false where it was over before that step. */
  kill(death: Death): Promise<boolean>;
}

/** Plays a scene in peace, holding at every call what must hold at every moment, and gives what it takes to kill it. */
export async function play({ orders, day }: Scene): Promise<Played> {
  const start = await begun(orders, day !== undefined);
  const versions: Standing[][] = [];

  async function stage(around?: (connection: string, wire: Wire) => Wire): Promise<{ home: House; death: Killer }> {
    const death = killer();
    const home = await orderHouse(orders, {
      aroundKv: death.aroundKv,
      around: (connection, wire) => death.around(connection, around ? around(connection, wire) : wire),
    });
    await restore(home, start);
    if (day) {
      home.clock.advance(24 * HOUR);
      await day(home);
    }
    death.arm();
    return { home, death };
  }

  const calm = await stage();
  versions.push(await standing(calm.home));
  await sync(calm.home, ["purchase-orders"]);
  versions.push(await standing(calm.home));
  assert.notDeepEqual(versions[1], versions[0]);
  const [steps, expected] = [[...calm.death.steps], await orderEnd(calm.home)];
  await calm.home.close();
  // Once more, now that both ends are known.
  const watched = await stage((connection, wire) => async (request) => {
    const answer = await wire(request);
    if (connection === "procore") await whole(watched.home, versions, `after ${request.method} ${request.url}`);
    return answer;
  });
  await sync(watched.home, ["purchase-orders"]);
  await watched.home.close();

  return {
    steps,
    async kill(when) {
      const { home, death } = await stage();
      death.arm(when);
      await home.run("purchase-orders").catch(() => {});
      const died = death.dead();
      const at = `killed ${when.when} step ${when.step}, ${death.steps.at(-1)}`;
      if (died) {
        death.arm();
        await whole(home, versions, at);
        // Another process, an hour later: the lease of the dead one is over.
        home.reopen();
        home.clock.advance(HOUR);
        await sync(home, ["purchase-orders"]);
      }
      assert.deepEqual(await orderEnd(home), expected, at);
      // A third run is looked at where something had been written or put down.
      if (died && (steps[when.step] === "commit" || isWrite(steps[when.step] ?? ""))) {
        death.arm();
        await sync(home, ["purchase-orders"]);
        const more = death.steps.filter(isWrite);
        assert.deepEqual(more, [], `${at}: the next run writes`);
      }
      await home.close();
      return died;
    },
  };
}

/**
 * Kills a scene's run at `deaths` steps of its whole length: one in each stretch, so that no part of it is left out. Gives the steps of
 * the run, and where it died: `after commit`.
 */
export async function sampled(
  scene: Scene,
  { deaths, seed }: { deaths: number; seed: number },
): Promise<{ steps: number; died: string[] }> {
  const { steps, kill } = await play(scene);
  const random = seededRandom(seed);
  const died: string[] = [];
  for (let i = 0; i < deaths; i++) {
    const step = Math.floor((i + random()) * steps.length / deaths);
    const when = random() < 0.5 ? "before" : "after";
    if (await kill({ step, when })) died.push(`${when} ${steps[step]}`);
  }
  return { steps: steps.length, died };
}

/** Where a scene begins: everything that orders need is synced, and the orders, too, where they are to change. */
async function begun(orders: readonly Row[], synced: boolean): Promise<Snapshot> {
  const kept = writesKept();
  const home = await orderHouse(orders, { around: kept.around });
  await sync(home, synced ? ORDER_PIPELINES : ORDER_PIPELINES.slice(0, 3));
  const state = await snapshot(home, kept.writes);
  await home.close();
  return state;
}
