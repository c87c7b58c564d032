import assert from "node:assert/strict";
import type { Certified, PostingRecord } from "../state/posting_types.ts";
import { reckon } from "./reckon.ts";
import { standingOf } from "./standing.ts";
import { bills, chainOf, post, sheet, USUAL } from "./testing_chain.ts";
import type { Chain, Reckoned } from "./types.ts";

/** Steps in short: `recognise 1.1 a=100`, `reverse 1.1 a=-100`, `adjust 2.1 a=-40`; `<` what has to be there first. */
const short = ({ steps, blocked }: Reckoned): string[] =>
  blocked !== undefined ? [`blocked: ${blocked}`] : steps.map(({ purpose, source, revision, moved, after }) => {
    const amounts = Object.entries(moved).map(([position, { cost }]) => `${position}=${cost}`).join(" ");
    return `${purpose} ${source}.${revision} ${amounts}${after ? " <" : ""}`;
  });
const stands = (chain: Chain): string =>
  Object.entries(standingOf(chain.documents)).map(([position, { cost }]) => `${position}=${cost}`).join(" ");
const edit = (chain: Chain, key: string, change: Partial<PostingRecord>): Chain => ({
  ...chain,
  documents: chain.documents.map((one) => one.key.endsWith(key) ? { ...one, ...change } : one),
});
const by = (how: "accept" | "retry"): PostingRecord["settled"] => ({ how, by: "kim", at: "2026-11-02T00:00:00Z" });
const one = sheet("1", { a: ["100", "10"] });
const two = sheet("2", { a: ["150", "15"] });
const posted = (certified: Certified[], more: Partial<Chain> = {}): Chain => post(chainOf(certified, more)).chain;

Deno.test("each document books what it adds to those before it, and bills give it back", () => {
  let { chain, reckoned } = post(chainOf([one, two]));
  assert.deepEqual(short(reckoned), ["recognise 1.1 a=100", "recognise 2.1 a=50"]);
  ({ chain, reckoned } = post({ ...chain, booked: bills({ a: "120" }) }));
  assert.deepEqual(short(reckoned), ["adjust 2.1 a=-120"]);
  assert.equal(reckoned.steps[0].why, "120.00 of it has been invoiced since");
  ({ chain, reckoned } = post({ ...chain, booked: bills({ a: "20" }) }));
  assert.deepEqual(short(reckoned), ["adjust 2.2 a=100"]);
  assert.equal(stands(chain), "a=130");
  assert.deepEqual(short(reckon(chain, USUAL)), []);
});

Deno.test("what is invoiced already is never booked beside", () => {
  const all = chainOf([one, two], { booked: bills({ a: "150" }) });
  assert.deepEqual(short(reckon(all, USUAL)), []);
  assert.deepEqual(short(reckon({ ...all, booked: bills({ a: "110" }) }, USUAL)), ["recognise 2.1 a=40"]);
});

Deno.test("an edit there and back gives two corrections, each a reversal and a new revision", () => {
  const other = sheet("1", { a: ["130", "13"] });
  let chain = posted([one]);
  for (const [as, revision, was] of [[other, 2, 1], [one, 3, 2]] as const) {
    const next = post({ ...chain, certified: [as] });
    const cost = as.positions.a.cost;
    const before = chain.documents.at(-1)!.moved.a.cost;
    assert.deepEqual(short(next.reckoned), [`reverse 1.${was} a=-${before}`, `recognise 1.${revision} a=${cost} <`]);
    chain = next.chain;
    assert.equal(stands(chain), `a=${cost}`);
  }
  assert.equal(chain.documents.length, 5);
  assert.deepEqual(short(reckon(chain, USUAL)), []);
});

Deno.test("an edit that was taken back before its correction was posted brings the first amount again", () => {
  const changed = { ...posted([one]), certified: [sheet("1", { a: ["130"] })] };
  const half = post(changed, USUAL, ({ purpose }) => purpose === "reverse").chain;
  assert.equal(stands(half), "");
  assert.deepEqual(short(reckon({ ...half, certified: [one] }, USUAL)), ["recognise 1.2 a=100"]);
  const none = post(changed, USUAL, () => false).chain;
  assert.deepEqual(short(reckon({ ...none, certified: [one] }, USUAL)), []);
  assert.deepEqual(short(reckon(none, USUAL)), ["reverse 1.1 a=-100", "recognise 1.2 a=130 <"]);
});

