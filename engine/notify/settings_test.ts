import assert from "node:assert/strict";
import { NEWS } from "../../schemas/pipeline/notify.ts";
import { loadNotify } from "./settings.ts";

const load = (text: string) => loadNotify({ dir: "pipelines", text });

const ORIGIN = "origin: https://hooks.test\n";

Deno.test("a file says where news go; what it leaves out has defaults", async () => {
  const { settings, diagnostics } = await load("url: { secret: notify-url }\norigin: https://hooks.slack.com\n");
  assert.deepEqual(diagnostics, []);
  const { place, ...rest } = settings!;
  assert.deepEqual(rest, {
    url: { secret: "notify-url" },
    origin: "https://hooks.slack.com",
    format: "slack",
    about: [...NEWS],
    timezone: "UTC",
    quiet: [],
  });
  assert.equal(place.file, "pipelines/notify.yaml");
});

Deno.test("no file is no mistake, and tells nobody", async () => {
  assert.deepEqual(await loadNotify({ dir: "/nowhere/at/all" }), { diagnostics: [], sources: new Map() });
});

const WRONG: [text: string, code: string, place: string][] = [
  ["origin: https://hooks.test\n", "missing-key", "1:1"],
  ["url: https://hooks.test/s3cr3t\n", "plain-secret", "1:6"],
  ["url: { secret: a, env: B }\n", "unknown-key", "1:19"],
  ["url: 'https://hooks.test/s3cr3t'\nurl: { secret: a }\n", "duplicate-key", "2:1"],
  ["url: { env: URL }\nformat: mail\n", "unknown-value", "2:9"],
  ["url: { env: URL }\nabout: [failures, sales]\n", "unknown-value", "2:19"],
  ["url: { env: URL }\ntimezone: America/Denvr\n", "bad-timezone", "2:11"],
  ["url: { env: URL }\nquiet: [{ from: '22:00', to: '6' }]\n", "bad-value", "2:30"],
  ["url: { env: URL }\norigin: https://hooks.test/s3cr3t\n", "bad-value", "2:9"],
  ["url: { env: URL }\nfromat: slack\n", "unknown-key", "2:1"],
];

for (const [text, code, at] of WRONG) {
  Deno.test(`${JSON.stringify(text)} is ${code}, and no address is shown`, async () => {
    const { settings, diagnostics, sources } = await load(text.includes("origin") ? text : text + ORIGIN);
    assert.equal(settings, undefined);
    const found = diagnostics.map(({ code, place }) => [code, `${place.line}:${place.column}`]);
    assert.deepEqual(found[0], [code, at], JSON.stringify(diagnostics));
    assert.ok(!JSON.stringify([diagnostics, [...sources.values()]]).includes("s3cr3t"));
  });
}
