import assert from "node:assert/strict";
import { platformOf } from "./platform.ts";

Deno.test("only the production timeline of Deno Deploy writes, and every other machine", () => {
  const cases: [env: Record<string, string>, deploy: boolean, writes: boolean][] = [
    [{}, false, true],
    [{ DENO_TIMELINE: "git-branch/x" }, false, true],
    [{ DENO_DEPLOYMENT_ID: "d", DENO_TIMELINE: "production" }, true, true],
    [{ DENO_DEPLOYMENT_ID: "d", DENO_TIMELINE: "git-branch/production" }, true, false],
    [{ DENO_DEPLOYMENT_ID: "d", DENO_TIMELINE: "preview/abc" }, true, false],
    [{ DENO_DEPLOYMENT_ID: "d" }, true, false],
  ];
  for (const [env, deploy, writes] of cases) {
    const found = platformOf((name) => env[name]);
    assert.deepEqual([found.deploy, found.writes], [deploy, writes], JSON.stringify(env));
  }
});
