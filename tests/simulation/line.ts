/**
 * A bad line between a process and the destination: a call may be refused, lost on either way, come late, or twice.
 *
 * @module
 */
import type { Process, World } from "./world.ts";

/** What goes over a line. */
export interface Traffic<T> {
  /** How bad the line is: the chance that something happens to a call. */
  trouble: number;
  /** What the call does where it arrives. */
  effect: () => T | Promise<T>;
  /** What the process is told where it never left, and where no answer came in time. */
  refused: () => unknown;
  lost: () => unknown;
}

const SECOND = 1000, MINUTE = 60_000;
/** How long an answer is waited for. */
const TIMEOUT = MINUTE;

/** Makes a call. What a process that sleeps is told it hears when it wakes; one that has died hears nothing, and its call goes on. */
export async function call<T>(
  world: World,
  process: Process,
  { trouble, effect, refused, lost }: Traffic<T>,
): Promise<T> {
  await process.gate();
  const fault = world.chance(trouble) ? FAULTS[world.between(0, FAULTS.length - 1)] : "none";
  const way = (): number => world.between(5, 200);
  const answer = new Promise<T>((resolve, reject) => {
    const arrive = async (answers: boolean): Promise<void> => {
      try {
        const value = await effect();
        if (answers) world.at(way(), () => resolve(value));
      } catch (thrown) {
        if (answers) world.at(way(), () => reject(thrown));
      }
    };
    switch (fault) {
      case "refused":
        return world.at(way(), () => reject(refused()));
      case "lost":
        return world.at(TIMEOUT, () => reject(lost()));
      case "unanswered":
        world.at(way(), () => arrive(false));
        return world.at(TIMEOUT, () => reject(lost()));
      case "late":
        world.at(world.between(TIMEOUT, 45 * MINUTE), () => arrive(false));
        return world.at(TIMEOUT, () => reject(lost()));
      case "doubled":
        world.at(way(), () => arrive(true));
        return world.at(world.between(SECOND, 30 * MINUTE), () => arrive(false));
      case "slow":
        return world.at(world.between(SECOND, TIMEOUT), () => arrive(true));
      default:
        return world.at(way(), () => arrive(true));
    }
  });
  const heard = await answer.then((value) => ({ value }), (thrown: unknown) => ({ thrown }));
  await process.gate();
  if ("thrown" in heard) throw heard.thrown;
  return heard.value;
}

const FAULTS = ["refused", "lost", "unanswered", "late", "doubled", "slow"] as const;
