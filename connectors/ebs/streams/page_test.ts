import assert from "node:assert/strict";
import type { Row, Value } from "../../../engine/connector.ts";
import { Failure } from "../../../engine/failure.ts";
import { fakeGateway, fault, json, NOW, openFake, pagesOf } from "../testing.ts";

const unit = { id: "204", name: "204" };
const projects = (...keys: string[]): Row[] => keys.map((PROJECT_ID) => ({ PROJECT_ID, NAME: "Bridge  " }));
const held = (...keys: string[]) => ({ get_projects: { "204": projects(...keys) } });

interface Scenario {
  output: Record<string, Value>;
  code: string;
}

const SCENARIOS: Record<string, Scenario> = {
  "another operating unit answers": { output: { X_ORG_ID: "458" }, code: "context.wrong" },
  "the answer names no operating unit": { output: { X_ORG_ID: null }, code: "context.wrong" },
  "the answer has no time": { output: { X_AS_OF: "" }, code: "wire.garbled" },
  "more is promised and no row has a key": {
    output: { X_MORE: "Y", X_ROWS: { X_ROWS_ITEM: [{ NAME: "x" }] } },
    code: "wire.garbled",
  },
  "keys descend": { output: { X_ROWS: { X_ROWS_ITEM: projects("9", "10", "8") } }, code: "wire.garbled" },
  "a row is no structure": { output: { X_ROWS: { X_ROWS_ITEM: ["x"] } }, code: "wire.garbled" },
  "the package refuses": { output: { X_RETURN_STATUS: "E", X_MSG_DATA: "ORA-20001: no" }, code: "remote.refused" },
  "the package fails": { output: { X_RETURN_STATUS: "U", X_MSG_DATA: "ORA-01403" }, code: "remote.refused" },
  "multi-org access is missing": {
    output: { X_RETURN_STATUS: "E", X_MSG_DATA: "MO_ORG_ACCESS_NO_DATA_FOUND" },
    code: "context.wrong",
  },
  "there is no return status": { output: { X_RETURN_STATUS: null }, code: "wire.garbled" },
};

for (const [name, { output, code }] of Object.entries(SCENARIOS)) {
  for (const format of ["json", "xml"]) {
    Deno.test(`where ${name} (${format}), the read stops with ${code} and gives no page`, async () => {
      const fake = fakeGateway({ rows: held("1"), output: (operation) => operation === "get_projects" ? output : {} });
      const pages: unknown[] = [];
      await assert.rejects(
        async () => {
          for await (
            const page of openFake(fake, { format }).stream("projects").read!({
              partition: unit,
              since: null,
              after: null,
            })
          ) {
            pages.push(page);
          }
        },
        (error) =>
          error instanceof Failure && error.code === code &&
          (code !== "remote.refused" || error.value!.includes("ORA")),
      );
      assert.deepEqual(pages, []);
      assert.equal(fake.calls("get_projects"), 1);
    });
  }
}

Deno.test("a package that ignores the last key does not send the read round in circles", async () => {
  const fake = fakeGateway({ output: () => ({ X_MORE: "Y", X_ROWS: { X_ROWS_ITEM: projects("1", "2") } }) });
  await assert.rejects(pagesOf(openFake(fake), "projects", { partition: unit }), { code: "wire.garbled" });
  assert.equal(fake.calls("get_projects"), 2);
});

Deno.test("nothing in a full read is right where the operating unit is open, and halts where it is not", async () => {
  const open = fakeGateway({ rows: held() });
  assert.deepEqual(await pagesOf(openFake(open), "projects", { partition: unit }), [{
    rows: [],
    asOf: NOW,
    more: false,
  }]);

  for (const access of ["N", null]) {
    const closed = fakeGateway({
      rows: held(),
      output: (operation) => operation === "get_context" ? { X_ORG_ACCESS: access } : {},
    });
    await assert.rejects(pagesOf(openFake(closed), "projects", { partition: unit }), { code: "context.wrong" });
  }
});

Deno.test("nothing changed needs no explanation, and no second call", async () => {
  const fake = fakeGateway({ rows: held() });
  await pagesOf(openFake(fake), "projects", { partition: unit, since: NOW });
  await pagesOf(openFake(fake), "projects", { partition: unit, since: null, after: "12" });
  assert.equal(fake.calls("get_context"), 0);
});

