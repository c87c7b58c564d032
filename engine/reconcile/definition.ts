/**
 * A reconciliation as its file defines it, checked: every stream, field, link and condition is there before anything is read.
 *
 * @module
 */
import type { WrittenReconciliation } from "../../schemas/pipeline/reconciliation.ts";
import type { Registry, Stream } from "../connector.ts";
import type { Field, Kind } from "../fields.ts";
import { compileCel, type Compiled, recordField } from "../pipeline/cel.ts";
import type { Diagnostic, Pipeline, Posting, Project } from "../pipeline/model.ts";
import { nearest } from "../pipeline/nearest.ts";
import { recordFields, resolve } from "../pipeline/scope.ts";
import { parseTemplate } from "../pipeline/template.ts";
import type { Path, Source } from "../pipeline/yaml/source.ts";

/** A definition that can be run. */
export interface Definition {
  written: WrittenReconciliation;
  /** The posting pipeline. */
  pipeline: Pipeline & { posting: Posting };
  /** The conditions, over `rec`. */
  conditions: { counts: Compiled; ours?: Compiled; pending?: Compiled };
  /** The file it was read from. */
  file: string;
}

/** What a section's paths have to lead to; `each` opens the list that those marked `inner` are of. */
type Wanted = Record<string, { kinds: readonly Kind[]; inner?: true }>;

const TEXTS: readonly Kind[] = ["text", "id", "integer"];
const AMOUNT: readonly Kind[] = ["decimal", "integer"];
const DAY: readonly Kind[] = ["date", "instant"];
const inner = (kinds: readonly Kind[]) => ({ kinds, inner: true as const });
const outer = (kinds: readonly Kind[]) => ({ kinds });

const SECTIONS: Record<string, Wanted> = {
  certified: {
    fits: outer(["boolean"]),
    fault: outer(TEXTS),
    contract: outer(TEXTS),
    order: outer(TEXTS),
    date: outer(DAY),
    currency: outer(TEXTS),
    value: outer(AMOUNT),
    line: inner(TEXTS),
    account: inner(TEXTS),
    cost: inner(AMOUNT),
    withheld: inner(AMOUNT),
  },
  booked: {
    account: outer(TEXTS),
    ledger: outer(TEXTS),
    currency: outer(TEXTS),
    unit: outer(AMOUNT),
    billed: outer(AMOUNT),
    received: outer(AMOUNT),
    date: inner(DAY),
    amount: inner(AMOUNT),
    void: inner(DAY),
    paired: inner(TEXTS),
  },
  orders: { position: inner(TEXTS), amount: inner(AMOUNT) },
  contracts: { label: outer(TEXTS), currency: outer(TEXTS), revised: outer(AMOUNT), changes: outer(AMOUNT) },
  changes: { contract: outer(TEXTS), amount: outer(AMOUNT) },
  accounts: { label: outer(TEXTS) },
  balances: {
    account: outer(TEXTS),
    currency: outer(TEXTS),
    ledger: outer(TEXTS),
    label: outer(TEXTS),
    debit: outer(AMOUNT),
  },
};

/** Checks a definition whose shape is right; undefined where anything was reported. */
export function checkDefinition(
  source: Source,
  written: WrittenReconciliation,
  { project, registry, diagnostics }: { project: Project; registry: Registry; diagnostics: Diagnostic[] },
): Definition | undefined {
  const before = diagnostics.length;
  const report = (path: Path, finding: Pick<Diagnostic, "code" | "message" | "help">): void =>
    void diagnostics.push(source.at(source.span(path), finding));
  const names = project.pipelines.map(({ name }) => name);
  const pipelineAt = (path: Path, name: string): Pipeline | undefined => {
    const found = project.pipelines.find((one) => one.name === name);
    if (!found) report(path, unknown("pipeline", name, names));
    return found;
  };

  const pipeline = pipelineAt(["pipeline"], written.pipeline);
  if (pipeline && !pipeline.posting) {
    const help = "name the pipeline that posts the journals";
    report(["pipeline"], { code: "not-posting", message: `${pipeline.name} posts nothing`, help });
  }
  for (const key of ["contracts", "projects", "accounts"] as const) {
    if (written.links[key] !== undefined) pipelineAt(["links", key], written.links[key]);
  }
  const contracts = project.pipelines.find(({ name }) => name === written.links.contracts);
  if (contracts && contracts.map[written.links.lines]?.rule !== "list") {
    const lists = Object.entries(contracts.map).filter(([, { rule }]) => rule === "list").map(([name]) => name);
    report(["links", "lines"], unknown(`list of ${contracts.name}`, written.links.lines, lists));
  }

  const streams = new Map<string, Stream>();
  for (const [key, wanted] of Object.entries(SECTIONS)) {
    const section = written[key as keyof WrittenReconciliation] as Record<string, unknown> | undefined;
    if (!section) continue;
    const stream = streamAt(key, section as { connection: string; stream: string });
    if (stream) streams.set(key, stream);
    if (stream) checkSection({ key, section, stream, wanted, report });
  }
  checkLabel(written.certified.label, streams.get("certified"), report);
  const conditions = {
    counts: condition(["certified", "counts", "cel"], written.certified.counts.cel, "certified"),
    ours: written.certified.ours && condition(["certified", "ours", "cel"], written.certified.ours.cel, "certified"),
    pending: written.changes && condition(["changes", "pending", "cel"], written.changes.pending.cel, "changes"),
  };
  if (diagnostics.length > before || !pipeline?.posting || !conditions.counts) return undefined;
  return {
    written,
    pipeline: pipeline as Definition["pipeline"],
    conditions: conditions as Definition["conditions"],
    file: source.file,
  };

  function streamAt(key: string, { connection, stream }: { connection: string; stream: string }): Stream | undefined {
    const config = project.connections[connection];
    if (!config) {
      return void report([key, "connection"], unknown("connection", connection, Object.keys(project.connections)));
    }
    const { streams } = registry[config.connector];
    // Contracts are what we write ourselves: they are found by their ids, and need no reading.
    const readable = Object.keys(streams).filter((name) =>
      streams[name].source || key === "contracts" && streams[name].destination
    );
    if (readable.includes(stream)) return streams[stream];
    report([key, "stream"], unknown(`stream of ${connection} that can be read`, stream, readable));
  }

  function condition(path: Path, expression: string, key: string): Compiled | undefined {
    const stream = streams.get(key);
    if (!stream) return undefined;
    const compiled = compileCel(expression, { variables: variablesOf(stream), expects: "boolean" });
    if (!("errors" in compiled)) return compiled;
    for (const { offset, length, code, message, help } of compiled.errors) {
      diagnostics.push(source.at(source.within(path, offset, length), { code, message, help }));
    }
  }
}

