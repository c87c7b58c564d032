/**
 * Reads what is certified: the source's documents, with their rows brought to the positions of the orders.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import { Failure } from "../failure.ts";
import { parseTemplate } from "../pipeline/template.ts";
import { linksTo } from "../state/links.ts";
import { amountAt, dayAt, keyIn, listAt, type Reading, rowsOf, streamOf, textAt } from "./reading.ts";
import type { LinkedContract, Scope } from "./scope.ts";
import type { Sheet, Standing } from "./facts.ts";

/** Reads the documents that count of every project that is seen; `asOf` hears the source's own time. */
export async function readSheets(reading: Reading, scope: Scope, asOf: (at: string) => void): Promise<Sheet[]> {
  const { definition: { written: { certified }, conditions }, onProgress } = reading;
  const stream = await streamOf(reading, certified);
  const contracts = new Map(scope.contracts.map((one) => [one.id, one]));
  const sheets: Sheet[] = [];
  for (const partition of scope.seen) {
    onProgress?.(`${certified.stream} of ${partition.name}`);
    const rows: Row[] = [];
    for await (const row of rowsOf(stream, partition, { asOf })) {
      if (conditions.counts.evaluate({ rec: row }) === true) rows.push(row);
    }
    const accounts = await accountsOf(reading, partition.id, rows);
    for (const row of rows) sheets.push(sheetOf(reading, row, { project: partition.id, contracts, accounts }));
  }
  return sheets;
}

interface Around {
  project: string;
  contracts: ReadonlyMap<string, LinkedContract>;
  accounts: ReadonlyMap<string, string>;
}

function sheetOf(reading: Reading, row: Row, { project, contracts, accounts }: Around): Sheet {
  const { written: { certified }, conditions, pipeline: { posting } } = reading.definition;
  const key = keyIn(reading, certified, row);
  const place = `${certified.stream} ${key}`;
  const chain = textAt(row, certified.contract) ?? "";
  const contract = contracts.get(chain);
  const date = dayAt(row, certified.date);
  const rows = listAt(row, certified.each);
  const nameless = rows.some((one) => textAt(one, certified.line) === undefined);
  const [standing, why] = ((): [Standing, string?] => {
    if (!contract) {
      const ours = conditions.ours === undefined || conditions.ours.evaluate({ rec: row }) === true;
      return ours ? ["unmatched", "Its contract was made from no order that is known"] : ["outside"];
    }
    if (certified.fits !== undefined && textAt(row, certified.fits) !== "true") {
      return ["unfit", textAt(row, certified.fault) ?? "It does not agree with itself"];
    }
    if (date === undefined) return ["unfit", "It has no date"];
    return nameless ? ["unfit", "One of its rows names no line of the contract"] : ["counts"];
  })();
  const from = posting.from.projects[project] ?? posting.from.default;
  return {
    key,
    chain,
    project,
    order: textAt(row, certified.order) ?? "",
    // Without a day it belongs to every period until it has one.
    date: date ?? from,
    currency: textAt(row, certified.currency) ?? "",
    label: filled(certified.label, row),
    value: amountAt(row, certified.value, place),
    standing,
    ...(why !== undefined && { why }),
    history: date !== undefined && date < from,
    lines: standing !== "counts" ? [] : rows.map((one) => {
      const line = textAt(one, certified.line)!;
      const account = accounts.get(textAt(one, certified.account) ?? "");
      return {
        // As the pipeline names lines that no order has: a change order's.
        position: contract!.lines.get(line) ?? `line-${line}`,
        ...(account !== undefined && { account }),
        cost: amountAt(one, certified.cost, place),
        withheld: amountAt(one, certified.withheld, place),
      };
    }),
  };
}

/** The accounts that cost codes were made of: those that only one account was made into, in this project. */
async function accountsOf(reading: Reading, project: string, rows: readonly Row[]): Promise<Map<string, string>> {
  const { store, definition: { written: { certified, links } } } = reading;
  const found = new Map<string, string>();
  if (links.accounts === undefined || certified.account === undefined) return found;
  const codes = new Set(
    rows.flatMap((row) => listAt(row, certified.each).flatMap((one) => textAt(one, certified.account) ?? [])),
  );
  for (const [code, sources] of await linksTo(store, links.accounts, [...codes])) {
    const here = [...new Set(sources.filter(({ partition }) => partition === project).map(({ key }) => key))];
    if (here.length === 1) found.set(code, here[0]);
  }
  return found;
}

/** A template with its holes filled; what is absent leaves nothing. */
function filled(template: string, row: Row): string {
  const parsed = parseTemplate(template);
  if (!("parts" in parsed)) throw new Failure("bug", { fact: `A template that was checked is none: ${template}` });
  return parsed.parts.map((part) => "path" in part ? textAt(row, part.path) ?? "" : part.text).join("").trim();
}
