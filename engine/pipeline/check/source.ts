/**
 * Checks a pipeline's source: its joins, what is in scope, and how it is split.
 *
 * @module
 */
import type { WrittenPipeline } from "../../../schemas/pipeline/pipeline.ts";
import type { Stream } from "../../connector.ts";
import type { Fields, ScalarField } from "../../fields.ts";
import { DOCUMENT, POSITIONS, withJoins } from "../joins.ts";
import type { Join, Rule, TemplatePart } from "../model.ts";
import { outerScope, recordFields, resolve, type Scope } from "../scope.ts";
import { parseTemplate } from "../template.ts";
import type { Path } from "../yaml/source.ts";
import { checkRule, listScope } from "./rule.ts";
import { checkCel, type Checking, checkTemplate, unknownField } from "./value.ts";

/** What a join's key is made into. */
const KEY: ScalarField = { kind: "id", required: false };
/** Names that mean something in every pipeline. */
const TAKEN = ["rec", "root", "parent", "part", "run", "connection", POSITIONS, DOCUMENT];

/** Streams of a source, and those joined to it: undefined where they were reported. */
export interface SourceStreams {
  source: Stream;
  joined: Readonly<Record<string, Stream | undefined>>;
  /** Whether documents are made of its records. */
  posts: boolean;
}

/**
 * Checks the joins one after the other, each against what those before it bring. Gives them, and the fields of a record that all of them
 * were made to: undefined where one has no place to go to, as a record would then look different from what is meant.
 */
export function checkJoins(
  { source: { with: written = {} } }: WrittenPipeline,
  { source, joined, posts }: SourceStreams,
  on: Checking,
): { joins: Record<string, Join>; fields?: Fields } {
  const joins: Record<string, Join> = {};
  let fields = recordFields(source);
  let sound = true;
  const names = Object.keys(written);
  names.forEach((name, i) => {
    const { connection, stream, each, key, follow = false } = written[name];
    const path: Path = ["source", "with", name];
    const scope = outerScope(fields);
    const late: Checking = {
      ...on,
      later: new Set(names.slice(i)),
      link: (path, pipeline, reverse) => on.link(path, pipeline, reverse, connection),
    };
    const at = each === undefined ? scope : listScope(each, [...path, "each"], scope, late);
    const bad = at && nameFault(name, at.fields);
    if (bad) {
      on.report(path, { code: "bad-name", message: bad, help: "give the join another name" }, "key");
      sound = false;
    }
    if (!at) sound = false;
    const rule: Rule = at
      ? checkRule(key, { path: [...path, "key"], field: KEY, scope: at }, late)
      : { rule: "value", value: null };
    if (follow && !posts) {
      const message = "Only a pipeline that posts follows what it joins";
      on.report([...path, "follow"], { code: "useless-key", message, help: "leave it out" }, "key");
    }
    joins[name] = { connection, stream, ...(each !== undefined && { each }), key: rule, follow };
    fields = withJoins(fields, { [name]: { each } }, joined);
  });
  return { joins, ...(sound && { fields }) };
}

/** What is wrong with a join's name, beside these fields. */
function nameFault(name: string, fields: Fields): string | undefined {
  if (Object.hasOwn(fields, name) || TAKEN.includes(name)) return `${name} has a meaning already`;
  return name.includes("-") ? `An expression would take ${name} for a subtraction` : undefined;
}

/** Checks what decides over a record as a whole. */
export function checkSource(
  { source: { where, split, skip, require }, posting }: WrittenPipeline,
  scope: Scope,
  on: Checking,
): void {
  for (const [i, { when, says }] of (skip ?? []).entries()) {
    checkCel(when, ["source", "skip", i, "when"], scope, on, "boolean");
    checkTemplate(says, ["source", "skip", i, "says"], scope, on);
  }
  if (where) checkCel(where.cel, ["source", "where", "cel"], scope, on, "boolean");
  for (const [i, { that, says }] of (require ?? []).entries()) {
    checkCel(that, ["source", "require", i, "that"], scope, on, "boolean");
    checkTemplate(says, ["source", "require", i, "says"], scope, on);
  }
  if (split) {
    const path = ["source", "split", "by"];
    if (posting) {
      const message = "A pipeline that posts makes one document of a record: it cannot be split";
      on.report(["source", "split"], { code: "useless-key", message, help: "leave it out" }, "key");
    }
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
}

/** The parts of what a requirement says; none where that is no template, which is reported beside it. */
export function wordsOf(says: string): TemplatePart[] {
  const parsed = parseTemplate(says);
  return "parts" in parsed
    ? parsed.parts.map((part) => "text" in part ? { text: part.text } : { path: part.path })
    : [];
}
