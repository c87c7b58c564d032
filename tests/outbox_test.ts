import assert from "node:assert/strict";
import { Failure } from "../engine/failure.ts";
import { recover } from "../engine/post/recover.ts";
import { type Outbox, send } from "../engine/post/outbox.ts";
import { bodyOf, openPostings } from "../engine/state/postings.ts";
import { DENVER, document } from "../connectors/ebs/journals/testing.ts";
import { draft, office, PIPELINE } from "./support/outbox.ts";

const WHOLE = { pipeline: PIPELINE, sends: true };
const CLOSED = "120260011";

Deno.test("250 documents go in three calls under two commits each, and each is a journal; sent again, nothing leaves", () =>
  office(async ({ outbox, store, commits, calls, record, journals }) => {
    const drafts = Array.from({ length: 250 }, (_, i) => draft(`P:j:77:${i}:1`));
    const before = commits();
    const sent = await send(outbox, drafts, DENVER);
    assert.deepEqual(new Set(sent.map(({ result }) => result)), new Set(["confirmed"]));
    assert.deepEqual(sent.map(({ record }) => record.key), drafts.map(({ record }) => record.key), "in order");
    assert.equal(commits() - before, 2 * 3);
    assert.equal(calls("submit_journals"), 3);
    const made = await journals();
    assert.equal(Object.keys(made).length, 250);
    const one = await record("P:j:77:7:1");
    assert.deepEqual([one.state, one.journal?.id, one.withdrawals], ["imported", made["P:j:77:7:1"], 0]);
    assert.deepEqual(one.history.map(({ state, by }) => [state, by]), [["intent", "run-1"], ["imported", "run-1"]]);
    assert.deepEqual(await bodyOf(store, one), drafts[7].fields);

    const again = await send(outbox, drafts, DENVER);
    assert.deepEqual(new Set(again.map(({ result }) => result)), new Set(["confirmed"]));
    assert.deepEqual([commits() - before, calls("submit_journals")], [6, 3]);
  }));

Deno.test("what comes after another document leaves once that is in the books, and not at all where it is refused", () =>
  office(async ({ it, outbox, state, calls, journals }) => {
    const reverse = draft("P:j:77:1:1-R", { purpose: "reverse", reverses: "P:j:77:1:1" });
    const again = draft("P:j:77:1:2", { revision: 2, after: reverse.record.key });
    await it.touch("GL_PERIOD_STATUSES", CLOSED, { CLOSING_STATUS: "C" });
    const refused = await send(outbox, [again, reverse], DENVER);
    assert.deepEqual(refused.map(({ result }) => result), ["kept", "rejected"]);
    assert.equal(await state(again.record.key), "none", "no intent");
    assert.equal(await state(reverse.record.key), "rejected post.refused");
    assert.equal(refused[1].failure!.value, "EP01");
    assert.deepEqual([calls("submit_journals"), await journals()], [1, {}]);

    await it.touch("GL_PERIOD_STATUSES", CLOSED, { CLOSING_STATUS: "O" });
    const sent = await send(outbox, [again, reverse], DENVER);
    assert.deepEqual(sent.map(({ result }) => result), ["confirmed", "confirmed"]);
    const made = await journals();
    assert.ok(Number(made[reverse.record.key]) < Number(made[again.record.key]), "in that order");
  }));

Deno.test("a refused document goes again under its key, corrected; the others of its bulk are not held back", () =>
  office(async ({ outbox, state, record, journals, it }) => {
    const [bad, good] = [draft("P:j:77:1:1", { account: "20" }), draft("P:j:77:2:1")];
    const sent = await send(outbox, [bad, good], DENVER);
    assert.deepEqual(sent.map(({ result }) => result), ["rejected", "confirmed"]);
    assert.match(sent[0].failure!.message, /disabled/);
    assert.equal((await record("P:j:77:1:1")).withdrawals, 1, "as the destination counts");
    assert.deepEqual(await it.rows("GL_INTERFACE"), []);

    // Planned anew, by one who knows nothing of the withdrawal.
    const corrected = draft("P:j:77:1:1");
    assert.deepEqual((await send(outbox, [corrected], DENVER)).map(({ result }) => result), ["confirmed"]);
    assert.equal(await state("P:j:77:1:1"), "imported");
    assert.equal(Object.keys(await journals()).length, 2);
    const events = (await record("P:j:77:1:1")).history.map(({ state }) => state);
    assert.deepEqual(events, ["intent", "rejected", "intent", "imported"]);
  }));

Deno.test("whatever becomes of the answer, a document of unknown fate is left alone until the destination says, and is in the books once", async (t) => {
  const table: [string, Record<string, unknown>, number][] = [
    ["lost after the commit", { kind: "drop-after", route: "submit_journals" }, 1],
    ["lost before the commit", { kind: "drop-before", route: "submit_journals" }, 2],
    ["an error page in its place", { kind: "status", status: 502, route: "submit_journals" }, 2],
    ["a commit that comes after a probe found nothing", {
      kind: "delay-commit",
      ms: 900_000,
      drop: true,
      route: "submit_journals",
    }, 2],
  ];
  for (const [what, fault, submissions] of table) {
    await t.step(what, () =>
      office(async ({ it, outbox, state, calls, journals, takeOver, store }) => {
        await it.fault(fault);
        const drafts = [draft("P:j:77:1:1"), draft("P:j:77:2:1")];
        const sent = await send(outbox, drafts, DENVER);
        assert.deepEqual(sent.map(({ result }) => result), ["unknown", "unknown"]);
        assert.match(await state("P:j:77:1:1"), /^unknown wire\./);
        const kept = await send(outbox, [draft("P:j:77:1:1", { amount: "7" })], DENVER);
        assert.deepEqual(kept.map(({ result, failure }) => [result, failure?.code]), [["kept", "post.conflict"]]);
        assert.equal(calls("submit_journals"), 1, "nothing else goes under its key");

        const other = await takeOver();
        const { sent: found, failures } = await recover(other, WHOLE);
        assert.deepEqual(failures, []);
        assert.deepEqual(found.map(({ result }) => result), ["confirmed", "confirmed"]);
        assert.equal(calls("submit_journals"), submissions);
        it.clock.advance(3_600_000);
        assert.equal(Object.keys(await journals()).length, 2);
        assert.equal((await it.rows("GL_JE_LINES")).length, 4);
        assert.deepEqual(await it.rows("GL_INTERFACE"), []);
        const unknown = await openPostings(store, { pipeline: PIPELINE }, new Set(["intent", "sent", "unknown"]));
        assert.deepEqual(unknown, []);
        assert.deepEqual((await recover(other, WHOLE)).sent, [], "and that is that");
      }));
  }
});

