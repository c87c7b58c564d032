/**
 * What keeps the two systems apart, each with its cause, its owner and its worth: found in the figures, beside what state and systems
 * tell by themselves.
 *
 * @module
 */
import { Big, plain } from "../decimal.ts";
import { fates, type Known } from "./coverage.ts";
import { costOf, debitsOf } from "./journals.ts";
import { money } from "./money.ts";
import type { Recognise } from "./target.ts";
import { type Rolled, rollKey } from "./rollforward.ts";
import type { Document, Exception, Gathered, Span } from "./facts.ts";
import type { AccountRow, CommitmentRow } from "./types.ts";

/** Who settles what; as a definition names them. */
export interface Owners {
  /** Those who certify. */
  certified: string;
  /** Those who keep the books. */
  books: string;
  /** Those who run Gusset. */
  gusset: string;
}

/** What figures are looked through. */
export interface Figures {
  gathered: Gathered;
  recognise: Recognise;
  rolled: Rolled;
  accounts: readonly AccountRow[];
  commitments: readonly CommitmentRow[];
  period: Span;
  /** ISO time. */
  at: string;
  owners: Owners;
}

/** All of them: the open ones first, then by worth. */
export function exceptionsIn(figures: Figures): Exception[] {
  const { gathered, at } = figures;
  const found = [
    ...gathered.exceptions,
    ...ofSheets(figures),
    ...gathered.documents.flatMap((document) => ofDocument(document, figures)),
    ...ofRows(figures),
    ...ofAccounts(figures),
    ...ofCommitments(figures),
  ];
  return found.map((one) => one.since === undefined ? one : { ...one, age: daysBetween(one.since, at) }).sort(byWeight);
}

function byWeight(a: Exception, b: Exception): number {
  if (a.open !== b.open) return a.open ? -1 : 1;
  const [x, y] = [a, b].map(({ value }) => new Big(value ?? "0").abs());
  if (!x.eq(y)) return x.gt(y) ? -1 : 1;
  return `${a.kind} ${a.subject}` < `${b.kind} ${b.subject}` ? -1 : 1;
}

const daysBetween = (since: string, at: string): number =>
  Math.max(0, Math.floor((Date.parse(at) - Date.parse(since)) / 86_400_000));

function ofSheets({ gathered, recognise, rolled, period, owners }: Figures): Exception[] {
  const { documents, outbox } = gathered;
  const known: Known = { documents, period, recognise, outbox, closing: rolled.closing };
  const fateOf = fates(known);
  const told = new Set(gathered.exceptions.map(({ subject }) => subject));
  return gathered.sheets.flatMap((sheet): Exception[] => {
    if (sheet.date > period.to) return [];
    const one = (kind: Exception["kind"], cause: string, owner: string): Exception[] => [{
      kind,
      subject: sheet.key,
      project: gathered.names.projects[sheet.project],
      cause: `${sheet.label}: ${cause}`,
      owner,
      since: sheet.date,
      value: sheet.value,
      currency: sheet.currency,
      open: true,
    }];
    // What the pipeline has rejected or holds is told already, with its own words.
    if (told.has(sheet.key)) return [];
    if (sheet.standing === "unfit") return one("unfit", sheet.why ?? "It does not foot", owners.certified);
    if (sheet.standing === "unmatched") {
      return one("unmatched", sheet.why ?? "Its contract belongs to no order that is known", owners.gusset);
    }
    const missing = fateOf(sheet) === "missing";
    return missing ? one("missing", "It is certified, and no journal was made for it", owners.gusset) : [];
  });
}

/** What is the matter with a document in the books, by what the destination says of it. */
const TROUBLE: Record<string, [kind: Exception["kind"], cause: string, owner: keyof Owners]> = {
  unposted: ["unposted", "Imported, and not posted yet", "books"],
  interface: ["waiting", "Waits in the interface, or was refused there", "books"],
  changed: ["changed", "Somebody changed its accounts or amounts in the books", "books"],
  deleted: ["deleted", "Somebody deleted it in the books", "books"],
  reversed: ["reversed", "Somebody reversed it in the books", "books"],
};

