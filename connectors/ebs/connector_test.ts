import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { manualClock, seededRandom } from "../../engine/clock.ts";
import type { Row, Session, Wire } from "../../engine/connector.ts";
import connector from "./connector.ts";
import { OPERATIONS } from "./operations.ts";

import { EXPIRY_MODES } from "./sandbox/setup.ts";
import { pagesOf } from "./testing.ts";

const ORIGIN = "https://ebs.example.test:4443";

/** Two operating units that share suppliers and an account, by hand, so that each count is known. */
function company(): Record<string, Row[]> {
  const operating_units = [{ ORGANIZATION_ID: "204", NAME: "Denver" }, { ORGANIZATION_ID: "458", NAME: "Boise" }];
  const suppliers = Array.from({ length: 25 }, (_, i): Row => ({
    VENDOR_ID: String(90 + i),
    SEGMENT1: String(5000 + i),
    VENDOR_NAME: i % 5 ? `Supplier ${i}` : `Søns & <Sons> ${i}  `,
    SITES: ["204", "458"].filter((_, unit) => i % 3 !== unit).map((ORG_ID): Row => ({
      VENDOR_SITE_ID: `${i + 1}${ORG_ID}`,
      ORG_ID,
      VENDOR_SITE_CODE: "YARD",
      CITY: " Denver ",
      PURCHASING_SITE_FLAG: "Y",
      INACTIVE_DATE: i % 7 ? undefined : "2020-01-01T00:00:00",
    })),
  }));
  const projects = Array.from({ length: 7 }, (_, i): Row => ({
    PROJECT_ID: String(1 + i),
    SEGMENT1: `P${i}`,
    NAME: `Bridge ${i} `,
    ORG_ID: i % 2 ? "204" : "458",
  }));
  const code_combinations = Array.from({ length: 9 }, (_, i): Row => ({
    CODE_COMBINATION_ID: String(1000 + i),
    SEGMENT1: "01",
    SEGMENT2: `0${i}`,
    SEGMENT2_DESCRIPTION: "Concrete ",
  }));
  const purchase_orders = Array.from({ length: 30 }, (_, i): Row => ({
    PO_HEADER_ID: String(7000 + i),
    SEGMENT1: String(i),
    VENDOR_ID: "90",
    PROJECT_NUMBER: `P${i % 7}`,
    LINES: [{ LINE_NUM: "1", AMOUNT: "10.50", CODE_COMBINATION_ID: String(1000 + i % 8) }],
  }));
  const rich: Row = {
    PO_HEADER_ID: "7900",
    ORG_ID: "204",
    COMMENTS: "Søns & <Sons> ",
    AUTHORIZATION_STATUS: "REQUIRES REAPPROVAL",
    LINES: [{
      LINE_NUM: "1",
      UNIT_PRICE: "3.335",
      QUANTITY: "7",
      CODE_COMBINATION_ID: "1000",
      DISTRIBUTIONS: [
        { SHIPMENT_NUM: "1", QUANTITY_ORDERED: "3.5", PROJECT_ID: "2" },
        { SHIPMENT_NUM: "1", QUANTITY_ORDERED: "3.5", QUANTITY_CANCELLED: "0.25", PROJECT_ID: "4" },
      ],
    }, { LINE_NUM: "2", AMOUNT: "-0.50", CODE_COMBINATION_ID: "1001", DISTRIBUTIONS: [] }],
  };
  const agreement: Row = { PO_HEADER_ID: "7901", ORG_ID: "458", TYPE_LOOKUP_CODE: "CONTRACT" };
  purchase_orders.push(rich, agreement);
  const gl_journals = Array.from({ length: 5 }, (_, i): Row => ({
    POSTING_KEY: `EBS-REQ-${i}`,
    ORG_ID: i % 2 ? "204" : "458",
    LINES: [
      { CODE_COMBINATION_ID: i === 4 ? "1" : "1000", ENTERED_DR: "0.50" },
      { CODE_COMBINATION_ID: "1001", ENTERED_CR: "0.50" },
    ],
  }));
  return { operating_units, suppliers, projects, code_combinations, purchase_orders, gl_journals };
}

interface Bench {
  sandbox: ReturnType<typeof connector.sandbox>;
  open(more?: Record<string, unknown>, wrap?: (wire: Wire) => Wire): Session;
  control(path: string, body?: unknown): Promise<Response>;
}

