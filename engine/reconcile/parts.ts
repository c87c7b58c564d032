/**
 * The parts of a report as tables: what each column is called, and what it means. Every view is made from these.
 *
 * @module
 */
import { coveredShare } from "./coverage.ts";
import type { Change, Report } from "./types.ts";

/** A column. */
export interface Column {
  name: string;
  /** Its head. */
  head: string;
  /** Amounts stand to the right, and have a total where all rows are of one currency. */
  amount?: true;
  /** Left out for people where no row has anything but 0 or nothing in it. */
  quiet?: true;
  /** For files alone. */
  file?: true;
  /** Adding it up means something. */
  total?: true;
  /** It follows from its neighbours, and gives way where there is little room. */
  spare?: true;
}

/** A part. */
export interface Part {
  name: string;
  title: string;
  /** What it says, one sentence. */
  says: string;
  columns: readonly Column[];
  /** By column; amounts are plain decimals. */
  rows: Record<string, string | undefined>[];
  /** What is said where there is nothing. */
  empty: string;
}

const text = (name: string, head: string): Column => ({ name, head });
const quiet = (name: string, head: string): Column => ({ name, head, quiet: true });
const file = (name: string, head: string): Column => ({ name, head, file: true });
const sum = (name: string, head: string): Column => ({ name, head, amount: true, total: true });
const quietSum = (name: string, head: string): Column => ({ name, head, amount: true, total: true, quiet: true });
const amount = (name: string, head: string): Column => ({ name, head, amount: true });
const PLACE = [file("project", "project id"), text("projectName", "project"), file("account", "account id")];
const ROW = [...PLACE, text("accountName", "cost account"), text("currency", "currency")];

/** Words for the three measures. */
const MEASURES = { cost: "accrued cost", net: "to be paid", withheld: "retainage" } as const;

