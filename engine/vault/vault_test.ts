import assert from "node:assert/strict";
import { inspect } from "node:util";
import { manualClock, seededRandom } from "../clock.ts";
import { Failure, type FailureCode, sentence } from "../failure.ts";
import { encode } from "../state/codec.ts";
import { openStore } from "../state/open.ts";
import type { Store } from "../state/types.ts";
import { type MasterKey, newMasterKeyText, parseMasterKey } from "./master.ts";
import { openVault, type Vault } from "./vault.ts";

const CANARY = "canary-7f3a-s3cr3t-value";

async function inStore(test: (store: Store) => Promise<void>): Promise<void> {
  const clock = manualClock(Date.parse("2026-03-01T08:00:00Z"));
  const store = await openStore({ path: ":memory:", clock, random: seededRandom(1) });
  try {
    await test(store);
  } finally {
    store.close();
  }
}

const newKey = (): Promise<MasterKey> => parseMasterKey(newMasterKeyText(), "test");
const vaultWith = (store: Store, key: MasterKey): Vault => openVault({ store, masterKey: () => Promise.resolve(key) });

/** The failure that `act` throws; it must have this code, and no trace of the canary in any form in which it can be shown. */
async function fails(code: FailureCode, act: () => Promise<unknown>): Promise<Failure> {
  const thrown = await act().then(() => undefined, (thrown) => thrown);
  assert.ok(thrown instanceof Failure, `expected ${code}, got ${inspect(thrown)}`);
  assert.equal(thrown.code, code);
  assertNoCanary(thrown);
  return thrown;
}

function assertNoCanary(shown: unknown): void {
  const forms = [
    String(shown),
    JSON.stringify(shown),
    inspect(shown, { depth: null, showHidden: true }),
    Deno.inspect(shown, { depth: 20, showHidden: true }),
    shown instanceof Failure ? sentence(shown) + shown.stack : "",
  ];
  for (const form of forms) {
    for (const secret of [CANARY, btoa(CANARY), new TextEncoder().encode(CANARY).toHex()]) {
      assert.ok(!form?.includes(secret), `the secret shows in ${form}`);
    }
  }
}

async function everythingIn(store: Store): Promise<string> {
  const lines: string[] = [];
  for await (const { key, value } of store.kv.list<Uint8Array>({ prefix: [] })) {
    lines.push(`${key.join("/")} ${new TextDecoder().decode(value)}`);
  }
  return lines.join("\n");
}

Deno.test("a secret comes out as it went in, and lies sealed in between", () =>
  inStore(async (store) => {
    const vault = vaultWith(store, await newKey());
    for (const value of [CANARY, "ü€😀\n\0", " blanks ", "x".repeat(16_000)]) {
      await vault.setSecret("ebs-password", value);
      assert.equal(await vault.getSecret("ebs-password"), value);
      assert.ok(!(await everythingIn(store)).includes(value.slice(0, 100)));
    }
  }));

Deno.test("the list has names, versions and dates, and no value", () =>
  inStore(async (store) => {
    const vault = vaultWith(store, await newKey());
    await vault.setSecret("procore", "first");
    (store.clock as ReturnType<typeof manualClock>).advance(60_000);
    await vault.setSecret("procore", CANARY);
    await vault.setSecret("ebs", CANARY);
    const list = await vault.listSecrets();
    const [createdAt, setAt] = ["2026-03-01T08:00:00.000Z", "2026-03-01T08:01:00.000Z"];
    assert.deepEqual(list, [
      { name: "ebs", version: 1, createdAt: setAt, setAt },
      { name: "procore", version: 2, createdAt, setAt },
    ]);
    assertNoCanary(list);
    assertNoCanary(vault);
  }));

Deno.test("the same value is sealed differently each time", () =>
  inStore(async (store) => {
    const vault = vaultWith(store, await newKey());
    const seen = new Set<string>();
    for (let i = 0; i < 5; i++) {
      await vault.setSecret(`s${i}`, CANARY);
      const { value } = await store.kv.get<Uint8Array>(["secret", `s${i}`]);
      const { sealed, wrapped } = JSON.parse(new TextDecoder().decode(value!));
      seen.add(sealed.slice(0, 16)).add(wrapped.slice(0, 16)).add(sealed.slice(16)).add(wrapped.slice(16));
    }
    assert.equal(seen.size, 20);
  }));

