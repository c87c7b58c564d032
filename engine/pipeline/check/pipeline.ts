/**
 * Checks one pipeline file against both connectors' streams, and makes it into the form a run works with.
 *
 * @module
 */
import type { WrittenPipeline } from "../../../schemas/pipeline/pipeline.ts";
import type { Stream } from "../../connector.ts";
import { hashOf } from "../hash.ts";
import { documentFields, elementFields, targetFields } from "../joins.ts";
import type { Diagnostic, Pipeline, Posting } from "../model.ts";
import { nearest } from "../nearest.ts";
import { outerScope, type Scope } from "../scope.ts";
import type { Path, Source } from "../yaml/source.ts";
import type { CheckedConnection } from "./connections.ts";
import { checkDestination } from "./destination.ts";
import { checkPosting } from "./posting.ts";
import { checkMap } from "./rule.ts";
import { checkJoins, checkSource, wordsOf } from "./source.ts";
import { streamOf, writable } from "./stream.ts";
import { checkTrigger } from "./trigger.ts";
import type { Checking } from "./value.ts";

/** A pipeline file whose shape is right, but for the keys named. */
export interface Draft {
  source: Source;
  data: WrittenPipeline;
  /** Top-level keys, and fields of the map, that were left out because their shape is wrong. */
  broken: { keys: Set<string>; fields: Set<string> };
}

/** What a pipeline is checked against. */
export interface Surroundings {
  connections: Map<string, CheckedConnection>;
  /** All drafts by name; undefined for a file that names itself but cannot be checked. */
  drafts: Map<string, Draft | undefined>;
}

/** A place that names another pipeline. */
export interface Need {
  pipeline: string;
  path: Path;
  /** A link to itself is no need: such records wait for one another. */
  kind: "link" | "after";
}

const DEFAULT_SHARE = 0.1;

