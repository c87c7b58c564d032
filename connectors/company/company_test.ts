import assert from "node:assert/strict";
import type { Row } from "../../engine/connector.ts";
import { sameDecimal, sum } from "../../engine/decimal.ts";
import { codeCombination } from "../../schemas/ebs/code_combinations.ts";
import { operatingUnit } from "../../schemas/ebs/operating_units.ts";
import { project } from "../../schemas/ebs/projects.ts";
import { supplier } from "../../schemas/ebs/suppliers.ts";
import { company } from "./company.ts";

const AT = Date.parse("2026-03-02T08:00:00Z");
const data = company({ at: AT });
const count = (rows: Row[], wanted: (row: Row) => boolean): number => rows.filter(wanted).length;
const sites = (row: Row): Row[] => row.SITES as Row[];

Deno.test("one seed makes one company, another seed another", () => {
  assert.deepEqual(company({ at: AT }), data);
  assert.notDeepEqual(company({ at: AT, seed: 2 }).suppliers, data.suppliers);
});

Deno.test("every row is as the EBS schemas have it, and no key stands twice", () => {
  const files = [
    ["operating_units", operatingUnit, "ORGANIZATION_ID"],
    ["suppliers", supplier, "VENDOR_ID"],
    ["code_combinations", codeCombination, "CODE_COMBINATION_ID"],
    ["projects", project, "PROJECT_ID"],
  ] as const;
  for (const [file, schema, key] of files) {
    const exactly = schema.strict();
    for (const row of data[file]) exactly.parse(row);
    assert.equal(new Set(data[file].map((row) => row[key])).size, data[file].length, file);
  }
  const all = data.suppliers.flatMap(sites).map((site) => site.VENDOR_SITE_ID);
  assert.equal(new Set(all).size, all.length);
  const numbers = data.suppliers.map((row) => row.SEGMENT1);
  assert.equal(new Set(numbers).size, numbers.length);
});

Deno.test("references lead somewhere: orders to suppliers of their office, accounts and projects", () => {
  const suppliers = new Map(data.suppliers.map((row) => [row.VENDOR_ID, row]));
  const accounts = new Map(data.code_combinations.map((row) => [row.CODE_COMBINATION_ID, row]));
  const projects = new Map(data.projects.map((row) => [row.SEGMENT1, row]));
  const byId = new Map(data.projects.map((row) => [row.PROJECT_ID, row]));
  const abroad = new Set<string>();
  for (const order of data.purchase_orders) {
    const { ORG_ID } = projects.get(order.PROJECT_NUMBER)!;
    assert.ok(sites(suppliers.get(order.VENDOR_ID)!).some((site) => site.ORG_ID === ORG_ID), `${order.PO_HEADER_ID}`);
    const lines = order.LINES as Row[];
    assert.ok(lines.length > 0 || order.TYPE_LOOKUP_CODE === "CONTRACT");
    for (const { CODE_COMBINATION_ID, DISTRIBUTIONS } of lines) {
      const { SEGMENT1, SUMMARY_FLAG } = accounts.get(CODE_COMBINATION_ID)!;
      assert.equal(SUMMARY_FLAG, "N");
      abroad.add(Number(SEGMENT1) === Number(ORG_ID) - 203 ? "own" : "other");
      for (const { PROJECT_ID } of (DISTRIBUTIONS ?? []) as Row[]) {
        if (PROJECT_ID !== undefined) assert.equal(byId.get(PROJECT_ID)!.ORG_ID, ORG_ID);
      }
    }
  }
  assert.deepEqual([...abroad].sort(), ["other", "own"]);
  for (const row of data.procore_cost_codes) assert.ok(projects.has(row.project_number as string));
});

