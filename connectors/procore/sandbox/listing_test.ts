import assert from "node:assert/strict";
import fc from "fast-check";
import { filterValues, range } from "./filters.ts";
import { COMPANY_ID, type Harness, ORIGIN, start } from "./testing.ts";

const VENDORS = `/rest/v1.0/vendors?company_id=${COMPANY_ID}`;

/** Ten vendors, made a day apart: `V1` on 2 March to `V10` on 11 March, V3 inactive. */
function ten(): Record<string, string | boolean>[] {
  return Array.from({ length: 10 }, (_, i) => ({
    id: String(101 + i),
    name: `V${i + 1}`,
    origin_id: `EBS-V-${i + 1}`,
    origin_code: `N${2000 + i}`,
    is_active: i !== 2,
    updated_at: `2026-03-${String(i + 2).padStart(2, "0")}T12:00:00Z`,
  }));
}

async function names({ get }: Harness, query: string): Promise<string[]> {
  return (await get(`${VENDORS}&view=compact${query}`)).map(({ name }: { name: string }) => name);
}

Deno.test("pages are cut by page and per_page, and the headers lead from one to the next", async (t) => {
  const { call } = await start({ data: { procore_vendors: ten() } });
  const cases: [query: string, ids: number[], perPage: string, rels: Record<string, string>][] = [
    ["&per_page=4", [101, 102, 104, 105], "4", { next: "2", last: "3" }],
    ["&per_page=4&page=2", [106, 107, 108, 109], "4", { first: "1", prev: "1", next: "3", last: "3" }],
    ["&per_page=4&page=3", [110], "4", { first: "1", prev: "2" }],
    ["&per_page=4&page=9", [], "4", { first: "1", prev: "3" }],
    ["", [101, 102, 104, 105, 106, 107, 108, 109, 110], "100", {}],
    ["&per_page=5000", [101, 102, 104, 105, 106, 107, 108, 109, 110], "2000", {}],
    ["&per_page=0&page=-1", [101, 102, 104, 105, 106, 107, 108, 109, 110], "100", {}],
    ["&per_page=many", [101, 102, 104, 105, 106, 107, 108, 109, 110], "100", {}],
  ];
  for (const [query, ids, perPage, rels] of cases) {
    await t.step(query || "nothing asked", async () => {
      const { headers, body } = await call("GET", `${VENDORS}&view=compact${query}`);
      assert.deepEqual(body.map(({ id }: { id: number }) => id), ids);
      assert.deepEqual([headers.get("Total"), headers.get("Per-Page")], ["9", perPage]);
      const links = [...(headers.get("Link") ?? "").matchAll(/<([^>]+)>; rel="(\w+)"/g)];
      const found = Object.fromEntries(links.map(([, url, rel]) => [rel, new URL(url).searchParams.get("page")]));
      assert.deepEqual(found, rels);
      for (const [, url] of links) {
        assert.ok(url.startsWith(`${ORIGIN}/rest/v1.0/vendors?company_id=${COMPANY_ID}`), url);
      }
    });
  }
});

Deno.test("endpoints have their own page sizes", async (t) => {
  const data = { procore_projects: [{ id: "5", name: "Depot" }] };
  const { call } = await start({ data });
  const project = `/rest/v2.0/companies/${COMPANY_ID}/projects/5/wbs/codes`;
  const cases: [path: string, usual: string, most: string][] = [
    [`/rest/v1.1/projects?company_id=${COMPANY_ID}`, "100", "300"],
    [`/rest/v1.1/projects?company_id=${COMPANY_ID}&view=ids`, "100", "200000"],
    [`${project}?`, "10", "100"],
    [`${project}/ids?`, "5000", "5000"],
    ["/rest/v1.0/cost_codes?project_id=5", "100", "2000"],
  ];
  for (const [path, usual, most] of cases) {
    await t.step(path, async () => {
      const size = async (query: string) => (await call("GET", path + query)).headers.get("Per-Page");
      assert.deepEqual([await size(""), await size("&per_page=999999")], [usual, most]);
    });
  }
});

