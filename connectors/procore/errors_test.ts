import assert from "node:assert/strict";
import type { FailureCode } from "../../engine/failure.ts";
import { refusal, wordsOf } from "./errors.ts";

const shapes: [name: string, body: string, words: string][] = [
  ["errors as an object of lists", `{"errors":{"name":["has already been taken"]}}`, "name has already been taken"],
  ["several fields", `{"errors":{"name":["is short","is odd"],"zip":["is bad"]}}`, "name is short, is odd; zip is bad"],
  ["errors about the whole", `{"errors":{"base":["Vendor is locked"]}}`, "Vendor is locked"],
  ["errors as a list", `{"errors":["App is not connected to this company."]}`, "App is not connected to this company."],
  ["errors as a text", `{"errors":"Exceeded limit of 500 triggers"}`, "Exceeded limit of 500 triggers"],
  ["error as a text", `{"error":"Invalid Token"}`, "Invalid Token"],
  [
    "Doorkeeper",
    `{"error":"invalid_client","error_description":"Client authentication failed"}`,
    "invalid_client; Client authentication failed",
  ],
  [
    "v2 with details",
    `{"error":{"code":"BAD_REQUEST","message":"Bad request","details":[{"reason_code":"BLANK","message":"Name can't be blank"}]}}`,
    "Bad request; Name can't be blank",
  ],
  [
    "the OAS schema",
    `{"code":401,"message":"Unauthorized","fields":"","reason":"expired","error":null}`,
    "Unauthorized; expired",
  ],
  [
    "message and exception",
    `{"message":"Contract not found","exception":"ActiveRecord::RecordNotFound"}`,
    "Contract not found",
  ],
  ["a bare text", "Contract not found", "Contract not found"],
  ["a JSON text", `"Not here"`, "Not here"],
  ["a proxy's page", "<html><style>p{}</style><h1>502</h1><p>Bad  gateway</p></html>", "502 Bad gateway"],
  ["nothing", "", ""],
  ["an object that says nothing", "{}", ""],
  ["errors that are null", `{"errors":null,"message":"No"}`, "No"],
  ["a long text is cut", "x".repeat(1000), `${"x".repeat(300)}…`],
];

Deno.test("every shape of an error is told in plain words", () => {
  for (const [name, body, words] of shapes) assert.equal(wordsOf(body), words, name);
});

const statuses: [
  status: number,
  headers: Record<string, string>,
  body: string,
  read: FailureCode,
  write: FailureCode,
][] = [
  [400, {}, `{"errors":"bad"}`, "remote.refused", "record.refused"],
  [401, {}, `{"error":"Invalid Token"}`, "login.refused", "login.refused"],
  [403, {}, `{"errors":["App is not connected to this company."]}`, "permission.missing", "permission.missing"],
  [404, {}, "Not found", "remote.refused", "remote.refused"],
  [406, {}, "", "remote.refused", "remote.refused"],
  [408, {}, "", "wire.unavailable", "wire.fate-unknown"],
  [409, {}, `{"message":"exists"}`, "remote.refused", "record.refused"],
  [413, {}, "", "remote.refused", "record.refused"],
  [422, {}, `{"errors":{"name":["is bad"]}}`, "remote.refused", "record.refused"],
  [429, { "retry-after": "7" }, "", "wire.busy", "wire.busy"],
  [500, {}, "", "wire.unavailable", "wire.fate-unknown"],
  [502, {}, "", "wire.unavailable", "wire.fate-unknown"],
  [503, { "retry-after": "3" }, "", "wire.busy", "wire.busy"],
  [503, {}, "", "wire.busy", "wire.fate-unknown"],
  [504, {}, "", "wire.unavailable", "wire.fate-unknown"],
  [302, { location: "https://login.example.test/" }, "", "remote.refused", "remote.refused"],
];

Deno.test("every status has its failure, and a write that may be in is never called refused", () => {
  for (const [status, headers, text, read, write] of statuses) {
    const answer = { status, headers: new Headers(headers), text, route: "X /y" };
    assert.equal(refusal({ ...answer, effect: "read" }).code, read, `${status} read`);
    assert.equal(refusal({ ...answer, effect: "write" }).code, write, `${status} write`);
  }
});

Deno.test("a failure tells how long to wait, and a 403 whom to ask", () => {
  const answer = {
    headers: new Headers({ "retry-after": "7" }),
    route: "GET /rest/v1.0/vendors",
    effect: "read" as const,
  };
  assert.equal(refusal({ ...answer, status: 429, text: "" }).retryAfter, 7000);
  const words = (text: string) => refusal({ ...answer, status: 403, text }).action;
  assert.match(words(`{"errors":["App is not connected to this company."]}`), /install the app/);
  assert.match(words(`{"errors":"The Commitments tool is disabled"}`), /switch the tool on/);
  assert.match(words(`{"message":"You may not do that"}`), /permission/);
});
