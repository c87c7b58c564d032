import assert from "node:assert/strict";
import { join } from "node:path";
import { openStore } from "../../engine/state/open.ts";
import { systemClock, systemRandom } from "../../engine/clock.ts";
import { Failure } from "../../engine/failure.ts";
import type { Stage } from "./harness.ts";
import { stage } from "./harness.ts";

/** Every key and value of the store, as text: what must not change is compared whole. */
async function state({ home }: Stage): Promise<string> {
  const store = await openStore({ path: join(home, "kv.sqlite3"), clock: systemClock, random: systemRandom });
  const entries: string[] = [];
  for await (const { key, versionstamp } of store.kv.list({ prefix: [] })) {
    entries.push(`${key.map(String).join("/")} ${versionstamp}`);
  }
  store.close();
  return entries.join("\n");
}

/** Calls to Procore that change something there. */
async function writes({ requests }: Stage): Promise<number> {
  const { routes } = await requests("procore") as { routes: Record<string, { calls: number }> };
  return Object.entries(routes)
    .filter(([route]) => /^(POST|PATCH|PUT|DELETE) /.test(route) && !route.includes("/oauth/"))
    .reduce((sum, [, { calls }]) => sum + calls, 0);
}

Deno.test("the shipped pipelines check, and say so in words and in JSON", async () => {
  const { gusset, end } = await stage();
  const { exit, out, err } = await gusset("check");
  assert.equal(exit, 0, out + err);
  assert.match(out, /^6 pipelines, 1 reconciliation and 2 connections checked: all is well\.$/m);
  const { json: [report] } = await gusset("check", "--json");
  assert.equal(report.ok, true);
  assert.deepEqual(report.pipelines.map(({ name }: { name: string }) => name).sort(), [
    "change-order-journals",
    "cost-codes",
    "projects",
    "purchase-orders",
    "requisition-journals",
    "vendors",
  ]);
  assert.deepEqual(report.diagnostics, []);
  await end();
});

Deno.test("a dry run of everything writes nothing, neither at Procore nor to the state", async () => {
  const one = await stage();
  const before = await state(one);
  const { exit, out, err } = await one.gusset("dry-run", "--all");
  assert.ok(exit === 0 || exit === 1, out + err);
  assert.match(out, /^create {6}supplier \d+ /m);
  assert.match(out, /^Plan: [\d,]+ create/m);
  assert.match(out, /Applying it costs [\d,]+ write calls?/);
  assert.equal(await writes(one), 0);
  assert.equal(await state(one), before);
  await one.end();
});

Deno.test("the plan in JSON holds a line for each change and the result, with the same counts as the words", async () => {
  const { gusset, end } = await stage();
  const { json } = await gusset("dry-run", "projects", "--json");
  const result = json.at(-1);
  assert.equal(result.type, "result");
  const changes = json.slice(0, -1);
  assert.ok(changes.length > 10);
  assert.ok(changes.every(({ type, pipeline }) => type === "change" && pipeline === "projects"));
  for (const word of ["create", "adopt", "update", "skipped", "rejected"]) {
    assert.equal(changes.filter((change) => change.word === word).length, result.counts[word], word);
  }
  await end();
});

Deno.test("after a run of everything a second one writes nothing", async () => {
  const one = await stage();
  const first = await one.gusset("run", "--all");
  assert.ok(first.exit === 0 || first.exit === 1, first.out + first.err);
  const written = await writes(one);
  assert.ok(written > 0);
  const second = await one.gusset("run", "--all", "--json");
  for (const result of second.json.filter(({ type }) => type === "result")) {
    const { create, adopt, update, deactivate } = result.counts;
    assert.deepEqual({ create, update, deactivate }, { create: 0, update: 0, deactivate: 0 }, result.pipeline);
    assert.ok(adopt === 0 || result.pipeline !== "projects");
  }
  assert.equal(await writes(one), written);
  await one.end();
});

Deno.test("a saved plan is applied as it was shown, and holds no secret", async () => {
  const one = await stage();
  const path = join(one.home, "plan.jsonl");
  const planned = await one.gusset("dry-run", "projects", "--out", path);
  assert.match(planned.out, /Saved: .*plan\.jsonl/);
  const text = await Deno.readTextFile(path);
  const [header, ...changes] = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(header.pipeline, "projects");
  assert.ok(changes.length > 0);
  for (const connection of Object.values(header.connections)) assert.ok(Object.keys(connection as object).length > 0);
  const applied = await one.gusset("run", "--plan", path, "--json");
  assert.ok(applied.exit === 0 || applied.exit === 1, applied.out + applied.err);
  const { counts } = applied.json.at(-1);
  assert.equal(counts.adopt, changes.filter(({ word }) => word === "adopt").length);
  const mistaken = await one.gusset("run", "vendors", "--plan", path);
  assert.equal(mistaken.exit, 2);
  assert.match(mistaken.err, /is of the pipeline projects, not of vendors/);
  await one.end();
});

