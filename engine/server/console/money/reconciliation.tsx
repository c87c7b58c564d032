/**
 * Reconciliation: a period compared, looked through, frozen by one person and signed by another.
 *
 * @module
 */
import { type Compared, definitionOf, freezeReport, signer, signSnapshot } from "../../../acts/reconcile.ts";
import { notThere } from "../../../acts/actor.ts";
import { Failure, sentence } from "../../../failure.ts";
import { csvOf } from "../../../reconcile/csv.ts";
import { htmlOf } from "../../../reconcile/html.ts";
import { partsOf } from "../../../reconcile/parts.ts";
import { thaw } from "../../../reconcile/snapshots.ts";
import { listSnapshots, type Snapshot } from "../../../state/snapshots.ts";
import { comparedBy, definitionsOf, startComparison } from "../../api/compare.ts";
import { Act, Ago, Badge, Empty, Head, Table, Text } from "./parts.tsx";
import { PartTable, ReportHead } from "./report.tsx";
import { asked, fieldOf, mayDo, type PageAnswer, type PageCall, type PageRoute, pathTo } from "./route.ts";

async function list({ api, csrf }: PageCall): Promise<PageAnswer> {
  const now = api.store.clock.now();
  const names = (await definitionsOf(api)).map(({ written: { name } }) => name);
  const frozen = (await Array.fromAsync(listSnapshots(api.store))).reverse();
  const jobs = api.jobs.list().filter(({ record }) => record.kind === "reconcile");
  const month = new Date(now).toISOString().slice(0, 7);
  const body = (
    <>
      <Head
        title="Reconciliation"
        lead="What both systems say of a period, what keeps them apart, and two names under it."
      />
      {names.length === 0
        ? <Empty>No reconciliation is defined: NAME.reconcile.yaml beside the pipelines is one.</Empty>
        : (
          <Act
            to="/console/reconciliation"
            csrf={csrf}
            word="Compare"
            strong
            says="Both systems are read; nothing is written."
          >
            <label>
              Reconciliation
              <select name="name">{names.map((one) => <option value={one}>{one}</option>)}</select>
            </label>
            <label>
              Period (a month, or its name in the books)
              <input type="text" name="period" value={month} required maxlength={40} />
            </label>
          </Act>
        )}
      <h2>Compared lately</h2>
      {jobs.length === 0 ? <Empty>Nothing was compared since this process began.</Empty> : (
        <Table
          label="Compared lately"
          rows={jobs}
          columns={[
            { head: "state", cell: ({ record }) => <Badge word={record.state} /> },
            {
              head: "reconciliation",
              cell: ({ record }) => <a href={pathTo("reconciliation", "job", record.id)}>{record.subject.join(", ")}
              </a>,
            },
            { head: "by", cell: ({ record }) => <Text of={record.by} /> },
            { head: "age", right: true, cell: ({ record }) => <Ago at={record.startedAt} now={now} /> },
          ]}
        />
      )}
      <h2>Frozen</h2>
      {frozen.length === 0 ? <Empty>Nothing is frozen yet.</Empty> : (
        <Table
          label="Frozen reconciliations"
          rows={frozen}
          columns={[
            {
              head: "period",
              room: "wide",
              cell: ({ id, period, name }) => (
                <>
                  <a href={pathTo("reconciliation", "frozen", id)}>{`${name}, ${period}`}</a>
                  <span class="under">{id}</span>
                </>
              ),
            },
            { head: "open", right: true, cell: ({ open }) => open === 0 ? <Badge word="agrees" /> : String(open) },
            { head: "prepared by", cell: ({ prepared }) => <Text of={prepared.by} /> },
            {
              head: "reviewed by",
              cell: ({ reviewed }) => reviewed ? <Text of={reviewed.by} /> : <Badge word="waiting" />,
            },
            { head: "SHA-256", cell: ({ hash }) => <code title={hash}>{hash.slice(0, 16)}</code> },
          ]}
        />
      )}
    </>
  );
  return { title: "Reconciliation", body };
}

async function compare({ api, who, form }: PageCall): Promise<PageAnswer> {
  const definition = definitionOf(await definitionsOf(api), fieldOf(form, "name") || undefined);
  const period = fieldOf(form, "period");
  if (period === "") throw new Failure("usage", { fact: "No period is named", action: "Name a month, as 2026-10." });
  const { record } = startComparison({ api, who }, definition, { period });
  return { go: pathTo("reconciliation", "job", record.id), said: "Both systems are being read." };
}

type Shown = Pick<Compared, "report" | "changes"> & { snapshot?: Snapshot };

