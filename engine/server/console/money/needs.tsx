/**
 * Needs a person: everything that waits, in one list, by kind, owner and words.
 *
 * @module
 */
import { type Need, NEED_KINDS, type NeedKind, needs } from "../../../acts/needs.ts";
import { Big, parseDecimal, plain } from "../../../decimal.ts";
import { Ago, Badge, Choices, Empty, Head, Money, More, Table, Text } from "./parts.tsx";
import { asked, type PageCall, type PageRoute, pathTo } from "./route.ts";

/** Rows of a page. */
const PAGE = 100;

/** What each kind is called in the list. */
const KINDS: Readonly<Record<NeedKind, string>> = {
  rejected: "Rejected records",
  document: "Documents",
  plan: "Plans",
  twin: "Suggested twins",
  notice: "Notices",
  parked: "Parked records",
};

/** Where a thing that waits is looked at. */
export function needPath({ kind, pipeline = "", key, part }: Pick<Need, "kind" | "pipeline" | "key" | "part">): string {
  if (kind === "plan") return pathTo("approvals", key);
  if (kind === "document") return pathTo("postings", key);
  if (kind === "notice") return pathTo("needs", "notice", key);
  return asked(pathTo("needs", kind, pipeline, key), { part });
}

async function list({ api, query }: PageCall) {
  const now = api.store.clock.now();
  const kind = NEED_KINDS.find((one) => one === query.kind);
  const { owner = "", q = "" } = query;
  const all = await needs(api.store, api.project());
  const found = all.filter((need) =>
    (kind === undefined || need.kind === kind) && (owner === "" || need.owner === owner) && says(need, q)
  );
  const at = Math.max(0, Math.trunc(Number(query.from) || 0));
  const next = found.length > at + PAGE ? asked("/console/needs", { ...query, from: String(at + PAGE) }) : undefined;
  const counts = Map.groupBy(all, (need) => need.kind);
  const owners = [...new Set(all.flatMap((need) => need.owner ?? []))].sort();
  const body = (
    <>
      <Head title="Needs a person" lead={lead(found)} />
      <Choices
        label="Kind"
        choices={[
          { href: asked("/console/needs", { owner, q }), word: "All", count: all.length, here: kind === undefined },
          ...NEED_KINDS.filter((one) => counts.has(one)).map((one) => ({
            href: asked("/console/needs", { kind: one, owner, q }),
            word: KINDS[one],
            count: counts.get(one)!.length,
            here: kind === one,
          })),
        ]}
      />
      <form class="filter" method="get" action="/console/needs" role="search">
        {kind && <input type="hidden" name="kind" value={kind} />}
        <label>
          Words
          <input type="search" name="q" value={q} />
        </label>
        <label>
          Owner
          <select name="owner">
            <option value="">anybody</option>
            {owners.map((one) => <option value={one} selected={one === owner}>{one}</option>)}
          </select>
        </label>
        <button type="submit">Filter</button>
      </form>
      {found.length === 0 ? <Empty>{all.length === 0 ? "Nothing waits for anybody." : "Nothing fits."}</Empty> : (
        <Table
          label="What needs a person"
          rows={found.slice(at, at + PAGE)}
          columns={[
            { head: "what", cell: ({ kind, state = kind }) => <Badge word={state} /> },
            {
              head: "about",
              room: "wide",
              cell: (need) => (
                <>
                  <a href={needPath(need)}>
                    <Text of={need.title} />
                  </a>
                  {need.pipeline && <span class="under">{need.pipeline}</span>}
                </>
              ),
            },
            { head: "why", cell: ({ why }) => <Text of={why} /> },
            { head: "owner", room: "narrow", cell: ({ owner }) => <Text of={owner} /> },
            {
              head: "age",
              right: true,
              cell: ({ at, due }) => (
                <>
                  <Ago at={at} now={now} />
                  {due && <span class="under">{`due ${due}`}</span>}
                </>
              ),
            },
            { head: "value", right: true, cell: ({ value, currency }) => <Money value={value} currency={currency} /> },
          ]}
        />
      )}
      <More href={next}>{`The next ${Math.min(PAGE, found.length - at - PAGE)} of ${found.length}`}</More>
    </>
  );
  return { title: "Needs a person", body };
}

const says = ({ title, why, pipeline, key }: Need, words: string): boolean =>
  words === "" || `${title}\n${why}\n${pipeline}\n${key}`.toLowerCase().includes(words.toLowerCase());

/** What the list comes to, in money. */
function lead(found: readonly Need[]) {
  const sums = new Map<string, Big>();
  for (const { value, currency = "" } of found) {
    const amount = parseDecimal(value ?? "");
    if (amount) sums.set(currency, (sums.get(currency) ?? new Big(0)).plus(amount.abs()));
  }
  const things = `${found.length} ${found.length === 1 ? "thing waits" : "things wait"}`;
  if (sums.size === 0) return `${things}.`;
  return (
    <>
      {`${things}; what is known of their value: `}
      {[...sums].map(([currency, sum], i) => (
        <>
          {i > 0 && ", "}
          <Money value={plain(sum)} currency={currency} />
        </>
      ))}
    </>
  );
}

/** The routes. */
export const needsRoutes: readonly PageRoute[] = [
  { method: "get", path: "/console/needs", takes: "read", does: list },
];
