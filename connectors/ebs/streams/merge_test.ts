import assert from "node:assert/strict";
import fc from "fast-check";
import type { Row } from "../../../engine/connector.ts";
import { fakeGateway, NOW, openFake, pagesOf } from "../testing.ts";

const supplierOf = (org: string, id: number): Row => ({
  VENDOR_ID: String(id),
  VENDOR_NAME: `Supplier ${id}`,
  SITES: {
    SITES_ITEM: [{
      VENDOR_SITE_ID: `${id}${org}`,
      ORG_ID: org,
      PURCHASING_SITE_FLAG: "Y",
      ACTIVE_FLAG: id % 3 ? "Y" : "N",
    }],
  },
});

const company = (units: Record<string, number[]>): Record<string, Row[]> =>
  Object.fromEntries(Object.entries(units).map(([org, ids]) => [org, ids.map((id) => supplierOf(org, id))]));

const settingsFor = (units: Record<string, unknown>) => ({
  org_id: 1,
  operating_units: Object.keys(units).map((org_id) => ({ org_id })),
});

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 30 }).map((list) =>
  list.sort((a, b) => a - b)
);

Deno.test("whatever the operating units hold, every key comes once, ascending, with all its sites, and each page is a checkpoint", async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(ids, ids, ids), fc.integer({ min: 1, max: 12 }), async ([a, b, c], pageSize) => {
      const units = { "1": a, "2": b, "3": c };
      const session = openFake(fakeGateway({ rows: { get_suppliers: company(units) } }), settingsFor(units));
      const expected = [...new Set([...a, ...b, ...c])].sort((x, y) => x - y).map((id) => ({
        id: String(id),
        orgs: Object.entries(units).filter(([, list]) => list.includes(id)).map(([org]) => org),
      }));
      const shape = (rows: Row[]) =>
        rows.map((row) => ({ id: row.VENDOR_ID, orgs: (row.SITES as Row[]).map((site) => site.ORG_ID) }));
      const pages = await pagesOf(session, "suppliers", { pageSize });
      assert.deepEqual(shape(pages.flatMap((page) => page.rows)), expected);
      assert.deepEqual(pages.map((page) => page.more), pages.map((_, i) => i < pages.length - 1));
      // Whoever stops after any page and goes on later from its last key sees exactly the rest.
      const stop = Math.floor(pages.length / 2);
      const done = pages.slice(0, stop + 1).flatMap((page) => page.rows);
      const last = done.at(-1)?.VENDOR_ID as string | undefined;
      const rest = await pagesOf(session, "suppliers", { after: last ?? null, pageSize });
      assert.deepEqual(shape(rest.flatMap((page) => page.rows)), expected.slice(done.length));
    }),
    { numRuns: 60, seed: 7 },
  );
});

Deno.test("an operating unit is not asked again while rows of its last answer are left", async () => {
  const units = { "1": [1, 2, 3, 4, 5, 6], "2": [101, 102, 103] };
  const fake = fakeGateway({ rows: { get_suppliers: company(units) } });
  await pagesOf(openFake(fake, settingsFor(units)), "suppliers", { pageSize: 2 });
  assert.equal(fake.seen.filter(({ route, org }) => route === "get_suppliers" && org === "2").length, 2);
  assert.equal(fake.seen.filter(({ route, org }) => route === "get_suppliers" && org === "1").length, 3);
});

Deno.test("the cursor is the earliest of the operating units' times", async () => {
  const units = { "1": [1], "2": [2] };
  const times: Record<string, string> = { "1": "2024-03-01T12:00:05", "2": "2024-03-01T11:59:59" };
  const output = (_: string, org: string) => ({ X_AS_OF: times[org] });
  const session = openFake(fakeGateway({ rows: { get_suppliers: company(units) }, output }), settingsFor(units));
  assert.deepEqual((await pagesOf(session, "suppliers")).map((page) => page.asOf), ["2024-03-01T11:59:59"]);
});

