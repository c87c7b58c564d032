/**
 * The layers in their right order.
 *
 * @module
 */
import type { Clock, Random } from "../clock.ts";
import type { Log, Wire } from "../connector.ts";
import { budget, type BudgetOptions } from "./budget.ts";
import { count } from "./count.ts";
import { guard } from "./guard.ts";
import { retry } from "./retry.ts";
import { timeout } from "./timeout.ts";
import type { CallCounter, Layer } from "./types.ts";
import { whole } from "./whole.ts";

/** Puts layers around a wire; the first is the outermost. */
export function compose(wire: Wire, ...layers: Layer[]): Wire {
  return layers.reduceRight((inner, layer) => layer(inner), wire);
}

/** What a connector's wire is stacked from. */
export interface StackOptions {
  /** The connection's own origins. */
  origins: Iterable<string>;
  clock: Clock;
  random: Random;
  log: Log;
  signal: AbortSignal;
  /** For one attempt, its answer's body included. */
  timeoutMs: number;
  counter?: CallCounter;
  learn?: BudgetOptions["learn"];
  reserve?: number;
  share?: BudgetOptions["share"];
  attempts?: number;
  /** Statuses after which a read is repeated, besides 429; see `retry`. */
  transient?: readonly number[];
}

/**
 * The wire of a connection: a foreign origin is refused before anything else; each attempt of a retry takes its turn in the
 * budget, is counted, and has its own deadline, within which its answer is read whole.
 */
export function layered(
  wire: Wire,
  { origins, clock, random, log, signal, timeoutMs, counter, learn, reserve, share, attempts, transient }: StackOptions,
): Wire {
  return compose(
    wire,
    guard(origins),
    retry({ clock, random, log, signal, attempts, transient }),
    budget({ clock, signal, log, learn, reserve, share }),
    ...(counter ? [count(counter)] : []),
    timeout(timeoutMs, { clock, signal }),
    whole(),
  );
}