Deno.test("a document that does not count any more is taken back, and comes again when it counts again", () => {
  const out = { ...one, counts: false, why: "outside `where`" };
  const back = post({ ...posted([one]), certified: [out] });
  assert.deepEqual(short(back.reckoned), ["reverse 1.1 a=-100"]);
  assert.equal(back.reckoned.steps[0].why, "outside `where`");
  assert.deepEqual(short(reckon(back.chain, USUAL)), []);
  assert.deepEqual(short(reckon({ ...back.chain, certified: [one] }, USUAL)), ["recognise 1.2 a=100"]);
});

Deno.test("an adjustment that counts on a reversal does not leave before it", () => {
  const billed = post({ ...posted([one]), booked: bills({ a: "40" }) }).chain;
  const next = post({ ...billed, certified: [sheet("1", { a: ["120"] })] });
  assert.deepEqual(short(next.reckoned), ["reverse 1.1 a=-100", "recognise 1.2 a=80 <", "adjust 1.2 a=40 <"]);
  assert.equal(stands(next.chain), "a=80");
  const both = post({ ...posted([one, two]), booked: bills({ a: "120" }) }).chain;
  const gone = post({ ...both, certified: [one, two].map((sheet) => ({ ...sheet, counts: false })) });
  assert.deepEqual(short(gone.reckoned), ["reverse 1.1 a=-100", "reverse 2.1 a=-50"]);
  assert.deepEqual(short(reckon(gone.chain, USUAL)), ["adjust 2.2 a=120"]);
});

Deno.test("a gap is filled, an earlier one that comes late takes its share from the later one", () => {
  const chain = posted([two]);
  assert.equal(stands(chain), "a=150");
  const late = post({ ...chain, certified: [one, two] });
  assert.deepEqual(short(late.reckoned), ["recognise 1.1 a=100", "adjust 2.1 a=-100"]);
  assert.equal(stands(late.chain), "a=150");
});

Deno.test("history counts and is never posted, even when it is billed late", () => {
  const old = { ...one, history: true };
  assert.deepEqual(short(reckon(chainOf([old]), USUAL)), []);
  const chain = posted([old, two]);
  assert.equal(stands(chain), "a=50");
  assert.deepEqual(short(reckon({ ...chain, booked: bills({ a: "100" }) }, USUAL)), []);
  assert.deepEqual(short(reckon({ ...chain, booked: bills({ a: "130" }) }, USUAL)), ["adjust 2.1 a=-30"]);
  // What was posted before the date was moved stays, and its corrections are posted.
  const moved = { ...posted([one]), certified: [{ ...sheet("1", { a: ["90"] }), history: true }] };
  assert.deepEqual(short(reckon(moved, USUAL)), ["reverse 1.1 a=-100", "recognise 1.2 a=90 <"]);
});

Deno.test("nothing is reckoned while the fate of a document is open, or a person has to look", () => {
  const chain = posted([one]);
  const grown = { ...chain, certified: [one, two] };
  for (const state of ["intent", "sent", "unknown", "reversed", "changed", "deleted"] as const) {
    const [word] = short(reckon(edit(grown, ":1", { state }), USUAL));
    assert.match(word, /^blocked: /, state);
  }
  assert.match(short(reckon(edit(grown, ":1", { state: "changed", settled: by("retry") }), USUAL))[0], /^blocked/);
  for (const state of ["planned", "approved", "rejected", "withdrawn"] as const) {
    assert.deepEqual(short(reckon(edit(chain, ":1", { state }), USUAL)), ["recognise 1.1 a=100"], state);
  }
  assert.match(short(reckon({ ...chain, certified: [] }, USUAL))[0], /^blocked: Nobody knows/);
  assert.match(short(reckon(chainOf([one, { ...two, currency: "EUR" }]), USUAL))[0], /^blocked: .*USD, EUR/);
  const billed = post({ ...chain, booked: bills({ a: "40" }) }).chain;
  assert.match(
    short(reckon({ ...billed, certified: [sheet("1", { a: ["9"] }, { currency: "EUR" })] }, USUAL))[0],
    /USD/,
  );
});

