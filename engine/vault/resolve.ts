/**
 * Opens a connection's settings: `{ secret: name }` becomes the secret's value, `{ env: NAME }` the variable's.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import type { ConnectionConfig } from "../pipeline/model.ts";
import type { Vault } from "./vault.ts";

/** Where values come from. */
export interface ResolveOptions {
  vault: Pick<Vault, "getSecret">;
  env: (name: string) => string | undefined;
  /** Top-level settings that are secrets in whatever way they are given: the connector's `secrets`. */
  secretSettings?: readonly string[];
}

/** Settings as the connector's schema takes them, and every value in them that must be masked everywhere. */
export interface ResolvedSettings {
  settings: Record<string, unknown>;
  /** Distinct, longest first, so that a secret that contains another is masked whole. */
  secrets: string[];
}

/**
 * Opens the settings of a connection; what they were is left as it was. Throws `secret.missing` and the vault's other failures,
 * and `env.missing`, each with the place in connections.yaml.
 */
export async function resolveSettings(
  { name, settings, place }: Pick<ConnectionConfig, "name" | "settings" | "place">,
  { vault, env, secretSettings = [] }: ResolveOptions,
): Promise<ResolvedSettings> {
  const secrets = new Set<string>();
  const where = (path: string): string =>
    `${place.file}:${place.line}:${place.column}, connection ${name}, setting ${path}`;

  const open = async (value: unknown, path: string, secret: boolean): Promise<unknown> => {
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const [i, item] of value.entries()) items.push(await open(item, `${path}[${i}]`, secret));
      return items;
    }
    if (typeof value === "object" && value !== null) {
      const reference = referenceIn(value);
      if (reference?.to === "secret") {
        const opened = await vault.getSecret(reference.name).catch((thrown) => {
          throw placed(thrown, where(path));
        });
        secrets.add(opened);
        return opened;
      }
      if (reference?.to === "env") {
        const found = env(reference.name);
        // Set but empty is as good as not set.
        if (!found) {
          throw new Failure("env.missing", {
            fact: "An environment variable is not set",
            value: reference.name,
            place: where(path),
          });
        }
        if (secret) secrets.add(found);
        return found;
      }
      return await openAll(value, path, secret);
    }
    if (secret && typeof value === "string" && value !== "") secrets.add(value);
    return value;
  };

  const openAll = async (values: object, path: string, secret: boolean): Promise<Record<string, unknown>> => {
    const opened: [string, unknown][] = [];
    for (const [key, value] of Object.entries(values)) {
      const inner = path ? `${path}.${key}` : key;
      opened.push([key, await open(value, inner, secret || (!path && secretSettings.includes(key)))]);
    }
    return Object.fromEntries(opened);
  };

  const opened = await openAll(settings, "", false);
  return { settings: opened, secrets: [...secrets].sort((a, b) => b.length - a.length) };
}

function referenceIn(value: object): { to: "secret" | "env"; name: string } | undefined {
  const entries = Object.entries(value);
  if (entries.length !== 1) return undefined;
  const [[to, name]] = entries;
  return (to === "secret" || to === "env") && typeof name === "string" ? { to, name } : undefined;
}

/** The vault's failure, with the place where the secret was asked for. */
function placed(thrown: unknown, place: string): unknown {
  if (!(thrown instanceof Failure)) return thrown;
  const { code, message: fact, value, action, retryAfter, cause } = thrown;
  return new Failure(code, {
    fact,
    value: value ?? thrown.place,
    place: code.startsWith("secret.") && code !== "secret.no-master-key" ? place : thrown.place,
    action,
    retryAfter,
    cause,
  });
}