Deno.test("a process that dies after its intent, or in the middle of the call, leaves what the next one finds", async (t) => {
  for (const dies of ["before the call", "after the call"]) {
    await t.step(dies, () =>
      office(async ({ outbox, state, calls, journals, takeOver }) => {
        const stream: Outbox["stream"] = {
          ...outbox.stream,
          async post(partition, documents) {
            if (dies === "after the call") await outbox.stream.post!(partition, documents);
            throw new Failure("run.aborted", { fact: "Killed" });
          },
        };
        await assert.rejects(send({ ...outbox, stream }, [draft("P:j:77:1:1")], DENVER), { code: "run.aborted" });
        assert.equal(await state("P:j:77:1:1"), "intent");
        const { sent } = await recover(await takeOver(), WHOLE);
        assert.deepEqual(sent.map(({ result }) => result), ["confirmed"]);
        assert.equal(Object.keys(await journals()).length, 1);
        assert.equal(calls("submit_journals"), 1);
      }));
  }
});

Deno.test("a process that sleeps past its lease and wakes changes nothing, neither in the state nor in the books", () =>
  office(async ({ outbox, state, takeOver, journals, calls }) => {
    const stream: Outbox["stream"] = {
      ...outbox.stream,
      async post(partition, documents) {
        const other = await takeOver();
        assert.equal((await recover(other, WHOLE)).sent[0].result, "confirmed");
        return outbox.stream.post!(partition, documents);
      },
    };
    await assert.rejects(send({ ...outbox, stream }, [draft("P:j:77:1:1")], DENVER), { code: "lease.lost" });
    assert.equal(await state("P:j:77:1:1"), "imported");
    await assert.rejects(send(outbox, [draft("P:j:77:2:1")], DENVER), { code: "lease.lost" });
    assert.equal(await state("P:j:77:2:1"), "none");
    assert.equal(calls("submit_journals"), 2);
    assert.deepEqual(Object.keys(await journals()), ["P:j:77:1:1"]);
  }));

Deno.test("a pipeline that is not live any more writes down what it learns, and sends nothing", () =>
  office(async ({ it, outbox, state, calls }) => {
    await it.fault({ kind: "drop-before", route: "submit_journals" });
    await send(outbox, [draft("P:j:77:1:1")], DENVER);
    const { sent } = await recover(outbox, { ...WHOLE, sends: false });
    assert.deepEqual(sent.map(({ result, failure }) => [result, failure?.code]), [["unknown", "post.unfinished"]]);
    assert.equal(calls("submit_journals"), 1);
    assert.equal((await recover(outbox, WHOLE)).sent[0].result, "confirmed");
    assert.equal(await state("P:j:77:1:1"), "imported");
  }));

Deno.test("another body under the same key is told, blocks, and is not touched", () =>
  office(async ({ it, outbox, state, journals }) => {
    const foreign = document("P:j:77:1:1");
    assert.equal((await it.journals.post(DENVER, [foreign]))[0].result, "confirmed");
    const [sent] = await send(outbox, [draft("P:j:77:1:1", { amount: "7" })], DENVER);
    assert.deepEqual([sent.result, sent.failure!.code], ["unknown", "post.conflict"]);
    const { sent: [again] } = await recover(outbox, WHOLE);
    assert.deepEqual([again.result, again.failure!.code], ["unknown", "post.conflict"]);
    assert.equal(await state("P:j:77:1:1"), "unknown post.conflict");
    assert.equal(Object.keys(await journals()).length, 1);
  }));

Deno.test("an import that fails as a whole keeps the bulks after it from leaving; they go when imports run", () =>
  office(async ({ it, outbox, calls, journals, state }) => {
    await it.touch("GL_INTERFACE_CONTROL", undefined, { JE_SOURCE_NAME: "81", STATUS: "I" });
    const drafts = Array.from({ length: 101 }, (_, i) => draft(`P:j:77:${i}:1`));
    const sent = await send(outbox, drafts, DENVER);
    assert.equal(sent[0].failure!.code, "post.import-failed");
    assert.deepEqual(sent.slice(99).map(({ result }) => result), ["rejected", "kept"]);
    assert.equal(calls("submit_journals"), 1);
    assert.equal(await state("P:j:77:0:1"), "planned post.import-failed", "no person has to act on the document");
    const [control] = await it.rows("GL_INTERFACE_CONTROL");
    await it.touch("GL_INTERFACE_CONTROL", control.ROWID as string, { ACTION: "DELETE" });
    const again = await send(outbox, drafts, DENVER);
    assert.deepEqual(new Set(again.map(({ result }) => result)), new Set(["confirmed"]));
    assert.equal(Object.keys(await journals()).length, 101);
  }));
