import assert from "node:assert/strict";
import { XMLParser } from "fast-xml-parser";
import type { Row } from "../../../engine/connector.ts";
import { OPERATIONS } from "../operations.ts";
import { BASIC, bench, ids, PLAIN, rowsOf, wrapped } from "./testing.ts";

Deno.test("what the gateway refuses, by status and fault code", async (t) => {
  const ok = JSON.stringify(wrapped("get_projects", { P_ORG_ID: "204" }));
  const table: [string, string, string, Record<string, string>, number, string][] = [
    [
      "wrong password",
      "gusset/get_projects/",
      ok,
      { Authorization: `Basic ${btoa("GUSSET_INT:no")}` },
      401,
      "FND_SOA_AUTHENTICATION_FAILURE",
    ],
    ["no credentials", "gusset/get_projects/", ok, {}, 401, "FND_SOA_AUTHENTICATION_FAILURE"],
    ["no such token", "gusset/get_projects/", ok, { Cookie: "EBSDEMO=x" }, 401, "FND_SOA_AUTHENTICATION_FAILURE"],
    ["unknown alias", "nobody/get_projects/", ok, { Authorization: BASIC }, 404, "ISG_INVALID_ALIAS"],
    ["alias in another case", "Gusset/get_projects/", ok, { Authorization: BASIC }, 404, "ISG_INVALID_ALIAS"],
    ["unknown operation", "gusset/get_nothing/", ok, { Authorization: BASIC }, 404, "ISG_INVALID_FUNCTION"],
    ["not JSON", "gusset/get_projects/", "{", { Authorization: BASIC }, 500, "ISG_SERVICE_EXECUTION_ERROR"],
    [
      "no wrapper",
      "gusset/get_projects/",
      `{"P_ORG_ID":"204"}`,
      { Authorization: BASIC },
      500,
      "ISG_SERVICE_EXECUTION_ERROR",
    ],
    [
      "unknown parameter",
      "gusset/get_projects/",
      JSON.stringify(wrapped("get_projects", { P_ORG: "1" })),
      { Authorization: BASIC },
      500,
      "ISG_SERVICE_EXECUTION_ERROR",
    ],
    [
      "no number",
      "gusset/get_projects/",
      JSON.stringify(wrapped("get_projects", { P_ORG_ID: "Denver" })),
      { Authorization: BASIC },
      500,
      "ISG_SERVICE_EXECUTION_ERROR",
    ],
    [
      "header element twice",
      "gusset/get_projects/",
      ok.replace(`"Org_Id"`, `"Responsibility":"X","Org_Id"`),
      { Authorization: BASIC },
      500,
      "ISG_DUPLICATE_RESPONSIBILITY",
    ],
    [
      "responsibility of others",
      "gusset/get_projects/",
      ok.replace("GUSSET_INTEGRATION", "SYSTEM_ADMINISTRATOR"),
      { Authorization: BASIC },
      403,
      "ISG_SERVICE_AUTH_FAILURE",
    ],
  ];
  for (const [name, path, body, headers, status, code] of table) {
    await t.step(name, async () => {
      const { post } = bench();
      const answer = await post(`/webservices/rest/${path}`, body, { "Content-Type": "application/json", ...headers });
      assert.equal(answer.status, status);
      const fault = (await answer.json()).ISGServiceFault;
      assert.equal(fault.Code, code);
      assert.ok(fault.Message && fault.Resolution);
    });
  }
  await t.step("operation without a grant, and one that is not published", async () => {
    const { call, steer } = bench();
    await steer("/gateway", { granted: ["get_context"] });
    assert.equal((await call("get_projects")).Code, "ISG_SERVICE_AUTH_FAILURE");
    assert.equal((await call("get_context")).X_RETURN_STATUS, "S");
    await steer("/gateway", { published: ["get_projects"] });
    assert.equal((await call("get_context")).Code, "ISG_INVALID_FUNCTION");
  });
  await t.step("a GET of an operation", async () => {
    assert.equal((await bench().get("/webservices/rest/gusset/get_projects/")).status, 405);
  });
});

Deno.test("an older gateway takes bare parameters and any case; the operation's case never matters", async () => {
  const { post } = bench({ ...PLAIN, strict: false });
  const header = `"RESTHeader":{"Responsibility":"GUSSET_INTEGRATION"}`;
  for (
    const body of [
      `{${header},"p_org_id":204}`,
      `{"get_projects":{${header},"InputParameters":{"P_ORG_ID":"204","P_UNKNOWN":1}}}`,
    ]
  ) {
    const answer = await post("/webservices/rest/gusset/GET_PROJECTS/", body);
    const output = (await answer.json()).OutputParameters;
    assert.deepEqual(ids(output, "SEGMENT1"), ["D-1", "D-2"], body);
  }
});

