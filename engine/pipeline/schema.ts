/**
 * JSON Schema for editors, made from the same zod schemas that parse the files, with the connectors' names filled in.
 *
 * @module
 */
import { z } from "zod";
import { casesSchema } from "../../schemas/pipeline/cases.ts";
import { connectionsSchema, reference } from "../../schemas/pipeline/connections.ts";
import { notifySchema } from "../../schemas/pipeline/notify.ts";
import { pipelineSchema } from "../../schemas/pipeline/pipeline.ts";
import { reconciliationSchema } from "../../schemas/pipeline/reconciliation.ts";
import type { Registry, Stream } from "../connector.ts";
import { type Field, type Fields, fieldsOf } from "../fields.ts";
import { INBOX, INBOX_STREAMS } from "./inbox.ts";
import { targetFields } from "./joins.ts";

type Json = Record<string, unknown>;

/** The JSON Schemas (draft 2020-12) of pipeline files, of their tests, of reconciliations, of connections.yaml and of notify.yaml, for these connectors. */
export function jsonSchema(
  registry: Registry,
): { pipeline: Json; "pipeline-test": Json; reconciliation: Json; connections: Json; notify: Json } {
  return {
    pipeline: pipelineJson(registry),
    "pipeline-test": plainNames(z.toJSONSchema(casesSchema, { io: "input" }) as Json),
    reconciliation: plainNames(z.toJSONSchema(reconciliationSchema, { io: "input" }) as Json),
    connections: connectionsJson(registry),
    notify: plainNames(z.toJSONSchema(notifySchema, { io: "input" }) as Json),
  };
}

function streamsOf(registry: Registry): [name: string, stream: Stream][] {
  const all = Object.values(registry).flatMap((connector) => Object.entries(connector.streams));
  return [...all, ...Object.entries(INBOX_STREAMS)];
}

function pipelineJson(registry: Registry): Json {
  const schema = plainNames(z.toJSONSchema(pipelineSchema, { io: "input" }) as Json);
  const definitions = schema.$defs as Record<string, Json>;
  const streams = streamsOf(registry);
  const paths = new Set<string>();
  const sources = new Map<string, string>();
  const targets = new Map<string, { description: string; fields: Fields }>();
  for (const [name, stream] of streams) {
    if (stream.source) {
      sources.set(name, stream.description);
      collectPaths(fieldsOf(stream.record), "", paths);
    }
    const taken = targetFields(stream);
    if (taken) {
      const fields = { ...targets.get(name)?.fields, ...taken };
      targets.set(name, { description: stream.description, fields });
    }
  }
  // A path is open: lists reach inside, joins add names. The names are offered, others are accepted.
  definitions.path = {
    ...definitions.path,
    anyOf: [{ enum: [...paths].sort() }, { type: "string", minLength: 1 }],
  };
  delete definitions.path.minLength;
  delete definitions.path.type;
  const properties = schema.properties as Record<string, Json>;
  const nameStreams = (part: string, names: Map<string, string>): void => {
    nameStream(properties[part].properties as Record<string, Json>, names);
  };
  nameStreams("source", sources);
  const joins = (properties.source.properties as Record<string, Json>).with.additionalProperties as Json;
  nameStream(joins.properties as Record<string, Json>, sources);
  nameStreams("destination", new Map([...targets].map(([name, { description }]) => [name, description])));
  schema.allOf = [...targets].sort(([a], [b]) => a < b ? -1 : 1).map(([name, { fields }]) => ({
    if: { properties: { destination: { properties: { stream: { const: name } }, required: ["stream"] } } },
    then: { properties: { map: { properties: mapProperties(fields), additionalProperties: false } } },
  }));
  schema.description = `A pipeline: from one connection's stream into another's. ${INBOX} is a connection too.`;
  return schema;
}

/** Offers the names of streams where one is written. */
function nameStream(properties: Record<string, Json>, names: Map<string, string>): void {
  properties.stream = {
    description: properties.stream.description,
    oneOf: [...names].sort(([a], [b]) => a < b ? -1 : 1).map(([name, description]) => ({ const: name, description })),
  };
}

/** Definitions that only lead to another one are left out, and those with made-up names are called what they are. */
function plainNames(schema: Json): Json {
  const definitions = schema.$defs as Record<string, Json>;
  const names = new Map<string, string>();
  for (const [name, { $ref, ...rest }] of Object.entries(definitions)) {
    if (typeof $ref === "string" && Object.keys(rest).length === 0) {
      names.set(`#/$defs/${name}`, $ref);
      delete definitions[name];
    }
  }
  return JSON.parse(JSON.stringify(schema), (key, value) => key === "$ref" ? names.get(value) ?? value : value);
}

function mapProperties(fields: Fields): Json {
  const properties: Json = {};
  for (const [name, field] of Object.entries(fields)) {
    properties[name] = { $ref: "#/$defs/rule", description: fieldText(field) };
  }
  return properties;
}

function fieldText(field: Field): string {
  const limit = "max" in field && field.max ? `, at most ${field.max} characters` : "";
  const values = "values" in field && field.values ? `: ${field.values.join(", ")}` : "";
  return `${field.required ? "Required. " : ""}${
    field.description ? `${field.description} ` : ""
  }(${field.kind}${limit}${values})`;
}

function collectPaths(fields: Fields, prefix: string, into: Set<string>): void {
  for (const [name, field] of Object.entries(fields)) {
    if (name === "") continue;
    into.add(prefix + name);
    if ("fields" in field) collectPaths(field.fields, `${prefix}${name}.`, into);
  }
}

function connectionsJson(registry: Registry): Json {
  const schema = z.toJSONSchema(connectionsSchema, { io: "input" }) as Json;
  // zod puts a schema that has an id of its own beside itself.
  const named = z.toJSONSchema(z.object({ reference }), { io: "input" }) as { $defs: Json };
  const base = schema.additionalProperties as Json & { properties: Record<string, Json>; required: string[] };
  const kinds = Object.values(registry).sort((a, b) => a.name < b.name ? -1 : 1);
  schema.$defs = { ...schema.$defs as Json, ...named.$defs };
  schema.additionalProperties = {
    type: "object",
    properties: {
      connector: {
        description: base.properties.connector.description,
        oneOf: kinds.map(({ name, title }) => ({ const: name, description: title })),
      },
      tag: base.properties.tag,
    },
    required: base.required,
    allOf: kinds.map((connector) => {
      const own = z.toJSONSchema(connector.settings, { io: "input", unrepresentable: "any" }) as Json;
      const settings = referable(own.properties as Json ?? {}, new Set(connector.secrets), "");
      return {
        if: { properties: { connector: { const: connector.name } } },
        then: {
          properties: { connector: true, tag: true, ...settings },
          required: own.required ?? [],
          additionalProperties: false,
        },
      };
    }),
  };
  return schema;
}

/** Any setting may be a reference; a secret must be. */
function referable(properties: Json, secrets: ReadonlySet<string>, prefix: string): Json {
  const out: Json = {};
  for (const [name, written] of Object.entries(properties)) {
    const { default: usual, description, ...own } = written as Json;
    const more = { ...(description !== undefined && { description }), ...(usual !== undefined && { default: usual }) };
    if (secrets.has(prefix + name)) out[name] = { ...more, $ref: "#/$defs/reference" };
    else if (own.type === "object" && own.properties) {
      const inner = { ...own, properties: referable(own.properties as Json, secrets, `${prefix}${name}.`) };
      out[name] = { ...more, ...inner };
    } else out[name] = { ...more, anyOf: [own, { $ref: "#/$defs/reference" }] };
  }
  return out;
}
