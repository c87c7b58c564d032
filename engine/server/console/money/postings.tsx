/**
 * Postings: the outbox by state, a document with its lines and its history, and what may be done to it.
 *
 * @module
 */
import { listPostings, ON_THE_WAY } from "../../../state/postings.ts";
import type { PostingRecord, PostingState } from "../../../state/posting_types.ts";
import { pageOf, placeOf } from "../../api/page.ts";
import { Ago, Badge, Choices, Empty, Head, Money, More, Table, Text } from "./parts.tsx";
import { asked, type PageCall, pathTo } from "./route.ts";

/** Rows of a page. */
const PAGE = 100;

/** Ways to look at the outbox, each with its states. */
const VIEWS: Readonly<Record<string, readonly PostingState[] | undefined>> = {
  all: undefined,
  "on the way": [...ON_THE_WAY].filter((state) => state !== "imported"),
  "in the books": ["imported", "posted"],
  refused: ["rejected", "declined", "withdrawn"],
  "touched over there": ["reversed", "changed", "deleted"],
};

/** The page. */
export async function postings({ api: { store }, query }: PageCall) {
  const now = store.clock.now();
  const { view = "all", pipeline, source, day, cursor } = query;
  const place = placeOf(cursor, 3);
  const after = place && { pipeline: place[0], chain: place[1], key: place[2] };
  const states = Object.hasOwn(VIEWS, view) ? VIEWS[view] : undefined;
  const all = listPostings(store, { pipeline: pipeline || undefined, source: source || undefined, states, after });
  const { items, next } = await pageOf(ofDay(all, day), PAGE, ({ pipeline, chain, key }) => [pipeline, chain, key]);
  const body = (
    <>
      <Head title="Postings" lead="Every document that is, or is to be, in the books." />
      <Choices
        label="State"
        choices={Object.keys(VIEWS).map((word) => ({
          href: asked("/console/postings", { ...query, view: word, cursor: undefined }),
          word,
          here: word === view,
        }))}
      />
      <form class="filter" method="get" action="/console/postings" role="search">
        <input type="hidden" name="view" value={view} />
        <label>
          Source document <input type="search" name="source" value={source ?? ""} />
        </label>
        <label>
          Last moved on <input type="date" name="day" value={day ?? ""} />
        </label>
        <button type="submit">Filter</button>
        <a href={asked("/console/postings", { day: new Date(now - 86_400_000).toISOString().slice(0, 10) })}>
          Yesterday
        </a>
      </form>
      {items.length === 0 ? <Empty>The outbox has no such document.</Empty> : (
        <Table
          label="Documents"
          rows={items}
          columns={[
            { head: "state", cell: ({ state }) => <Badge word={state} /> },
            {
              head: "of",
              room: "wide",
              cell: ({ key, label, source }) => (
                <>
                  <a href={pathTo("postings", key)}>
                    <Text of={label ?? source} />
                  </a>
                  <span class="under">
                    <Text of={key} />
                  </span>
                </>
              ),
            },
            { head: "what", room: "narrow", cell: ({ purpose }) => purpose },
            { head: "day", room: "narrow", cell: ({ date }) => date },
            { head: "worth", right: true, cell: ({ value, currency }) => <Money value={value} currency={currency} /> },
            { head: "journal", cell: ({ journal }) => <Text of={journal?.name} /> },
            { head: "moved", right: true, cell: ({ history }) => <Ago at={history.at(-1)?.at} now={now} /> },
            { head: "why", cell: (record) => <Text of={wordOf(record)} /> },
          ]}
        />
      )}
      <More href={next && asked("/console/postings", { ...query, cursor: next })} />
    </>
  );
  return { title: "Postings", body };
}

/** Only what last moved on a day, where one is asked for. */
async function* ofDay(all: AsyncIterable<PostingRecord>, day = ""): AsyncGenerator<PostingRecord> {
  for await (const one of all) if (day === "" || one.history.at(-1)?.at.startsWith(day)) yield one;
}

/** Why a document is where it is, where there is something to say. */
export function wordOf({ takeBack, settled, failure, state, history }: PostingRecord): string {
  if (takeBack) return `To be taken back, says ${takeBack.by}`;
  if (settled) return `${settled.how === "accept" ? "Accepted" : "May go anew"}, says ${settled.by}`;
  return failure?.fact ?? (state === "declined" ? history.at(-1)?.why ?? "" : "");
}
