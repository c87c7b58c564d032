/**
 * Checks `connections.yaml`: names, connectors, and each connector's own settings, with secrets still sealed.
 *
 * @module
 */
import { z } from "zod";
import type { Connector, Registry } from "../../connector.ts";
import { connectionSchema, connectionsSchema, isReference, reference } from "../../../schemas/pipeline/connections.ts";
import { nearest } from "../nearest.ts";
import { INBOX } from "../inbox.ts";
import type { ConnectionConfig, Diagnostic } from "../model.ts";
import { shapeIssues } from "../yaml/issues.ts";
import type { Path, Source } from "../yaml/source.ts";

/** A connection as far as it could be understood. */
export interface CheckedConnection {
  /** Undefined where the connection is wrong in itself; pipelines that name it are then not blamed. */
  connector?: Connector;
  config?: ConnectionConfig;
}

/** Checks a connections file. Diagnostics are in no particular order. */
export function checkConnections(
  source: Source,
  registry: Registry,
): { connections: Map<string, CheckedConnection>; diagnostics: Diagnostic[] } {
  const connections = new Map<string, CheckedConnection>();
  const issues = shapeIssues(connectionsSchema, source);
  const diagnostics = issues.map((issue) => issue.diagnostic);
  const data = source.data;
  if (typeof data !== "object" || data === null || Array.isArray(data)) return { connections, diagnostics };
  const tags = new Map<string, string>();
  for (const [name, written] of Object.entries(data)) {
    const checked: CheckedConnection = {};
    connections.set(name, checked);
    if (!connectionSchema.safeParse(written).success) continue;
    const { connector: kind, tag, ...settings } = written as z.infer<typeof connectionSchema>;
    const report = (path: Path, code: string, message: string, help?: string, of?: "key"): void => {
      diagnostics.push(source.at(source.span([name, ...path], of), { code, message, help }));
    };
    if (name === INBOX) {
      report([], "bad-name", `The connection ${INBOX} is built in`, "choose another name", "key");
      continue;
    }
    const connector = Object.hasOwn(registry, kind) ? registry[kind] : undefined;
    if (!connector) {
      const near = nearest(kind, Object.keys(registry));
      const help = near ? `did you mean ${near}?` : `there are ${Object.keys(registry).join(", ")}`;
      report(["connector"], "unknown-connector", `There is no connector ${kind}`, help);
      continue;
    }
    checked.connector = connector;
    const owner = tags.get(`${kind}\n${tag}`);
    if (owner) {
      report(["tag"], "duplicate-tag", `The connection ${owner} has the tag ${tag} already`, "give each its own");
    } else tags.set(`${kind}\n${tag}`, name);
    const before = diagnostics.length;
    checkSettings(connector, settings, name, source, report);
    if (diagnostics.length === before && !owner) {
      const place = source.at(source.span([name], "key"), { code: "", message: "" }).place;
      checked.config = { name, connector: kind, tag, settings: plainObject(settings), place };
    }
  }
  return { connections, diagnostics };
}

type Report = (path: Path, code: string, message: string, help?: string, of?: "key") => void;

function checkSettings(
  connector: Connector,
  settings: Record<string, unknown>,
  name: string,
  source: Source,
  report: Report,
) {
  const covered = new Set<string>();
  const done = (path: Path): void => void covered.add(JSON.stringify(path));
  for (const secret of connector.secrets) {
    const path = secret.split(".");
    const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], settings);
    if (value === undefined || isReference(value)) continue;
    if (value !== null && typeof value === "object") continue;
    done(path);
    const sealed = `${name}-${path.at(-1)!.replaceAll("_", "-")}`;
    const help = `run \`gusset secret set ${sealed}\` and write { secret: ${sealed} }`;
    report(path, "plain-secret", `${path.at(-1)} is a secret and must not be written here`, help);
  }
  const misspelt = unknownSettings(connector.settings, settings, [], (path, near, known) => {
    done(path);
    const help = near ? `did you mean ${near}?` : `it takes ${known.join(", ")}`;
    report(path, "unknown-key", `${connector.title} has no setting ${path.at(-1)}`, help, "key");
  });
  const references: Path[] = [];
  collectReferences(settings, [], references);
  for (const path of references) {
    const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key as string], settings);
    if (reference.safeParse(value).success) continue;
    done(path);
    report(path, "bad-reference", `${path.at(-1)} is no reference`, "write { secret: name } or { env: NAME }");
  }
  const within = (outer: Path, inner: Path): boolean => outer.every((key, i) => key === inner[i]);
  for (const issue of shapeIssues(connector.settings, source, [name], settings)) {
    const path = issue.path.slice(1);
    const hidden = references.some((one) => within(one, path)) || covered.has(JSON.stringify(path)) ||
      misspelt.some((one) => JSON.stringify(one) === JSON.stringify(path)) || issue.diagnostic.code === "unknown-key";
    if (!hidden) report(path, issue.diagnostic.code, issue.diagnostic.message, issue.diagnostic.help);
  }
}

function collectReferences(value: unknown, path: Path, into: Path[]): void {
  if (isReference(value)) return void into.push(path);
  if (typeof value !== "object" || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    collectReferences(child, [...path, Array.isArray(value) ? Number(key) : key], into);
  }
}

/** Keys that a settings schema does not know, at any depth. Gives the paths of settings that those were probably meant for. */
function unknownSettings(
  schema: z.ZodType,
  value: unknown,
  path: Path,
  found: (path: Path, near: string | undefined, known: string[]) => void,
): Path[] {
  let inner: unknown = schema;
  while (
    inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable ||
    inner instanceof z.ZodPrefault
  ) {
    inner = inner.unwrap();
  }
  if (inner instanceof z.ZodPipe) inner = inner.in;
  if (!(inner instanceof z.ZodObject) || typeof value !== "object" || value === null || isReference(value)) return [];
  const known = Object.keys(inner.shape);
  const meant: Path[] = [];
  for (const [key, child] of Object.entries(value)) {
    if (Object.hasOwn(inner.shape, key)) {
      meant.push(...unknownSettings(inner.shape[key] as z.ZodType, child, [...path, key], found));
      continue;
    }
    if (inner.def.catchall && !(inner.def.catchall instanceof z.ZodNever)) continue;
    const near = nearest(key, known.filter((one) => !Object.hasOwn(value, one)));
    if (near) meant.push([...path, near]);
    found([...path, key], near, known);
  }
  return meant;
}

/** The reader's maps have no prototype; connectors get ordinary objects. */
function plainObject(value: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value));
}

/** Covers what looks like a plain secret in a text that may be shown: same length, no character kept. */
export function maskSecrets(text: string, registry: Registry): string {
  const names = new Set(
    Object.values(registry).flatMap((one) => one.secrets.map((secret) => secret.split(".").at(-1)!)),
  );
  if (names.size === 0) return text;
  const line = new RegExp(
    `^(.*?(?:^|[\\s{,"'])(?:${[...names].map((one) => RegExp.escape(one)).join("|")})["']?[ \\t]*:)(.*)$`,
  );
  let deeper = -1;
  return text.split("\n").map((raw) => {
    const indent = raw.search(/\S/);
    if (deeper >= 0 && (indent > deeper || indent < 0)) return raw.replace(/\S/g, "•");
    deeper = -1;
    const match = line.exec(raw);
    if (!match || /^\s*(\{\s*(secret|env)\s*:|#|$)/.test(match[2])) return raw;
    deeper = indent;
    return match[1] + match[2].replace(/[^\s]/g, "•");
  }).join("\n");
}
