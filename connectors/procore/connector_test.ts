import assert from "node:assert/strict";
import { manualClock, seededRandom } from "../../engine/clock.ts";
import { type Change, type Finding, type Outcome, type Row, WHOLE, type Wire } from "../../engine/connector.ts";
import { Failure, type FailureCode } from "../../engine/failure.ts";
import { broken } from "../../engine/wire/trouble.ts";
import procore from "./connector.ts";
import { procoreSandbox } from "./sandbox/sandbox.ts";
import { START, testWorld } from "./testing.ts";

const ORIGIN = "https://procore.example.test";

/** The sandbox in this process, a session with it, and its control API. */
function open(data: Record<string, Row[]> = {}, more: Record<string, unknown> = {}) {
  const clock = manualClock(START);
  const sandbox = procoreSandbox({ clock, random: seededRandom(3), data, limits: { hourly: null, spike: null } });
  const calls: string[] = [];
  const wire: Wire = async (request) => {
    calls.push(`${request.method} ${new URL(request.url).pathname}`);
    try {
      return await sandbox.fetch(request);
    } catch (error) {
      throw error instanceof Failure ? error : broken(request, String(error));
    }
  };
  const session = (settings: Record<string, unknown> = {}, tags: string[] = []) =>
    procore.open(
      procore.settings.parse({ ...sandbox.settings(ORIGIN), ...more, ...settings }),
      { ...testWorld(wire), clock, tags },
    );
  const ask = async (path: string, body?: object) => {
    const init = body &&
      { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await sandbox.fetch(new Request(`${ORIGIN}/_sandbox/${path}`, init));
    assert(response.ok, `${path}: ${response.status} ${await response.clone().text()}`);
    return await response.json();
  };
  const rows = async (table: string): Promise<Row[]> => (await ask(`rows/${table}?limit=5000`)).rows;
  const take = () => calls.splice(0);
  return { session, ask, rows, take, clock };
}

const told = (outcomes: Outcome[]): string[] => outcomes.map((outcome) => outcome.ok ? "ok" : outcome.failure.code);
const create = (origin_id: string, fields: Row): Change => ({ action: "create", fields: { origin_id, ...fields } });
const failing = async (work: Promise<unknown>, code: FailureCode): Promise<Failure> => {
  const failure = await work.then(() => assert.fail("nothing was thrown"), (error) => error);
  assert(failure instanceof Failure, String(failure));
  assert.equal(failure.code, code, failure.message);
  return failure;
};

Deno.test("vendors are created, found, changed, deactivated and taken back", async () => {
  const { session, rows } = open({ procore_vendors: [{ name: "Old Twin", is_active: false }, { name: "Held" }] });
  const vendors = session().stream("vendors");
  const outcomes = await vendors.write!(WHOLE, [
    create("EBS-V-1", { name: "Granite", origin_code: "20017", country_code: "US", state_code: "CO" }),
    create("EBS-V-2", { name: "held" }),
    create("EBS-V-3", { name: "Old twin" }),
    create("EBS-V-4", { name: "Where", country_code: "ZZ", state_code: "??" }),
  ]);
  assert.deepEqual(told(outcomes), ["ok", "name.taken", "name.taken", "record.refused"]);
  assert(outcomes[0].ok);
  const { id } = outcomes[0];
  assert.match(id, /^\d+$/);
  const by = async (field: string, ...values: string[]) =>
    (await vendors.find!({ partition: WHOLE, by: field, values })).map(({ name }) => name);
  assert.deepEqual(await by("origin_id", "EBS-V-1", "EBS-V-2"), ["Granite"]);
  assert.deepEqual(await by("origin_code", "20017"), ["Granite"]);
  assert.deepEqual((await by("name", "granite ", "OLD TWIN", "nobody")).sort(), ["Granite", "Old Twin"]);

  assert.deepEqual(told(await vendors.write!(WHOLE, [{ action: "update", id, fields: { city: "Denver" } }])), ["ok"]);
  const [present] = await vendors.find!({ partition: WHOLE, by: "id", values: [id] });
  assert.equal(present.city, "Denver");
  assert.equal(present.name, "Granite");
  assert.equal(present.is_active, true);
  assert.deepEqual(told(await vendors.write!(WHOLE, [{ action: "deactivate", id, fields: {}, present }])), ["ok"]);
  const [off] = await vendors.find!({ partition: WHOLE, by: "id", values: [id] });
  assert.equal(off.is_active, false);

  const [twin] = await vendors.find!({ partition: WHOLE, by: "name", values: ["Old Twin"] });
  const back: Change[] = [
    { action: "update", id, fields: { is_active: true }, present: off },
    { action: "update", id: twin.id as string, fields: { is_active: true, origin_id: "EBS-V-3" }, present: twin },
    { action: "update", id: "999", fields: { is_active: true }, present: { id: "999", is_active: false } },
  ];
  assert.deepEqual(told(await vendors.write!(WHOLE, back)), ["ok", "ok", "record.gone"]);
  const stored = await rows("vendors");
  assert.deepEqual(stored.map(({ name, is_active }) => [name, is_active]), [["Old Twin", true], ["Held", true], [
    "Granite",
    true,
  ]]);
  assert.equal(stored[0].origin_id, "EBS-V-3");
});

Deno.test("2,500 new vendors cost three sync calls, and finding them before costs two", async () => {
  const { session, rows, take } = open();
  const vendors = session().stream("vendors");
  const changes = Array.from(
    { length: 2500 },
    (_, index) => create(`EBS-V-${index}`, { name: `Vendor ${index}`, is_active: true }),
  );
  for (let at = 0; at < changes.length; at += 1000) {
    const page = changes.slice(at, at + 1000);
    for (const by of ["origin_id", "name"]) {
      const found = await vendors.find!({
        partition: WHOLE,
        by,
        values: page.map(({ fields }) => fields[by] as string),
      });
      assert.equal(found.length, 0);
    }
    assert((await vendors.write!(WHOLE, page)).every(({ ok }) => ok));
  }
  assert.equal((await rows("vendors")).length, 2500);
  assert.deepEqual(take().sort(), [
    "GET /rest/v1.0/companies/562949953500001/vendors/inactive",
    "GET /rest/v1.0/vendors",
    "PATCH /rest/v1.0/vendors/sync",
    "PATCH /rest/v1.0/vendors/sync",
    "PATCH /rest/v1.0/vendors/sync",
    "POST /oauth/token",
  ]);
});

Deno.test("a write whose answer is lost is of unknown fate, is not sent again, and is read back by origin_id", async () => {
  for (
    const fault of [{ kind: "drop-after" }, { kind: "cut-body", how: "broken" }, { kind: "cut-body", how: "clean" }, {
      kind: "html",
    }]
  ) {
    const { session, ask, rows, take } = open();
    const vendors = session().stream("vendors");
    await vendors.find!({ partition: WHOLE, by: "origin_id", values: ["EBS-V-1"] });
    await ask("faults", { ...fault, route: "vendors/sync" });
    take();
    await failing(vendors.write!(WHOLE, [create("EBS-V-1", { name: "Granite" })]), "wire.fate-unknown");
    assert.deepEqual(take(), ["PATCH /rest/v1.0/vendors/sync"], fault.kind);
    const there = fault.kind !== "html";
    assert.equal((await rows("vendors")).length, there ? 1 : 0);
    const found = await vendors.find!({ partition: WHOLE, by: "origin_id", values: ["EBS-V-1"] });
    assert.equal(found.length, there ? 1 : 0, fault.kind);
  }
});

Deno.test("a busy Procore is waited for, and a session that dies is renewed once without a write done twice", async () => {
  const { session, ask, rows, take } = open();
  const vendors = session().stream("vendors");
  await vendors.find!({ partition: WHOLE, by: "origin_id", values: ["EBS-V-1"] });
  await ask("faults", { kind: "expire-session", route: "vendors/sync" });
  await ask("faults", { kind: "status", status: 429, retry_after: 5, route: "vendors/sync" });
  await ask("faults", { kind: "status", status: 503, retry_after: 5, route: "vendors/sync" });
  take();
  assert.deepEqual(told(await vendors.write!(WHOLE, [create("EBS-V-1", { name: "Granite" })])), ["ok"]);
  assert.equal(take().filter((call) => call === "POST /oauth/token").length, 1);
  assert.equal((await rows("vendors")).length, 1);
});

const PROJECTS: Row[] = [
  { id: "501", name: "Airport", project_number: "P-1", updated_at: "2026-03-01T00:00:00Z" },
  { id: "502", name: "Bridge", project_number: "P-2", updated_at: "2026-02-01T00:00:00Z", active: false },
  { id: "1503", name: "Canal", project_number: "P-3", updated_at: "2026-03-02T00:00:00Z" },
  { id: "504", name: "Dam", project_number: "P-4", permitted: false },
];

Deno.test("projects are read ascending by id, in pages, since a time or by key, inactive ones included", async () => {
  const { session, clock } = open({ procore_projects: PROJECTS });
  const projects = session().stream("projects");
  const read = async (request: object): Promise<unknown[]> => {
    const pages: unknown[] = [];
    for await (const page of projects.read!({ partition: WHOLE, ...request } as never)) {
      assert.equal(page.asOf, new Date(clock.now()).toISOString());
      pages.push([page.rows.map(({ name }) => name).join(), page.more]);
    }
    return pages;
  };
  assert.deepEqual(await read({ since: null, after: null }), [["Airport,Bridge,Canal", false]]);
  assert.deepEqual(await read({ since: null, after: null, pageSize: 2 }), [["Airport,Bridge", true], ["Canal", false]]);
  assert.deepEqual(await read({ since: null, after: "501" }), [["Bridge,Canal", false]]);
  assert.deepEqual(await read({ since: "2026-03-01T00:00:00.000Z", after: null }), [["Airport,Canal", false]]);
  assert.deepEqual(await read({ since: "2027-01-01T00:00:00.000Z", after: null }), [["", false]]);
  assert.deepEqual(await read({ keys: ["502", "9"] }), [["Bridge", false]]);
});

Deno.test("projects are found by number and name, and made", async () => {
  const { session } = open({ procore_projects: PROJECTS });
  const projects = session().stream("projects");
  const by = async (field: string, values: string[]) =>
    (await projects.find!({ partition: WHOLE, by: field, values })).map(({ id }) => id);
  assert.deepEqual(await by("project_number", ["p-2", "P-3", "P-4"]), ["502", "1503"]);
  assert.deepEqual(await by("name", ["airport"]), ["501"]);
  const [made] = await projects.write!(WHOLE, [create("EBS-P-9", { name: "Eel ladder", project_number: "P-9" })]);
  assert(made.ok);
  assert.deepEqual(await by("origin_id", ["EBS-P-9"]), [made.id]);
});

const CODES: Record<string, Row[]> = {
  procore_projects: PROJECTS,
  procore_cost_codes: [
    { project_number: "P-1", code: "03", name: "Concrete" },
    { project_number: "P-1", code: "200", name: "Rebar", parent_code: "03" },
    { project_number: "P-1", code: "05-100", name: "Steel" },
    { project_number: "P-3", code: "05-100", name: "Steel elsewhere" },
  ],
  procore_wbs_codes: [{ project_number: "P-1", code: "05-100", type: "M" }, {
    project_number: "P-1",
    code: "05-100",
    type: "L",
    status: "inactive",
  }],
};

Deno.test("cost codes live in their project: found by whole code, created, renamed below their parent", async () => {
  const { session, rows } = open(CODES);
  const codes = session().stream("cost_codes");
  assert.deepEqual((await codes.partitions()).map(({ id }) => id), ["501", "1503"]);
  const partition = { id: "501", name: "Airport" };
  const find = (by: string, ...values: string[]) => codes.find!({ partition, by, values });
  assert.deepEqual((await find("code", "03-200", "05-100")).map(({ name, is_active }) => [name, is_active]), [[
    "Rebar",
    true,
  ], ["Steel", true]]);
  const made = await codes.write!(partition, [
    create("EBS-G-501-1", { code: "01-110-5100", name: "Direct" }),
    create("EBS-G-501-2", { code: "05-100", name: "Twice" }),
    create("EBS-G-501-3", { code: "09", name: "Off", is_active: false }),
  ]);
  assert.deepEqual(told(made), ["ok", "name.taken", "record.invalid"]);
  const [rebar] = await find("code", "03-200");
  const moves: [fields: Row, outcome: string][] = [
    [{ code: "03-200", name: "Rebars" }, "ok"],
    [{ code: "03-210" }, "ok"],
    [{ code: "04-210" }, "record.refused"],
  ];
  for (const [fields, outcome] of moves) {
    const present = (await find("id", rebar.id as string))[0];
    assert.deepEqual(
      told(await codes.write!(partition, [{ action: "update", id: rebar.id as string, fields, present }])),
      [outcome],
    );
  }
  assert.deepEqual((await find("id", rebar.id as string)).map(({ code, name }) => [code, name]), [[
    "03-210",
    "Rebars",
  ]]);
  assert.deepEqual((await find("origin_id", "EBS-G-501-1")).map(({ code }) => code), ["01-110-5100"]);
  assert.equal((await rows("cost_codes")).length, 5);
});

Deno.test("a cost code is switched off and on by its WBS codes; one without any is refused, honestly", async () => {
  const { session, rows } = open(CODES);
  const codes = session().stream("cost_codes");
  const partition = { id: "501", name: "Airport" };
  const present = async (code: string) => (await codes.find!({ partition, by: "code", values: [code] }))[0];
  const statuses = async () => (await rows("wbs_codes")).map(({ status }) => status);
  const [steel, rebar] = [await present("05-100"), await present("03-200")];
  const off = (row: Row): Change => ({ action: "deactivate", id: row.id as string, fields: {}, present: row });
  assert.deepEqual(told(await codes.write!(partition, [off(steel), off(rebar)])), ["ok", "record.refused"]);
  assert.deepEqual(await statuses(), ["inactive", "inactive"]);
  const now = await present("05-100");
  assert.equal(now.is_active, false);
  assert.deepEqual(
    told(
      await codes.write!(partition, [{
        action: "update",
        id: now.id as string,
        fields: { is_active: true, name: "Steel 2" },
        present: now,
      }]),
    ),
    ["ok"],
  );
  assert.deepEqual(await statuses(), ["active", "active"]);
  assert.deepEqual([(await present("05-100")).is_active, (await present("05-100")).name], [true, "Steel 2"]);
});

Deno.test("no write leaves where another ERP connector owns origin_id", async () => {
  const foreign = { procore_vendors: [{ name: "Theirs", origin_id: "CE_1001" }] };
  const { session, rows, take } = open(foreign);
  const write = (settings = {}) =>
    session(settings).stream("vendors").write!(WHOLE, [create("EBS-V-1", { name: "Ours" })]);
  await failing(write(), "owner.foreign");
  assert(!take().some((call) => call.startsWith("PATCH")));
  assert.equal((await rows("vendors")).length, 1);
  assert.deepEqual(told(await write({ foreign_origin: "allow" })), ["ok"]);
});

async function pinged(session: { ping(): AsyncIterable<Finding> }): Promise<string> {
  let text = "";
  for await (const { level, message, action } of session.ping()) {
    text += `${level}: ${message}${action ? ` → ${action}` : ""}\n`;
  }
  return text;
}

Deno.test("a ping says who, where, how much, whose and when", async () => {
  const { session } = open({
    procore_projects: PROJECTS,
    procore_vendors: [{ name: "A", origin_id: "CE_1" }, { name: "B", origin_id: "EBS-V-1" }],
  });
  const text = await pinged(session({}, ["EBS"]));
  assert.match(text, /^ok: Logged in to https:\/\/procore\.example\.test as .+\.$/m);
  assert.match(text, /^ok: The company is .+ \(562949953500001\) on procore\.example\.test\.$/m);
  assert.match(text, /^ok: 3 projects can be seen, 2 of them active\.$/m);
  assert.match(text, /^ok: The company directory can be read: 2 active vendors\.$/m);
  assert.match(text, /^warn: 1 of 2 vendors that carry an origin_id .*CE_1/m);
  assert.match(text, /^ok: No projects carry an origin_id/m);
  assert(!text.includes("fail:"));
});

Deno.test("a ping says what to do about a wrong secret, a wrong company, an app that is not installed", async () => {
  const { session, ask } = open({ procore_projects: [] });
  const wrong = await pinged(session({ client_secret: "wr0ng-secret" }));
  assert.match(wrong, /^fail: .*refused the client id and secret.* → Check client_id/m);
  assert(!wrong.includes("wr0ng-secret"));
  assert.equal(wrong.trim().split("\n").length, 1);
  assert.match(await pinged(session({ company_id: 77 })), /^fail: .*→ /m);
  await failing(session({ company_id: 77 }).identity(), "permission.missing");
  await ask("faults", { kind: "drop-before", times: "always" });
  assert.match(await pinged(session()), /^fail: .*procore\.example\.test/m);
});

Deno.test("identity pins company and host, since a sandbox copied from production has the same ids", async () => {
  const { session } = open();
  const { facts, name } = await session().identity();
  assert.deepEqual(facts, { company_id: "562949953500001", host: "procore.example.test" });
  assert.match(name, /Summit Ridge Constructors/);
});
