import assert from "node:assert/strict";
import { ours } from "./docs.ts";

const report = `error[missing-jsdoc]: exported symbol is missing JSDoc documentation
  --> /repository/engine/clock.ts:10:3
   |
10 |   now(): number;

error[missing-jsdoc]: exported symbol is missing JSDoc documentation
 --> /cache/npm/registry/@types/big.js/7.0.0/index.d.ts:1:19

error[private-type-ref]: public type 'text' references private type 'ZodString'
  --> /repository/engine/fields.ts:70:1

error[private-type-ref]: public type 'open' references private type 'Settings'
  --> /repository/engine/connector.ts:7:1

error: Found 4 documentation lint errors.
`;

Deno.test("findings in packages and on their types are left out, and no finding of ours is", () => {
  assert.deepEqual(ours(report).map((block) => /--> \/repository\/(\S+)/.exec(block)?.[1]), [
    "engine/clock.ts:10:3",
    "engine/connector.ts:7:1",
  ]);
});
