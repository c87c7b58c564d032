import assert from "node:assert/strict";
import type { Row } from "../../../../engine/connector.ts";
import { type Bench, bench, ids, PLAIN, rowsOf } from "../testing.ts";

Deno.test("an operating unit that the responsibility does not cover is refused", async () => {
  const { call } = bench();
  const table: [string | undefined, string, string[] | RegExp][] = [
    ["204", "GUSSET_INTEGRATION/204", ["7", "30"]],
    ["205", "GUSSET_INTEGRATION/205", ["30", "100"]],
    ["205", "GUSSET_INTEGRATION/204", ["30", "100"]],
    ["205", "PURCHASING_DEN/205", /^MO_ORG_ACCESS_NO_DATA_FOUND: operating unit 205 /],
    ["999", "GUSSET_INTEGRATION/999", /999/],
    ["204", "/", /^MO_ORG_ACCESS/],
    [undefined, "GUSSET_INTEGRATION/204", /^P_ORG_ID is missing$/],
  ];
  for (const [orgId, context, expected] of table) {
    const [Responsibility, Org_Id] = context.split("/");
    const output = await call("get_suppliers", { P_ORG_ID: orgId }, { Responsibility, Org_Id });
    if (Array.isArray(expected)) {
      assert.deepEqual(ids(output, "VENDOR_ID"), expected, context);
      assert.equal(output.X_ORG_ID, orgId, context);
    } else {
      assert.match(output.X_MSG_DATA as string, expected);
      assert.equal(`${output.X_RETURN_STATUS} ${output.X_ROWS}`, "E undefined");
    }
  }
  const units = await call("get_operating_units", { P_ORG_ID: "205" }, { Responsibility: "PURCHASING_PHX" });
  assert.deepEqual(ids(units, "NAME"), ["Phoenix"]);
  assert.equal(
    (await call("get_operating_units", { P_ORG_ID: "204" }, { Responsibility: "PURCHASING_PHX" })).X_RETURN_STATUS,
    "E",
  );
});

Deno.test("where security below the package decides, a wrong context is silently empty and echoes its own unit", async () => {
  const { call } = bench({ ...PLAIN, org_access: "empty" });
  const table: [string, string, string[], string][] = [
    ["204", "GUSSET_INTEGRATION/204", ["7", "30"], "204"],
    ["205", "GUSSET_INTEGRATION/", ["30", "100"], "205"],
    ["205", "GUSSET_INTEGRATION/204", [], "204"],
    ["205", "PURCHASING_DEN/205", [], "205"],
    ["204", "/", [], "204"],
  ];
  for (const [orgId, context, expected, echo] of table) {
    const [Responsibility, Org_Id] = context.split("/");
    const output = await call("get_suppliers", { P_ORG_ID: orgId }, { Responsibility, Org_Id });
    assert.deepEqual(ids(output, "VENDOR_ID"), expected, context);
    assert.equal(`${output.X_ORG_ID} ${output.X_RETURN_STATUS} ${output.X_MORE}`, `${echo} S N`, context);
  }
});

Deno.test("suppliers come with the unit's own sites and the flags of the database's day", async () => {
  const { call, steer } = bench();
  const [, mesa] = rowsOf(await call("get_suppliers", { P_ORG_ID: "204" }));
  assert.deepEqual(mesa.SITES.SITES_ITEM, [
    { VENDOR_SITE_ID: "301", ORG_ID: "204", CITY: "Golden", ACTIVE_FLAG: "Y" },
  ]);
  assert.equal(mesa.ACTIVE_FLAG, "Y");
  await steer("/touch", { table: "AP_SUPPLIERS", key: "30", fields: { END_DATE_ACTIVE: "2026-03-01" } });
  await steer("/touch", {
    table: "AP_SUPPLIER_SITES_ALL",
    key: "301",
    fields: { INACTIVE_DATE: "2026-03-03" },
  });
  const [, ended] = rowsOf(await call("get_suppliers", { P_ORG_ID: "204" }));
  assert.equal(`${ended.ACTIVE_FLAG}${ended.SITES.SITES_ITEM[0].ACTIVE_FLAG}`, "NY");
});