Deno.test("what people did over there and accepted is left as it is; what they let go is posted anew", () => {
  const chain = posted([one]);
  for (const state of ["reversed", "deleted"] as const) {
    const held = edit(chain, ":1", { state, settled: by("accept") });
    assert.deepEqual(short(reckon(held, USUAL)), []);
    const other = { ...held, certified: [sheet("1", { a: ["130"] })] };
    assert.deepEqual(short(reckon(other, USUAL)), ["recognise 1.2 a=130"]);
    assert.deepEqual(short(reckon({ ...held, certified: [one, two] }, USUAL)), ["recognise 2.1 a=50"]);
    const free = edit(chain, ":1", { state, settled: by("retry") });
    assert.deepEqual(short(reckon(free, USUAL)), ["recognise 1.2 a=100"]);
  }
  const changed = edit(chain, ":1", { state: "changed", settled: by("accept") });
  assert.deepEqual(short(reckon(changed, USUAL)), []);
  const billed = post({ ...chain, booked: bills({ a: "40" }) }).chain;
  assert.deepEqual(short(reckon(edit(billed, ":B1", { state: "reversed", settled: by("accept") }), USUAL)), []);
  const again = edit(billed, ":B1", { state: "reversed", settled: by("retry") });
  assert.deepEqual(short(reckon(again, USUAL)), ["adjust 1.2 a=-40"]);
});

Deno.test("a reversal that was itself taken back over there is made good by an adjustment: its key is used up", () => {
  const gone = post({ ...posted([one]), certified: [{ ...one, counts: false }] }).chain;
  const back = edit(gone, "-R", { state: "deleted", settled: by("retry") });
  assert.deepEqual(short(reckon(back, USUAL)), ["adjust 1.1 a=-100"]);
  assert.deepEqual(short(reckon({ ...back, certified: [one] }, USUAL)), []);
  const other = { ...back, certified: [sheet("1", { a: ["130"] })] };
  assert.deepEqual(short(reckon(other, USUAL)), ["adjust 1.1 a=30"]);
});

Deno.test("what a person took back here, or declined, is not planned again until they say so or the money changes", () => {
  const gone = post({ ...posted([one]), certified: [{ ...one, counts: false }] }).chain;
  const held = { ...edit(gone, "-R", { settled: by("accept") }), certified: [one] };
  assert.deepEqual(short(reckon(held, USUAL)), []);
  assert.deepEqual(short(reckon(edit(held, "-R", { settled: by("retry") }), USUAL)), ["recognise 1.2 a=100"]);
  assert.deepEqual(short(reckon({ ...held, certified: [two, sheet("3", { a: ["1"] })].slice(0, 1) }, USUAL)), [
    "recognise 2.1 a=150",
  ]);
  const declined = edit(posted([one]), ":1", { state: "declined" });
  assert.deepEqual(short(reckon(declined, USUAL)), []);
  assert.deepEqual(short(reckon({ ...declined, certified: [sheet("1", { a: ["130"] })] }, USUAL)), [
    "recognise 1.1 a=130",
  ]);
  assert.deepEqual(short(reckon(edit(declined, ":1", { settled: by("retry") }), USUAL)), ["recognise 1.1 a=100"]);
  const billed = edit(post({ ...posted([one]), booked: bills({ a: "40" }) }).chain, ":B1", { state: "declined" });
  assert.deepEqual(short(reckon(billed, USUAL)), []);
  assert.deepEqual(short(reckon({ ...billed, booked: bills({ a: "50" }) }, USUAL)), ["adjust 1.1 a=-50"]);
});

Deno.test("an accrual is given back when its period is over, and accrued again while it is not invoiced", () => {
  const month = (name: string, to: string, open: boolean) => ({ name, from: `${name}-01`, to, open, status: "" });
  const periods = [month("2026-10", "2026-10-31", false), month("2026-11", "2026-11-30", true)];
  const accrue = { recognise: "accrue", today: "2026-10-25", periods } as const;
  let { chain, reckoned } = post(chainOf([one]), accrue);
  assert.deepEqual(short(reckon(chain, accrue)), []);
  const november = { ...accrue, today: "2026-11-03" };
  ({ chain, reckoned } = post(chain, november));
  assert.deepEqual(short(reckoned), ["reverse 1.1 a=-100"]);
  assert.equal(reckoned.steps[0].date, "2026-11-01");
  ({ chain, reckoned } = post({ ...chain, booked: bills({ a: "40" }) }, november));
  assert.deepEqual(short(reckoned), ["adjust 1.1 a=60"]);
  assert.deepEqual(short(reckon(chain, november)), []);
  const other = post({ ...chain, certified: [sheet("1", { a: ["130"] })] }, november);
  assert.deepEqual(short(other.reckoned), ["recognise 1.2 a=90", "adjust 1.2 a=-60"]);
  assert.equal(stands(other.chain), "a=90");
  const december = [...periods, month("2026-12", "2026-12-31", true)];
  ({ reckoned } = post(chain, { ...accrue, periods: december, today: "2026-12-01" }));
  assert.deepEqual(short(reckoned), ["reverse 1.1 a=-60"]);
});
