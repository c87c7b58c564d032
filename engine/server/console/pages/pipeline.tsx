/**
 * A pipeline: its file with what is wrong marked in place, its schedule, its mapping drawn, and what became of its records.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { checkFiles } from "../../../acts/check.ts";
import { liveStates, pause, resume } from "../../../acts/pipelines.ts";
import { scheduleOf } from "../../../acts/schedule.ts";
import type { Diagnostic, Pipeline } from "../../../pipeline/model.ts";
import { pipelineOf } from "../../../pipeline/named.ts";
import { may } from "../../../state/roles.ts";
import { listRuns } from "../../../state/runs.ts";
import { getStarts } from "../../../state/schedules.ts";
import { number } from "../../../words.ts";
import { figuresOf } from "../figures.ts";
import { Act, Ago, Badge, Empty, Facts, Head, Money, Table, Text } from "../money/parts.tsx";
import { asked, fieldOf, mayDo, type PageAnswer, type PageCall, type PageRoute, pathTo } from "../money/route.ts";
import { ruleLines } from "../rules.ts";
import { countsText, RunBadge } from "../run_words.tsx";

async function list({ api }: PageCall): Promise<PageAnswer> {
  const { store } = api;
  const { pipelines } = api.project();
  const figures = await figuresOf(api);
  const starts = await getStarts(store, pipelines.map(({ name }) => name));
  const body = (
    <>
      <Head title="Pipelines" lead="In the order in which they need one another." />
      <Table
        label="Pipelines"
        rows={pipelines}
        columns={[
          {
            head: "pipeline",
            cell: ({ name, description }) => (
              <>
                <a href={pathTo("pipelines", name)}>{name}</a>
                <span class="under">{description}</span>
              </>
            ),
          },
          { head: "from", cell: ({ source }) => `${source.connection}, ${source.stream}` },
          { head: "to", cell: ({ destination }) => `${destination.connection}, ${destination.stream}` },
          { head: "linked", right: true, cell: ({ name }) => number(figures.get(name)?.links ?? 0) },
          {
            head: "starts",
            cell: (one) =>
              starts[pipelines.indexOf(one)].paused
                ? <Badge word="paused" tone="wait" />
                : one.trigger.schedule?.cron ?? "when woken",
          },
        ]}
      />
    </>
  );
  return { title: "Pipelines", body };
}

async function show({ api, who, csrf, params }: PageCall): Promise<PageAnswer> {
  const { store } = api;
  const pipeline = pipelineOf(api.project(), params.pipeline);
  const { name, description, source, destination, trigger } = pipeline;
  const now = store.clock.now();
  const [starts] = await getStarts(store, [name]);
  const schedule = scheduleOf(pipeline, starts, { count: 3, now });
  const found = (await figuresOf(api)).get(name)!;
  const [last] = await Array.fromAsync(listRuns(store, { pipeline: name, limit: 1 }));
  const live = (await liveStates(store, api.project())).find((one) => one.pipeline === name);
  const { text, findings } = await fileOf(api, pipeline);
  const path = pathTo("pipelines", name);
  const body = (
    <>
      <Head
        title={
          <>
            {name} {starts.paused && <Badge word="paused" tone="wait" />}{" "}
            {live && <Badge word={live.posts ? "live" : "shadow"} />}
          </>
        }
        lead={description}
      />
      {may(who.role, "operate") && (
        <div class="acts">
          <Act
            to={`${path}/dry-run`}
            csrf={csrf}
            word="Dry-run"
            strong
            says="Shows what a run would do; writes nothing."
          >
            <label class="box">
              <input type="checkbox" name="verify" />compare everything
            </label>
          </Act>
          <form
            class="act"
            method="post"
            action={`${path}/run`}
            data-confirm={`${name} runs now, and writes to ${destination.connection}.`}
          >
            <input type="hidden" name="csrf" value={csrf} />
            <label class="box">
              <input type="checkbox" name="full" />read everything again
            </label>
            <button type="submit">Run</button>
          </form>
          {mayDo(who, "pipeline.pause") && (starts.paused
            ? <Act to={`${path}/resume`} csrf={csrf} word="Resume" />
            : <Act to={`${path}/pause`} csrf={csrf} word="Pause" why="asked" />)}
        </div>
      )}
      <section class="card" id="records" data-live="run,act">
        <Facts
          facts={[
            ["From", `${source.connection}, ${source.stream}`],
            ["To", `${destination.connection}, ${destination.stream}`],
            ["Linked", number(found.links)],
            ["Matched", found.matched === undefined ? undefined : <Money value={found.matched} />],
            [
              "Rejected",
              <a href={asked("/console/needs", { kind: "rejected", q: name })}>{number(found.rejected)}</a>,
            ],
            [
              "Parked",
              <a href={asked("/console/needs", { kind: "parked", q: name })}>{number(found.parked)}</a>,
            ],
            ["Suggested twins", number(found.adoptions)],
            [
              "Last run",
              last
                ? (
                  <>
                    <a href={pathTo("runs", last.id)}>
                      <Ago at={last.startedAt} now={now} />
                    </a>{" "}
                    <RunBadge run={last} />
                  </>
                )
                : "never",
            ],
            ["It did", last && countsText(last.counts)],
          ]}
        />
      </section>
      <h2>Schedule</h2>
      <section class="card">
        <Facts
          facts={[
            ["Schedule", trigger.schedule ? `${trigger.schedule.cron}, ${trigger.schedule.timezone}` : "none"],
            ["After", trigger.after.join(", ")],
            ["Webhooks", trigger.webhook.join(", ")],
            [
              "Next starts",
              schedule.next.map(({ wall, moved }) => <span class="under">{wall}{moved && ", after quiet hours"}</span>),
            ],
            [
              "Paused",
              starts.paused && (
                <>
                  <Text of={starts.paused.by} />
                  {starts.paused.why && (
                    <>
                      : <Text of={starts.paused.why} />
                    </>
                  )}
                </>
              ),
            ],
          ]}
        />
      </section>
      <h2>Mapping</h2>
      <Mapping pipeline={pipeline} />
      <h2>{basename(pipeline.file)}</h2>
      <Yaml text={api.mask(text)} findings={findings} />
    </>
  );
  return { title: name, body };
}

const Mapping = ({ pipeline: { map, source, destination } }: { pipeline: Pipeline }) => {
  const lines = ruleLines(map);
  if (lines.length === 0) return <Empty>It maps nothing.</Empty>;
  return (
    <div class="mapping">
      <Table
        label="Mapping"
        rows={lines}
        columns={[
          {
            head: `${source.connection}: ${source.stream}`,
            cell: ({ from }) => from === "" ? <span class="quiet">–</span> : <code>{from}</code>,
          },
          { head: "rule", cell: ({ how }) => <Text of={how} /> },
          { head: `${destination.connection}: ${destination.stream}`, cell: ({ to }) => <code>{to}</code> },
        ]}
      />
    </div>
  );
};

const Yaml = ({ text, findings }: { text: string; findings: readonly Diagnostic[] }) => (
  <ol class="yaml" tabindex={0} aria-label="The file, with what is wrong marked in place">
    {text.replace(/\n$/, "").split("\n").map((line, i) => {
      const here = findings.filter(({ place }) =>
        place.line === i + 1
      );
      const mark = here.some(({ severity }) =>
          severity === "error"
        )
        ? "found"
        : "found warning";
      return (
        <li class={here.length > 0 ? mark : undefined}>
          <span>{line === "" ? " " : line}</span>
          {here.map(({ message, help }) => <span class="note">{help ? `${message} ${help}` : message}</span>)}
        </li>
      );
    })}
  </ol>
);

/** The file as it is on disk, with what is wrong with it. */
async function fileOf(
  { files }: PageCall["api"],
  { file }: Pipeline,
): Promise<{ text: string; findings: Diagnostic[] }> {
  const { diagnostics, sources } = await checkFiles(files);
  const findings = diagnostics.filter(({ place }) => place.file === file);
  try {
    return { text: sources.get(file) ?? await readFile(file, "utf8"), findings };
  } catch {
    return { text: "# The file is gone; what runs is what was read before.", findings };
  }
}

/** The routes. */
export const pipelinePages: readonly PageRoute[] = [
  { method: "get", path: "/console/pipelines", takes: "read", does: list },
  { method: "get", path: "/console/pipelines/:pipeline", takes: "read", does: show },
  {
    method: "post",
    path: "/console/pipelines/:pipeline/pause",
    takes: "pipeline.pause",
    async does({ api, actor, params, form }) {
      const { name } = pipelineOf(api.project(), params.pipeline);
      const before = await pause(actor, name, fieldOf(form, "why") || undefined);
      return {
        go: pathTo("pipelines", name),
        said: before ? `It was paused already, by ${before.by}.` : "Nothing but a person starts it now.",
      };
    },
  },
  {
    method: "post",
    path: "/console/pipelines/:pipeline/resume",
    takes: "pipeline.resume",
    async does({ api, actor, params: { pipeline } }) {
      await resume(actor, pipeline, () => Promise.resolve(api.project()));
      return { go: pathTo("pipelines", pipeline), said: "It starts by itself again." };
    },
  },
];
