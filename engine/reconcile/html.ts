/**
 * A report as one page that prints: nothing is loaded from elsewhere, and nothing in it runs.
 *
 * @module
 */
// Under another name: the formatter would set what is tagged `page` in lines of its own.
import { html as page, raw } from "hono/html";
import type { Snapshot } from "../state/snapshots.ts";
import { money, totalsOf } from "./money.ts";
import { type Column, type Part, shownColumns } from "./parts.ts";
import { STYLE } from "./html_style.ts";
import type { Report } from "./types.ts";

type Html = ReturnType<typeof page>;

/** Makes the page. `snapshot`: as it was frozen, with its hash; without one it says that it is a draft. */
export async function htmlOf(report: Report, parts: readonly Part[], snapshot?: Snapshot): Promise<string> {
  const { header, open } = report;
  const whole = page`<!doctype html>
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
  return String(await whole);
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
  return page`<dl>${
    facts.map(([name, fact]) =>
      page`
        <dt>${name}</dt>
        <dd>${fact}</dd>
      `
    )
  }</dl>`;
}

function section(part: Part): Html {
  const columns = shownColumns(part);
  const totals = totalsOf(part);
  const head = page`<h2>${part.title}</h2>`;
  if (part.rows.length === 0) return page`<section>${head}<p class="says">${part.empty}</p></section>\n`;
  const heads = columns.map(({ head, amount }) => page`<th class="${amount ? "n" : ""}">${head}</th>`);
  const lines = part.rows.map((row) =>
    page`<tr class="${row.open === "yes" ? "isopen" : ""}">${columns.map((column) => cell(row, column))}</tr>\n`
  );
  const foot = totals &&
    columns.map(({ name, amount }, i) =>
      amount ? page`<td class="n">${shown(totals[name])}</td>` : page`<td>${i === 0 ? "Total" : ""}</td>`
    );
  return page`<section class="${part.name}">${head}
<p class="says">${part.says}</p>
<table>
<thead><tr>${heads}</tr></thead>
<tbody>
${lines}</tbody>${foot ? page`\n<tfoot><tr>${foot}</tr></tfoot>` : ""}
</table>
</section>
`;
}

function cell(row: Record<string, string | undefined>, { name, amount }: Column): Html {
  const value = row[name];
  if (!amount) return page`<td>${value ?? ""}</td>`;
  const off = name === "difference" && value !== undefined && value !== "0";
  return page`<td class="n${off ? " off" : ""}">${shown(value)}</td>`;
}

const shown = (value: string | undefined): string => value === undefined ? "" : money(value);

function signatures(snapshot: Snapshot | undefined): Html {
  const one = (what: string, who: { by: string; at: string } | undefined): Html =>
    page`<div><span>${what}</span><strong>${who?.by ?? ""}</strong><span>${
      who?.at.slice(0, 10) ?? "date"
    }</span></div>`;
  return page`<footer>${one("Prepared by", snapshot?.prepared)}${one("Reviewed by", snapshot?.reviewed)}</footer>`;
}
