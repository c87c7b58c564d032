import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import type { Diagnostic } from "./model.ts";
import { diagnosticsJson, renderDiagnostics } from "./render.ts";
import { load, sound } from "./testing.ts";

const several = () =>
  load({
    "orders.yaml": sound["orders.yaml"].replace("rec.OPEN_FLAG", "rec.OPEN_FLG").replace(
      "total: TOTAL",
      "total: NUMBER",
    )
      .replace("America/Denver", "America/Dever"),
    "sellers.yaml": sound["vendors.yaml"].replace("stream: vendors\n  adopt", "stream: vendors # 供应商\n  adapt")
      .replace("name: vendors", "name: traders"),
    "connections.yaml": sound["connections.yaml"].replace("{ secret: erp-password }", "hunter2"),
  });

Deno.test("diagnostics show place, sentence, code frame and help", async (t) => {
  const { diagnostics, sources } = await several();
  await t.assertSnapshot(renderDiagnostics(diagnostics, sources, { color: false }));
});

Deno.test("colours change nothing but the colours", async () => {
  const { diagnostics, sources } = await several();
  const plain = renderDiagnostics(diagnostics, sources, { color: false });
  const coloured = renderDiagnostics(diagnostics, sources, { color: true });
  assert.notEqual(coloured, plain);
  assert.equal(stripVTControlCharacters(coloured), plain);
  assert(!plain.includes("\u001b"));
});

Deno.test("as JSON a diagnostic is one flat object", async () => {
  const { diagnostics } = await load({ "vendors.yaml": sound["vendors.yaml"].replace("from: NAME", "from: NAEM") });
  assert.deepEqual(diagnosticsJson(diagnostics), [{
    file: "pipelines/vendors.yaml",
    line: 12,
    column: 17,
    length: 4,
    severity: "error",
    code: "unknown-field",
    message: "The record has no field NAEM",
    help: "did you mean NAME?",
  }]);
});

Deno.test("long lines are cut around the place, tabs and wide characters keep the underline in its place", () => {
  const at = (line: string, marked: string): string => {
    const column = line.indexOf(marked) + 1;
    const one: Diagnostic = {
      place: { file: "a.yaml", line: 1, column },
      code: "x",
      message: "m",
      severity: "warning",
      length: marked.length,
    };
    const text = renderDiagnostics([one], new Map([["a.yaml", line]]), { color: false });
    const [shown, caret] = text.split("\n").slice(3, 5);
    return `${shown}\n${caret}`;
  };
  assert.equal(at("a:\tbad", "bad"), "1 | a:    bad\n  |       ^^^");
  assert.equal(at("供应商: bad", "bad"), "1 | 供应商: bad\n  |         ^^^");
  assert.equal(
    at("a\0\x1b[31m\u202e: bad", "bad"),
    "1 | a␀␛[31m\ufffd: bad\n  |           ^^^",
    "no control character is shown as it is",
  );
  const long = at(`${"x".repeat(300)} bad ${"y".repeat(300)}`, "bad").split("\n");
  assert(long[0].length < 120 && long[0].startsWith("1 | …") && long[0].endsWith("…"));
  assert.equal(long[0].slice(long[1].indexOf("^"), long[1].lastIndexOf("^") + 1), "bad");
});

Deno.test("a place whose file is not there is told without a frame, and nothing is nothing", () => {
  const one: Diagnostic = {
    place: { file: "gone.yaml", line: 1, column: 1 },
    code: "unreadable",
    message: "gone.yaml is not there",
    severity: "error",
    length: 1,
  };
  assert.equal(
    renderDiagnostics([one], new Map(), { color: false }),
    "gone.yaml:1:1\nerror[unreadable]: gone.yaml is not there\n\n1 error in 1 file\n",
  );
  assert.equal(renderDiagnostics([], new Map(), { color: false }), "");
});
