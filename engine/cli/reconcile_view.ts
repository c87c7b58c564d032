/**
 * A reconciliation on the terminal: as wide as the terminal is, figures to the right, what does not agree in red.
 *
 * @module
 */
import { money, totalsOf } from "../reconcile/money.ts";
import { type Column, type Part, shownColumns } from "../reconcile/parts.ts";
import type { Report } from "../reconcile/types.ts";
import type { Snapshot } from "../state/snapshots.ts";
import { clean, counted, cut, number, type Paint } from "./style.ts";

/** How it is shown. */
export interface View {
  paint: Paint;
  /** Width in characters. */
  columns: number;
  /** Rows of a part. */
  limit: number;
}

/** What a report begins with. */
export function headLines({ header, open }: Report, { paint, columns }: View, frozen?: Snapshot): string[] {
  const { name, period, books, times, at, pipelines, projects } = header;
  const verdict = open === 0 ? paint("green", "agrees") : paint("red", `${number(open)} open`);
  const facts: [name: string, fact: string][] = [
    [
      "books",
      [...Map.groupBy(books, ({ status }) => status)].map(([status, units]) =>
        `${status}: ${units.map(({ unit, ledger }) => `${unit}${ledger ? ` ledger ${ledger}` : ""}`).join(", ")}`
      ).join("; "),
    ],
    ["read", [...Object.entries(times).map(([name, time]) => `${name} ${time}`), `here ${at}`].join(", ")],
    ...pipelines.map(({ name, hash, mode, recognise }, i): [string, string] => [
      i === 0 ? "pipelines" : "",
      `${name} ${hash.slice(0, 12)}${mode ? ` (${[mode, recognise].filter(Boolean).join(", ")})` : ""}`,
    ]),
    [
      "projects",
      `${projects.seen} of ${projects.expected} seen${projects.only ? "; accounts are not compared for a part" : ""}`,
    ],
  ];
  if (frozen) {
    const { id, hash, prepared, reviewed } = frozen;
    facts.push(
      ["frozen", `${id}, SHA-256 ${hash}`],
      ["", `prepared by ${prepared.by}, ${reviewed ? `reviewed by ${reviewed.by}` : "not reviewed yet"}`],
    );
  }
  const title = `${paint("bold", `${name}, ${clean(period.name)}`)} (${period.from} to ${period.to}, ${
    clean(period.status)
  }): ${verdict}`;
  return [
    title,
    ...facts.flatMap(([name, fact]) =>
      folded(clean(fact), columns - 13).map((line, i) => `  ${(i === 0 ? name : "").padEnd(9)}  ${line}`)
    ),
  ];
}

/** A part: its title, what it says, its rows. Exceptions are told one below another, for their causes are sentences. */
export function partLines(whole: Part, view: View): string[] {
  const { paint } = view;
  const { part, quiet } = busy(whole);
  if (part.rows.length === 0) {
    const agree = quiet > 0 ? `${counted(quiet, "contract")} agree, with nothing certified yet.` : part.empty;
    return [`${paint("bold", part.title)}: ${agree}`];
  }
  const body = part.name === "exceptions" ? exceptionLines(part, view) : tableLines(part, view);
  const more = part.rows.length - view.limit;
  const rest = more > 0 ? [paint("dim", `  … and ${counted(more, "row")} more; --limit shows more`)] : [];
  if (quiet > 0) {
    rest.push(paint("dim", `  … and ${counted(quiet, "contract")} that agree, with nothing certified yet`));
  }
  const currency = part.name === "exceptions" ? undefined : oneCurrency(part);
  const title = paint("bold", part.title) + (currency ? ` in ${clean(currency)}` : "");
  return [title, ...folded(part.says, view.columns - 2).map((line) => `  ${paint("dim", line)}`), ...body, ...rest];
}

/** Commitments without those that agree and were never billed: on the terminal only what there is to see. */
function busy(part: Part): { part: Part; quiet: number } {
  if (part.name !== "commitments") return { part, quiet: 0 };
  const rows = part.rows.filter(({ difference, certified }) => difference !== "0" || certified !== "0");
  return { part: { ...part, rows }, quiet: part.rows.length - rows.length };
}

function exceptionLines({ rows }: Part, { paint, columns, limit }: View): string[] {
  return rows.slice(0, limit).flatMap((row) => {
    const [value, age] = [row.value && `${money(row.value)} ${row.currency ?? ""}`, row.age && `${row.age} d`];
    const facts = [value, row.project, row.owner, age].filter(Boolean).map((text) => clean(text!)).join(" · ");
    const what = row.open === "yes" ? paint("red", row.what!.padEnd(12)) : paint("dim", row.what!.padEnd(12));
    return [
      `  ${what} ${cut(clean(row.subject!), columns - 16)}`,
      ...folded(clean(row.cause!), columns - 16).map((line) => `${" ".repeat(15)}${line}`),
      ...(facts === "" ? [] : [`${" ".repeat(15)}${paint("dim", cut(facts, columns - 16))}`]),
    ];
  });
}

