import assert from "node:assert/strict";
import { settingsSchema } from "./settings.ts";

const least = { company_id: 562949953442334, client_id: "id", client_secret: "s" };

Deno.test("the least that must be said leads to production", () => {
  const settings = settingsSchema.parse(least);
  assert.equal(settings.company_id, "562949953442334");
  assert.equal(settings.api_url, "https://api.procore.com");
  assert.equal(settings.login_url, "https://login.procore.com");
  assert.equal(settings.foreign_origin, "refuse");
  assert.equal(settings.bulk, 1000);
  assert.equal(settingsSchema.parse({ ...least, api_url: "http://127.0.0.1:8102/" }).api_url, "http://127.0.0.1:8102");
});

const wrong: object[] = [
  { company_id: "acme" },
  { company_id: undefined },
  { company_id: 1.5 },
  { client_secret: "" },
  { api_url: "api.procore.com" },
  { api_url: "https://api.procore.com/rest/v1.0" },
  { api_url: "ftp://api.procore.com" },
  { bulk: 1001 },
  { page_size: 0 },
  { foreign_origin: "maybe" },
  { colour: "blue" },
];

Deno.test("a wrong setting is refused", () => {
  for (const more of wrong) {
    assert.equal(settingsSchema.safeParse({ ...least, ...more }).success, false, JSON.stringify(more));
  }
});
