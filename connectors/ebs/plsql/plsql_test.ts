import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Columns, type Operation, OPERATIONS, PACKAGE_VERSION } from "../operations.ts";
import { bodyOf, callsOf, type Declared, parsePlsql, proceduresOf, typesOf } from "./parse.ts";

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");
const SCRIPTS = ["xxgusset_types.sql", "xxgusset_table.sql", "xxgusset_grants.sql", "xxgusset_uninstall.sql"];

const types = parsePlsql(read("xxgusset_types.sql"));
const spec = parsePlsql(read("xxgusset_pkg.pks"));
const body = parsePlsql(read("xxgusset_pkg.pkb"));
const declared = typesOf(types);

Deno.test("every script is PL/SQL by Oracle's grammar", () => {
  assert.deepEqual({ spec: spec.errors, body: body.errors }, { spec: [], body: [] });
  for (const name of SCRIPTS) assert.deepEqual(parsePlsql(read(name)).errors, [], name);
});

Deno.test("the grammar finds what is wrong", () => {
  const text = read("xxgusset_pkg.pks");
  for (
    const [right, wrong] of [["IN  NUMBER", "IN  NUMBER NUMBER"], [");\n\n/*#", "\n\n/*#"], ["AUTHID", "AUTHORID"]]
  ) {
    const broken = text.replace(right, wrong);
    assert.notEqual(broken, text);
    assert.notDeepEqual(parsePlsql(broken).errors, [], wrong);
  }
});

/** Records that callers fill. */
const GIVEN: ReadonlySet<string> = new Set(["XXGUSSET_JOURNAL_REC", "XXGUSSET_JOURNAL_LINE_REC"]);

/** Columns as the types declare them, through collections: the shape that operations.ts writes down. */
function columnsOf(attributes: Declared[]): Columns {
  return Object.fromEntries(attributes.map(({ name, type }) => [name, parameterOf(type)]));
}

function parameterOf(type: string): Columns[string] {
  const [collection] = declared[type] ?? [];
  if (collection === undefined) return type as "NUMBER" | "VARCHAR2";
  assert.equal(collection.name, "", `${type} is a collection`);
  const element = declared[collection.type];
  return { items: element ? columnsOf(element) : collection.type as "NUMBER" };
}

Deno.test("the package publishes the operations of operations.ts, each with the same parameters, columns and types", () => {
  const procedures = proceduresOf(spec);
  assert.deepEqual(Object.keys(procedures).sort(), Object.keys(OPERATIONS).map((name) => name.toUpperCase()).sort());
  for (const [name, { inputs, outputs }] of Object.entries(OPERATIONS)) {
    const parameters = procedures[name.toUpperCase()];
    const of = (mode: string) => columnsOf(parameters.filter((parameter) => parameter.mode === mode));
    assert.deepEqual(of("IN"), inputs, name);
    assert.deepEqual(of("OUT"), outputs, name);
  }
});

Deno.test("the body implements each procedure with the specification's own parameters, in its order", () => {
  const [published, implemented] = [proceduresOf(spec), proceduresOf(body)];
  for (const [name, parameters] of Object.entries(published)) assert.deepEqual(implemented[name], parameters, name);
});

Deno.test("every column of a record is filled, and filled from the column of its name", () => {
  // Columns that are not a table's own, and what they are computed from.
  const computed: Record<string, RegExp> = {
    ACTIVE_FLAG:
      /^(ACTIVE_FLAG\(\w+\.ENABLED_FLAG,\w+\.START_DATE_ACTIVE,\w+\.END_DATE_ACTIVE,L_NOW\)|SITE_ACTIVE_FLAG\(S\.INACTIVE_DATE,P_NOW\))$/,
    SITES: /^L_SITES$/,
    PROJECTS: /^L_PROJECTS$/,
    LINES: /^L_LINES$/,
    DISTRIBUTIONS: /^DISTRIBUTIONS_OF\(L\.PO_LINE_ID\)$/,
    TOTAL_AMOUNT: /^TEXT_OF\(TOTAL_OF\(O\.PO_HEADER_ID,O\.CURRENCY_UNIT\)\)$/,
    INVOICES: /^L_INVOICES$/,
    INTERFACE_LINES: /^L_LINES$/,
    SENT_LINES: /^L_SENT$/,
    CHANGED_FLAG: /^CHANGED_FLAG\(P\.POSTING_KEY,L_JOURNAL\.JE_HEADER_ID\)$/,
    POSTING_KEY: /^L_KEYS\(I\)$/,
    RESULT: /^(L_RESULT|TAKE_BACK\(L_KEYS\(I\),L_LEDGER\))$/,
    // Known only when all journals of the call are in; selected for each before the answer.
    GROUP_ID: /^NULL$/,
    REQUEST_ID: /^NULL$/,
  };
  const filled = new Set<string>();
  assert.ok(Object.keys(declared).length > 10);
  for (const call of callsOf(body.tree, "_REC")) {
    filled.add(call.name);
    assert.deepEqual(Object.keys(call.arguments), declared[call.name].map(({ name }) => name), call.name);
    for (const [column, from] of Object.entries(call.arguments)) {
      const segment = /^(SEGMENT\d+)_DESCRIPTION$/.exec(column)?.[1];
      const own = new RegExp(`^(\\w+(\\([IJ]\\))?\\.${column}|(ISO|TEXT_OF)\\(\\w+\\.${column}\\))$`);
      if (segment) assert.equal(from, `DESCRIPTION_OF(A.CHART_OF_ACCOUNTS_ID,'${segment}',A.${segment})`);
      else assert.ok(own.test(from) || computed[column]?.test(from), `${call.name}.${column} => ${from}`);
    }
  }
  const records = Object.keys(declared).filter((name) => name.endsWith("_REC") && !GIVEN.has(name));
  assert.deepEqual([...filled].sort(), records.sort());
});

