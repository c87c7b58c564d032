/**
 * A remote Deno KV for tests: a server of the KV Connect protocol over a map in memory, with the self-hosted server's limits, that
 * can lose answers. https://github.com/denoland/denokv/blob/main/proto/kv-connect.md
 *
 * @module
 */

/** What happens to a commit besides being applied: its answer is replaced by this status, or the connection is cut. */
export type Fate = { apply: boolean; status: number | "cut" };

/** A running server. */
export interface Remote extends AsyncDisposable {
  url: string;
  token: string;
  /** Fates of the commits to come; a commit beyond them is applied and answered. */
  fates: Fate[];
  /** Runs after a commit was applied and before its answer is lost. */
  afterLost?: () => void;
  /** Sets a key as another client would. */
  set(key: Uint8Array, value: string): void;
  /** Commits that were applied. */
  applied: number;
  /** The most checks that one commit carried. */
  checks: number;
}

interface Entry {
  key: Uint8Array;
  value: Uint8Array;
  encoding: number;
  version: number;
}

/** Starts a server on a free port. Its token must be in `DENO_KV_ACCESS_TOKEN` before a client opens it. */
export function startRemote(): Remote {
  const entries = new Map<string, Entry>();
  let version = 0;

  const read = (body: Uint8Array): Uint8Array => {
    const ranges = fieldsOf(body).filter(({ field }) => field === 1).map(({ value }) => {
      const [start, end] = [1, 2].map((field) => bytesAt(value as Uint8Array, field).toHex());
      const [limit, reverse] = [3, 4].map((field) => numberAt(value as Uint8Array, field));
      const hits = [...entries].filter(([key]) => key >= start && key < end).sort(([a], [b]) => a < b ? -1 : 1);
      if (reverse) hits.reverse();
      return message(1, join(hits.slice(0, limit).map(([, entry]) => message(1, kvEntry(entry)))));
    });
    return join([...ranges, number(4, 1), number(8, 1)]);
  };

  const write = (body: Uint8Array): Uint8Array => {
    const fields = fieldsOf(body);
    const checks = fields.filter(({ field }) => field === 1).map(({ value }) => value as Uint8Array);
    const mutations = fields.filter(({ field }) => field === 2).map(({ value }) => value as Uint8Array);
    remote.checks = Math.max(remote.checks, checks.length);
    if (checks.length > 10 || mutations.length > 1000) throw new RangeError("too many checks or mutations");
    const failed = checks.some((check) => {
      const entry = entries.get(bytesAt(check, 1).toHex());
      return bytesAt(check, 2).toHex() !== (entry ? stamp(entry.version).toHex() : "");
    });
    if (failed) return number(1, 2);
    version++;
    remote.applied++;
    for (const mutation of mutations) {
      const key = bytesAt(mutation, 1);
      if (numberAt(mutation, 3) === 2) {
        entries.delete(key.toHex());
        continue;
      }
      const value = bytesAt(mutation, 2);
      entries.set(key.toHex(), { key, value: bytesAt(value, 1), encoding: numberAt(value, 2), version });
    }
    return join([number(1, 1), message(2, stamp(version))]);
  };

  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (request.headers.get("authorization") !== `Bearer ${remote.token}`) return new Response("no", { status: 401 });
    if (pathname === "/") {
      return Response.json({
        version: 2,
        databaseId: "1b5f6f2c-0d4c-4a80-b0f4-6f0d3c1f7a11",
        endpoints: [{ url: "/v2", consistency: "strong" }],
        token: remote.token,
        expiresAt: "2999-01-01T00:00:00Z",
      });
    }
    const body = new Uint8Array(await request.arrayBuffer());
    const answer = (bytes: Uint8Array): Response =>
      new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { "content-type": "application/x-protobuf" } });
    if (pathname.endsWith("/snapshot_read")) return answer(read(body));

    const fate = remote.fates.shift();
    if (!fate) return answer(write(body));
    if (fate.apply) write(body);
    remote.afterLost?.();
    if (fate.status !== "cut") return new Response("lost", { status: fate.status });
    return new Response(new ReadableStream({ pull: (controller) => controller.error(new Error("cut")) }));
  });

  const remote: Remote = {
    url: `http://127.0.0.1:${server.addr.port}/`,
    token: "token-of-the-tests",
    fates: [],
    applied: 0,
    checks: 0,
    set: (key, value) => {
      entries.set(key.toHex(), { key, value: new TextEncoder().encode(value), encoding: 3, version: ++version });
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return remote;
}

function kvEntry({ key, value, encoding, version }: Entry): Uint8Array {
  return join([message(1, key), message(2, value), number(3, encoding), message(4, stamp(version))]);
}

function stamp(version: number): Uint8Array {
  return Uint8Array.fromHex(version.toString(16).padStart(20, "0"));
}

// Protocol buffers, as far as the protocol needs them: varints and bytes.

function fieldsOf(bytes: Uint8Array): { field: number; value: Uint8Array | number }[] {
  const fields: { field: number; value: Uint8Array | number }[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0, scale = 1;
    for (;; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    if ((tag & 7) === 0) fields.push({ field: tag >> 3, value: varint() });
    else {
      const length = varint();
      fields.push({ field: tag >> 3, value: bytes.subarray(at, at += length) });
    }
  }
  return fields;
}

function bytesAt(bytes: Uint8Array, field: number): Uint8Array {
  return fieldsOf(bytes).find((one) => one.field === field)?.value as Uint8Array ?? new Uint8Array();
}

function numberAt(bytes: Uint8Array, field: number): number {
  return fieldsOf(bytes).find((one) => one.field === field)?.value as number ?? 0;
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [value % 128 + 128, ...varint(Math.floor(value / 128))];
}

function number(field: number, value: number): Uint8Array {
  return Uint8Array.from([field << 3, ...varint(value)]);
}

function message(field: number, bytes: Uint8Array): Uint8Array {
  return join([Uint8Array.from([field << 3 | 2, ...varint(bytes.length)]), bytes]);
}

function join(pieces: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
