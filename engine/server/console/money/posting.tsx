/**
 * A document: its lines, its history, and what may be done to it.
 *
 * @module
 */
import { actingOf, reason } from "../../../acts/actor.ts";
import { takeOut } from "../../../acts/postings.ts";
import { sentence } from "../../../failure.ts";
import { accept, type Acted, documentOf, retry, takeBack } from "../../../post/acts.ts";
import { isConfirmed, isInFlight } from "../../../post/fate.ts";
import type { PostingRecord } from "../../../state/posting_types.ts";
import { Journal, journalOf } from "./journal.tsx";
import { Act, Ago, Badge, Facts, Head, Money, Table, Text } from "./parts.tsx";
import { fieldOf, mayDo, type PageCall, type PageRoute, pathTo } from "./route.ts";

import { postings, wordOf } from "./postings.tsx";

async function show(call: PageCall) {
  const { api: { store }, params } = call;
  const now = store.clock.now();
  const record = await documentOf(store, params.key);
  const { key, label, source, state, pipeline, purpose, from, to, value, currency, date, journal, plan } = record;
  const { failure, moved, history, reverses, after } = record;
  const link = (to: string | undefined) =>
    to && (
      <a href={pathTo("postings", to)}>
        <Text of={to} />
      </a>
    );
  const body = (
    <>
      <Head
        title={<Text of={label ?? source} />}
        lead={
          <>
            <Badge word={state} />{" "}
            <code>
              <Text of={key} />
            </code>
          </>
        }
      />
      {failure && (
        <p class="wrong">
          <Text of={sentence(failure)} />
        </p>
      )}
      <Facts
        facts={[
          ["Worth", <Money value={value} currency={currency} />],
          ["Day", date],
          ["What", `${purpose}, by ${pipeline}`],
          ["Source document", <Text of={`${source}, of ${from}`} />],
          ["Books", <Text of={to} />],
          [
            "Journal",
            journal && (
              <Text
                of={`${journal.name}, batch ${journal.batch}, ${journal.period}${
                  journal.posted ? ", posted" : ", not posted yet"
                }`}
              />
            ),
          ],
          ["Takes back", link(reverses)],
          ["Goes after", link(after)],
          ["Plan", plan && <a href={pathTo("approvals", plan)}>{plan}</a>],
          ["Note", wordOf(record)],
        ]}
      />
      <Acts call={call} record={record} />
      <h2>Lines</h2>
      <Journal document={await journalOf(call, record)} />
      <h2>What it moves</h2>
      <Table
        label="What it moves"
        rows={Object.entries(moved)}
        columns={[
          { head: "position", cell: ([position]) => <Text of={position} /> },
          { head: "cost", right: true, cell: ([, { cost }]) => <Money value={cost} /> },
          { head: "withheld", right: true, cell: ([, { withheld }]) => <Money value={withheld} /> },
          { head: "net", right: true, cell: ([, { net }]) => <Money value={net} /> },
        ]}
      />
      <h2>History</h2>
      <ol class="history">
        {history.map(({ at, state, why, by }) => (
          <li>
            <Badge word={state} /> <time datetime={at}>{at.slice(0, 16).replace("T", " ")}</time>{" "}
            <Text of={[why, by && `by ${by}`].filter(Boolean).join(", ")} />{" "}
            <span class="quiet">
              <Ago at={at} now={now} />
              {" ago"}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
  return { title: label ?? source, body };
}

/** What fits a document's state; what does not is refused by the act itself. */
function Acts({ call: { who, csrf }, record }: { call: PageCall; record: PostingRecord }) {
  const { key, state, takeBack, settled, purpose } = record;
  const touched = state === "reversed" || state === "changed" || state === "deleted";
  const to = (deed: string): string => pathTo("postings", key, deed);
  const held = takeBack || ["rejected", "declined", "withdrawn", "reversed", "deleted"].includes(state) ||
    isConfirmed(record) && settled?.how === "accept";
  return (
    <section class="acts" aria-label="What can be done">
      {held && settled?.how !== "retry" && mayDo(who, "posting.retry") && (
        <Act
          to={to("retry")}
          csrf={csrf}
          word="Let it go anew"
          why="asked"
          strong
          says="The next run reckons it again, and posts what it then is."
        />
      )}
      {touched && settled?.how !== "accept" && mayDo(who, "posting.accept") && (
        <Act
          to={to("accept")}
          csrf={csrf}
          word="Accept"
          why="needed"
          says="It stays as it is over there: a difference that is theirs."
        />
      )}
      {isInFlight(record) && mayDo(who, "posting.withdraw") && (
        <Act
          to={to("withdraw")}
          csrf={csrf}
          word="Withdraw"
          why="needed"
          says="It is taken back in front of the books, and not sent again by itself."
        />
      )}
      {!takeBack && purpose === "recognise" && (state === "posted" || state === "imported") &&
        mayDo(who, "posting.reverse") && (
        <Act
          to={to("reverse")}
          csrf={csrf}
          word="Take back"
          why="needed"
          says="The next run reverses it; its source is held until somebody lets it go."
        />
      )}
    </section>
  );
}

const WHY = "Say why, for the record.";

const deed = (
  done: string,
  act: (call: PageCall, why: string) => Promise<Acted<PostingRecord>>,
) =>
async (call: PageCall) => {
  const { now, already } = await act(call, fieldOf(call.form, "why"));
  const label = now.label ?? now.key;
  return { go: pathTo("postings", now.key), said: already ? `${label}: that was so already.` : `${label} ${done}` };
};

const one = "/console/postings/:key";

/** The routes. */
export const postingPages: readonly PageRoute[] = [
  { method: "get", path: "/console/postings", takes: "read", does: postings },
  { method: "get", path: one, takes: "read", does: show },
  {
    method: "post",
    path: `${one}/retry`,
    takes: "posting.retry",
    does: deed(
      "may be posted anew; the next run looks at it.",
      ({ actor, params }, why) => retry(actingOf(actor, why || undefined), params.key),
    ),
  },
  {
    method: "post",
    path: `${one}/accept`,
    takes: "posting.accept",
    does: deed(
      "stays as it is over there.",
      ({ actor, params }, why) => accept(actingOf(actor, reason(why, WHY)), params.key),
    ),
  },
  {
    method: "post",
    path: `${one}/reverse`,
    takes: "posting.reverse",
    does: deed(
      "is taken back by the next run.",
      ({ actor, params }, why) => takeBack(actingOf(actor, reason(why, WHY)), params.key),
    ),
  },
  {
    method: "post",
    path: `${one}/withdraw`,
    takes: "posting.withdraw",
    does: deed("is withdrawn, and waits.", ({ api, actor, params, signal }, why) => {
      const acting = actingOf(actor, reason(why, WHY));
      return api.withEngine({ readOnly: false, signal }, (bench) => takeOut(bench, acting, params.key));
    }),
  },
];