function bench(data = company()): Bench {
  const clock = manualClock(Date.UTC(2024, 2, 1, 12));
  const sandbox = connector.sandbox({ clock, random: seededRandom(5), data });
  return {
    sandbox,
    open(more = {}, wrap = (wire) => wire) {
      const settings = connector.settings.parse({ ...sandbox.settings(ORIGIN), ...more });
      const signal = new AbortController().signal;
      return connector.open(settings, {
        wire: wrap(sandbox.fetch),
        clock,
        random: seededRandom(1),
        log: () => {},
        tags: [],
        signal,
      });
    },
    control: (path, body) =>
      sandbox.fetch(
        new Request(`${ORIGIN}/_sandbox${path}`, {
          method: body === undefined ? "GET" : "POST",
          headers: { "content-type": "application/json" },
          body: body === undefined ? undefined : JSON.stringify(body),
        }),
      ),
  };
}

const STREAMS = Object.keys(connector.streams).filter((name) => connector.streams[name].source);

async function everything(session: Session, pageSize?: number): Promise<Record<string, Row[]>> {
  const all: Record<string, Row[]> = {};
  for (const name of STREAMS) {
    all[name] = [];
    for (const partition of await session.stream(name).partitions()) {
      all[name].push(...(await pagesOf(session, name, { partition, pageSize })).flatMap((page) => page.rows));
    }
  }
  return all;
}

Deno.test("every row of the sandbox fits its record schema, and every stream has rows", async () => {
  const all = await everything(bench().open());
  for (const name of STREAMS) {
    assert.ok(all[name].length > 0, name);
    for (const row of all[name]) {
      const result = connector.streams[name].record.safeParse(row);
      assert.ok(result.success, `${name} ${JSON.stringify(row)}: ${result.error}`);
    }
  }
});

Deno.test("an order comes with its scope and its amounts, exact", async () => {
  const { purchase_orders } = await everything(bench().open());
  const rich = purchase_orders.find((row) => row.PO_HEADER_ID === "7900")!;
  assert.deepEqual(
    [rich.SCOPE, rich.TOTAL_AMOUNT, rich.NET_AMOUNT, rich.COMMENTS],
    ["OPEN", "22.51", "22.51", "Søns & <Sons> "],
  );
  const [first, second] = rich.LINES as Row[];
  assert.deepEqual((first.DISTRIBUTIONS as Row[]).map((row) => row.NET_AMOUNT), ["11.67", "10.84"]);
  assert.deepEqual(second.DISTRIBUTIONS, []);
  assert.deepEqual(purchase_orders.find((row) => row.PO_HEADER_ID === "7901")!.LINES, []);
});

Deno.test("XML and JSON, nested and flat, token and Basic, any page size: the rows are the same", async () => {
  const expected = await everything(bench().open());
  assert.ok(expected.suppliers.some((row) => String(row.VENDOR_NAME).endsWith("  ")), "a trailing blank survives");
  for (
    const [more, pageSize] of [
      [{ format: "xml" }, undefined],
      [{ format: "xml", collections: "flat" }, 3],
      [{ collections: "flat" }, undefined],
      [{ auth: "basic" }, 4],
      [{ session_requests: 2 }, 3],
      [{ concurrency: 1 }, 1],
    ] as const
  ) {
    assert.deepEqual(await everything(bench().open(more), pageSize), expected, JSON.stringify(more));
  }
});

const SETUPS: Record<string, unknown>[] = [
  { strict: false },
  { nulls: "omit" },
  { nulls: "null" },
  { nulls: "empty" },
  { numbers: "number" },
  { numbers: "text" },
  { collapse: false },
];

Deno.test("however a gateway renders nothing, numbers and one element, the rows are the same", async () => {
  const expected = await everything(bench().open());
  for (const setup of SETUPS) {
    for (const format of ["json", "xml"]) {
      const other = bench();
      assert.equal((await other.control("/gateway", setup)).status, 200);
      assert.deepEqual(await everything(other.open({ format }), 3), expected, `${JSON.stringify(setup)} ${format}`);
    }
  }
});

