import assert from "node:assert/strict";
import type { Row } from "../../../engine/connector.ts";
import { bench, PLAIN, rowsOf } from "./testing.ts";

Deno.test("rows are listed by Oracle's table names, and reset puts them back", async () => {
  const { get, steer, box } = bench();
  assert.equal(box.summary(), "2 operating units, 4 suppliers, 2 GL accounts, 3 projects, 2 orders");
  await steer("/touch", { table: "AP_SUPPLIERS", key: "7", fields: { VENDOR_NAME: null } });
  const rows = async () => (await (await get("/_sandbox/rows/AP_SUPPLIERS?limit=1")).json()).rows;
  assert.equal((await rows())[0].VENDOR_NAME, undefined);
  await steer("/gateway", { database_id: "1" });
  await steer("/reset", {});
  assert.equal((await rows())[0].VENDOR_NAME, "Ñandú Crane");
  assert.equal((await (await get("/_sandbox/gateway")).json()).database_id, "2871964503");
  for (
    const wrong of [
      { table: "AP_SUPPLIERS", key: "7", fields: { NAME: "x" } },
      { table: "AP_SUPPLIERS", key: "seven", fields: {} },
      { table: "AP_SUPPLIERS", key: "7", fields: { VENDOR_NAME: "Half", END_DATE_ACTIVE: "soon" } },
      { table: "AP_SUPPLIER_SITES_ALL", fields: { VENDOR_ID: "7" } },
      { table: "NOTHING", fields: {} },
    ]
  ) assert.ok((await steer("/touch", wrong)).error, JSON.stringify(wrong));
  assert.equal((await rows())[0].VENDOR_NAME, "Ñandú Crane");
  assert.ok((await steer("/gateway", { expiry: "softly" })).error);
});

Deno.test("settings say how to reach it", () => {
  const { box } = bench();
  assert.deepEqual(box.settings("http://127.0.0.1:8101"), {
    host: "127.0.0.1",
    port: 8101,
    tls: false,
    alias: "gusset",
    user: "GUSSET_INT",
    password: "play-sand-4711",
    responsibility: "GUSSET_INTEGRATION",
    application: "PO",
    security_group: "STANDARD",
    language: "AMERICAN",
    org_id: "204",
    operating_units: [{ org_id: "204", name: "Denver" }, { org_id: "205", name: "Phoenix" }],
  });
});

Deno.test("data that is wrong is refused with table, column and value", () => {
  const make = (data: Record<string, Row[]>) => () => bench(PLAIN, data);
  assert.throws(make({ suppliers: [{ VENDOR_NAME: "x" }] }), /AP_SUPPLIERS .*VENDOR_ID.*undefined/);
  assert.throws(make({ suppliers: [{ VENDOR_ID: "1" }, { VENDOR_ID: "1" }] }), /AP_SUPPLIERS .*VENDOR_ID 1/);
  assert.throws(
    make({ purchase_orders: [{ PO_HEADER_ID: "9", PROJECT_NUMBER: "Z" }] }),
    /purchase_orders 9 .*project Z/,
  );
});

const SPENDING = new URL("../../../../shared/data/public-spending/", import.meta.url);

Deno.test({
  name: "a real council's extract loads, and every row of it comes out as it went in (skips without ../shared)",
  ignore: !(await Deno.stat(SPENDING).then(() => true, () => false)),
  fn: async () => {
    const data: Record<string, Row[]> = {};
    for (const file of ["suppliers", "code_combinations", "projects", "purchase_orders"]) {
      const text = await Deno.readTextFile(new URL(`${file}.jsonl`, SPENDING));
      data[file] = text.trim().split("\n").map((line) => JSON.parse(line));
    }
    const { call } = bench({}, data);
    const read = async (operation: string, key: string) => {
      const rows = [];
      for (let last = "0", more = "Y"; more === "Y"; last = String(rows.at(-1)[key])) {
        const output = await call(operation, { P_ORG_ID: "204", P_PAGE_SIZE: 1000, P_LAST_ID: last });
        rows.push(...rowsOf(output));
        more = output.X_MORE as string;
      }
      return rows;
    };
    const suppliers = await read("get_suppliers", "VENDOR_ID");
    const names = (rows: Row[]) => rows.map((row) => `${row.VENDOR_ID}|${row.SEGMENT1}|${row.VENDOR_NAME}`).sort();
    assert.deepEqual(names(suppliers), names(data.suppliers));
    assert.ok(suppliers.some((row) => row.VENDOR_NAME.endsWith(" ")));
    const used = new Set(
      data.purchase_orders.flatMap((order) => (order.LINES as Row[]).map((line) => String(line.CODE_COMBINATION_ID))),
    );
    const accounts = await read("get_code_combinations", "CODE_COMBINATION_ID");
    assert.deepEqual(accounts.map((row) => String(row.CODE_COMBINATION_ID)).sort(), [...used].sort());
    assert.equal((await read("get_projects", "PROJECT_ID")).length, data.projects.length);
  },
});
