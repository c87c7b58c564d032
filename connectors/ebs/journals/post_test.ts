import assert from "node:assert/strict";
import type { Row } from "../../../engine/connector.ts";
import type { FailureCode } from "../../../engine/failure.ts";
import type { PostOutcome } from "../../../engine/posting.ts";
import type { Setup } from "../sandbox/setup.ts";
import { credit, debit, DENVER, type Desk, desk, document } from "./testing.ts";

const said = (outcomes: PostOutcome[]) =>
  outcomes.map((outcome) => outcome.result === "confirmed" ? "confirmed" : `${outcome.result} ${outcome.failure.code}`);

/** Nothing of the keys is in the books, nor on its way there. */
async function nothingThere({ rows }: Desk, what = ""): Promise<void> {
  for (const table of ["GL_INTERFACE", "GL_JE_HEADERS", "GL_JE_LINES", "GL_JE_BATCHES"]) {
    assert.deepEqual(await rows(table), [], `${table} ${what}`);
  }
}

Deno.test("journals that are right are imported together, each as a journal of its own that carries its key", async () => {
  const it = desk();
  const outcomes = await it.journals.post(DENVER, [
    document("EBS-REQ-1-1"),
    document("EBS-REQ-2-1-with-a-rather-long-key"),
  ]);
  assert.deepEqual(said(outcomes), ["confirmed", "confirmed"]);
  const headers = await it.rows("GL_JE_HEADERS");
  assert.deepEqual(headers.map((row) => row.EXTERNAL_REFERENCE), ["EBS-REQ-1-1", "EBS-REQ-2-1-with-a-rather-long-key"]);
  assert.deepEqual(headers.map((row) => `${row.STATUS} ${row.RUNNING_TOTAL_DR} ${row.RUNNING_TOTAL_CR}`), [
    "U 100.25 100.25",
    "U 100.25 100.25",
  ]);
  assert.match(headers[0].NAME as string, /^EBS-REQ-1-1 Subcontract Cost USD$/);
  const [batch, ...others] = await it.rows("GL_JE_BATCHES");
  assert.match(batch.NAME as string, /^Gusset Procore 76257\d\d A 91000\d$/);
  assert.deepEqual(others, []);
  assert.deepEqual(await it.rows("GL_INTERFACE"), []);
  const lines = await it.rows("GL_JE_LINES");
  assert.deepEqual(lines.map((row) => `${row.REFERENCE_1} ${row.REFERENCE_2} ${row.ENTERED_DR ?? -row.ENTERED_CR!}`), [
    "EBS-REQ-1-1 1 100.25",
    "EBS-REQ-1-1 2 -100.25",
    "EBS-REQ-2-1-with-a-rather-long-key 1 100.25",
    "EBS-REQ-2-1-with-a-rather-long-key 2 -100.25",
  ]);
  assert.equal(it.calls.filter((call) => call === "submit_journals").length, 1);
  const [first] = outcomes;
  assert.deepEqual(first.result === "confirmed" && { ...first.journal, batch: "" }, {
    id: headers[0].JE_HEADER_ID,
    name: headers[0].NAME,
    batch: "",
    period: "NOV-26",
    debit: "100.25",
    credit: "100.25",
    posted: false,
  });
});

