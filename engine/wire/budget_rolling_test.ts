import assert from "node:assert/strict";
import fc from "fast-check";
import { manualClock } from "../clock.ts";
import { budget } from "./budget.ts";
import { call } from "./mark.ts";

/** A rolling window of `limit` calls in ten seconds: what an answer says is right when it is written, and old when it arrives. */
function rolling(limit: number, clock: { now(): number }, turns: () => number) {
  const calls: number[] = [];
  const seen = { passed: 0, refused: 0 };
  const wire = async (): Promise<Response> => {
    const now = clock.now();
    while (calls.length > 0 && calls[0] <= now - 10_000) calls.shift();
    const pass = calls.length < limit;
    if (pass) calls.push(now);
    seen[pass ? "passed" : "refused"]++;
    const headers = {
      "x-rate-limit-remaining": String(limit - calls.length),
      "x-rate-limit-reset": String(Math.ceil((calls[0] + 10_000) / 1000)),
    };
    for (let turn = turns(); turn > 0; turn--) await Promise.resolve();
    return new Response(null, { status: pass ? 204 : 429, headers });
  };
  return { wire, seen };
}

Deno.test("calls side by side at a rolling window are never too many, and take little longer than they must", async () => {
  await fc.assert(fc.asyncProperty(
    fc.integer({ min: 3, max: 30 }),
    fc.integer({ min: 1, max: 6 }),
    fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
    async (limit, side, stream) => {
      const clock = manualClock(Date.parse("2026-10-14T09:00:00Z"));
      const began = clock.now();
      const { wire, seen } = rolling(limit, clock, () => stream.next().value!);
      const held = budget({
        clock,
        signal: new AbortController().signal,
        learn: ({ headers }) => ({
          limit,
          remaining: Number(headers.get("x-rate-limit-remaining")),
          resetAt: 1000 * Number(headers.get("x-rate-limit-reset")),
        }),
      })(wire);
      let left = 10 * limit;
      await Promise.all(Array.from({ length: side }, async () => {
        while (left-- > 0) await held(call("http://procore.example.test/rest/v1.0/me", { method: "GET" }));
      }));
      // Before the first answer nobody knows of a limit: those calls are on their way already.
      assert(seen.refused <= Math.max(0, side - limit), `${seen.refused} refused`);
      // The first windowful goes at once; each further one takes its ten seconds, and resets are told in whole ones.
      assert(clock.now() - began <= 1.5 * 9 * 10_000 + 10_000, `${clock.now() - began} ms`);
    },
  ));
});