Deno.test("an operating unit that the connection does not cover is refused before anything is sent", () => {
  const fake = fakeGateway();
  assert.throws(
    () => openFake(fake).stream("projects").read!({ partition: { id: "1", name: "1" }, since: null, after: null }),
    { code: "context.wrong" },
  );
  assert.equal(fake.seen.length, 0);
});

Deno.test("XML and JSON give the same rows, be they one or many, blanks and children included", async () => {
  const site = (n: number): Row => ({
    VENDOR_SITE_ID: String(n),
    ORG_ID: "204",
    CITY: " Denver  ",
    STATE: null,
    ZIP: "00801",
  });
  for (const count of [0, 1, 2]) {
    const suppliers = [1, 2].slice(0, Math.max(1, count)).map((id): Row => ({
      VENDOR_ID: String(id),
      VENDOR_NAME: "O'Brien & Søns <Ltd>  ",
      SEGMENT1: "007",
      VENDOR_NAME_ALT: null,
      SITES: { SITES_ITEM: Array.from({ length: count }, (_, i) => site(i + 1)) },
    }));
    const [json, xml] = await Promise.all(
      ["json", "xml"].map((format) =>
        pagesOf(openFake(fakeGateway({ rows: { get_suppliers: { "204": suppliers } } }), { format }), "suppliers")
      ),
    );
    assert.deepEqual(json, xml);
    assert.equal(json[0].rows[0].VENDOR_NAME, "O'Brien & Søns <Ltd>  ");
    assert.equal(json[0].rows[0].SEGMENT1, "007");
    assert.equal((json[0].rows[0].SITES as Row[]).length, count);
    assert.equal("VENDOR_NAME_ALT" in json[0].rows[0], false);
  }
});

Deno.test("child rows in a table of their own give the same rows as nested ones", async () => {
  const sites = [
    { VENDOR_ID: "1", VENDOR_SITE_ID: "11", ORG_ID: "204" },
    { VENDOR_ID: "2", VENDOR_SITE_ID: "21", ORG_ID: "204" },
    { VENDOR_ID: "1", VENDOR_SITE_ID: "12", ORG_ID: "204" },
  ];
  const without = (site: Row): Row => ({ VENDOR_SITE_ID: site.VENDOR_SITE_ID, ORG_ID: site.ORG_ID });
  const nested = ["1", "2", "3"].map((VENDOR_ID): Row => ({
    VENDOR_ID,
    SITES: { SITES_ITEM: sites.filter((site) => site.VENDOR_ID === VENDOR_ID).map(without) },
  }));
  const flat = nested.map(({ VENDOR_ID }): Row => ({ VENDOR_ID, SITES: null }));
  const expected = await pagesOf(openFake(fakeGateway({ rows: { get_suppliers: { "204": nested } } })), "suppliers");
  for (const format of ["json", "xml"]) {
    const fake = fakeGateway({
      rows: { get_suppliers: { "204": flat } },
      output: () => ({ X_SITES: { X_SITES_ITEM: sites } }),
    });
    assert.deepEqual(await pagesOf(openFake(fake, { format, collections: "flat" }), "suppliers"), expected);
    assert.ok(fake.seen.filter(({ route }) => route === "get_suppliers").every(({ body }) => body.includes("P_FLAT")));
  }
});

Deno.test("a column that nobody declared never gets into a record", async () => {
  const rows = { get_suppliers: { "204": [{ VENDOR_ID: "1", NUM_1099: "123-45-6789", vendor_name: "lower case" }] } };
  const [{ rows: [row] }] = await pagesOf(openFake(fakeGateway({ rows })), "suppliers");
  assert.deepEqual(row, { VENDOR_ID: "1", VENDOR_NAME: "lower case", SITES: [] });
});

