import assert from "node:assert/strict";
import { inspect } from "node:util";
import { Failure, sentence } from "../failure.ts";
import { resolveSettings } from "./resolve.ts";

const CANARY = "canary-91bd";
const place = { file: "pipelines/connections.yaml", line: 12, column: 3 };
const vault = {
  getSecret: (name: string): Promise<string> =>
    name.startsWith("ebs")
      ? Promise.resolve(`${CANARY}-${name}`)
      : Promise.reject(new Failure("secret.missing", { fact: "There is no secret of this name", value: name })),
};
const env = (name: string) => ({ HOST: "ebs.example.test", EMPTY: "", PASSWORD: `${CANARY}-env` })[name];

Deno.test("secrets and variables are opened wherever they stand, and nothing else is touched", async () => {
  const settings = {
    host: { env: "HOST" },
    port: 8000,
    tls: true,
    nothing: null,
    user: "PROCORE_INT",
    password: { secret: "ebs-password" },
    units: [{ org: "204", password: { secret: "ebs-204" } }, { org: { env: "HOST" } }],
    deep: { er: { still: { secret: "ebs-password" } } },
    // These look like references and are none.
    secret: "plain",
    two: { secret: "ebs-password", env: "HOST" },
    odd: { secret: 7 },
    list: ["secret", "env"],
  };
  const before = structuredClone(settings);
  const opened = await resolveSettings({ name: "ebs", settings, place }, { vault, env });
  assert.deepEqual(opened.settings, {
    ...before,
    host: "ebs.example.test",
    password: `${CANARY}-ebs-password`,
    units: [{ org: "204", password: `${CANARY}-ebs-204` }, { org: "ebs.example.test" }],
    deep: { er: { still: `${CANARY}-ebs-password` } },
  });
  assert.deepEqual(opened.secrets, [`${CANARY}-ebs-password`, `${CANARY}-ebs-204`]);
  assert.deepEqual(settings, before);
});

Deno.test("a setting that the connector calls secret is masked in whatever way it is given", async () => {
  const options = { vault, env, secretSettings: ["password", "keys"] };
  const config = (settings: Record<string, unknown>) => ({ name: "ebs", settings, place });
  const secretsOf = async (settings: Record<string, unknown>) =>
    (await resolveSettings(config(settings), options)).secrets;
  assert.deepEqual(await secretsOf({ password: { env: "PASSWORD" } }), [`${CANARY}-env`]);
  assert.deepEqual(await secretsOf({ password: "plain" }), ["plain"]);
  assert.deepEqual(await secretsOf({ keys: { a: "one", b: ["three"] } }), ["three", "one"]);
  assert.deepEqual(await secretsOf({ other: { password: "inner" }, user: "me", host: { env: "HOST" } }), []);
});

Deno.test("what is missing is said with its place, and without what was opened before", async (t) => {
  const table = [
    {
      settings: { a: { secret: "ebs-a" }, b: { secret: "gone" } },
      code: "secret.missing",
      says: ["gone", "setting b"],
    },
    { settings: { a: { secret: "ebs-a" }, b: { env: "GONE" } }, code: "env.missing", says: ["GONE", "setting b"] },
    { settings: { a: { env: "EMPTY" } }, code: "env.missing", says: ["EMPTY", "setting a"] },
    { settings: { a: [{ b: { env: "GONE" } }] }, code: "env.missing", says: ["setting a[0].b"] },
  ];
  for (const { settings, code, says } of table) {
    await t.step(JSON.stringify(settings), async () => {
      const thrown = await resolveSettings({ name: "ebs", settings, place }, { vault, env }).catch((thrown) => thrown);
      assert.ok(thrown instanceof Failure);
      assert.equal(thrown.code, code);
      const said = `${sentence(thrown)} ${inspect(thrown)}`;
      for (const part of [...says, "pipelines/connections.yaml:12:3", "connection ebs"]) {
        assert.ok(said.includes(part), said);
      }
      assert.ok(!said.includes(CANARY));
    });
  }
});

Deno.test("a vault is not asked where no setting is a secret, and a hostile key changes no prototype", async () => {
  const closed = { getSecret: () => Promise.reject(new Error("must not be asked")) };
  const settings = JSON.parse(`{ "host": { "env": "HOST" }, "__proto__": { "polluted": "yes" } }`);
  const { settings: opened } = await resolveSettings({ name: "ebs", settings, place }, { vault: closed, env });
  assert.equal(Object.getPrototypeOf(opened), Object.prototype);
  assert.equal((opened as { polluted?: string }).polluted, undefined);
  assert.equal(opened.host, "ebs.example.test");
});