Deno.test("a missing secret is named, with the nearest names", () =>
  inStore(async (store) => {
    const vault = vaultWith(store, await newKey());
    await vault.setSecret("procore-secret", CANARY);
    const failure = await fails("secret.missing", () => vault.getSecret("procore-secrt"));
    assert.match(sentence(failure), /procore-secrt.*/);
    assert.match(failure.message, /"procore-secret"/);
    assert.doesNotMatch((await fails("secret.missing", () => vault.getSecret("other"))).message, /procore/);
    await fails("secret.missing", () => vault.removeSecret("other"));
    await vault.removeSecret("procore-secret");
    await fails("secret.missing", () => vault.getSecret("procore-secret"));
    assert.deepEqual(await vault.listSecrets(), []);
  }));

Deno.test("a name or a value that cannot be is refused without being shown, and nothing is written", () =>
  inStore(async (store) => {
    const vault = vaultWith(store, await newKey());
    const before = await everythingIn(store);
    await fails("secret.invalid", () => vault.setSecret(`${CANARY}!`, "x"));
    await fails("secret.invalid", () => vault.setSecret("", CANARY));
    await fails("secret.invalid", () => vault.setSecret("a".repeat(101), CANARY));
    await fails("secret.invalid", () => vault.setSecret("name", ""));
    await fails("secret.invalid", () => vault.setSecret("name", CANARY.repeat(1000)));
    await fails("secret.invalid", () => vault.setSecret("name", `${CANARY}\ud800`));
    assert.equal(await everythingIn(store), before);
  }));

Deno.test("what was tampered with, or moved from another name or version, does not open", async (t) => {
  const tamperings: Record<string, (entry: Record<string, string | number>) => unknown> = {
    "a flipped bit in the sealed value": (entry) => ({ ...entry, sealed: flip(entry.sealed as string) }),
    "a flipped bit in the wrapped key": (entry) => ({ ...entry, wrapped: flip(entry.wrapped as string) }),
    "another version": (entry) => ({ ...entry, version: 7 }),
    "a cut value": (entry) => ({ ...entry, sealed: (entry.sealed as string).slice(0, 12) }),
    "no base64": (entry) => ({ ...entry, sealed: CANARY }),
    "nothing": (entry) => ({ ...entry, sealed: "", wrapped: "" }),
  };
  for (const [name, tamper] of Object.entries(tamperings)) {
    await t.step(name, () =>
      inStore(async (store) => {
        const vault = vaultWith(store, await newKey());
        await vault.setSecret("a", CANARY);
        const { value } = await store.kv.get<Uint8Array>(["secret", "a"]);
        await store.kv.set(["secret", "a"], encode(tamper(JSON.parse(new TextDecoder().decode(value!)))));
        await fails("secret.unreadable", () => vault.getSecret("a"));
      }));
  }
  await t.step("swapped with another secret", () =>
    inStore(async (store) => {
      const vault = vaultWith(store, await newKey());
      await vault.setSecret("a", CANARY);
      await vault.setSecret("b", "other");
      const { value } = await store.kv.get<Uint8Array>(["secret", "a"]);
      await store.kv.set(["secret", "b"], value);
      await fails("secret.unreadable", () => vault.getSecret("b"));
      assert.equal(await vault.getSecret("a"), CANARY);
    }));
});

function flip(base64: string): string {
  const bytes = Uint8Array.fromBase64(base64);
  bytes[bytes.length - 3] ^= 1;
  return bytes.toBase64();
}

Deno.test("another master key neither opens nor adds to a vault, unless it is empty", () =>
  inStore(async (store) => {
    const [key, other] = [await newKey(), await newKey()];
    await vaultWith(store, key).setSecret("a", CANARY);
    const before = await everythingIn(store);
    await fails("secret.unreadable", () => vaultWith(store, other).getSecret("a"));
    await fails("secret.unreadable", () => vaultWith(store, other).setSecret("b", CANARY));
    await fails("secret.unreadable", () => vaultWith(store, other).setSecret("a", CANARY));
    assert.equal(await everythingIn(store), before);
    await vaultWith(store, other).removeSecret("a");
    await vaultWith(store, other).setSecret("b", CANARY);
    assert.equal(await vaultWith(store, other).getSecret("b"), CANARY);
  }));

