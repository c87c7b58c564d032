import assert from "node:assert/strict";
import { contexts, originOf, settings } from "./settings.ts";

const least = { host: "ebs.example.test", user: "U", password: "p", org_id: 204 };

Deno.test("the least that a connection says is completed by documented defaults", () => {
  const { port, tls, alias, auth, format, security_group, language, concurrency, session_requests } = settings.parse(
    least,
  );
  assert.deepEqual(
    { port, tls, alias, auth, format, security_group, language, concurrency, session_requests },
    {
      port: 4443,
      tls: true,
      alias: "gusset",
      auth: "token",
      format: "json",
      security_group: "STANDARD",
      language: "AMERICAN",
      concurrency: 2,
      session_requests: 950,
    },
  );
  assert.equal(originOf(settings.parse(least)), "https://ebs.example.test:4443");
  assert.equal(originOf(settings.parse({ ...least, port: 8000, tls: false })), "http://ebs.example.test:8000");
});

const WRONG: Record<string, Record<string, unknown>> = {
  "a host with a scheme": { host: "https://ebs.example.test" },
  "a host with a path": { host: "ebs.example.test/webservices" },
  "an unknown setting": { responsability: "PO" },
  "an operating unit by name": { org_id: "Denver" },
  "an operating unit twice": { operating_units: [{ org_id: 204 }, { org_id: "204" }] },
  "an alias with a slash": { alias: "a/b" },
  "a user with a colon": { user: "a:b" },
  "a port beyond all ports": { port: 70_000 },
};
for (const [name, change] of Object.entries(WRONG)) {
  Deno.test(`${name} is refused`, () => assert.equal(settings.safeParse({ ...least, ...change }).success, false));
}

Deno.test("an operating unit takes from the connection what it does not say itself", () => {
  const { primary, covered } = contexts(settings.parse({
    ...least,
    responsibility: "PO_SUPER",
    application: "PO",
    operating_units: [{ org_id: 458, name: "Boise", responsibility: "PO_BOISE" }, { org_id: 204 }],
  }));
  assert.deepEqual(covered.map(({ name, responsibility, application }) => [name, responsibility, application]), [
    ["Boise (458)", "PO_BOISE", "PO"],
    ["204", "PO_SUPER", "PO"],
  ]);
  assert.equal(primary, covered[1]);
});