Deno.test("the mess of real data is there, whatever the seed", async (t) => {
  for (const seed of [1, 2, 3]) {
    await t.step(`seed ${seed}`, () => {
      const { suppliers, code_combinations: accounts, projects, ...procore } = company({ seed, at: AT });
      const names = suppliers.map((row) => (row.VENDOR_NAME as string).trim());
      const wanted: Record<string, [number, number]> = {
        "trailing blanks": [count(suppliers, (row) => /\s$/.test(row.VENDOR_NAME as string)), 10],
        "shared names": [names.length - new Set(names).size, 4],
        accents: [count(suppliers, (row) => /[À-ÿ]/.test(row.VENDOR_NAME as string)), 4],
        "long names": [count(suppliers, (row) => (row.VENDOR_NAME as string).length > 200), 1],
        markup: [count(suppliers, (row) => /[<&]/.test(row.VENDOR_NAME as string)), 5],
        employees: [count(suppliers, (row) => row.VENDOR_TYPE_LOOKUP_CODE === "EMPLOYEE"), 20],
        "tax authorities": [count(suppliers, (row) => row.VENDOR_TYPE_LOOKUP_CODE === "TAX AUTHORITY"), 8],
        "one-time": [count(suppliers, (row) => row.ONE_TIME_FLAG === "Y"), 6],
        ended: [count(suppliers, (row) => row.END_DATE_ACTIVE !== undefined), 8],
        "no site": [count(suppliers, (row) => sites(row).length === 0), 1],
        "padded numbers": [count(suppliers, (row) => /^0/.test(row.SEGMENT1 as string)), 20],
        "several units": [count(suppliers, (row) => new Set(sites(row).map((site) => site.ORG_ID)).size > 1), 20],
        "inactive sites only": [
          count(
            suppliers,
            (row) => sites(row).length > 0 && sites(row).every((site) => site.INACTIVE_DATE !== undefined),
          ),
          6,
        ],
        disabled: [count(accounts, (row) => row.ENABLED_FLAG === "N"), 4],
        summary: [count(accounts, (row) => row.SUMMARY_FLAG === "Y"), 4],
        "not postable": [
          count(accounts, (row) => row.SUMMARY_FLAG === "N" && row.DETAIL_POSTING_ALLOWED_FLAG === "N"),
          4,
        ],
        templates: [count(projects, (row) => row.TEMPLATE_FLAG === "Y"), 3],
        closed: [count(projects, (row) => row.PROJECT_STATUS_CODE === "CLOSED"), 3],
        "numbers typed into Procore": [count(procore.procore_vendors, (row) => row.origin_code !== undefined), 9],
        "inactive twins": [
          count(procore.procore_vendors, (row) => row.is_active === false && names.includes(row.name as string)),
          2,
        ],
      };
      for (const [what, [found, least]] of Object.entries(wanted)) assert.ok(found >= least, `${what}: ${found}`);
    });
  }
});

Deno.test("the distributions of a line add up to it, in exact decimals", () => {
  let split = 0;
  for (const order of data.purchase_orders) {
    for (const line of order.LINES as Row[]) {
      const measure = line.QUANTITY === undefined ? "AMOUNT" : "QUANTITY";
      const parts = (line.DISTRIBUTIONS as Row[] | undefined)?.filter((part) => part.SHIPMENT_TYPE !== "SCHEDULED");
      if (!parts) continue;
      if (parts.length > 1) split++;
      const ordered = sum(parts.map((part) => part[`${measure}_ORDERED`] as string));
      assert.ok(sameDecimal(ordered, line[measure] as string), `${order.PO_HEADER_ID} ${line.LINE_NUM}`);
    }
  }
  assert.ok(split > 100, `${split} lines are split`);
});

