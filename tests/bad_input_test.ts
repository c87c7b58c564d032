/**
 * Bad input as a user meets it: one clear message with a place and an action, no stack trace, the right exit code, and nothing lost
 * or half-written.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Row, Wire } from "../engine/connector.ts";
import { broken, unreachable } from "../engine/wire/trouble.ts";
import { type Ran, type Stage, stage, type StageOptions } from "./cli/harness.ts";
import { smallCompany } from "./conformance/data.ts";

const shipped = new URL("../pipelines/", import.meta.url);

/** A stage with a folder of pipelines of its own; `edit` changes what is in `vendors.yaml`. */
async function stageWith(edit: (text: string) => string, more: StageOptions = {}): Promise<Stage & { file: string }> {
  const pipelines = await Deno.makeTempDir({ prefix: "gusset-test-" });
  for (const name of ["projects.yaml", "vendors.yaml", "cost-codes.yaml"]) {
    await Deno.copyFile(new URL(name, shipped), join(pipelines, name));
  }
  const file = join(pipelines, "vendors.yaml");
  await Deno.writeTextFile(file, edit(await Deno.readTextFile(file)));
  const one = await stage({ data: smallCompany(), pipelines, ...more });
  return {
    ...one,
    file,
    async end() {
      await one.end();
      await Deno.remove(pipelines, { recursive: true });
    },
  };
}

const changed = (from: string | RegExp, to: string) => (text: string): string => {
  const after = text.replace(from, to);
  assert.notEqual(after, text, `nothing to change: ${from}`);
  return after;
};

