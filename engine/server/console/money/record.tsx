/**
 * A record that waits: what is wrong with it, what it is on both sides, and what can be done.
 *
 * @module
 */
import { stringify } from "csv-stringify/sync";
import { keyText, notThere } from "../../../acts/actor.ts";
import { decideAdoptions } from "../../../acts/adoptions.ts";
import { COLUMNS, importLinks } from "../../../acts/links.ts";
import { dismiss, type Rejected, rejectedNamed, retryRejected } from "../../../acts/rejected.ts";
import { bothSides, linkOfRecord, type Side } from "../../../acts/sides.ts";
import { Failure, sentence } from "../../../failure.ts";
import { pipelineOf } from "../../../pipeline/named.ts";
import { adoptionsOf } from "../../../state/adoptions.ts";
import { parkedOf } from "../../../state/parked.ts";
import type { AdoptionRecord, Link, ParkedRecord } from "../../../state/types.ts";
import { Act, Ago, Badge, Empty, Facts, Fields, Head, Table, Text, valueText } from "./parts.tsx";
import { asked, fieldOf, mayDo, type PageCall, type PageRoute, pathTo } from "./route.ts";

type Kind = "rejected" | "parked" | "twin";
const KINDS: readonly Kind[] = ["rejected", "parked", "twin"];

/** What waits, as it is remembered. */
interface Waiting {
  kind: Kind;
  pipeline: string;
  key: string;
  part: string;
  rejected?: Rejected;
  parked?: ParkedRecord;
  twin?: AdoptionRecord;
}

async function waiting({ api: { store }, params: { kind, pipeline, key }, query: { part = "" } }: PageCall) {
  const own = <T extends { part: string }>(found: Map<string, T[]>): T | undefined =>
    found.get(key)?.find((one) => one.part === part);
  const base = { kind: kind as Kind, pipeline, key, part };
  const found: Waiting = base.kind === "rejected"
    ? { ...base, rejected: (await rejectedNamed(store, pipeline, keyText(base))).find((one) => one.part === part) }
    : base.kind === "parked"
    ? { ...base, parked: own(await parkedOf(store, pipeline, [key])) }
    : { ...base, twin: own(await adoptionsOf(store, pipeline, [key])) };
  if (KINDS.includes(base.kind) && (found.rejected ?? found.parked ?? found.twin)) return found;
  throw notThere(`${keyText(base)} of ${pipeline} does not wait any more`, "See what needs a person.");
}

async function show(call: PageCall) {
  const { api, query: { live } } = call;
  const found = await waiting(call);
  const { kind, pipeline: name, key, part, rejected, parked, twin } = found;
  const pipeline = pipelineOf(api.project(), name);
  const link = await linkOfRecord(api.store, name, found);
  const from = (rejected ?? parked)?.from;
  const sides = live === undefined ? undefined : await api.withEngine(
    { readOnly: true, signal: call.signal },
    ({ engine, project }) => bothSides({ engine, project, store: api.store }, name, { key, part, from }, twin),
  );
  const [there, here] = [pipeline.source, pipeline.destination].map(({ connection, stream }) =>
    `${connection}, ${stream}`
  );
  const body = (
    <>
      <Head title={<Text of={`${name} ${keyText(found)}`} />} lead={<Badge word={kind} />} />
      <Wrong found={found} now={api.store.clock.now()} />
      {twin && <Changes twin={twin} />}
      <section class="sides" aria-label="The record on both sides">
        <div>
          <h2>{there}</h2>
          {sides
            ? <Told side={sides.source} />
            : rejected
            ? <Fields row={rejected.row} label="As it was read when it was rejected" />
            : <Empty>It is kept where it is: look it up to see it.</Empty>}
        </div>
        <div>
          <h2>{here}</h2>
          {sides ? <Told side={sides.destination} /> : <Remembered link={link} twin={twin} />}
        </div>
      </section>
      {!sides && (
        <p>
          <a class="button" href={asked(pathTo("needs", kind, name, key), { part, live: "1" })}>
            Look both up as they are now
          </a>
        </p>
      )}
      <Acts
        call={call}
        found={found}
        linked={link !== undefined}
        byParts={pipeline.destination.partition !== undefined}
      />
    </>
  );
  return { title: `${name} ${keyText(found)}`, body };
}

