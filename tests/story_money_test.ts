/**
 * The scenes about money, played in the sandboxes: what people do there is taken, and says what it is meant to say.
 */
import assert from "node:assert/strict";
import { company } from "../connectors/company/company.ts";
import {
  accountantPosts,
  changeOrder,
  lastMonth,
  type MoneyTouch,
  payablesCancel,
  payablesInvoice,
  thisMonth,
} from "../connectors/company/story_money.ts";
import ebs from "../connectors/ebs/connector.ts";
import procore from "../connectors/procore/connector.ts";
import { manualClock, seededRandom } from "../engine/clock.ts";
import type { Connector, Row, Wire } from "../engine/connector.ts";
import { Big } from "../engine/decimal.ts";

const AT = Date.parse("2026-11-25T16:00:00Z");
const ORIGIN = "http://127.0.0.1:8101";

/** Both systems after the orders of the first office have become contracts. */
async function stage(seed: number) {
  const clock = manualClock(AT);
  const data = company({ seed, at: AT });
  const boxes: Record<string, { fetch: Wire; connector: Connector; settings: Record<string, unknown> }> = {};
  const open = (name: string, connector: Connector, more: Record<string, Row[]>) => {
    const box = connector.sandbox({ clock, random: seededRandom(seed), data: { ...data, ...more } });
    boxes[name] = { fetch: box.fetch, connector, settings: box.settings(ORIGIN) };
  };
  const control = async (name: string, path: string, body?: unknown): Promise<Row> => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const answer = await boxes[name].fetch(new Request(`${ORIGIN}/_sandbox/${path}`, init));
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return JSON.parse(text);
  };
  const rows = async (name: string, table: string) => (await control(name, `rows/${table}?limit=100000`)).rows as Row[];
  open("ebs", ebs, {});
  open("procore", procore, await contracts(rows));
  return {
    rows,
    async play(touches: readonly MoneyTouch[]): Promise<string[]> {
      const said: string[] = [];
      for (const { connector, table, edit } of touches) {
        const { key, fields, says } = await edit(rows);
        await control(connector, "touch", { table, key, fields });
        said.push(says);
      }
      return said;
    },
    async read(name: string, stream: string): Promise<Row[]> {
      const { fetch, connector, settings } = boxes[name];
      const session = connector.open(connector.settings.parse(settings), {
        wire: fetch,
        clock,
        random: seededRandom(3),
        log: () => {},
        signal: new AbortController().signal,
        tags: ["EBS"],
      });
      const opened = session.stream(stream);
      const found: Row[] = [];
      for (const partition of await opened.partitions()) {
        for await (const page of opened.read!({ partition, since: null, after: null })) found.push(...page.rows);
      }
      await session.close();
      return found;
    },
  };
}

/** Contracts as the orders' pipeline would have made them, of the first office's orders, one in each project. */
async function contracts(rows: (name: string, table: string) => Promise<Row[]>): Promise<Record<string, Row[]>> {
  const projects = new Map((await rows("ebs", "PA_PROJECTS_ALL")).map((row) => [row.PROJECT_ID, row]));
  const lines = new Map((await rows("ebs", "PO_LINES_ALL")).map((row) => [row.PO_LINE_ID, row]));
  const orders = new Map((await rows("ebs", "PO_HEADERS_ALL")).map((row) => [row.PO_HEADER_ID, row]));
  const parts = Map.groupBy(
    await rows("ebs", "PO_DISTRIBUTIONS_ALL"),
    ({ PO_HEADER_ID, PROJECT_ID }) => `${PO_HEADER_ID}-${PROJECT_ID}`,
  );
  const codes = new Map<string, Row>();
  const made: Row[] = [];
  for (const [key, own] of parts) {
    const [{ PO_HEADER_ID, PROJECT_ID }] = own;
    const order = orders.get(PO_HEADER_ID)!;
    if (order.ORG_ID !== "204" || order.APPROVED_FLAG !== "Y" || order.TYPE_LOOKUP_CODE !== "STANDARD") continue;
    const project_number = projects.get(PROJECT_ID)!.SEGMENT1;
    for (const part of own) {
      const code = String(part.CODE_COMBINATION_ID);
      codes.set(`${project_number} ${code}`, { project_number, code, name: `Account ${code}` });
    }
    made.push({
      project_number,
      number: `204-${order.SEGMENT1}`,
      title: `Order ${order.SEGMENT1}`,
      origin_id: `EBS-PO-${key}`,
      status: "Approved",
      vendor: "Kestrel & Dunn Architects",
      lines: own.map((part): Row => ({
        origin_id: `EBS-POD-${part.PO_DISTRIBUTION_ID}-${PROJECT_ID}`,
        amount: part.AMOUNT_ORDERED ??
          figure(part, "QUANTITY_ORDERED").times(figure(lines.get(part.PO_LINE_ID), "UNIT_PRICE")).toFixed(2),
        code: String(part.CODE_COMBINATION_ID),
      })),
    });
  }
  const all = [...new Set([...projects.values()].map((row) => row.SEGMENT1))];
  return {
    procore_projects: all.map((number): Row => ({ project_number: number, name: `Project ${number}`, active: true })),
    procore_cost_codes: [...codes.values()],
    procore_purchase_order_contracts: made,
  };
}

