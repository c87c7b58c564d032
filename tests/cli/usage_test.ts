import assert from "node:assert/strict";
import { EXIT } from "../../engine/cli/exit.ts";
import { stage } from "./harness.ts";

const VERBS = [
  "adopt",
  "check",
  "demo",
  "dry-run",
  "init",
  "links",
  "parked",
  "permissions",
  "pin",
  "ping",
  "rejected",
  "run",
  "runs",
  "sandbox",
  "schema",
  "secret",
  "status",
  "test",
  "version",
];

Deno.test("help names every verb and every exit code", async () => {
  const { gusset, end } = await stage();
  const { exit, out, err } = await gusset("--help");
  assert.equal(exit, 0);
  assert.equal(err, "");
  for (const verb of VERBS) assert.match(out, new RegExp(`^ +${verb}\\b`, "m"));
  for (const code of Object.values(EXIT)) assert.match(out, new RegExp(`^ +${code} +\\w`, "m"));
  for (const verb of VERBS) {
    const help = await gusset(verb, "--help");
    assert.equal(help.exit, 0, verb);
    assert.match(help.out, /--json/, `${verb} does not show the options that all verbs have`);
  }
  await end();
});

Deno.test("a verb is loaded by its own name, and by no other word's", async () => {
  const { gusset, end } = await stage();
  for (const verb of VERBS) {
    const { exit, err } = await gusset(verb, "--no-such-option");
    assert.equal(exit, EXIT.usage, verb);
    assert.match(err, /unknown option '--no-such-option'/, verb);
  }
  // The name of a verb as an option's value stands in nobody's way.
  const { exit, out } = await gusset("--pipelines", "run", "version");
  assert.equal(exit, EXIT.fine);
  assert.match(out, /^gusset \d/);
  await end();
});

Deno.test("what is wrong with a command line is a line of JSON too, where JSON is asked for", async () => {
  const { gusset, end } = await stage();
  for (const argv of [["chekc"], ["run", "--limit", "x"], ["run"], ["rejected", "dismiss", "vendors", "1"]]) {
    const { exit, json } = await gusset(...argv, "--json");
    assert.equal(exit, EXIT.usage);
    assert.deepEqual(json.map(({ type, code }) => [type, code]), [["failure", "usage"]], argv.join(" "));
  }
  await end();
});

Deno.test("a file that cannot be written is the path's fault, not ours", async () => {
  const { gusset, home, end } = await stage();
  for (
    const argv of [["dry-run", "projects", "--out", `${home}/no/plan.jsonl`], ["schema", "--out", `${home}/kv.sqlite3`]]
  ) {
    const { exit, err } = await gusset(...argv);
    assert.equal(exit, EXIT.halted, err);
    assert.match(err, /The file cannot be written: .*Check that its folder is there/);
    assert.doesNotMatch(err, /report/);
  }
  await end();
});

const wrong: [argv: string[], says: RegExp][] = [
  [["chekc"], /unknown command 'chekc'\s+\(Did you mean check\?\)/],
  [["check", "--stict"], /unknown option '--stict'\s+\(Did you mean --strict\?\)/],
  [["run"], /No pipeline is named\. Name one or more, or say --all\./],
  [["dry-run"], /No pipeline is named/],
  [["run", "vendrs"], /There is no pipeline vendrs\. There are: .*vendors/],
  [["ping", "oracle"], /There is no connection oracle\. There are: .*ebs/],
  [["pin", "reset", "oracle"], /There is no connection oracle\. There are: .*ebs/],
  [["run", "vendors", "--limit", "many"], /--limit <n>.*many.*whole number above 0/],
  [["run", "vendors", "--limit", "0"], /whole number above 0/],
  [["dry-run", "--all", "--out", "plan.jsonl"], /--out saves the plan of one pipeline/],
  [["secret", "set"], /missing required argument 'name'/],
  [["rejected", "dismiss", "vendors", "1"], /required option '--why <text>'/],
  [["rejected", "show", "vendors", "no-such"], /vendors has no rejected record no-such/],
  [["adopt", "accept", "vendors"], /No record is named/],
  [["adopt", "accept", "vendors", "no-such"], /No twin is suggested for no-such/],
  [["links", "drop", "vendors", "no-such"], /vendors has no link for no-such/],
  [["runs", "show", "no-such"], /There is no run no-such/],
  [["sandbox", "--port", "ebs:8101"], /CONNECTOR=PORT/],
  [["sandbox", "--port", "sap=8101"], /There is no connector sap/],
];

Deno.test("a wrong command line ends with 2, one message, no stack and nothing on standard output", async () => {
  const { gusset, end } = await stage();
  for (const [argv, says] of wrong) {
    const { exit, out, err } = await gusset(...argv);
    const line = argv.join(" ");
    assert.match(err, says, line);
    assert.equal(exit, 2, `${line}: ${err}`);
    assert.equal(out, "", line);
    assert.doesNotMatch(err, /^\s+at /m, line);
  }
  await end();
});

Deno.test("verbs that only read make no state where there is none, and say so", async () => {
  const { gusset, home, end } = await stage();
  const kv = `${home}/mistyped/kv.sqlite3`;
  const reading = [
    ["status"],
    ["runs"],
    ["rejected"],
    ["parked"],
    ["adopt"],
    ["links", "list", "vendors"],
    ["links", "export", "vendors"],
    ["pin"],
    ["secret"],
  ];
  for (const argv of reading) {
    for (const json of [[], ["--json"]]) {
      const { exit, err } = await gusset(...argv, ...json, "--kv", kv);
      assert.equal(exit, EXIT.fine, argv.join(" ") + err);
      assert.match(err, /^There is no state at .*\/mistyped\/kv\.sqlite3 yet/, argv.join(" "));
      await assert.rejects(Deno.stat(`${home}/mistyped`), Deno.errors.NotFound, argv.join(" "));
    }
    assert.equal((await gusset(...argv)).err, "", argv.join(" "));
    assert.match((await gusset(...argv, "--kv", "ftp://x")).err, /State lives in a file or behind an http/);
  }
  await assert.rejects(Deno.stat("ftp:"), Deno.errors.NotFound);
  await end();
});

Deno.test("a connection that is there and was never used has no pin to forget", async () => {
  const { gusset, end } = await stage();
  const { exit, out } = await gusset("pin", "reset", "ebs");
  assert.deepEqual([exit, out], [EXIT.fine, "ebs was not pinned.\n"]);
  await end();
});

Deno.test("--debug shows the stack of a failure, and only then", async () => {
  const { gusset, end } = await stage();
  assert.match((await gusset("run", "vendrs", "--debug")).err, /^\s+at /m);
  await end();
});

Deno.test("a failure is JSON where JSON is asked for", async () => {
  const { gusset, end } = await stage();
  const { json: [failure], exit } = await gusset("run", "vendrs", "--json");
  assert.equal(exit, 2);
  assert.equal(failure.type, "failure");
  assert.equal(failure.code, "config.unknown-pipeline");
  assert.equal(typeof failure.action, "string");
  await end();
});

Deno.test("version names Gusset, the runtime and the connectors", async () => {
  const { gusset, end } = await stage();
  const { json: [version] } = await gusset("version", "--json");
  assert.deepEqual(version.connectors.map(({ name }: { name: string }) => name), ["ebs", "procore"]);
  assert.equal(version.deno, Deno.version.deno);
  assert.match((await gusset("--version")).out, new RegExp(`^${version.gusset}\n$`));
  await end();
});
