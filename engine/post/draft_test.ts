import assert from "node:assert/strict";
import type { Row } from "../connector.ts";
import { negated } from "./amounts.ts";
import { bodyHash, finish, positionRows, reversalBody, valueOf } from "./draft.ts";
import { examine } from "./examine.ts";
import { mapped, moving, SHAPE } from "./testing_body.ts";

const linesOf = (body: Row): string[] =>
  (body.lines as Row[]).map(({ account, dr, cr }) => `${account} ${dr !== undefined ? `dr ${dr}` : `cr ${cr}`}`);
const AT = { ...SHAPE, never: ["2210"], unit: "0.01", place: "document x" };

Deno.test("each position that moves is a row with its first element's fields, the newest document's first", () => {
  const moved = { ...moving("5"), line_x: moving("1").a, b: moving("2").a };
  const rows = positionRows([
    { position: "b", row: { text: "new", cost: "99" } },
    { position: "z", row: { text: "still" } },
    { position: "b", row: { text: "second" } },
    { position: "a", row: { text: "old" } },
  ], moved);
  assert.deepEqual(rows, [
    { text: "new", position: "b", cost: "2", withheld: "0", net: "2" },
    { text: "old", position: "a", cost: "5", withheld: "0", net: "5" },
    { position: "line_x", cost: "1", withheld: "0", net: "1" },
  ]);
});

Deno.test("lines of nothing go, negative amounts change sides, and the engine has the last word on day and text", () => {
  const cases: [cost: string, withheld: string, lines: string[]][] = [
    ["100", "10", ["6100 dr 100", "2100 cr 90", "2200 cr 10"]],
    ["100.00", "0", ["6100 dr 100", "2100 cr 100"]],
    ["0", "-10", ["2100 cr 10", "2200 dr 10"]],
    ["-100", "-10", ["6100 cr 100", "2100 dr 90", "2200 dr 10"]],
  ];
  for (const [cost, withheld, lines] of cases) {
    const moved = moving(cost, withheld);
    const body = finish(mapped(moved), SHAPE, { date: "2026-11-01", description: "For October" });
    assert.deepEqual(linesOf(body), lines);
    assert.equal(body.date, "2026-11-01");
    assert.equal(body.text, "For October");
    assert.equal(examine(body, { ...AT, moved }), undefined);
    const back = reversalBody(body, SHAPE, { date: "2026-12-01" });
    assert.equal(examine(back, { ...AT, moved: negated(moved) }), undefined);
    assert.deepEqual(reversalBody(back, SHAPE, { date: "2026-11-01" }), body);
    assert.equal(valueOf(back, SHAPE), valueOf(body, SHAPE));
  }
  assert.equal(finish(mapped(moving("1")), SHAPE).date, "2026-10-20");
});

Deno.test("a body's hash is its meaning's, and its worth the sum of its debits, to the last digit", () => {
  const body = finish(mapped(moving("123456789012345678901234567.89", "0.01")), SHAPE);
  assert.equal(valueOf(body, SHAPE), "123456789012345678901234567.89");
  assert.equal(examine(body, { ...AT, moved: moving("123456789012345678901234567.89", "0.01") }), undefined);
  const turned = Object.fromEntries(Object.entries(body).reverse());
  assert.equal(bodyHash(turned), bodyHash(body));
  assert.notEqual(bodyHash({ ...body, text: "Another" }), bodyHash(body));
  assert.match(bodyHash(body), /^[0-9a-f]{64}$/);
});

Deno.test("a document that does not say what was reckoned is refused, whatever is wrong with it", () => {
  const good = finish(mapped(moving("100", "10")), SHAPE);
  const edit = (i: number, change: Row): Row => ({
    ...good,
    lines: (good.lines as Row[]).map((line, at) => at === i ? { ...line, ...change } : line),
  });
  const extra = (...lines: Row[]): Row => ({ ...good, lines: [...good.lines as Row[], ...lines] });
  const line = { account: "6100", company: "01", position: "a", measure: "cost" };
  const cases: [what: string, body: Row, code: string, value?: string][] = [
    ["a debit more", edit(0, { dr: "101" }), "post.unbalanced", "1 too much debit"],
    ["a credit more", edit(1, { cr: "91" }), "post.unbalanced", "1 too much credit"],
    ["another company", edit(1, { company: "02" }), "post.unbalanced", "90 too much debit"],
    [
      "a measure too many",
      extra({ ...line, dr: "5" }, { ...line, measure: "net", cr: "5" }),
      "post.misstated",
      "105 instead of 100",
    ],
    ["another position", edit(0, { position: "b" }), "post.misstated"],
    ["withheld as net", edit(2, { measure: "net" }), "post.misstated", "0 instead of 10"],
    ["an unknown measure", edit(2, { measure: "gross" }), "post.misstated", "gross"],
    ["no measure", edit(2, { measure: undefined }), "post.misstated", "nothing"],
    ["no position", edit(2, { position: undefined }), "post.misstated"],
    ["both sides", edit(0, { cr: "1" }), "post.misstated"],
    ["no amount", edit(0, { dr: undefined }), "post.misstated"],
    ["a word for an amount", edit(0, { dr: "much" }), "post.misstated"],
    ["half a cent", extra({ ...line, dr: "0.005" }, { ...line, cr: "0.005" }), "post.misstated", "0.005"],
    ["an account of payables", edit(1, { account: "2210" }), "post.account-refused", "2210"],
    ["no lines", { ...good, lines: [] }, "post.misstated"],
  ];
  for (const [what, body, code, value] of cases) {
    const failure = examine(body, { ...AT, moved: moving("100", "10") });
    assert.equal(failure?.code, code, what);
    if (value !== undefined) assert.equal(failure?.value, value, what);
  }
  assert.equal(examine(good, { ...AT, moved: moving("100", "11") })?.code, "post.misstated");
  assert.equal(examine(good, { ...AT, moved: { ...moving("100", "10"), b: moving("1").a } })?.code, "post.misstated");
});
