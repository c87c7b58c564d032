/**
 * The floor of postings: a bare loop that reads the same pages with the same connectors and submits as many journals of as many lines, and
 * nothing else: it checks nothing, joins by position, and remembers nothing.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { systemClock, systemRandom } from "../engine/clock.ts";
import type { OpenStream, Partition, Registry, Row, Session } from "../engine/connector.ts";
import type { PostDocument } from "../engine/posting.ts";
import { listLinks } from "../engine/state/links.ts";
import type { Store } from "../engine/state/types.ts";
import { liveWire } from "../engine/wire/live.ts";
import { ACCRUED } from "./data.ts";

/** What the floor is given: of the store only which order became which contract. */
export interface FloorParts {
  store: Store;
  registry: Registry;
  settings: (name: string) => Record<string, unknown>;
}

/** Journals a call, as the product sends them. */
const BULK = 100;

/** Reads all requisitions with what they refer to, and posts a journal for each. */
export async function postingsFloor(
  { store, registry, settings }: FloorParts,
): Promise<{ records: number; counts: Record<string, number> }> {
  const orders = new Map<string, string>();
  for await (const { id, key } of listLinks(store, "purchase-orders")) orders.set(id, key);
  const [procore, ebs] = ["procore", "ebs"].map((name): Session => {
    const connector = registry[name];
    return connector.open(connector.settings.parse(settings(name)), {
      wire: liveWire(),
      clock: systemClock,
      random: systemRandom,
      log: () => {},
      signal: new AbortController().signal,
      tags: ["EBS", "PROCORE"],
    });
  });
  const requisitions = procore.stream("requisitions");
  const journals = ebs.stream("gl_journals");
  const [unit] = await journals.partitions();
  const byKey = async (name: string, keys: readonly string[], field: string): Promise<Map<string, Row>> => {
    const found = new Map<string, Row>();
    for await (const { rows } of ebs.stream(name).read!({ partition: unit, keys: [...new Set(keys)] })) {
      for (const row of rows) found.set(String(row[field]), row);
    }
    return found;
  };
  let records = 0, posted = 0;
  const waiting: PostDocument[] = [];
  for (const partition of await requisitions.partitions()) {
    for await (const { rows } of requisitions.read!({ partition, since: null, after: null })) {
      records += rows.length;
      const own = await byKey(
        "purchase_orders",
        rows.map((row) => orders.get(String(row.commitment_id))!),
        "PO_HEADER_ID",
      );
      const parts = new Map([...own].map(([key, order]) => [key, (order.LINES as Row[]).flatMap(partsOf)]));
      await byKey(
        "po_billing",
        [...parts.values()].flat().map((part) => String(part.PO_DISTRIBUTION_ID)),
        "PO_DISTRIBUTION_ID",
      );
      const accounts = [...parts.values()].flat().map((part) => String(part.CODE_COMBINATION_ID));
      await byKey("code_combinations", accounts, "CODE_COMBINATION_ID");
      for (const row of rows) {
        const key = orders.get(String(row.commitment_id))!;
        waiting.push(documentOf(row, own.get(key)!, parts.get(key)!));
      }
      while (waiting.length >= BULK) posted += await post(journals, unit, waiting.splice(0, BULK));
    }
  }
  posted += await post(journals, unit, waiting);
  await Promise.all([procore.close(), ebs.close()]);
  return { records, counts: { create: posted } };
}

const partsOf = (line: Row): Row[] => line.DISTRIBUTIONS as Row[];

async function post(journals: OpenStream, unit: Partition, documents: PostDocument[]): Promise<number> {
  if (documents.length === 0) return 0;
  const outcomes = await journals.post!(unit, documents);
  const lost = outcomes.find(({ result }) => result !== "confirmed");
  if (lost) throw new Error(JSON.stringify(lost));
  return outcomes.length;
}

function documentOf(row: Row, order: Row, parts: readonly Row[]): PostDocument {
  const LINES = (row.items as Row[]).flatMap((item, i): Row[] => {
    const common = { BALANCING_SEGMENT: "01", REFERENCE23: String(parts[i].PO_DISTRIBUTION_ID) };
    const amount = String(item.cost_this_period);
    return [
      { ...common, CODE_COMBINATION_ID: String(parts[i].CODE_COMBINATION_ID), ENTERED_DR: amount, REFERENCE24: "cost" },
      { ...common, CODE_COMBINATION_ID: ACCRUED, ENTERED_CR: amount, REFERENCE24: "net" },
    ];
  });
  const fields: Row = {
    LEDGER_ID: order.LEDGER_ID,
    ACCOUNTING_DATE: row.billing_date,
    CURRENCY_CODE: row.currency_iso_code,
    USER_JE_SOURCE_NAME: "Procore",
    USER_JE_CATEGORY_NAME: "Accrual",
    REFERENCE5: `Requisition ${row.number} of order ${order.SEGMENT1}`,
    LINES,
  };
  const hash = createHash("sha256").update(JSON.stringify(fields)).digest("hex");
  return { key: `FLOOR:${row.id}`, hash, fields };
}