Deno.test("XML carries the same rows as JSON, blanks, ampersands and accents included", async () => {
  const { post, call } = bench();
  const namespace = "http://xmlns.oracle.com/apps/fnd/rest/gusset/get_suppliers/";
  const body = (ns: string, inner = "") =>
    `<?xml version="1.0"?><GET_SUPPLIERS_Input xmlns="${ns}"><RESTHeader xmlns="http://xmlns.oracle.com/apps/fnd/rest/header">` +
    `<Responsibility>GUSSET_INTEGRATION</Responsibility>${inner}<Org_Id>204</Org_Id></RESTHeader><InputParameters>` +
    `<P_ORG_ID>204</P_ORG_ID><P_IDS><P_IDS_ITEM>30</P_IDS_ITEM><P_IDS_ITEM>7</P_IDS_ITEM></P_IDS></InputParameters></GET_SUPPLIERS_Input>`;
  const headers = { "Content-Type": "application/xml", Authorization: BASIC };
  const post1 = (text: string) => post("/webservices/rest/gusset/get_suppliers/", text, headers);
  const answer = await post1(body(namespace));
  const text = await answer.text();
  assert.ok(text.includes(`<OutputParameters xmlns="${namespace}"`));
  assert.ok(text.includes(`<VENDOR_NAME>Mesa &amp; Sons &lt;Paving&gt;  &quot;A&quot; </VENDOR_NAME>`), text);
  const parsed = new XMLParser({ parseTagValue: false, trimValues: false }).parse(text).OutputParameters;
  const json = rowsOf(await call("get_suppliers", { P_ORG_ID: "204", P_IDS: { P_IDS_ITEM: ["7", "30"] } }));
  assert.deepEqual(
    parsed.X_ROWS.X_ROWS_ITEM.map((row: Row) => [row.VENDOR_ID, row.VENDOR_NAME]),
    json.map((row) => [row.VENDOR_ID, row.VENDOR_NAME]),
  );

  const refused: [string, string][] = [
    [body("http://xmlns.oracle.com/apps/po/rest/other/x/"), "ISG_SERVICE_EXECUTION_ERROR"],
    [body(namespace, "<Org_Id>205</Org_Id>"), "ISG_DUPLICATE_ORG_ID"],
    [`<!DOCTYPE x [<!ENTITY y "z">]>${body(namespace)}`, "ISG_SERVICE_EXECUTION_ERROR"],
    ["<GET_SUPPLIERS_Input>", "ISG_SERVICE_EXECUTION_ERROR"],
  ];
  for (const [text, code] of refused) {
    const answer = await post1(text);
    assert.equal(answer.status, 500);
    assert.ok((await answer.text()).includes(`<Code>${code}</Code>`), code);
  }
});

Deno.test("quirks: one element collapses, nulls and numbers come in several ways", async () => {
  const { call, steer } = bench({});
  const one = await call("get_suppliers", { P_ORG_ID: "204", P_IDS: { P_IDS_ITEM: "30" } }) as Record<
    string,
    Record<string, Row>
  >;
  assert.equal(typeof one.X_ROWS.X_ROWS_ITEM.VENDOR_NAME, "string");
  assert.ok(!Array.isArray((one.X_ROWS.X_ROWS_ITEM.SITES as Row).SITES_ITEM));
  const raw = JSON.stringify(rowsOf(await call("get_suppliers", { P_ORG_ID: "204" })));
  for (
    const look of [
      /"[A-Z_]+":null/,
      /"[A-Z_]+":""/,
      /"(VENDOR_(SITE_)?ID|ORG_ID)":\d/,
      /"(VENDOR_(SITE_)?ID|ORG_ID)":"\d/,
    ]
  ) {
    assert.match(raw, look);
  }
  await steer("/gateway", { nulls: "null", numbers: "number", collapse: false });
  const [row] = rowsOf(await call("get_suppliers", { P_ORG_ID: "204" }));
  assert.equal(row.VENDOR_ID, 7);
  assert.equal(row.VENDOR_TYPE_LOOKUP_CODE, "VENDOR");
  assert.equal(row.END_DATE_ACTIVE, null);
  assert.ok(Array.isArray(row.SITES.SITES_ITEM));
});

Deno.test("the description names what is published", async () => {
  const { get, steer } = bench();
  const text = await (await get("/webservices/rest/gusset/?WADL")).text();
  for (const name of Object.keys(OPERATIONS)) assert.ok(text.includes(`<resource path="${name}/">`), name);
  const xsd = await (await get("/webservices/rest/gusset/?XSD=GET_SUPPLIERS_SYNCH_TYPEDEF.xsd")).text();
  for (const name of ["P_UPDATED_SINCE", "X_ROWS_ITEM", "VENDOR_SITE_ID"]) {
    assert.ok(xsd.includes(`name="${name}"`), name);
  }
  assert.ok((await (await get("/webservices/rest/gusset/?XSD=RESTHeader.xsd")).text()).includes("Org_Id"));
  await steer("/gateway", { published: ["get_projects"] });
  assert.equal((await get("/webservices/rest/gusset/?XSD=GET_SUPPLIERS_SYNCH_TYPEDEF.xsd")).status, 404);
  assert.ok(!(await (await get("/webservices/rest/gusset/?WADL")).text()).includes("get_suppliers"));
  assert.equal(await (await get("/webservices/rest/provider/isActive/")).text(), "ACTIVE");
  assert.equal(
    (await get("/webservices/rest/provider/isActive/", { Authorization: `Basic ${btoa("APPS:apps")}` })).status,
    401,
  );
});

Deno.test("a fault's status looks like the gateway's own, or like the web server's before it", async () => {
  const { call, steer, post } = bench();
  await steer("/faults", { kind: "status", status: 500, times: 1 });
  assert.equal((await call("get_projects")).Code, "ISG_SERVICE_EXECUTION_ERROR");
  await steer("/faults", { kind: "status", status: 503, retry_after: 30 });
  const busy = await post("/webservices/rest/gusset/get_projects/", "{}");
  assert.equal(
    `${busy.status} ${busy.headers.get("Retry-After")} ${busy.headers.get("Content-Type")}`,
    "503 30 text/html; charset=iso-8859-1",
  );
});
