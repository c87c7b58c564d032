/**
 * Works deliveries off for as long as the process lives: soon after one came in here, and now and then for those that came in elsewhere.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { asFailure } from "../failure.ts";
import { SETTLE } from "../trigger/ready.ts";
import { tidyDeliveries, workDeliveries, type WorkOptions } from "../trigger/work.ts";

/** What it works with. */
export interface DeskOptions extends Omit<WorkOptions, "project" | "signal"> {
  project: () => WorkOptions["project"];
  clock: Clock;
  signal: AbortSignal;
}

/** Deliveries' desk. */
export interface DeliveryDesk {
  /** One came in. */
  hear(): void;
  /** Works off what is ready now, once. For a platform that brings its own tick. */
  once(): Promise<void>;
  /** Works until the signal says stop; resolves when what was at work has ended. */
  run(): Promise<void>;
}

/** Milliseconds until it is looked whether another process has taken something in. */
const LOOK = 15_000;
/** Milliseconds between two tidyings. */
const TIDY = 3_600_000;

/** Makes it. */
export function deliveryDesk(options: DeskOptions): DeliveryDesk {
  const { store, clock, log, signal, project } = options;
  let wake = (): void => {};
  let heard = false;
  let tidied = 0;

  const work = async (): Promise<number> => {
    try {
      const { next } = await workDeliveries({ ...options, project: project(), signal });
      if (clock.now() - tidied >= TIDY) {
        tidied = clock.now();
        await tidyDeliveries(store);
      }
      return Math.min(LOOK, Math.max(100, (next ?? Infinity) - clock.now()));
    } catch (thrown) {
      const { code, message } = asFailure(thrown);
      log("error", `Deliveries could not be worked off: ${message}`, { code });
      return LOOK;
    }
  };
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signal.removeEventListener("abort", end);
        wake = () => {};
        resolve();
      };
      const cancel = clock.alarm(ms, end);
      signal.addEventListener("abort", end, { once: true });
      wake = end;
    });
  return {
    hear() {
      heard = true;
      wake();
    },
    once: async () => void await work(),
    async run() {
      while (!signal.aborted) {
        let wait = await work();
        if (signal.aborted) return;
        // What came in is not ready before it has settled.
        if (heard) wait = Math.min(wait, options.settle ?? SETTLE);
        heard = false;
        await pause(wait);
      }
    },
  };
}
