import assert from "node:assert/strict";
import fc from "fast-check";
import type { Errors } from "./answers.ts";
import { COMPANY_ID, start } from "./testing.ts";

const SEED = {
  procore_projects: [{ id: "5", name: "Depot" }, { id: "6", name: "Other" }],
  procore_vendors: [
    { id: "11", name: "Granite", origin_id: "EBS-V-1", city: "Denver" },
    { id: "12", name: "Kone", is_active: false, origin_id: "EBS-V-2" },
    { id: "13", name: "Otis" },
  ],
};

type Given = Record<string, unknown>;

Deno.test("a record is found by id, else by origin_id, else made", async (t) => {
  // What is asked; then the row it became (by name and origin_id), or the errors.
  const cases: [
    name: string,
    given: Given,
    expected: { id?: number; name: string; origin_id: string | null } | Errors,
  ][] = [
    ["neither", { name: "New" }, { name: "New", origin_id: null }],
    ["id, found", { id: 13, name: "Otis 2" }, { id: 13, name: "Otis 2", origin_id: null }],
    ["id as text", { id: "13", name: "Otis 2" }, { id: 13, name: "Otis 2", origin_id: null }],
    ["id, not found", { id: 1, name: "Ghost" }, { id: ["Entity with this ID not found"] }],
    ["origin_id, found", { origin_id: "EBS-V-1", name: "G" }, { id: 11, name: "G", origin_id: "EBS-V-1" }],
    ["origin_id of an inactive one", { origin_id: "EBS-V-2", name: "K" }, { id: 12, name: "K", origin_id: "EBS-V-2" }],
    ["origin_id, not found", { origin_id: "EBS-V-9", name: "New" }, { name: "New", origin_id: "EBS-V-9" }],
    ["both: the id finds, the origin_id is set", { id: 13, origin_id: "EBS-V-3" }, {
      id: 13,
      name: "Otis",
      origin_id: "EBS-V-3",
    }],
    ["both: an origin_id is changed", { id: 11, origin_id: "EBS-V-9" }, {
      id: 11,
      name: "Granite",
      origin_id: "EBS-V-9",
    }],
    ["both: the origin_id is another's", { id: 13, origin_id: "EBS-V-1" }, { origin_id: ["has already been taken"] }],
    ["both, id not found", { id: 1, origin_id: "EBS-V-1", name: "G" }, { id: ["Entity with this ID not found"] }],
    ["a blank origin_id is none", { name: "New", origin_id: " " }, { name: "New", origin_id: null }],
    ["an origin_id is given up", { id: 11, origin_id: null }, { id: 11, name: "Granite", origin_id: null }],
    ["absent keys keep their value", { origin_id: "EBS-V-1" }, { id: 11, name: "Granite", origin_id: "EBS-V-1" }],
    ["a new one without a name", { origin_id: "EBS-V-9" }, { name: ["can't be blank"] }],
    ["a new one with a name that is held", { name: "granite" }, { name: ["has already been taken"] }],
  ];
  for (const [name, given, expected] of cases) {
    await t.step(name, async () => {
      const { call, rows } = await start({ data: SEED });
      const body = { company_id: COMPANY_ID, updates: [given] };
      const answer = await call("PATCH", "/rest/v1.0/vendors/sync", body);
      assert.equal(answer.status, 200);
      if ("origin_id" in expected && !Array.isArray(expected.origin_id)) {
        assert.deepEqual(answer.body.errors, []);
        const [{ id, name, origin_id, city }] = answer.body.entities;
        assert.deepEqual({ id: expected.id ? id : undefined, name, origin_id }, { id: undefined, ...expected });
        if (id === 11) assert.equal(city, "Denver");
        assert.equal((await rows("vendors")).length, expected.id ? 3 : 4);
      } else {
        assert.deepEqual(answer.body, { entities: [], errors: [{ ...given, errors: expected }] });
        assert.deepEqual(await rows("vendors"), await (await start({ data: SEED })).rows("vendors"));
      }
    });
  }
});