/** Text in lines of at most so many characters, broken between words. */
function folded(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Text columns are not made narrower than this. */
const LEAST = 8;

function tableLines(part: Part, view: View): string[] {
  const { rows } = part;
  const one = oneCurrency(part);
  const columns = shownColumns(part).filter(({ name }) => one === undefined || name !== "currency");
  const whole = gridLines(part, view, columns);
  if (whole.fits) return [whole.head, ...whole.lines, ...whole.foot];
  // A narrow terminal: what a row is stands on a line of its own, and figures that can be told from others give way.
  let figures = columns.filter(({ amount }) => amount);
  let grid = gridLines(part, view, figures);
  for (const spare of figures.filter(({ spare }) => spare)) {
    if (grid.fits) break;
    figures = figures.filter((column) => column !== spare);
    grid = gridLines(part, view, figures);
  }
  const names = columns.filter(({ amount }) => !amount);
  const title = (row: Record<string, string | undefined>): string => {
    const [first = "", ...others] = names.flatMap(({ name }) => row[name] ? [clean(row[name])] : []);
    const rest = others.map((text) => ` · ${text}`).join("");
    const room = view.columns - 3;
    return `  ${cut(cut(first, Math.max(20, room - [...rest].length)) + rest, room)}`;
  };
  return [
    grid.head,
    ...grid.lines.flatMap((line, at) => [title(rows[at]), line]),
    ...grid.foot.length > 0 ? ["  total", ...grid.foot] : [],
  ];
}

/** A table's lines, and whether they are as wide as the terminal at the most. */
interface Grid {
  head: string;
  lines: string[];
  foot: string[];
  fits: boolean;
}

function gridLines(part: Part, { paint, columns: width, limit }: View, columns: readonly Column[]): Grid {
  const { rows } = part;
  const told = (row: Record<string, string | undefined>, { name, amount }: Column): string => {
    const value = row[name];
    return value === undefined ? "" : amount ? money(value) : clean(value);
  };
  const totals = totalsOf(part);
  const shown = rows.slice(0, limit).map((row) => columns.map((column) => told(row, column)));
  const foot = totals &&
    columns.map((column, i) =>
      totals[column.name] !== undefined ? told(totals, column) : i === 0 && !column.amount ? "total" : ""
    );
  const head = columns.map(({ head }) => head);
  const all = [head, ...shown, ...foot ? [foot] : []];
  const room = width - 2 - 2 * (columns.length - 1);
  const widths = fitted(
    columns.map((_, i) => Math.max(...all.map((cells) => [...cells[i]].length))),
    columns,
    room,
  );
  const line = (cells: readonly string[], colour: (text: string, at: number) => string): string =>
    "  " + cells.map((cell, i) => {
      const short = columns[i].amount ? cell : cut(cell, widths[i]);
      const space = " ".repeat(Math.max(0, widths[i] - [...short].length));
      return columns[i].amount ? space + colour(short, i) : colour(short, i) + space;
    }).join("  ").trimEnd();
  const plain = (text: string): string => text;
  return {
    head: paint("dim", line(head, plain)),
    lines: shown.map((cells, at) =>
      line(cells, (text, i) => {
        const value = rows[at][columns[i].name];
        return columns[i].name === "difference" && value !== "0" && value !== undefined ? paint("red", text) : text;
      })
    ),
    foot: foot ? [paint("bold", line(foot, plain))] : [],
    fits: widths.reduce((a, b) => a + b, 0) <= room,
  };
}

/** The currency of all rows, where it is one: it is said once, in the title. */
const oneCurrency = ({ rows }: Part): string | undefined =>
  rows.every((row) => row.currency === rows[0].currency) ? rows[0].currency : undefined;

/** Widths that fit: text gives way, the widest first; figures never. */
function fitted(widths: number[], columns: readonly Column[], room: number): number[] {
  const fit = [...widths];
  for (let over = fit.reduce((a, b) => a + b, 0) - room; over > 0; over--) {
    let widest = -1;
    fit.forEach((one, i) => {
      if (!columns[i].amount && one > LEAST && (widest < 0 || one > fit[widest])) widest = i;
    });
    if (widest < 0) break;
    fit[widest]--;
  }
  return fit;
}
