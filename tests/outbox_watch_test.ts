import assert from "node:assert/strict";
import { keyPrefix, parseKey } from "../engine/post/keys.ts";
import { send } from "../engine/post/outbox.ts";
import { isForgotten, rebuild, type Rebuilding } from "../engine/post/rebuild.ts";
import { recover } from "../engine/post/recover.ts";
import { watch } from "../engine/post/watch.ts";
import { batch } from "../engine/state/batch.ts";
import { putCertified } from "../engine/state/certified.ts";
import type { PostingRecord } from "../engine/state/posting_types.ts";
import { listPostings, putPosting } from "../engine/state/postings.ts";
import { DENVER, type Desk } from "../connectors/ebs/journals/testing.ts";
import { draft, office, type OutboxOffice, PIPELINE } from "./support/outbox.ts";

const ALL = { pipeline: PIPELINE, sweep: "2026-01-01" };
const OWNER = { tag: "P", pipeline: "j" };

/** What a person does to the journal of a key. */
async function touch({ it, journals }: OutboxOffice, key: string, ACTION: string): Promise<void> {
  await it.touch("GL_JE_HEADERS", (await journals())[key], { ACTION });
}

async function editLine(it: Desk, key: string): Promise<void> {
  const line = (await it.rows("GL_JE_LINES")).find((row) => row.REFERENCE_1 === key && row.ENTERED_DR !== undefined)!;
  await it.touch("GL_JE_LINES", line.ROWID as string, { CODE_COMBINATION_ID: "12" });
}

Deno.test("imported documents are watched until they are posted; what people did to posted ones a sweep finds, each once", () =>
  office(async (desk) => {
    const { outbox, state, it, commits } = desk;
    const keys = ["P:j:77:1:1", "P:j:77:2:1", "P:j:77:3:1", "P:j:77:4:1", "P:j:77:5:1"];
    await send(outbox, keys.map((key) => draft(key)), DENVER);
    const before = commits();
    assert.deepEqual(await watch(outbox, { pipeline: PIPELINE }), { asked: 5, changed: [], failures: [] });
    assert.equal(commits(), before, "nothing changed, nothing is written");

    for (const key of keys.slice(0, 3)) await touch(desk, key, "POST");
    await touch(desk, keys[3], "DELETE");
    const { changed } = await watch(outbox, { pipeline: PIPELINE });
    assert.deepEqual(changed.map(({ key, state }) => [key, state]), [
      [keys[0], "posted"],
      [keys[1], "posted"],
      [keys[2], "posted"],
      [keys[3], "deleted"],
    ]);
    assert.equal(await state(keys[3]), "deleted post.deleted");

    await touch(desk, keys[1], "REVERSE");
    await editLine(it, keys[4]);
    const first = await watch(outbox, { pipeline: PIPELINE });
    assert.deepEqual([first.asked, first.changed.map(({ key }) => key)], [1, [keys[4]]], "posted ones only by a sweep");
    const swept = await watch(outbox, ALL);
    assert.deepEqual(swept.changed.map(({ key, state }) => [key, state]), [[keys[1], "reversed"]]);
    assert.equal(await state(keys[1]), "reversed post.reversed");
    assert.equal(await state(keys[4]), "changed post.changed");
    assert.deepEqual((await watch(outbox, ALL)).changed, []);
    assert.deepEqual((await watch(outbox, { ...ALL, sweep: "2026-12-01" })).asked, 0, "nothing so young");
  }));

Deno.test("what is said not to be in the books, and is, a sweep finds", () =>
  office(async ({ outbox, store, state }) => {
    await send(outbox, [draft("P:j:77:1:1"), draft("P:j:77:2:1", { account: "20" })], DENVER);
    const [one] = await Array.fromAsync(listPostings(store));
    const writes = batch(store);
    putPosting(writes, { ...one, state: "withdrawn" });
    await writes.commit();
    assert.deepEqual((await watch(outbox, { pipeline: PIPELINE })).changed, []);
    const { asked, changed } = await watch(outbox, ALL);
    assert.deepEqual([asked, changed.map(({ key, state }) => [key, state])], [2, [["P:j:77:1:1", "imported"]]]);
    assert.equal(await state("P:j:77:2:1"), "rejected post.refused", "that one is not");
  }));

Deno.test("where the books cannot be asked nothing is taken for changed", () =>
  office(async ({ it, outbox, state }) => {
    await send(outbox, [draft("P:j:77:1:1")], DENVER);
    await it.fault({ kind: "status", status: 503, route: "get_postings", times: 10 });
    const { changed, failures } = await watch(outbox, ALL);
    assert.deepEqual([changed, failures.length], [[], 1]);
    assert.equal(await state("P:j:77:1:1"), "imported");
    await assert.doesNotReject(recover(outbox, { pipeline: PIPELINE, sends: true }));
  }));

const rebuilding = ({ store, outbox, it }: OutboxOffice): Rebuilding => ({
  store,
  stream: outbox.stream,
  clock: it.clock,
  by: "anna",
  pipeline: PIPELINE,
  prefix: keyPrefix(OWNER),
  parse: (key) => parseKey(OWNER, key),
});

/** What there is to know of a document, apart from what only the state knew. */
const gist = (records: readonly PostingRecord[]) =>
  records.map(({ history: _, failure: _f, label: _l, after: _a, plan: _p, withdrawals: _w, ...rest }) => rest)
    .sort((a, b) => a.key < b.key ? -1 : 1);

