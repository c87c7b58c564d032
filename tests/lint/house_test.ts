import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { forbidden, forbiddenPackage } from "./arrows.ts";
import plugin from "./house.ts";

const root = join(import.meta.dirname!, "../..");

const arrows: [from: string, to: string, allowed: boolean][] = [
  ["engine/cli/run.ts", "engine/server/app.ts", true],
  ["engine/cli/run.ts", "engine/state/open.ts", true],
  ["engine/server/app.ts", "engine/cli/run.ts", false],
  ["engine/trigger/tick.ts", "engine/run/run.ts", true],
  ["engine/run/run.ts", "engine/trigger/tick.ts", false],
  ["engine/run/run.ts", "engine/post/outbox.ts", false],
  ["engine/run/run.ts", "engine/mapping/compile.ts", true],
  ["engine/mapping/compile.ts", "engine/pipeline/cel.ts", true],
  ["engine/pipeline/load.ts", "engine/mapping/compile.ts", false],
  ["engine/state/open.ts", "engine/wire/live.ts", false],
  ["engine/state/open.ts", "engine/failure.ts", true],
  ["engine/failure.ts", "engine/state/open.ts", false],
  ["engine/clock.ts", "engine/failure.ts", true],
  ["engine/run/run.ts", "connectors/ebs/connector.ts", false],
  ["engine/run/run.ts", "schemas/ebs/suppliers.ts", false],
  ["engine/pipeline/load.ts", "schemas/pipeline/pipeline.ts", true],
  ["connectors/ebs/session.ts", "engine/connector.ts", true],
  ["connectors/ebs/session.ts", "engine/wire/stack.ts", true],
  ["connectors/ebs/session.ts", "engine/state/open.ts", false],
  ["connectors/ebs/session.ts", "connectors/procore/rest.ts", false],
  ["connectors/ebs/session.ts", "schemas/procore/vendors.ts", false],
  ["connectors/ebs/session.ts", "schemas/ebs/suppliers.ts", true],
  ["schemas/ebs/suppliers.ts", "engine/fields.ts", true],
  ["schemas/ebs/suppliers.ts", "engine/state/open.ts", false],
  ["engine/cli/main.ts", "main.ts", false],
  ["main.ts", "connectors/ebs/connector.ts", true],
  ["engine/unheard/of.ts", "engine/state/open.ts", false],
  ["engine/cli/run.ts", "engine/unheard/of.ts", false],
];

Deno.test("the arrows allow what the design draws and nothing else", () => {
  for (const [from, to, allowed] of arrows) {
    assert.equal(forbidden(from, to) === undefined, allowed, `${from} → ${to}: ${forbidden(from, to)}`);
  }
});

Deno.test("a package comes by its bare name, and big.js through its one door", () => {
  assert.equal(forbiddenPackage("engine/cli/run.ts", "zod"), undefined);
  assert.equal(forbiddenPackage("engine/decimal.ts", "big.js"), undefined);
  assert.match(forbiddenPackage("engine/mapping/compile.ts", "big.js")!, /engine\/decimal\.ts/);
  assert.match(forbiddenPackage("engine/run/run.ts", "npm:zod@4")!, /bare name/);
});

const lint = (file: string, source: string): string[] =>
  Deno.lint.runPlugin(plugin, join(root, file), source).map(({ id }) => id);

Deno.test("the lint plugin reports what reaches outside, and lets the seams and tests be", () => {
  const reaching = [
    "fetch('http://a.test')",
    "globalThis.fetch('http://a.test')",
    "Date.now()",
    "new Date()",
    "Date()",
    "Math.random()",
    "setTimeout(() => {}, 1)",
    "setInterval(() => {}, 1)",
    "crypto.randomUUID()",
    "crypto.getRandomValues(new Uint8Array(1))",
    "performance.now()",
  ];
  for (const source of reaching) {
    assert.deepEqual(lint("engine/run/x.ts", source), ["house/seams"], source);
    assert.deepEqual(lint("connectors/ebs/x.ts", source), ["house/seams"], source);
    assert.deepEqual(lint("engine/wire/live.ts", source), [], source);
    assert.deepEqual(lint("engine/run/x_test.ts", source), [], source);
  }
  for (const source of ["app.fetch(request)", "new Date(0)", "clock.now()", "wire(request)", "Date.parse('x')"]) {
    assert.deepEqual(lint("engine/run/x.ts", source), [], source);
  }
});

Deno.test("the lint plugin reports an arrow that points the wrong way, in every form of import", () => {
  for (
    const source of [
      "import { a } from '../cli/a.ts'; a;",
      "import type { A } from '../cli/a.ts'; export type B = A;",
      "export * from '../cli/a.ts';",
      "export { a } from '../cli/a.ts';",
      "await import('../cli/a.ts');",
      "import zod from 'npm:zod'; zod;",
    ]
  ) assert.deepEqual(lint("engine/run/x.ts", source), ["house/arrows"], source);
  assert.deepEqual(lint("engine/run/x.ts", "import { a } from '../state/a.ts'; a;"), []);
});

function* sources(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    if (entry.isDirectory) yield* sources(path);
    else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

Deno.test("no import in the whole tree points the wrong way", () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const path of sources(root)) {
    const from = relative(root, path).replaceAll("\\", "/");
    if (from.startsWith("tests/")) continue;
    for (
      const [, specifier] of Deno.readTextFileSync(path).matchAll(
        /^(?:import|(?:import|export)\b[^;'"]*\bfrom)\s*['"]([^'"]+)['"]/gm,
      )
    ) {
      seen++;
      const why = specifier.startsWith(".")
        ? forbidden(from, relative(root, join(dirname(path), specifier)).replaceAll("\\", "/"))
        : forbiddenPackage(from, specifier);
      if (why) wrong.push(`${from} → ${specifier}: ${why}`);
    }
  }
  assert.ok(seen > 10, "the walk found no imports");
  assert.deepEqual(wrong, []);
});
