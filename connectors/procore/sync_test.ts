import assert from "node:assert/strict";
import type { Change, Outcome, Row } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { rest } from "./rest.ts";
import { sync } from "./sync.ts";
import { freeTokens, type Script, scripted } from "./testing.ts";

function run(script: Script, changes: Change[], bulk = 1000) {
  const { wire, sent } = scripted(script);
  const api = rest({ wire, tokens: freeTokens(), api_url: "https://api.example.test", company_id: "1" });
  const action = {
    stream: "vendors",
    path: "/rest/v1.0/vendors/sync",
    scope: { company_id: 1 },
    ids: ["vendor_group_id"],
    unique: ["name"],
    bulk,
    rowOf: (raw: Row) => ({ id: raw.id, name: raw.name }),
  };
  return { outcomes: sync(api, action, changes), sent };
}

const create = (origin_id: string, fields: Row = {}): Change => ({
  action: "create",
  fields: { origin_id, name: `N ${origin_id}`, ...fields },
});
const update = (id: string, fields: Row): Change => ({ action: "update", id, fields });
const tell = (outcome: Outcome): string => outcome.ok ? outcome.id : outcome.failure.code;

interface Body {
  company_id: number;
  updates: { id?: number; origin_id?: string; name?: string }[];
}
/** Does as Procore: each row by itself, the answer in another order. */
const procore =
  (refuse: (row: Body["updates"][0]) => Record<string, string[]> | undefined = () => undefined): Script =>
  (
    { text },
  ) => {
    const { updates } = JSON.parse(text) as Body;
    const entities = updates.filter((row) => !refuse(row)).map((row, index) => ({ id: 700 + index, ...row })).reverse();
    const errors = updates.filter(refuse).map((row) => ({ ...row, errors: refuse(row) }));
    return { entities, errors };
  };

Deno.test("each change gets its own outcome, in order, whatever the order of the answer", async () => {
  const refuse = (row: Body["updates"][0]): Record<string, string[]> | undefined =>
    row.name === "Taken"
      ? { name: ["has already been taken"] }
      : row.id === 1
      ? { id: ["Entity with this ID not found"] }
      : row.name === "Odd"
      ? { country_code: ["is not a country"] }
      : undefined;
  const changes = [
    create("EBS-V-1"),
    update("1", { city: "Denver" }),
    create("EBS-V-2", { name: "Taken" }),
    update("9007199254740993", { name: "Big" }),
    create("EBS-V-3", { name: "Odd", country_code: "ZZ" }),
    create("EBS-V-4"),
  ];
  const big = "9007199254740993";
  const { outcomes, sent } = run((one, nth) => {
    // JSON.parse would round the long id: what was sent is looked at as text.
    assert(one.text.includes(`"id":${big},`));
    return JSON.stringify(procore(refuse)({ ...one, text: one.text.replace(big, "42") }, nth)).replace(
      `"id":42,`,
      `"id":${big},`,
    );
  }, changes);
  const told = await outcomes;
  assert.deepEqual(told.map(tell), [
    "700",
    "record.gone",
    "name.taken",
    big,
    "record.refused",
    "702",
  ]);
  assert.equal(sent.length, 1);
  const taken = told[2];
  assert(!taken.ok);
  assert.equal(taken.failure.value, "Taken");
  assert.equal(taken.failure.place, "vendors EBS-V-2, field name");
  const odd = told[4];
  assert(!odd.ok);
  assert.equal(odd.failure.message, "Procore refused the row: country_code is not a country");
  assert.equal(odd.failure.value, "ZZ");
});

Deno.test("a row that the answer does not name has failed, it is never taken for written", async () => {
  const { outcomes } = run(() => ({ entities: [{ id: 1, origin_id: "A" }, { origin_id: "C" }], errors: [] }), [
    create("A"),
    create("B"),
    create("C"),
  ]);
  assert.deepEqual((await outcomes).map(tell), ["1", "record.refused", "record.refused"]);
});

Deno.test("what would be undefined is not sent: a key twice, no key, an id that is none", async () => {
  const { outcomes, sent } = run(procore(), [
    create("A"),
    create("A"),
    update("5", { name: "x" }),
    update("5", { name: "y" }),
    update("6", { origin_id: "A" }),
    { action: "create", fields: { name: "No key" } },
    update("six", { name: "z" }),
    update("7", { vendor_group_id: "x1" }),
  ]);
  assert.deepEqual((await outcomes).map(tell), [
    "700",
    "record.duplicate",
    "5",
    "record.duplicate",
    "record.duplicate",
    "record.invalid",
    "record.invalid",
    "record.invalid",
  ]);
  assert.equal((JSON.parse(sent[0].text) as Body).updates.length, 2);
});

Deno.test("nothing is sent where nothing is left to send", async () => {
  const { outcomes, sent } = run(procore(), [update("x", { name: "y" })]);
  assert.deepEqual((await outcomes).map(tell), ["record.invalid"]);
  assert.equal(sent.length, 0);
});

Deno.test("absent fields are left out, a cleared one is null, an id field is a number", async () => {
  const { outcomes, sent } = run(procore(), [
    create("A", { city: undefined, zip: null, vendor_group_id: "9007199254740993", is_active: false }),
  ]);
  await outcomes;
  assert.equal(
    sent[0].text,
    `{"company_id":1,"updates":[{"origin_id":"A","name":"N A","zip":null,"vendor_group_id":9007199254740993,"is_active":false}]}`,
  );
});

Deno.test("a call that is too large is halved until it is not; a single row that is too large is refused", async () => {
  const many = Array.from({ length: 10 }, (_, index) => create(`K${index}`));
  const most = (rows: number): Script => (one, nth) =>
    (JSON.parse(one.text) as Body).updates.length > rows ? new Response("", { status: 413 }) : procore()(one, nth);
  const three = run(most(3), many);
  assert((await three.outcomes).every(({ ok }) => ok));
  assert.deepEqual(three.sent.map(({ text }) => (JSON.parse(text) as Body).updates.length), [10, 5, 2, 3, 5, 2, 3]);
  const none = run(most(0), [create("A")]);
  await assert.rejects(none.outcomes, (error) => error instanceof Failure && error.code === "record.refused");
});

const lost: [name: string, answer: () => Response | string][] = [
  ["a cut answer", () => `{"entities":[{"id":1`],
  ["an answer without entities", () => "{}"],
  ["a list", () => "[]"],
  ["an empty answer", () => ""],
  ["entities that are no records", () => `{"entities":[1],"errors":[]}`],
  ["500", () => new Response("", { status: 500 })],
  ["504", () => new Response("<html>", { status: 504 })],
];

Deno.test("where the answer does not tell, the fate is unknown, and nothing is sent again", async () => {
  for (const [name, answer] of lost) {
    const { outcomes, sent } = run(answer, [create("A")]);
    await assert.rejects(outcomes, (error) => error instanceof Failure && error.code === "wire.fate-unknown", name);
    assert.equal(sent.length, 1, name);
  }
});

Deno.test("a call that surely did nothing says so, unless an earlier one of the same write is in", async () => {
  const failing = (after: number): Script => (one, nth) =>
    nth > after ? new Response("", { status: 403 }) : procore()(one, nth);
  const changes = [create("A"), create("B"), create("C")];
  await assert.rejects(
    run(failing(0), changes, 1).outcomes,
    (error) => error instanceof Failure && error.code === "permission.missing",
  );
  const partly = run(failing(2), changes, 1);
  await assert.rejects(partly.outcomes, (error) => error instanceof Failure && error.code === "wire.fate-unknown");
  assert.equal(partly.sent.length, 3);
});
