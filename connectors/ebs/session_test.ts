import assert from "node:assert/strict";
import { Failure } from "../../engine/failure.ts";
import { fakeGateway, type FakeOptions, fault, json, openFake, pagesOf, type Seen } from "./testing.ts";

const projects = Array.from({ length: 10 }, (_, i) => ({ PROJECT_ID: String(i + 1), NAME: `Project ${i + 1} ` }));
const rows = { get_projects: { "204": projects, "458": [] } };
const unit = { id: "204", name: "204" };

const DEATHS: Record<string, () => Response> = {
  "401 with a fault": () => json(fault("FND_SOA_AUTHENTICATION_FAILURE"), 401),
  "401 with nothing": () => new Response(null, { status: 401 }),
  "a redirect to a login page": () => new Response(null, { status: 302, headers: { location: "/OA_HTML/AppsLogin" } }),
  "a login page with status 200": () =>
    new Response("<!DOCTYPE html><html><form>Login</form></html>", { headers: { "content-type": "text/html" } }),
  "a login page that says it is JSON": () =>
    new Response("\n<html><form>Login</form></html>", { headers: { "content-type": "application/json" } }),
  "status 401 in an XML body": () =>
    new Response(
      "<response><status><code>401</code><description>FND_ERR_DOLOGIN</description></status><data></data></response>",
      {
        headers: { "content-type": "application/xml" },
      },
    ),
  "status 401 in a JSON body": () => json({ status: { code: 401, description: "FND_ERR_DOLOGIN" } }),
  "a fault with status 500": () => json(fault("FND_SOA_AUTHENTICATION_FAILURE"), 500),
  "an XML fault": () =>
    new Response(
      '<f:ISGServiceFault xmlns:f="http://xmlns.oracle.com/isg/servicefault"><f:Code>FND_SOA_AUTHENTICATION_FAILURE</f:Code>' +
        "<f:Message>m</f:Message></f:ISGServiceFault>",
      { headers: { "content-type": "text/xml" } },
    ),
};

for (const [name, death] of Object.entries(DEATHS)) {
  for (const format of ["json", "xml"]) {
    Deno.test(`a session that dies by ${name} (${format}) is renewed once, and no page is lost or repeated`, async () => {
      let dead: string | null = null;
      const fake = fakeGateway({
        rows,
        instead: (seen, nth) => {
          if (nth === 3 && seen.route === "get_projects") dead ??= seen.cookie;
          return dead && seen.cookie === dead ? death() : undefined;
        },
      });
      const pages = await pagesOf(openFake(fake, { format }), "projects", { partition: unit, pageSize: 3 });
      assert.deepEqual(pages.map((page) => page.rows.map((row) => row.PROJECT_ID)), [
        ["1", "2", "3"],
        ["4", "5", "6"],
        ["7", "8", "9"],
        ["10"],
      ]);
      assert.equal(pages[0].rows[0].NAME, "Project 1 ", "the trailing blank survives");
      assert.equal(fake.calls("login"), 2);
      assert.equal(fake.calls("get_projects"), 5, "four pages, and one once more");
    });
  }
}

Deno.test("calls that find the session dead together wait for one login", async () => {
  const dead = "EBSTEST=token-1";
  let arrived = 0;
  const both = Promise.withResolvers<void>();
  const fake = fakeGateway({
    rows,
    instead: async ({ cookie, route }) => {
      if (cookie !== dead || route === "logout") return undefined;
      if (++arrived === 2) both.resolve();
      await both.promise;
      return json(fault("FND_SOA_AUTHENTICATION_FAILURE"), 401);
    },
  });
  const session = openFake(fake);
  const [a, b] = await Promise.all([
    pagesOf(session, "projects", { partition: unit }),
    pagesOf(session, "projects", { partition: unit }),
  ]);
  assert.deepEqual(a, b);
  assert.equal(arrived, 2);
  assert.equal(fake.calls("login"), 2, "the first, and one for both");
});

