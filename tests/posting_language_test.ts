import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { door } from "../main.ts";
import { loadProject } from "../engine/pipeline/load.ts";
import { diagnosticsJson } from "../engine/pipeline/render.ts";
import { jsonSchema } from "../engine/pipeline/schema.ts";
import { readSource } from "../engine/pipeline/yaml/source.ts";
import { coverage } from "../engine/rehearse/coverage.ts";
import { loadSuites } from "../engine/rehearse/load.ts";
import { rehearse } from "../engine/rehearse/rehearse.ts";
import { renderSuite } from "../engine/rehearse/render.ts";
import { shippedTexts } from "./support/posting/texts.ts";

const { registry, pipelines: dir } = door;
const name = "requisition-journals";
const files = await shippedTexts();
const file = `${dir}/${name}.yaml`;
const text = files.get(file)!;

Deno.test("the pipeline of requisitions passes the check beside the others, and comes after the one it leads back over", async () => {
  const { project, diagnostics } = await loadProject({ dir, registry, files });
  assert.deepEqual(diagnosticsJson(diagnostics), []);
  assert.equal(project!.pipelines.at(-1)!.name, name);
  assert.deepEqual(project!.pipelines.at(-1)!.needs, ["cost-codes", "purchase-orders"]);
});

Deno.test("its cases are as expected, and exercise all of it", async () => {
  const { project } = await loadProject({ dir, registry, files });
  const { suites, subjects, diagnostics } = await loadSuites({ dir, registry, project: project!, files });
  assert.deepEqual(diagnosticsJson(diagnostics), []);
  const gathered = coverage(subjects.get(name)!, readSource(file, text).source!);
  for (const suite of suites.filter(({ subject }) => subject.pipeline.name === name)) {
    assert.equal(renderSuite(rehearse(suite, { listener: gathered.listener }), (_, said) => said), "");
  }
  assert.deepEqual(gathered.uncovered().map(({ place, message }) => `${place.line}: ${message}`), []);
});

Deno.test("whatever of it decides where money goes is in its hash", async (t) => {
  const hash = async (changed: string): Promise<string> => {
    const { project, diagnostics } = await loadProject({ dir, registry, files: new Map([...files, [file, changed]]) });
    assert.deepEqual(diagnosticsJson(diagnostics), []);
    return project!.pipelines.find((one) => one.name === name)!.hash;
  };
  const before = await hash(text);
  assert.equal(await hash(text.replace("description: Approved", "description: # why\n  Approved")), before);
  const changes: [string, string][] = [
    ["key: PO_DISTRIBUTION_ID", "key: { from: PO_DISTRIBUTION_ID, apply: [trim] }"],
    ["!= 'PurchaseOrderContract'", "!= 'PurchaseOrderContracts'"],
    ["missing: absent", "missing: reject"],
    ["certified: cost_to_date", "certified: cost_previous"],
    ["amount: billing.RECOGNISED_AMOUNT", "amount: billing.BILLED_AMOUNT"],
    ["never: billing.ACCRUAL_ACCOUNT_ID", "never: billing.CODE_COMBINATION_ID"],
    ["count: 500", "count: 501"],
    ["from: 2026-10-01", "from: 2026-11-01"],
    ["approval: required", "approval: none"],
    ['"01": "17119"', '"01": "17120"'],
  ];
  for (const [from, to] of changes) {
    await t.step(to, async () => {
      assert(text.includes(from), from);
      assert.notEqual(await hash(text.replace(from, to)), before);
    });
  }
});

Deno.test("editors accept it, and see a misspelt key of what is posted", () => {
  const valid = new Ajv2020({ strict: false }).compile(jsonSchema(registry).pipeline);
  assert(valid(parse(text)), JSON.stringify(valid.errors));
  for (const [from, to] of [["certified:", "certifed:"], ["ENTERED_DR:", "ENTERED_D:"], ["when:", "wenn:"]]) {
    // Lines are rules of any shape to an editor: what is in them is for the check.
    assert.equal(valid(parse(text.replace(from, to))), from === "ENTERED_DR:", to);
  }
});