const FAULTS: Record<string, { answer: () => Response; code: string }> = {
  "an unknown alias": { answer: () => json(fault("ISG_INVALID_ALIAS"), 404), code: "operation.missing" },
  "an unknown operation": { answer: () => json(fault("ISG_INVALID_FUNCTION"), 500), code: "operation.missing" },
  "an unknown operation with status 200": {
    answer: () => json(fault("ISG_INVALID_FUNCTION")),
    code: "operation.missing",
  },
  "a missing grant": { answer: () => json(fault("ISG_SERVICE_AUTH_FAILURE"), 403), code: "permission.missing" },
  "an old missing grant": {
    answer: () => json(fault("FND_SOA_AUTHORIZATION_FAILURE"), 401 + 2),
    code: "permission.missing",
  },
  "an execution error": { answer: () => json(fault("ISG_SERVICE_EXECUTION_ERROR"), 500), code: "remote.refused" },
  "no database": { answer: () => json(fault("ISG_DB_CONNECTION_ERROR"), 500), code: "wire.unavailable" },
  "a fault nobody knows": { answer: () => json(fault("ISG_SERVICE_CUSTOM_ERROR_7"), 400), code: "remote.refused" },
  "a bare 403": { answer: () => new Response("", { status: 403 }), code: "permission.missing" },
  "an HTML 404": {
    answer: () => new Response("<html>", { status: 404, headers: { "content-type": "text/html" } }),
    code: "operation.missing",
  },
  "502": {
    answer: () => new Response("<html>", { status: 502, headers: { "content-type": "text/html" } }),
    code: "wire.unavailable",
  },
  "503": { answer: () => new Response(null, { status: 503 }), code: "wire.unavailable" },
  "504": { answer: () => new Response("", { status: 504 }), code: "wire.unavailable" },
  "429": { answer: () => new Response("", { status: 429, headers: { "retry-after": "1" } }), code: "wire.busy" },
  "half JSON": {
    answer: () => new Response('{"OutputParameters":{"X_RET', { headers: { "content-type": "application/json" } }),
    code: "wire.garbled",
  },
  "half XML": {
    answer: () => new Response("<OutputParameters><X_RET", { headers: { "content-type": "application/xml" } }),
    code: "wire.garbled",
  },
  "nothing": { answer: () => new Response(""), code: "wire.garbled" },
  "XML with a DOCTYPE": {
    answer: () =>
      new Response('<!DOCTYPE x [<!ENTITY a "b">]><OutputParameters/>', {
        headers: { "content-type": "application/xml" },
      }),
    code: "wire.hostile-xml",
  },
  "a letter in another encoding": {
    answer: () =>
      new Response(new Uint8Array([0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]), {
        headers: { "content-type": "application/json" },
      }),
    code: "wire.garbled",
  },
};

for (const [name, { answer, code }] of Object.entries(FAULTS)) {
  Deno.test(`${name} is ${code}, said with its place and an action, and the session is not renewed for it`, async () => {
    const fake = fakeGateway({
      rows: held("1"),
      instead: ({ route }) => route === "get_projects" ? answer() : undefined,
    });
    await assert.rejects(pagesOf(openFake(fake), "projects", { partition: unit }), (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.code, code, error.message);
      assert.ok(error.place?.includes("get_projects"));
      assert.ok(error.action.length > 10);
      assert.ok(!JSON.stringify(error).includes("token-"));
      return true;
    });
    assert.equal(fake.calls("login"), 1);
  });
}

Deno.test("a letter in the encoding that the answer names is read right", async () => {
  const body =
    `{"OutputParameters":{"X_RETURN_STATUS":"S","X_ORG_ID":204,"X_AS_OF":"${NOW}","X_ROWS":{"X_ROWS_ITEM":{"PROJECT_ID":1,"NAME":"Caf\xe9"}}}}`;
  const bytes = Uint8Array.from(body, (char) => char.charCodeAt(0));
  const answer = () => new Response(bytes, { headers: { "content-type": "application/json; charset=ISO-8859-1" } });
  const fake = fakeGateway({ instead: ({ route }) => route === "get_projects" ? answer() : undefined });
  const [page] = await pagesOf(openFake(fake), "projects", { partition: unit });
  assert.deepEqual(page.rows, [{ PROJECT_ID: "1", NAME: "Café" }]);
});

Deno.test("a page that comes after a 503 is read once", async () => {
  let failed = false;
  const fake = fakeGateway({
    rows: held("1", "2"),
    instead: ({ route }) => {
      if (route !== "get_projects" || failed) return undefined;
      failed = true;
      return new Response("", { status: 503, headers: { "retry-after": "2" } });
    },
  });
  const pages = await pagesOf(openFake(fake), "projects", { partition: unit });
  assert.deepEqual(pages.map((page) => page.rows.length), [2]);
});
