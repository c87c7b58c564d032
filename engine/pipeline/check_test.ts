import assert from "node:assert/strict";
import fc from "fast-check";
import type { Diagnostic } from "./model.ts";
import { bills } from "./testing_bills.ts";
import { mistakes, sorts } from "./testing_table.ts";
import { load, registry, sound } from "./testing.ts";

Deno.test("a sound project has no diagnostics and comes in dependency order", async () => {
  const { project, diagnostics } = await load();
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(project!.pipelines.map((one) => one.name), ["projects", "vendors", "orders"]);
  assert.deepEqual(project!.pipelines[2].needs, ["projects", "vendors"]);
  assert.deepEqual(project!.connections.erp.settings, {
    host: "erp.example.com",
    password: { secret: "erp-password" },
  });
  assert.deepEqual(project!.connections.erp.place, { file: "pipelines/connections.yaml", line: 1, column: 1 });
});

Deno.test("each mistake gives one diagnostic, at its place, with what to write instead", async (t) => {
  for (const [what, file, from, to, code, marked, help] of mistakes) {
    await t.step(what, async () => {
      assert(sound[file].includes(from), `the sound file holds ${from}`);
      const text = sound[file].replace(from, () => to);
      const { project, diagnostics } = await load({ [file]: text });
      assert.equal(diagnostics.length, 1, JSON.stringify(diagnostics, null, 1));
      const [found] = diagnostics;
      assert.equal(found.code, code, found.message);
      assert.equal(found.place.file, `pipelines/${file}`);
      const line = text.split("\n")[found.place.line - 1];
      assert.equal(
        line.slice(found.place.column - 1).startsWith(marked),
        true,
        `points at ${line.slice(found.place.column - 1)}`,
      );
      if (help) assert.match(found.help ?? "", help);
      assert.match(found.message, /^\S.*[^.]$/);
      assert.equal(project === undefined, found.severity === "error");
    });
  }
});

Deno.test("what is right is accepted, in all its forms", async (t) => {
  for (const [what, file, from, to] of sorts) {
    await t.step(what, async () => {
      assert(sound[file].includes(from), `the sound file holds ${from}`);
      let text = sound[file].replace(from, () => to);
      if (what === "the inbox") text = text.slice(0, text.indexOf("#"));
      const { project, diagnostics } = await load({
        [file]: text,
        ...(what === "the inbox" && { "orders.yaml": undefined }),
      });
      assert.deepEqual(diagnostics, []);
      assert(project);
    });
  }
});

Deno.test("several mistakes are all told, in order, and none twice", async () => {
  const text = sound["orders.yaml"].replace("rec.OPEN_FLAG", "rec.OPEN_FLG").replace("total: TOTAL", "total: TOTLA")
    .replace("America/Denver", "Amerika").replace("link: vendors", "lnk: vendors");
  const { diagnostics } = await load({ "orders.yaml": text });
  assert.deepEqual(diagnostics.map((one) => one.code), [
    "unknown-field",
    "unknown-key",
    "unknown-field",
    "bad-timezone",
  ]);
  const lines = diagnostics.map((one) => one.place.line);
  assert.deepEqual(lines, lines.toSorted((a, b) => a - b));
});