Deno.test("SITE is the first active purchasing site by ORG_ID and then VENDOR_SITE_ID, as numbers", async () => {
  const site = (id: string, org: string, purchasing = "Y", active = "Y"): Row => ({
    VENDOR_SITE_ID: id,
    ORG_ID: org,
    PURCHASING_SITE_FLAG: purchasing,
    ACTIVE_FLAG: active,
  });
  const held = (sites: Row[]): Row => ({ VENDOR_ID: "1", SITES: { SITES_ITEM: sites } });
  const rows = {
    "9": [held([site("1", "9", "N"), site("2", "9", "Y", "N"), site("30", "9"), site("4", "9")])],
    "10": [held([site("5", "10")])],
  };
  const fake = fakeGateway({ rows: { get_suppliers: rows } });
  const [page] = await pagesOf(
    openFake(fake, { org_id: 9, operating_units: [{ org_id: 10 }, { org_id: 9 }] }),
    "suppliers",
  );
  assert.deepEqual((page.rows[0].SITES as Row[]).map((row) => row.VENDOR_SITE_ID), ["1", "2", "4", "30", "5"]);
  assert.equal((page.rows[0].SITE as Row).VENDOR_SITE_ID, "4");

  const none = fakeGateway({
    rows: { get_suppliers: { "9": [held([site("1", "9", "N"), site("2", "9", "Y", "N")])] } },
  });
  const [other] = await pagesOf(openFake(none, { org_id: 9 }), "suppliers");
  assert.equal("SITE" in other.rows[0], false);
});

Deno.test("what changed in one operating unit is completed by what the others hold unchanged", async () => {
  const all = company({ "1": [7, 8], "2": [7, 9], "3": [] });
  // Only operating unit 1 sees the change; by key, each gives what it holds.
  const changed: Record<string, Row[]> = { "1": [all["1"][0]], "2": [], "3": [] };
  const [held, touched] = [all, changed].map((rows) => fakeGateway({ rows: { get_suppliers: rows } }));
  const wire = async (request: Request): Promise<Response> => {
    const byKey = (await request.clone().text()).includes("P_IDS") || request.method === "GET";
    if (request.url.endsWith("/login")) await touched.wire(request.clone());
    return (byKey ? held : touched).wire(request);
  };
  const session = openFake({ wire }, settingsFor(all));
  const pages = await pagesOf(session, "suppliers", { since: NOW });
  assert.deepEqual(pages.flatMap((page) => page.rows.map((row) => (row.SITES as Row[]).map((site) => site.ORG_ID))), [[
    "1",
    "2",
  ]]);
});

Deno.test("keys are asked of every operating unit, in chunks of a page, and a key that is no number of none", async () => {
  const units = { "1": [1, 2, 3, 4, 5], "2": [2, 6] };
  const fake = fakeGateway({ rows: { get_suppliers: company(units) } });
  const read = openFake(fake, settingsFor(units)).stream("suppliers").read!;
  const pages = await Array.fromAsync(
    read({ partition: { id: "-", name: "all" }, keys: ["6", "2", "2", "77", "1", "abc"], pageSize: 2 }),
  );
  assert.deepEqual(pages.map((page) => page.rows.map((row) => row.VENDOR_ID)), [["1", "2"], ["6"]]);
  assert.deepEqual((pages[0].rows[1].SITES as Row[]).length, 2);
  assert.equal(fake.calls("get_suppliers"), 4);
  assert.ok(!fake.seen.some(({ body }) => body.includes("abc")));
});

Deno.test("a supplier twice in one page stays twice, and a row without a key stays", async () => {
  const rows = { "1": [supplierOf("1", 1), supplierOf("1", 1), { VENDOR_NAME: "No key" }], "2": [supplierOf("2", 1)] };
  const wire = fakeGateway({
    rows: { get_suppliers: rows },
    output: (_, org) => ({
      X_ROWS: { X_ROWS_ITEM: rows[org as "1" | "2"] },
      X_MORE: "N",
    }),
  });
  const pages = await pagesOf(openFake(wire, settingsFor(rows)), "suppliers");
  const keys = pages.flatMap((page) => page.rows.map((row) => row.VENDOR_ID ?? row.VENDOR_NAME));
  assert.deepEqual(keys, ["No key", "1", "1"]);
});
