/**
 * The suite under test: a connector with one defect fails, by the check that is about it.
 */
import assert from "node:assert/strict";
import { z } from "zod";
import type { Connector, OpenStream, Page, Session } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { conformance } from "../../engine/conformance/suite.ts";
import procore from "../../connectors/procore/connector.ts";
import { data, samples } from "./procore_samples.ts";

/** A connector whose open streams differ from Procore's. */
const streams = (change: (stream: OpenStream, session: Session) => Partial<OpenStream>): Connector => ({
  ...procore,
  open(settings, world) {
    const session = procore.open(settings, world);
    return {
      ...session,
      stream(name) {
        const stream = session.stream(name);
        const changed = change(stream, session);
        return { ...stream, ...Object.fromEntries(Object.entries(changed).filter(([method]) => method in stream)) };
      },
    };
  },
});
/** A connector whose sessions differ from Procore's. */
const sessions = (
  change: (session: Session, settings: Parameters<typeof procore.open>[0]) => Partial<Session>,
): Connector => ({
  ...procore,
  open(settings, world) {
    const session = procore.open(settings, world);
    return { ...session, ...change(session, settings) };
  },
});
/** A connector whose pages are read otherwise. */
const pages = (change: (page: Page, nth: number) => Page): Connector =>
  streams((stream) => ({
    async *read(request) {
      let nth = 0;
      for await (const page of stream.read!(request)) yield change(page, nth++);
    },
  }));

const DEFECTS: Record<string, [connector: Connector, check: RegExp]> = {
  "settings that take anything": [
    { ...procore, settings: z.looseObject({ ...(procore.settings as unknown as z.ZodObject).shape }) } as Connector,
    /settings: /,
  ],
  "a secret nobody needs": [{ ...procore, secrets: ["client_secret", "page_size"] }, /settings: /],
  "a key that is no field": [
    { ...procore, streams: { ...procore.streams, projects: { ...procore.streams.projects, key: "number" } } },
    /projects: the description/,
  ],
  "a page that is never the last": [pages((page) => ({ ...page, more: true })), /projects: pages of any size/],
  "a page without its last row": [
    pages((page) => ({ ...page, rows: page.more ? page.rows.slice(0, -1) : page.rows })),
    /projects: pages of any size/,
  ],
  "rows that descend": [pages((page) => ({ ...page, rows: page.rows.toReversed() })), /projects: every row fits/],
  "a time that is not the first page's": [
    pages((page, nth) => ({ ...page, asOf: page.asOf + nth })),
    /projects: pages of any size/,
  ],
  "a field that the schema does not know": [
    pages((page) => ({ ...page, rows: page.rows.map((row) => ({ ...row, surprise: "x" })) })),
    /projects: every row fits/,
  ],
  "a read that takes a failure for the end": [
    streams((stream) => ({
      async *read(request) {
        try {
          yield* stream.read!(request);
        } catch { /* the defect */ }
      },
    })),
    /projects: whatever happens to a call, rows/,
  ],
  "a read that begins anew": [
    streams((stream) => ({
      read: (request) => stream.read!("after" in request ? { ...request, after: null } : request),
    })),
    /projects: a read resumes/,
  ],
  "a since that is not looked at": [
    streams((stream) => ({
      read: (request) => stream.read!("since" in request ? { ...request, since: null } : request),
    })),
    /projects: a read since a time/,
  ],
  "a find that minds the case": [
    streams((stream) => ({
      find: async (request) =>
        (await stream.find!(request)).filter((row) => request.values.includes(row[request.by] as string)),
    })),
    /vendors: rows are found/,
  ],
  "a find that gives all": [
    streams((stream) => ({
      find: (request) => stream.find!({ ...request, values: [...request.values, "EBS", "CONF-V-1", "CONF-V-2"] }),
    })),
    /vendors: rows are found/,
  ],
  "outcomes in another order": [
    streams((stream) => ({ write: async (...given) => (await stream.write!(...given)).toReversed() })),
    /vendors: outcomes come in order/,
  ],
  "a write that is simply sent again": [
    streams((stream) => ({
      write: (...given) => stream.write!(...given).catch(() => stream.write!(...given)),
    })),
    /vendors: a write whose answer is lost/,
  ],
  "a lost answer that counts as a refusal": [
    streams((stream) => ({
      write: (...given) =>
        stream.write!(...given).catch(() => {
          throw new Failure("wire.unavailable", { fact: "No answer" });
        }),
    })),
    /vendors: whatever answers a write/,
  ],
  "an identity that is new each time": [
    (() => {
      let nth = 0;
      return sessions((session) => ({
        identity: async () => ({ ...await session.identity(), facts: { session: String(nth++) } }),
      }));
    })(),
    /session: identity is the same/,
  ],
  "a ping that throws": [
    sessions((session) => ({
      async *ping() {
        await session.identity();
        yield* session.ping();
      },
    })),
    /session: a ping never throws/,
  ],
  "a failure that tells the secret": [
    sessions((session, { client_secret }) => ({
      identity: () =>
        session.identity().catch((cause) => {
          throw new Failure("login.refused", { fact: `Wrong: ${btoa(`id:${client_secret}`)} ${client_secret}`, cause });
        }),
    })),
    /session: a wrong secret/,
  ],
  "a close that throws": [
    sessions((session) => ({ close: () => session.identity().then(() => {}) })),
    /session: closing never throws/,
  ],
};

for (const [what, [connector, check]] of Object.entries(DEFECTS)) {
  Deno.test(`the conformance suite notices ${what}`, async () => {
    const checks = conformance({ connector, data, samples }).filter(({ name }) => check.test(name));
    assert.ok(checks.length > 0, `no check is called ${check}`);
    for (const { name, run } of checks) await assert.rejects(run(), Error, name);
  });
}
