/**
 * What people do in payables and general ledger, and what goes wrong with imports, as tests and the demonstration drive it.
 */
import assert from "node:assert/strict";
import type { Row } from "../../../../engine/connector.ts";
import { DENVER, type Desk, desk, document } from "../../journals/testing.ts";

/** What is billed of the first distribution, in Oracle's own columns. */
async function billed({ rows }: Desk): Promise<string> {
  const [{ AMOUNT_BILLED }] = await rows("PO_DISTRIBUTIONS_ALL");
  return (AMOUNT_BILLED ?? "0") as string;
}

Deno.test("an order is invoiced in two parts, credited, and an invoice is cancelled: what is billed follows", async () => {
  const it = desk();
  const enter = (number: string, ...amounts: string[]) =>
    it.touch("AP_INVOICES_ALL", undefined, {
      ACTION: "ENTER",
      INVOICE_NUM: number,
      LINES: amounts.map((AMOUNT) => ({ PO_DISTRIBUTION_ID: "1", AMOUNT })),
    });
  await enter("INV-1", "250", "150");
  assert.equal(await billed(it), "400");
  const second = await enter("INV-2", "600.10");
  assert.equal(await billed(it), "1000.1");
  await enter("CM-1", "-50.05");
  assert.equal(await billed(it), "950.05");
  await it.touch("AP_INVOICES_ALL", second.INVOICE_ID as string, { ACTION: "CANCEL" });
  assert.equal(await billed(it), "349.95");
  const lines = await it.rows("AP_INVOICE_DISTRIBUTIONS_ALL");
  const own = lines.filter((line) => line.INVOICE_ID === second.INVOICE_ID);
  assert.deepEqual(own.map((line) => `${line.AMOUNT} ${line.REVERSAL_FLAG}`), ["600.1 Y", "-600.1 Y"]);
  const all: Row[] = [];
  for await (const page of it.stream("po_billing").read!({ partition: DENVER, keys: ["1"] })) all.push(...page.rows);
  assert.equal(all[0].RECOGNISED_AMOUNT, "349.95");
  assert.equal((all[0].INVOICES as Row[]).length, 5);
});

Deno.test("an invoice that bills nothing is refused, and so is cancelling twice", async () => {
  const it = desk();
  const enter = (fields: Record<string, unknown>) =>
    it.touch("AP_INVOICES_ALL", undefined, { ACTION: "ENTER", ...fields });
  await assert.rejects(enter({}), /needs LINES/);
  await assert.rejects(enter({ LINES: [{ AMOUNT: "1" }] }), /needs PO_DISTRIBUTION_ID/);
  assert.deepEqual(await it.rows("AP_INVOICES_ALL"), []);
  const { INVOICE_ID } = await enter({ LINES: [{ PO_DISTRIBUTION_ID: "1", AMOUNT: "1" }] });
  await it.touch("AP_INVOICES_ALL", INVOICE_ID as string, { ACTION: "CANCEL" });
  await assert.rejects(it.touch("AP_INVOICES_ALL", INVOICE_ID as string, { ACTION: "CANCEL" }), /cancelled already/);
  await assert.rejects(it.touch("AP_INVOICES_ALL", INVOICE_ID as string, { ACTION: "PAY" }), /it has CANCEL, ENTER/);
});

Deno.test("a batch is posted whole, a program posts a source's, and nothing is posted twice", async () => {
  const it = desk();
  await it.journals.post(DENVER, [document("EBS-A-1"), document("EBS-A-2")]);
  const [batch] = await it.rows("GL_JE_BATCHES");
  const [header] = await it.rows("GL_JE_HEADERS");
  await it.touch("GL_JE_HEADERS", header.JE_HEADER_ID as string, { ACTION: "POST" });
  assert.equal((await it.rows("GL_JE_BATCHES"))[0].STATUS, "U");
  await it.touch("GL_JE_BATCHES", batch.JE_BATCH_ID as string, { ACTION: "POST" });
  assert.deepEqual((await it.rows("GL_JE_HEADERS")).map(({ STATUS }) => STATUS), ["P", "P"]);
  assert.equal((await it.rows("GL_JE_BATCHES"))[0].STATUS, "P");
  await assert.rejects(it.touch("GL_JE_BATCHES", batch.JE_BATCH_ID as string, { ACTION: "POST" }), /nothing to post/);
  await it.journals.post(DENVER, [document("EBS-A-3")]);
  assert.equal((await it.touch("GL_JE_BATCHES", undefined, { ACTION: "AUTOPOST", JE_SOURCE: "Manual" })).POSTED, "0");
  assert.equal((await it.touch("GL_JE_BATCHES", undefined, { ACTION: "AUTOPOST" })).POSTED, "1");
  await it.touch("GL_JE_HEADERS", header.JE_HEADER_ID as string, { ACTION: "REVERSE" });
  const [, , last] = await it.rows("GL_JE_BATCHES");
  assert.deepEqual([last.STATUS, /^Reverses Gusset/.test(last.NAME as string)], ["U", true]);
});

Deno.test("import faults strike the next imports one by one: slow, failing, dying, stuck until somebody cancels", async () => {
  const it = desk({
    setup: {
      import_faults: [{ kind: "slow", seconds: 1200 }, { kind: "fails", text: "ORA-1" }, {
        kind: "dies",
        text: "ORA-2",
      }, {
        kind: "stuck",
      }],
    },
  });
  const states: string[] = [];
  for (const n of [1, 2, 3, 4, 5]) {
    const [outcome] = await it.journals.post(DENVER, [document(`EBS-A-${n}`)]);
    states.push(`${outcome.result} ${"failure" in outcome ? outcome.failure.code : ""}`.trim());
  }
  assert.deepEqual(states, [
    "unknown post.unfinished",
    "rejected post.import-failed",
    "rejected post.import-failed",
    "unknown post.unfinished",
    "confirmed",
  ]);
  await it.clock.advance(3_600_000);
  const [slow, failed, died, stuck] = await it.journals.probe(DENVER, ["EBS-A-1", "EBS-A-2", "EBS-A-3", "EBS-A-4"]);
  assert.deepEqual([slow.state, failed.state, died.state], ["unposted", "withdrawn", "withdrawn"]);
  assert.ok(stuck.state === "interface" && stuck.running);
  const { REQUEST_ID } = (await it.rows("FND_CONCURRENT_REQUESTS")).find(({ PHASE_CODE }) => PHASE_CODE === "R")!;
  await it.touch("FND_CONCURRENT_REQUESTS", REQUEST_ID as string, { ACTION: "CANCEL" });
  await it.clock.advance(3_600_000);
  const [ended] = await it.journals.probe(DENVER, ["EBS-A-4"]);
  assert.ok(ended.state === "interface" && !ended.running, "it waits in the interface, and imports nothing by itself");
  assert.equal((await it.rows("GL_INTERFACE_CONTROL")).length, 1);
});