Deno.test("orders are in every state, and what is odd about real ones is there, whatever the seed", async (t) => {
  for (const seed of [1, 2, 3]) {
    await t.step(`seed ${seed}`, () => {
      const { purchase_orders: orders } = company({ seed, at: AT });
      const lines = orders.flatMap((order) => order.LINES as Row[]);
      const parts = lines.flatMap((line) => (line.DISTRIBUTIONS ?? []) as Row[]);
      const state = (status: string | null, flag?: string) => (row: Row) =>
        row.AUTHORIZATION_STATUS === status && (flag === undefined || row.APPROVED_FLAG === flag);
      const wanted: Record<string, [number, number]> = {
        approved: [count(orders, state("APPROVED")), 200],
        "to be approved again": [count(orders, state("REQUIRES REAPPROVAL", "R")), 4],
        "submitted again": [count(orders, state("IN PROCESS", "R")), 4],
        "submitted for the first time": [count(orders, state("IN PROCESS", "N")), 4],
        "a refused change": [count(orders, (row) => state("REJECTED")(row) && row.APPROVED_DATE !== undefined), 4],
        "null authorization": [count(orders, state(null)), 4],
        closed: [count(orders, (row) => row.CLOSED_CODE === "CLOSED" && row.CANCEL_FLAG === undefined), 4],
        "finally closed": [count(orders, (row) => row.CLOSED_CODE === "FINALLY CLOSED"), 4],
        cancelled: [count(orders, (row) => row.CANCEL_FLAG === "Y"), 4],
        "on hold": [count(orders, (row) => row.USER_HOLD_FLAG === "Y"), 4],
        blanket: [count(orders, (row) => row.TYPE_LOOKUP_CODE === "BLANKET"), 4],
        planned: [count(orders, (row) => row.TYPE_LOOKUP_CODE === "PLANNED"), 4],
        "agreements without lines": [count(orders, (row) => row.TYPE_LOOKUP_CODE === "CONTRACT"), 4],
        "another currency": [count(orders, (row) => row.CURRENCY_CODE === "CAD"), 4],
        "by quantity": [count(lines, (row) => row.MATCHING_BASIS === "QUANTITY"), 200],
        "worth nothing": [count(lines, (row) => row.AMOUNT === "0.00"), 4],
        credits: [count(lines, (row) => (row.AMOUNT as string | undefined)?.startsWith("-") ?? false), 4],
        "cancelled lines": [count(lines, (row) => row.CANCEL_FLAG === "Y"), 10],
        "partly cancelled": [
          count(parts, (row) => row.AMOUNT_CANCELLED !== undefined || row.QUANTITY_CANCELLED !== undefined),
          20,
        ],
        "partly billed": [count(parts, (row) => row.AMOUNT_BILLED !== undefined), 100],
        "cancelled shipments": [count(parts, (row) => row.SHIPMENT_CANCEL_FLAG === "Y"), 4],
        "finally closed shipments": [count(parts, (row) => row.SHIPMENT_CLOSED_CODE === "FINALLY CLOSED"), 4],
      };
      for (const [what, [found, least]] of Object.entries(wanted)) assert.ok(found >= least, `${what}: ${found}`);
      const several = count(
        orders,
        (order) =>
          (order.LINES as Row[]).some((line) =>
            ((line.DISTRIBUTIONS ?? []) as Row[]).some((part) => part.PROJECT_ID !== undefined)
          ),
      );
      assert.ok(several > orders.length * 0.25 && several < orders.length * 0.4, `${several} of ${orders.length}`);
      const numbers = orders.map((row) => row.SEGMENT1);
      assert.ok(new Set(numbers).size < numbers.length / 2, "numbers repeat across operating units");
      assert.equal(new Set(orders.map((row) => row.PO_HEADER_ID)).size, orders.length);
    });
  }
});

Deno.test("Procore knows 36 of the 40 projects, and no name twice", () => {
  const numbers = new Set(data.projects.map((row) => row.SEGMENT1));
  assert.equal(count(data.procore_projects, (row) => numbers.has(row.project_number)), 36);
  const names = data.procore_vendors.map((row) => (row.name as string).toLowerCase());
  assert.equal(new Set(names).size, names.length);
  const codes = data.procore_cost_codes.map((row) => `${row.project_number} ${row.code}`);
  assert.equal(new Set(codes).size, codes.length);
});

Deno.test("the accounts that accruals stand on have ids that never change, one of each kind in each company segment", () => {
  for (const seed of [1, 2, 3]) {
    const { code_combinations: chart } = company({ seed, at: AT + seed * 86_400_000 });
    const of = (natural: string) =>
      chart.filter((row) => row.SEGMENT3 === natural).map((row) => `${row.SEGMENT1} ${row.CODE_COMBINATION_ID}`);
    assert.deepEqual(of("21200"), ["01 17119", "02 17247", "03 17375", "04 17503"], "accrued subcontracts");
    assert.deepEqual(of("21150"), ["01 17117", "02 17245", "03 17373", "04 17501"], "retainage payable");
    const controlled = chart.filter((row) => row.GL_CONTROL_ACCOUNT !== undefined);
    assert.deepEqual(new Set(controlled.map((row) => row.SEGMENT3)), new Set(["21100"]));
  }
});
