/**
 * What a source promises: pages that ascend, whole or not at all, from any point on, by key, and since a time.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Page, Partition, Row, Session, Stream } from "../connector.ts";
import { asFailure } from "../failure.ts";
import { benchFor, reading, readThrough } from "./bench.ts";
import { always, TROUBLES } from "./trouble.ts";
import type { Check, Samples, Subject } from "./types.ts";

const HOUR = 3_600_000;
const EVERYTHING = { since: null, after: null } as const;
/** A key that no system gives. */
const NOWHERE = "99999999999999";

/** The checks of one source stream. */
export function readChecks(subject: Subject, name: string): Check[] {
  const { connector, samples: { [name]: samples } = {} } = subject;
  const stream = connector.streams[name];
  const bench = () => benchFor(subject);
  const check = (promise: string, run: () => Promise<void>): Check => ({ name: `${name}: ${promise}`, run });
  return [
    check("every row fits the record schema, in every partition", async () => {
      const session = bench().open();
      const partitions = await session.stream(name).partitions();
      assert.equal(new Set(partitions.map(({ id }) => id)).size, partitions.length, "a partition comes twice");
      const exactly = stream.record.strict();
      let rows = 0;
      for (const partition of partitions) {
        const read = await readThrough(session, name, { partition, ...EVERYTHING });
        ascending(read.pages, stream, stream.source!.pageSize);
        for (const row of read.rows) {
          const { success, error } = exactly.safeParse(row);
          assert.ok(success, `${JSON.stringify(row)}: ${error}`);
        }
        rows += read.rows.length;
      }
      assert.ok(rows > 3, `the sandbox gives ${rows} rows: too few to tell anything`);
    }),

    check("pages of any size give the same rows, ascending, under one source time", async () => {
      const { session, partition, expected } = await fullRead(bench().open(), name);
      for (const pageSize of [1, 2, expected.length - 1, expected.length, expected.length + 1]) {
        if (pageSize === 1 && expected.length > 60) continue;
        const read = await readThrough(session, name, { partition, pageSize, ...EVERYTHING });
        ascending(read.pages, stream, pageSize);
        assert.deepEqual(read.rows, expected, `pages of ${pageSize}`);
      }
    }),

    check("a read resumes after the last key of any page", async () => {
      const { session, partition, expected } = await fullRead(bench().open(), name);
      const pageSize = sizeFor(expected);
      const { pages } = await readThrough(session, name, { partition, pageSize, ...EVERYTHING });
      let done = 0;
      for (const { rows } of pages) {
        done += rows.length;
        const after = String(rows.at(-1)?.[stream.key]);
        const rest = await readThrough(session, name, { partition, pageSize, since: null, after });
        assert.deepEqual(rest.rows, expected.slice(done), `after ${after}`);
        assert.ok(rest.pages.length > 0, "the last page may be empty, but it must come: it carries the source's time");
      }
    }),

    check("a read by keys gives just those rows, and leaves out what is not there", async () => {
      const { session, partition, expected } = await fullRead(bench().open(), name);
      const wanted = expected.filter((_, i) => i % 3 === 0);
      const keys = [NOWHERE, "no such key", ...wanted.map((row) => String(row[stream.key]))].reverse();
      const read = await readThrough(session, name, { partition, keys, pageSize: 2 });
      ascending(read.pages, stream, 2);
      assert.deepEqual(read.rows, wanted);
      assert.deepEqual((await readThrough(session, name, { partition, keys: [NOWHERE] })).rows, []);
      assert.deepEqual((await readThrough(session, name, { partition, keys: [] })).rows, []);
    }),

    check(
      stream.source!.incremental
        ? "a read since a time gives what changed, whole, and nothing else"
        : "a read since a time gives everything, as it cannot tell what changed",
      async () => await since(subject, name, stream, samples),
    ),

    check("whatever happens to a call, rows come whole and in order, or a failure says why", async () => {
      const calm = bench();
      const { partition, expected } = await fullRead(calm.open(), name);
      const pageSize = sizeFor(expected);
      const before = calm.sent.length;
      const untroubled = await readThrough(calm.open(), name, { partition, pageSize, ...EVERYTHING });
      const calls = calm.sent.length - before;
      for (const [what, trouble] of Object.entries(TROUBLES)) {
        for (const at of new Set([1, 2, 3, Math.ceil(calls / 2), calls])) {
          if (at > calls) continue;
          const session = bench().open({ trouble: [{ ...trouble, at }] });
          const read = await reading(session, name, { partition, pageSize, ...EVERYTHING });
          wholeOrNot(read, untroubled.pages, `${what} at call ${at}`);
        }
        const session = bench().open({ trouble: [always(trouble)] });
        const read = await reading(session, name, { partition, pageSize, ...EVERYTHING });
        assert.deepEqual(read.rows, [], `${what}, always: rows came nevertheless`);
        assert.ok(read.thrown !== undefined, `${what}, always: an empty read would look like deletion`);
        assert.notEqual(asFailure(read.thrown).kind, "bug", `${what}, always: ${read.thrown}`);
      }
    }),

    check("a session that dies between two pages loses and repeats no row", async () => {
      const { partition, expected } = await fullRead(bench().open(), name);
      const pageSize = sizeFor(expected);
      const other = bench();
      const rows: Row[] = [];
      for await (const page of other.open().stream(name).read!({ partition, pageSize, ...EVERYTHING })) {
        rows.push(...page.rows);
        await other.control("faults", { kind: "expire-session" });
      }
      assert.deepEqual(rows, expected);
    }),

    check("a read that is stopped makes no further call", async () => {
      const { partition, expected } = await fullRead(bench().open(), name);
      const other = bench();
      const controller = new AbortController();
      const session = other.open({ signal: controller.signal });
      const pages = session.stream(name).read!({ partition, pageSize: sizeFor(expected), ...EVERYTHING });
      const iterator = pages[Symbol.asyncIterator]();
      await iterator.next();
      controller.abort();
      const calls = other.sent.length;
      while (await iterator.next().then(({ done }) => !done, () => false));
      assert.equal(other.sent.length, calls);
    }),
  ];
}

