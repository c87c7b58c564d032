import assert from "node:assert/strict";
import type { Failure, FailureCode } from "../failure.ts";
import { batch } from "../state/batch.ts";
import { ACTS, may, type Role, ROLES, rolesWith } from "../state/roles.ts";
import { contents, withStore } from "../state/testing.ts";
import { identify, putToken, type TokenRecord } from "../state/tokens.ts";
import type { Store } from "../state/types.ts";
import { newToken } from "./token.ts";

async function make(store: Store, name: string, more: Partial<TokenRecord> = {}): Promise<string> {
  const { token, hash } = newToken();
  const writes = batch(store);
  putToken(writes, { name, role: "operator", hash, at: "2026-03-01T08:00:00.000Z", by: "anna", ...more });
  await writes.commit();
  return token;
}

const fails = (code: FailureCode, work: Promise<unknown>) =>
  assert.rejects(work, (thrown: Failure) => thrown.code === code);

Deno.test("without tokens whoever is there is an admin by their own name", async () => {
  await withStore(async (store) => {
    assert.deepEqual(await identify(store, { local: "anna" }), { name: "local:anna", role: "admin" });
    assert.deepEqual(await identify(store, { local: "anna", token: "any" }), { name: "local:anna", role: "admin" });
  });
});

Deno.test("once there are tokens, one of them says who acts, and none of them is in the state", async () => {
  await withStore(async (store) => {
    const anna = await make(store, "anna", { role: "admin" });
    const ben = await make(store, "ben");
    assert.deepEqual(await identify(store, { local: "x", token: anna }), { name: "anna", role: "admin" });
    assert.deepEqual(await identify(store, { local: "x", token: ben }), { name: "ben", role: "operator" });
    await fails("token.missing", identify(store, { local: "x" }));
    for (const wrong of ["", "gusset_", `${ben}x`, ben.slice(1), ben.toUpperCase(), "x".repeat(10_000)]) {
      await fails("token.unknown", identify(store, { local: "x", token: wrong }));
    }
    const kept = [...(await contents(store)).values()].join();
    assert.ok(!kept.includes(anna.slice(7)) && !kept.includes(ben.slice(7)));
  });
});

Deno.test("a token that ran out or was revoked is none; only when all are revoked is the door open again", async () => {
  await withStore(async (store) => {
    const last = await make(store, "ben", { expires: "2026-03-01" });
    assert.equal((await identify(store, { local: "x", token: last })).name, "ben");
    store.clock.advance(86_400_000);
    await fails("token.unknown", identify(store, { local: "x", token: last }));
    await fails("token.missing", identify(store, { local: "x" }));
    const gone = await make(store, "ben", { revoked: { at: "2026-03-02T08:00:00.000Z", by: "anna" } });
    assert.equal((await identify(store, { local: "x", token: gone })).name, "local:x");
  });
});

Deno.test("roles: who may do what", () => {
  const able: [Role, string][] = [
    ["viewer", "read"],
    ["operator", "read operate"],
    ["approver", "read approve"],
    ["admin", "read operate approve admin"],
  ];
  for (const [role, rights] of able) {
    const has = (["read", "operate", "approve", "admin"] as const).filter((right) => may(role, right));
    assert.equal(has.join(" "), rights, role);
  }
  for (const right of Object.values(ACTS)) assert.ok(!may("viewer", right), "a viewer changes nothing");
  assert.deepEqual([rolesWith("approve"), rolesWith("admin"), ROLES.length], ["approver or admin", "admin", 4]);
});
