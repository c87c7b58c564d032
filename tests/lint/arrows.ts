/**
 * Which file may import which: the arrows of the house. Pure, so that the lint plugin and a test over the whole tree share it.
 *
 * @module
 */

/** The engine's rooms in tiers: a room imports rooms of lower tiers, itself and the base; never sideways but for {@link SIDEWAYS}. */
const TIERS: readonly (readonly string[])[] = [
  ["mapping", "pipeline", "state", "vault", "wire", "sandbox"],
  ["run", "post", "reconcile", "notify", "conformance", "rehearse"],
  ["trigger"],
  ["acts"],
  ["server"],
  ["cli"],
];

/**
 * A mapping is a compiled pipeline; a vault is kept in the store and opens a pipeline's connections; a posting run reads as any run; a reconciliation
 * reads the keys of what was posted.
 */
const SIDEWAYS: Record<string, readonly string[]> = {
  mapping: ["pipeline"],
  vault: ["state", "pipeline"],
  pipeline: [],
  post: ["run"],
  reconcile: ["post"],
};

/** Packages that have one door: everyone else imports the file that guards them. */
const DOORS: Record<string, { file: string; why: string }> = {
  "big.js": { file: "engine/decimal.ts", why: "decimals are set up once, in engine/decimal.ts" },
};

/** A file's room: what the arrows are drawn between. */
export type Room =
  | { kind: "door" | "outside" | "base" }
  | { kind: "engine" | "connector" | "schemas"; name: string };

/** The room of a file, by its path from the repository's root. */
export function roomOf(path: string): Room {
  const [top, name, ...rest] = path.split("/");
  if (path === "main.ts") return { kind: "door" };
  if (top === "engine" && rest.length > 0) return { kind: "engine", name };
  if (top === "engine") return { kind: "base" };
  if (top === "connectors" && rest.length > 0) return { kind: "connector", name };
  if (top === "schemas") return { kind: "schemas", name: rest.length > 0 ? name : "" };
  return { kind: "outside" };
}

/** Why `from` may not import `to` (both paths from the root); undefined where it may. */
export function forbidden(from: string, to: string): string | undefined {
  const [here, there] = [roomOf(from), roomOf(to)];
  if (here.kind === "door" || here.kind === "outside") return undefined;
  if (there.kind === "outside") {
    return /_test\.tsx?$/.test(from) || !to.startsWith("tests/") ? undefined : "only a test imports from tests/";
  }
  if (there.kind === "door") return "main.ts is the door: nothing imports it";
  switch (here.kind) {
    case "base":
      return there.kind === "base" ? undefined : "the base imports only the base";
    case "schemas":
      if (there.kind === "base") return undefined;
      if (there.kind === "schemas" && there.name === here.name) return undefined;
      return "a schema imports only the base and its own folder";
    case "connector":
      return connectorMay(here.name, there);
    case "engine":
      return engineMay(here.name, there);
  }
}

function connectorMay(name: string, there: Room): string | undefined {
  if (there.kind === "base") return undefined;
  if (there.kind === "engine") {
    return there.name === "wire" || there.name === "sandbox"
      ? undefined
      : "a connector knows the engine by its contract, engine/connector.ts, the base, engine/wire and engine/sandbox";
  }
  if (there.kind === "connector") {
    return there.name === name ? undefined : "a connector does not know another connector";
  }
  if (there.kind === "schemas") {
    // The invented company fills every system's sandbox.
    return there.name === name || name === "company" ? undefined : "a connector imports its own schemas only";
  }
  return undefined;
}

function engineMay(name: string, there: Room): string | undefined {
  if (there.kind === "base") return undefined;
  if (there.kind === "connector") return "the engine never imports a connector: main.ts hands it the registry";
  if (there.kind === "schemas") {
    return there.name === "pipeline" ? undefined : "the engine knows no system's records, only the files people write";
  }
  if (there.kind !== "engine" || there.name === name) return undefined;
  const [mine, theirs] = [tierOf(name), tierOf(there.name)];
  if (mine === -1) return `engine/${name} is no room of the house: add it to tests/lint/arrows.ts`;
  if (theirs === -1) return `engine/${there.name} is no room of the house: add it to tests/lint/arrows.ts`;
  if (theirs < mine || SIDEWAYS[name]?.includes(there.name)) return undefined;
  return `imports point one way: engine/${name} may not import engine/${there.name}`;
}

const tierOf = (name: string): number => TIERS.findIndex((tier) => tier.includes(name));

/** Why `from` may not import the package `specifier`; undefined where it may. */
export function forbiddenPackage(from: string, specifier: string): string | undefined {
  if (/^(npm|jsr|https?):/.test(specifier)) {
    return "a package is imported by its bare name, from the import map in deno.json";
  }
  const door = DOORS[specifier];
  return door && door.file !== from ? `${door.why}: import that` : undefined;
}