for (const expiry of EXPIRY_MODES) {
  for (const format of ["json", "xml"]) {
    Deno.test(`a session that the sandbox ends by ${expiry} (${format}), at any call of a read, loses and repeats no row`, async () => {
      const expected = (await pagesOf(bench().open({ format }), "suppliers", { pageSize: 4 })).flatMap((page) =>
        page.rows
      );
      for (let call = 1; call <= 8; call += 3) {
        const other = bench();
        assert.equal((await other.control("/gateway", { expiry })).status, 200);
        let nth = 0;
        let logins = 0;
        const session = other.open({ format }, (wire) => async (request) => {
          if (request.url.endsWith("/login")) logins++;
          if (request.url.includes("get_suppliers") && ++nth === call) {
            const cookie = request.headers.get("cookie")!;
            const ended = await wire(new Request(`${ORIGIN}/webservices/rest/logout`, { headers: { cookie } }));
            assert.equal(ended.status, 200);
          }
          return wire(request);
        });
        const rows = (await pagesOf(session, "suppliers", { pageSize: 4 })).flatMap((page) => page.rows);
        assert.deepEqual(rows, expected, `call ${call}`);
        assert.equal(logins, 3, "one for each operating unit, and one more");
      }
    });
  }
}

Deno.test("a request limit that the connector was not told of is survived", async () => {
  const other = bench();
  await other.control("/gateway", { limit_connect: 3 });
  assert.deepEqual(await everything(other.open(), 2), await everything(bench().open(), 2));
});

Deno.test("a changed supplier is what an incremental read gives, whole, and an unchanged company gives nothing", async () => {
  const { open, control } = bench();
  const session = open();
  const [first] = await pagesOf(session, "suppliers");
  await control("/clock", { advance: 3_600_000 });
  const [quiet] = await pagesOf(session, "suppliers", { since: "2024-03-01T23:59:59" });
  assert.deepEqual(quiet.rows, []);
  const key = first.rows[3].VENDOR_ID as string;
  const touched = await control("/touch", { table: "AP_SUPPLIERS", key, fields: { VENDOR_NAME: "Renamed" } });
  assert.equal(touched.status, 200, await touched.text());
  const pages = await pagesOf(session, "suppliers", { since: first.asOf });
  const changed = pages.flatMap((page) => page.rows);
  const row = changed.find((row) => row.VENDOR_ID === key)!;
  assert.equal(row.VENDOR_NAME, "Renamed");
  assert.deepEqual(row.SITES, first.rows[3].SITES);
});

Deno.test("the sandbox publishes every operation, and its ping finds nothing to do", async () => {
  const findings = await Array.fromAsync(bench().open().ping());
  assert.deepEqual(findings.filter(({ level }) => level !== "ok"), []);
  for (const name of Object.keys(OPERATIONS)) assert.ok(findings.some(({ message }) => message.includes(name)), name);
});

Deno.test("a wrong password on the sandbox is refused once", async () => {
  let logins = 0;
  const session = bench().open({ password: "wrong" }, (wire) => (request) => {
    if (request.url.endsWith("/login")) logins++;
    return wire(request);
  });
  await assert.rejects(pagesOf(session, "suppliers"), { code: "login.refused" });
  await assert.rejects(session.identity(), { code: "login.refused" });
  assert.equal(logins, 1);
});

const shared = new URL("../../../shared/data/public-spending/", import.meta.url);
const lines = (name: string): Row[] =>
  readFileSync(new URL(`${name}.jsonl`, shared), "utf8").trim().split("\n").map((line) => JSON.parse(line));
const there = (() => {
  try {
    return Deno.statSync(shared).isDirectory;
  } catch {
    return false;
  }
})();

Deno.test({
  name: `a real council's suppliers come through letter by letter${
    there ? "" : " (skipped: ../shared/data is absent)"
  }`,
  ignore: !there,
  async fn() {
    const names = ["suppliers", "code_combinations", "projects", "purchase_orders"];
    const data = Object.fromEntries(names.map((name) => [name, lines(name)]));
    const given = new Map(data.suppliers.map((row) => [String(row.VENDOR_ID), row.VENDOR_NAME]));
    for (const format of ["json", "xml"]) {
      const pages = await pagesOf(bench(data).open({ format }), "suppliers");
      const rows = pages.flatMap((page) => page.rows);
      assert.deepEqual(new Map(rows.map((row) => [row.VENDOR_ID, row.VENDOR_NAME])), given, format);
      assert.ok(rows.some((row) => /\s$/.test(String(row.VENDOR_NAME))));
    }
  },
});
