import assert from "node:assert/strict";
import fc from "fast-check";
import { manualClock } from "../clock.ts";
import { call } from "./mark.ts";
import { record, replay } from "./record.ts";
import { maskedLog, masker } from "./redact.ts";

const SECRET = 'p&ss "w<rd>/ü+1\\';

const FORMS: [string, (secret: string) => string][] = [
  ["as it is", (s) => s],
  ["in a URL", encodeURIComponent],
  ["in a URL with small escapes", (s) => encodeURIComponent(s).replace(/%../g, (hex) => hex.toLowerCase())],
  ["in a form", (s) => new URLSearchParams({ password: s }).toString()],
  ["in JSON", (s) => JSON.stringify({ password: s })],
  ["in XML", (s) => s.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")],
  ["in Basic authorization", (s) => `Basic ${new TextEncoder().encode(`user:${s}`).toBase64()}`],
  [
    "in Base64 for URLs",
    (s) => new TextEncoder().encode(`a${s}bc`).toBase64({ alphabet: "base64url", omitPadding: true }),
  ],
];
for (const [name, form] of FORMS) {
  Deno.test(`A secret is masked ${name}`, () => {
    const masked = masker([SECRET])(`before ${form(SECRET)} after`);
    assert.ok(masked.includes("***"));
    assert.ok(!masked.includes(form(SECRET)) && !masked.includes(SECRET));
    assert.match(masked, /^before /);
    assert.match(masked, / after$/);
  });
}

for (const [name, form] of FORMS) {
  Deno.test(`A secret as long as a file is masked ${name}, and none is too long for a pattern`, () => {
    const long = Array.from({ length: 20_000 }, (_, i) => `é${i.toString(36)}😀/`).join("");
    const masked = masker([long, SECRET])(`before ${form(long)} and ${SECRET} after`);
    assert.match(masked, /^before (.{0,40}?\*\*\*)+.{0,40} and \*\*\* after$/s);
  });
}

Deno.test("No secret survives, in whatever company it stands, and other text stays", () => {
  const secret = fc.string({ minLength: 4, maxLength: 30, unit: "grapheme" }).filter((s) => s.trim().length >= 4);
  fc.assert(fc.property(secret, fc.string(), fc.constantFrom(...FORMS), (s, around, [, form]) => {
    const masked = masker([s])(`${around}${form(s)}${around}`);
    assert.ok(!masked.includes(s) || "***".includes(s), masked);
  }));
  assert.equal(masker(["hunter22"])("nothing to see"), "nothing to see");
  assert.equal(masker([])("x"), "x");
  assert.equal(masker(["", "a"])("an apple, a day"), "an apple, *** day");
  assert.equal(masker(["token-1", "token-12"])("token-12"), "***");
});

Deno.test("Masking takes no more than linear time on a megabyte of Base64", () => {
  const body = "QUJD".repeat(300_000);
  const started = performance.now();
  assert.equal(masker(["hunter22", "ABCABD"])(`${body} x`), `${body} x`);
  assert.ok(performance.now() - started < 2_000);
});

Deno.test("A masked log masks its message, its fields and errors in them", () => {
  const lines: unknown[] = [];
  const log = maskedLog((...line) => lines.push(line), masker(["hunter22"]));
  log("warn", "with hunter22", { url: "?p=hunter22", deep: [{ hunter22: 1 }], error: new Error("no hunter22") });
  const text = Deno.inspect(lines, { depth: 9, strAbbreviateSize: Infinity });
  assert.ok(!text.includes("hunter22") && text.includes("with ***"));
});

Deno.test("What was recorded can be played back, and holds no secret", async () => {
  const mask = masker(["hunter22"]);
  const lines: string[] = [];
  let calls = 0;
  const recorded = record((line) => lines.push(line), { clock: manualClock(0), mask })(() =>
    Promise.resolve(
      new Response(`{"n":${++calls},"echo":"hunter22"}`, {
        status: 201,
        headers: { "set-cookie": "sid=99", "x-a": "1" },
      }),
    )
  );
  const ask = () =>
    call("https://api.example.test/x?key=hunter22", {
      method: "POST",
      body: "hunter22",
      headers: { authorization: "Bearer other" },
    });
  await recorded(ask());
  await recorded(ask());
  assert.ok(lines.every((line) => !/hunter22|Bearer|sid=99/.test(line)));
  const played = replay(lines, { mask });
  const answers = [await played(ask()), await played(ask()), await played(ask())];
  assert.deepEqual(await Promise.all(answers.map((a) => a.text())), [
    '{"n":1,"echo":"***"}',
    '{"n":2,"echo":"***"}',
    '{"n":2,"echo":"***"}',
  ]);
  assert.equal(answers[0].status, 201);
  await assert.rejects(played(call("https://api.example.test/y")), { code: "wire.unreachable" });
});
