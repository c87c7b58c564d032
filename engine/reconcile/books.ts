/**
 * Reads what the books say: orders with what was booked of them, documents that were sent, balances of accounts.
 *
 * @module
 */
import type { Partition, Row } from "../connector.ts";
import { Big, plain } from "../decimal.ts";
import { type KeyOwner, keyPrefix, parseKey } from "../post/keys.ts";
import { type Measure, MEASURES, type PostedDocument } from "../posting.ts";
import { postingsByKey } from "../state/postings.ts";
import type { PostingRecord } from "../state/posting_types.ts";
import { amountAt, dayAt, keyIn, listAt, type Reading, rowsOf, streamOf, textAt } from "./reading.ts";
import type { LinkedContract } from "./scope.ts";
import type { AccountBalance, Booking, Document, Invoice } from "./facts.ts";

/** Positions of each order with what each is ordered for, by the order's key; an order that is gone has none. */
export async function readOrders(
  reading: Reading,
  contracts: readonly LinkedContract[],
  units: readonly Partition[],
): Promise<Map<string, Map<string, string>>> {
  const { definition: { written: { orders } }, onProgress } = reading;
  const stream = await streamOf(reading, orders);
  const found = new Map<string, Map<string, string>>();
  for (const unit of units) {
    const keys = [...new Set(contracts.filter((one) => one.unit === unit.id).map(({ order }) => order))];
    onProgress?.(`${orders.stream} of ${unit.name}`);
    for await (const row of rowsOf(stream, unit, { keys })) {
      const key = keyIn(reading, orders, row);
      const place = `${orders.stream} ${key}`;
      const positions = listAt(row, orders.each).flatMap((one): [string, string][] => {
        const position = textAt(one, orders.position);
        return position === undefined ? [] : [[position, amountAt(one, orders.amount, place)]];
      });
      found.set(key, new Map(positions));
    }
  }
  return found;
}

/** What was booked of positions, a unit at a time. */
export async function readBookings(
  reading: Reading,
  positions: ReadonlyMap<string, ReadonlySet<string>>,
  units: readonly Partition[],
  asOf: (at: string) => void,
): Promise<{ bookings: Booking[]; ledgers: Map<string, string> }> {
  const { definition: { written: { booked } }, onProgress } = reading;
  const stream = await streamOf(reading, booked);
  const bookings: Booking[] = [];
  const ledgers = new Map<string, string>();
  for (const unit of units) {
    onProgress?.(`${booked.stream} of ${unit.name}`);
    for await (const row of rowsOf(stream, unit, { keys: [...positions.get(unit.id) ?? []], asOf })) {
      bookings.push(bookingOf(reading, row));
      const ledger = textAt(row, booked.ledger);
      if (ledger !== undefined) ledgers.set(unit.id, ledger);
    }
  }
  return { bookings, ledgers };
}

function bookingOf(reading: Reading, row: Row): Booking {
  const { booked } = reading.definition.written;
  const position = keyIn(reading, booked, row);
  const place = `${booked.stream} ${position}`;
  return {
    position,
    account: textAt(row, booked.account) ?? "",
    currency: textAt(row, booked.currency) ?? "",
    unit: booked.unit === undefined || textAt(row, booked.unit) === undefined
      ? "0.01"
      : amountAt(row, booked.unit, place),
    billed: amountAt(row, booked.billed, place),
    received: amountAt(row, booked.received, place),
    invoices: listAt(row, booked.each).map((line): Invoice => {
      const cancelled = dayAt(line, booked.void);
      return {
        // A line without a day counts from the start: it is in the sum.
        date: dayAt(line, booked.date) ?? "0001-01-01",
        amount: textAt(line, booked.amount) === undefined ? "0" : amountAt(line, booked.amount, place),
        ...(cancelled !== undefined && { cancelled }),
        paired: textAt(line, booked.paired) === "Y",
      };
    }),
  };
}

/** Every document under a pipeline's keys, by key, with what our own memory knows of each. */
export async function readDocuments(
  reading: Reading,
  units: readonly Partition[],
  owner: KeyOwner,
): Promise<Document[]> {
  const { definition: { pipeline: { destination } }, store, onProgress } = reading;
  const stream = await streamOf(reading, destination);
  const sent = new Map<string, PostedDocument>();
  for (const unit of units) {
    onProgress?.(`journals of ${unit.name}`);
    // Units that share a ledger show the same documents.
    for await (const page of stream.posted?.(unit, keyPrefix(owner)) ?? []) {
      for (const one of page) sent.set(one.probe.key, one);
    }
  }
  const records = await postingsByKey(store, [...sent.keys()]);
  return [...sent].map(([key, one]) => documentOf(one, owner, records.get(key)));
}

/** A document by the destination's word. One whose key is none of ours by its form belongs to no contract. */
function documentOf(posted: PostedDocument, owner: KeyOwner, record?: PostingRecord): Document {
  const { probe, date, currency, at, lines } = posted;
  const { key } = probe;
  const { chain = "", source = "", purpose = "adjust", reverses } = parseKey(owner, key) ?? {};
  const journal = "journal" in probe ? probe.journal : undefined;
  return {
    key,
    chain: record?.chain ?? chain,
    source: record?.source ?? source,
    purpose,
    ...(reverses !== undefined && { reverses }),
    state: probe.state,
    date,
    currency,
    ...(journal && {
      journal: {
        id: journal.id,
        name: journal.name,
        batch: journal.batch,
        period: journal.period,
        posted: journal.posted,
        ...(journal.reversal !== undefined && { reversal: journal.reversal }),
      },
    }),
    at,
    known: record !== undefined,
    ...(record?.label !== undefined && { label: record.label }),
    ...(record?.settled?.how === "accept" && { accepted: record.settled.by }),
    lines: lines.map(({ measure, ...line }) => ({ ...line, ...(isMeasure(measure) && { measure }) })),
  };
}

const isMeasure = (text: string | undefined): text is Measure => (MEASURES as readonly unknown[]).includes(text);

/** Balances of accounts at the end of a period, credits less debits; undefined where the definition names none. */
export async function readBalances(
  reading: Reading,
  units: readonly { partition: Partition; period: string }[],
): Promise<AccountBalance[] | undefined> {
  const { definition: { written: { balances } }, onProgress } = reading;
  if (!balances) return undefined;
  const stream = await streamOf(reading, balances);
  const found = new Map<string, AccountBalance>();
  for (const { partition, period } of units) {
    onProgress?.(`${balances.stream} of ${partition.name}`);
    for await (const row of rowsOf(stream, partition, { period })) {
      const key = keyIn(reading, balances, row);
      const place = `${balances.stream} ${key}`;
      found.set(`${textAt(row, balances.ledger) ?? ""} ${key}`, {
        account: textAt(row, balances.account) ?? "",
        label: textAt(row, balances.label),
        currency: textAt(row, balances.currency) ?? "",
        balance: plain(new Big(amountAt(row, balances.debit, place)).times(-1)),
      });
    }
  }
  return [...found.values()];
}