const Wrong = ({ found: { rejected, parked, twin }, now }: { found: Waiting; now: number }) => {
  if (rejected) {
    const { failure, firstAt, lastAt, times, dismissed } = rejected;
    return (
      <>
        <p class="wrong">
          <Text of={failure.fact} />
        </p>
        <p class="helps">
          <Text of={failure.action} />
        </p>
        <Facts
          facts={[
            ["Value", failure.value && <Text of={failure.value} />],
            ["Place", failure.place && <Text of={failure.place} />],
            ["Code", failure.code],
            ["First rejected", <Ago at={firstAt} now={now} />],
            ["Last rejected", <Ago at={lastAt} now={now} />],
            ["Times", String(times)],
            [
              "Dismissed",
              dismissed && <Text of={`by ${dismissed.by} on ${dismissed.at.slice(0, 10)}: ${dismissed.why}`} />,
            ],
          ]}
        />
      </>
    );
  }
  const { why, at } = (parked ?? twin)!;
  const need = parked?.need;
  return (
    <>
      <p class="details">
        <Text of={why ?? "A record that is there already looks like this one: a person says whether they are one."} />
      </p>
      <Facts
        facts={[
          ["Since", <Ago at={at} now={now} />],
          ["Waits for", need && <Text of={`${need.pipeline} ${need.key}`} />],
          [
            "Found by",
            twin && <Text of={Object.entries(twin.by).map(([field, value]) => `${field} ${value}`).join(", ")} />,
          ],
          [
            "Decided",
            twin?.decision &&
            (
              <Text
                of={`${twin.decision.accept ? "accepted" : "declined"} by ${twin.decision.by}; the next run does it`}
              />
            ),
          ],
        ]}
      />
    </>
  );
};

const Changes = ({ twin: { changes, worth, id } }: { twin: AdoptionRecord }) => {
  const fields = Object.entries(changes);
  if (fields.length === 0) return <Empty>{`Adopting ${id} would change nothing in it.`}</Empty>;
  return (
    <>
      <h2>What adopting would change</h2>
      <Table
        label="What adopting would change"
        rows={fields}
        columns={[
          { head: "field", cell: ([field]) => <Text of={field} /> },
          { head: "now", cell: ([field, [now]]) => valueText(worth?.[field]?.[0] ?? now) },
          { head: "then", cell: ([field, [, then]]) => valueText(worth?.[field]?.[1] ?? then) },
        ]}
      />
    </>
  );
};

const Told = ({ side }: { side: Side }) =>
  "row" in side ? <Fields row={side.row} label="As it is now" /> : "absent" in side
    ? (
      <Empty>
        <Text of={side.absent} />.
      </Empty>
    )
    : (
      <p class="wrong">
        <Text of={sentence(side.failure)} />
      </p>
    );

const Remembered = ({ link, twin }: { link?: Link; twin?: AdoptionRecord }) =>
  link
    ? <Fields row={{ id: link.id, ...link.values }} label="As it was last written" />
    : <Empty>{twin ? `The record ${twin.id}.` : "It is linked to nothing yet."}</Empty>;

