import assert from "node:assert/strict";
import { XMLParser } from "fast-xml-parser";
import type { Setup } from "./setup.ts";
import { BASIC, type Bench, bench, PLAIN, wrapped } from "./testing.ts";

Deno.test("a login gives a token whose cookie opens the operations, and a logout ends it", async () => {
  const { get, post } = bench();
  const xml = await get("/webservices/rest/login", { Authorization: BASIC, Accept: "application/xml" });
  const { response: { data } } = new XMLParser({ parseTagValue: false }).parse(await xml.text());
  assert.equal(data.accessTokenName, "EBSDEMO");
  assert.equal(data.userName, "GUSSET_INT");
  assert.match(xml.headers.get("Set-Cookie")!, new RegExp(`^EBSDEMO=`));
  const json = await get("/webservices/rest/login", { Authorization: BASIC, Accept: "application/json" });
  assert.notEqual((await json.json()).response.data.accessToken, data.accessToken);
  const mobile = await get("/OA_HTML/RF.jsp?function_id=mLogin", {
    Authorization: BASIC,
    "Content-Type": "application/json",
  });
  assert.ok((await mobile.json()).data.accessToken);

  const cookie = { Cookie: `other=1; EBSDEMO=${data.accessToken}`, "Content-Type": "application/json" };
  const body = JSON.stringify(wrapped("get_suppliers", { P_ORG_ID: "204" }));
  assert.equal((await post("/webservices/rest/gusset/get_suppliers/", body, cookie)).status, 200);
  assert.equal((await get("/webservices/rest/logout", cookie)).status, 200);
  assert.equal((await post("/webservices/rest/gusset/get_suppliers/", body, cookie)).status, 401);
});

Deno.test("a session dies of idleness, of age, of its thousandth request, each in the way that is set", async (t) => {
  const table: [string, Partial<Setup>, (bench: Bench, use: () => Promise<Response>) => Promise<void>][] = [
    ["idle", {}, ({ clock }) => Promise.resolve(clock.advance(30 * 60_000))],
    ["age", { idle_minutes: null }, ({ clock }) => Promise.resolve(clock.advance(4 * 3600_000))],
    ["count", { limit_connect: 3 }, async (_, use) => {
      for (let i = 0; i < 3; i++) assert.equal((await use()).status, 200);
    }],
    ["fault", {}, async ({ steer }) => void await steer("/faults", { kind: "expire-session" })],
  ];
  const looks: [Setup["expiry"], (answer: Response, text: string) => void][] = [
    ["fault", (answer, text) => assert.ok(answer.status === 401 && text.includes("FND_SOA_AUTHENTICATION_FAILURE"))],
    ["redirect", (answer) => assert.ok(answer.status === 302 && answer.headers.get("Location")!.includes("Login"))],
    ["html", (answer, text) => assert.ok(answer.status === 200 && text.startsWith("<!DOCTYPE html>"))],
    ["xml", (answer, text) => assert.ok(answer.status === 200 && text.includes("<code>401</code>"))],
  ];
  for (const [name, setup, kill] of table) {
    for (const [expiry, look] of looks) {
      await t.step(`${name}, ${expiry}`, async () => {
        const made = bench({ ...PLAIN, ...setup, expiry });
        const login = await made.get("/webservices/rest/login", { Authorization: BASIC, Accept: "application/json" });
        const token = (await login.json()).response.data.accessToken;
        const body = JSON.stringify(wrapped("get_projects", { P_ORG_ID: "204" }));
        const use = () =>
          made.post("/webservices/rest/gusset/get_projects/", body, {
            Cookie: `EBSDEMO=${token}`,
            "Content-Type": "application/json",
          });
        if (name !== "count") assert.equal((await use()).status, 200);
        await kill(made, use);
        for (let i = 0; i < 2; i++) {
          const answer = await use();
          look(answer, await answer.text());
        }
      });
    }
  }
});

Deno.test("context sticks to a token, and is not shared by calls with Basic", async () => {
  const { get, post, call } = bench();
  const login = await get("/webservices/rest/login", { Authorization: BASIC, Accept: "application/json" });
  const token = (await login.json()).response.data.accessToken;
  const headers = { Cookie: `EBSDEMO=${token}`, "Content-Type": "application/json" };
  const bare = async () => {
    const body = `{"GET_CONTEXT_Input":{"InputParameters":{}}}`;
    return (await (await post("/webservices/rest/gusset/get_context/", body, headers)).json()).OutputParameters;
  };
  assert.equal((await bare()).X_ORG_ACCESS, "N");
  const set =
    `{"data":{"resp":{"key":"PURCHASING_PHX","applKey":"PO"},"securityGroup":{"key":"STANDARD"},"org":{"id":205}}}`;
  assert.equal((await post("/webservices/rest/initialize", set, headers)).status, 200);
  const initialized = await bare();
  assert.equal(
    `${initialized.X_RESPONSIBILITY} ${initialized.X_ORG_ID} ${initialized.X_ORG_ACCESS}`,
    "PURCHASING_PHX 205 Y",
  );
  const switched = JSON.stringify(wrapped("get_context", {}, { Responsibility: "PURCHASING_DEN" }));
  await post("/webservices/rest/gusset/get_context/", switched, headers);
  assert.equal((await bare()).X_RESPONSIBILITY, "PURCHASING_DEN");
  assert.equal((await post("/webservices/rest/initialize", `{"data":{}}`, headers)).status, 400);
  assert.equal((await call("get_context", {}, { Responsibility: "", Org_Id: "" })).X_ORG_ID, undefined);
});
