/**
 * Rotation of a master key that lives in a file.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { findMasterKey, initMasterKey, nextPath } from "./master.ts";
import type { Vault } from "./vault.ts";

/**
 * Makes a new master key beside the file, moves every secret to it, and puts it in the old one's place; gives the number of secrets
 * moved. Killed at any point it loses nothing: the vault finds both files, and calling this again goes on where it stopped.
 * Throws `secret.no-master-key`, `secret.unreadable`.
 */
export async function rotateMasterKeyFile(vault: Vault, path: string): Promise<number> {
  const { next: begun } = await findMasterKey({ env: () => undefined, path });
  const next = begun ?? await initMasterKey(nextPath(path));
  const moved = await vault.rotate(next);
  try {
    // In one step: there is always a file of this name.
    await Deno.rename(nextPath(path), path);
  } catch (cause) {
    throw new Failure("secret.no-master-key", {
      fact: "The new master key file could not be put in the old one's place; all secrets are under the new one",
      place: nextPath(path),
      action: "Rename it by hand, or rotate again.",
      cause,
    });
  }
  return moved;
}
