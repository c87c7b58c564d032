/**
 * An item of the worklist: what it asks for, and that it is done or not to be done.
 *
 * @module
 */
import { reason } from "../../../acts/actor.ts";
import { closeNotice, noticeOf } from "../../../acts/inbox.ts";
import { Act, Ago, Badge, Facts, Head, Money, Text } from "./parts.tsx";
import { fieldOf, mayDo, type PageCall, type PageRoute, pathTo } from "./route.ts";

async function show({ api: { store }, params, who, csrf }: PageCall) {
  const now = store.clock.now();
  const { id, title, state, reference, owner, value, due, at, changedAt, details, closed } = await noticeOf(
    store,
    params.notice,
  );
  const body = (
    <>
      <Head title={<Text of={title} />} lead={<Badge word={state === "open" ? "notice" : state} />} />
      {details && (
        <p class="details">
          <Text of={details} />
        </p>
      )}
      <Facts
        facts={[
          ["About", <Text of={reference} />],
          ["Owner", owner && <Text of={owner} />],
          ["Worth", value && <Money value={value} />],
          ["Due", due ?? undefined],
          ["Since", <Ago at={at} now={now} />],
          ["Changed", changedAt === at ? undefined : <Ago at={changedAt} now={now} />],
          [
            "Closed",
            closed && (
              <Text
                of={`by ${closed.by} on ${closed.at.slice(0, 10)}${closed.why ? `: ${closed.why}` : ""}`}
              />
            ),
          ],
        ]}
      />
      {state === "open" && (
        <section class="acts" aria-label="What can be done">
          {mayDo(who, "inbox.done") && (
            <Act
              to={pathTo("needs", "notice", id, "done")}
              csrf={csrf}
              word="Done"
              why="asked"
              strong
              says="It comes back where its source changes again."
            />
          )}
          {mayDo(who, "inbox.dismiss") && (
            <Act
              to={pathTo("needs", "notice", id, "dismiss")}
              csrf={csrf}
              word="Dismiss"
              why="needed"
              says="It is not to be done."
            />
          )}
        </section>
      )}
    </>
  );
  return { title, body };
}

const close = (state: "done" | "dismissed") => async ({ actor, params, form }: PageCall) => {
  const said = fieldOf(form, "why");
  const why = state === "dismissed" ? reason(said, "Say why it is not to be done.") : said || undefined;
  const { notice, already } = await closeNotice(actor, params.notice, { state, why });
  return { go: "/console/needs", said: `${notice.title} is ${notice.state}${already ? " already" : ""}.` };
};

const one = "/console/needs/notice/:notice";

/** The routes. */
export const noticeRoutes: readonly PageRoute[] = [
  { method: "get", path: one, takes: "read", does: show },
  { method: "post", path: `${one}/done`, takes: "inbox.done", does: close("done") },
  { method: "post", path: `${one}/dismiss`, takes: "inbox.dismiss", does: close("dismissed") },
];
