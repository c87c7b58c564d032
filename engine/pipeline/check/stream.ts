/**
 * Which stream a file means by `connection:` and `stream:`.
 *
 * @module
 */
import type { Stream } from "../../connector.ts";
import { INBOX, INBOX_STREAMS } from "../inbox.ts";
import { nearest } from "../nearest.ts";
import type { Path } from "../yaml/source.ts";
import type { CheckedConnection } from "./connections.ts";
import type { Checking } from "./value.ts";

/** Connections by name. */
type Connections = Map<string, CheckedConnection>;

/** Whether something can be written to a stream, or posted. */
const takes = (stream: Stream): boolean => stream.destination !== undefined || stream.posting !== undefined;

/** Whether a destination is one; where it is not, its own file says so. */
export function writable(
  { connection, stream }: { connection: string; stream: string },
  connections: Connections,
): boolean {
  const streams = connection === INBOX ? INBOX_STREAMS : connections.get(connection)?.connector?.streams;
  return streams !== undefined && Object.hasOwn(streams, stream) && takes(streams[stream]);
}

/** The stream that `connection:` and `stream:` name, if both are right. */
export function streamOf(
  path: Path,
  { connection, stream }: { connection: string; stream: string },
  side: "source" | "destination",
  connections: Connections,
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
  const fits = (one: Stream): boolean => side === "source" ? one.source !== undefined : takes(one);
  const usable = Object.keys(streams).filter((name) => fits(streams[name]));
  const found = Object.hasOwn(streams, stream) ? streams[stream] : undefined;
  if (found && fits(found)) return found;
  const near = nearest(stream, usable);
  const help = near ? `did you mean ${near}?` : usable.length ? `there are ${usable.join(", ")}` : undefined;
  const what = side === "source" ? "read from" : "written to";
  const message = found ? `${connection}'s ${stream} cannot be ${what}` : `${connection} has no stream ${stream}`;
  on.report([...path, "stream"], { code: "unknown-stream", message, help });
  return undefined;
}
