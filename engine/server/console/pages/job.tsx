/**
 * A run or a dry run while it works, and what it planned or did: record by record and field by field.
 *
 * @module
 */
import { permitted } from "../../../acts/actor.ts";
import { sentence } from "../../../failure.ts";
import type { FieldChange, PlannedChange, Progress, RunResult } from "../../../run/types.ts";
import { budgetsOf } from "../../../state/permits.ts";
import type { Word } from "../../../state/types.ts";
import { may } from "../../../state/roles.ts";
import { counted, cut, duration, number } from "../../../words.ts";
import type { Job } from "../../api/jobs.ts";
import { startJob } from "../../api/start.ts";
import { Act, Badge, Choices, Empty, Facts, Head, Money, More, Text } from "../money/parts.tsx";
import { asked, fieldOf, type PageAnswer, type PageCall, type PageRoute, pathTo } from "../money/route.ts";
import { WORD_LIST, WORDS } from "../run_words.tsx";
import { Causes, causesOf } from "./runs.tsx";

/** Changes on a page. */
const PAGE = 50;

type Line = PlannedChange & { pipeline: string };

async function show({ api, who, csrf, params, query }: PageCall): Promise<PageAnswer> {
  const job = api.jobs.get(params.job);
  const { record } = job;
  const plans = record.kind === "dry-run";
  const lines = job.lines.map((line) => JSON.parse(line) as Line);
  const running = record.state === "running";
  const counts = new Map<Word, number>();
  for (const { word } of lines) counts.set(word, (counts.get(word) ?? 0) + 1);
  const { word = "", q = "" } = query;
  const from = Math.max(0, Number(query.from) || 0);
  const fits = (line: Line): boolean =>
    (word === "" || line.word === word) &&
    (q === "" ||
      `${line.key} ${line.label ?? ""} ${JSON.stringify(line.fields ?? {})} ${line.why ?? ""} ${
        line.failure?.fact ?? ""
      }`
        .toLowerCase().includes(q.toLowerCase()));
  // What is written first; what is left alone last.
  const found = lines.filter(fits).sort((a, b) => WORD_LIST.indexOf(a.word) - WORD_LIST.indexOf(b.word));
  const path = pathTo("jobs", record.id);
  const rejected = lines.filter((line) => line.word === "rejected");
  const title = `${plans ? "Dry run" : "Run"} of ${record.subject.join(", ")}`;
  const failed = failureOf(job);
  const applies = plans && record.state === "done" && record.subject.length === 1 && !failed && !record.cut &&
    lines.some(({ word }) => CHANGES.has(word));
  const body = (
    <>
      <Head title={cut(title, 120)} lead={`Started by ${record.by}.`} />
      <section class="card" id="progress" data-live="progress,job">
        <Live job={job} now={api.store.clock.now()} budget={await budgetText(api)} />
        {failed && (
          <p class="wrong">
            <Text of={failed} />
          </p>
        )}
      </section>
      {may(who.role, "operate") && (
        <div class="acts" id="acts" data-live="job">
          {running && <Act to={`${path}/stop`} csrf={csrf} word="Stop" says="What was confirmed is kept." />}
          {applies && (
            <Act
              to={`${path}/apply`}
              csrf={csrf}
              word="Apply this plan"
              strong
              says="Exactly what is shown is written; a record that has changed since is refused."
            />
          )}
        </div>
      )}
      {rejected.length > 0 && (
        <section id="causes" data-live="job">
          <h2>Rejected, by cause</h2>
          <Causes
            pipeline={record.subject.length === 1 ? record.subject[0] : ""}
            causes={causesOf(rejected.map(({ failure, why = "", value }) => ({
              why: failure?.fact ?? why,
              code: failure?.code ?? "",
              value,
            })))}
          />
        </section>
      )}
      <section id="diff" data-live="job">
        <h2>{plans ? "What it would do" : "What it did"}</h2>
        <Choices
          label="Changes by word"
          choices={[
            { href: asked(path, { q }), word: "all", count: lines.length, here: word === "" },
            ...WORD_LIST.filter((one) => counts.has(one)).map((one) => ({
              href: asked(path, { q, word: one }),
              word: one,
              count: counts.get(one),
              here: word === one,
            })),
          ]}
        />
        <form class="filter" method="get">
          {word !== "" && <input type="hidden" name="word" value={word} />}
          <label>
            Words in it
            <input type="search" name="q" value={q} />
          </label>
          <button type="submit">Filter</button>
        </form>
        {found.length === 0
          ? <Empty>{running ? "Nothing yet." : "Nothing fits."}</Empty>
          : <div class="diff">{found.slice(from, from + PAGE).map((line) => <Change line={line} />)}</div>}
        <More
          href={from + PAGE < found.length ? asked(path, { word, q, from: String(from + PAGE) }) : undefined}
        >
          {`The next of ${number(found.length)}`}
        </More>
      </section>
    </>
  );
  return { title, body };
}

/** Words that write. */
const CHANGES: ReadonlySet<Word> = new Set<Word>(["create", "adopt", "update", "deactivate"]);

function failureOf({ record, result }: Job): string | undefined {
  if (record.failure) return sentence(record.failure);
  const results = Object.values((result as { results?: Record<string, RunResult> } | undefined)?.results ?? {});
  const failed = results.find(({ failure }) => failure)?.failure;
  return failed && sentence(failed);
}

async function budgetText({ store, project }: PageCall["api"]): Promise<string> {
  const all = await Promise.all(
    Object.keys(project().connections).map(async (name) => {
      const [tightest] = (await budgetsOf(store, name)).sort((a, b) => a.remaining - b.remaining);
      return tightest && `${name} ${number(tightest.remaining)} of ${number(tightest.limit)} calls`;
    }),
  );
  return all.filter(Boolean).join(", ") || "not told yet";
}

