import assert from "node:assert/strict";
import { parse } from "yaml";
import { door } from "../main.ts";
import { verbNames } from "./generator/cli.ts";
import { settingsOf } from "./generator/connections.ts";
import { filled } from "./generator/markdown.ts";
import { shapeOf } from "./generator/shape.ts";
import { pages } from "./write.ts";

Deno.test("the reference pages say what the schemas, the failures and the command line are now", async () => {
  for (const { file, is, ought } of await pages()) {
    assert.equal(is, ought, `${file.pathname} is out of date: deno task docs:write`);
  }
});

Deno.test("every setting is described, and its words are on the page", async () => {
  const page = await Deno.readTextFile(new URL("connections.md", import.meta.url));
  for (const connector of Object.values(door.registry)) {
    for (const { path, description } of settingsOf(connector)) {
      assert.notEqual(description, "", `${connector.name}: ${path} has no description`);
      assert.ok(page.includes(`\`${path}\``), `${connector.name}: ${path}`);
    }
  }
});

Deno.test("every verb has its section, and nearly every verb shows its JSON", async () => {
  const page = await Deno.readTextFile(new URL("cli.md", import.meta.url));
  // What serves, writes files or tells a story has no document to show.
  const silent = new Set(["demo", "sandbox", "schema", "test", "serve", "backup", "restore"]);
  for (const verb of await verbNames(door)) {
    assert.match(page, new RegExp(`^### \`gusset ${verb}\\b`, "m"));
    if (!silent.has(verb)) assert.match(page, new RegExp(`^#### \`gusset ${verb}\\b`, "m"), `${verb} shows no JSON`);
  }
});

Deno.test("links between the pages lead somewhere", async () => {
  for (const { file, is } of await pages()) {
    for (const [, target] of is.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      assert.ok((await Deno.stat(new URL(target, file))).isFile, `${file.pathname}: ${target}`);
    }
  }
});

Deno.test("a region without a generator, and a generator without a region, are mistakes", () => {
  assert.equal(
    filled("a\n<!-- begin x -->\nold\n<!-- end x -->\n", { x: "new" }),
    "a\n<!-- begin x -->\n\nnew\n\n<!-- end x -->\n",
  );
  assert.throws(() => filled("<!-- begin x -->\n<!-- end x -->", {}), /Nothing writes the region x/);
  assert.throws(() => filled("", { x: "" }), /has no region x/);
});

Deno.test("a shape says what may be absent, what is a list, and what is a key that is data", () => {
  assert.equal(shapeOf([{ a: "x", b: 1 }, { a: null }]), "{ a: null | text, b?: number }");
  assert.equal(shapeOf([{ row: { X: "1" } }, { row: { Y: "2" } }]), "{ row: { [field]: value } }");
  assert.equal(shapeOf([{ by: { X: "1" } }, { by: { Y: "2" } }]), "{ by: { [name]: text } }");
  assert.equal(shapeOf([[{ a: true }], []]), "{ a: boolean }[]");
});

Deno.test("the connectors' own pages show connections that the check takes", async () => {
  for (const [name, connector] of Object.entries(door.registry)) {
    const page = await Deno.readTextFile(new URL(`../connectors/${name}/README.md`, import.meta.url));
    const examples = [...page.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, yaml]) => parse(yaml));
    assert.ok(examples.length > 0, name);
    for (const example of examples) {
      for (const { connector: kind, tag, ...settings } of Object.values<Record<string, unknown>>(example)) {
        assert.equal(kind, name);
        assert.match(String(tag), /^[A-Z]+$/);
        for (const [setting, value] of Object.entries(settings)) {
          // A secret is opened before the connector sees it.
          if (typeof value === "object" && value !== null && "secret" in value) settings[setting] = "opened";
        }
        const { success, error } = connector.settings.safeParse(settings);
        assert.ok(success, `${name}: ${error}`);
      }
    }
  }
});