/** A report as a page or, where `format` says so, as a file. */
async function shown(
  { who, csrf, query }: PageCall,
  here: string,
  { report, changes, snapshot }: Shown,
): Promise<PageAnswer> {
  const parts = partsOf(report, changes);
  const { header } = report;
  const name = `${header.name}-${header.period.from.slice(0, 7)}`;
  if (query.format === "html") {
    return { text: await htmlOf(report, parts, snapshot), type: "text/html; charset=utf-8", name: `${name}.html` };
  }
  if (query.format === "csv") {
    const part = parts.find((one) => one.name === query.part);
    if (!part) {
      throw notThere(
        `The report has no part ${query.part ?? ""}`,
        `There are: ${parts.map(({ name }) => name).join(", ")}.`,
      );
    }
    return { text: csvOf(part), type: "text/csv; charset=utf-8", name: `${name}-${part.name}.csv` };
  }
  const title = `${header.name}, ${header.period.name}`;
  const unsigned = snapshot && !snapshot.reviewed;
  const own = snapshot?.prepared.who === who.name;
  const body = (
    <>
      <Head title={<Text of={title} />} lead={<Text of={header.description} />} />
      <ReportHead report={report} snapshot={snapshot} />
      <p>
        <a class="button" href={asked(here, { format: "html" })}>As a page that prints</a>
      </p>
      <section class="acts" aria-label="What can be done">
        {!snapshot && mayDo(who, "reconcile.freeze") && (
          <Act
            to={`${here}/freeze`}
            csrf={csrf}
            word="Freeze"
            strong
            says="It is kept just as it is shown, with its hash, under your name."
          />
        )}
        {unsigned && mayDo(who, "reconcile.sign") && (own
          ? <p class="says">You prepared it: another person signs it.</p>
          : <Act to={`${here}/sign`} csrf={csrf} word="Sign" strong says="Your name stands under it from then on." />)}
      </section>
      <nav class="choices" aria-label="Parts">
        {parts.map(({ name, title }) => <a href={`#${name}`}>{title}</a>)}
      </nav>
      {parts.map((part) => (
        <PartTable part={part} report={report} csv={asked(here, { format: "csv", part: part.name })} />
      ))}
    </>
  );
  return { title, body };
}

async function job(call: PageCall): Promise<PageAnswer> {
  const found = call.api.jobs.get(call.params.job);
  const { id, state, subject, progress, failure } = found.record;
  if (state === "done") return await shown(call, pathTo("reconciliation", "job", id), comparedBy(found));
  const reading = (progress as { reading?: string } | undefined)?.reading;
  const title = subject.join(", ");
  const body = (
    <>
      <Head title={<Text of={title} />} lead={<Badge word={state} />} />
      {state === "running" && (
        <p role="status">
          <Text of={reading ? `Reading ${reading}.` : "It begins."} />
        </p>
      )}
      {failure && (
        <p class="wrong">
          <Text of={sentence(failure)} />
        </p>
      )}
      <p>
        <a class="button" href={pathTo("reconciliation", "job", id)}>Look again</a>
      </p>
    </>
  );
  return { title, body, ...(state === "running" && { again: 2 }) };
}

async function freeze({ api, actor, params }: PageCall): Promise<PageAnswer> {
  const { report } = comparedBy(api.jobs.get(params.job));
  const { snapshot } = await freezeReport(actor, report, signer(actor, undefined, "Say who prepared it"));
  return {
    go: pathTo("reconciliation", "frozen", snapshot.id),
    said: `Frozen as ${snapshot.id}: another person signs it.`,
  };
}

async function frozen(call: PageCall): Promise<PageAnswer> {
  return await shown(
    call,
    pathTo("reconciliation", "frozen", call.params.snapshot),
    await thaw(call.api.store, call.params.snapshot),
  );
}

async function sign({ actor, params }: PageCall): Promise<PageAnswer> {
  const { id } = await signSnapshot(actor, params.snapshot, signer(actor, undefined, "Say who reviewed it"));
  return { go: pathTo("reconciliation", "frozen", id), said: `${id} is signed.` };
}

/** The routes. */
export const reconciliationRoutes: readonly PageRoute[] = [
  { method: "get", path: "/console/reconciliation", takes: "read", does: list },
  { method: "post", path: "/console/reconciliation", takes: "read", does: compare },
  { method: "get", path: "/console/reconciliation/job/:job", takes: "read", does: job },
  { method: "post", path: "/console/reconciliation/job/:job/freeze", takes: "reconcile.freeze", does: freeze },
  { method: "get", path: "/console/reconciliation/frozen/:snapshot", takes: "read", does: frozen },
  { method: "post", path: "/console/reconciliation/frozen/:snapshot/sign", takes: "reconcile.sign", does: sign },
];
