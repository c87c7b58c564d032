/**
 * The reconciliation that ships, whole and with one mistake at a time.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { loadProject } from "../engine/pipeline/load.ts";
import { loadDefinitions } from "../engine/reconcile/load.ts";
import { shippedTexts } from "./support/posting/texts.ts";
import { door } from "../main.ts";

const FILE = join(door.pipelines, "accruals.reconcile.yaml");
const { registry } = door;
const texts = await shippedTexts();

async function check(text: string) {
  const { project, diagnostics } = await loadProject({ dir: door.pipelines, registry, files: texts });
  assert.ok(project, JSON.stringify(diagnostics));
  return await loadDefinitions({ dir: door.pipelines, project, registry, files: new Map([[FILE, text]]) });
}

Deno.test("the shipped reconciliation is sound", async () => {
  const { definitions, diagnostics } = await check(texts.get(FILE)!);
  assert.deepEqual(diagnostics, []);
  assert.equal(definitions[0].pipeline.name, "requisition-journals");
});

Deno.test("editors accept it, and see a misspelt key", async () => {
  const schema = await Deno.readTextFile(new URL("../schemas/reconciliation.schema.json", import.meta.url));
  const ajv = new Ajv2020({ strict: false });
  const fits = ajv.compile(JSON.parse(schema));
  const text = texts.get(FILE)!;
  assert.ok(text.startsWith("# yaml-language-server: $schema=../schemas/reconciliation.schema.json\n"));
  assert.ok(fits(parse(text)), ajv.errorsText(fits.errors));
  assert.ok(!fits(parse(text.replace("certified:", "certifed:"))));
});

const mistakes: [what: string, from: string, to: string, code: string, at: string, help: RegExp][] = [
  ["a key that is none", "order: number", "orders: number", "unknown-key", "orders: number", /did you mean order/],
  [
    "a pipeline that is none",
    "pipeline: requisition-journals",
    "pipeline: requisition-journal",
    "unknown-pipeline",
    "requisition-journal",
    /did you mean requisition-journals/,
  ],
  [
    "a pipeline that posts nothing",
    "pipeline: requisition-journals",
    "pipeline: vendors",
    "not-posting",
    "vendors",
    /posts the journals/,
  ],
  [
    "a link that is none",
    "contracts: purchase-orders",
    "contracts: purchase-order",
    "unknown-pipeline",
    "purchase-order",
    /purchase-orders/,
  ],
  ["a list that is none", "lines: line_items", "lines: line_item", "unknown-list", "line_item", /line_items/],
  [
    "a connection that is none",
    "connection: ebs\n  stream: po_billing",
    "connection: ebb\n  stream: po_billing",
    "unknown-connection",
    "ebb",
    /did you mean ebs/,
  ],
  [
    "a stream that is none",
    "stream: po_billing",
    "stream: po_bill",
    "unknown-stream",
    "po_bill",
    /po_billing|there are/,
  ],
  [
    "a field that is none",
    "value: cost_this_period",
    "value: cost_this_perod",
    "unknown-field",
    "cost_this_perod",
    /cost_this_period/,
  ],
  [
    "a field of the list that is none",
    "withheld: retainage_to_date",
    "withheld: retained",
    "unknown-field",
    "retained",
    /there are/,
  ],
  ["a list that is a value", "each: INVOICES", "each: UNIT_PRICE", "not-a-list", "UNIT_PRICE", /name a list/],
  [
    "an amount that is text",
    "billed: BILLED_AMOUNT",
    "billed: MATCHING_BASIS",
    "wrong-type",
    "MATCHING_BASIS",
    /an amount/,
  ],
  ["a day that is none", "[billing_date, requisition_end]", "[billing_date, number]", "wrong-type", "number", /a day/],
  [
    "a condition that is none",
    "rec.status == 'approved' ||",
    "rec.statu == 'approved' ||",
    "unknown-field",
    "statu",
    /status/,
  ],
  [
    "a condition that gives text",
    "\"rec.?commitment_type.orValue('') == 'PurchaseOrderContract'\"",
    "rec.?commitment_type.orValue('')",
    "wrong-type",
    "rec",
    /compare/,
  ],
  [
    "a hole that names nothing",
    "{vendor_name}, req",
    "{vendor_nam}, req",
    "unknown-field",
    '"{vendor_nam}',
    /vendor_name/,
  ],
  ["a hole that is open", "requisition {number}", "requisition {number", "bad-template", '"{vendor_name}', /write }/],
];

Deno.test("each mistake gives one diagnostic, at its place, with what to write instead", async (t) => {
  for (const [what, from, to, code, at, help] of mistakes) {
    await t.step(what, async () => {
      assert.ok(texts.get(FILE)!.includes(from), from);
      const text = texts.get(FILE)!.replace(from, () => to);
      const { definitions, diagnostics } = await check(text);
      assert.deepEqual(diagnostics.map((one) => one.code), [code], JSON.stringify(diagnostics));
      const [{ place, message, help: said }] = diagnostics;
      const line = text.split("\n")[place.line - 1].slice(place.column - 1);
      assert.ok(line.startsWith(at), `${message} points at ${line}`);
      assert.match(said ?? "", help);
      assert.deepEqual(definitions, []);
    });
  }
});