Deno.test("every read of an operating unit checks the access to it before it selects anything", () => {
  for (const [name, { outputs }] of Object.entries(OPERATIONS) as [string, Operation][]) {
    if (!("X_ROWS" in outputs)) continue;
    const text = bodyOf(body, name.toUpperCase()).text;
    const [enter, select] = [text.indexOf("ENTER(P_ORG_ID)"), text.indexOf("SELECT")];
    assert.ok(enter > 0 && (select < 0 || enter < select), name);
  }
  const enter = bodyOf(body, "ENTER").text;
  assert.match(enter, /ORG_ACCESS\(P_ORG_ID\)<>'Y'/);
  assert.match(
    bodyOf(body, "ORG_ACCESS").text,
    /MO_GLOBAL\.INIT\('PO'\).*MO_GLOBAL\.CHECK_ACCESS\(P_ORG_ID\)/,
  );
});

Deno.test("no tax number is selected anywhere, and only journals are written, by the operations that say so", () => {
  const text = body.tree.text;
  for (const word of ["NUM_1099", "INDIVIDUAL_1099", "VAT_REGISTRATION", "TAX_REPORTING"]) {
    assert.ok(!text.includes(word), word);
  }
  const source = read("xxgusset_pkg.pkb");
  const written = [...source.matchAll(/^\s*(INSERT INTO|UPDATE|DELETE FROM|MERGE INTO)\s+(\w+)/gim)];
  assert.deepEqual([...new Set(written.map(([, , table]) => table))].sort(), [
    "gl_interface",
    "xxgusset_posting_lines",
    "xxgusset_postings",
  ]);
  assert.doesNotMatch(source, /EXECUTE IMMEDIATE|PRAGMA AUTONOMOUS/i);
  for (const [name, { effect }] of Object.entries(OPERATIONS)) {
    const commits = bodyOf(body, name.toUpperCase()).text.split(/(?<![A-Z_])COMMIT(?![A-Z_])/).length - 1;
    assert.equal(commits, effect === "write" ? 1 : 0, name);
  }
});

Deno.test("a journal's key, its interface lines and its import are one transaction, and the key decides", () => {
  const submit = bodyOf(body, "SUBMIT_JOURNALS").text;
  const steps = [
    "SAVEPOINT",
    "REMEMBER(",
    "INSERT_LINES(",
    "FND_REQUEST.SUBMIT_REQUEST(",
    "COMMIT",
    "ROLLBACKTOSAVEPOINT",
  ];
  const places = steps.map((step) => submit.indexOf(step));
  assert.deepEqual(places, [...places].sort((a, b) => a - b), submit);
  assert.ok(places.every((place) => place >= 0), `${places}`);
  assert.match(bodyOf(body, "REMEMBER").text, /INSERTINTOXXGUSSET_POSTINGS.*DUP_VAL_ON_INDEX.*FORUPDATE/);
  assert.match(read("xxgusset_table.sql"), /PRIMARY KEY \(posting_key\)/);
  // Suspense, summary and flexfields are off, the group is Oracle's own.
  assert.match(submit, /GL_INTERFACE_CONTROL_S\.NEXTVAL/);
  const [request] = callsOf(bodyOf(body, "SUBMIT_JOURNALS"), "SUBMIT_REQUEST");
  const { APPLICATION, PROGRAM, ARGUMENT2, ARGUMENT5, ARGUMENT6, ARGUMENT7 } = request.arguments;
  assert.deepEqual(
    [APPLICATION, PROGRAM, ARGUMENT2, ARGUMENT5, ARGUMENT6, ARGUMENT7],
    ["'SQLGL'", "'GLLEZLSRS'", "L_SOURCE", "'N'", "'N'", "'N'"],
  );
});

Deno.test("each operation is annotated for the Integration Repository, with each of its parameters", () => {
  const text = read("xxgusset_pkg.pks");
  for (const [name, { inputs, outputs }] of Object.entries(OPERATIONS)) {
    const comment = new RegExp(`/\\*#((?:(?!/\\*#)[^])*?)\\*/\\s+PROCEDURE ${name} `).exec(text)?.[1];
    assert.ok(comment, name);
    assert.match(comment, /@rep:scope public/);
    assert.match(comment, /@rep:displayname \S/);
    const documented = [...comment.matchAll(/@param (\w+) \S/g)].map(([, parameter]) => parameter.toUpperCase());
    assert.deepEqual(documented.sort(), [...Object.keys(inputs), ...Object.keys(outputs)].sort(), name);
  }
});

Deno.test("the package says the version that the connector is written for", () => {
  assert.ok(read("xxgusset_pkg.pks").includes(`c_version CONSTANT VARCHAR2(10) := '${PACKAGE_VERSION}'`));
});

Deno.test("what is installed is uninstalled, but for the tables", () => {
  const text = read("xxgusset_uninstall.sql");
  const dropped = [...text.matchAll(/^DROP TYPE (\w+) FORCE;/gm)].map(([, name]) => name.toUpperCase());
  assert.deepEqual(dropped.sort(), Object.keys(declared).sort());
  assert.ok(text.includes("DROP PACKAGE xxgusset_pkg;") && !/DROP TABLE/i.test(text));
});