Deno.test("a plan that is none, or is not there, is one message", async () => {
  const { gusset, home, end } = await stage();
  const missing = await gusset("run", "--plan", join(home, "none.jsonl"));
  assert.equal(missing.exit, 1);
  assert.match(missing.err, /none\.jsonl: The plan cannot be read/);
  await Deno.writeTextFile(join(home, "bad.jsonl"), "{ not json\n");
  const bad = await gusset("run", "--plan", join(home, "bad.jsonl"));
  assert.equal(bad.exit, 3);
  assert.match(bad.err, /bad\.jsonl:1/);
  const path = join(home, "odd.jsonl");
  await gusset("dry-run", "projects", "--out", path);
  const [header, change, ...rest] = (await Deno.readTextFile(path)).split("\n");
  const odd = JSON.stringify({ ...JSON.parse(change), word: "crate" });
  await Deno.writeTextFile(path, [header, odd, ...rest].join("\n"));
  const refused = await gusset("run", "--plan", path);
  assert.equal(refused.exit, 3);
  assert.match(refused.out + refused.err, /odd\.jsonl:2: This line of the plan is cut or damaged/);
  await end();
});

Deno.test("--everything shows each record once, --show as many as it says", async () => {
  const { gusset, end } = await stage();
  const few = await gusset("dry-run", "vendors", "--show", "2");
  assert.equal(few.out.split("\n").filter((line) => /^create +supplier/.test(line)).length, 2);
  assert.match(few.out, /^create {6}… and [\d,]+ more; --everything shows them$/m);
  const all = await gusset("dry-run", "vendors", "--everything");
  const { json } = await gusset("dry-run", "vendors", "--json");
  assert.equal(
    all.out.split("\n").filter((line) => /^create +supplier/.test(line)).length,
    json.at(-1).counts.create,
  );
  await end();
});

Deno.test("status, runs and links tell what a run left behind", async () => {
  const { gusset, end } = await stage();
  assert.match((await gusset("status")).out, /^vendors +0 .*never$/m);
  const run = await gusset("run", "projects", "--json");
  const { counts, record } = run.json.at(-1);
  const { json: [status] } = await gusset("status", "--json");
  const projects = status.pipelines.find(({ pipeline }: { pipeline: string }) => pipeline === "projects");
  assert.equal(projects.links, counts.adopt + counts.create);
  assert.equal(projects.lastRun.id, record.id);
  assert.equal((await gusset("runs", "--json")).json[0].id, record.id);
  assert.match((await gusset("runs", "show", record.id)).out, new RegExp(`^projects, run ${record.id}: `));
  const links = await gusset("links", "list", "projects", "--json");
  assert.equal(links.json.length, projects.links);
  await end();
});

Deno.test("a run that is interrupted ends with 130 and says that the next one continues", async () => {
  const one = await stage();
  const going = one.gusset("run", "vendors");
  one.interrupt(new Failure("run.aborted", { fact: "Interrupted" }));
  const { exit, out, err } = await going;
  assert.equal(exit, 130, out + err);
  assert.match(out + err, /Run it again: it continues where it stopped/);
  assert.ok((await one.gusset("run", "vendors")).exit <= 1);
  await one.end();
});

Deno.test("an interruption ends with 130 at whatever call it comes, between two pipelines too", async () => {
  let calls = 0;
  let strikeAt = Infinity;
  const one: Stage = await stage({
    around: (_, wire) => async (request) => {
      const response = await wire(request);
      if (++calls === strikeAt) one.interrupt(new Failure("run.aborted", { fact: "Interrupted" }));
      return response;
    },
  });
  const plan = ["dry-run", "projects", "vendors", "--limit", "3"];
  await one.gusset(...plan);
  const all = calls;
  assert.ok(all > 5);
  for (strikeAt = 1; strikeAt < all; strikeAt++) {
    calls = 0;
    const { exit, out, err } = await one.gusset(...plan);
    if (exit !== 130) assert.match(out, /^vendors: .*\n(.*\n)*Plan:/m, `call ${strikeAt} of ${all}: ${out}${err}`);
  }
  await one.end();
});

Deno.test("ping says who answers, and pin remembers it after the first run", async () => {
  const { gusset, end } = await stage();
  const ping = await gusset("ping");
  assert.equal(ping.exit, 0, ping.out + ping.err);
  assert.match(ping.out, /^ebs {2}Oracle E-Business Suite$/m);
  assert.match(ping.out, /2 connections ready\./);
  const findings = (await gusset("ping", "ebs", "--json")).json;
  assert.ok(findings.every(({ connection, level }) => connection === "ebs" && ["ok", "warn", "fail"].includes(level)));
  assert.match((await gusset("pin")).out, /Nothing is pinned/);
  await gusset("run", "projects");
  assert.deepEqual((await gusset("pin", "list", "--json")).json.map(({ connection }) => connection), [
    "ebs",
    "procore",
  ]);
  assert.match((await gusset("pin", "reset", "ebs")).out, /^Forgotten: ebs was /);
  assert.equal((await gusset("pin", "list", "--json")).json.length, 1);
  await end();
});

