import assert from "node:assert/strict";
import { seededRandom, systemClock } from "../engine/clock.ts";
import { spanned } from "../engine/trace.ts";
import { listen } from "../engine/sandbox/listen.ts";
import ebs from "../connectors/ebs/connector.ts";
import procore from "../connectors/procore/connector.ts";
import type { LiveRun } from "./support/runner.ts";
import { small } from "./support/small.ts";

interface Told {
  name: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: Record<string, unknown> }[];
}

Deno.test("a run with OTEL_DENO tells its pages and calls, and nothing of records or secrets", async () => {
  const spans: Told[] = [];
  const bodies: string[] = [];
  const collector = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const text = await request.text();
    bodies.push(text);
    if (new URL(request.url).pathname === "/v1/traces") {
      for (const { scopeSpans } of JSON.parse(text).resourceSpans) {
        for (const { spans: some, scope } of scopeSpans) if (scope?.name === "gusset") spans.push(...some);
      }
    }
    return Response.json({});
  });
  const dir = await Deno.makeTempDir();
  const parts = { clock: systemClock, random: seededRandom(1), data: small() };
  const served = { ebs: ebs.sandbox(parts), procore: procore.sandbox(parts) };
  const listening = [await listen(served.ebs.fetch, { port: 0 }), await listen(served.procore.fetch, { port: 0 })];
  const settings = {
    ebs: served.ebs.settings(listening[0].origin),
    procore: served.procore.settings(listening[1].origin),
  };
  const run: LiveRun = { settings, kv: `${dir}/kv.sqlite3`, ahead: 0, pipelines: ["vendors"] };
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", new URL("support/runner.ts", import.meta.url).href, JSON.stringify(run)],
      env: {
        OTEL_DENO: "true",
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.addr.port}`,
      },
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
  } finally {
    await Promise.all(listening.map(({ close }) => close()));
    await collector.shutdown();
    await Deno.remove(dir, { recursive: true });
  }

  const named = (name: string): Told[] => spans.filter((span) => span.name === name);
  const attribute = (span: Told, key: string): unknown =>
    Object.values(span.attributes.find((one) => one.key === key)?.value ?? {})[0];
  const [whole, ...others] = named("run vendors");
  assert.deepEqual(others, []);
  assert.equal(attribute(whole, "gusset.pipeline"), "vendors");
  const pages = named("page");
  assert.ok(pages.length > 0);
  for (const page of pages) assert.equal(page.parentSpanId, whole.spanId);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  for (const connection of ["ebs", "procore"]) {
    const calls = named(`call ${connection}`);
    assert.ok(calls.length > 0, connection);
    for (const call of calls) {
      assert.equal(attribute(call, "gusset.connection"), connection);
      assert.match(String(attribute(call, "http.response.status_code")), /^[23]\d\d$/);
      // What is said at the end, when no run is under way any more, stands by itself.
      if (call.parentSpanId) assert.ok(ids.has(call.parentSpanId), "a call stands below its run");
    }
    assert.ok(calls.some(({ parentSpanId }) => parentSpanId));
  }
  const all = bodies.join("\n");
  for (const word of ["Alder", "Birch", "Twin Peaks"]) assert.ok(!all.includes(word), `${word} is in no span`);
  for (const one of [settings.ebs, settings.procore] as Record<string, unknown>[]) {
    for (const secret of [...ebs.secrets, ...procore.secrets]) {
      if (typeof one[secret] === "string") assert.ok(!all.includes(one[secret]), `${secret} is in no span`);
    }
  }
});

Deno.test("without OTEL_DENO a span is nothing but its work", async () => {
  assert.equal(await spanned("nothing", {}, (note) => (note({ a: 1 }), Promise.resolve(7))), 7);
  await assert.rejects(spanned("nothing", {}, () => Promise.reject(new Error("as it is"))), /as it is/);
});
