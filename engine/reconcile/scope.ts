/**
 * What is looked at: contracts that were made from orders, and the projects that they belong to.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { listLinks } from "../state/links.ts";
import type { Link } from "../state/types.ts";
import { type Reading, streamOf, textAt } from "./reading.ts";

/** A contract by its link. */
export interface LinkedContract {
  id: string;
  /** Source key: the order. */
  order: string;
  project: string;
  /** The operating unit of its order. */
  unit: string;
  /** The contract's lines: destination id → position. */
  lines: ReadonlyMap<string, string>;
}

/** What is looked at. */
export interface Scope {
  contracts: readonly LinkedContract[];
  /** Projects that are linked, or that contracts are in. */
  projects: readonly string[];
  /** Those of them that the source shows. */
  seen: readonly { id: string; name: string }[];
  /** Present where only some projects were asked for. */
  only?: readonly string[];
}

/** Finds out. `only`: ids, source keys or numbers of projects; throws `usage` for one that is not linked. */
export async function scopeOf(reading: Reading, only: readonly string[] = []): Promise<Scope> {
  const { store, definition: { written: { links, certified } } } = reading;
  const projects = new Map<string, Link>();
  for await (const link of listLinks(store, links.projects)) if (link.active) projects.set(link.id, link);
  const wanted = only.length === 0 ? undefined : new Set(only.map((name) => named(name, [...projects.values()])));

  const contracts: LinkedContract[] = [];
  for await (const link of listLinks(store, links.contracts)) {
    if (wanted && !wanted.has(link.partition)) continue;
    contracts.push({
      id: link.id,
      order: link.key,
      project: link.partition,
      unit: link.from,
      lines: new Map(Object.entries(link.children?.[links.lines] ?? {}).map(([position, id]) => [id, position])),
    });
  }
  const expected = [...wanted ?? new Set([...projects.keys(), ...contracts.map(({ project }) => project)])].sort();
  const there = new Map((await (await streamOf(reading, certified)).partitions()).map((one) => [one.id, one]));
  return {
    contracts,
    projects: expected,
    // A name that ends with the id says it twice: reports show names.
    seen: expected.flatMap((id) => there.get(id) ?? []).map(({ id, name }) => ({
      id,
      name: name.replace(` (${id})`, ""),
    })),
    ...(wanted && { only: expected }),
  };
}

/** The id of the project that a person named. */
function named(name: string, links: readonly Link[]): string {
  const found = links.filter(({ id, key, values }) =>
    id === name || key === name || Object.keys(values).some((field) => textAt(values, field) === name)
  );
  if (found.length === 1) return found[0].id;
  throw new Failure("usage", {
    fact: found.length === 0 ? `No project ${name} is linked` : `${name} names ${found.length} projects`,
    action: "Name it by its number, or its id in either system; see `gusset links list`.",
  });
}
