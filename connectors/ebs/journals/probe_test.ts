import assert from "node:assert/strict";
import fc from "fast-check";
import type { Row } from "../../../engine/connector.ts";
import { sum } from "../../../engine/decimal.ts";
import { codesIn, isError, meaningOf } from "./codes.ts";
import { journalName } from "./name.ts";
import { credit, debit, DENVER, type Desk, desk, document } from "./testing.ts";

const state = async ({ journals }: Desk, key = "REQ-1") => (await journals.probe(DENVER, [key]))[0].state;

Deno.test("a probe tells what an accountant does with a journal, step by step", async (t) => {
  const posted = async (): Promise<Desk> => {
    const it = desk();
    await it.journals.post(DENVER, [document("REQ-1")]);
    return it;
  };
  const header = async (it: Desk) => (await it.rows("GL_JE_HEADERS"))[0].JE_HEADER_ID as string;
  await t.step("posts it, then reverses it", async () => {
    const it = await posted();
    assert.equal(await state(it), "unposted");
    await it.touch("GL_JE_HEADERS", await header(it), { ACTION: "POST" });
    assert.equal(await state(it), "posted");
    await assert.rejects(it.touch("GL_JE_HEADERS", await header(it), { ACTION: "DELETE" }), /cannot be deleted/);
    await it.touch("GL_JE_HEADERS", await header(it), { ACTION: "REVERSE" });
    const [probe] = await it.journals.probe(DENVER, ["REQ-1"]);
    assert.ok(probe.state === "reversed" && probe.journal.posted);
    const [, reversal] = await it.rows("GL_JE_HEADERS");
    assert.equal(probe.journal.reversal, reversal.JE_HEADER_ID);
    const lines = await it.rows("GL_JE_LINES");
    for (const account of ["10", "11"]) {
      const own = lines.filter((row) => row.CODE_COMBINATION_ID === account);
      const of = (column: string) =>
        sum(own.flatMap((row) => row[column] === undefined ? [] : [row[column] as string]));
      assert.equal(of("ENTERED_DR"), of("ENTERED_CR"), account);
    }
    const again = await it.journals.post(DENVER, [document("REQ-1")]);
    assert.equal(again[0].result, "confirmed");
    assert.equal((await it.rows("GL_JE_HEADERS")).length, 2, "a reversed journal is not sent again");
  });
  await t.step("changes an amount, or moves it to another account", async () => {
    for (const fields of [{ ENTERED_DR: "100.26" }, { CODE_COMBINATION_ID: "12" }]) {
      const it = await posted();
      const line = (await it.rows("GL_JE_LINES")).find((row) => row.ENTERED_DR !== undefined)!;
      await it.touch("GL_JE_LINES", line.ROWID as string, fields);
      assert.equal(await state(it), "changed");
      await it.touch("GL_JE_LINES", line.ROWID as string, { ENTERED_DR: "100.25", CODE_COMBINATION_ID: "10" });
      assert.equal(await state(it), "unposted", "and back");
    }
  });
  await t.step("deletes it: it is not sent again, and cannot be withdrawn", async () => {
    const it = await posted();
    await it.touch("GL_JE_HEADERS", await header(it), { ACTION: "DELETE" });
    assert.equal(await state(it), "deleted");
    const [outcome] = await it.journals.post(DENVER, [document("REQ-1")]);
    assert.ok(outcome.result === "rejected" && outcome.failure.code === "post.deleted");
    const withdrawal = await it.journals.withdraw(DENVER, "REQ-1");
    assert.ok(!withdrawal.done && withdrawal.failure.code === "post.too-late");
    assert.deepEqual([await it.rows("GL_JE_HEADERS"), await it.rows("GL_JE_LINES")], [[], []]);
  });
  await t.step("clears the interface before the import has run", async () => {
    const it = desk({ setup: { manager: "down" }, settings: { import_wait: 1000 } });
    await it.journals.post(DENVER, [document("REQ-1")]);
    const [probe] = await it.journals.probe(DENVER, ["REQ-1"]);
    assert.ok(probe.state === "interface" && probe.running && probe.lines.every(({ codes }) => codes.length === 0));
    for (const row of await it.rows("GL_INTERFACE")) {
      await it.touch("GL_INTERFACE", row.ROWID as string, { ACTION: "DELETE" });
    }
    assert.equal(await state(it), "deleted");
  });
});