/** How far it is; every figure has its place from the start, so that nothing moves. */
const Live = ({ job: { record }, now, budget }: { job: Job; now: number; budget: string }) => {
  const progress = record.progress as Progress | undefined;
  const elapsed = (record.endedAt ? Date.parse(record.endedAt) : now) - Date.parse(record.startedAt);
  const running = record.state === "running";
  const read = progress?.read ?? 0;
  const perSecond = progress && progress.elapsed > 0 ? read / (progress.elapsed / 1000) : 0;
  const left = running && progress?.expected !== undefined && perSecond > 0
    ? duration(Math.max(0, progress.expected - read) / perSecond * 1000)
    : "–";
  return (
    <>
      <Facts
        facts={[
          ["State", <Badge word={record.state} tone={STATES[record.state]} />],
          ["Pipeline", progress?.pipeline ?? record.subject[0] ?? "–"],
          ["Records read", `${number(read)}${progress?.expected ? ` of about ${number(progress.expected)}` : ""}`],
          ["Rate", perSecond > 0 ? `${number(Math.round(perSecond))} a second` : "–"],
          ["Calls", number(progress?.calls ?? 0)],
          ["Rate budget left", budget],
          ["Took so far", duration(elapsed)],
          ["Time left", left],
        ]}
      />
      <progress
        aria-label="How far it is"
        max={100}
        value={running
          ? progress?.expected ? Math.min(99, Math.round(read / progress.expected * 100)) : undefined
          : 100}
      />
    </>
  );
};

const STATES = { running: "wait", done: "good", failed: "bad", stopped: "wait" } as const;

/** One record of a plan. */
export const Change = ({ line }: { line: Line }) => {
  const fields = Object.entries(line.fields ?? {}).filter(([, { old, new: next, drift }]) => drift || old !== next);
  return (
    <article class="card change">
      <h3>
        <Badge word={line.word} tone={WORDS[line.word]} />
        <Text of={line.label ?? line.key} />
        <span class="quiet">
          <bdi>{line.part ? `${line.key}/${line.part}` : line.key}</bdi>
          {line.id && (
            <>
              → <bdi>{line.id}</bdi>
            </>
          )}
        </span>
        {line.value !== undefined && <Money value={line.value} />}
      </h3>
      {line.failure && (
        <p class="wrong">
          <Text of={sentence(line.failure)} />
        </p>
      )}
      {line.why && (
        <p class="says">
          <Text of={line.why} />
        </p>
      )}
      {fields.length > 0 && (
        <table class="keep">
          <tbody>
            {fields.map(([name, change]) => (
              <tr>
                <td>
                  <bdi>{name}</bdi>
                </td>
                <td>
                  <Field change={change} fresh={line.word === "create"} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {line.document && (
        <p class="says">
          <Money value={line.document.value} currency={line.document.currency} /> on {line.document.date},{" "}
          {counted(line.document.lines.length, "line")}: <Text of={line.document.why} />
        </p>
      )}
    </article>
  );
};

const Field = ({ change, fresh }: { change: FieldChange; fresh: boolean }) => {
  if (change.items) {
    const { added, removed, changed, amount } = change.items;
    const what = [[added.length, "added"], [changed.length, "changed"], [removed.length, "removed"]]
      .filter(([count]) => count !== 0).map(([count, word]) => `${count} ${word}`).join(", ") || "no item changes";
    return (
      <>
        {what}
        {amount && (
          <>
            :{" "}
            <del>
              <Money value={amount[0]} />
            </del>{" "}
            →{" "}
            <ins>
              <Money value={amount[1]} />
            </ins>
          </>
        )}
      </>
    );
  }
  return (
    <>
      {!fresh && (
        <>
          <del>
            <bdi>{valueText(change.old)}</bdi>
          </del>
          {" → "}
        </>
      )}
      <ins>
        <bdi>{valueText(change.new)}</bdi>
      </ins>
      {change.drift && <span class="under">{`changed there since we wrote it${change.kept ? "; kept" : ""}`}</span>}
    </>
  );
};

const valueText = (value: unknown): string =>
  value === null || value === undefined || value === ""
    ? "–"
    : cut(typeof value === "string" ? value : JSON.stringify(value), 300);

/** Starts what a form on a pipeline's page asks for. */
const start = (mode: "plan" | "apply") => ({ api, who, params, form }: PageCall): PageAnswer => {
  permitted(who, "operate");
  const flags = { full: fieldOf(form, "full") !== "", verify: fieldOf(form, "verify") !== "" };
  const job = startJob({ api, who }, mode, { pipelines: [params.pipeline], ...flags });
  return {
    go: pathTo("jobs", job.record.id),
    said: mode === "plan" ? "The dry run has begun; it writes nothing." : "The run has begun.",
  };
};

/** The routes. */
export const jobPages: readonly PageRoute[] = [
  { method: "get", path: "/console/jobs/:job", takes: "read", does: show },
  { method: "post", path: "/console/pipelines/:pipeline/dry-run", takes: "operate", does: start("plan") },
  { method: "post", path: "/console/pipelines/:pipeline/run", takes: "operate", does: start("apply") },
  {
    method: "post",
    path: "/console/jobs/:job/stop",
    takes: "operate",
    does({ api, params }) {
      api.jobs.get(params.job).stop();
      return { go: pathTo("jobs", params.job), said: "It was told to stop; what was confirmed is kept." };
    },
  },
  {
    method: "post",
    path: "/console/jobs/:job/apply",
    takes: "operate",
    does({ api, who, params }) {
      const job = startJob({ api, who }, "apply", { plan: params.job });
      return { go: pathTo("jobs", job.record.id), said: "The plan is being applied." };
    },
  },
];
