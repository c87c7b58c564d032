/**
 * Cost codes: GL combinations beside the cost codes they became, and those that are not linked yet.
 *
 * Which pipeline it is, is in the files: the one that shipped is called `cost-codes`, and any other that makes links is shown by `?pipeline=`.
 * A link is not moved from here: that redirects money, and no second person is asked yet. `gusset links import --replace` moves one.
 *
 * @module
 */
import { keyText } from "../../../acts/actor.ts";
import type { Pipeline } from "../../../pipeline/model.ts";
import { pipelineOf } from "../../../pipeline/named.ts";
import { listAdoptions } from "../../../state/adoptions.ts";
import { listLinksAfter } from "../../../state/links.ts";
import { listParked } from "../../../state/parked.ts";
import { listRejected } from "../../../state/rejected.ts";
import type { Link } from "../../../state/types.ts";
import { pageOf, placeOf } from "../../api/page.ts";
import { Act, Badge, Choices, Empty, Head, More, Table, Text } from "./parts.tsx";
import { asked, mayDo, type PageAnswer, type PageCall, pathTo } from "./route.ts";

/** Rows of a page. */
const PAGE = 100;
const VIEWS = ["linked", "suggested", "ambiguous", "missing"] as const;
type View = typeof VIEWS[number];
const SAYS: Readonly<Record<View, string>> = {
  linked: "Each combination with the cost code that it is, in each of its projects.",
  suggested: "A cost code is there that may be the same: a person says so, or not.",
  ambiguous: "The combination cannot be told from another one, or is refused: a person puts it right.",
  missing: "The combination waits: for its project, or for a cost code to appear.",
};

/** A combination that is not linked, and why. */
interface Unlinked {
  key: string;
  part: string;
  name: string;
  beside?: string;
  why: string;
  kind: "twin" | "rejected" | "parked";
}

/** The pipeline that is looked at. */
export function pipelineIn({ api, query }: PageCall): Pipeline {
  const project = api.project();
  return pipelineOf(
    project,
    query.pipeline ?? project.pipelines.find(({ name }) => name === "cost-codes")?.name ??
      project.pipelines.find(({ posting }) => !posting)?.name ?? "cost-codes",
  );
}

async function* unlinked({ api: { store } }: PageCall, { name }: Pipeline, view: View): AsyncGenerator<Unlinked> {
  if (view === "suggested") {
    for await (const { key, part, id, by, why, decision } of listAdoptions(store, name)) {
      if (decision) continue;
      const same = Object.entries(by).map(([field, value]) => `${field} ${value}`).join(", ");
      yield { key, part, name: same, beside: id, why: why ?? "Found by what both have", kind: "twin" };
    }
  }
  if (view === "ambiguous") {
    for await (const { key, part, row, failure, dismissed } of listRejected(store, name)) {
      if (!dismissed) yield { key, part, name: nameIn(row), why: failure.fact, kind: "rejected" };
    }
  }
  if (view === "missing") {
    for await (const { key, part, why } of listParked(store, name)) yield { key, part, name: "", why, kind: "parked" };
  }
}

/** What a combination is called, where its row says it. */
const nameIn = (row: Readonly<Record<string, unknown>>): string => String(row.CONCATENATED_SEGMENTS ?? row.name ?? "");

/** The page. */
export async function costCodes(call: PageCall): Promise<PageAnswer> {
  const { api, query } = call;
  const pipeline = pipelineIn(call);
  const view = VIEWS.find((one) => one === query.view) ?? "linked";
  const others = api.project().pipelines.filter(({ posting }) => !posting).map(({ name }) => name);
  const here = { pipeline: query.pipeline, view };
  const [title, body] = [
    "Cost codes",
    (
      <>
        <Head title={pipeline.name === "cost-codes" ? "Cost codes" : `Links of ${pipeline.name}`} lead={SAYS[view]} />
        <Choices
          label="State"
          choices={VIEWS.map((word) => ({
            href: asked("/console/cost-codes", { ...here, view: word }),
            word,
            here: word === view,
          }))}
        />
        <form class="filter" method="get" action="/console/cost-codes" role="search">
          <input type="hidden" name="view" value={view} />
          <label>
            Links of
            <select name="pipeline">
              {others.map((one) => <option value={one} selected={one === pipeline.name}>{one}</option>)}
            </select>
          </label>
          <label>
            Words <input type="search" name="q" value={query.q ?? ""} />
          </label>
          <button type="submit">Filter</button>
          <a href={asked("/console/cost-codes/export", { pipeline: pipeline.name })}>Export as CSV</a>
        </form>
        {view === "linked" ? await Linked(call, pipeline) : await Others(call, pipeline, view)}
        {mayDo(call.who, "links.import") && <Import csrf={call.csrf} pipeline={pipeline} />}
      </>
    ),
  ];
  return { title, body };
}

const has = (words: string, ...texts: string[]): boolean =>
  words === "" || texts.join("\n").toLowerCase().includes(words.toLowerCase());