Deno.test("what is wrong in itself never leaves, and holds nothing back", async () => {
  const table: [string, Row, FailureCode, RegExp][] = [
    ["two cents short", { LINES: [debit("10", "5.02"), credit("11", "5")] }, "post.unbalanced", /0.02 USD more debit/],
    [
      "balanced as a whole, not by segment",
      {
        LINES: [{ ...debit("10", "5"), BALANCING_SEGMENT: "01" }, { ...credit("12", "5"), BALANCING_SEGMENT: "02" }],
      },
      "post.unbalanced",
      /segment 01/,
    ],
    [
      "a segment on one line only",
      { LINES: [{ ...debit("10", "5"), BALANCING_SEGMENT: "01" }, credit("12", "5")] },
      "post.invalid",
      /some lines/,
    ],
    ["no amount", { LINES: [{ CODE_COMBINATION_ID: "10" }, credit("11", "5")] }, "post.invalid", /Line 1/],
    [
      "both sides",
      { LINES: [{ ...debit("10", "5"), ENTERED_CR: "5" }, credit("11", "5")] },
      "post.invalid",
      /not both/,
    ],
    ["zero", { LINES: [debit("10", "0.00"), credit("11", "0")] }, "post.invalid", /zero/],
    ["half a cent", { LINES: [debit("10", "5.005"), credit("11", "5.005")] }, "post.invalid", /finer/],
    [
      "half a yen",
      { CURRENCY_UNIT: "1", CURRENCY_CODE: "JPY", LINES: [debit("10", "5.5"), credit("11", "5.5")] },
      "post.invalid",
      /finer/,
    ],
    ["one line", { LINES: [debit("10", "5")] }, "post.invalid", /two lines/],
    ["no date", { ACCOUNTING_DATE: undefined }, "post.invalid", /ACCOUNTING_DATE/],
    ["an amount that is none", { LINES: [debit("10", "5,00"), credit("11", "5")] }, "post.invalid", /decimal/],
    ["a column that is not ours to set", { REFERENCE6: "X" }, "post.invalid", /REFERENCE6/],
  ];
  for (const [what, fields, code, words] of table) {
    const it = desk();
    const [bad, good] = await it.journals.post(DENVER, [document("BAD-1", fields), document("GOOD-1")]);
    assert.equal(good.result, "confirmed", what);
    assert.equal(bad.result, "rejected", what);
    assert.ok(bad.result === "rejected");
    assert.equal(bad.failure.code, code, what);
    assert.match(`${bad.failure.message} ${bad.failure.value}`, words, what);
    assert.deepEqual((await it.rows("XXGUSSET_POSTINGS")).map((row) => row.POSTING_KEY), ["GOOD-1"], what);
  }
  for (const key of ["", "7", "ä", "a b", "K".repeat(81)]) {
    const it = desk();
    assert.deepEqual(said(await it.journals.post(DENVER, [document(key)])), ["rejected post.invalid"], key);
    assert.deepEqual(it.calls, [], "no call");
  }
});

