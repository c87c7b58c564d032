/**
 * No credential leaves the vault: secrets are planted, the whole product is run with everything that can go wrong, and every byte it
 * leaves behind is searched for them.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Wire } from "../engine/connector.ts";
import { broken } from "../engine/wire/trouble.ts";
import { filesBelow, formsOf, silent } from "./support/canary.ts";
import { smallCompany } from "./conformance/data.ts";
import { type Ran, stage } from "./cli/harness.ts";

const RIGHT = "c4n4ry-ebs-Pa55/&+ü ";
const WRONG = "wr0ng-c4n4ry/<ebs>+%";
const WRONG_CLIENT = "wr0ng-c4n4ry/&client=+ß";
const TOKENS = /"access_token":"([^"]+)"|<accessToken>([^<]+)</g;
const VERBS = [
  ["check"],
  ["ping"],
  ["dry-run", "--all"],
  ["dry-run", "vendors", "--out", "plan.jsonl"],
  ["run", "--all"],
  ["run", "vendors", "--full", "--verify", "--everything"],
  ["rejected"],
  ["parked"],
  ["adopt"],
  ["links", "export", "vendors"],
  ["runs"],
  ["status"],
  ["pin"],
  ["secret", "list"],
  ["permissions"],
];

Deno.test("the canary's forms are found where it is hidden, so that finding none means something", () => {
  const secrets = { canary: RIGHT };
  for (const text of [RIGHT, `x${btoa("user:" + encodeURI("c4n4ry"))}`, ...formsOf(RIGHT)]) {
    if (text.includes("c4n4ry") || formsOf(RIGHT).includes(text)) {
      assert.throws(() => silent("here", `before ${text} after`, secrets), /here holds canary/);
    }
  }
  const basic = new TextEncoder().encode(`GUSSET_INT:${RIGHT}`).toBase64();
  assert.throws(() => silent("a header", `Basic ${basic}`, secrets), /a header holds canary/);
  silent("elsewhere", "nothing of the kind", secrets);
});

Deno.test("no credential is in any output, file, plan or byte of the state, whatever goes wrong", async () => {
  const tokens = new Set<string>();
  let echo = false;
  const around = (_: string, wire: Wire): Wire => async (request) => {
    const sent = JSON.stringify([[...request.headers], await request.clone().text(), request.url]);
    // A debug page: all that was sent, given back in one of the shapes that the connectors read aloud.
    if (echo && !request.url.includes("/oauth/")) {
      return Response.json({ errors: [sent], message: sent }, { status: [400, 403, 500][sent.length % 3] });
    }
    // As the live wire says it.
    const response = await wire(request).catch((thrown) => Promise.reject(broken(request, String(thrown))));
    if (!/oauth\/token|\/login$/.test(request.url)) return response;
    const text = await response.text();
    for (const [, json, xml] of text.matchAll(TOKENS)) tokens.add(json ?? xml);
    return new Response(text, response);
  };
  const one = await stage({ data: smallCompany(), around });
  const all: Ran[] = [];
  const gusset = async (...argv: string[]): Promise<Ran> => {
    const [verb] = argv;
    const out = argv.indexOf("--out");
    if (out > 0) argv[out + 1] = join(one.home, argv[out + 1]);
    const ran = await one.gusset(...argv, "--verbose", "--debug");
    const json = await one.gusset(...argv, "--json", "--verbose", "--debug");
    all.push(ran, json);
    assert.ok(ran.exit !== 70 && json.exit !== 70, `${verb}: ${ran.err}${json.err}`);
    return ran;
  };
  const set = async (name: string, value: string): Promise<void> => {
    one.type(value);
    assert.equal((await gusset("secret", "set", name)).exit, 0);
  };

  await one.control("ebs", "POST", "gateway", { password: RIGHT });
  await set("sandbox-ebs-password", RIGHT);
  for (const argv of VERBS) await gusset(...argv);
  assert.ok(tokens.size >= 2, "both systems gave tokens");
  const rejected = await one.control("procore", "POST", "faults", {
    kind: "status",
    status: 422,
    route: "vendors/sync",
    times: "always",
  });
  assert.ok(rejected);
  await one.control("ebs", "POST", "touch", { table: "AP_SUPPLIERS", key: "3001", fields: { VENDOR_NAME: "Other" } });
  await gusset("run", "vendors");
  for (const kind of ["html", "doctype", "cut-body", "drop-before", "drop-after", "expire-session"]) {
    for (const system of ["ebs", "procore"]) {
      await one.control(system, "POST", "faults", { kind, times: 3 });
      await gusset("run", "projects", "vendors", "--full");
      await gusset("ping");
    }
  }
  echo = true;
  for (const argv of [["ping"], ["run", "--all", "--full"], ["dry-run", "--all"]]) await gusset(...argv);
  echo = false;
  await set("sandbox-ebs-password", WRONG);
  await set("sandbox-procore-client-secret", WRONG_CLIENT);
  for (const argv of [["ping"], ["run", "vendors"], ["dry-run", "vendors"]]) {
    assert.notEqual((await gusset(...argv)).exit, 0, argv.join(" "));
  }
  const key = (await Deno.readTextFile(join(one.home, "master.key"))).trim();
  await gusset("secret", "rotate");
  const newKey = (await Deno.readTextFile(join(one.home, "master.key"))).trim();

  const secrets: Record<string, string> = {
    "the EBS password": RIGHT,
    "the wrong EBS password": WRONG,
    "Procore's client secret": "open-sesame-of-the-sandbox",
    "the wrong client secret": WRONG_CLIENT,
    "the old master key": key,
  };
  const alive = Object.fromEntries([...tokens].map((token, i) => [`token ${i}`, token]));
  silent("an output", one.printed(), { ...secrets, ...alive, "the master key": newKey });
  const files = await filesBelow(one.home);
  assert.ok(files.some(([path]) => path.endsWith("kv.sqlite3")) && files.some(([path]) => path.endsWith("plan.jsonl")));
  for (const [path, bytes] of files) {
    silent(path, bytes, { ...secrets, ...alive, ...!path.endsWith("master.key") && { "the master key": newKey } });
  }
  assert.ok(all.length > 60);
  await one.end();
});