/** One object for each stream: what expressions derive from it is kept with it. */
const variables = new WeakMap<Stream, Record<string, Field>>();
function variablesOf(stream: Stream): Record<string, Field> {
  const known = variables.get(stream) ?? { rec: recordField(recordFields(stream)) };
  variables.set(stream, known);
  return known;
}

function unknown(what: string, name: string, known: readonly string[]): Pick<Diagnostic, "code" | "message" | "help"> {
  const near = nearest(name, known);
  const help = near ? `did you mean ${near}?` : `there are ${known.join(", ") || "none"}`;
  return { code: `unknown-${what.split(" ")[0]}`, message: `There is no ${what} called ${name}`, help };
}

type Report = (path: Path, finding: Pick<Diagnostic, "code" | "message" | "help">) => void;

function checkSection({ key, section, stream, wanted, report }: {
  key: string;
  section: Record<string, unknown>;
  stream: Stream;
  wanted: Wanted;
  report: Report;
}): void {
  const fields = recordFields(stream);
  const list = typeof section.each === "string" ? fieldAt(fields, [key, "each"], section.each, report) : undefined;
  if (list && list.kind !== "list") {
    report([key, "each"], { code: "not-a-list", message: `${section.each} is no list`, help: "name a list" });
  }
  const elements = list?.kind === "list" ? list.fields : undefined;
  for (const [name, { kinds, inner }] of Object.entries(wanted)) {
    const written = section[name];
    if (written === undefined) continue;
    const within = inner ? elements : fields;
    // What is wrong with the list is one mistake, and told.
    if (!within) continue;
    [written].flat().forEach((path, i) => {
      const at: Path = Array.isArray(written) ? [key, name, i] : [key, name];
      const field = fieldAt(within, at, path as string, report);
      if (!field || field.kind !== "list" && field.kind !== "record" && kinds.includes(field.kind)) return;
      const help = `name a field that holds ${WORDS[kinds[0]]}`;
      report(at, { code: "wrong-type", message: `${path} does not hold ${WORDS[kinds[0]]}`, help });
    });
  }
}

const WORDS: Partial<Record<Kind, string>> = {
  boolean: "true or false",
  text: "text",
  decimal: "an amount",
  date: "a day",
};

function fieldAt(fields: Record<string, Field>, at: Path, path: string, report: Report): Field | undefined {
  const found = resolve({ fields, variables: {} }, path);
  if ("field" in found) return found.field;
  const help = found.near ? `did you mean ${found.near}?` : `there are ${found.known.slice(0, 12).join(", ")}`;
  report(at, { code: "unknown-field", message: `${found.within} has no field ${found.name}`, help });
}

function checkLabel(label: string, stream: Stream | undefined, report: Report): void {
  const parsed = parseTemplate(label);
  if (!("parts" in parsed)) {
    return report(["certified", "label"], { code: "bad-template", message: parsed.message, help: parsed.help });
  }
  if (!stream) return;
  for (const part of parsed.parts) {
    if ("path" in part) fieldAt(recordFields(stream), ["certified", "label"], part.path, report);
  }
}