const figure = (row: Row | undefined, name: string): Big => new Big(row?.[name] as string);

for (const seed of [1, 2, 3]) {
  Deno.test(`seed ${seed}: two months are billed, a sheet that does not foot is mended, and stored material counts once`, async () => {
    const { play, read } = await stage(seed);
    await play(lastMonth);
    const before = await read("procore", "requisitions");
    assert.equal(before.length, 7);
    assert.deepEqual(before.filter(({ foots }) => !foots).map(({ current_payment_due }) => current_payment_due), [
      "1.00",
    ]);
    assert.deepEqual(before.filter(({ status }) => status !== "approved").map(({ status }) => status), ["draft"]);
    assert.equal(before.filter(({ commitment_type }) => commitment_type === "WorkOrderContract").length, 1);
    assert.deepEqual(new Set(before.map(({ billing_date }) => billing_date)), new Set(["2026-10-25"]));
    const withheld = before.filter((row) => !figure(row, "retainage_to_date").eq(0));
    assert.equal(withheld.length, 1);

    await play(thisMonth);
    await play(changeOrder);
    const after = await read("procore", "requisitions");
    assert.equal(after.length, 11);
    assert.ok(after.every(({ foots, footing_fault }) => foots || footing_fault === undefined));
    const stored = before.find((row) =>
      (row.items as Row[]).some((item) => !figure(item, "materials_presently_stored").eq(0))
    )!;
    const next = after.find((row) => row.commitment_id === stored.commitment_id && row.number === "2")!;
    assert.ok(figure(next, "cost_to_date").eq(figure(stored, "cost_to_date").plus(figure(next, "cost_this_period"))));
    assert.ok((next.items as Row[]).every((item) => figure(item, "materials_presently_stored").eq(0)));
    const released = after.filter((row) => !figure(row, "retainage_released_this_period").eq(0));
    assert.deepEqual(released.map(({ commitment_id }) => commitment_id), [withheld[0].commitment_id]);
    const changed = after.filter((row) => (row.items as Row[]).some((item) => item.item_type === "change_order_item"));
    assert.equal(changed.length, 1);
  });
}

Deno.test("payables invoice all that is certified on one order, and cancel it again; other orders are left alone", async () => {
  const { play, read } = await stage(1);
  await play(lastMonth);
  const billedBefore = await read("ebs", "po_billing");
  const [says] = await play(payablesInvoice);
  const billed = await read("ebs", "po_billing");
  const grown = billed.filter((row, i) => row.RECOGNISED_AMOUNT !== billedBefore[i].RECOGNISED_AMOUNT);
  assert.equal(new Set(grown.map(({ PO_HEADER_ID }) => PO_HEADER_ID)).size, 1);
  const total = grown.reduce((sum, row) => sum.plus(figure(row, "RECOGNISED_AMOUNT")), new Big(0));
  const sheets = (await read("procore", "requisitions")).filter((row) => figure(row, "cost_to_date").eq(total));
  assert.equal(sheets.length, 1, says);
  await play(payablesCancel);
  const amounts = (rows: Row[]) => rows.map(({ RECOGNISED_AMOUNT }) => RECOGNISED_AMOUNT);
  assert.deepEqual(amounts(await read("ebs", "po_billing")), amounts(billedBefore));
});

Deno.test("an accountant posts what is there, and where nothing is there nothing happens", async () => {
  const { play, rows } = await stage(1);
  assert.deepEqual(await play(accountantPosts), ["In Oracle, an accountant posts the 0 journals of source Procore"]);
  assert.deepEqual(await rows("ebs", "GL_JE_HEADERS"), []);
});
