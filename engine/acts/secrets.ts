/**
 * Secrets that people set and take away. A value goes in and never comes out.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { checkName, type Vault } from "../vault/vault.ts";
import type { Actor } from "./actor.ts";

/** Seals a value, and gives its version. Throws `usage` where there is none, `secret.invalid` for a name that cannot be one. */
export async function setSecret(who: Actor, vault: Vault, name: string, value: string): Promise<{ version: number }> {
  if (value === "") {
    throw new Failure("usage", {
      fact: "No value was given; nothing was changed",
      action: "Type it, or pipe it in.",
    });
  }
  // A name that cannot be one may be a value in its place: it gets into no log.
  checkName(name);
  return await who.around({ subject: name }, () => vault.setSecret(name, value));
}

/** Forgets a secret. Throws `secret.missing`. */
export async function removeSecret(who: Actor, vault: Vault, name: string): Promise<void> {
  checkName(name);
  await who.around({ subject: name }, () => vault.removeSecret(name));
}