Deno.test("a session that dies again at once is given up: two logins, two calls, no more", async () => {
  const fake = fakeGateway({
    rows,
    instead: ({ route }) => route === "get_projects" ? new Response(null, { status: 401 }) : undefined,
  });
  await assert.rejects(pagesOf(openFake(fake), "projects", { partition: unit }), { code: "login.expired" });
  assert.deepEqual([fake.calls("login"), fake.calls("get_projects")], [2, 2]);
});

Deno.test("a session is renewed before it has used up its requests", async () => {
  const fake = fakeGateway({ rows });
  const pages = await pagesOf(openFake(fake, { session_requests: 4 }), "projects", { partition: unit, pageSize: 1 });
  assert.equal(pages.length, 10);
  assert.equal(fake.calls("login"), 3, "10 calls of 4 a session");
  for (const cookie of new Set(fake.seen.map((call) => call.cookie))) {
    const calls = fake.seen.filter((call) => call.cookie === cookie && call.route === "get_projects");
    assert.ok(calls.length <= 4);
  }
});

Deno.test("two operating units never share a token", async () => {
  const fake = fakeGateway({ rows: { get_suppliers: { "204": [{ VENDOR_ID: "1" }], "458": [{ VENDOR_ID: "2" }] } } });
  await pagesOf(openFake(fake, { operating_units: [{ org_id: 204 }, { org_id: 458 }] }), "suppliers");
  const orgs = new Map<string | null, Set<string | undefined>>();
  for (const { cookie, org, route } of fake.seen) {
    if (route === "get_suppliers") orgs.set(cookie, (orgs.get(cookie) ?? new Set()).add(org));
  }
  assert.equal(orgs.size, 2);
  for (const seen of orgs.values()) assert.equal(seen.size, 1);
});

const REFUSALS: Record<string, FakeOptions["instead"]> = {
  "a fault": undefined,
  "status 401 in the body": ({ route }) => route === "login" ? json({ status: { code: "401" } }) : undefined,
  "a bare 401": ({ route }) => route === "login" ? new Response(null, { status: 401 }) : undefined,
};
for (const [name, instead] of Object.entries(REFUSALS)) {
  Deno.test(`a wrong password (${name}) is tried once and never again, for all operating units together`, async () => {
    const fake = fakeGateway({ rows, password: "another", instead });
    const session = openFake(fake, { operating_units: [{ org_id: 204 }, { org_id: 458 }], concurrency: 4 });
    const tries = await Promise.allSettled([
      pagesOf(session, "suppliers"),
      pagesOf(session, "projects", { partition: unit }),
      session.identity(),
    ]);
    tries.push(...await Promise.allSettled([pagesOf(session, "projects", { partition: unit })]));
    for (const result of tries) {
      assert.ok(
        result.status === "rejected" && result.reason instanceof Failure && result.reason.code === "login.refused",
      );
      assert.ok(!JSON.stringify(result.reason).includes("sesame"));
    }
    assert.deepEqual(fake.seen.map(({ route }) => route), ["login"]);
  });
}

Deno.test("with plain Basic there is no login, and a wrong password is tried once", async () => {
  const right = fakeGateway({ rows });
  assert.equal(
    (await pagesOf(openFake(right, { auth: "basic" }), "projects", { partition: unit, pageSize: 5 })).length,
    2,
  );
  assert.equal(right.calls("login"), 0);
  assert.ok(right.seen.every(({ authorization, cookie }) => authorization?.startsWith("Basic ") && cookie === null));

  const wrong = fakeGateway({ rows, password: "another" });
  const session = openFake(wrong, { auth: "basic", concurrency: 4 });
  const tries = [1, 2, 3].map(() => pagesOf(session, "projects", { partition: unit }));
  for (const attempt of tries) await assert.rejects(attempt, { code: "login.refused" });
  assert.equal(wrong.seen.length, 1);
});

