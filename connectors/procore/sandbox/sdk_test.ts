/** Runs Procore's official JavaScript client against the sandbox on a real port. */
import assert from "node:assert/strict";
import * as module from "@procore/js-sdk";
import { manualClock, seededRandom } from "../../../engine/clock.ts";
import { procoreSandbox } from "./sandbox.ts";
import { COMPANY_ID, START } from "./testing.ts";

/** A CommonJS package whose exports can only be told when it runs. */
const sdk = (module as unknown as { default: typeof module }).default;
const REDIRECT = "https://app.example/callback";

Deno.test("the official client logs in, refreshes, pages, writes and is refused as it expects", async () => {
  const procore_vendors = Array.from({ length: 5 }, (_, i) => ({ name: `V${i}`, origin_id: `EBS-V-${i}` }));
  const clock = manualClock(START);
  const sandbox = procoreSandbox({ clock, random: seededRandom(3), data: { procore_vendors } });
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, sandbox.fetch);
  const host = `http://127.0.0.1:${server.addr.port}`;
  const { client_id: id, client_secret: secret } = sandbox.settings(host) as Record<string, string>;

  // A person allows the app; the client turns the code into tokens.
  const allowed = await fetch(sdk.authorize({ clientId: id, uri: REDIRECT }, host), { redirect: "manual" });
  await allowed.body?.cancel();
  const code = new URL(allowed.headers.get("Location")!).searchParams.get("code")!;
  const account = await sdk.token({ id, secret, code, uri: REDIRECT }, host);
  assert.equal(account.expires_in, 5400);
  assert.equal((await sdk.info(account.access_token, host)).created_at, START / 1000);

  const authorizer = sdk.oauth(account.access_token);
  const refreshed = { times: 0 };
  const refresher = sdk.refresher(authorizer, async () => {
    refreshed.times++;
    return await sdk.refresh({ id, secret, uri: REDIRECT, refresh: account.refresh_token }, host);
  });
  const client = sdk.client(refresher as never, {}, { apiHostname: host, defaultCompanyId: COMPANY_ID });

  const me = await client.get({ base: "/me" });
  assert.equal(me.body.login, "pat.morgan@procore.example");
  const list = (page: number) => client.get({ base: "/vendors", qs: { company_id: COMPANY_ID, per_page: 2, page } });
  const first = await list(1);
  assert.deepEqual(first.body.map(({ name }: { name: string }) => name), ["V0", "V1"]);
  assert.deepEqual([first.response.headers.get("Total"), first.response.headers.get("Per-Page")], ["5", "2"]);
  const next = first.response.headers.get("Link").match(/<([^>]+)>; rel="next"/)[1];
  assert.ok(next.startsWith(host));
  const second = await client.get(next.slice(host.length));
  assert.deepEqual(second.body.map(({ name }: { name: string }) => name), ["V2", "V3"]);
  const filters = { origin_id: ["EBS-V-4", "EBS-V-0"] };
  const found = await client.get({ base: "/vendors", qs: { company_id: COMPANY_ID, filters } });
  assert.deepEqual(found.body.map(({ name }: { name: string }) => name), ["V0", "V4"]);

  const updates = [{ origin_id: "EBS-V-0", city: "Denver" }, { id: 1, name: "Ghost" }];
  const synced = await client.patch({ base: "/vendors/sync" }, { company_id: COMPANY_ID, updates });
  assert.deepEqual([synced.body.entities[0].city, synced.body.errors[0].errors.id[0]], [
    "Denver",
    "Entity with this ID not found",
  ]);

  // An expired token: the client refreshes once and goes on.
  assert.equal(refreshed.times, 0);
  clock.advance(5_400_000);
  assert.equal((await client.get({ base: "/me" })).body.name, "Pat Morgan");
  assert.equal(refreshed.times, 1);

  const plain = sdk.client(authorizer, {}, { apiHostname: host, defaultCompanyId: COMPANY_ID });
  const refused = async (call: Promise<unknown>): Promise<[number, unknown]> => {
    const { response, body } = await call.then(() => assert.fail("was not refused"), (error) => error);
    return [response.status, body];
  };
  const twin = { company_id: COMPANY_ID, vendor: { name: "V1" } };
  assert.deepEqual(await refused(plain.post({ base: "/vendors" }, twin)), [422, {
    errors: { name: ["has already been taken"] },
  }]);
  assert.deepEqual(
    await refused(plain.get({ base: "/vendors/{id}", params: { id: 9 }, qs: { company_id: COMPANY_ID } })),
    [
      404,
      { message: "Resource not found", exception: "ActiveRecord::RecordNotFound" },
    ],
  );
  const wrongCompany = plain.get({ base: "/vendors", qs: { company_id: 5 } }, { companyId: 5 });
  assert.deepEqual(await refused(wrongCompany), [403, { errors: ["App is not connected to this company."] }]);

  await sdk.revoke({ token: authorizer.getToken(), clientId: id, clientSecret: secret }, host);
  assert.equal((await refused(plain.get({ base: "/me" })))[0], 401);
});
