/**
 * Audit: who did what, when and why, newest first; and whether the chain holds.
 *
 * @module
 */
import { type AuditEntry, listAudit, verifyAudit } from "../../../state/audit.ts";
import { ACTS } from "../../../state/roles.ts";
import { pageOf, placeOf } from "../../api/page.ts";
import { Badge, Empty, Head, More, Table, Text } from "./parts.tsx";
import { asked, type PageCall, type PageRoute } from "./route.ts";

/** Rows of a page. */
const PAGE = 100;

async function* kept(all: AsyncIterable<AuditEntry>, keep: (one: AuditEntry) => boolean) {
  for await (const one of all) if (keep(one)) yield one;
}

async function list({ api: { store }, query }: PageCall) {
  const { who = "", what = "", subject = "", cursor, verify } = query;
  const [number] = placeOf(cursor, 1) ?? [];
  const before = number === undefined ? undefined : Number(number) || 0;
  const entries = kept(
    listAudit(store, { reverse: true, before }),
    (one) =>
      (who === "" || one.who === who) && (what === "" || one.what === what) &&
      (subject === "" || one.subject.includes(subject)),
  );
  const { items, next } = await pageOf(entries, PAGE, ({ number }) => [String(number)]);
  const body = (
    <>
      <Head
        title="Audit"
        lead="Every change that a person made. Each entry is sealed with the hash of the one before."
      />
      {verify === undefined
        ? (
          <p>
            <a class="button" href="/console/audit?verify=1">Verify the chain</a>
          </p>
        )
        : await Verdict({ verdict: await verifyAudit(store) })}
      <form class="filter" method="get" action="/console/audit" role="search">
        <label>
          Who <input type="search" name="who" value={who} />
        </label>
        <label>
          What
          <select name="what">
            <option value="">anything</option>
            {Object.keys(ACTS).map((act) => <option value={act} selected={act === what}>{act}</option>)}
          </select>
        </label>
        <label>
          Done to <input type="search" name="subject" value={subject} />
        </label>
        <button type="submit">Filter</button>
      </form>
      {items.length === 0 ? <Empty>Nobody has changed anything yet, as far as this shows.</Empty> : (
        <Table
          label="What people did"
          rows={items}
          columns={[
            { head: "no.", right: true, cell: ({ number }) => String(number) },
            {
              head: "when",
              room: "narrow",
              cell: ({ at }) => <time datetime={at}>{at.slice(0, 19).replace("T", " ")}</time>,
            },
            { head: "who", room: "narrow", cell: ({ who }) => <Text of={who} /> },
            { head: "what", room: "narrow", cell: ({ what }) => what },
            { head: "done to", room: "wide", cell: ({ subject }) => <Text of={subject} /> },
            { head: "why", cell: ({ why }) => <Text of={why} /> },
            {
              head: "details",
              cell: ({ details = {} }) => (
                <Text of={Object.entries(details).map(([name, value]) => `${name}: ${value}`).join("; ")} />
              ),
            },
            { head: "hash", cell: ({ hash }) => <code title={hash}>{hash.slice(0, 10)}</code> },
          ]}
        />
      )}
      <More href={next && asked("/console/audit", { who, what, subject, cursor: next })}>Older ones</More>
    </>
  );
  return { title: "Audit", body };
}

const Verdict = ({ verdict: { entries, head, broken } }: { verdict: Awaited<ReturnType<typeof verifyAudit>> }) => (
  <p class="verdict" role="status">
    {broken
      ? (
        <>
          <Badge word="broken" /> {`Entry ${broken.number} ${broken.fault}; the ${entries} before it hold.`}
        </>
      )
      : (
        <>
          <Badge word="holds" tone="good" /> {`All ${entries} entries follow one another. The last is ${head.number}: `}
          <code class="hash">{head.hash}</code>
        </>
      )}
  </p>
);

/** The routes. */
export const auditRoutes: readonly PageRoute[] = [{ method: "get", path: "/console/audit", takes: "read", does: list }];
