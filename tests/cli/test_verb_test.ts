import assert from "node:assert/strict";
import { join } from "node:path";
import { door } from "../../main.ts";
import { stage } from "./harness.ts";

/** A stage over a copy of the shipped pipelines, with their test files changed. */
async function rehearsal(change: (name: string, text: string) => string | undefined = (_, text) => text) {
  const pipelines = await Deno.makeTempDir({ prefix: "gusset-test-" });
  for await (const { name } of Deno.readDir(door.pipelines)) {
    const text = await Deno.readTextFile(join(door.pipelines, name));
    const made = /\.test\.yaml$/.test(name) ? change(name, text) : text;
    if (made !== undefined) await Deno.writeTextFile(join(pipelines, name), made);
  }
  const one = await stage({ pipelines });
  return {
    ...one,
    read: (name: string) => Deno.readTextFile(join(pipelines, name)),
    async end() {
      await one.end();
      await Deno.remove(pipelines, { recursive: true });
    },
  };
}

const spoilt = (name: string, text: string): string =>
  name === "vendors.test.yaml" ? text.replace("city: Denver\n", "city: Golden # the town\n") : text;

Deno.test("test says that all is as expected, and asks neither system anything", async () => {
  const one = await rehearsal();
  const { exit, out, err } = await one.gusset("test");
  assert.equal(exit, 0, out + err);
  assert.match(out, /^\d+ cases: all as expected\.\n$/);
  for (const connection of ["ebs", "procore"]) {
    assert.equal(JSON.stringify(await one.requests(connection)).includes("200"), false, connection);
  }
  await one.end();
});

Deno.test("a case that is not as expected is shown field by field, with its place, and ends with 1", async () => {
  const one = await rehearsal(spoilt);
  const { exit, out } = await one.gusset("test");
  assert.equal(exit, 1);
  assert.match(
    out,
    /✗ vendors: A supplier with a purchasing site becomes a vendor\n {2}\S+vendors\.test\.yaml:\d+:\d+/,
  );
  assert.match(out, /city line \d+\n {6}expected {2}Golden\n {6}got {7}Denver\n/);
  assert.doesNotMatch(out, /state_code/, "only what differs is shown");
  assert.match(out, /cases: 1 not as expected\./);
  const other = await one.gusset("test", "projects");
  assert.equal(other.exit, 0, "another pipeline's tests are not asked for");
  const json = await one.gusset("test", "vendors", "--json");
  assert.equal(json.exit, 1);
  const [{ ok, failed, suites }] = json.json;
  assert.deepEqual([ok, failed], [false, 1]);
  const [bad] = suites[0].cases.filter((each: { ok: boolean }) => !each.ok);
  assert.deepEqual(bad.differences.map(({ line: _, ...rest }: { line: number }) => rest), [
    { field: "city", expected: "Golden", got: "Denver" },
  ]);
  await one.end();
});

Deno.test("--update writes what came of it in its place, and leaves the rest of the file alone", async () => {
  const one = await rehearsal(spoilt);
  const before = await one.read("vendors.test.yaml");
  const { exit, out } = await one.gusset("test", "--update");
  assert.equal(exit, 0);
  assert.match(out, /Updated 1 case of \S+vendors\.test\.yaml:\n {2}A supplier with a purchasing site/);
  assert.equal(
    await one.read("vendors.test.yaml"),
    before.replace("city: Golden # the town", "city: Denver # the town"),
  );
  assert.equal((await one.gusset("test")).exit, 0);
  assert.match((await one.gusset("test", "--update")).out, /nothing to update/);
  await one.end();
});

Deno.test("--filter plays the cases of that name only", async () => {
  const one = await rehearsal(spoilt);
  const some = await one.gusset("test", "vendors", "--filter", "PHONE");
  assert.equal(some.exit, 0);
  assert.match(some.out, /^2 cases: all as expected/);
  const none = await one.gusset("test", "--filter", "no such case");
  assert.match(none.out, /No case has that name/);
  await one.end();
});

Deno.test("--coverage names what no case exercises with its place; --strict makes that a failure", async () => {
  const less = (name: string, text: string): string | undefined =>
    name === "projects.test.yaml"
      ? undefined
      : text.replace("      - { ONE_TIME_FLAG: Y }\n", "").replace("      is_active: true\n", "");
  const one = await rehearsal((name, text) => less(name, text)?.replace("expect:", "includes:"));
  const { exit, out } = await one.gusset("test", "--coverage");
  assert.equal(exit, 0, "a gap alone is no failure");
  assert.match(out, /vendors\.yaml:13:\d+\n.*No case turns on `rec\.ONE_TIME_FLAG != 'Y'` being false/);
  assert.match(out, /projects\.yaml:\d+:\d+\n.*No case shows a value of project_number/);
  assert.match(out, /Without a test file: projects/);
  assert.match(out, /vendors {2,}\d+ {2,}\d+ {2,}\d+/);
  assert.equal((await one.gusset("test", "--coverage", "--strict")).exit, 1);
  const { json: [{ ok, coverage }] } = await one.gusset("test", "vendors", "--coverage", "--strict", "--json");
  assert.equal(ok, false);
  assert.deepEqual(coverage.map(({ pipeline }: { pipeline: string }) => pipeline), ["vendors"]);
  assert(coverage[0].points > coverage[0].covered);
  assert.equal(coverage[0].uncovered.length, coverage[0].points - coverage[0].covered);
  await one.end();
});

Deno.test("a mistake in a test file is shown like one in a pipeline, and nothing is played", async () => {
  const one = await rehearsal((_, text) => text.replace("ACTIVE_FLAG: Y", "ACTIVE_FLG: Y"));
  const { exit, out } = await one.gusset("test");
  assert.equal(exit, 1);
  assert.match(out, /vendors\.test\.yaml:\d+:\d+\nerror\[unknown-field\]: suppliers of ebs have no field ACTIVE_FLG/);
  assert.match(out, /help: did you mean ACTIVE_FLAG\?/);
  assert.doesNotMatch(out, /cases/);
  const { json: [{ ok, diagnostics }] } = await one.gusset("test", "--json");
  assert.equal(ok, false);
  assert.equal(diagnostics[0].code, "unknown-field");
  await one.end();
});

Deno.test("what does not go together on the command line is refused", async () => {
  const one = await rehearsal();
  for (
    const argv of [["--strict"], ["--coverage", "--filter", "x"], ["--coverage", "--update"], ["no-such-pipeline"]]
  ) {
    const { exit, out } = await one.gusset("test", ...argv);
    assert.equal(exit, 2, argv.join(" "));
    assert.equal(out, "");
  }
  await one.end();
});
