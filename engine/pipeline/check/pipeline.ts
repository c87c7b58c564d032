/**
 * Checks one pipeline file against both connectors' streams, and makes it into the form a run works with.
 *
 * @module
 */
import type { WrittenPipeline } from "../../../schemas/pipeline/pipeline.ts";
import type { Stream } from "../../connector.ts";
import { fieldsOf } from "../../fields.ts";
import { checkMap } from "./rule.ts";
import { checkCel, type Checking, checkTemplate, scalarAt, unknownField } from "./value.ts";
import { checkTrigger } from "./trigger.ts";
import type { CheckedConnection } from "./connections.ts";
import { nearest } from "../nearest.ts";
import { hashOf } from "../hash.ts";
import { INBOX, INBOX_STREAMS } from "../inbox.ts";
import type { Adoption, Diagnostic, Pipeline, Rule, TemplatePart } from "../model.ts";
import { parseTemplate } from "../template.ts";
import { outerScope, resolve, type Scope } from "../scope.ts";
import type { Path, Source } from "../yaml/source.ts";

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
const NOTHING: Rule = { rule: "value", value: null };

/** Checks a draft. Gives the pipeline even where something was reported: it is then not to be run. */
export function checkPipeline(
  { source, data, broken }: Draft,
  around: Surroundings,
): { pipeline: Pipeline; needs: Need[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const needs: Need[] = [];
  const on: Checking = {
    source,
    unique: [],
    report(path, { severity = "error", ...finding }, where) {
      const span = where === "key" ? source.span(path, "key") : where ?? source.span(path);
      diagnostics.push(source.at(span, { ...finding, severity }));
    },
    link(path, name, reverse) {
      if (!named(name, path, around.drafts, on)) return;
      if (name !== data.name) needs.push({ pipeline: name, path, kind: "link" });
      const other = around.drafts.get(name)?.data;
      if (!other) return;
      const [wanted, side] = reverse
        ? [data.source.connection, "source"]
        : [data.destination.connection, "destination"];
      if (other.destination.connection !== wanted && writable(other.destination, around)) {
        const message =
          `${name} links records of ${other.destination.connection}, not of this pipeline's ${side} ${wanted}`;
        on.report(path, { code: "wrong-connection", message, help: `link a pipeline that writes to ${wanted}` });
      }
    },
  };
  const from = streamOf(["source"], data.source, "source", around, on);
  const into = streamOf(["destination"], data.destination, "destination", around, on);
  const joins: Record<string, Stream> = {};
  let joinsKnown = !broken.keys.has("source.with");
  for (const [name, join] of Object.entries(data.source.with ?? {})) {
    const stream = streamOf(["source", "with", name], join, "source", around, on);
    if (stream) joins[name] = stream;
    else joinsKnown = false;
  }
  const scope = from &&
    outerScope(from, { joins, split: data.source.split !== undefined || broken.keys.has("source.split") });
  if (scope && joinsKnown) checkSource(data, scope, on);
  const adopt = checkDestination(data, into, scope, broken, on);
  let map: Pipeline["map"] = {};
  if (scope && joinsKnown && into) {
    on.unique = into.destination!.unique;
    const fields = fieldsOf(into.destination!.fields);
    const title = `${data.destination.stream} of ${data.destination.connection}`;
    const required = data.destination.create !== "never" && broken.fields.size === 0 &&
      !broken.keys.has("destination.create");
    map = checkMap(data.map, { path: ["map"], fields, scope, required, title }, on);
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
      ...(data.source.require && { require: data.source.require.map((one) => ({ ...one, words: wordsOf(one.says) })) }),
      ...(data.source.split && { split: data.source.split.by }),
      with: Object.fromEntries(
        Object.entries(data.source.with ?? {}).map(([name, join]) => [name, {
          ...join,
          key: { rule: "take", from: join.key, apply: [] },
          follow: false,
        }]),
      ),
    },
    destination: {
      connection: data.destination.connection,
      stream: data.destination.stream,
      ...(data.destination.partition && { partition: { missing: "park" as const, ...data.destination.partition } }),
      adopt,
      create: data.destination.create ?? "allowed",
      leaves: data.destination.leaves ?? "keep",
      drift: data.destination.drift ?? "overwrite",
      deactivateAtMost: share(data.destination.deactivate_at_most),
    },
    ...(data.posting && { posting: posting(data.posting) }),
    map,
    trigger,
    needs: [...new Set(needs.map((need) => need.pipeline))].sort(),
  };
  pipeline.hash = hashOf(pipeline);
  return { pipeline, needs, diagnostics };
}