/** Checks a draft. Gives the pipeline even where something was reported: it is then not to be run. */
export function checkPipeline(
  { source, data, broken }: Draft,
  around: Surroundings,
): { pipeline: Pipeline; needs: Need[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const needs: Need[] = [];
  const on = checkingOf({ source, data, around, diagnostics, needs });
  const { connections } = around;
  const from = streamOf(["source"], data.source, "source", connections, on);
  const into = streamOf(["destination"], data.destination, "destination", connections, on);
  const joined = Object.fromEntries(
    Object.entries(data.source.with ?? {}).map(([name, join]): [string, Stream | undefined] => [
      name,
      streamOf(["source", "with", name], join, "source", connections, on),
    ]),
  );
  const joinsKnown = !broken.keys.has("source.with") && !Object.values(joined).includes(undefined);
  const split = data.source.split !== undefined || broken.keys.has("source.split");
  const posts = data.posting !== undefined || broken.keys.has("posting") || into?.posting !== undefined;
  const found = from && joinsKnown ? checkJoins(data, { source: from, joined, posts }, on) : undefined;
  const scope = found?.fields && outerScope(found.fields, { split });
  if (scope) checkSource(data, scope, on);
  const adopt = checkDestination(data, into, scope, broken, on);
  const posting = scope && !broken.keys.has("posting")
    ? checkPosting(data, { scope, into, broken: broken.fields }, on)
    : undefined;
  let map: Pipeline["map"] = {};
  const fields = into && targetFields(into);
  const seen = scope && !broken.keys.has("posting") ? mapScope(scope, posting, into) : undefined;
  if (seen && fields) {
    on.unique = into.destination?.unique ?? [];
    const title = `${data.destination.stream} of ${data.destination.connection}`;
    const required = data.destination.create !== "never" && broken.fields.size === 0 &&
      !broken.keys.has("destination.create");
    map = checkMap(data.map, { path: ["map"], fields, scope: seen, required, title }, on);
  }
  const trigger = checkTrigger(data, from, (name, path) => {
    if (name === data.name) {
      return on.report(path, { code: "cycle", message: `${name} cannot run after itself`, help: "leave it out" });
    }
    if (named(name, path, around.drafts, on)) needs.push({ pipeline: name, path, kind: "after" });
  }, on);
  const pipeline: Pipeline = {
    name: data.name,
    description: data.description ?? "",
    file: source.file,
    hash: "",
    source: {
      connection: data.source.connection,
      stream: data.source.stream,
      ...(data.source.where && { where: data.source.where.cel }),
      ...(data.source.skip && { skip: data.source.skip.map((one) => ({ ...one, words: wordsOf(one.says) })) }),
      ...(data.source.require && { require: data.source.require.map((one) => ({ ...one, words: wordsOf(one.says) })) }),
      ...(data.source.split && { split: data.source.split.by }),
      with: found?.joins ?? {},
    },
    destination: {
      connection: data.destination.connection,
      stream: data.destination.stream,
      ...(data.destination.partition && { partition: partitionOf(data.destination.partition) }),
      adopt,
      create: data.destination.create ?? "allowed",
      leaves: data.destination.leaves ?? "keep",
      drift: data.destination.drift ?? "overwrite",
      deactivateAtMost: share(data.destination.deactivate_at_most),
    },
    ...(posting && { posting }),
    map,
    trigger,
    needs: [...new Set(needs.map((need) => need.pipeline))].sort(),
  };
  pipeline.hash = hashOf(pipeline);
  return { pipeline, needs, diagnostics };
}

/** What the map can name; undefined where it was reported that nothing comes of it. */
function mapScope(scope: Scope, posting: Posting | undefined, into: Stream | undefined): Scope | undefined {
  if (!posting) return into?.posting ? undefined : scope;
  const { as, balance: { each } } = posting;
  if (as !== "notice" && !into?.posting || !elementFields(scope.fields, each)) return undefined;
  return outerScope(documentFields(scope.fields, each));
}

/** Where a record goes; what has no link is waited for by nobody. */
function partitionOf(
  { link, of, missing = link === undefined ? "reject" : "park" }: NonNullable<
    WrittenPipeline["destination"]["partition"]
  >,
): Pipeline["destination"]["partition"] {
  return { ...(link !== undefined && { link }), of, missing };
}

interface Parts {
  source: Source;
  data: WrittenPipeline;
  around: Surroundings;
  diagnostics: Diagnostic[];
  needs: Need[];
}

/** What the checks of one file share. */
function checkingOf({ source, data, around, diagnostics, needs }: Parts): Checking {
  const ends = [data.source, ...Object.values(data.source.with ?? {})].map(({ connection }) => connection);
  const on: Checking = {
    source,
    unique: [],
    report(path, { severity = "error", ...finding }, where) {
      const span = where === "key" ? source.span(path, "key") : where ?? source.span(path);
      diagnostics.push(source.at(span, { ...finding, severity }));
    },
    link(path, name, reverse, wanted) {
      if (!named(name, path, around.drafts, on)) return;
      if (name !== data.name) needs.push({ pipeline: name, path, kind: "link" });
      const other = around.drafts.get(name)?.data;
      if (!other || !writable(other.destination, around.connections)) return;
      const there = other.destination.connection;
      // Backward the id is one that the pipeline has read somewhere; forward it is one for where it goes.
      if (reverse ? !ends.includes(there) : there !== (wanted ?? data.destination.connection)) {
        const [side, right] = reverse
          ? ["this pipeline's source", data.source.connection]
          : wanted === undefined
          ? ["this pipeline's destination", data.destination.connection]
          : ["the joined stream's connection", wanted];
        const message = `${name} links records of ${there}, not of ${side} ${right}`;
        on.report(path, { code: "wrong-connection", message, help: `link a pipeline that writes to ${right}` });
      } else if (reverse && wanted !== undefined && other.source.connection !== wanted) {
        const message = `${name} leads back to ${other.source.connection}, and the joined stream is ${wanted}'s`;
        on.report(path, { code: "wrong-connection", message, help: `link a pipeline that reads from ${wanted}` });
      }
    },
    child(path, name, list) {
      const map = around.drafts.get(name)?.data.map;
      if (!map) return;
      const keyed = Object.keys(map).filter((field) =>
        [map[field]].flat().some((part) => typeof part === "object" && "each" in part && part.key !== undefined)
      );
      if (keyed.includes(list)) return;
      const near = nearest(list, keyed);
      const help = near ? `did you mean ${near}?` : keyed.length > 0 ? `it has ${keyed.join(", ")}` : undefined;
      on.report(path, { code: "unknown-list", message: `${name} links no items of ${list}`, help });
    },
  };
  return on;
}

function named(name: string, path: Path, drafts: Surroundings["drafts"], on: Checking): boolean {
  if (drafts.has(name)) return true;
  const near = nearest(name, drafts.keys());
  const help = near ? `did you mean ${near}?` : `there are ${[...drafts.keys()].sort().join(", ")}`;
  on.report(path, { code: "unknown-pipeline", message: `There is no pipeline ${name}`, help });
  return false;
}

function share(written: string | number | undefined): number {
  if (written === undefined) return DEFAULT_SHARE;
  return typeof written === "number" ? written : Number.parseFloat(written) / 100;
}
