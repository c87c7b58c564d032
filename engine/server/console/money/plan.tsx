/**
 * A plan that waits: its journals, line by line, and a second person's yes or no.
 *
 * @module
 */
import { reason } from "../../../acts/actor.ts";
import { sayOf } from "../../../acts/plans.ts";
import { planDocuments, planOf } from "../../../post/acts.ts";
import { money } from "../../../reconcile/money.ts";
import { Worth } from "./approvals.tsx";
import { Journal, journalOf } from "./journal.tsx";
import { Act, Ago, Badge, Empty, Facts, Head, Money, More, Text } from "./parts.tsx";
import { asked, fieldOf, mayDo, type PageCall, type PageRoute, pathTo } from "./route.ts";

/** `1,250.50 USD, 300.00 CAD`. */
const sumsOf = (value: Readonly<Record<string, string>>): string =>
  Object.entries(value).map(([currency, sum]) => `${money(sum)} ${currency}`).join(", ");

/** Documents of a page. */
const PAGE = 25;

async function show(call: PageCall) {
  const { api, who, csrf, params, query } = call;
  const { store } = api;
  const now = store.clock.now();
  const plan = await planOf(store, params.plan);
  const documents = await planDocuments(store, plan.id);
  const at = Math.max(0, Math.trunc(Number(query.from) || 0));
  const shown = documents.slice(at, at + PAGE);
  const journals = await Promise.all(shown.map((record) => journalOf(call, record)));
  const { id, pipeline, state, author, count, value, decision } = plan;
  const own = author === who.name &&
    !api.project().pipelines.find(({ name }) => name === pipeline)?.posting?.authorMayApprove;
  const open = state === "waiting" || state === "approved";
  const gone = count - documents.length;
  const body = (
    <>
      <Head
        title={`Plan of ${pipeline}`}
        lead={
          <>
            <Badge word={state} /> {id}
          </>
        }
      />
      <Facts
        facts={[
          ["Total", <Worth value={value} />],
          ["Documents", String(count)],
          ["Made by", <Text of={author} />],
          ["Made", <Ago at={plan.at} now={now} />],
          [
            "Decided",
            decision && (
              <Text
                of={`${decision.accept ? "approved" : "declined"} by ${decision.by} on ${decision.at.slice(0, 10)}${
                  decision.why ? `: ${decision.why}` : ""
                }`}
              />
            ),
          ],
          ["Planned otherwise", gone > 0 ? `${gone} of its documents are planned otherwise by now` : undefined],
        ]}
      />
      {open && (
        <section class="acts" aria-label="What can be done">
          {state === "waiting" && mayDo(who, "plan.approve") &&
            (own ? <p class="says">You made this plan: another person approves it.</p> : (
              <Act
                to={pathTo("approvals", id, "approve")}
                csrf={csrf}
                why="asked"
                strong
                word={`Approve ${count} for ${sumsOf(value)}`}
                says="What is still as it is shown here leaves with the next run; what has changed is planned anew."
              />
            ))}
          {mayDo(who, "plan.decline") && (
            <Act
              to={pathTo("approvals", id, "decline")}
              csrf={csrf}
              word="Decline"
              why="needed"
              says="None of it is planned again as it is, until somebody retries it or its money changes."
            />
          )}
        </section>
      )}
      {documents.length === 0 && <Empty>None of its documents waits any more.</Empty>}
      {shown.map((record, i) => (
        <section class="card journal" aria-label={record.key}>
          <h2>
            <a href={pathTo("postings", record.key)}>
              <Text of={record.label ?? record.source} />
            </a>{" "}
            <Badge word={record.state} />{" "}
            <span class="aside">
              <Money value={record.value} currency={record.currency} />
            </span>
          </h2>
          <p class="says">
            {`${record.purpose}, dated ${record.date}: `}
            <Text of={record.history[0]?.why} />{" "}
            <code>
              <Text of={record.key} />
            </code>
          </p>
          <Journal document={journals[i]} />
        </section>
      ))}
      <More
        href={documents.length > at + PAGE ? asked(pathTo("approvals", id), { from: String(at + PAGE) }) : undefined}
      >
        {`Documents ${at + PAGE + 1} to ${Math.min(at + 2 * PAGE, documents.length)} of ${documents.length}`}
      </More>
    </>
  );
  return { title: `Plan of ${pipeline}`, body };
}

const decide = (accept: boolean) => async ({ api, actor, params, form }: PageCall) => {
  const given = fieldOf(form, "why");
  const why = accept ? given || undefined : reason(given, "Say why these documents are not to be posted.");
  const { id } = await planOf(api.store, params.plan);
  const { now, already, documents } = await sayOf(actor, api.project(), id, { accept, why });
  const word = accept ? "approved" : "declined";
  return {
    go: pathTo("approvals", id),
    said: already
      ? `It was ${word} already, by ${now.decision!.by}.`
      : `${documents} ${documents === 1 ? "document is" : "documents are"} ${word}.${
        accept ? ` They leave with the next run of ${now.pipeline}.` : ""
      }`,
  };
};

/** The routes. */
export const planRoutes: readonly PageRoute[] = [
  { method: "get", path: "/console/approvals/:plan", takes: "read", does: show },
  { method: "post", path: "/console/approvals/:plan/approve", takes: "plan.approve", does: decide(true) },
  { method: "post", path: "/console/approvals/:plan/decline", takes: "plan.decline", does: decide(false) },
];
