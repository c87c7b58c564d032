/**
 * The region of `streams.md`: what each connector reads and writes, from the record schemas.
 *
 * @module
 */
import type { Registry, Stream } from "../../engine/connector.ts";
import { type Field, type Fields, fieldsOf } from "../../engine/fields.ts";
import { targetFields } from "../../engine/pipeline/joins.ts";
import { code, table } from "./markdown.ts";

/** One region for each connector. */
export function streamRegions(registry: Registry): Record<string, string> {
  return Object.fromEntries(
    Object.entries(registry).map(([name, { streams }]) => [
      name,
      Object.entries(streams).map(([name, stream]) => page(name, stream)).join("\n\n"),
    ]),
  );
}

function page(name: string, stream: Stream): string {
  const { description, key, record, destination } = stream;
  const taken = targetFields(stream);
  const settable = taken ?? {};
  const read = flat(fieldsOf(record));
  const written = flat(settable).filter(([path]) => !read.some(([other]) => other === path));
  const rows = [...read, ...written].map(([path, field]) => [
    code(path) + (path === key ? " (key)" : ""),
    kindOf(field),
    taken ? use(path, settable, destination) : field.required ? "always" : "",
    field.description ?? "",
  ]);
  return [
    `### \`${name}\``,
    `${description.replace(/\.$/, "")}. ${facts(stream)}`.trim(),
    table(["field", "kind", taken ? "written" : "there", "meaning"], rows),
  ].join("\n\n");
}

function facts({ partition, source, destination, posting, webhooks }: Stream): string {
  const said: string[] = [];
  if (partition) said.push(`One partition for each ${partition}.`);
  if (source) said.push(source.incremental ? "A source: gives what changed." : "A source: gives everything each time.");
  if (destination) {
    const { find, unique, creates, deactivates, bulk } = destination;
    const may = [creates && "creates", "updates", deactivates && "deactivates"].filter((word) => word).join(", ");
    said.push(`A destination: ${may}, up to ${bulk} records a call; found by ${["id", ...find].map(code).join(", ")}.`);
    if (unique.length > 0) said.push(`No two records have the same ${unique.map(code).join(", ")}.`);
  }
  if (posting) {
    const { bulk, lines, says: { position, measure } } = posting;
    said.push(`Takes documents that are posted, up to ${bulk} a call, with their lines in ${code(lines)}.`);
    said.push(`A line says which position it moves in ${code(position)}, and what of it in ${code(measure)}.`);
  }
  if (webhooks?.length) said.push(`Webhook: ${webhooks.map(code).join(", ")}.`);
  return said.join(" ");
}

function use(path: string, settable: Fields, destination: Stream["destination"]): string {
  const [top] = path.split(/[.[]/);
  if (!Object.hasOwn(settable, top)) return "no";
  if (path === destination?.identity) return "our own key";
  const field = at(settable, path);
  return field === undefined ? "no" : field.required ? "needed" : "yes";
}

function at(fields: Fields, path: string): Field | undefined {
  return flat(fields).find(([other]) => other === path)?.[1];
}

/** Fields by dotted path, those inside records and lists below them. */
function flat(fields: Fields, prefix = ""): [path: string, field: Field][] {
  return Object.entries(fields).flatMap(([name, field]) => {
    if (name === "") return [];
    const inner = "fields" in field ? flat(field.fields, `${prefix}${name}${field.kind === "list" ? "[]" : ""}.`) : [];
    return [[prefix + name, field] as [string, Field], ...inner];
  });
}

function kindOf(field: Field): string {
  if ("fields" in field) return field.kind;
  if (field.values) return field.values.map(code).join(", ");
  return field.max ? `${field.kind}, at most ${field.max}` : field.kind;
}
