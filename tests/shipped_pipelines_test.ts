import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { parse } from "yaml";
import { door } from "../main.ts";
import { loadProject } from "../engine/pipeline/load.ts";
import { jsonSchema } from "../engine/pipeline/schema.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, root));
const files = [
  "projects",
  "vendors",
  "cost-codes",
  "purchase-orders",
  "requisition-journals",
  "change-order-journals",
];

Deno.test("the shipped pipelines pass the check, and run in the order of their links", async () => {
  const { project, diagnostics } = await loadProject({ dir: door.pipelines, registry: door.registry });
  assert.deepEqual(diagnostics, []);
  const names = project!.pipelines.map((one) => one.name);
  assert.deepEqual(names.toSorted(), files.toSorted());
  assert(names.indexOf("projects") < names.indexOf("cost-codes"));
  assert(names.indexOf("cost-codes") < names.indexOf("purchase-orders"));
  for (const name of ["requisition-journals", "change-order-journals"]) {
    assert(names.indexOf("purchase-orders") < names.indexOf(name));
  }
});

Deno.test("the shipped pipelines create no project, and lose no segment of an account", async () => {
  const { project } = await loadProject({ dir: door.pipelines, registry: door.registry });
  const named = (name: string) => project!.pipelines.find((one) => one.name === name)!;
  assert.equal(named("projects").destination.create, "never");
  assert.deepEqual(Object.keys(named("projects").map), ["project_number"]);
  assert.deepEqual(named("cost-codes").map.code, { rule: "take", from: "CONCATENATED_SEGMENTS", apply: [] });
  for (const name of ["vendors", "cost-codes"]) {
    const { leaves, adopt } = named(name).destination;
    assert.equal(leaves, "deactivate");
    assert(
      adopt.every(({ match, how }) => how === "suggest" || !("name" in match)),
      "a name alone never takes a record over",
    );
  }
});

Deno.test("the JSON Schemas in schemas/ are those of the connectors: else run `deno task gusset schema`", async () => {
  const schemas = jsonSchema(door.registry);
  for (const [name, schema] of Object.entries(schemas)) {
    assert.deepEqual(JSON.parse(await read(`schemas/${name}.schema.json`)), JSON.parse(JSON.stringify(schema)), name);
  }
});

Deno.test("editors accept the shipped files and see what is wrong with others", async (t) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (formats as unknown as (ajv: Ajv2020) => void)(ajv);
  const pipeline = ajv.compile(JSON.parse(await read("schemas/pipeline.schema.json")));
  const connections = ajv.compile(JSON.parse(await read("schemas/connections.schema.json")));
  for (const file of files) {
    const text = await read(`pipelines/${file}.yaml`);
    assert(
      text.startsWith("# yaml-language-server: $schema=../schemas/pipeline.schema.json\n"),
      `${file} has its modeline`,
    );
    assert(pipeline(parse(text)), `${file}: ${ajv.errorsText(pipeline.errors)}`);
  }
  const shipped = await read("pipelines/connections.yaml");
  assert(connections(parse(shipped)), ajv.errorsText(connections.errors));
  const vendors = await read("pipelines/vendors.yaml");
  const wrong: [what: string, from: string, to: string][] = [
    ["a misspelt key", "map:", "mapp:"],
    ["a misspelt stream", "stream: vendors", "stream: vendor"],
    ["a misspelt destination field", "  city:", "  citty:"],
    ["a misspelt rule", "{ value: true }", "{ vlaue: true }"],
    ["a value that is not allowed", "leaves: deactivate", "leaves: deactivated"],
  ];
  for (const [what, from, to] of wrong) {
    await t.step(what, () => {
      assert(vendors.includes(from));
      assert(!pipeline(parse(vendors.replace(from, to))));
    });
  }
  const plain: [what: string, from: string, to: string][] = [
    ["a plain secret", "{ secret: ebs-password }", "hunter2"],
    ["a misspelt setting", "alias:", "alais:"],
    ["an unknown connector", "connector: ebs", "connector: abs"],
  ];
  for (const [what, from, to] of plain) {
    await t.step(what, () => {
      assert(shipped.includes(from));
      assert(!connections(parse(shipped.replace(from, to))));
    });
  }
});