/** A size that makes about five pages. */
const sizeFor = (rows: readonly Row[]): number => Math.max(1, Math.ceil(rows.length / 5));

/** The first partition that has enough rows, and all of them. */
async function fullRead(
  session: Session,
  name: string,
): Promise<{ session: Session; partition: Partition; expected: Row[] }> {
  for (const partition of await session.stream(name).partitions()) {
    const { rows } = await readThrough(session, name, { partition, ...EVERYTHING });
    if (rows.length > 0) return { session, partition, expected: rows };
  }
  assert.fail("the sandbox gives no row in any partition");
}

function ascending(pages: readonly Page[], { key, order = "number" }: Stream, pageSize: number): void {
  assert.ok(pages.length > 0, "a read yields at least one page: it carries the source's time");
  let last: string | undefined;
  for (const [i, { rows, asOf, more }] of pages.entries()) {
    assert.ok(rows.length <= pageSize, `a page of ${pageSize} holds ${rows.length} rows`);
    assert.equal(more, i < pages.length - 1, `page ${i + 1} of ${pages.length} says more: ${more}`);
    assert.ok(asOf, "a page does not say the source's time");
    assert.equal(asOf, pages[0].asOf, "the source's time is that of the pass's first page");
    for (const row of rows) {
      const value = row[key];
      assert.equal(typeof value, "string", `a row without ${key}`);
      const current = value as string;
      if (last !== undefined) assert.ok(less(last, current, order), `${key} ${current} comes after ${last}`);
      last = current;
    }
  }
}

const less = (a: string, b: string, order: "number" | "text"): boolean =>
  order === "text" ? a < b : BigInt(a) < BigInt(b);

/** Either all pages, or the first few of them, each whole, and a failure that is not ours. */
function wholeOrNot(
  { pages, thrown }: { pages: Page[]; thrown?: unknown },
  expected: readonly Page[],
  when: string,
): void {
  const rowsOf = (all: readonly Page[]): Row[][] => all.map(({ rows }) => rows);
  assert.deepEqual(rowsOf(pages), rowsOf(expected).slice(0, pages.length), `${when}: other rows`);
  if (thrown === undefined) {
    return assert.equal(pages.length, expected.length, `${when}: it ended early without a word`);
  }
  const failure = asFailure(thrown);
  assert.notEqual(failure.kind, "bug", `${when}: ${failure.stack}`);
  assert.ok(failure.message && failure.action, `${when}: a failure without words`);
}

async function since(subject: Subject, name: string, stream: Stream, samples: Samples | undefined): Promise<void> {
  const bench = benchFor(subject);
  // What the sandbox was filled with is well in the past.
  bench.clock.advance(48 * HOUR);
  const { partition, expected } = await fullRead(bench.open(), name);
  const { pages: [{ asOf }] } = await readThrough(bench.open(), name, { partition, ...EVERYTHING });
  const changed = async (): Promise<Row[]> =>
    (await readThrough(bench.open(), name, { partition, since: asOf, after: null })).rows;
  if (!stream.source!.incremental) return assert.deepEqual(await changed(), expected);
  assert.deepEqual(await changed(), [], "nothing has changed");
  if (samples?.edit === undefined) assert.fail("give samples.edit: what a person changes in a row");
  bench.clock.advance(HOUR);
  const victim = expected[Math.floor(expected.length / 2)];
  const key = victim[stream.key] as string;
  await bench.control("touch", { table: samples.table, key, fields: samples.edit });
  bench.clock.advance(HOUR);
  const rows = await changed();
  assert.deepEqual(rows.map((row) => row[stream.key]), [key], "just the row that was changed");
  for (const [field, value] of Object.entries(samples.edit)) assert.equal(rows[0][field], value, field);
  const { rows: [whole] } = await readThrough(bench.open(), name, { partition, keys: [key] });
  assert.deepEqual(rows[0], whole, "a changed row comes whole");
  assert.deepEqual((await readThrough(bench.open(), name, { partition, since: asOf, after: key })).rows, []);
}
