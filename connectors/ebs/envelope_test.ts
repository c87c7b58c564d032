import assert from "node:assert/strict";
import fc from "fast-check";
import { envelope } from "./envelope.ts";
import { at, itemsOf, parseTree } from "./tree.ts";

const context = {
  orgId: "204",
  name: "Denver (204)",
  responsibility: "PO <& SUPER>",
  application: "PO",
  securityGroup: "STANDARD",
  language: "SIMPLIFIED CHINESE",
};
const options = { context, alias: "gusset", product: "fnd" };

for (const format of ["json", "xml"] as const) {
  Deno.test(`a call in ${format} has the wrapper, the header in its own spelling, and only what was given`, () => {
    const { body, type } = envelope(
      "get_suppliers",
      { P_ORG_ID: "204", P_LAST_ID: undefined, P_IDS: ["1", "2"] },
      { ...options, format },
    );
    assert.equal(type, `application/${format}`);
    const root = at(parseTree(body), "GET_SUPPLIERS_Input");
    assert.deepEqual(Object.keys(at(root, "RESTHeader") as object).filter((name) => !name.startsWith("@")), [
      "Responsibility",
      "RespApplication",
      "SecurityGroup",
      "NLSLanguage",
      "Org_Id",
    ]);
    assert.ok(body.includes('"http://xmlns.oracle.com/apps/fnd/rest/header"'));
    assert.ok(body.includes('"http://xmlns.oracle.com/apps/fnd/rest/gusset/get_suppliers/"'));
    assert.equal(at(root, "RESTHeader", "Responsibility"), "PO <& SUPER>");
    assert.deepEqual(Object.keys(at(root, "InputParameters") as object), ["P_ORG_ID", "P_IDS"]);
    assert.deepEqual(itemsOf(at(root, "InputParameters"), "P_IDS"), ["1", "2"]);
  });
}

Deno.test("no value breaks out of its element", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(..."<>&\"'] a/é") }), (text) => {
    const { body } = envelope("get_projects", { P_UPDATED_SINCE: text }, { ...options, format: "xml" });
    assert.equal(at(parseTree(body), "GET_PROJECTS_Input", "InputParameters", "P_UPDATED_SINCE"), text);
  }));
});