/** The parts, in the order in which they are read. `changes`: what changed since the period was frozen. */
export function partsOf(report: Report, changes?: readonly Change[]): Part[] {
  const { names } = report;
  const named = <T extends object>(row: T): Record<string, string | undefined> => {
    const { project, account } = row as { project?: string; account?: string };
    return {
      ...row as Record<string, string | undefined>,
      ...(project !== undefined && { projectName: names.projects[project] ?? project }),
      ...(account !== undefined && { accountName: names.accounts[account] ?? account }),
    };
  };
  const shares = [...new Set(report.coverage.map(({ currency }) => currency))]
    .map((currency) => `${coveredShare(report.coverage, currency)}% of ${currency}`);
  return [
    {
      name: "proof",
      title: "Proof",
      says: "What should stand by both systems' balances, what unreversed journals say, and what the accounts say.",
      columns: [
        text("what", "what"),
        text("currency", "currency"),
        amount("closing", "should stand"),
        amount("journals", "journals"),
        { ...amount("unposted", "of it unposted"), quiet: true },
        amount("balance", "account balance"),
        amount("difference", "difference"),
      ],
      rows: report.proof.map((row) => ({ ...row, what: MEASURES[row.measure] })),
      empty: "Nothing was certified, and nothing posted.",
    },
    {
      name: "exceptions",
      title: "Exceptions",
      says: "What keeps the two systems apart: its cause, who settles it, since how many days, and its worth.",
      columns: [
        text("what", "what"),
        text("subject", "about"),
        quiet("project", "project"),
        text("cause", "cause"),
        text("owner", "owner"),
        quiet("age", "days"),
        amount("value", "value"),
        text("currency", "currency"),
        file("since", "since"),
        file("open", "open"),
      ],
      rows: report.exceptions.map(({ age, open, kind, ...rest }) => ({
        ...rest,
        what: open ? kind : `(${kind})`,
        age: age === undefined ? undefined : String(age),
        open: open ? "yes" : "no",
      })),
      empty: "There are none.",
    },
    ...changes === undefined ? [] : [{
      name: "changes",
      title: "Changed since the period was frozen",
      says: "Each figure that is not what it was.",
      columns: [
        text("part", "part"),
        text("key", "row"),
        text("field", "figure"),
        text("was", "was"),
        text("now", "is now"),
      ],
      rows: changes.map((row) => ({ ...row, key: plainKey(row.key, names) })),
      empty: "Nothing changed since.",
    }],
    {
      name: "cost",
      title: "Accrued cost",
      says: "Certified and not yet booked by Oracle: opening + certified - invoiced - received = closing.",
      columns: [
        ...ROW,
        { ...sum("opening", "opening"), spare: true },
        quietSum("corrections", "corrections"),
        sum("certified", "certified"),
        sum("invoiced", "invoiced"),
        quietSum("received", "received"),
        sum("closing", "closing"),
        { ...sum("journals", "journals"), spare: true },
        sum("difference", "difference"),
        quietSum("beyond", "billed beyond"),
      ],
      rows: report.cost.map(named),
      empty: "No cost is accrued.",
    },
    {
      name: "retainage",
      title: "Retainage on accrued cost",
      says: "Withheld from what is accrued: opening + withheld - released - taken over = closing.",
      columns: [
        ...ROW,
        { ...sum("opening", "opening"), spare: true },
        quietSum("corrections", "corrections"),
        sum("withheld", "withheld"),
        sum("released", "released"),
        sum("taken", "taken over"),
        sum("closing", "closing"),
        { ...sum("journals", "journals"), spare: true },
        sum("difference", "difference"),
      ],
      rows: report.retainage.map(named),
      empty: "Nothing is withheld.",
    },
    {
      name: "accounts",
      title: "Accounts that stand against it",
      says: "Our journals on each account, and its balance in the ledger, whoever made it.",
      columns: [
        file("account", "account id"),
        text("accountName", "account"),
        text("what", "holds"),
        text("currency", "currency"),
        sum("journals", "journals"),
        quietSum("unposted", "of it unposted"),
        sum("balance", "account balance"),
        sum("difference", "difference"),
      ],
      rows: report.accounts.map((row) => ({ ...named(row), what: MEASURES[row.measure] })),
      empty: "No journal names an account yet.",
    },
    {
      name: "coverage",
      title: "Coverage",
      says: `What became of the documents of the period, by value without sign${
        shares.length > 0 ? `; accounted for: ${shares.join(", ")}` : ""
      }.`,
      columns: [
        text("what", "what"),
        text("currency", "currency"),
        text("documents", "documents"),
        sum("value", "value"),
      ],
      rows: report.coverage.map((row) => ({ ...row, documents: String(row.documents) })),
      empty: "Nothing was certified in the period.",
    },
    {
      name: "register",
      title: "Register of journals",
      says: "Documents of the period, and earlier ones that still stand.",
      columns: [
        text("key", "document"),
        file("project", "project id"),
        text("date", "date"),
        quiet("period", "period"),
        text("label", "for"),
        quiet("journal", "journal"),
        file("batch", "batch"),
        text("state", "state"),
        text("currency", "currency"),
        sum("amount", "debits"),
        sum("stands", "stands"),
        quiet("reversed", "reversed by"),
        file("reverses", "reverses"),
      ],
      rows: report.register.map(named),
      empty: "No document was sent.",
    },
    {
      name: "commitments",
      title: "Commitments",
      says: "Ordered less cancelled beside the contract's revised sum, and what was billed so far on either side.",
      columns: [
        file("project", "project id"),
        text("projectName", "project"),
        text("contract", "contract"),
        text("currency", "currency"),
        { ...sum("ordered", "ordered"), spare: true },
        sum("revised", "contract"),
        quietSum("changes", "of it changes"),
        quietSum("pending", "undecided"),
        sum("difference", "difference"),
        sum("billed", "invoiced to date"),
        sum("certified", "certified to date"),
      ],
      rows: report.commitments.map(named),
      empty: "No contract was made from an order.",
    },
  ];
}

/** A row's key with names in place of ids. */
const plainKey = (key: string, { projects, accounts }: Report["names"]): string =>
  key.split(", ").map((id) => projects[id] ?? accounts[id] ?? id).join(", ");

/** The columns that people are shown: without those for files, and without quiet ones that say nothing. */
export function shownColumns({ columns, rows }: Part): Column[] {
  const speaks = ({ name }: Column): boolean => rows.some((row) => !["0", "", undefined].includes(row[name]));
  return columns.filter((column) => !column.file && (!column.quiet || speaks(column)));
}