/** Whether a destination is one; where it is not, its own file says so. */
function writable(
  { connection, stream }: { connection: string; stream: string },
  { connections }: Surroundings,
): boolean {
  const streams = connection === INBOX ? INBOX_STREAMS : connections.get(connection)?.connector?.streams;
  return streams !== undefined && Object.hasOwn(streams, stream) && streams[stream].destination !== undefined;
}

function named(name: string, path: Path, drafts: Surroundings["drafts"], on: Checking): boolean {
  if (drafts.has(name)) return true;
  const near = nearest(name, drafts.keys());
  const help = near ? `did you mean ${near}?` : `there are ${[...drafts.keys()].sort().join(", ")}`;
  on.report(path, { code: "unknown-pipeline", message: `There is no pipeline ${name}`, help });
  return false;
}

/** The stream that `connection:` and `stream:` name, if both are right. */
function streamOf(
  path: Path,
  { connection, stream }: { connection: string; stream: string },
  side: "source" | "destination",
  { connections }: Surroundings,
  on: Checking,
): Stream | undefined {
  const builtIn = connection === INBOX;
  const known = connections.get(connection);
  if (!known && !builtIn) {
    const names = [...connections.keys(), ...(side === "destination" ? [INBOX] : [])];
    const near = nearest(connection, names);
    const help = near ? `did you mean ${near}?` : `there are ${names.join(", ")}`;
    on.report([...path, "connection"], {
      code: "unknown-connection",
      message: `There is no connection ${connection}`,
      help,
    });
    return undefined;
  }
  const streams = builtIn ? INBOX_STREAMS : known!.connector?.streams;
  if (!streams) return undefined;
  const usable = Object.keys(streams).filter((name) => streams[name][side]);
  const found = Object.hasOwn(streams, stream) ? streams[stream] : undefined;
  if (found?.[side]) return found;
  const near = nearest(stream, usable);
  const help = near ? `did you mean ${near}?` : usable.length ? `there are ${usable.join(", ")}` : undefined;
  const what = side === "source" ? "read from" : "written to";
  const message = found ? `${connection}'s ${stream} cannot be ${what}` : `${connection} has no stream ${stream}`;
  on.report([...path, "stream"], { code: "unknown-stream", message, help });
  return undefined;
}

/** The parts of what a requirement says; none where that is no template, which is reported beside it. */
function wordsOf(says: string): TemplatePart[] {
  const parsed = parseTemplate(says);
  return "parts" in parsed
    ? parsed.parts.map((part) => "text" in part ? { text: part.text } : { path: part.path })
    : [];
}

function checkSource(data: WrittenPipeline, scope: Scope, on: Checking): void {
  const { where, split, with: joins } = data.source;
  if (where) checkCel(where.cel, ["source", "where", "cel"], scope, on, "boolean");
  for (const [i, { that, says }] of (data.source.require ?? []).entries()) {
    checkCel(that, ["source", "require", i, "that"], scope, on, "boolean");
    checkTemplate(says, ["source", "require", i, "says"], scope, on);
  }
  if (split) {
    const path = ["source", "split", "by"];
    const found = resolve(scope, split.by);
    if (!("field" in found)) unknownField(split.by, path, found, on);
    else if ("fields" in found.field && !("" in found.field.fields)) {
      const names = Object.keys(found.field.fields);
      const message = `${split.by} is ${
        found.field.kind === "list" ? "a list of records" : "a record"
      }, not a value to split by`;
      on.report(path, { code: "not-a-value", message, help: `write ${split.by}.${names[0]}` });
    }
  }
  for (const [name, join] of Object.entries(joins ?? {})) {
    const path = ["source", "with", name];
    if (Object.hasOwn(scope.fields, name) || ["rec", "root", "parent", "part", "run", "connection"].includes(name)) {
      on.report(path, {
        code: "bad-name",
        message: `${name} has a meaning already`,
        help: "give the join another name",
      }, "key");
    }
    scalarAt(join.key, [...path, "key"], scope, on);
  }
}