Deno.test("permissions name just the hosts, folders and variables that these connections use", async () => {
  const { gusset, home, connections, end } = await stage();
  const { json: [permissions] } = await gusset("permissions", "--json");
  assert.deepEqual(permissions.net, ["ebs.sandbox.test:80", "procore.sandbox.test:80"]);
  assert.ok(permissions.read.includes(home));
  assert.deepEqual(permissions.write, [home]);
  assert.ok(permissions.env.includes("GUSSET_MASTER_KEY"));
  assert.ok(!permissions.flags.some((flag: string) => /allow-(all|run|ffi|sys)|-A/.test(flag)));
  const remote = await gusset(
    "permissions",
    "--json",
    "--kv",
    "https://kv.example.test/db",
    "--connections",
    connections,
  );
  assert.ok(remote.json[0].net.includes("kv.example.test:443"));
  assert.ok(remote.json[0].env.includes("DENO_KV_ACCESS_TOKEN"));
  await end();
});

Deno.test("files that are wrong end with 1 and their place, whatever the verb, and nobody is called", async () => {
  const one = await stage();
  const dir = join(one.home, "pipelines");
  await Deno.mkdir(dir);
  await Deno.writeTextFile(join(dir, "vendors.yaml"), "name: vendors\nsorce: {}\n");
  for (const argv of [["check"], ["run", "vendors"], ["dry-run", "vendors"], ["status"], ["ping"], ["permissions"]]) {
    const { exit, out, err } = await one.gusset(...argv, "--pipelines", dir);
    assert.equal(exit, 1, argv.join(" "));
    assert.match(out + err, /vendors\.yaml:2:1/, argv.join(" "));
    assert.doesNotMatch(out + err, /^\s+at /m);
  }
  const { json: [report] } = await one.gusset("check", "--json", "--pipelines", dir);
  assert.equal(report.ok, false);
  assert.ok(
    report.diagnostics.every(({ file, line, column, code, message }: Record<string, unknown>) =>
      typeof file === "string" && typeof line === "number" && typeof column === "number" && code && message
    ),
  );
  for (const system of ["ebs", "procore"]) assert.equal((await one.requests(system)).total, 0);
  await one.end();
});

Deno.test("schema writes what editors check pipelines with, and the files in the repository are up to date", async () => {
  const one = await stage();
  const { exit, out } = await one.gusset("schema", "--out", join(one.home, "schemas"));
  assert.equal(exit, 0);
  assert.match(out, /pipeline\.schema\.json/);
  for (const name of ["pipeline", "connections"]) {
    const written = await Deno.readTextFile(join(one.home, "schemas", `${name}.schema.json`));
    const kept = await Deno.readTextFile(join(import.meta.dirname!, "../../schemas", `${name}.schema.json`));
    assert.equal(written, kept, `schemas/${name}.schema.json is old: deno task schema`);
  }
  await one.end();
});

Deno.test("a plan for all pipelines shows what later ones would do once the earlier ones have run", async () => {
  const one = await stage();
  const { json } = await one.gusset("dry-run", "--all", "--json");
  const codes = json.filter(({ type, pipeline, word }) =>
    type === "change" && pipeline === "cost-codes" && word === "create"
  );
  assert.ok(codes.length > 100, `only ${codes.length} cost codes are planned`);
  assert.equal(await writes(one), 0);
  await one.end();
});

Deno.test("what has changed since a plan was saved is refused, record by record, and the rest is applied", async () => {
  const one = await stage();
  await one.gusset("run", "vendors");
  const [first, second] = (await one.gusset("links", "list", "vendors", "--json")).json;
  for (const { key } of [first, second]) {
    await one.control("ebs", "POST", "touch", {
      table: "AP_SUPPLIERS",
      key,
      fields: { VENDOR_NAME: `Renamed ${key}` },
    });
  }
  const path = join(one.home, "plan.jsonl");
  const planned = await one.gusset("dry-run", "vendors", "--out", path, "--json");
  assert.equal(planned.json.at(-1).counts.update, 2);
  await one.control("procore", "POST", "touch", {
    table: "vendors",
    key: first.id,
    fields: { name: "Somebody's own" },
  });

  const applied = await one.gusset("run", "--plan", path, "--json");
  assert.equal(applied.exit, 1, applied.err);
  const changes = applied.json.filter(({ type }) => type === "change");
  assert.equal(changes.find(({ key }) => key === first.key).failure.code, "plan.changed");
  assert.equal(changes.find(({ key }) => key === second.key).word, "update");
  const names = new Map((await one.rows("procore", "vendors")).map(({ id, name }) => [id, name]));
  assert.equal(names.get(first.id), "Somebody's own", "a refused record was written");
  assert.equal(names.get(second.id), `Renamed ${second.key}`);
  await one.end();
});

Deno.test("--only runs just the keys it names, and moves no cursor", async () => {
  const one = await stage();
  const { json } = await one.gusset("run", "vendors", "--only", "3001", "--only", "3008", "--json");
  assert.equal(json.at(-1).record.read, 2);
  const { json: [status] } = await one.gusset("status", "--json");
  const vendors = status.pipelines.find(({ pipeline }: { pipeline: string }) => pipeline === "vendors");
  assert.equal(vendors.links, 2);
  assert.deepEqual(vendors.cursors, []);
  await one.end();
});
