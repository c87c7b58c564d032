/**
 * Kills a process without one: at a chosen call or commit everything it could still do to the outside stops working, so that whatever
 * its code goes on doing is as if it had never been done.
 *
 * @module
 */
import type { Wire } from "../../engine/connector.ts";

/** Where a process dies: at the `step`th thing it does to the outside, before that took effect or after. */
export interface Death {
  step: number;
  when: "before" | "after";
}

/** Counts what is done to the outside, and stops all of it where the death comes. */
export interface Killer {
  around: (connection: string, wire: Wire) => Wire;
  aroundKv: (kv: Deno.Kv) => Deno.Kv;
  /** What was done so far: `wire ebs POST /path`, `commit`. */
  steps: string[];
  /** Whether it came to die. */
  dead(): boolean;
  /** Starts anew: counts from zero, dies as asked, or never. */
  arm(death?: Death): void;
}

/** Whether a step may change something at Procore. */
export const isWrite = (step: string): boolean => /procore (POST|PATCH|PUT|DELETE) \/rest/.test(step);

/** Makes a {@link Killer} that lets everything pass. */
export function killer(): Killer {
  let steps: string[] = [];
  let death: Death | undefined;
  let dead = false;
  // A process that was started later has nothing to do with one that died.
  let life = 0;
  const gone = () => new TypeError("the process is dead");

  async function step<T>(name: string, effect: () => Promise<T>): Promise<T> {
    const own = life;
    const alive = () => {
      if (dead || own !== life) throw gone();
    };
    alive();
    const number = steps.push(name) - 1;
    const dies = death?.step === number ? death.when : undefined;
    if (dies === "before") {
      dead = true;
      throw gone();
    }
    const result = await effect();
    if (dies === "after") dead = true;
    alive();
    return result;
  }

  return {
    get steps() {
      return steps;
    },
    dead: () => dead,
    arm(next) {
      [steps, death, dead] = [[], next, false];
      life++;
    },
    around: (connection, wire) => (request) => {
      const own = life;
      return step(`wire ${connection} ${request.method} ${new URL(request.url).pathname}`, () => {
        if (own !== life) throw gone();
        return wire(request);
      });
    },
    aroundKv: (kv) =>
      watched(kv, (commit) => step("commit", commit), () => {
        if (dead) throw gone();
      }),
  };
}

/** A database whose commits and reads go through a hand. */
export function watched(
  kv: Deno.Kv,
  commit: (commit: () => Promise<Deno.KvCommitResult | Deno.KvCommitError>) => Promise<
    Deno.KvCommitResult | Deno.KvCommitError
  >,
  read: () => void = () => {},
): Deno.Kv {
  const wrapped = {
    get: (...args: Parameters<Deno.Kv["get"]>) => (read(), kv.get(...args)),
    getMany: (...args: Parameters<Deno.Kv["getMany"]>) => (read(), kv.getMany(...args)),
    list: (...args: Parameters<Deno.Kv["list"]>) => (read(), kv.list(...args)),
    set: (...args: Parameters<Deno.Kv["set"]>) => commit(() => kv.set(...args)),
    delete: () => Promise.reject(new Error("the state is written by commits alone")),
    close: () => kv.close(),
    atomic() {
      const operation = kv.atomic();
      const own = {
        check: (...args: Parameters<Deno.AtomicOperation["check"]>) => (operation.check(...args), own),
        set: (...args: Parameters<Deno.AtomicOperation["set"]>) => (operation.set(...args), own),
        delete: (...args: Parameters<Deno.AtomicOperation["delete"]>) => (operation.delete(...args), own),
        commit: () => commit(() => operation.commit()),
      };
      return own;
    },
  };
  return wrapped as unknown as Deno.Kv;
}
