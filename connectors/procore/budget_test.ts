import assert from "node:assert/strict";
import { manualClock } from "../../engine/clock.ts";
import { rateWindow } from "./budget.ts";
import { openSession } from "./session.ts";
import { type Script, scripted, START, testSettings, testWorld } from "./testing.ts";

Deno.test("a rate window is read from the headers, its reset told in our clock's time", () => {
  const learn = rateWindow(manualClock(START));
  const reset = START / 1000 + 10;
  const headers = { "x-rate-limit-limit": "25", "x-rate-limit-remaining": "3", "x-rate-limit-reset": `${reset}` };
  const read = (more: Record<string, string>) => learn(new Response("", { headers: { ...headers, ...more } }));
  assert.deepEqual(read({}), { limit: 25, remaining: 3, resetAt: START + 10_000 });
  // Procore's clock is a minute ahead of ours: its reset is in ten of our seconds all the same.
  const ahead = { date: new Date(START + 60_000).toUTCString(), "x-rate-limit-reset": `${reset + 60}` };
  assert.equal(read(ahead)?.resetAt, START + 10_000);
  for (const [name, value] of [["limit", ""], ["remaining", "many"], ["reset", "-1"]]) {
    assert.equal(read({ [`x-rate-limit-${name}`]: value }), undefined);
  }
  assert.equal(learn(new Response("")), undefined);
});

function session(script: Script) {
  const { wire, sent } = scripted((one, nth) => one.path === "/oauth/token" ? { access_token: "t" } : script(one, nth));
  const world = testWorld(wire);
  return { session: openSession(testSettings(), world), world, sent };
}

const me = [{ id: 562949953500001, name: "Acme" }];

Deno.test("calls wait for the window's end instead of running into 429", async () => {
  const { session: open, world, sent } = session(() =>
    Response.json(me, {
      headers: {
        "x-rate-limit-limit": "25",
        "x-rate-limit-remaining": "0",
        "x-rate-limit-reset": `${START / 1000 + 10}`,
      },
    })
  );
  await open.identity();
  assert.equal(world.clock.now(), START);
  await open.identity();
  assert(world.clock.now() >= START + 10_000);
  assert.equal(sent.length, 3);
});

Deno.test("429 is waited for: by Retry-After, else by the reset of the window", async () => {
  const reset = {
    "x-rate-limit-limit": "25",
    "x-rate-limit-remaining": "0",
    "x-rate-limit-reset": `${START / 1000 + 8}`,
  };
  for (const [headers, wait] of [[{ "retry-after": "4" }, 4000], [reset, 8000]] as const) {
    let calls = 0;
    const { session: open, world } = session(() =>
      ++calls === 1 ? new Response("slow down", { status: 429, headers }) : Response.json(me)
    );
    await open.identity();
    assert.equal(calls, 2);
    assert(world.clock.now() - START >= wait, `${world.clock.now() - START} ms`);
    assert(world.clock.now() - START < wait + 2000, `${world.clock.now() - START} ms`);
  }
});
