import assert from "node:assert/strict";
import { basename } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { parse } from "yaml";
import { diagnosticsJson } from "../engine/pipeline/render.ts";
import { loadProject } from "../engine/pipeline/load.ts";
import { readSource } from "../engine/pipeline/yaml/source.ts";
import { coverage } from "../engine/rehearse/coverage.ts";
import { loadSuites } from "../engine/rehearse/load.ts";
import { rehearse } from "../engine/rehearse/rehearse.ts";
import { renderSuite } from "../engine/rehearse/render.ts";
import { door } from "../main.ts";

const { registry, pipelines: dir } = door;
const { project } = await loadProject({ dir, registry });
assert(project, "the shipped pipelines pass the check");
const { suites, subjects, diagnostics } = await loadSuites({ dir, registry, project });

Deno.test("the shipped test files are sound, one for each pipeline", () => {
  assert.deepEqual(diagnosticsJson(diagnostics), []);
  assert.deepEqual(
    [...new Set(suites.map(({ subject }) => subject.pipeline.name))].sort(),
    [...subjects.keys()].sort(),
  );
});

for (const subject of subjects.values()) {
  const { name, file } = subject.pipeline;
  Deno.test(`every case of ${name} is as expected, and every branch of it is exercised`, async () => {
    const { source } = readSource(file, await Deno.readTextFile(file));
    const gathered = coverage(subject, source!);
    for (const suite of suites.filter((one) => one.subject === subject)) {
      const result = rehearse(suite, { listener: gathered.listener });
      assert.equal(renderSuite(result, (_, text) => text), "");
    }
    assert.deepEqual(gathered.uncovered().map(({ place, message }) => `${place.line}: ${message}`), []);
  });
}

Deno.test("editors accept the shipped test files and see what is wrong with others", async () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (formats as unknown as (ajv: Ajv2020) => void)(ajv);
  const schema = await Deno.readTextFile(new URL("../schemas/pipeline-test.schema.json", import.meta.url));
  const accepts = ajv.compile(JSON.parse(schema));
  for (const { file: { file, text } } of suites) {
    assert(text.startsWith("# yaml-language-server: $schema=../schemas/pipeline-test.schema.json\n"), basename(file));
    assert(accepts(parse(text)), `${basename(file)}: ${ajv.errorsText(accepts.errors)}`);
    const wrong: [from: string, to: string][] = [
      ["cases:", "case:"],
      ["    expect:", "    expects:"],
      ["  - name:", "  - named:"],
      ["usual:", "usually:"],
      ["skipped: outside `where`", "skipped: false"],
    ];
    for (const [from, to] of wrong) {
      assert(text.includes(from), `${basename(file)} has ${from}`);
      assert(!accepts(parse(text.replace(from, to))), `${basename(file)}: ${to}`);
    }
  }
});
