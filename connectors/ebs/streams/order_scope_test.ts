import assert from "node:assert/strict";
import type { Row } from "../../../engine/connector.ts";
import { type OrderScope, scopeOf } from "./order_scope.ts";

const APPROVED = { AUTHORIZATION_STATUS: "APPROVED", APPROVED_FLAG: "Y", APPROVED_DATE: "2026-01-05T00:00:00" };
const AGAIN = { ...APPROVED, APPROVED_FLAG: "R", REVISION_NUM: "1" };

const TABLE: [string, Row, OrderScope][] = [
  ["null authorization means incomplete", {}, "INCOMPLETE"],
  ["so does null in a JSON answer", { AUTHORIZATION_STATUS: null, APPROVED_FLAG: null }, "INCOMPLETE"],
  ["incomplete", { AUTHORIZATION_STATUS: "INCOMPLETE", APPROVED_FLAG: "N" }, "INCOMPLETE"],
  ["submitted for the first time", { AUTHORIZATION_STATUS: "IN PROCESS", APPROVED_FLAG: "N" }, "INCOMPLETE"],
  ["approved by the first of two", { AUTHORIZATION_STATUS: "PRE-APPROVED", APPROVED_FLAG: "N" }, "INCOMPLETE"],
  ["refused at the first time", { AUTHORIZATION_STATUS: "REJECTED", APPROVED_FLAG: "F" }, "INCOMPLETE"],
  ["cancelled before it was approved", { AUTHORIZATION_STATUS: "IN PROCESS", CANCEL_FLAG: "Y" }, "INCOMPLETE"],
  ["approved, null closed code", APPROVED, "OPEN"],
  ["approved, without a date", { AUTHORIZATION_STATUS: "APPROVED" }, "OPEN"],
  ["open in so many words", { ...APPROVED, CLOSED_CODE: "OPEN", CANCEL_FLAG: "N" }, "OPEN"],
  ["changed since", { ...AGAIN, AUTHORIZATION_STATUS: "REQUIRES REAPPROVAL" }, "OPEN"],
  ["changed and submitted again", { ...AGAIN, AUTHORIZATION_STATUS: "IN PROCESS" }, "OPEN"],
  ["changed and half approved again", { ...AGAIN, AUTHORIZATION_STATUS: "PRE-APPROVED" }, "OPEN"],
  ["a change that was refused", { ...APPROVED, AUTHORIZATION_STATUS: "REJECTED", APPROVED_FLAG: "F" }, "OPEN"],
  ["on hold", { ...AGAIN, AUTHORIZATION_STATUS: "REQUIRES REAPPROVAL", USER_HOLD_FLAG: "Y" }, "OPEN"],
  ["closed", { ...APPROVED, CLOSED_CODE: "CLOSED" }, "CLOSED"],
  [
    "closed under re-approval",
    { ...AGAIN, AUTHORIZATION_STATUS: "REQUIRES REAPPROVAL", CLOSED_CODE: "CLOSED" },
    "CLOSED",
  ],
  ["finally closed", { ...APPROVED, CLOSED_CODE: "FINALLY CLOSED" }, "ENDED"],
  ["cancelled", { ...APPROVED, CANCEL_FLAG: "Y" }, "ENDED"],
  ["cancelled and closed, as Oracle leaves it", { ...APPROVED, CANCEL_FLAG: "Y", CLOSED_CODE: "CLOSED" }, "ENDED"],
  ["a word nobody knows, never approved", { AUTHORIZATION_STATUS: "ESCALATED" }, "INCOMPLETE"],
];

for (const [name, order, expected] of TABLE) {
  Deno.test(`the scope of an order: ${name}: ${expected}`, () => assert.equal(scopeOf(order), expected));
}