Deno.test("a master key that could not be had is asked for again", () =>
  inStore(async (store) => {
    const key = await newKey();
    let asked = 0;
    const vault = openVault({
      store,
      masterKey: () =>
        asked++ ? Promise.resolve(key) : Promise.reject(new Failure("secret.no-master-key", { fact: "none" })),
    });
    await vault.listSecrets();
    assert.equal(asked, 0);
    await fails("secret.no-master-key", () => vault.setSecret("a", CANARY));
    await vault.setSecret("a", CANARY);
    assert.equal(await vault.getSecret("a"), CANARY);
    assert.equal(asked, 2);
  }));

Deno.test("rotation moves every secret, and the old key opens none", () =>
  inStore(async (store) => {
    const [key, next] = [await newKey(), await newKey()];
    const vault = vaultWith(store, key);
    for (let i = 0; i < 12; i++) await vault.setSecret(`s${i}`, `${CANARY}${i}`);
    assert.equal(await vault.rotate(next), 12);
    for (let i = 0; i < 12; i++) {
      assert.equal(await vault.getSecret(`s${i}`), `${CANARY}${i}`);
      assert.equal(await vaultWith(store, next).getSecret(`s${i}`), `${CANARY}${i}`);
      await fails("secret.unreadable", () => vaultWith(store, key).getSecret(`s${i}`));
    }
    assert.equal(await vault.rotate(next), 0);
  }));

Deno.test("a rotation killed after any commit has lost nothing, and goes on when it is called again", async () => {
  for (let commits = 0; commits <= 7; commits++) {
    await inStore(async (store) => {
      const [key, next] = [await newKey(), await newKey()];
      for (let i = 0; i < 6; i++) await vaultWith(store, key).setSecret(`s${i}`, `${CANARY}${i}`);
      const died = await vaultWith(dyingAfter(store, commits), key).rotate(next).then(() => false, () => true);
      assert.equal(died, commits < 7);

      const both = vaultWith(store, { ...key, next });
      for (let i = 0; i < 6; i++) assert.equal(await both.getSecret(`s${i}`), `${CANARY}${i}`);
      await both.setSecret("during", CANARY);
      await both.rotate(next);
      const after = vaultWith(store, next);
      for (let i = 0; i < 6; i++) assert.equal(await after.getSecret(`s${i}`), `${CANARY}${i}`);
      assert.equal(await after.getSecret("during"), CANARY);
    });
  }
});

Deno.test("a secret set while a rotation works is not lost: neither to the old key nor to the old value", () =>
  inStore(async (store) => {
    const [key, next] = [await newKey(), await newKey()];
    const old = vaultWith(store, key);
    await old.setSecret("a", "before");
    await old.setSecret("b", "before");
    // Another process sets `a` between the rotation's reading and its writing.
    let interfere = true;
    const kv = new Proxy(store.kv, {
      get(target, name) {
        if (name === "getMany") {
          return async (keys: Deno.KvKey[]) => {
            const entries = await target.getMany(keys);
            if (interfere) {
              interfere = false;
              await vaultWith(store, { ...key, next }).setSecret("a", CANARY);
            }
            return entries;
          };
        }
        const found = Reflect.get(target, name);
        return typeof found === "function" ? found.bind(target) : found;
      },
    });
    await vaultWith({ ...store, kv }, key).rotate(next);
    assert.equal(await vaultWith(store, next).getSecret("a"), CANARY);
    assert.equal(await vaultWith(store, next).getSecret("b"), "before");
    await fails("secret.unreadable", () => vaultWith(store, key).setSecret("c", CANARY));
  }));

Deno.test("a rotation that cannot open one secret moves none", () =>
  inStore(async (store) => {
    const [key, next] = [await newKey(), await newKey()];
    const vault = vaultWith(store, key);
    await vault.setSecret("a", CANARY);
    await vault.setSecret("b", CANARY);
    const { value } = await store.kv.get<Uint8Array>(["secret", "a"]);
    await store.kv.set(["secret", "b"], value);
    await fails("secret.unreadable", () => vault.rotate(next));
    assert.equal(await vault.getSecret("a"), CANARY);
  }));

/** The store of a process that is killed: after so many commits every further one throws, and nothing of it is written. */
function dyingAfter(store: Store, commits: number): Store {
  let left = commits;
  const kv = new Proxy(store.kv, {
    get(target, name) {
      if (name === "atomic") {
        return () => {
          const atomic = target.atomic();
          const commit = atomic.commit.bind(atomic);
          atomic.commit = () => left-- > 0 ? commit() : Promise.reject(new Error("killed"));
          return atomic;
        };
      }
      const found = Reflect.get(target, name);
      return typeof found === "function" ? found.bind(target) : found;
    },
  });
  return { ...store, kv };
}