Deno.test("an outbox that was lost comes back as it was, from the destination alone; twice is once", () =>
  office(async (desk) => {
    const { outbox, store, it, state } = desk;
    const withheld = {
      LINES: [
        { CODE_COMBINATION_ID: "10", ENTERED_DR: "100", REFERENCE23: "9", REFERENCE24: "cost" },
        { CODE_COMBINATION_ID: "11", ENTERED_CR: "90", REFERENCE23: "9", REFERENCE24: "net" },
        { CODE_COMBINATION_ID: "11", ENTERED_CR: "10", REFERENCE23: "9", REFERENCE24: "withheld" },
      ],
    };
    const back = {
      LINES: withheld.LINES.map(({ ENTERED_DR, ENTERED_CR, ...line }) => ({
        ...line,
        ...(ENTERED_CR && { ENTERED_DR: ENTERED_CR }),
        ...(ENTERED_DR && { ENTERED_CR: ENTERED_DR }),
      })),
    };
    const moved = (sign: string) => ({ "9": { cost: `${sign}100`, withheld: `${sign}10`, net: `${sign}90` } });
    await send(outbox, [
      draft("P:j:77:1:1", { fields: withheld, value: "100", moved: moved("") }),
      draft("P:j:77:1:1-R", {
        fields: back,
        value: "100",
        moved: moved("-"),
        purpose: "reverse",
        reverses: "P:j:77:1:1",
      }),
      draft("P:j:77:2:1", { source: "2" }),
      draft("P:j:77:3:1", { source: "3", account: "20" }),
      draft("P:j:77:B1", { purpose: "adjust", source: "2" }),
    ], DENVER);
    await touch(desk, "P:j:77:2:1", "POST");
    await watch(outbox, ALL);
    const before = await Array.fromAsync(listPostings(store));
    const parts = rebuilding(desk);
    assert.equal(await isForgotten(parts), false);

    await wipe(store);
    assert.equal(await isForgotten(parts), true);
    const writes = batch(store);
    for (const key of ["1", "2", "3"]) {
      putCertified(writes, PIPELINE, {
        key,
        chain: "77",
        from: "p1",
        to: "204",
        order: key,
        counts: key !== "3",
        hash: "m1",
        currency: "USD",
        date: "2026-11-05",
        history: false,
        positions: {},
        at: "2026-11-10T16:00:00.000Z",
      });
    }
    await writes.commit();
    const { found, restored, mended, strange, homeless } = await rebuild(parts);
    assert.deepEqual([found, restored.length, mended, strange, homeless], [5, 5, [], [], []]);
    const after = await Array.fromAsync(listPostings(store));
    const expected = gist(before).map((one) =>
      // What a chain's adjustment was reckoned from, and why one was refused, is not in its key.
      one.key === "P:j:77:B1"
        ? { ...one, source: "3", money: "" }
        : one.key === "P:j:77:3:1"
        ? { ...one, state: "withdrawn" }
        : one
    );
    assert.deepEqual(gist(after), expected);
    assert.equal(await isForgotten(parts), false);
    const twice = await rebuild(parts);
    assert.deepEqual([twice.found, twice.restored, twice.mended], [5, [], []]);
    assert.equal(await state("P:j:77:3:1"), "withdrawn");
    assert.deepEqual(await it.rows("GL_INTERFACE"), []);
  }));

Deno.test("what was on its way when the state was lost is taken back by the next run, to be made anew; its late commit brings nothing", () =>
  office(async (desk) => {
    const { outbox, store, it, state, journals, calls } = desk;
    await it.fault({ kind: "drop-after", route: "withdraw_journal" });
    await it.touch("GL_PERIOD_STATUSES", "120260011", { CLOSING_STATUS: "C" });
    await send(outbox, [draft("P:j:77:1:1")], DENVER);
    await wipe(store);
    const { restored } = await rebuild(rebuilding(desk));
    assert.equal(restored.length, 1);
    const { sent } = await recover(outbox, { pipeline: PIPELINE, sends: true });
    assert.deepEqual([sent.length, calls("submit_journals")], [0, 1], "it was taken back before");
    assert.equal(await state("P:j:77:1:1"), "withdrawn");
    await it.touch("GL_PERIOD_STATUSES", "120260011", { CLOSING_STATUS: "O" });
    assert.deepEqual((await send(outbox, [draft("P:j:77:1:1")], DENVER)).map(({ result }) => result), ["confirmed"]);
    assert.equal(Object.keys(await journals()).length, 1);
  }));

Deno.test("a state that was restored from an old backup is mended: the destination knows better", () =>
  office(async (desk) => {
    const { outbox, store, state } = desk;
    await send(outbox, [draft("P:j:77:1:1"), draft("P:j:77:2:1", { source: "2" })], DENVER);
    const [one, two] = await Array.fromAsync(listPostings(store));
    const writes = batch(store);
    putPosting(writes, { ...one, state: "planned", journal: undefined });
    putPosting(writes, { ...two, state: "intent", hash: "ff", journal: undefined });
    await writes.commit();
    const { restored, mended } = await rebuild(rebuilding(desk));
    assert.deepEqual([restored, mended.map(({ key }) => key)], [[], ["P:j:77:1:1", "P:j:77:2:1"]]);
    assert.deepEqual([await state("P:j:77:1:1"), await state("P:j:77:2:1")], ["imported", "imported"]);
    assert.equal(mended[1].hash, two.hash, "what is in the books is what it says");
    assert.deepEqual(mended[1].moved, two.moved);
  }));

async function wipe(store: OutboxOffice["store"]): Promise<void> {
  for await (const { key } of store.kv.list({ prefix: [] })) {
    if (key[0] !== "lease" && key[0] !== "fence") await store.kv.delete(key);
  }
}
