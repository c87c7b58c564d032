import assert from "node:assert/strict";
import type { Finding, Value } from "../../engine/connector.ts";
import { OPERATIONS, PACKAGE_VERSION } from "./operations.ts";
import { fakeGateway, type FakeOptions, fault, json, openFake } from "./testing.ts";

const unit = { ORGANIZATION_ID: "204", NAME: "Denver", LEDGER_NAME: "US Primary" };
const rows = {
  get_operating_units: { "204": [unit] },
  get_suppliers: {},
  get_code_combinations: {},
  get_projects: {},
  get_purchase_orders: {},
  get_po_billing: {},
  get_periods: {},
  get_journal_setup: {},
  get_postings: {},
  submit_journals: {},
  withdraw_journal: {},
  get_request_status: {},
  get_account_balances: {},
};

interface Scenario {
  options?: FakeOptions;
  more?: Record<string, unknown>;
  /** Parts of messages that must be there, by level. */
  says: [Finding["level"], RegExp][];
  /** Nothing of it may be said. */
  never?: RegExp;
}

const context = (output: Record<string, Value>): FakeOptions => ({
  rows,
  output: (operation) => operation === "get_context" ? output : {},
});

const SCENARIOS: Record<string, Scenario> = {
  "all is well": {
    options: { rows },
    says: [
      ["ok", /Logged in to ebs\.example\.test as PROCORE_INT with responsibility PO_SUPER/],
      ["ok", /Database EBSTEST \(77\)/],
      ["ok", new RegExp(`version ${PACKAGE_VERSION.replaceAll(".", "\\.")}`)],
      ["ok", /clocks differ by 0 s/],
      ["ok", new RegExp(`open to this user: ${Object.keys(OPERATIONS).join(", ")}`)],
      ["ok", /Operating unit 204 is open: Denver, ledger US Primary/],
    ],
  },
  "the password is wrong": {
    options: { password: "another" },
    says: [["fail", /refuses user or password/]],
    never: /sesame|Database/,
  },
  "the package is not there": {
    options: { instead: ({ route }) => route === "get_context" ? json(fault("ISG_INVALID_ALIAS"), 404) : undefined },
    says: [["fail", /No service is deployed under the alias/]],
    never: /Logged in/,
  },
  "an operation is not in the service description": {
    options: { rows: { get_operating_units: rows.get_operating_units, get_suppliers: {}, get_projects: {} } },
    says: [["fail", /Operation get_code_combinations is not published/], ["ok", /get_suppliers, get_projects/]],
  },
  "an operation is published and not granted": {
    options: {
      rows,
      instead: ({ route }) => route === "get_projects" ? json(fault("ISG_SERVICE_AUTH_FAILURE"), 403) : undefined,
    },
    says: [["fail", /get_projects: .*may not call gusset\/get_projects/]],
  },
  "there is no service description": {
    options: { rows, instead: ({ route }) => route === "WADL" ? new Response("", { status: 404 }) : undefined },
    says: [["ok", /get_context, get_operating_units/]],
    never: /not published/,
  },
  "an operating unit is closed": {
    options: { rows },
    more: { operating_units: [{ org_id: 204 }, { org_id: 458, name: "Boise" }] },
    says: [["ok", /204 is open/], ["fail", /Operating unit Boise \(458\) is not open/]],
  },
  "the package is of another age": {
    options: context({ X_PACKAGE_VERSION: "2.1.0" }),
    says: [["fail", /version 2\.1\.0/]],
  },
  "the package is of an earlier release": {
    options: context({ X_PACKAGE_VERSION: "1.0.0" }),
    says: [["warn", /version 1\.0\.0; this release of Gusset can use 1\.3\.0/]],
    never: /"fail".*version 1/,
  },
  "the clocks differ": {
    options: context({ X_UTC: "2024-03-01T12:05:00Z" }),
    says: [["warn", /300 s ahead of this machine/]],
  },
};

for (const [name, { options, more, says, never }] of Object.entries(SCENARIOS)) {
  Deno.test(`a ping says it where ${name}, and changes nothing`, async () => {
    const fake = fakeGateway(options);
    const findings = await Array.fromAsync(openFake(fake, more).ping());
    for (const [level, pattern] of says) {
      assert.ok(
        findings.some((finding) => finding.level === level && pattern.test(finding.message)),
        `${level} ${pattern} in ${JSON.stringify(findings, null, 1)}`,
      );
    }
    const text = JSON.stringify(findings);
    if (never) assert.doesNotMatch(text, never);
    assert.doesNotMatch(text, /sesame|token-/);
    for (const { level, action } of findings) assert.equal(level === "ok", action === undefined);
    for (const { route } of fake.seen) {
      const operation = OPERATIONS[route as keyof typeof OPERATIONS];
      assert.ok(route === "login" || route === "WADL" || operation?.effect === "read", route);
    }
  });
}

Deno.test("the identity is what tells a database from its clone, and never the user or the unit", async () => {
  const session = openFake(fakeGateway(context({ X_SYSTEM: "EBSTEST_ebs" })));
  assert.deepEqual(await session.identity(), {
    facts: { database: "EBSTEST", database_id: "77", system: "EBSTEST_ebs" },
    name: "EBSTEST on ebs.example.test as PROCORE_INT",
  });
  const silent = openFake(fakeGateway(context({ X_DATABASE_ID: null })));
  await assert.rejects(silent.identity(), { code: "wire.garbled" });
});