function ofDocument(document: Document, { gathered, period, owners }: Figures): Exception[] {
  const { key, chain, state, date, at, currency, journal } = document;
  if (date > period.to) return [];
  const project = gathered.contracts.find(({ id }) => id === chain)?.project;
  const one = (kind: Exception["kind"], cause: string, owner: string): Exception => ({
    kind,
    subject: key,
    project: project && gathered.names.projects[project],
    cause: [cause, journal && `journal ${journal.name}`, document.accepted && `accepted by ${document.accepted}`]
      .filter(Boolean).join("; "),
    owner,
    since: at,
    value: plain(debitsOf(document)),
    currency,
    open: document.accepted === undefined,
  });
  const found: Exception[] = [];
  const trouble = TROUBLE[state];
  if (trouble) found.push(one(trouble[0], trouble[1], owners[trouble[2]]));
  if (!document.known && state !== "withdrawn" && state !== "absent") {
    found.push(
      one("stranger", "It is in the books under a key of ours, and our memory does not know it", owners.gusset),
    );
  }
  return found;
}

function ofRows({ gathered: { names, documents, contracts }, rolled, period, owners }: Figures): Exception[] {
  const later = documents.filter(({ date }) => date > period.to);
  const projectOf = new Map(contracts.map(({ id, project }) => [id, project]));
  return (["cost", "retainage"] as const).flatMap((what) =>
    rolled[what].flatMap((row): Exception[] => {
      if (row.difference === "0") return [];
      const known = rolled.since.get(rollKey(row));
      const accepted = known?.accepted[what].eq(row.difference) ?? false;
      const mended = known?.[what].eq(0) ?? false;
      const by = later.filter((one) => projectOf.get(one.chain) === row.project && !costOf(one).eq(0));
      const word = what === "cost" ? "accrued" : "withheld";
      const cause = mended
        ? `${money(row.journals)} stand as ${word}, and ${money(row.closing)} should: mended after the period, by ` +
          (by.slice(0, 3).map(({ key }) => key).join(", ") || "a later document") + (by.length > 3 ? " …" : "")
        : `${money(row.journals)} stand as ${word}, and ${money(row.closing)} should` +
          (accepted ? ", as a person accepted" : "");
      return [{
        kind: mended ? "cut-off" : "difference",
        subject: `${what}, account ${names.accounts[row.account] ?? row.account}`,
        project: names.projects[row.project] ?? row.project,
        cause,
        owner: mended ? owners.books : owners.gusset,
        value: row.difference,
        currency: row.currency,
        open: !mended && !accepted,
      }];
    })
  );
}

function ofAccounts({ gathered: { names }, accounts, owners }: Figures): Exception[] {
  return accounts.flatMap(({ account, difference, balance, journals, unposted, currency }): Exception[] =>
    difference === undefined || difference === "0" ? [] : [{
      kind: "account",
      subject: `account ${names.accounts[account] ?? account}`,
      cause:
        `It stands at ${money(balance!)}, our posted journals at ${money(plain(new Big(journals).minus(unposted)))}: ` +
        "something else was entered there",
      owner: owners.books,
      value: difference,
      currency,
      open: true,
    }]
  );
}

/** Orders and contracts may lawfully differ while an order is amended: they are told, and keep nothing from being signed. */
function ofCommitments({ gathered: { names }, commitments, owners }: Figures): Exception[] {
  return commitments.flatMap(({ contract, project, currency, ordered, revised, changes, difference }): Exception[] => {
    if (difference === "0") return [];
    const one = {
      kind: "commitment" as const,
      subject: contract,
      project: names.projects[project],
      currency,
      open: false,
    };
    if (difference === undefined) {
      const cause = "The contract cannot be read in the project any more";
      return [{ ...one, cause, owner: owners.certified, value: ordered }];
    }
    const explained = changes !== undefined && new Big(difference).plus(changes).eq(0);
    const cause = explained
      ? `Change orders of ${money(changes)} are approved, and the order is not amended`
      : `${money(ordered)} are ordered, the contract says ${money(revised!)}`;
    return [{ ...one, cause, owner: explained ? owners.books : owners.certified, value: difference }];
  });
}