function checkDestination(
  data: WrittenPipeline,
  into: Stream | undefined,
  scope: Scope | undefined,
  broken: Draft["broken"],
  on: Checking,
): Adoption[] {
  const { partition, adopt, create, leaves, stream } = data.destination;
  if (partition) {
    on.link(["destination", "partition", "link"], partition.link, false);
    if (scope) scalarAt(partition.of, ["destination", "partition", "of"], scope, on);
  }
  const path: Path = ["destination"];
  if (into && into.partition && !partition && !broken.keys.has("destination.partition")) {
    const help = `add partition: { link: …, of: … }, the pipeline that links each ${into.partition}`;
    on.report([...path, "stream"], {
      code: "missing-partition",
      message: `${stream} belong to a ${into.partition} each`,
      help,
    });
  }
  if (into && !into.partition && partition) {
    const message = `${stream} are not divided, so there is no partition to name`;
    on.report([...path, "partition"], { code: "useless-key", message, help: "leave it out" }, "key");
  }
  const able = into?.destination;
  if (able && !able.creates && create !== "never" && !broken.keys.has("destination.create")) {
    const at = create === undefined ? [...path, "stream"] : [...path, "create"];
    on.report(at, { code: "cannot-create", message: `${stream} cannot be created`, help: "write create: never" });
  }
  if (able && !able.deactivates && leaves === "deactivate") {
    on.report([...path, "leaves"], {
      code: "cannot-deactivate",
      message: `${stream} cannot be deactivated`,
      help: "write leaves: keep or leaves: hold",
    });
  }
  const list = Array.isArray(adopt) ? adopt : adopt ? [adopt] : [];
  return list.map((one, i): Adoption => {
    const at = [...path, "adopt", ...(Array.isArray(adopt) ? [i] : []), "match"];
    for (const [place, [field, mapped]] of Object.entries(one.match).entries()) {
      // The first finds, the others tell apart what was found.
      const findable = able && (place === 0 ? ["id", ...able.find] : Object.keys(into.record.shape));
      if (findable && !findable.includes(field)) {
        const near = nearest(field, findable);
        const help = near ? `did you mean ${near}?` : `it can be found by ${["id", ...able.find].join(", ")}`;
        const message = place === 0 ? `${stream} cannot be found by ${field}` : `${stream} has no field ${field}`;
        on.report(
          [...at, field],
          { code: "unknown-match", message, help },
          "key",
        );
      }
      if (!Object.hasOwn(data.map, mapped) && !broken.fields.has(mapped)) {
        const near = nearest(mapped, Object.keys(data.map));
        const help = near ? `did you mean ${near}?` : `map ${mapped}, or match another field`;
        on.report([...at, field], {
          code: "unmapped-match",
          message: `${mapped} is not mapped, so there is nothing to match`,
          help,
        });
      }
    }
    return { match: { ...one.match }, how: one.how ?? "suggest" };
  });
}

function share(written: string | number | undefined): number {
  if (written === undefined) return DEFAULT_SHARE;
  return typeof written === "number" ? written : Number.parseFloat(written) / 100;
}

function posting(written: NonNullable<WrittenPipeline["posting"]>): Pipeline["posting"] {
  const from = typeof written.from === "string" ? { default: written.from } : written.from;
  return {
    balance: { each: "", position: NOTHING, certified: NOTHING },
    authorMayApprove: false,
    mode: written.mode ?? "shadow",
    recognise: written.recognise ?? "until_invoiced",
    from: { default: from.default, projects: { ...("projects" in from ? from.projects : {}) } },
    approval: written.approval ?? "none",
    period: written.period ?? "hold",
    as: written.as ?? "journal",
    caps: { ...written.caps },
  };
}
