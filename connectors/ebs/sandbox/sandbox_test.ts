import assert from "node:assert/strict";
import { XMLParser } from "fast-xml-parser";
import { type ManualClock, manualClock, seededRandom } from "../../../engine/clock.ts";
import type { Row, Sandbox } from "../../../engine/connector.ts";
import { OPERATIONS } from "../operations.ts";
import { ebsSandbox } from "./sandbox.ts";
import type { Setup } from "./setup.ts";

const START = Date.parse("2026-03-02T08:00:00Z");
const BASIC = `Basic ${btoa("GUSSET_INT:sandbox")}`;
const PLAIN: Partial<Setup> = { nulls: "omit", numbers: "text", collapse: false };

const DATA: Record<string, Row[]> = {
  operating_units: [
    { ORGANIZATION_ID: "204", NAME: "Denver", SHORT_CODE: "DEN", LEDGER_ID: "1" },
    { ORGANIZATION_ID: "205", NAME: "Phoenix", SHORT_CODE: "PHX", LEDGER_ID: "2" },
  ],
  suppliers: [
    {
      VENDOR_ID: "30",
      SEGMENT1: "0030",
      VENDOR_NAME: 'Mesa & Sons <Paving>  "A" ',
      SITES: [{ VENDOR_SITE_ID: "301", ORG_ID: "204", CITY: "Golden" }, { VENDOR_SITE_ID: "302", ORG_ID: "205" }],
    },
    { VENDOR_ID: "7", VENDOR_NAME: "Ñandú Crane", SITES: [{ VENDOR_SITE_ID: "71", ORG_ID: "204" }] },
    { VENDOR_ID: "100", VENDOR_NAME: "Tempe Glass", SITES: [{ VENDOR_SITE_ID: "101", ORG_ID: "205" }] },
    { VENDOR_ID: "101", VENDOR_NAME: "No site", SITES: [] },
  ],
  code_combinations: [
    { CODE_COMBINATION_ID: "10", SEGMENT1: "01", SEGMENT2: "510", SEGMENT3: "5000" },
    { CODE_COMBINATION_ID: "11", SEGMENT1: "02", SEGMENT2: "510", SEGMENT3: "5000" },
  ],
  projects: [
    { PROJECT_ID: "1", SEGMENT1: "D-1", NAME: "Golden Library", ORG_ID: "204" },
    { PROJECT_ID: "2", SEGMENT1: "P-1", NAME: "Tempe Clinic", ORG_ID: "205" },
    { PROJECT_ID: "3", SEGMENT1: "D-2", NAME: "A project whose name is longer than Oracle's column", ORG_ID: "204" },
  ],
  purchase_orders: [
    { PO_HEADER_ID: "1", PROJECT_NUMBER: "D-1", LINES: [{ LINE_NUM: "1", AMOUNT: "10", CODE_COMBINATION_ID: "10" }] },
    { PO_HEADER_ID: "2", PROJECT_NUMBER: "P-1", LINES: [{ LINE_NUM: "1", AMOUNT: "5.50", CODE_COMBINATION_ID: "11" }] },
  ],
};

interface Bench {
  box: Sandbox;
  clock: ManualClock;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: string, headers?: Record<string, string>): Promise<Response>;
  /** Calls an operation with Basic in the JSON form; gives OutputParameters, or the fault. */
  call(operation: string, input?: Record<string, unknown>, header?: Record<string, unknown>): Promise<Row>;
  steer(path: string, body: unknown): Promise<Row>;
}

function bench(setup: Partial<Setup> = PLAIN, data = DATA): Bench {
  const clock = manualClock(START);
  const box = ebsSandbox({ clock, random: seededRandom(1), data, setup });
  const fetch = (path: string, init: RequestInit) => box.fetch(new Request(`http://127.0.0.1:8101${path}`, init));
  const json = { "Content-Type": "application/json", Accept: "application/json" };
  const post = (path: string, body: string, headers: Record<string, string> = { ...json, Authorization: BASIC }) =>
    fetch(path, { method: "POST", body, headers });
  return {
    box,
    clock,
    get: (path, headers = { Authorization: BASIC }) => fetch(path, { headers }),
    post,
    async call(operation, input = {}, header = {}) {
      const answer = await post(
        `/webservices/rest/gusset/${operation}/`,
        JSON.stringify(wrapped(operation, input, header)),
      );
      const tree = await answer.json();
      return tree.OutputParameters ?? tree.ISGServiceFault;
    },
    steer: async (path, body) => await (await post(`/_sandbox${path}`, JSON.stringify(body))).json(),
  };
}

const wrapped = (operation: string, input: Record<string, unknown>, header: Record<string, unknown> = {}) => ({
  [`${operation.toUpperCase()}_Input`]: {
    RESTHeader: { Responsibility: "GUSSET_INTEGRATION", RespApplication: "PO", Org_Id: "204", ...header },
    InputParameters: input,
  },
});

// deno-lint-ignore no-explicit-any -- answers are walked freely
const rowsOf = (output: any): any[] => output.X_ROWS?.X_ROWS_ITEM ?? [];
const ids = (output: Row, column: string) => rowsOf(output).map((row) => row[column]);