Deno.test("keys are answered in their order, each for itself, whatever the gateway makes of collections", async () => {
  for (
    const settings of [{}, { format: "xml" }, { collections: "flat" }, { collections: "flat", format: "xml" }, {
      auth: "basic",
    }]
  ) {
    const it = desk({ settings: { ...settings, import_wait: 60_000 } });
    await it.journals.post(DENVER, [document("REQ-2"), document("REQ-1")]);
    await it.touch("GL_CODE_COMBINATIONS", "10", { ENABLED_FLAG: "N" });
    await it.journals.post(DENVER, [document("REQ-3")]);
    const probes = await it.journals.probe(DENVER, ["REQ-9", "REQ-1", "REQ-3", "REQ-2", "REQ-1"]);
    assert.deepEqual(probes.map(({ key, state }) => `${key} ${state}`), [
      "REQ-9 absent",
      "REQ-1 unposted",
      "REQ-3 withdrawn",
      "REQ-2 unposted",
      "REQ-1 unposted",
    ]);
    assert.deepEqual(await it.journals.withdraw(DENVER, "REQ-3"), { done: true });
    assert.deepEqual(await it.journals.withdraw(DENVER, "REQ-9"), { done: true });
    assert.equal((await it.journals.withdraw(DENVER, "REQ-1")).done, false);
  }
});

Deno.test("whatever balances is imported with the same sums by account, and sending all of it again changes nothing", async () => {
  const cents = fc.bigInt({ min: -99_999_999n, max: 99_999_999n }).filter((amount) => amount !== 0n);
  const text = (amount: bigint) => {
    const digits = String(amount < 0n ? -amount : amount).padStart(3, "0");
    return `${amount < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  };
  const lines = fc.array(fc.tuple(fc.constantFrom("10", "11"), cents, fc.boolean()), { minLength: 1, maxLength: 8 })
    .map(
      (drawn): Row[] => {
        const rows = drawn.map(([account, amount, left]) =>
          left ? debit(account, text(amount)) : credit(account, text(amount))
        );
        const rest = drawn.reduce((total, [, amount, left]) => left ? total + amount : total - amount, 0n);
        return rest === 0n ? [...rows, debit("10", "1.00"), credit("11", "1.00")] : [...rows, credit("11", text(rest))];
      },
    );
  const byAccount = (rows: readonly Row[]) =>
    ["10", "11"].map((account) => {
      const own = rows.filter((row) => row.CODE_COMBINATION_ID === account);
      return ["ENTERED_DR", "ENTERED_CR"].map((side) =>
        sum(own.flatMap((row) => row[side] === undefined ? [] : [row[side] as string]))
      );
    });
  await fc.assert(
    fc.asyncProperty(fc.array(lines, { minLength: 1, maxLength: 5 }), async (bodies) => {
      const it = desk();
      const documents = bodies.map((LINES, i) => document(`REQ-${i}`, { LINES }));
      const outcomes = await it.journals.post(DENVER, documents);
      assert.ok(outcomes.every(({ result }) => result === "confirmed"), JSON.stringify(outcomes));
      const [headers, found] = [await it.rows("GL_JE_HEADERS"), await it.rows("GL_JE_LINES")];
      assert.equal(headers.length, documents.length);
      for (const [i, { key }] of documents.entries()) {
        const own = found.filter((row) => row.REFERENCE_1 === key);
        assert.deepEqual(byAccount(own), byAccount(bodies[i]), key);
        const { journal } = outcomes[i] as { journal: { debit: string; credit: string } };
        assert.equal(journal.debit, journal.credit, key);
      }
      assert.deepEqual(await it.journals.post(DENVER, documents), outcomes);
      assert.deepEqual(await it.rows("GL_JE_LINES"), found);
    }),
    { numRuns: 40, seed: 11 },
  );
});

Deno.test("two keys never share a journal's name, and a name fits Oracle's 25 characters", () => {
  const key = fc.stringMatching(/^[A-Z][!-~]{0,79}$/);
  fc.assert(fc.property(key, key, (a, b) => {
    assert.ok(journalName(a).length <= 25);
    assert.equal(journalName(a) === journalName(b), a === b);
  }));
  const long = "EBS-REQ-0000000000000000000";
  assert.notEqual(journalName(`${long}1`), journalName(`${long}2`));
});

Deno.test("codes of Journal Import come in plain words; unknown ones stay as they are", () => {
  const all =
    "EP01 EP02 EP03 EP04 EP05 WU01 EU02 EU03 EF01 EF02 EF03 EF04 EF05 EF06 WF01 WF02 EC01 EC02 EC03 EC06 EC08 EC09 " +
    "EC10 EC11 EC12 EC13 ECW1 EB01 EE04 ER09 ED03 EM01 EM03 EM04 EM05 EM06 EM09 EM14 EM17 EM18 EM29";
  for (const code of all.split(" ")) {
    const { fact, action } = meaningOf(code);
    assert.ok(!fact.includes(code) && /^[A-Z]/.test(fact) && action.endsWith("."), code);
    assert.equal(isError(code), !code.startsWith("W"), code);
  }
  for (const code of ["EX77", "constructor", "EM26"]) assert.equal(meaningOf(code).fact, `Journal Import says ${code}`);
  assert.deepEqual(codesIn("EF03, EU02,WU01"), ["EF03", "EU02", "WU01"]);
  for (const clean of ["NEW", "P", "PROCESSED", ""]) assert.deepEqual(codesIn(clean), [], clean);
});