function Acts({ call: { who, csrf }, found, linked, byParts }: {
  call: PageCall;
  found: Waiting;
  linked: boolean;
  byParts: boolean;
}) {
  const { kind, pipeline, key, part } = found;
  const to = (deed: string): string => asked(pathTo("needs", kind, pipeline, key, deed), { part });
  return (
    <section class="acts" aria-label="What can be done">
      {kind === "rejected" && mayDo(who, "rejected.retry") && (
        <Act to={to("retry")} csrf={csrf} word="Try again" strong says="The next run reads it again." />
      )}
      {kind === "rejected" && mayDo(who, "rejected.dismiss") && (
        <Act to={to("dismiss")} csrf={csrf} word="Dismiss" why="needed" says="It stays quiet until it changes." />
      )}
      {kind === "twin" && mayDo(who, "adopt.accept") && (
        <Act to={to("accept")} csrf={csrf} word="They are one" why="asked" strong says="The next run takes it over." />
      )}
      {kind === "twin" && mayDo(who, "adopt.decline") && (
        <Act to={to("decline")} csrf={csrf} word="They are two" why="asked" says="A new record is created." />
      )}
      {!linked && kind !== "twin" && mayDo(who, "links.import") && (
        <Act to={to("link")} csrf={csrf} word="Link" says="The next run compares every field of the two.">
          <label>
            Linked by hand to id
            <input type="text" name="id" required maxlength={600} autocomplete="off" />
          </label>
          {byParts && (
            <label>
              in (the destination's partition, as a project's id)
              <input type="text" name="partition" required maxlength={200} autocomplete="off" />
            </label>
          )}
        </Act>
      )}
    </section>
  );
}

/** Whether the form's record is of the kind that the act is for; what is named is what is done. */
const named = ({ params: { pipeline, key }, query: { part = "" } }: PageCall) => ({
  pipeline,
  key,
  part,
  text: keyText({ key, part }),
});
const back = "/console/needs";

async function retry(call: PageCall) {
  const { pipeline, text } = named(call);
  await retryRejected(call.actor, pipelineOf(call.api.project(), pipeline).name, [text]);
  return { go: back, said: `The next run of ${pipeline} reads ${text} again.` };
}

async function quiet(call: PageCall) {
  const { pipeline, text } = named(call);
  await dismiss(call.actor, pipeline, text, fieldOf(call.form, "why"));
  return { go: back, said: `${text} of ${pipeline} is dismissed until it changes.` };
}

const decide = (accept: boolean) => async (call: PageCall) => {
  const { pipeline, text } = named(call);
  const why = fieldOf(call.form, "why") || undefined;
  await decideAdoptions(call.actor, pipelineOf(call.api.project(), pipeline).name, [text], { accept, why });
  return {
    go: back,
    said: accept ? `The next run takes the twin of ${text} over.` : `${text} gets a record of its own.`,
  };
};

async function link(call: PageCall) {
  const { api, actor, form } = call;
  const { pipeline: name, key, part, text } = named(call);
  const pipeline = pipelineOf(api.project(), name);
  const [id, partition] = [fieldOf(form, "id"), fieldOf(form, "partition")];
  const csv = stringify([[...COLUMNS], [key, part, id, partition]]);
  const { mistakes: [wrong] } = await importLinks(
    api.store,
    { pipeline, text: csv, file: "the form" },
    () => Promise.resolve(actor),
  );
  if (wrong) throw new Failure("usage", { fact: wrong.message, action: "Name another record, or unlink it first." });
  return { go: back, said: `${text} of ${name} is linked to ${id}.` };
}

const one = "/console/needs/:kind{rejected|parked|twin}/:pipeline/:key";

/** The routes. */
export const recordRoutes: readonly PageRoute[] = [
  { method: "get", path: one, takes: "read", does: show },
  { method: "post", path: `${one}/retry`, takes: "rejected.retry", does: retry },
  { method: "post", path: `${one}/dismiss`, takes: "rejected.dismiss", does: quiet },
  { method: "post", path: `${one}/accept`, takes: "adopt.accept", does: decide(true) },
  { method: "post", path: `${one}/decline`, takes: "adopt.decline", does: decide(false) },
  { method: "post", path: `${one}/link`, takes: "links.import", does: link },
];