Deno.test("a login page in place of the login service says so, and is no refused password", async () => {
  const page = () => new Response("<html>SSO</html>", { headers: { "content-type": "text/html" } });
  const fake = fakeGateway({ rows, instead: ({ route }) => route === "login" ? page() : undefined });
  await assert.rejects(pagesOf(openFake(fake), "projects", { partition: unit }), { code: "remote.refused" });
});

Deno.test("a token that would smuggle a header is not used", async () => {
  const answer = json({ data: { accessToken: "a; b=c", accessTokenName: "X" } });
  const fake = fakeGateway({ rows, instead: ({ route }) => route === "login" ? answer : undefined });
  await assert.rejects(pagesOf(openFake(fake), "projects", { partition: unit }), { code: "wire.garbled" });
  assert.equal(fake.calls("get_projects"), 0);
});

Deno.test("both JSON forms of the login answer are understood", async () => {
  for (const wrap of [(data: unknown) => ({ data }), (data: unknown) => ({ response: { data } })]) {
    const cookies: (string | null)[] = [];
    const fake = fakeGateway({
      rows,
      instead: (seen: Seen) => {
        if (seen.route === "login") return json(wrap({ accessToken: "t", accessTokenName: "EBSPRD" }));
        cookies.push(seen.cookie);
        return json({
          OutputParameters: {
            X_RETURN_STATUS: "S",
            X_ORG_ID: "204",
            X_AS_OF: "2024-01-01T00:00:00",
            X_ROWS: { X_ROWS_ITEM: { PROJECT_ID: "1" } },
          },
        });
      },
    });
    await pagesOf(openFake(fake), "projects", { partition: unit });
    assert.deepEqual(cookies, ["EBSPRD=t"]);
  }
});

Deno.test("closing gives every token back, and is quiet when that fails", async () => {
  const fake = fakeGateway({ rows });
  const session = openFake(fake);
  await pagesOf(session, "projects", { partition: unit });
  await session.close();
  assert.deepEqual(fake.seen.filter(({ route }) => route === "logout").map(({ cookie }) => cookie), [
    "EBSTEST=token-1",
  ]);

  const broken = fakeGateway({
    rows,
    instead: ({ route }) => {
      if (route === "logout") throw new Failure("wire.unreachable", { fact: "gone" });
      return undefined;
    },
  });
  const other = openFake(broken);
  await pagesOf(other, "projects", { partition: unit });
  await other.close();
  assert.equal(broken.calls("logout"), 1, "it is not tried again");
});

Deno.test("a password that is changed under a connection is tried once more, and then no more", async () => {
  for (const [auth, route] of [["token", "login"], ["basic", "get_projects"]]) {
    let changed = false;
    const fake = fakeGateway({
      rows,
      instead: () => changed ? json(fault("FND_SOA_AUTHENTICATION_FAILURE"), 401) : undefined,
    });
    const session = openFake(fake, { auth });
    await pagesOf(session, "projects", { partition: unit });
    changed = true;
    const before = fake.calls(route);
    for (let i = 0; i < 3; i++) {
      await assert.rejects(pagesOf(session, "projects", { partition: unit }), { code: "login.refused" });
    }
    assert.equal(fake.calls(route), before + 1, auth);
  }
});

Deno.test("no more calls are under way than the connection allows", async () => {
  let now = 0;
  let most = 0;
  const inner = fakeGateway({
    rows: { get_suppliers: Object.fromEntries([1, 2, 3, 4, 5, 6].map((org) => [org, [{ VENDOR_ID: "1" }]])) },
  });
  const wire = async (request: Request): Promise<Response> => {
    most = Math.max(most, ++now);
    await new Promise((done) => queueMicrotask(() => done(undefined)));
    const response = await inner.wire(request);
    now--;
    return response;
  };
  const units = [1, 2, 3, 4, 5, 6].map((org_id) => ({ org_id }));
  await pagesOf(openFake({ wire }, { org_id: 1, operating_units: units, concurrency: 2 }), "suppliers");
  assert.equal(most, 2);
});
