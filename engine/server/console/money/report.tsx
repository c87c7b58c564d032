/**
 * A reconciliation's report as a page: the same parts as in its files, with what leads to the documents.
 *
 * @module
 */
import type { Child } from "hono/jsx";
import { money, totalsOf } from "../../../reconcile/money.ts";
import { type Column, type Part, shownColumns } from "../../../reconcile/parts.ts";
import type { Report } from "../../../reconcile/types.ts";
import type { Snapshot } from "../../../state/snapshots.ts";
import { Badge, Empty, Facts, Table, Text } from "./parts.tsx";
import { asked, pathTo } from "./route.ts";

type Row = Record<string, string | undefined>;

/** What a report begins with. */
export const ReportHead = ({ report: { header, open }, snapshot }: { report: Report; snapshot?: Snapshot }) => {
  const { period, books, times, at, pipelines, projects } = header;
  return (
    <>
      <p class="verdict">
        <Badge word={open === 0 ? "agrees" : "open"} /> {open === 0 ? "The two systems agree." : `${open} open.`}
      </p>
      <Facts
        facts={[
          ["Period", <Text of={`${period.name}: ${period.from} to ${period.to}, ${period.status}`} />],
          [
            "Books",
            <Text
              of={books.map(({ unit, ledger, status }) => `${unit}${ledger ? `, ledger ${ledger}` : ""}: ${status}`)
                .join("; ")}
            />,
          ],
          [
            "Read",
            [...Object.entries(times), ["here", at]].map(([name, time]) =>
              `${name} ${time.slice(0, 16).replace("T", " ")}`
            ).join("; "),
          ],
          [
            "Pipelines",
            pipelines.map(({ name, mode, recognise }) => [name, mode, recognise].filter(Boolean).join(", ")).join("; "),
          ],
          [
            "Projects",
            `${projects.seen} of ${projects.expected} seen${projects.only ? ", a selection" : ""}${
              projects.missing.length > 0 ? `; missing: ${projects.missing.join(", ")}` : ""
            }`,
          ],
          ["Frozen", snapshot ? `${snapshot.id}, SHA-256 ${snapshot.hash}` : "not frozen: a draft"],
          ["Prepared by", snapshot && <Text of={`${snapshot.prepared.by}, ${snapshot.prepared.at.slice(0, 10)}`} />],
          [
            "Reviewed by",
            snapshot?.reviewed
              ? <Text of={`${snapshot.reviewed.by}, ${snapshot.reviewed.at.slice(0, 10)}`} />
              : snapshot && "nobody yet",
          ],
        ]}
      />
    </>
  );
};

/** A part, with where it is had as a file. */
export const PartTable = ({ part, csv, report }: { part: Part; csv: string; report: Report }) => {
  const { title, says, rows, empty, name } = part;
  if (rows.length === 0) {
    return (
      <section id={name}>
        <h2>{title}</h2>
        <Empty>{empty}</Empty>
      </section>
    );
  }
  const columns = shownColumns(part);
  const totals = totalsOf(part);
  return (
    <section id={name}>
      <h2>{title}</h2>
      <p class="says">
        {says} <a href={csv}>CSV</a>
      </p>
      <Table
        label={title}
        rows={rows}
        columns={columns.map((column) => ({
          head: column.head,
          right: column.amount,
          ...NARROW.has(column.name) && { room: "narrow" as const },
          cell: (row: Row) => cell(part, column, row, report),
        }))}
        foot={totals && columns.map(({ name, amount }, i) =>
          amount && totals[name] !== undefined
            ? <span class="money">{money(totals[name])}</span>
            : i === 0
            ? "Total"
            : ""
        )}
      />
    </section>
  );
};

function cell(part: Part, { name, amount }: Column, row: Row, report: Report): Child {
  const value = row[name];
  if (value === undefined || value === "") return "";
  if (amount) {
    const off = name === "difference" && value !== "0";
    return <span class={off ? "money off" : "money"}>{money(value)}</span>;
  }
  const to = leadsTo(part, name, row, report);
  if (part.name === "exceptions" && name === "what") {
    return <Badge word={value} tone={row.open === "yes" ? "bad" : "quiet"} />;
  }
  return to === undefined ? <Text of={value} /> : (
    <a href={to}>
      <Text of={value} />
    </a>
  );
}

/** Columns of a word or two. */
const NARROW = new Set(["owner", "currency", "date", "period", "state"]);

/** Exceptions that stand under a document's key. */
const DOCUMENTS = new Set(["waiting", "unknown", "refused", "unposted", "changed", "deleted", "reversed"]);

/** Where a cell leads: to a document, to a record that waits, to a project's documents on both sides. */
function leadsTo(part: Part, column: string, row: Row, { header }: Report): string | undefined {
  const posting = header.pipelines.find(({ mode }) => mode !== undefined);
  if (part.name === "register" && column === "key") return pathTo("postings", row.key!);
  if (part.name === "exceptions" && column === "subject") {
    const kind = row.what!.replace(/[()]/g, "");
    if (kind === "rejected" || kind === "parked") return posting && pathTo("needs", kind, posting.name, row.subject!);
    return DOCUMENTS.has(kind) && row.subject!.includes(":") ? pathTo("postings", row.subject!) : undefined;
  }
  if (column === "projectName" && row.project && posting) {
    const { from, to } = header.period;
    const query = { pipeline: posting.name, project: row.project, name: row.projectName, from, to };
    return asked("/console/reconciliation/documents", query);
  }
}
