/**
 * The pieces that the money pages are made of. Text that comes from elsewhere stands in a `bdi`, so that no mark in it turns its
 * neighbours around.
 *
 * @module
 */
import type { Child } from "hono/jsx";
import { money } from "../../../reconcile/money.ts";

/** An amount with its currency, in figures that line up. Nothing where there is none. */
export const Money = ({ value, currency }: { value?: string | null; currency?: string }) =>
  value === undefined || value === null || value === "" ? <span class="quiet">–</span> : (
    <span class="money">
      {money(value)}
      {currency && <span class="currency">{` ${currency}`}</span>}
    </span>
  );

/** How a state is told: by a colour and by its word. */
const TONES: Readonly<Record<string, "good" | "wait" | "bad" | "quiet">> = {
  posted: "good",
  imported: "good",
  approved: "good",
  done: "good",
  active: "good",
  live: "good",
  agrees: "good",
  linked: "good",
  planned: "wait",
  waiting: "wait",
  parked: "wait",
  sent: "wait",
  intent: "wait",
  suggested: "wait",
  twin: "wait",
  notice: "wait",
  plan: "wait",
  missing: "wait",
  shadow: "wait",
  running: "wait",
  unknown: "bad",
  rejected: "bad",
  changed: "bad",
  deleted: "bad",
  reversed: "bad",
  failed: "bad",
  open: "bad",
  ambiguous: "bad",
  broken: "bad",
};

/** A word for a state. */
export const Badge = ({ word, tone = TONES[word] ?? "quiet" }: {
  word: string;
  tone?: "good" | "wait" | "bad" | "quiet";
}) => <span class={`badge ${tone}`}>{word}</span>;

/** Text from elsewhere. */
export const Text = ({ of }: { of?: string | null }) => <bdi>{of ?? ""}</bdi>;

/** How long ago, with the exact time behind it. */
export const Ago = ({ at, now }: { at?: string; now: number }) =>
  at === undefined ? <span class="quiet">–</span> : <time datetime={at} title={at}>{since(at, now)}</time>;

/** `3 days`, `5 h`, `2 min`. */
export function since(at: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(at)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 1440)} days`;
}

/** What there is to say where there is nothing. */
export const Empty = ({ children }: { children?: Child }) => <p class="empty">{children}</p>;

/** A column of a table. */
export interface TableColumn<T> {
  head: string;
  cell: (row: T) => Child;
  /** Figures stand to the right. */
  right?: boolean;
  /** `narrow`: a word or two that is not broken; `wide`: what a row is about. */
  room?: "narrow" | "wide";
}

/** A table: it scrolls sideways where there is no room, by keyboard too. */
export function Table<T>({ columns, rows, label, foot }: {
  columns: readonly TableColumn<T>[];
  rows: readonly T[];
  /** What it is a table of. */
  label: string;
  foot?: readonly Child[];
}) {
  const classOf = ({ right, room }: TableColumn<T>): string => [right && "right", room].filter(Boolean).join(" ");
  return (
    <div class="scroll" role="region" aria-label={label} tabindex={0}>
      <table>
        <thead>
          <tr>{columns.map((column) => <th scope="col" class={classOf(column)}>{column.head}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {columns.map((column) => (
                <td class={classOf(column)} data-label={column.head}>
                  <div>{column.cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {foot && (
          <tfoot>
            <tr>{foot.map((cell, i) => <td class={classOf(columns[i])}>{cell}</td>)}</tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

/** Names and what they are. */
export const Facts = ({ facts }: { facts: readonly (readonly [name: string, fact: Child])[] }) => (
  <dl class="facts">
    {facts.filter(([, fact]) => fact !== undefined && fact !== "").map(([name, fact]) => (
      <div>
        <dt>{name}</dt>
        <dd>{fact}</dd>
      </div>
    ))}
  </dl>
);

/** On to the next page of a list. */
export const More = ({ href, children }: { href?: string; children?: Child }) =>
  href === undefined ? null : (
    <nav class="more" aria-label="More of this list">
      <a href={href}>{children ?? "Next page"}</a>
    </nav>
  );

/** Some of a list by a word: each choice is a link. */
export const Choices = ({ label, choices }: {
  label: string;
  choices: readonly { href: string; word: string; count?: number; here: boolean }[];
}) => (
  <nav class="choices" aria-label={label}>
    {choices.map(({ href, word, count, here }) => (
      <a href={href} aria-current={here ? "true" : undefined}>
        {word}
        {count !== undefined && <span class="count">{` ${count}`}</span>}
      </a>
    ))}
  </nav>
);

/** A form that does one thing; it asks for a reason where one is wanted. */
export const Act = ({ to, csrf, word, says, why, strong = false, children }: {
  to: string;
  csrf: string;
  word: string;
  /** What it does, in a sentence. */
  says?: string;
  why?: "asked" | "needed";
  strong?: boolean;
  children?: Child;
}) => (
  <form class="act" method="post" action={to}>
    <input type="hidden" name="csrf" value={csrf} />
    {children}
    {why && (
      <label>
        {why === "needed" ? "Reason" : "Reason, if you like"}
        <input type="text" name="why" maxlength={2000} required={why === "needed"} autocomplete="off" />
      </label>
    )}
    <button type="submit" class={strong ? "strong" : ""}>{word}</button>
    {says && <p class="says">{says}</p>}
  </form>
);

/** A record's fields as a list of names and values; what is in it is text, whatever it says. */
export const Fields = ({ row, label }: { row: Readonly<Record<string, unknown>>; label: string }) => {
  const fields = Object.entries(row).filter(([, value]) => value !== null && value !== "");
  if (fields.length === 0) return <Empty>Nothing is known of it.</Empty>;
  return (
    <div class="scroll" role="region" aria-label={label} tabindex={0}>
      <table class="fields">
        <tbody>
          {fields.map(([name, value]) => (
            <tr>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              <td>{valueText(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

/** A value of a record, for people: lists and records as indented JSON. */
export function valueText(value: unknown): Child {
  if (value === null || value === undefined || value === "") return <span class="quiet">nothing</span>;
  if (typeof value === "object") return <pre><bdi>{JSON.stringify(value, null, 1)}</bdi></pre>;
  return <bdi>{String(value)}</bdi>;
}

/** The head of a page, with what belongs beside it. */
export const Head = ({ title, lead, children }: { title: Child; lead?: Child; children?: Child }) => (
  <header class="head">
    <h1>{title}</h1>
    {lead && <p class="lead">{lead}</p>}
    {children}
  </header>
);