async function Linked(call: PageCall, { name }: Pipeline) {
  const { api: { store }, query, who, csrf } = call;
  const { q = "", cursor } = query;
  const place = placeOf(cursor, 2);
  const all = kept(
    listLinksAfter(store, name, place && { key: place[0], part: place[1] }),
    (link) => has(q, link.key, link.id, link.partition, textOf(link)),
  );
  const { items, next } = await pageOf(all, PAGE, ({ key, part }) => [key, part]);
  if (items.length === 0) return <Empty>No such link is there.</Empty>;
  const drops = mayDo(who, "links.drop");
  const table = (
    <Table
      label="Links"
      rows={items}
      columns={[
        ...drops
          ? [{
            head: "",
            cell: (link: Link) => (
              <input type="checkbox" name="key" value={keyText(link)} aria-label={`Choose ${keyText(link)}`} />
            ),
          }]
          : [],
        { head: "combination", room: "narrow", cell: (link: Link) => <Text of={keyText(link)} /> },
        {
          head: "cost code",
          room: "wide",
          cell: (link: Link) => (
            <>
              <Text of={textOf(link)} />
              <span class="under">{`id ${link.id}${link.partition === "-" ? "" : `, in ${link.partition}`}`}</span>
            </>
          ),
        },
        { head: "how", room: "narrow", cell: ({ how }: Link) => how },
        { head: "state", cell: ({ active }: Link) => <Badge word={active ? "active" : "inactive"} /> },
        { head: "written", room: "narrow", cell: ({ at }: Link) => at.slice(0, 10) },
      ]}
    />
  );
  return (
    <>
      {drops
        ? (
          <form class="many" method="post" action={asked("/console/cost-codes/drop", { pipeline: name })}>
            <input type="hidden" name="csrf" value={csrf} />
            {table}
            <button type="submit">Unlink those that are chosen</button>
            <p class="says">The records stay on both sides; the next full run looks for a twin again.</p>
          </form>
        )
        : table}
      <More href={next && asked("/console/cost-codes", { ...query, cursor: next })} />
    </>
  );
}

/** What the destination's record is called, as it was last written. */
const textOf = ({ values: { code, number, name, title } }: Link): string =>
  [code ?? number, name ?? title].filter((one) => typeof one === "string").join(" · ");

async function* kept<T>(all: AsyncIterable<T>, keep: (one: T) => boolean): AsyncGenerator<T> {
  for await (const one of all) if (keep(one)) yield one;
}

async function Others(call: PageCall, pipeline: Pipeline, view: View) {
  const { query, who, csrf } = call;
  const { q = "", cursor } = query;
  const place = placeOf(cursor, 2);
  // These lists are short: what waits for people. They are read from the start, and shown from where the page begins.
  const rows = await Array.fromAsync(
    kept(unlinked(call, pipeline, view), (one) => has(q, one.key, one.part, one.name, one.why)),
  );
  const at = place ? rows.findIndex(({ key, part }) => key === place[0] && part === place[1]) + 1 : 0;
  const { items, next } = await pageOf(rows.slice(at), PAGE, ({ key, part }) => [key, part]);
  if (items.length === 0) return <Empty>There are none.</Empty>;
  const accepts = view === "suggested" && mayDo(who, "adopt.accept");
  return (
    <>
      <Table
        label={SAYS[view]}
        rows={items}
        columns={[
          { head: "state", cell: () => <Badge word={view} /> },
          {
            head: "combination",
            cell: ({ kind, key, part, name }: Unlinked) => (
              <>
                <a href={asked(pathTo("needs", kind, pipeline.name, key), { part })}>
                  <Text of={keyText({ key, part })} />
                </a>
                {name && (
                  <span class="under">
                    <Text of={name} />
                  </span>
                )}
              </>
            ),
          },
          { head: "cost code", room: "wide", cell: ({ beside }: Unlinked) => <Text of={beside} /> },
          { head: "why", cell: ({ why }: Unlinked) => <Text of={why} /> },
        ]}
      />
      <More href={next && asked("/console/cost-codes", { ...query, cursor: next })} />
      {accepts && (
        <Act
          to={asked(pathTo("cost-codes", "accept"), { pipeline: pipeline.name })}
          csrf={csrf}
          why="asked"
          word={`Link all ${items.length} that are shown`}
          says="The next run takes them over, each as it is suggested."
        >
          {items.map((one) => <input type="hidden" name="key" value={keyText(one)} />)}
        </Act>
      )}
    </>
  );
}

const Import = ({ csrf, pipeline: { name } }: { csrf: string; pipeline: Pipeline }) => (
  <section class="card" aria-label="Import">
    <h2>Import</h2>
    <p class="says">
      Lines of key, part, id, partition, all or nothing. What is linked already is not moved from here: that redirects
      money.
    </p>
    <form
      class="act"
      method="post"
      enctype="multipart/form-data"
      action={asked("/console/cost-codes/import", { pipeline: name })}
    >
      <input type="hidden" name="csrf" value={csrf} />
      <label>
        CSV file <input type="file" name="file" accept=".csv,text/csv" required />
      </label>
      <label class="check">
        <input type="checkbox" name="try" value="yes" /> Only say what it would do
      </label>
      <button type="submit">Import</button>
    </form>
  </section>
);
