/**
 * Each flow as a line from one system to the other: how it stands, what it has done, and what waits for a person, in money.
 *
 * @module
 */
import { scheduleOf } from "../../../acts/schedule.ts";
import { plain, sum } from "../../../decimal.ts";
import { parseDecimal } from "../../../decimal.ts";
import type { Pipeline } from "../../../pipeline/model.ts";
import { listRuns } from "../../../state/runs.ts";
import { getStarts } from "../../../state/schedules.ts";
import type { RunRecord } from "../../../state/types.ts";
import { counted, number } from "../../../words.ts";
import { Bars, daysOf } from "../bars.tsx";
import { type Figures, figuresOf } from "../figures.ts";
import { Ago, Badge, Empty, Facts, Head, Money } from "../money/parts.tsx";
import { type PageAnswer, type PageCall, type PageRoute, pathTo } from "../money/route.ts";

/** Days that the chart shows, and runs that are looked through for it. */
const DAYS = 30, RUNS = 1_000;

async function show({ api }: PageCall): Promise<PageAnswer> {
  const { store } = api;
  const project = api.project();
  const now = store.clock.now();
  const names = project.pipelines.map(({ name }) => name);
  const figures = await figuresOf(api);
  const starts = await getStarts(store, names);
  const lasts = await Promise.all(
    names.map(async (pipeline) => (await Array.fromAsync(listRuns(store, { pipeline, limit: 1 })))[0]),
  );
  const since = new Date(now - DAYS * 86_400_000).toISOString();
  const runs: RunRecord[] = [];
  for await (const run of listRuns(store, { limit: RUNS })) {
    if (run.startedAt < since) break;
    runs.push(run);
  }
  const all = [...figures.values()];
  const body = (
    <>
      <Head title="Overview" lead="What is matched between the two systems, and what needs a person." />
      <section class="card" id="totals" data-live="run,act">
        <dl class="facts totals">
          <Total name="Records linked" of={number(all.reduce((total, { links }) => total + links, 0))} />
          <Total
            name="In the books"
            of={<Money value={total(project.pipelines, figures, "matched", true)} />}
            under="journals that arrived"
          />
          <Total
            name="Orders matched"
            of={<Money value={total(project.pipelines, figures, "matched", false)} />}
            under="as last written"
          />
          <Total
            name="Needs a person"
            of={<Money value={plain(parseDecimal(sum(all.map(({ waiting = "0" }) => waiting)))!)} />}
            under={
              <a href="/console/needs">
                {`${counted(all.reduce((n, one) => n + waits(one), 0), "thing")}, and ${
                  number(all.reduce((n, { parked }) => n + parked, 0))
                } parked`}
              </a>
            }
          />
        </dl>
      </section>
      <ul class="flows" id="flows" data-live="run,act,job">
        {project.pipelines.map((pipeline, i) => (
          <Flow
            pipeline={pipeline}
            from={titleOf(api, pipeline.source.connection)}
            to={titleOf(api, pipeline.destination.connection)}
            figures={figures.get(pipeline.name)!}
            last={lasts[i]}
            next={scheduleOf(pipeline, starts[i], { count: 1, now }).next[0]?.at}
            paused={starts[i].paused !== undefined}
            now={now}
          />
        ))}
      </ul>
      <h2>Runs of the last 30 days</h2>
      <section class="card" id="month" data-live="run">
        {runs.length === 0 ? <Empty>Nothing ran yet.</Empty> : <Bars days={daysOf(runs, { days: DAYS, now })} />}
      </section>
    </>
  );
  return { title: "Overview", body };
}

/** A system's own name. */
const titleOf = ({ files, project }: PageCall["api"], connection: string): string =>
  files.registry[project().connections[connection]?.connector]?.title ?? connection;

const Total = ({ name, of, under }: { name: string; of: unknown; under?: unknown }) => (
  <div>
    <dt>{name}</dt>
    <dd>
      {of}
      {under !== undefined && <span class="under">{under}</span>}
    </dd>
  </div>
);

const waits = ({ rejected, adoptions, documents }: Figures): number => rejected + adoptions + documents;

function total(pipelines: readonly Pipeline[], figures: Map<string, Figures>, what: "matched", posts: boolean): string {
  return sum(
    pipelines.filter(({ posting }) => (posting !== undefined) === posts)
      .map(({ name }) => figures.get(name)?.[what] ?? "0"),
  );
}

/** How a flow stands: a word, and what it is like. */
export function healthOf(
  last: RunRecord | undefined,
  waiting: number,
  paused: boolean,
): [word: string, tone: "good" | "wait" | "bad" | "quiet"] {
  if (paused) return ["paused", "wait"];
  if (!last) return ["never ran", "quiet"];
  if (last.state === "running") return ["running", "wait"];
  if (last.state === "failed") return ["failed", "bad"];
  if (last.state === "aborted") return ["stopped", "wait"];
  return waiting > 0 ? ["needs a person", "wait"] : ["healthy", "good"];
}

const Flow = ({ pipeline: { name, description, source, destination }, from, to, figures, last, next, paused, now }: {
  pipeline: Pipeline;
  from: string;
  to: string;
  figures: Figures;
  last?: RunRecord;
  next?: string;
  paused: boolean;
  now: number;
}) => {
  const [word, tone] = healthOf(last, waits(figures), paused);
  return (
    <li class={`card flow ${tone}`}>
      <div>
        <h2>
          <a href={pathTo("pipelines", name)}>{name}</a>
          <Badge word={word} tone={tone} />
        </h2>
        <p class="line" aria-label={`${from}, ${source.stream}, to ${to}, ${destination.stream}`}>
          <span>{short(from)}</span>
          <i aria-hidden="true"></i>
          <span>{short(to)}</span>
        </p>
        <span class="under">{description}</span>
      </div>
      <Facts
        facts={[
          [
            "Last run",
            last
              ? (
                <a href={pathTo("runs", last.id)}>
                  <Ago at={last.startedAt} now={now} /> ago
                </a>
              )
              : <span class="quiet">never</span>,
          ],
          [
            "Next run",
            paused
              ? <span class="quiet">paused</span>
              : next
              ? <Until at={next} now={now} />
              : <span class="quiet">when woken</span>,
          ],
          ["Linked", number(figures.links)],
          ["Matched", <Money value={figures.matched} />],
          [
            "Needs a person",
            waits(figures) === 0 ? <span class="quiet">nothing</span> : (
              <>
                <a href={`/console/needs?q=${encodeURIComponent(name)}`}>{number(waits(figures))}</a>
                {figures.waiting !== undefined && (
                  <span class="under">
                    <Money value={figures.waiting} />
                  </span>
                )}
              </>
            ),
          ],
        ]}
      />
    </li>
  );
};

/** A system's name where there is little room. */
const short = (title: string): string => title.length > 18 ? title.split(" ")[0] : title;

/** In how long. */
export function Until({ at, now }: { at: string; now: number }) {
  const minutes = Math.round((Date.parse(at) - now) / 60_000);
  const words = minutes < 1
    ? "now"
    : minutes < 120
    ? `in ${minutes} min`
    : minutes < 2880
    ? `in ${Math.round(minutes / 60)} h`
    : `in ${Math.round(minutes / 1440)} days`;
  return <time datetime={at} title={at}>{words}</time>;
}

/** The routes. */
export const overviewPages: readonly PageRoute[] = [{ method: "get", path: "/console", takes: "read", does: show }];
