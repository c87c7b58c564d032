/**
 * One record, read by its id.
 *
 * @module
 */
import type { Clock } from "../../../engine/clock.ts";
import type { Row, Value } from "../../../engine/connector.ts";
import { Failure } from "../../../engine/failure.ts";
import type { Query, Rest } from "../rest.ts";

/**
 * Reads a record and Procore's time; undefined where Procore says that it is not there. Throws `wire.garbled` where something else answers: a proxy's own
 * 404 must not make a record look deleted.
 */
export async function show(
  rest: Rest,
  clock: Clock,
  { path, id, query }: { path: string; id: string; query: Query },
): Promise<{ row: Row; at: string } | undefined> {
  const route = `${path}/{id}`;
  const { status, value, headers } = await rest.call({
    method: "GET",
    path: `${path}/${id}`,
    route,
    query,
    expect: [404],
  });
  const found = record(value);
  if (status === 404 && found) return undefined;
  if (status === 404 || found?.id !== id) {
    throw new Failure("wire.garbled", {
      fact: "The answer is not the record that was asked for",
      value: id,
      place: `GET ${route}`,
    });
  }
  const date = Date.parse(headers.get("date") ?? "");
  return { row: found, at: new Date(Number.isNaN(date) ? clock.now() : date).toISOString() };
}

const record = (value: Value): Row | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value as Row : undefined;
