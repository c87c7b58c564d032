/**
 * A pipeline with a choice of every kind, and suites of it, for this folder's tests.
 *
 * @module
 */
import assert from "node:assert/strict";
import { load, registry } from "../pipeline/testing.ts";
import { readSource, type Source } from "../pipeline/yaml/source.ts";
import { type LoadedSuites, loadSuites } from "./load.ts";
import type { Suite } from "./types.ts";

/** A pipeline with every rule. */
export const orders = `name: orders
source:
  connection: erp
  stream: orders
  where: { cel: "rec.OPEN_FLAG == 'Y' && has(rec.SITE)" }
  split: { by: LINES.DISTRIBUTIONS.PROJECT_ID }
destination:
  connection: site
  stream: contracts
  partition: { link: projects, of: part }
map:
  number:
    template: "{NUMBER}-{part}"
    unique: { template: "{NUMBER}-{part}-{ORDER_ID}" }
  vendor_id: { link: vendors, of: VENDOR_ID, missing: reject }
  total: { difference: [TOTAL, { sum: { each: LINES.DISTRIBUTIONS, value: AMOUNT } }] }
  count: { from: COUNT, default: { value: "1" } }
  approved: { from: OPEN_FLAG, table: { Y: true, N: false }, else: { value: false } }
  due: DUE
  place: { record: { city: { from: SITE.CITY, apply: [trim], default: { value: nowhere } } } }
  lines:
    - each: LINES.DISTRIBUTIONS
      where: { cel: "rec.AMOUNT != decimal('0')" }
      map:
        title: { cel: "has(parent.TITLE) ? parent.TITLE : 'untitled'" }
        amount: { negate: AMOUNT }
    - one: { title: { value: end } }
`;

/** What begins a test file of it: records that become a contract, and one case. */
export const head = `pipeline: orders
usual:
  ORDER_ID: 1
  NUMBER: "007"
  VENDOR_ID: 12
  TOTAL: 10.00
  OPEN_FLAG: Y
  SITE: { SITE_ID: 5, CITY: " Golden " }
  LINES: [{ LINE_ID: 1, DISTRIBUTIONS: [{ DIST_ID: 1, AMOUNT: 2.50, PROJECT_ID: 820 }] }]
links:
  projects: { 820: 9100 }
  vendors: { 12: 3000 }
cases:
`;

/** The one contract of an order that is as usual. */
export const usual = `  - name: An order becomes a contract
    partition: "9100"
    expect:
      number: 007-820
      vendor_id: "3000"
      total: "7.5"
      count: 1
      approved: true
      place: { city: Golden }
      lines: [{ title: untitled, amount: "-2.50" }, { title: end }]
`;

/** Loads `orders.test.yaml` of these texts. */
export async function loadCases(text: string, pipeline = orders): Promise<LoadedSuites> {
  const { project, diagnostics } = await load({ "orders.yaml": pipeline });
  assert.deepEqual(diagnostics, []);
  const files = new Map([["pipelines/orders.test.yaml", text]]);
  return await loadSuites({ dir: "pipelines", project: project!, registry, files });
}

/** The suite of a test file without a mistake. */
export async function suiteOf(text: string, pipeline = orders): Promise<Suite> {
  const { suites: [suite], diagnostics } = await loadCases(text, pipeline);
  assert.deepEqual(diagnostics, []);
  return suite;
}

/** The pipeline's own file. */
export function fileOf(pipeline = orders): Source {
  const { source } = readSource("pipelines/orders.yaml", pipeline);
  assert(source);
  return source;
}
