/**
 * A report as one page that prints: nothing is loaded from elsewhere, and nothing in it runs.
 *
 * @module
 */
import { html, raw } from "hono/html";
import type { Snapshot } from "../state/snapshots.ts";
import { money, totalsOf } from "./money.ts";
import { type Part, shownColumns } from "./parts.ts";
import { STYLE } from "./html_style.ts";
import type { Report } from "./types.ts";

type Html = ReturnType<typeof html>;

/** Makes the page. `snapshot`: as it was frozen, with its hash; without one it says that it is a draft. */
export async function htmlOf(report: Report, parts: readonly Part[], snapshot?: Snapshot): Promise<string> {
  const { header, open } = report;
  const page = html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>${header.name}, ${header.period.name}</title>
        <style>${raw(STYLE)}</style>
      </head>
      <body>
    <header>
    <p class="verdict ${open > 0 ? "open" : "fine"}">${open > 0 ? `${open} open` : "Agrees"}</p>
    <h1>${header.name} <span>${header.period.name}</span></h1>
    <p class="lead">${header.description}</p>
    ${factsOf(report, snapshot)}
    </header>
    <main>
    ${parts.map(section)}
    </main>
    ${signatures(snapshot)}
      </body>
    </html>
  `;
  return String(await page);
}

function factsOf({ header }: Report, snapshot: Snapshot | undefined): Html {
  const { period, books, times, at, pipelines, projects } = header;
  const facts: [string, string][] = [
    ["Period", `${period.from} to ${period.to}, ${period.status}`],
    [
      "Books",
      books.map(({ unit, ledger, status }) => `${unit}${ledger ? `, ledger ${ledger}` : ""}: ${status}`).join("; "),
    ],
    ["Read", [...Object.entries(times).map(([name, time]) => `${name} ${time}`), `here ${at}`].join("; ")],
    [
      "Pipelines",
      pipelines.map(({ name, hash, mode, recognise }) =>
        `${name} ${hash.slice(0, 12)}${mode ? ` (${[mode, recognise].filter(Boolean).join(", ")})` : ""}`
      ).join("; "),
    ],
    [
      "Projects",
      `${projects.seen} of ${projects.expected} seen${projects.only ? ", a selection" : ""}${
        projects.missing.length > 0 ? `; missing: ${projects.missing.join(", ")}` : ""
      }`,
    ],
    ["Frozen", snapshot ? `${snapshot.id}, SHA-256 ${snapshot.hash}` : "not frozen: a draft"],
  ];
  return html`<dl>${
    facts.map(([name, fact]) =>
      html`
        <dt>${name}</dt>
        <dd>${fact}</dd>
      `
    )
  }</dl>`;
}

function section(part: Part): Html {
  const columns = shownColumns(part);
  const totals = totalsOf(part);
  const cell = (row: Record<string, string | undefined>, name: string, amount: boolean): Html => {
    const value = row[name];
    if (!amount) return html`<td>${value ?? ""}</td>`;
    const off = name === "difference" && value !== undefined && value !== "0";
    return html`<td class="n${off ? " off" : ""}${value?.startsWith("-") ? " minus" : ""}">${
      value === undefined ? "" : money(value)
    }</td>`;
  };
  const line = (row: Record<string, string | undefined>): Html =>
    html`
      <tr class="${row.open === "yes" ? "isopen" : ""}">${columns.map(({ name, amount = false }) =>
        cell(row, name, amount)
      )}</tr>
    `;
  if (part.rows.length === 0) {
    return html`
      <section>
        <h2>${part.title}</h2>
        <p class="says">${part.empty}</p>
      </section>
    `;
  }
  return html`
    <section class="${part.name}">
      <h2>${part.title}</h2>
      <p class="says">${part.says}</p>
      <table>
    <thead><tr>${columns.map(({ head, amount }) => html`<th class="${amount ? "n" : ""}">${head}</th>`)}</tr></thead>
    <tbody>
    ${part.rows.map(line)}
    </tbody>
    ${totals
      ? html`
        <tfoot>
          <tr>${columns.map(({ name, amount }, i) =>
            amount && totals[name] !== undefined
              ? html`<td class="n">${money(totals[name])}</td>`
              : html`<td>${i === 0 ? "Total" : ""}</td>`
          )}</tr>
        </tfoot>
      `
      : ""}
      </table>
    </section>
  `;
}

function signatures(snapshot: Snapshot | undefined): Html {
  const one = (what: string, who: { by: string; at: string } | undefined): Html =>
    html`<div><span>${what}</span><strong>${who?.by ?? ""}</strong><span>${
      who?.at.slice(0, 10) ?? "date"
    }</span></div>`;
  return html`<footer>${one("Prepared by", snapshot?.prepared)}${one("Reviewed by", snapshot?.reviewed)}</footer>`;
}
