import assert from "node:assert/strict";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import fc from "fast-check";
import type { Row } from "../../../engine/connector.ts";
import type { Columns } from "../operations.ts";
import { render } from "./render.ts";
import { setupSchema } from "./setup.ts";

const COLUMNS: Columns = { NAME: "VARCHAR2", ID: "NUMBER", ROWS: { items: { TEXT: "VARCHAR2" } } };
const NAMESPACE = "http://xmlns.oracle.com/apps/fnd/rest/gusset/x/";

// XML 1.0 cannot hold control characters, and its parsers make one line end of every kind.
// deno-lint-ignore no-control-regex -- as said
const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((one) => !/[\u0000-\u001f]/.test(one));

Deno.test("any text comes out of JSON and of XML as it went in", () => {
  const parser = new XMLParser({ parseTagValue: false, trimValues: false, isArray: (name) => name === "ROWS_ITEM" });
  fc.assert(fc.property(text, fc.array(text, { minLength: 1 }), (name, texts) => {
    const row: Row = { NAME: name, ID: "12", ROWS: texts.map((one): Row => ({ TEXT: one })) };
    const setup = setupSchema.parse({ collapse: false, nulls: "omit", numbers: "text" });
    const json = JSON.parse(render(row, COLUMNS, { format: "json", setup, namespace: NAMESPACE })).OutputParameters;
    assert.deepEqual(json, { NAME: name, ID: "12", ROWS: { ROWS_ITEM: row.ROWS } });
    const xml = render(row, COLUMNS, { format: "xml", setup, namespace: NAMESPACE });
    assert.equal(XMLValidator.validate(xml), true);
    const parsed = parser.parse(xml).OutputParameters;
    assert.equal(parsed.NAME, name);
    assert.deepEqual(parsed.ROWS.ROWS_ITEM.map((item: Row) => item.TEXT), texts);
  }));
});

Deno.test("a number keeps its digits, and text that only looks like one stays text", () => {
  const setup = setupSchema.parse({ numbers: "number" });
  const table: [string, string][] = [
    ["123456789012345678901234.50", "123456789012345678901234.50"],
    ["-7", "-7"],
    ["0", "0"],
    ["007", '"007"'],
    ["1e5", '"1e5"'],
    [".5", '".5"'],
  ];
  for (const [value, expected] of table) {
    const body = render({ ID: value }, { ID: "NUMBER" }, { format: "json", setup, namespace: NAMESPACE });
    assert.equal(body, `{"OutputParameters":{"ID":${expected}}}`);
  }
});

Deno.test("characters that XML cannot hold do not break the document", () => {
  const setup = setupSchema.parse({});
  const xml = render({ NAME: "a\u0000b\u0007\uffff\r\n\tc" }, { NAME: "VARCHAR2" }, {
    format: "xml",
    setup,
    namespace: NAMESPACE,
  });
  assert.ok(xml.includes("<NAME>a?b??&#13;\n\tc</NAME>"), xml);
});
