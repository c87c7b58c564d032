import assert from "node:assert/strict";
import { Failure, type FailureCode } from "../../engine/failure.ts";
import { idNumber } from "./body.ts";
import { type ListPage, rest } from "./rest.ts";
import { freeTokens, type Script, scripted } from "./testing.ts";

const API = "https://api.example.test";

function open(script: Script) {
  const { wire, sent } = scripted(script);
  return { api: rest({ wire, tokens: freeTokens(), api_url: API, company_id: "562949953442334" }), sent };
}

async function codeOf(work: Promise<unknown>): Promise<FailureCode> {
  const failure = await work.then(() => assert.fail("nothing was thrown"), (error) => error as Failure);
  assert(failure instanceof Failure, String(failure));
  return failure.code;
}

Deno.test("every call names the company and carries the token; ids of any length come and go as they are", async () => {
  const { api, sent } = open(() => `{"id":9007199254740993,"amount":1.10}`);
  const body = { id: idNumber("9007199254740993", "id"), name: "A" };
  const { value } = await api.call({
    method: "PATCH",
    path: "/rest/v1.0/x/1",
    query: [["filters[id][]", "a b"]],
    body,
  });
  assert.deepEqual(value, { id: "9007199254740993", amount: "1.10" });
  const [{ headers, text, query }] = sent;
  assert.equal(text, `{"id":9007199254740993,"name":"A"}`);
  assert.equal(headers.get("procore-company-id"), "562949953442334");
  assert.equal(headers.get("authorization"), "Bearer t1");
  assert.equal(headers.get("accept"), "application/json");
  assert.equal(headers.get("content-type"), "application/json");
  assert.equal(query.get("filters[id][]"), "a b");
});

Deno.test("what is no id is not sent as one", () => {
  for (const text of ["", "12a", "1.5", "-1", "007", "1e3", '1,"x":2']) {
    assert.throws(() => idNumber(text, "id"), (error) => error instanceof Failure && error.code === "record.invalid");
  }
});

Deno.test("a refused token is replaced once, for reads and writes; a second refusal is final", async () => {
  for (const method of ["GET", "PATCH"] as const) {
    const once = open((_, nth) => nth === 1 ? new Response("", { status: 401 }) : "[]");
    await once.api.call({ method, path: "/rest/v1.0/x" });
    assert.deepEqual(once.sent.map(({ headers }) => headers.get("authorization")), ["Bearer t1", "Bearer t2"]);
    const always = open(() => new Response(`{"error":"Invalid Token"}`, { status: 401 }));
    assert.equal(await codeOf(always.api.call({ method, path: "/rest/v1.0/x" })), "login.refused");
    assert.equal(always.sent.length, 2);
  }
});

Deno.test("an answer that cannot be read leaves a write's fate unknown and a read to be repeated", async () => {
  const broken = () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError("cut")) }));
  for (const answer of [broken, () => '{"entities":[{', () => "<html>"]) {
    const { api } = open(answer);
    assert.equal(await codeOf(api.call({ method: "PATCH", path: "/x" })), "wire.fate-unknown");
    assert.equal(await codeOf(api.call({ method: "GET", path: "/x" })), "wire.garbled");
  }
});

Deno.test("an expected status is an answer, and no content is null", async () => {
  const { api } = open((_, nth) => new Response(nth === 1 ? "Not here" : null, { status: nth === 1 ? 404 : 204 }));
  assert.deepEqual((await api.call({ method: "PATCH", path: "/x", expect: [404] })).value, "Not here");
  assert.equal((await api.call({ method: "PATCH", path: "/x" })).value, null);
});

async function collect(pages: AsyncIterable<ListPage>): Promise<unknown[]> {
  const ids: unknown[] = [];
  for await (const { rows } of pages) ids.push(...rows.map(({ id }) => id));
  return ids;
}

const linked = (rows: object[], link: string) =>
  Response.json(rows, { headers: { link, total: "3", "per-page": "2" } });

Deno.test("pages are followed by Link, whatever stands before and behind next", async () => {
  const { api, sent } = open(({ query }) =>
    query.get("page") === "1"
      ? linked(
        [{ id: 1 }, { id: 2 }],
        `<${API}/rest/v1.0/v?page=1>; rel="first", <${API}/rest/v1.0/v?page=2&per_page=2>; rel="next", <x>; rel="last"`,
      )
      : linked([{ id: 3 }], `<${API}/rest/v1.0/v?page=1>; rel="prev"`)
  );
  assert.deepEqual(await collect(api.pages({ path: "/rest/v1.0/v", query: [["view", "normal"]], perPage: 2 })), [
    "1",
    "2",
    "3",
  ]);
  assert.deepEqual(sent.map(({ query }) => query.toString()), ["view=normal&page=1&per_page=2", "page=2&per_page=2"]);
});

Deno.test("without Link a short page is the last, as Procore counts, and a list that does not page is read once", async () => {
  const short = open((_, nth) => nth === 1 ? [{ id: 1 }, { id: 2 }] : [{ id: 3 }]);
  assert.deepEqual(await collect(short.api.pages({ path: "/x", perPage: 2 })), ["1", "2", "3"]);
  assert.equal(short.sent.length, 2);
  const clamped = open((_, nth) =>
    Response.json(nth === 1 ? [{ id: 1 }, { id: 2 }] : [], { headers: { "per-page": "2" } })
  );
  assert.deepEqual(await collect(clamped.api.pages({ path: "/x", perPage: 1000 })), ["1", "2"]);
  assert.equal(clamped.sent.length, 2);
  const pageless = open(() => [{ id: 1 }, { id: 2 }]);
  assert.deepEqual(await collect(pageless.api.pages({ path: "/x", perPage: 2 })), ["1", "2"]);
  const empty = open(() => []);
  assert.deepEqual(await collect(empty.api.pages({ path: "/x", perPage: 2 })), []);
  assert.equal(empty.sent.length, 1);
});

Deno.test("a Link to another host is refused, and the token does not go there", async () => {
  const hostile = [
    "https://evil.example/steal?page=2",
    "http://api.example.test/rest?page=2",
    "//evil.example/x",
    "https://api.example.test:444/x",
    "https://api.example.test@evil.example/x",
  ];
  for (const target of hostile) {
    const { api, sent } = open(() => linked([{ id: 1 }], `<${target}>; rel=next`));
    assert.equal(await codeOf(collect(api.pages({ path: "/x", perPage: 1 }))), "wire.foreign-origin", target);
    assert.equal(sent.length, 1);
  }
});

Deno.test("a Link that leads in a circle ends, and a list that is none is no empty list", async () => {
  const circle = open((_, nth) => linked([{ id: nth }], `<${API}/x?page=1&per_page=1>; rel="next"`));
  assert.equal(await codeOf(collect(circle.api.pages({ path: "/x", perPage: 1 }))), "wire.garbled");
  for (const body of ["{}", "null", "", "[1]", "[null]", `"x"`]) {
    const { api } = open(() => body);
    assert.equal(await codeOf(collect(api.pages({ path: "/x", perPage: 1 }))), "wire.garbled", body);
  }
});