Deno.test("a login gives a token whose cookie opens the operations, and a logout ends it", async () => {
  const { get, post } = bench();
  const xml = await get("/webservices/rest/login", { Authorization: BASIC, Accept: "application/xml" });
  const { response: { data } } = new XMLParser({ parseTagValue: false }).parse(await xml.text());
  assert.equal(data.accessTokenName, "EBSDEMO");
  assert.equal(data.userName, "GUSSET_INT");
  assert.match(xml.headers.get("Set-Cookie")!, new RegExp(`^EBSDEMO=`));
  const json = await get("/webservices/rest/login", { Authorization: BASIC, Accept: "application/json" });
  assert.notEqual((await json.json()).response.data.accessToken, data.accessToken);
  const mobile = await get("/OA_HTML/RF.jsp?function_id=mLogin", {
    Authorization: BASIC,
    "Content-Type": "application/json",
  });
  assert.ok((await mobile.json()).data.accessToken);

  const cookie = { Cookie: `other=1; EBSDEMO=${data.accessToken}`, "Content-Type": "application/json" };
  const body = JSON.stringify(wrapped("get_suppliers", { P_ORG_ID: "204" }));
  assert.equal((await post("/webservices/rest/gusset/get_suppliers/", body, cookie)).status, 200);
  assert.equal((await get("/webservices/rest/logout", cookie)).status, 200);
  assert.equal((await post("/webservices/rest/gusset/get_suppliers/", body, cookie)).status, 401);
});

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

Deno.test("a session dies of idleness, of age, of its thousandth request, each in the way that is set", async (t) => {
  const table: [string, Partial<Setup>, (bench: Bench, use: () => Promise<Response>) => Promise<void>][] = [
    ["idle", {}, ({ clock }) => Promise.resolve(clock.advance(30 * 60_000))],
    ["age", { idle_minutes: null }, ({ clock }) => Promise.resolve(clock.advance(4 * 3600_000))],
    ["count", { limit_connect: 3 }, async (_, use) => {
      for (let i = 0; i < 3; i++) assert.equal((await use()).status, 200);
    }],
    ["fault", {}, async ({ steer }) => void await steer("/faults", { kind: "expire-session" })],
  ];
  const looks: [Setup["expiry"], (answer: Response, text: string) => void][] = [
    ["fault", (answer, text) => assert.ok(answer.status === 401 && text.includes("FND_SOA_AUTHENTICATION_FAILURE"))],
    ["redirect", (answer) => assert.ok(answer.status === 302 && answer.headers.get("Location")!.includes("Login"))],
    ["html", (answer, text) => assert.ok(answer.status === 200 && text.startsWith("<!DOCTYPE html>"))],
    ["xml", (answer, text) => assert.ok(answer.status === 200 && text.includes("<code>401</code>"))],
  ];
  for (const [name, setup, kill] of table) {
    for (const [expiry, look] of looks) {
      await t.step(`${name}, ${expiry}`, async () => {
        const made = bench({ ...PLAIN, ...setup, expiry });
        const login = await made.get("/webservices/rest/login", { Authorization: BASIC, Accept: "application/json" });
        const token = (await login.json()).response.data.accessToken;
        const body = JSON.stringify(wrapped("get_projects", { P_ORG_ID: "204" }));
        const use = () =>
          made.post("/webservices/rest/gusset/get_projects/", body, {
            Cookie: `EBSDEMO=${token}`,
            "Content-Type": "application/json",
          });
        if (name !== "count") assert.equal((await use()).status, 200);
        await kill(made, use);
        for (let i = 0; i < 2; i++) {
          const answer = await use();
          look(answer, await answer.text());
        }
      });
    }
  }
});

Deno.test("context sticks to a token, and is not shared by calls with Basic", async () => {
  const { get, post, call } = bench();
  const login = await get("/webservices/rest/login", { Authorization: BASIC, Accept: "application/json" });
  const token = (await login.json()).response.data.accessToken;
  const headers = { Cookie: `EBSDEMO=${token}`, "Content-Type": "application/json" };
  const bare = async () => {
    const body = `{"GET_CONTEXT_Input":{"InputParameters":{}}}`;
    return (await (await post("/webservices/rest/gusset/get_context/", body, headers)).json()).OutputParameters;
  };
  assert.equal((await bare()).X_ORG_ACCESS, "N");
  const set =
    `{"data":{"resp":{"key":"PURCHASING_PHX","applKey":"PO"},"securityGroup":{"key":"STANDARD"},"org":{"id":205}}}`;
  assert.equal((await post("/webservices/rest/initialize", set, headers)).status, 200);
  const initialized = await bare();
  assert.equal(
    `${initialized.X_RESPONSIBILITY} ${initialized.X_ORG_ID} ${initialized.X_ORG_ACCESS}`,
    "PURCHASING_PHX 205 Y",
  );
  const switched = JSON.stringify(wrapped("get_context", {}, { Responsibility: "PURCHASING_DEN" }));
  await post("/webservices/rest/gusset/get_context/", switched, headers);
  assert.equal((await bare()).X_RESPONSIBILITY, "PURCHASING_DEN");
  assert.equal((await post("/webservices/rest/initialize", `{"data":{}}`, headers)).status, 400);
  assert.equal((await call("get_context", {}, { Responsibility: "", Org_Id: "" })).X_ORG_ID, undefined);
});

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
    const fields = { CODE_COMBINATION_ID: 11, PROJECT_ID: 3, ORG_ID: 204 };
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
    password: "sandbox",
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
