/**
 * Runs, newest first; and one of them, with what it rejected by cause.
 *
 * @module
 */
import { notThere } from "../../../acts/actor.ts";
import { parseDecimal, plain, sum } from "../../../decimal.ts";
import { sentence } from "../../../failure.ts";
import { listRejected } from "../../../state/rejected.ts";
import { getRun, listRuns } from "../../../state/runs.ts";
import type { RejectedRecord, RunRecord } from "../../../state/types.ts";
import { pageOf, placeOf } from "../../api/page.ts";
import { counted, duration, number } from "../../../words.ts";
import { Ago, Empty, Facts, Head, Money, More, Table, Text } from "../money/parts.tsx";
import { asked, type PageAnswer, type PageCall, type PageRoute, pathTo } from "../money/route.ts";
import { countsText, listsOf, RunBadge } from "../run_words.tsx";
import { worthOf } from "../worth.ts";

/** Runs on a page. */
const PAGE = 50;

async function list({ api, query: { pipeline, cursor } }: PageCall): Promise<PageAnswer> {
  const { store } = api;
  const place = placeOf(cursor, 2);
  const runs = listRuns(store, {
    pipeline: pipeline || undefined,
    before: place && { startedAt: place[0], id: place[1] },
  });
  const { items, next } = await pageOf(runs, PAGE, ({ startedAt, id }) => [startedAt, id]);
  const now = store.clock.now();
  const body = (
    <>
      <Head title="Runs" lead="What ran, newest first, and how it ended." />
      <form class="filter" method="get" data-filter>
        <label>
          Pipeline
          <select name="pipeline">
            <option value="">all</option>
            {api.project().pipelines.map(({ name }) => <option value={name} selected={name === pipeline}>{name}
            </option>)}
          </select>
        </label>
        <button type="submit">Show</button>
      </form>
      <div id="runs" data-live={cursor === undefined ? "run" : undefined}>
        {items.length === 0 ? <Empty>Nothing ran yet.</Empty> : (
          <Table
            label="Runs"
            rows={items}
            columns={[
              {
                head: "started",
                cell: (run) => (
                  <a href={pathTo("runs", run.id)}>
                    <Ago at={run.startedAt} now={now} />
                  </a>
                ),
              },
              { head: "pipeline", cell: (run) => <Text of={run.pipeline} /> },
              { head: "state", cell: (run) => <RunBadge run={run} /> },
              {
                head: "what it did",
                cell: (run) => run.failure ? <Text of={run.failure.fact} /> : countsText(run.counts),
              },
              { head: "read", right: true, cell: (run) => number(run.read) },
              { head: "calls", right: true, cell: (run) => number(run.calls) },
              { head: "took", right: true, cell: (run) => tookOf(run) },
            ]}
          />
        )}
      </div>
      <More href={next && asked("/console/runs", { pipeline, cursor: next })}>Older runs</More>
    </>
  );
  return { title: "Runs", body };
}

const tookOf = ({ startedAt, endedAt }: RunRecord): string =>
  endedAt ? duration(Date.parse(endedAt) - Date.parse(startedAt)) : "–";

async function show({ api, params }: PageCall): Promise<PageAnswer> {
  const { store } = api;
  const run = await getRun(store, params.run);
  if (!run) throw notThere(`There is no run ${params.run}`, "See the list of runs.");
  const rejected: RejectedRecord[] = [];
  for await (const one of listRejected(store, run.pipeline)) if (one.run === run.id) rejected.push(one);
  const pipeline = api.project().pipelines.find(({ name }) => name === run.pipeline);
  const now = store.clock.now();
  const options = Object.entries(run.options).map(([name, value]) => `${name} ${value}`).join(", ");
  const body = (
    <>
      <Head
        title={`Run of ${run.pipeline}`}
        lead={
          <>
            Started <Ago at={run.startedAt} now={now} /> ago.
          </>
        }
      />
      <section class="card" id="run" data-live="run,progress">
        <Facts
          facts={[
            ["State", <RunBadge run={run} />],
            ["Took", tookOf(run)],
            ["Records read", number(run.read)],
            ["Calls", number(run.calls)],
            ["Pipeline", <a href={pathTo("pipelines", run.pipeline)}>{run.pipeline}</a>],
            ["Asked for", options],
          ]}
        />
        <p>{countsText(run.counts)}</p>
        {run.failure && (
          <p class="wrong">
            <Text of={sentence(run.failure)} />
          </p>
        )}
      </section>
      <h2>Rejected, by cause</h2>
      {rejected.length === 0 ? <Empty>Nothing that this run rejected waits any more.</Empty> : (
        <Causes
          causes={causesOf(rejected.map(({ failure, row, key }) => ({
            why: failure.fact,
            code: failure.code,
            key,
            value: pipeline && worthOf(pipeline, listsOf(api, pipeline), row),
          })))}
          pipeline={run.pipeline}
        />
      )}
    </>
  );
  return { title: `Run of ${run.pipeline}`, body };
}

/** Records of one cause. */
export interface Cause {
  why: string;
  code: string;
  times: number;
  /** What they are worth together, where that is known. */
  value?: string;
}

/** Rejections by cause, the most frequent first. */
export function causesOf(rejected: readonly { why: string; code: string; value?: string }[]): Cause[] {
  const found = new Map<string, Cause>();
  for (const { why, code, value } of rejected) {
    const id = `${code}\n${why}`;
    const before = found.get(id) ?? { why, code, times: 0 };
    const worth = value !== undefined && parseDecimal(value) ? sum([before.value ?? "0", value]) : before.value;
    found.set(id, { ...before, times: before.times + 1, value: worth });
  }
  return [...found.values()].sort((a, b) => b.times - a.times);
}

/** Causes as a table. */
export const Causes = ({ causes, pipeline }: { causes: readonly Cause[]; pipeline: string }) => (
  <Table
    label="Rejections by cause"
    rows={causes}
    columns={[
      {
        head: "cause",
        cell: ({ why, code }) => (
          <>
            <Text of={why} />
            <span class="under">{code}</span>
          </>
        ),
      },
      {
        head: "records",
        right: true,
        cell: ({ times }) => (
          <a
            href={asked("/console/needs", { kind: "rejected", q: pipeline })}
            aria-label={counted(times, "rejected record")}
          >
            {number(times)}
          </a>
        ),
      },
      { head: "value at stake", right: true, cell: ({ value }) => <Money value={value} /> },
    ]}
    foot={["All", number(causes.reduce((n, { times }) => n + times, 0)), <Money value={totalOf(causes)} />]}
  />
);

const totalOf = (causes: readonly Cause[]): string | undefined => {
  const known = causes.flatMap(({ value }) => value ?? []);
  return known.length === 0 ? undefined : plain(parseDecimal(sum(known))!);
};

/** The routes. */
export const runPages: readonly PageRoute[] = [
  { method: "get", path: "/console/runs", takes: "read", does: list },
  { method: "get", path: "/console/runs/:run", takes: "read", does: show },
];
