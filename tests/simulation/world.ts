/**
 * A world in which one seed decides everything: time, who acts next, who sleeps too long, who dies.
 *
 * Whatever a process does outside itself passes a gate. A gate is an event on the world's timeline; between two events only promises that
 * are ready are worked off, so the same seed gives the same world, event by event.
 *
 * @module
 */
import { type Clock, type Random, seededRandom } from "../../engine/clock.ts";

/** How rough a world is: chances at each gate. */
export interface Chaos {
  /** A process dies. */
  death: number;
  /** A process sleeps for minutes, past its lease. */
  pause: number;
}

/** A process: alive until the world says otherwise. */
export interface Process {
  name: string;
  alive: boolean;
  clock: Clock;
  /** Resolves when the process goes on; never, where it has died. `ms` is how long that takes at the least. */
  gate(ms?: number): Promise<void>;
}

/** See the module. */
export interface World {
  now(): number;
  random: Random;
  /** Whether the next chance is one in `1 / share`. */
  chance(share: number): boolean;
  /** A whole number from `from` to `to`. */
  between(from: number, to: number): number;
  /** Puts an event on the timeline. */
  at(ms: number, event: () => void | Promise<void>): void;
  /** Makes a process. */
  process(name: string, died: (process: Process) => void): Process;
  /** How rough it is now. */
  chaos: Chaos;
  /** Events so far. */
  events: number;
  /** Works the timeline off until `done`, asked before each event. Throws where it goes on for too long. */
  run(done: () => boolean): Promise<void>;
}

interface Event {
  at: number;
  /** Events of the same time in the order in which they were made. */
  number: number;
  act: () => void | Promise<void>;
}

/** Promises that are ready are worked off in so many turns; what is not done by then goes on after the next event. */
const TURNS = 40;
const MINUTE = 60_000;

/** Makes a {@link World} that begins at `start`. */
export function world(seed: number, start: number, limit = 200_000): World {
  const random = seededRandom(seed);
  const timeline: Event[] = [];
  let time = start, number = 0;

  const self: World = {
    now: () => time,
    random,
    chance: (share) => share > 0 && random() < share,
    between: (from, to) => from + Math.floor(random() * (to - from + 1)),
    at(ms, act) {
      push(timeline, { at: time + ms, number: number++, act });
    },
    chaos: { death: 0, pause: 0 },
    events: 0,
    process(name, died) {
      let sleepsUntil = 0;
      const process: Process = {
        name,
        alive: true,
        gate(ms = self.between(0, 20)) {
          return new Promise((resolve) => {
            const pass = (): void => {
              if (!process.alive) return;
              if (sleepsUntil > time) return self.at(sleepsUntil - time + self.between(0, 5), pass);
              if (self.chance(self.chaos.death)) {
                process.alive = false;
                return died(process);
              }
              if (self.chance(self.chaos.pause)) {
                sleepsUntil = time + self.between(2 * MINUTE, 40 * MINUTE);
                return self.at(sleepsUntil - time, pass);
              }
              resolve();
            };
            self.at(ms, pass);
          });
        },
        clock: {
          now: () => time,
          sleep: (ms) => process.gate(ms),
          alarm: () => () => {},
        },
      };
      return process;
    },
    async run(done) {
      for (;;) {
        for (let i = 0; i < TURNS; i++) await null;
        if (done()) return;
        const event = pop(timeline);
        if (!event) throw new Error("Nothing happens any more, and the world is not done");
        if (++self.events > limit) throw new Error(`The world goes on after ${limit} events`);
        time = Math.max(time, event.at);
        // What an event sets going inside the world is over before the next one.
        const going = event.act();
        if (going) await going;
      }
    },
  };
  return self;
}

const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.number < b.number);

/** A heap: the earliest event first. */
function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(heap[at], heap[parent])) return;
    [heap[at], heap[parent]] = [heap[parent], heap[at]];
    at = parent;
  }
}

function pop(heap: Event[]): Event | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (heap.length === 0 || !last) return first;
  heap[0] = last;
  for (let at = 0;;) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    let least = at;
    if (left < heap.length && before(heap[left], heap[least])) least = left;
    if (right < heap.length && before(heap[right], heap[least])) least = right;
    if (least === at) return first;
    [heap[at], heap[least]] = [heap[least], heap[at]];
    at = least;
  }
}
