/**
 * What the state says of itself.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { decode, encode } from "./codec.ts";
import { commit } from "./commit.ts";
import { TABLES } from "./keys.ts";
import type { Store } from "./types.ts";

/** The version of the keys and values that this Gusset reads and writes. It rises when an older Gusset could not read them. */
export const SCHEMA_VERSION = 1;

const KEY: Deno.KvKey = [TABLES.meta, "schema"];

/**
 * Compares the state's version with ours, and notes ours in an empty state. Gives the version found.
 * Throws `state.unreadable` for a state that a newer Gusset wrote.
 */
export async function checkSchema(store: Store): Promise<number> {
  const found = await store.kv.get(KEY);
  if (found.versionstamp === null) {
    await commit(store, () => store.kv.atomic().check(found).set(KEY, encode({ version: SCHEMA_VERSION })));
    return SCHEMA_VERSION;
  }
  const { version } = decode<{ version: number }>(found.value, KEY);
  if (version > SCHEMA_VERSION) {
    throw new Failure("state.unreadable", {
      fact: "The state was written by a newer Gusset",
      value: `version ${version}, known up to ${SCHEMA_VERSION}`,
      place: store.path,
      action: "Update Gusset, or use another state with --kv.",
    });
  }
  return version;
}