Deno.test("filters keep what they name; what an endpoint does not know is ignored", async (t) => {
  const harness = await start({ data: { procore_vendors: ten() } });
  const all = ["V1", "V2", "V4", "V5", "V6", "V7", "V8", "V9", "V10"];
  const cases: [query: string, found: string[]][] = [
    ["&filters[origin_id]=EBS-V-2", ["V2"]],
    ["&filters[origin_id]=[EBS-V-5,EBS-V-2]", ["V2", "V5"]],
    [`&filters[origin_id]=${encodeURIComponent(`["EBS-V-5", "EBS-V-2"]`)}`, ["V2", "V5"]],
    ["&filters[origin_id][]=EBS-V-1&filters[origin_id][]=EBS-V-1&filters[origin_id][]=EBS-V-4", ["V1", "V4"]],
    ["&filters[origin_id]=EBS-V-3", []], // inactive
    ["&filters[origin_id]=nobody", []],
    ["&filters[origin_id]=[]", []],
    ["&filters[id][]=104&filters[id][]=101", ["V1", "V4"]],
    ["&filters[id]=[110]", ["V10"]],
    ["&filters[id][]=101&filters[id][]=102&filters[origin_id]=EBS-V-2", ["V2"]],
    ["&filters[search]=v1", ["V1", "V10"]],
    ["&filters[search]=n2008", ["V9"]],
    ["&filters[updated_at]=2026-03-05T12:00:00Z...2026-03-07T12:00:00Z", ["V4", "V5", "V6"]],
    [`&filters[updated_at]=${encodeURIComponent(`"2026-03-05T12:00:00Z...2026-03-07T12:00:00Z"`)}`, ["V4", "V5", "V6"]],
    ["&filters[updated_at]=2026-03-05...2026-03-06", ["V4", "V5"]],
    ["&filters[updated_at]=2026-03-05T05:00:00-07:00...2026-03-06T05:00:00-07:00", ["V4", "V5"]],
    ["&filters[updated_at]=yesterday", all],
    ["&filters[trade_id][]=5", []],
    ["&filters[standard_cost_code_id][]=5", []],
    ["&filters[name]=V1", all],
    ["&filters[colour]=red", all],
    ["&sort=-name&per_page=3", ["V9", "V8", "V7"]],
    ["&sort=name", ["V1", "V10", "V2", "V4", "V5", "V6", "V7", "V8", "V9"]],
    ["&sort=colour,name&per_page=2", ["V1", "V10"]],
    ["&sort=constructor", all],
  ];
  for (const [query, found] of cases) {
    await t.step(query, async () => assert.deepEqual(await names(harness, query), found));
  }
});

Deno.test("a page that was read is not served again once a row has changed", async () => {
  const harness = await start({ data: { procore_vendors: ten() } });
  assert.equal((await names(harness, "&sort=name"))[0], "V1");
  await harness.touch("vendors", "110", { name: "A new name" });
  assert.equal((await names(harness, "&sort=name"))[0], "A new name");
});

Deno.test("views show as much as they are asked for", async () => {
  const { get } = await start({ data: { procore_vendors: ten() } });
  const keys = async (view: string) => Object.keys((await get(`${VENDORS}${view}&per_page=1`))[0]);
  const [extended, normal] = [await keys(""), await keys("&view=normal")];
  assert.deepEqual(await keys("&view=compact"), ["id", "name"]);
  assert.deepEqual(await keys("&view=extended"), extended);
  assert.deepEqual(extended.filter((key) => !normal.includes(key)), [
    "bidding",
    "bidding_distribution",
    "children_count",
    "legal_name",
    "parent",
    "project_ids",
    "standard_cost_codes",
    "trades",
  ]);
});

Deno.test("a list of values reads the same in all three spellings", () => {
  const value = fc.string({ unit: fc.constantFrom(..."abcXYZ0189-_ é"), minLength: 1 }).map((text) => text.trim())
    .filter((text) => text !== "");
  fc.assert(fc.property(fc.array(value, { minLength: 2, maxLength: 5 }), (values) => {
    const spell = (query: [string, string][]) => filterValues(new URLSearchParams(query), "x");
    assert.deepEqual(spell(values.map((value) => ["filters[x][]", value])), values);
    assert.deepEqual(spell([["filters[x]", `[${values.join(",")}]`]]), values);
    assert.deepEqual(spell([["filters[x]", JSON.stringify(values)]]), values);
    assert.equal(filterValues(new URLSearchParams(), "x"), undefined);
  }));
});

Deno.test("a range holds exactly the times between its bounds", () => {
  const second = fc.integer({ min: 0, max: 4_000_000_000 }).map((s) => s * 1000);
  const iso = (ms: number) => new Date(ms).toISOString().replace(".000", "");
  fc.assert(fc.property(second, second, second, fc.boolean(), (a, b, time, quoted) => {
    const text = `${iso(a)}...${iso(b)}`;
    const { from, to } = range(quoted ? `"${text}"` : text)!;
    assert.equal(iso(time) >= from && iso(time) <= to, time >= a && time <= b);
  }));
});