Deno.test("what Journal Import refuses is told in plain words, for that journal alone; the others are in the books once", async () => {
  const table: [string, Row, string, RegExp][] = [
    ["a closed period", { ACCOUNTING_DATE: "2026-05-05" }, "EP01", /no open or future-enterable period/],
    ["a period never opened", { ACCOUNTING_DATE: "2027-01-05" }, "EP01", /no open/],
    ["a disabled account", { LINES: [debit("20", "5"), credit("11", "5")] }, "EF03", /disabled \(line 1, account 20/],
    ["no detail posting", { LINES: [debit("10", "5"), credit("21", "5")] }, "EF02", /detail/],
    ["a summary account", { LINES: [debit("10", "5"), credit("23", "5")] }, "EF02", /detail/],
    ["an account that ended", { LINES: [debit("22", "5"), credit("11", "5")] }, "EF01", /not active/],
    ["no such account", { LINES: [debit("99", "5"), credit("11", "5")] }, "EF05", /no such account/],
    ["two balancing segments", { LINES: [debit("10", "5"), credit("12", "5")] }, "EU02", /balancing segment/],
    ["a disabled currency", { CURRENCY_CODE: "FRF" }, "EC08", /currency/],
    ["a foreign currency without a rate type", { CURRENCY_CODE: "CAD" }, "EC03", /rate type/],
    [
      "a rate type without a rate",
      {
        CURRENCY_CODE: "CAD",
        USER_CURRENCY_CONVERSION_TYPE: "Corporate",
        CURRENCY_CONVERSION_DATE: "2026-11-05",
      },
      "EC06",
      /no rate/,
    ],
    ["a rate type that is none", { CURRENCY_CODE: "CAD", USER_CURRENCY_CONVERSION_TYPE: "Spot" }, "EC11", /rate type/],
    ["no such category", { USER_JE_CATEGORY_NAME: "Nonsense" }, "EM01", /category/],
    [
      "thirty digits",
      { LINES: [debit("10", `${"9".repeat(28)}.25`), credit("11", `${"9".repeat(28)}.25`)] },
      "EC13",
      /too large/,
    ],
  ];
  for (const [what, fields, code, words] of table) {
    const it = desk();
    const documents = [document("GOOD-1"), document("BAD-1", fields), document("GOOD-2")];
    const [one, bad, two] = await it.journals.post(DENVER, documents);
    assert.deepEqual([one.result, two.result], ["confirmed", "confirmed"], what);
    assert.ok(bad.result === "rejected", what);
    assert.equal(bad.failure.code, "post.refused", what);
    assert.equal(bad.failure.value, code, what);
    assert.match(bad.failure.message, words, what);
    assert.ok(bad.failure.action.length > 10, what);
    assert.deepEqual((await it.rows("GL_JE_HEADERS")).map((row) => row.EXTERNAL_REFERENCE), ["GOOD-1", "GOOD-2"], what);
    assert.deepEqual(await it.rows("GL_INTERFACE"), [], what);
    assert.equal((await it.journals.probe(DENVER, ["BAD-1"]))[0].state, "withdrawn", what);
  }
});

Deno.test("what cannot be handed over at all is rejected with Oracle's reason, and leaves nothing", async () => {
  const table: [string, Partial<Setup>, Row, FailureCode, RegExp][] = [
    ["no data access set", { access_set: null }, {}, "post.refused", /data access set/],
    ["no request", { manager: "refuses" }, {}, "post.refused", /could not be submitted/],
    ["another ledger", {}, { LEDGER_ID: "2" }, "post.refused", /Ledger 2/],
    ["no such source", {}, { USER_JE_SOURCE_NAME: "Nobody" }, "post.refused", /source Nobody/],
    ["not published", { published: ["get_context", "get_postings"] }, {}, "operation.missing", /submit_journals/],
    ["not granted", { granted: ["get_context", "get_postings"] }, {}, "permission.missing", /submit_journals/],
  ];
  for (const [what, setup, fields, code, words] of table) {
    const it = desk({ setup });
    const [outcome] = await it.journals.post(DENVER, [document("REQ-1", fields)]);
    assert.ok(outcome.result === "rejected", what);
    assert.equal(outcome.failure.code, code, what);
    assert.match(`${outcome.failure.message} ${outcome.failure.value}`, words, what);
    await nothingThere(it, what);
    assert.deepEqual(await it.rows("XXGUSSET_POSTINGS"), [], what);
  }
});

Deno.test("the same key again changes nothing; with another body it is a conflict; other keys beside it go", async () => {
  const it = desk();
  const [first] = await it.journals.post(DENVER, [document("REQ-1")]);
  const before = await it.rows("GL_JE_LINES");
  const again = await it.journals.post(DENVER, [document("REQ-1")]);
  assert.deepEqual(again, [first]);
  assert.deepEqual(await it.rows("GL_JE_LINES"), before);
  const other = [document("REQ-1", { REFERENCE5: "Other" }, "b2"), document("REQ-2")];
  assert.deepEqual(said(await it.journals.post(DENVER, other)), ["rejected post.conflict", "confirmed"]);
  assert.equal((await it.rows("GL_JE_HEADERS")).length, 2);
});

Deno.test("a refused journal may come with another body under its key", async () => {
  const it = desk();
  const wrong = document("REQ-1", { LINES: [debit("20", "5"), credit("11", "5")] });
  assert.deepEqual(said(await it.journals.post(DENVER, [wrong])), ["rejected post.refused"]);
  await nothingThere(it);
  const right = document("REQ-1", {}, "b2");
  assert.deepEqual(
    said(await it.journals.post(DENVER, [right])),
    ["rejected post.withdrawn"],
    "it knows of no withdrawal",
  );
  await nothingThere(it);
  const [probe] = await it.journals.probe(DENVER, ["REQ-1"]);
  assert.ok(probe.state === "withdrawn" && probe.withdrawals === 1);
  assert.deepEqual(said(await it.journals.post(DENVER, [{ ...right, withdrawals: 1 }])), ["confirmed"]);
  assert.deepEqual(said(await it.journals.post(DENVER, [wrong])), ["rejected post.conflict"]);
  assert.equal((await it.rows("GL_JE_HEADERS")).length, 1);
});

Deno.test("an import that fails as a whole is taken back; one that does not end is unknown until it does", async () => {
  const aborting = desk({ setup: { import_aborts: "ORA-01403: no data found in gllacc" } });
  const [dead] = await aborting.journals.post(DENVER, [document("REQ-1")]);
  assert.ok(dead.result === "rejected");
  assert.equal(dead.failure.code, "post.import-failed");
  assert.match(dead.failure.value!, /ORA-01403/);
  await nothingThere(aborting);
  // The control row of the run that died stops no other group: each has its own.
  assert.equal((await aborting.rows("GL_INTERFACE_CONTROL")).length, 1);

  const stuck = desk();
  await stuck.touch("GL_INTERFACE_CONTROL", undefined, { JE_SOURCE_NAME: "81", STATUS: "I" });
  assert.deepEqual(said(await stuck.journals.post(DENVER, [document("REQ-1")])), ["rejected post.import-failed"]);
  await nothingThere(stuck);
  const [control] = await stuck.rows("GL_INTERFACE_CONTROL");
  await stuck.touch("GL_INTERFACE_CONTROL", control.ROWID as string, { ACTION: "DELETE" });
  assert.deepEqual(said(await stuck.journals.post(DENVER, [{ ...document("REQ-1"), withdrawals: 1 }])), ["confirmed"]);

  const slow = desk({ setup: { import_pending_seconds: 3600 }, settings: { import_wait: 60_000 } });
  assert.deepEqual(said(await slow.journals.post(DENVER, [document("REQ-1")])), ["unknown post.unfinished"]);
  const [waiting] = await slow.journals.probe(DENVER, ["REQ-1"]);
  assert.ok(waiting.state === "interface" && waiting.running);
  const refused = await slow.journals.withdraw(DENVER, "REQ-1");
  assert.equal(!refused.done && refused.failure.code, "post.unfinished");
  slow.clock.advance(2 * 3600_000);
  assert.equal((await slow.journals.probe(DENVER, ["REQ-1"]))[0].state, "unposted");
  assert.deepEqual(said(await slow.journals.post(DENVER, [document("REQ-1")])), ["confirmed"]);
  assert.equal((await slow.rows("GL_JE_HEADERS")).length, 1);
});

Deno.test("answers that get lost leave a journal unknown, never rejected, and a second sending finds it", async (t) => {
  const table: [string, Record<string, unknown>, string][] = [
    ["after the commit", { kind: "drop-after", route: "submit_journals" }, "unposted"],
    ["before the commit", { kind: "drop-before", route: "submit_journals" }, "absent"],
    ["cut off after the commit", { kind: "cut-body", how: "broken", route: "submit_journals" }, "unposted"],
    ["an error page in place of the answer", { kind: "status", status: 502, route: "submit_journals" }, "absent"],
    ["a gateway's own fault, which may come after the commit", {
      kind: "status",
      status: 500,
      route: "submit_journals",
    }, "absent"],
    ["a session that dies under the call", { kind: "html", route: "submit_journals" }, "absent"],
  ];
  for (const [what, fault, state] of table) {
    await t.step(what, async () => {
      const it = desk();
      await it.fault(fault);
      const [lost] = await it.journals.post(DENVER, [document("REQ-1")]);
      assert.equal(lost.result, "unknown");
      it.clock.advance(60_000);
      assert.equal((await it.journals.probe(DENVER, ["REQ-1"]))[0].state, state);
      assert.deepEqual(said(await it.journals.post(DENVER, [document("REQ-1")])), ["confirmed"]);
      assert.equal((await it.rows("GL_JE_HEADERS")).length, 1);
      assert.equal((await it.rows("GL_JE_LINES")).length, 2);
    });
  }
  await t.step("a commit that comes after its journal was withdrawn brings nothing back", async () => {
    const it = desk();
    await it.touch("GL_PERIOD_STATUSES", "120260011", { CLOSING_STATUS: "C" });
    await it.fault({ kind: "delay-commit", ms: 600_000, drop: true, route: "submit_journals" });
    assert.equal((await it.journals.post(DENVER, [document("REQ-1")]))[0].result, "unknown");
    assert.deepEqual(said(await it.journals.post(DENVER, [document("REQ-1")])), ["rejected post.refused"]);
    await it.touch("GL_PERIOD_STATUSES", "120260011", { CLOSING_STATUS: "O" });
    it.clock.advance(1_200_000);
    assert.equal((await it.journals.probe(DENVER, ["REQ-1"]))[0].state, "withdrawn");
    await nothingThere(it);
  });
  await t.step("a commit that comes after a probe found nothing, and after a second sending", async () => {
    const it = desk();
    await it.fault({ kind: "delay-commit", ms: 120_000, drop: true, route: "submit_journals" });
    assert.equal((await it.journals.post(DENVER, [document("REQ-1")]))[0].result, "unknown");
    assert.equal((await it.journals.probe(DENVER, ["REQ-1"]))[0].state, "absent");
    assert.deepEqual(said(await it.journals.post(DENVER, [document("REQ-1")])), ["confirmed"]);
    it.clock.advance(600_000);
    assert.equal((await it.rows("GL_JE_HEADERS")).length, 1);
    assert.deepEqual(await it.rows("GL_INTERFACE"), []);
  });
});

Deno.test("two workers that post the same at the same time, and one whose withdrawal got lost, make each journal once", async () => {
  const it = desk();
  const documents = ["REQ-1", "REQ-2", "REQ-3"].map((key) => document(key));
  const [one, other] = await Promise.all([
    it.journals.post(DENVER, documents),
    it.journals.post(DENVER, documents.toReversed()),
  ]);
  assert.deepEqual([...said(one), ...said(other)], Array(6).fill("confirmed"));
  assert.equal((await it.rows("GL_JE_HEADERS")).length, 3);

  for (const kind of ["drop-after", "drop-before"]) {
    const lost = desk();
    await lost.fault({ kind, route: "withdraw_journal" });
    const wrong = document("BAD-1", { LINES: [debit("20", "5"), credit("11", "5")] });
    const outcomes = await lost.journals.post(DENVER, [wrong, document("REQ-1")]);
    assert.deepEqual(outcomes.map(({ result }) => result), ["unknown", "unknown"], kind);
    assert.deepEqual(await lost.rows("GL_JE_HEADERS"), [], kind);
    const probes = await lost.journals.probe(DENVER, ["BAD-1", "REQ-1"]);
    const withdrawals = probes.map((probe) => probe.state === "absent" ? 0 : probe.withdrawals);
    const again = [{ ...wrong, withdrawals: withdrawals[0] }, { ...document("REQ-1"), withdrawals: withdrawals[1] }];
    assert.deepEqual(said(await lost.journals.post(DENVER, again)), ["rejected post.refused", "confirmed"], kind);
    assert.equal((await lost.rows("GL_JE_HEADERS")).length, 1, kind);
    assert.deepEqual(await lost.rows("GL_INTERFACE"), [], kind);
  }
});
