/**
 * A wire with faults, for tests and simulations: what a network and a busy system do, exactly when the plan says.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { Wire } from "../connector.ts";
import { routeOf } from "./mark.ts";
import { broken, unreachable } from "./trouble.ts";

/** What goes wrong. */
export type Trouble =
  /** The connection is refused: the system never sees the call. */
  | { do: "refuse" }
  /** The system answers, and the answer is lost: a write has happened. */
  | { do: "lose-answer" }
  /** An answer of the fault's own; the system never sees the call. */
  | { do: "answer"; status: number; retryAfter?: number; body?: string; headers?: Record<string, string> }
  /** The call takes so many milliseconds longer, on the clock, before (or `after`) the system sees it. */
  | { do: "delay"; ms: number; after?: boolean }
  /** The answer breaks off after so many bytes. */
  | { do: "cut"; bytes: number }
  /** The answer never comes, and the system never sees the call. */
  | { do: "hang" };

/** A fault and the calls it strikes: those of its route, from the `at`-th on, `times` of them. */
export type Fault = Trouble & {
  /** Default: every route. */
  route?: string | RegExp;
  /** 1-based, among the calls of its route. Default 1. */
  at?: number;
  /** Default 1. */
  times?: number;
};

/** Wraps a wire in faults. Of several faults that strike one call, the first in the plan does. */
export function faulty(wire: Wire, plan: readonly Fault[], { clock }: { clock: Clock }): Wire {
  const seen = plan.map(() => 0);
  return (request) => {
    const route = routeOf(request);
    const striking = plan.map((fault, i) => {
      if (fault.route instanceof RegExp ? !fault.route.test(route) : (fault.route ?? route) !== route) return undefined;
      const { at = 1, times = 1 } = fault;
      const call = ++seen[i];
      return call >= at && call < at + times ? fault : undefined;
    }).find((fault) => fault !== undefined);
    return striking ? strike(striking, wire, request, clock) : wire(request);
  };
}

async function strike(fault: Trouble, wire: Wire, request: Request, clock: Clock): Promise<Response> {
  switch (fault.do) {
    case "refuse":
      throw unreachable(request, "the connection was refused");
    case "lose-answer":
      await (await wire(request)).body?.cancel();
      throw broken(request, "it closed the connection");
    case "answer": {
      const headers = new Headers(fault.headers);
      if (fault.retryAfter !== undefined) headers.set("retry-after", String(fault.retryAfter));
      return new Response(fault.body ?? null, { status: fault.status, headers });
    }
    case "delay": {
      if (!fault.after) await clock.sleep(fault.ms, request.signal);
      const response = await wire(request);
      if (fault.after) await clock.sleep(fault.ms, request.signal);
      return response;
    }
    case "cut": {
      const response = await wire(request);
      const bytes = (await response.bytes()).subarray(0, fault.bytes);
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(bytes),
        pull: (controller) => controller.error(new TypeError("error reading a body from connection")),
      }, { highWaterMark: 0 });
      return new Response(body, response);
    }
    case "hang":
      return new Promise((_, reject) => {
        const stop = () => reject(request.signal.reason);
        if (request.signal.aborted) stop();
        else request.signal.addEventListener("abort", stop, { once: true });
      });
  }
}
