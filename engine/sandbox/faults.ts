/**
 * What can be made to go wrong in a sandbox: the faults that `POST /_sandbox/faults` takes, and the queue they wait in.
 *
 * @module
 */
import { z } from "zod";

const common = {
  /** Part of `METHOD /path`, `*` for anything, no matter the case; absent: every request. */
  route: z.string().min(1).optional(),
  /** How many requests it strikes. */
  times: z.union([z.literal("always"), z.int().min(1)]).default(1),
  /** How many matching requests pass before it strikes. */
  after: z.int().min(0).default(0),
};
const ms = z.int().min(0).max(3_600_000);

/** A fault as `POST /_sandbox/faults` takes it. */
export const faultSchema = z.discriminatedUnion("kind", [
  /** The session of the request dies before it is served; `mode` is how the system says so, where it knows several ways. */
  z.strictObject({ kind: z.literal("expire-session"), mode: z.string().optional(), ...common }),
  /** The answer is this status; nothing is done. `retry_after` in seconds. */
  z.strictObject({
    kind: z.literal("status"),
    status: z.int().min(400).max(599),
    retry_after: z.number().min(0).optional(),
    ...common,
  }),
  /** The connection dies and nothing was done. */
  z.strictObject({ kind: z.literal("drop-before"), ...common }),
  /** All was done, and the connection dies before the answer. */
  z.strictObject({ kind: z.literal("drop-after"), ...common }),
  /** All is done at once, and the answer comes `ms` later. */
  z.strictObject({ kind: z.literal("delay-answer"), ms, ...common }),
  /** It is done `ms` later, whether the caller still waits or not; with `drop` the caller's connection dies at once. */
  z.strictObject({ kind: z.literal("delay-commit"), ms, drop: z.boolean().default(false), ...common }),
  /** Half the body: ended as if it were whole (`clean`), or broken off (`broken`). */
  z.strictObject({ kind: z.literal("cut-body"), how: z.enum(["clean", "broken"]).default("clean"), ...common }),
  /** A web page with status 200 in place of the answer, as a proxy or a login page gives it. */
  z.strictObject({ kind: z.literal("html"), ...common }),
  /** XML with a document type and an entity in place of the answer. */
  z.strictObject({ kind: z.literal("doctype"), ...common }),
]);

/** A fault, checked. */
export type Fault = z.infer<typeof faultSchema>;

/** The faults that wait, oldest first. */
export interface FaultQueue {
  /** Puts a fault behind the others. */
  add(fault: Fault): void;
  /** The oldest fault that strikes this request, used up by one; undefined where the request passes. */
  take(route: string): Fault | undefined;
  /** What still waits, with what is left of `times` and `after`. */
  list(): Fault[];
  /** Removes all. */
  clear(): void;
}

/** Makes an empty {@link FaultQueue}. Routes are given as `METHOD /path`. */
export function faultQueue(): FaultQueue {
  let waiting: { fault: Fault; pattern?: RegExp }[] = [];
  return {
    add: (fault) => void waiting.push({ fault: { ...fault }, pattern: fault.route ? glob(fault.route) : undefined }),
    take(route) {
      for (const { fault, pattern } of waiting) {
        if (pattern && !pattern.test(route)) continue;
        if (fault.after > 0) {
          fault.after--;
          continue;
        }
        if (fault.times !== "always" && --fault.times === 0) {
          waiting = waiting.filter((entry) => entry.fault !== fault);
        }
        return fault;
      }
    },
    list: () => waiting.map(({ fault }) => ({ ...fault })),
    clear: () => void (waiting = []),
  };
}

function glob(route: string): RegExp {
  return new RegExp(route.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*"), "i");
}