Deno.test("records commit one by one: a bad one takes no other with it, and order is kept", async () => {
  const { call, rows } = await start();
  const updates = [
    { name: "A", origin_id: "1" },
    { name: "a", origin_id: "2" },
    { name: "B", origin_id: "1" },
    { id: 1, name: "C" },
    { name: "D" },
  ];
  const { body } = await call("PATCH", "/rest/v1.0/vendors/sync", { company_id: COMPANY_ID, updates });
  // The third finds what the first has made.
  assert.deepEqual(body.entities.map(({ name }: Given) => name), ["A", "B", "D"]);
  assert.equal(body.entities[0].id, body.entities[1].id);
  assert.deepEqual(body.errors.map(({ name }: Given) => name), ["a", "C"]);
  assert.deepEqual((await rows("vendors")).map(({ name }) => name), ["B", "D"]);
});

Deno.test("a call takes a thousand records; one more and none is written", async () => {
  const { call, rows } = await start();
  const updates = Array.from({ length: 1001 }, (_, i) => ({ name: `V${i}`, origin_id: `${i}` }));
  const sync = (updates: unknown[]) => call("PATCH", "/rest/v1.0/vendors/sync", { company_id: COMPANY_ID, updates });
  const over = await sync(updates);
  assert.deepEqual([over.status, over.body.errors], [413, "Exceeded limit of 1000 updates per request"]);
  assert.equal((await rows("vendors")).length, 0);
  assert.equal((await sync(updates.slice(1))).body.entities.length, 1000);
});

Deno.test("an origin_id stands once in a company and kind of record, across projects too", async () => {
  const { call } = await start({ data: SEED });
  const sync = (project: number, updates: Given[]) =>
    call("PATCH", `/rest/v1.0/cost_codes/sync?project_id=${project}`, { updates });
  // A vendor's origin_id does not stand in a cost code's way.
  const first = await sync(5, [{ code: "01", name: "One", origin_id: "EBS-V-1" }]);
  assert.equal(first.body.entities.length, 1);
  const second = await sync(6, [{ code: "01", name: "One", origin_id: "EBS-V-1" }]);
  assert.deepEqual(second.body.errors[0].errors, { origin_id: ["has already been taken"] });
  const byId = await sync(6, [{ id: first.body.entities[0].id, name: "Two" }]);
  assert.deepEqual(byId.body.errors[0].errors, { id: ["Entity with this ID not found"] });
});

Deno.test("the scope stands where each action wants it", async () => {
  const { call } = await start({ data: SEED });
  const updates = [{ code: "01", name: "One" }];
  assert.equal((await call("PATCH", "/rest/v1.0/cost_codes/sync", { project_id: 5, updates })).status, 404);
  assert.equal((await call("PATCH", "/rest/v1.0/cost_codes/sync?project_id=5", { updates })).status, 200);
  assert.equal((await call("PATCH", "/rest/v1.0/projects/sync", { updates: [] })).status, 400);
});

Deno.test("whatever is synced, every record has one outcome, and names and origin_ids stay unique", async () => {
  const record = fc.record({
    id: fc.option(fc.constantFrom(11, 12, 13, 99), { nil: undefined, freq: 3 }),
    origin_id: fc.option(fc.constantFrom("EBS-V-1", "EBS-V-2", "EBS-V-3", "", null), { nil: undefined }),
    name: fc.option(fc.constantFrom("Granite", "granite ", "Kone", "Otis", "New", "", null), { nil: undefined }),
    is_active: fc.option(fc.boolean(), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 8 }), async (updates) => {
      const { call, rows } = await start({ data: SEED });
      const { status, body } = await call("PATCH", "/rest/v1.0/vendors/sync", { company_id: COMPANY_ID, updates });
      assert.equal(status, 200);
      assert.equal(body.entities.length + body.errors.length, updates.length);
      const held = await rows("vendors");
      const names = held.map(({ name }) => (name as string).trim().toLowerCase());
      const origins = held.map(({ origin_id }) => origin_id).filter((origin) => origin !== null);
      assert.equal(new Set(names).size, names.length);
      assert.equal(new Set(origins).size, origins.length);
      // Each entity is what a later look finds, unless a later record of the call changed it again.
      const last = new Map(body.entities.map((row: Given) => [String(row.id), row]));
      for (const row of held) {
        const entity = last.get(row.id as string) as Given | undefined;
        if (entity) assert.deepEqual([row.name, row.origin_id], [entity.name, entity.origin_id]);
      }
    }),
    { numRuns: 60 },
  );
});