/** No stack trace, nothing of the engine's inside, no escape that would speak to the terminal. */
function plain({ out, err }: Ran): void {
  for (const text of [out, err]) {
    assert.doesNotMatch(text, /^\s+at .*[:(]|\.ts:\d+|Uncaught|\[object |undefined\b/m);
    // deno-lint-ignore no-control-regex -- these are what must not be there
    assert.doesNotMatch(text, /[\x00-\x08\x0b-\x1f\x7f]/);
  }
}

const FILES: Record<string, [edit: (text: string) => string, place: RegExp, says: RegExp, help: RegExp]> = {
  "a mistyped key": [changed("leaves: deactivate", "leafs: deactivate"), /:\d+:3$/, /leafs/, /leaves/],
  "a mistyped source field": [
    changed("origin_code: SEGMENT1", "origin_code: SEGMNT1"),
    /:\d+:16$/,
    /SEGMNT1/,
    /SEGMENT1/,
  ],
  "a mistyped field in an expression": [
    changed("rec.ONE_TIME_FLAG", "rec.ONE_TIM_FLAG"),
    /:\d+:\d+$/,
    /ONE_TIM_FLAG/,
    /ONE_TIME_FLAG/,
  ],
  "a mistyped destination field": [changed("fax_number:", "fax_numbr:"), /:\d+:3$/, /fax_numbr/, /fax_number/],
  "a mistyped stream": [changed("stream: suppliers", "stream: supliers"), /:7:11$/, /supliers/, /suppliers/],
  "a mistyped connection": [changed("connection: ebs", "connection: ebz"), /:6:15$/, /ebz/, /ebs/],
  "a mistyped zone": [changed("America/Denver", "America/Dever"), /:\d+:\d+$/, /America\/Dever/, /America\/Denver/],
  "a mistyped cron": [changed("15 1 * * *", "15 25 * * *"), /:\d+:\d+$/, /15 25 \* \* \*|25/, /./],
  "a tab": [changed("  connection: ebs", "\tconnection: ebs"), /:6:1$/, /[Tt]ab/, /blanks|spaces/],
  "a key twice": [changed("  city: SITE.CITY", "  city: SITE.CITY\n  city: SITE.STATE"), /:\d+:3$/, /city/, /./],
  "anchors without end": [() => bomb(), /:\d+:\d+$/, /alias|anchor/i, /./],
  "an anchor that holds itself": [() => "name: &a [*a]\n", /:\d+:\d+$/, /./, /./],
  "a NUL": [changed("suppliers", "supp\0liers"), /:\d+:\d+$/, /NUL|control|character/i, /./],
  "an empty file": [() => "", /:1:1$/, /empty|nothing/i, /./],
};

/** Nine levels of nine aliases: half a billion elements, if they were written out. */
function bomb(): string {
  const names = [..."abcdefghi"];
  return names.map((name, i) => `${name}: &${name} [${Array(9).fill(i === 0 ? "x" : `*${names[i - 1]}`).join(", ")}]`)
    .join("\n");
}

for (const [what, [edit, place, says, help]] of Object.entries(FILES)) {
  Deno.test(`${what} in a pipeline is one mistake, with its place and what to write, and nothing runs`, async () => {
    const one = await stageWith(edit);
    const { exit, json: [{ ok, diagnostics }] } = await one.gusset("check", "--json");
    assert.deepEqual([exit, ok], [1, false]);
    const errors = diagnostics.filter(({ severity }: { severity: string }) => severity === "error");
    assert.equal(errors.length, 1, JSON.stringify(errors));
    const [{ file, line, column, message, help: helps }] = errors;
    assert.equal(file, one.file);
    assert.match(`:${line}:${column}`, place);
    assert.match(message, says);
    assert.match(helps ?? "", help);
    const check = await one.gusset("check");
    assert.ok((check.out + check.err).includes(`${one.file}:${line}:${column}`), check.out);
    const run = await one.gusset("run", "--all");
    assert.equal(run.exit, 1);
    assert.ok(run.err.includes(`${one.file}:${line}:${column}`), run.err);
    for (const ran of [check, run]) plain(ran);
    for (const system of ["ebs", "procore"]) assert.equal(Object.keys(await calls(one, system)).length, 0, system);
    await one.end();
  });
}

async function calls(one: Stage, system: string): Promise<Record<string, unknown>> {
  const { routes, ...others } = await one.requests(system) as { routes?: Record<string, unknown> };
  const all = routes ?? others;
  return Object.fromEntries(
    Object.entries(all).filter(([route]) => !route.includes("_sandbox") && route.includes(" ")),
  );
}

/** What a run of vendors leaves in Procore where nothing is wrong. */
async function calm(data = smallCompany()): Promise<string[]> {
  const one = await stage({ data });
  assert.equal((await one.gusset("run", "vendors")).exit, 0);
  const names = await vendorsIn(one);
  await one.end();
  return names;
}

async function vendorsIn(one: Stage): Promise<string[]> {
  const rows = await one.rows("procore", "vendors");
  const origins = rows.flatMap(({ origin_id }) => origin_id ? [origin_id] : []);
  assert.equal(new Set(origins).size, origins.length, "a supplier became two vendors");
  return rows.filter(({ origin_id }) => origin_id).map(({ origin_id, name }) => `${origin_id} ${name}`).sort();
}

const TROUBLE: Record<string, {
  around?: (connection: string, wire: Wire) => Wire;
  before?: (one: Stage) => Promise<unknown>;
  exit: number;
  code: string;
  says: RegExp;
  after?: (one: Stage) => Promise<unknown>;
}> = {
  "a secret that is missing": {
    before: (one) => one.gusset("secret", "remove", "sandbox-ebs-password"),
    exit: 3,
    code: "secret.missing",
    says: /connections\.yaml:\d+:\d+, connection ebs, setting password.*sandbox-ebs-password.*gusset secret set/s,
    after: (one) => (one.type("play-sand-4711"), one.gusset("secret", "set", "sandbox-ebs-password")),
  },
  "a wrong password": {
    before: (one) => (one.type("wrong-one"), one.gusset("secret", "set", "sandbox-ebs-password")),
    exit: 3,
    code: "login.refused",
    says: /GUSSET_INT|password/,
    after: (one) => (one.type("play-sand-4711"), one.gusset("secret", "set", "sandbox-ebs-password")),
  },
  "a wrong client secret": {
    before: (one) => (one.type("wrong-one"), one.gusset("secret", "set", "sandbox-procore-client-secret")),
    exit: 3,
    code: "login.refused",
    says: /client_id|client secret/,
    after: (
      one,
    ) => (one.type("open-sesame-of-the-sandbox"), one.gusset("secret", "set", "sandbox-procore-client-secret")),
  },
  "a host that refuses": {
    before: (one) => one.control("ebs", "POST", "faults", { kind: "drop-before", times: "always" }),
    exit: 4,
    code: "wire.unreachable",
    says: /cannot be reached: the connection was refused\. Check host and port/,
    after: (one) => one.control("ebs", "DELETE", "faults"),
  },
  "a host that does not answer": {
    before: (one) => one.control("ebs", "POST", "faults", { kind: "delay-answer", ms: 3_000_000, times: "always" }),
    exit: 4,
    code: "wire.timeout",
    says: /did not answer within 120 s/,
    after: (one) => one.control("ebs", "DELETE", "faults"),
  },
  "a page that is half JSON": {
    before: (one) =>
      one.control("ebs", "POST", "faults", { kind: "cut-body", route: "*get_suppliers*", times: "always" }),
    exit: 4,
    code: "wire.garbled",
    says: /get_suppliers.*proxy/s,
    after: (one) => one.control("ebs", "DELETE", "faults"),
  },
  "XML with a document type": {
    before: (one) =>
      one.control("ebs", "POST", "faults", { kind: "doctype", route: "*get_suppliers*", times: "always" }),
    exit: 3,
    code: "wire.hostile-xml",
    says: /get_suppliers.*administrator/s,
    after: (one) => one.control("ebs", "DELETE", "faults"),
  },
};

for (const [what, { before, exit, code, says, after }] of Object.entries(TROUBLE)) {
  Deno.test(`${what} is one clear message; once it is mended a run does all of the work, once`, async () => {
    const one = await stage({ data: smallCompany(), around: live });
    await before?.(one);
    for (const verb of ["run", "dry-run"]) {
      const ran = await one.gusset(verb, "vendors");
      assert.equal(ran.exit, exit, ran.out + ran.err);
      const said = ran.out + ran.err;
      assert.match(said, says);
      assert.equal(said.split(/\bStopped: |gusset: /).length, 2, `said more than once: ${said}`);
      plain(ran);
      const json = await one.gusset(verb, "vendors", "--json");
      assert.equal(json.exit, exit);
      const failures = json.json.flatMap((line) =>
        line.type === "failure" ? [line] : line.failure ? [line.failure] : []
      );
      assert.deepEqual(failures.map((failure) => failure.code), [code], json.out);
      for (const failure of failures) assert.ok(failure.fact && failure.action && failure.place, json.out);
    }
    assert.deepEqual(await vendorsIn(one), [], "something was written all the same");
    await after?.(one);
    const ran = await one.gusset("run", "vendors");
    assert.equal(ran.exit, 0, ran.out + ran.err);
    assert.deepEqual(await vendorsIn(one), await calm());
    await one.end();
  });
}

/** A wire that says what happens to a connection as the live one does. */
const live = (_: string, wire: Wire): Wire => (request) =>
  wire(request).catch((thrown) => {
    if (request.signal.aborted) throw request.signal.reason;
    throw String(thrown).includes("closed")
      ? unreachable(request, "the connection was refused")
      : broken(request, String(thrown));
  });

/** A gateway whose rows of suppliers are others. */
const rewritten = (edit: (rows: Row[]) => Row[]) => (connection: string, wire: Wire): Wire => async (request) => {
  const response = await wire(request);
  if (connection !== "ebs" || !request.url.includes("get_suppliers")) return response;
  const body = await response.json();
  const rows = body.OutputParameters?.X_ROWS;
  if (Array.isArray(rows?.X_ROWS_ITEM)) rows.X_ROWS_ITEM = edit(rows.X_ROWS_ITEM);
  return Response.json(body, { status: response.status });
};

const ROWS: Record<string, [edit: (rows: Row[]) => Row[], code: string, says: RegExp]> = {
  "a record without its key": [
    (rows) => rows.map((row, i) => i === 0 ? { ...row, VENDOR_ID: null } as unknown as Row : row),
    "record.no-key",
    /VENDOR_ID/,
  ],
  "a supplier twice in one page": [
    (rows) => rows.flatMap((row, i) => i === 0 ? [row, { ...row, VENDOR_NAME: "The other one" }] : [row]),
    "record.duplicate",
    /twice/,
  ],
};

for (const [what, [edit, code, says]] of Object.entries(ROWS)) {
  Deno.test(`${what} is rejected with its place; all other records are written`, async () => {
    const one = await stage({ data: smallCompany(), around: rewritten(edit) });
    const ran = await one.gusset("run", "vendors");
    assert.equal(ran.exit, 1, ran.out + ran.err);
    plain(ran);
    const { json } = await one.gusset("rejected", "--json");
    assert.ok(json.length >= 1, ran.out);
    for (const { failure } of json) {
      assert.equal(failure.code, code, JSON.stringify(failure));
      assert.match(`${failure.place} ${failure.fact}`, says);
      assert.ok(failure.place && failure.action);
    }
    const wrong = new Set(json.map(({ key }) => `EBS-V-${key}`));
    const names = await vendorsIn(one);
    const expected = (await calm()).filter((name) => !wrong.has(name.split(" ")[0]));
    assert.ok(names.every((name) => expected.includes(name)), "a vendor that a calm run would not make");
    assert.ok(names.length >= expected.length - json.length, `${names.length} of ${expected.length}`);
    const again = await one.gusset("run", "vendors", "--full");
    assert.deepEqual(await vendorsIn(one), names, again.out);
    await one.end();
  });
}

/** The company with a supplier of this name, and the supplier's key. */
function withName(name: string): { data: Record<string, Row[]>; key: string } {
  const data = smallCompany();
  const wanted = ({ VENDOR_TYPE_LOOKUP_CODE, ENABLED_FLAG, ONE_TIME_FLAG }: Row): boolean =>
    VENDOR_TYPE_LOOKUP_CODE === "VENDOR" && ENABLED_FLAG === "Y" && ONE_TIME_FLAG !== "Y";
  const victim = data.suppliers.find(wanted)!;
  victim.VENDOR_NAME = name;
  return { data, key: victim.VENDOR_ID as string };
}

Deno.test("a name of 300 bytes comes through letter by letter", async () => {
  const name = "Ü".repeat(150);
  assert.equal(new TextEncoder().encode(name).length, 300);
  const { data, key } = withName(name);
  const one = await stage({ data });
  assert.equal((await one.gusset("run", "vendors")).exit, 0);
  assert.ok((await vendorsIn(one)).includes(`EBS-V-${key} ${name}`));
  await one.end();
});

Deno.test("a name of 300 characters is cut where the pipeline says so, and else rejected alone, with what to write", async () => {
  const { data, key } = withName("N".repeat(300));
  const shippedStage = await stage({ data });
  assert.equal((await shippedStage.gusset("run", "vendors")).exit, 0);
  assert.ok((await vendorsIn(shippedStage)).includes(`EBS-V-${key} ${"N".repeat(255)}`));
  await shippedStage.end();

  const uncut = await stageWith(changed("apply: [trim, { truncate: 255 }]", "apply: [trim]"), { data });
  const ran = await uncut.gusset("run", "vendors");
  assert.equal(ran.exit, 1, ran.out + ran.err);
  plain(ran);
  const { json } = await uncut.gusset("rejected", "--json");
  assert.deepEqual(json.map((one) => [one.key, one.failure.code]), [[key, "map.too-long"]]);
  assert.match(json[0].failure.place, new RegExp(`${key}.*name`));
  assert.match(json[0].failure.action, /truncate/);
  const others = (await calm(data)).filter((name) => !name.startsWith(`EBS-V-${key} `));
  assert.deepEqual(await vendorsIn(uncut), others);
  await uncut.end();
});
