/**
 * Approvals: the plans that wait, and which pipelines post from here.
 *
 * @module
 */
import { liveStates, setPosting } from "../../../acts/pipelines.ts";
import { pipelineOf } from "../../../pipeline/named.ts";
import { listPlans, type PlanRecord, type PlanState } from "../../../state/plans.ts";
import { pageOf, placeOf } from "../../api/page.ts";
import { Act, Ago, Badge, Choices, Empty, Head, Money, More, Table, Text } from "./parts.tsx";
import { asked, fieldOf, mayDo, type PageCall, type PageRoute, pathTo } from "./route.ts";

/** Rows of a page. */
const PAGE = 50;
const STATES: readonly PlanState[] = ["waiting", "approved", "declined", "done", "stale"];

/** What a plan is worth, a currency a line. */
export const Worth = ({ value }: Pick<PlanRecord, "value">) => (
  <>
    {Object.entries(value).map(([currency, sum]) => (
      <div>
        <Money value={sum} currency={currency} />
      </div>
    ))}
  </>
);

async function list(call: PageCall) {
  const { api: { store }, query } = call;
  const now = store.clock.now();
  const state = query.state === "all" ? undefined : STATES.find((one) => one === query.state) ?? "waiting";
  const [before] = placeOf(query.cursor, 1) ?? [];
  const { items, next } = await pageOf(listPlans(store, { state, before }), PAGE, ({ id }) => [id]);
  const body = (
    <>
      <Head
        title="Approvals"
        lead="Documents leave for the books just as they were shown here, once a second person agrees."
      />
      <Choices
        label="State"
        choices={[...STATES, "all"].map((one) => ({
          href: asked("/console/approvals", { state: one }),
          word: one,
          here: (state ?? "all") === one,
        }))}
      />
      {items.length === 0
        ? <Empty>{state === "waiting" ? "No plan waits for anybody." : "There are none."}</Empty>
        : (
          <Table
            label="Plans"
            rows={items}
            columns={[
              { head: "state", cell: ({ state }) => <Badge word={state} /> },
              {
                head: "plan",
                room: "wide",
                cell: ({ id, pipeline }) => (
                  <>
                    <a href={pathTo("approvals", id)}>{pipeline}</a>
                    <span class="under">{id}</span>
                  </>
                ),
              },
              { head: "documents", right: true, cell: ({ count }) => String(count) },
              { head: "worth", right: true, cell: ({ value }) => <Worth value={value} /> },
              { head: "made by", room: "narrow", cell: ({ author }) => <Text of={author} /> },
              { head: "age", right: true, cell: ({ at }) => <Ago at={at} now={now} /> },
              { head: "decided by", cell: ({ decision }) => <Text of={decision?.by} /> },
            ]}
          />
        )}
      <More href={next && asked("/console/approvals", { state: state ?? "all", cursor: next })}>Older plans</More>
      <h2>What posts from here</h2>
      <Live call={call} states={await liveStates(store, call.api.project())} now={now} />
    </>
  );
  return { title: "Approvals", body };
}

const Live = ({ call: { who, csrf }, states, now }: {
  call: PageCall;
  states: Awaited<ReturnType<typeof liveStates>>;
  now: number;
}) => {
  if (states.length === 0) return <Empty>No pipeline posts documents.</Empty>;
  return (
    <>
      {states.map(({ pipeline, posts, asks, why, said }) => (
        <section class="card" aria-label={pipeline}>
          <h3>
            {pipeline} <Badge word={posts ? "live" : "shadow"} />
          </h3>
          <p>
            {posts ? "It posts to the books." : `It plans and shows, and sends nothing: ${why}.`}
            {said && (
              <>
                {" "}
                <Text of={`${said.by} said so`} /> <Ago at={said.at} now={now} />
                {" ago"}
                {said.why && (
                  <>
                    {": "}
                    <Text of={said.why} />
                  </>
                )}
              </>
            )}
          </p>
          {asks && mayDo(who, "pipeline.live") && (
            <Act
              to={pathTo("approvals", "live", pipeline)}
              csrf={csrf}
              word="Go live"
              why="needed"
              strong
              says="Say what was looked at, and by whom. It goes into the audit log."
            />
          )}
          {said?.live && mayDo(who, "pipeline.shadow") && (
            <Act
              to={pathTo("approvals", "shadow", pipeline)}
              csrf={csrf}
              word="Back to shadow"
              why="needed"
              says="It plans and shows from then on, and sends nothing."
            />
          )}
        </section>
      ))}
    </>
  );
};

const say = (live: boolean) => async ({ api, actor, params, form }: PageCall) => {
  const pipeline = pipelineOf(api.project(), params.pipeline);
  const before = await setPosting(actor, pipeline, { live, why: fieldOf(form, "why") });
  const file = live && pipeline.posting?.mode !== "live" ? " Its file still says shadow, so it sends nothing yet." : "";
  const said = `${pipeline.name} ${live ? "may post from here" : "posts no longer from here"}`;
  return { go: "/console/approvals", said: before === undefined ? `${said}.${file}` : `${said} already.${file}` };
};

/** The routes. */
export const approvalRoutes: readonly PageRoute[] = [
  { method: "get", path: "/console/approvals", takes: "read", does: list },
  { method: "post", path: "/console/approvals/live/:pipeline", takes: "pipeline.live", does: say(true) },
  { method: "post", path: "/console/approvals/shadow/:pipeline", takes: "pipeline.shadow", does: say(false) },
];