Deno.test("what counts as a change since", async (t) => {
  const since = "2026-03-02T01:00:01"; // START is 01:00:00 in Denver
  const suppliers = ({ call }: Bench) => call("get_suppliers", { P_ORG_ID: "204", P_UPDATED_SINCE: since });
  const edits: [string, string, string | undefined, Record<string, unknown>, string[]][] = [
    ["the supplier", "AP_SUPPLIERS", "7", { VENDOR_NAME: "Ñandú" }, ["7"]],
    ["a site of it", "AP_SUPPLIER_SITES_ALL", "301", { CITY: "Arvada" }, ["30"]],
    ["a site of it in another unit", "AP_SUPPLIER_SITES_ALL", "302", { CITY: "Mesa" }, ["30"]],
    ["a new site in this unit", "AP_SUPPLIER_SITES_ALL", undefined, { VENDOR_ID: 100, ORG_ID: 204 }, ["100"]],
    ["another unit's supplier", "AP_SUPPLIERS", "100", { VENDOR_NAME: "Tempe" }, []],
  ];
  for (const [name, table, key, fields, expected] of edits) {
    await t.step(name, async () => {
      const made = bench();
      assert.deepEqual(ids(await suppliers(made), "VENDOR_ID"), []);
      made.clock.advance(2000);
      await made.steer("/touch", { table, key, fields });
      assert.deepEqual(ids(await suppliers(made), "VENDOR_ID"), expected);
    });
  }
  await t.step("an end date that took effect, with nobody's edit", async () => {
    const made = bench();
    const data = {
      key: "7",
      table: "AP_SUPPLIERS",
      fields: { END_DATE_ACTIVE: "2026-03-02", LAST_UPDATE_DATE: "2026-02-01" },
    };
    await made.steer("/touch", data);
    made.clock.advance(22 * 3600_000);
    assert.deepEqual(ids(await suppliers(made), "VENDOR_ID"), []);
    made.clock.advance(3600_000);
    assert.deepEqual(ids(await suppliers(made), "VENDOR_ID"), ["7"]);
  });
  await t.step("an order that uses an account", async () => {
    const made = bench();
    made.clock.advance(2000);
    const accounts = async (orgId: string) =>
      rowsOf(await made.call("get_code_combinations", { P_ORG_ID: orgId, P_UPDATED_SINCE: since }, { Org_Id: "" }));
    assert.deepEqual(await accounts("204"), []);
    const fields = { LINE_LOCATION_ID: 1, CODE_COMBINATION_ID: 11, PROJECT_ID: 3 };
    await made.steer("/touch", { table: "PO_DISTRIBUTIONS_ALL", fields });
    const [changed] = await accounts("204");
    assert.deepEqual(changed.PROJECTS.PROJECTS_ITEM, [{ PROJECT_ID: "3", SEGMENT1: "D-2" }]);
    // All units report the same accounts as changed, each with its own projects.
    const [elsewhere] = await accounts("205");
    assert.deepEqual(elsewhere.PROJECTS.PROJECTS_ITEM, [{ PROJECT_ID: "2", SEGMENT1: "P-1" }]);
  });
});

Deno.test("accounts are those on the unit's orders, with its projects; nested or flat", async () => {
  const { call } = bench();
  const [account] = rowsOf(await call("get_code_combinations", { P_ORG_ID: "204" }));
  assert.equal(account.CONCATENATED_SEGMENTS, "01-510-5000");
  assert.deepEqual(account.PROJECTS, { PROJECTS_ITEM: [{ PROJECT_ID: "1", SEGMENT1: "D-1" }] });
  const flat = await call("get_code_combinations", { P_ORG_ID: "204", P_FLAT: "Y" });
  assert.equal(rowsOf(flat)[0].PROJECTS, undefined);
  assert.deepEqual(flat.X_PROJECTS, {
    X_PROJECTS_ITEM: [{ CODE_COMBINATION_ID: "10", PROJECT_ID: "1", SEGMENT1: "D-1" }],
  });
  const sites = await call("get_suppliers", { P_ORG_ID: "204", P_FLAT: "Y" }) as Record<string, Row>;
  assert.equal((sites.X_SITES.X_SITES_ITEM as Row[])[0].VENDOR_ID, "7");
});

Deno.test("pages follow one another by the last key, and the last one says so", async () => {
  const suppliers = Array.from({ length: 25 }, (_, i): Row => ({ VENDOR_ID: String(1000 - i), VENDOR_NAME: `S${i}` }));
  const { call, steer } = bench(PLAIN, { suppliers });
  const seen: string[] = [];
  const turns = [];
  for (let last: string | undefined, more = "Y"; more === "Y";) {
    const output = await call("get_suppliers", { P_ORG_ID: "204", P_PAGE_SIZE: 10, P_LAST_ID: last });
    turns.push(rowsOf(output).length);
    seen.push(...ids(output, "VENDOR_ID"));
    last = seen.at(-1);
    more = output.X_MORE as string;
    // A row behind the last key is added between pages: the next page is not moved by it.
    await steer("/touch", { table: "AP_SUPPLIERS", key: String(turns.length), fields: { VENDOR_NAME: "Late" } });
  }
  assert.deepEqual(turns, [10, 10, 5]);
  assert.deepEqual(seen, suppliers.map((row) => row.VENDOR_ID as string).reverse());
});

Deno.test("what the package refuses comes with status 200", async () => {
  const { call, steer } = bench();
  for (const input of [{ P_UPDATED_SINCE: "yesterday" }, { P_PAGE_SIZE: 0 }, { P_PAGE_SIZE: 1.5 }]) {
    const output = await call("get_suppliers", { P_ORG_ID: "204", ...input });
    assert.equal(output.X_RETURN_STATUS, "E");
    assert.ok(output.X_MSG_DATA);
    assert.equal(output.X_ROWS, undefined);
  }
  await steer("/gateway", { fails: { get_projects: "ORA-01403: no data found" } });
  assert.deepEqual(await call("get_projects"), { X_MSG_DATA: "ORA-01403: no data found", X_RETURN_STATUS: "E" });
});

Deno.test("times are the database's own, without offset, and its clock can be moved", async () => {
  const { call, steer } = bench();
  assert.equal((await call("get_projects", { P_ORG_ID: "204" })).X_AS_OF, "2026-03-02T01:00:00");
  await steer("/clock", { set: "2026-07-01T12:30:15.900Z" });
  const context = await call("get_context", { P_ORG_ID: "204" });
  assert.equal(
    `${context.X_AS_OF} ${context.X_UTC} ${context.X_TIME_ZONE}`,
    "2026-07-01T06:30:15 2026-07-01T12:30:15Z -06:00",
  );
  assert.equal(`${context.X_DATABASE} ${context.X_ORG_ACCESS} ${context.X_LEDGER_ID}`, "EBSDEMO Y 1");
});
