/**
 * A record as it is on both sides now: read anew from its source, and from where it is linked to.
 *
 * @module
 */
import { type Row, WHOLE } from "../connector.ts";
import { asFailure, type FailureRecord } from "../failure.ts";
import type { Project } from "../pipeline/model.ts";
import { pipelineOf } from "../pipeline/named.ts";
import type { Engine } from "../run/types.ts";
import { linksOf } from "../state/links.ts";
import type { Link, Store } from "../state/types.ts";

/** What a side says. */
export type Side = { row: Row } | { absent: string } | { failure: FailureRecord };

/** A record on both sides. */
export interface Sides {
  source: Side;
  destination: Side;
}

/** The link of a record, where it has one. */
export async function linkOfRecord(
  store: Store,
  pipeline: string,
  { key, part }: { key: string; part: string },
): Promise<Link | undefined> {
  return (await linksOf(store, pipeline, [key])).get(key)?.find((link) => link.part === part);
}

/** Reads both sides. `twin`: the destination's record, where the record is not linked. Never throws for what a system says. */
export async function bothSides(
  { engine, project, store }: { engine: Engine; project: Project; store: Store },
  name: string,
  record: { key: string; part: string; from?: string },
  twin?: { id: string; partition: string },
): Promise<Sides> {
  const { source, destination } = pipelineOf(project, name);
  const link = twin ?? await linkOfRecord(store, name, record);
  return {
    source: await told(async () => {
      const stream = (await engine.connect(source.connection)).session.stream(source.stream);
      const partitions = await stream.partitions();
      for (const partition of partitions.filter(({ id }) => record.from === undefined || id === record.from)) {
        for await (const { rows } of stream.read!({ partition, keys: [record.key] })) if (rows[0]) return rows[0];
      }
      return `${source.connection} has no ${source.stream} ${record.key}`;
    }),
    destination: await told(async () => {
      if (!link) return `It is linked to nothing in ${destination.connection}`;
      const stream = (await engine.connect(destination.connection)).session.stream(destination.stream);
      if (!stream.find) return `${destination.stream} cannot be looked up`;
      const partition = link.partition === WHOLE.id ? WHOLE : { id: link.partition, name: link.partition };
      const [row] = await stream.find({ partition, by: "id", values: [link.id] });
      return row ?? `${destination.connection} has no ${destination.stream} ${link.id}`;
    }),
  };
}

async function told(ask: () => Promise<Row | string>): Promise<Side> {
  try {
    const found = await ask();
    return typeof found === "string" ? { absent: found } : { row: found };
  } catch (thrown) {
    return { failure: asFailure(thrown).toJSON() };
  }
}
