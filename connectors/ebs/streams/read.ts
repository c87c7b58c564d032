/**
 * A stream of an open connection.
 *
 * @module
 */
import { type OpenStream, type Page, type Partition, type ReadRequest, WHOLE } from "../../../engine/connector.ts";
import { Failure } from "../../../engine/failure.ts";
import type { Context } from "../settings.ts";
import { mergedKeys, mergedPages } from "./merge.ts";
import type { Source } from "./page.ts";

/** Opens a stream over the operating units that the connection covers. */
export function openStream(source: Source, covered: readonly Context[], pageSize: number): OpenStream {
  const shared = source.ebs.merge !== undefined;
  const partitions: Partition[] = shared ? [WHOLE] : covered.map(({ orgId, name }) => ({ id: orgId, name }));
  return {
    partitions: () => Promise.resolve(partitions),
    read: (request) => read(source, shared ? covered : [unitOf(covered, request)], request, pageSize),
  };
}

function read(source: Source, units: readonly Context[], request: ReadRequest, size: number): AsyncIterable<Page> {
  const pageSize = request.pageSize ?? size;
  const { incremental, periods } = source.ebs.stream.source!;
  const { period } = request;
  if (period !== undefined && !periods) {
    throw new Failure("bug", { fact: `${source.ebs.operation} reads no single period`, value: period });
  }
  if (!("keys" in request)) {
    return mergedPages(source, units, {
      since: incremental ? request.since : null,
      after: request.after,
      pageSize,
      period,
    });
  }
  // The package would refuse the whole call for an id that is no number, or a key longer than its column: there is no such record.
  const possible = source.ebs.stream.order === "text" ? /^.{1,80}$/ : /^\d+$/;
  return mergedKeys(source, units, { keys: request.keys.filter((key) => possible.test(key)), pageSize });
}

/** The context of a partition. Throws `context.wrong` where the connection does not cover it. */
export function unitOf(covered: readonly Context[], { partition }: { partition: Partition }): Context {
  const context = covered.find(({ orgId }) => orgId === partition.id);
  if (context) return context;
  throw new Failure("context.wrong", {
    fact: `The connection does not cover operating unit ${partition.name}`,
    value: partition.id,
    action: "Add it to `operating_units` of the connection.",
  });
}