Deno.test("two pipelines must not own the same field", async () => {
  const { diagnostics } = await load({
    "vendors2.yaml": sound["vendors.yaml"].replace("name: vendors", "name: vendors2"),
  });
  assert.deepEqual(diagnostics.map((one) => [one.code, one.place.file]), [["shared-field", "pipelines/vendors2.yaml"]]);
  assert.match(diagnostics[0].message, /vendors writes origin_id, name, kind of site's vendors too/);
});

Deno.test("two pipelines of two systems may, where their keys begin with their own tags", async () => {
  const two = sound["connections.yaml"].replace(
    /^erp:\n(( .*)?\n)+/m,
    (erp) => `${erp}\n${erp.replace("erp:", "west:").replace("tag: ERP", "tag: WEST")}`,
  );
  const vendors = sound["vendors.yaml"].replace("name: vendors", "name: vendors2").replace(
    "connection: erp",
    "connection: west",
  );
  const untagged = (text: string): string => text.replace("{connection.tag}-{VENDOR_ID}", "V-{VENDOR_ID}");
  const codes = async (own: string, others: string): Promise<string[]> => {
    const { diagnostics } = await load({ "connections.yaml": two, "vendors.yaml": own, "vendors2.yaml": others });
    return diagnostics.map((one) => one.code);
  };
  assert.deepEqual(await codes(sound["vendors.yaml"], vendors), []);
  assert.deepEqual(await codes(untagged(sound["vendors.yaml"]), vendors), ["shared-field"]);
  const same = vendors.replace("connection: west", "connection: erp");
  assert.deepEqual(await codes(sound["vendors.yaml"], same), ["shared-field"]);
});

Deno.test("a name is taken once, and a file is called as its pipeline", async () => {
  const twice = await load({ "zz.yaml": sound["vendors.yaml"] });
  assert.deepEqual(twice.diagnostics.map((one) => [one.code, one.severity]), [["duplicate-name", "error"]]);
  assert.match(twice.diagnostics[0].message, /There is another pipeline vendors, in .*vendors\.yaml$/);
  const other = await load({ "vendors.yaml": undefined, "sellers.yaml": sound["vendors.yaml"] });
  assert.deepEqual(other.diagnostics.map((one) => [one.code, one.severity]), [["other-name", "warning"]]);
  assert(other.project, "a warning does not stop anything");
});

Deno.test("a file that cannot be read is one mistake, and blames no other file", async () => {
  for (const text of ["", "# nothing", "- a", "a", "name: vendors", "[".repeat(9000), "- ".repeat(9000), "\u0000"]) {
    const { diagnostics, project } = await load({ "vendors.yaml": text });
    assert(!project);
    assert.deepEqual(
      [...new Set(diagnostics.map((one) => one.place.file))],
      ["pipelines/vendors.yaml"],
      JSON.stringify(diagnostics),
    );
  }
  const { diagnostics } = await load({ "connections.yaml": undefined });
  assert.deepEqual(diagnostics.map((one) => [one.code, one.place.file]), [[
    "unreadable",
    "pipelines/connections.yaml",
  ]]);
});

Deno.test("tests and further connections files are no pipelines", async () => {
  const { diagnostics } = await load({ "vendors.test.yaml": "x", "connections.prod.yaml": "y", "notes.md": "z" });
  assert.deepEqual(diagnostics, []);
});

Deno.test("the hash says what a pipeline does, not how its file looks", async () => {
  const hash = async (text: string) => (await load({ "vendors.yaml": text })).project!.pipelines[1].hash;
  const before = await hash(sound["vendors.yaml"]);
  assert.equal(
    await hash("# a comment\n" + sound["vendors.yaml"].replace("name: vendors", "name:   vendors\ndescription: x")),
    before,
  );
  assert.notEqual(await hash(sound["vendors.yaml"].replace("value: firm", "value: person")), before);
});

Deno.test("numbers keep their text", async () => {
  const { project } = await load({
    "orders.yaml": sound["orders.yaml"].replace(
      "total: TOTAL",
      "total: { value: 1.50 }\n  count: { value: 12345678901234567890 }",
    ),
  });
  const { map } = project!.pipelines[2];
  assert.deepEqual([map.total, map.count], [{ rule: "value", value: "1.50" }, {
    rule: "value",
    value: "12345678901234567890",
  }]);
});

Deno.test("no text makes the loader throw, and every diagnostic points into its file", async () => {
  const valid = (found: Diagnostic[], text: string) => {
    const lines = text.split("\n");
    for (const { place, length, message } of found) {
      assert(place.line >= 1 && place.line <= lines.length + 1, `${message} at ${place.line}`);
      assert(place.column >= 1 && length >= 1);
    }
  };
  const texts: Record<string, string> = { ...sound, "bills.yaml": bills };
  const words = Object.values(texts).join("\n").split(/(\s+|[:{}[\],"'])/).filter(Boolean);
  const soup = fc.array(fc.constantFrom(...words, "&a", "*a", "|\n", ">-\n", "? ", "- ", "!x", "\t", "<<"), {
    maxLength: 40,
  });
  const text = fc.oneof(fc.string({ unit: "binary" }), soup.map((parts) => parts.join("")));
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom("vendors.yaml", "connections.yaml"), async (text, file) => {
      const { diagnostics } = await load({ [file]: text });
      valid(diagnostics.filter((one) => one.place.file === `pipelines/${file}`), text);
    }),
    { numRuns: 300 },
  );
  const edits = fc.record({
    at: fc.nat(2000),
    cut: fc.nat(6),
    put: fc.constantFrom(...words, "\n", " ", "  ", ":", "{", "'"),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("vendors.yaml", "orders.yaml", "bills.yaml", "connections.yaml"),
      edits,
      async (file, { at, cut, put }) => {
        const from = at % texts[file].length;
        const text = texts[file].slice(0, from) + put + texts[file].slice(from + cut);
        const { diagnostics, project } = await load({ [file]: text });
        assert.equal(project === undefined, diagnostics.some((one) => one.severity === "error"));
        valid(diagnostics.filter((one) => one.place.file === `pipelines/${file}`), text);
      },
    ),
    { numRuns: 400 },
  );
});

Deno.test("no plain secret is in anything that is shown", async () => {
  for (
    const secret of [
      "hunter2-very-secret",
      '"hunter2-very-secret',
      "|\n    hunter2-very-secret\n",
      "[hunter2-very-secret",
      "*hunter2-very-secret",
    ]
  ) {
    const text = sound["connections.yaml"].replace("{ secret: erp-password }", secret);
    const { diagnostics, sources } = await load({ "connections.yaml": text });
    assert(diagnostics.length >= 1);
    assert(!JSON.stringify([diagnostics, [...sources]]).includes("hunter2"), JSON.stringify(diagnostics));
  }
  assert(registry.erp.secrets.includes("password"));
});

Deno.test("what people wrote cannot speak to the terminal", async () => {
  const evil = sound["vendors.yaml"].replace("from: NAME", 'from: "NA\\e[31mME\\n' + "x".repeat(5000) + '"');
  const { diagnostics } = await load({ "vendors.yaml": evil });
  assert.equal(diagnostics.length, 1);
  assert.equal(diagnostics[0].code, "unknown-field");
  // deno-lint-ignore no-control-regex -- it is what must not be there
  assert(!/[\x00-\x1f]/.test(diagnostics[0].message) && diagnostics[0].message.length < 600);
});

Deno.test("fifty pipelines are checked in a fraction of a second", async () => {
  const files: Record<string, string> = {};
  let connections = sound["connections.yaml"];
  for (let i = 0; i < 50; i++) {
    connections += `site${i}:\n  connector: site\n  tag: S${i}\n  url: https://s.example.com\n  key: { env: KEY }\n`;
    files[`v${i}.yaml`] = sound["vendors.yaml"].replace("name: vendors", `name: v${i}`)
      .replace("connection: site", `connection: site${i}`);
  }
  const started = performance.now();
  const { diagnostics } = await load({ ...files, "connections.yaml": connections });
  assert.deepEqual(diagnostics, []);
  assert(performance.now() - started < 2000);
});
