import assert from "node:assert/strict";
import { manualClock, seededRandom } from "../engine/clock.ts";
import type { Row } from "../engine/connector.ts";
import { company } from "../connectors/company/company.ts";
import connector from "../connectors/ebs/connector.ts";
import { ebsSandbox } from "../connectors/ebs/sandbox/sandbox.ts";
import type { Setup } from "../connectors/ebs/sandbox/setup.ts";

const AT = Date.parse("2026-03-02T08:00:00Z");
const COMPANY = company({ at: AT });
/** Every third of the orders is enough to have each kind of them. */
const DATA: Record<string, Row[]> = {
  ...COMPANY,
  purchase_orders: COMPANY.purchase_orders.filter((_, i) => i % 3 === 0),
};

/** Everything the connector reads from a sandbox, by stream and partition. */
async function everything(setup: Partial<Setup>, more: Record<string, unknown>): Promise<Record<string, Row[]>> {
  const clock = manualClock(AT);
  const box = ebsSandbox({ clock, random: seededRandom(1), data: DATA, setup });
  const settings = connector.settings.parse({ ...box.settings("http://127.0.0.1:8101"), page_size: 60, ...more });
  const signal = new AbortController().signal;
  const session = connector.open(settings, {
    wire: box.fetch,
    clock,
    random: seededRandom(2),
    log: () => {},
    signal,
    tags: [],
  });
  const read: Record<string, Row[]> = {};
  for (const [name, { record, source }] of Object.entries(connector.streams)) {
    if (!source) continue;
    const stream = session.stream(name);
    const exactly = record.strict();
    for (const partition of await stream.partitions()) {
      const rows = read[`${name} ${partition.id}`] = [] as Row[];
      for await (const page of stream.read!({ partition, since: null, after: null })) rows.push(...page.rows);
      for (const row of rows) exactly.parse(row);
    }
  }
  await session.close();
  return read;
}

Deno.test("the connector reads the same from every setup of the gateway, in every form it speaks", async (t) => {
  const plain = await everything({ nulls: "omit", numbers: "text", collapse: false, limit_connect: null }, {});
  const count = (stream: string) =>
    Object.entries(plain).filter(([key]) => key.startsWith(`${stream} `)).reduce(
      (sum, [, rows]) => sum + rows.length,
      0,
    );
  assert.equal(count("projects"), DATA.projects.length);
  assert.equal(count("suppliers"), DATA.suppliers.filter((row) => (row.SITES as Row[]).length > 0).length);
  const used = DATA.purchase_orders.flatMap((order) => (order.LINES as Row[]).map((line) => line.CODE_COMBINATION_ID));
  assert.equal(count("code_combinations"), new Set(used).size);

  const table: [string, Partial<Setup>, Record<string, unknown>][] = [
    ["mixed quirks", {}, {}],
    ["every null as null", { nulls: "null", numbers: "number" }, {}],
    ["every null as empty", { nulls: "empty" }, {}],
    ["XML", {}, { format: "xml" }],
    ["XML, nil", { nulls: "null" }, { format: "xml" }],
    ["flat", {}, { collections: "flat" }],
    ["XML, flat", {}, { format: "xml", collections: "flat" }],
    ["Basic", {}, { auth: "basic" }],
    ["a lenient gateway", { strict: false }, {}],
    ["another alias and product", { alias: "XXGUSSET", product: "po" }, { product: "po", format: "xml" }],
    ["sessions that die after five requests", { limit_connect: 5 }, {}],
    ["and are told by a redirect", { limit_connect: 5, expiry: "redirect" }, {}],
    ["and are told by a login page", { limit_connect: 5, expiry: "html" }, {}],
    ["and are told by XML with status 200", { limit_connect: 5, expiry: "xml" }, {}],
  ];
  for (const [name, setup, more] of table) {
    await t.step(name, async () => assert.deepEqual(await everything(setup, more), plain));
  }
});
