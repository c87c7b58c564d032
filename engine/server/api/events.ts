/**
 * What happens, while it happens: published by whoever does it, heard by whoever watches. It is the news of one process; what there is
 * stands in the state.
 *
 * @module
 */
import type { Clock } from "../../clock.ts";

/** Something that happened. */
export interface Event {
  /** `job`, `progress`, `act`, `run`. */
  type: string;
  /** ISO time. */
  at: string;
  [detail: string]: unknown;
}

/** An event with its number among all of this process. */
export interface NumberedEvent {
  id: number;
  event: Event;
}

/** Where events go in and come out. */
export interface Events {
  publish(event: Omit<Event, "at"> & { type: string }): void;
  /** Hears of everything from now on; the function given back ends it. */
  listen(hear: (event: NumberedEvent) => void): () => void;
  /** What came after an event, as far as it is remembered. */
  since(id: number): NumberedEvent[];
}

/** Events that are remembered for those who come back. */
const REMEMBERED = 1_000;
/** Bytes that may wait for a listener who does not read; more, and it is let go: it comes back and says what it saw last. */
const WAITING = 1 << 20;
/** Milliseconds after which a silent stream says that it is alive. */
const ALIVE = 15_000;

/** Makes a place for events. */
export function openEvents(clock: Clock): Events {
  const listeners = new Set<(event: NumberedEvent) => void>();
  const remembered: NumberedEvent[] = [];
  let last = 0;
  return {
    publish(event) {
      const numbered = { id: ++last, event: { ...event, at: new Date(clock.now()).toISOString() } };
      remembered.push(numbered);
      if (remembered.length > REMEMBERED) remembered.shift();
      for (const hear of listeners) hear(numbered);
    },
    listen(hear) {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
    since: (id) => remembered.filter((one) => one.id > id),
  };
}

/** How a stream of events is cut to what somebody wants. */
export interface StreamOptions {
  clock: Clock;
  signal: AbortSignal;
  /** Covers secrets. */
  mask: (text: string) => string;
  /** Only these. */
  keep: (event: Event) => boolean;
  /** The last one that was seen. */
  since?: number;
}

/** Events as a stream of server-sent events. It ends when the signal says so, or when nobody reads it. */
export function eventStream(
  events: Events,
  { clock, signal, mask, keep, since }: StreamOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let end = (): void => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      let quiet = (): void => {};
      const say = (text: string): void => {
        if ((controller.desiredSize ?? 0) < -WAITING) return end();
        controller.enqueue(encoder.encode(text));
        quiet();
        quiet = clock.alarm(ALIVE, () => say(": alive\n\n"));
      };
      const hear = ({ id, event }: NumberedEvent): void => {
        if (keep(event)) say(`id: ${id}\nevent: ${event.type}\ndata: ${mask(JSON.stringify(event))}\n\n`);
      };
      const stop = events.listen(hear);
      let ended = false;
      end = () => {
        if (ended) return;
        ended = true;
        stop();
        quiet();
        signal.removeEventListener("abort", end);
        controller.close();
      };
      if (signal.aborted) return end();
      signal.addEventListener("abort", end, { once: true });
      say("retry: 2000\n\n");
      if (since !== undefined) events.since(since).forEach(hear);
    },
    cancel: () => {
      try {
        end();
      } catch {
        // Who has gone away needs no end.
      }
    },
  }, new ByteLengthQueuingStrategy({ highWaterMark: 0 }));
}
