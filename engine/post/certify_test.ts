import assert from "node:assert/strict";
import fc from "fast-check";
import { certify } from "./certify.ts";

const AT = { chain: "K1", currency: "USD" };
const of = (position: string, certified: string, withheld = "0", pool?: string) => ({
  position,
  certified,
  withheld,
  pool,
});

Deno.test("elements are gathered by position, exactly, and what certifies nothing is kept", () => {
  const elements = [
    of("b", "0.1", "0.01", "P"),
    of("a", "0.00"),
    of("b", "0.2", "0.02", "Q"),
    of("c", "5"),
    of("c", "-5.0"),
  ];
  const { positions, pools } = certify(elements, AT);
  assert.deepEqual(positions, {
    a: { cost: "0", withheld: "0" },
    b: { cost: "0.3", withheld: "0.03" },
    c: { cost: "0", withheld: "0" },
  });
  assert.deepEqual(pools, { b: "P" });
});

Deno.test("the hash tells a change of money from any other", () => {
  const was = certify([of("a", "100.00", "10"), of("b", "5")], AT).hash;
  const cases: [same: boolean, hash: string][] = [
    [true, certify([of("b", "5.0", "0.00", "P"), of("a", "100", "10.0")], AT).hash],
    [true, certify([of("a", "60", "10"), of("b", "5"), of("a", "40")], AT).hash],
    [false, certify([of("a", "100.01", "10"), of("b", "5")], AT).hash],
    [false, certify([of("a", "100", "9"), of("b", "5")], AT).hash],
    [false, certify([of("a", "100", "10"), of("c", "5")], AT).hash],
    [false, certify([of("a", "100", "10"), of("b", "5")], { ...AT, currency: "EUR" }).hash],
    [false, certify([of("a", "100", "10"), of("b", "5")], { ...AT, chain: "K2" }).hash],
  ];
  for (const [same, hash] of cases) assert.equal(hash === was, same);
  const element = fc.tuple(fc.constantFrom("a", "b", "10", "9"), fc.integer({ min: -999, max: 999 }));
  fc.assert(fc.property(fc.array(element), (elements) => {
    const all = elements.map(([position, amount]) => of(position, String(amount)));
    assert.equal(certify(all, AT).hash, certify(all.toReversed(), AT).hash);
  }));
});
