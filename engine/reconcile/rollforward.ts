/**
 * The roll-forward: from what stood at the end of the period before to what stands at the end of this one, by project, account and
 * currency. Each column is a difference of balances, so that a row adds up whatever happened between them.
 *
 * @module
 */
import { Big, plain } from "../decimal.ts";
import { counts, standingBy } from "./journals.ts";
import { billedOn, type Position, type Stand, standOf } from "./standing.ts";
import { keyParts, rowKey, sorted, type Sums, sums } from "./sums.ts";
import type { Recognise } from "./target.ts";
import type { Booking, Contract, Document, Gathered, Span } from "./facts.ts";
import type { Report, RetainageRow, RollRow } from "./types.ts";

/** How a roll-forward is made. */
export interface Roll {
  gathered: Pick<Gathered, "contracts" | "sheets" | "bookings" | "documents">;
  period: Span;
  recognise: Recognise;
  /** The period before, as it was frozen. */
  former?: Pick<Report, "cost" | "retainage" | "receipts">;
}

/** What a roll-forward came to. */
export interface Rolled {
  cost: RollRow[];
  retainage: RetainageRow[];
  /**
   * By row, `closing - journals` by all that is known now: where that is nothing, a difference at the period's end was mended
   * since. `accepted`: what does not stand because a person has accepted that.
   */
  since: ReadonlyMap<string, { cost: Big; retainage: Big; accepted: { cost: Big; retainage: Big } }>;
  /** Each contract at the period's end, by its id. */
  closing: ReadonlyMap<string, Stand>;
}

/** A row's name. */
export const rollKey = ({ project, account, currency }: Pick<RollRow, "project" | "account" | "currency">): string =>
  rowKey(project, account, currency);

/** Rolls forward. */
export function rollForward({ gathered, period, recognise, former }: Roll): Rolled {
  const { contracts, sheets, documents } = gathered;
  const bookings = new Map(gathered.bookings.map((one) => [one.position, one]));
  const sheetsOf = Map.groupBy(sheets, ({ chain }) => chain);
  const before = dayBefore(period.from);
  const [cost, retainage, now] = [columns(), columns(), columns()];
  const closing = new Map<string, Stand>();
  const places = new Map<string, string>();

  for (const contract of contracts) {
    const own = sheetsOf.get(contract.id);
    if (!own) continue;
    const look = (day: string, booked: (booking: Booking) => Big): Stand =>
      standOf({ contract, sheets: own, bookings, recognise, day, booked });
    const looks = (day: string, received: (booking: Booking) => string) => {
      const invoices = look(day, (booking) => billedOn(booking, day));
      // Where receipts accrue nothing, invoices tell all.
      const accrues = contract.all.some((id) => bookings.has(id) && received(bookings.get(id)!) !== "0");
      const booked = (booking: Booking): Big => bookedBy(billedOn(booking, day), received(booking));
      return { invoices, both: accrues ? look(day, booked) : invoices };
    };
    const opening = looks(before, ({ position, received }) => former ? former.receipts[position] ?? "0" : received);
    const end = looks(period.to, ({ received }) => received);
    closing.set(contract.id, end.both);
    const rowOf = ({ account, currency }: Position): string => rowKey(contract.project, account, currency);
    each(opening.both, (both, id) => {
      // One look may see something booked beyond where the other sees nothing: nothing is certified there.
      const position = opening.invoices.positions.get(id) ?? both;
      cost.add(rowOf(position), "opening", both.cost);
      cost.add(rowOf(position), "certified", position.certified.times(-1));
      cost.add(rowOf(position), "invoiced", position.certified.minus(position.cost).times(-1));
      cost.add(rowOf(position), "received", position.cost.minus(both.cost).times(-1));
      retainage.add(rowOf(position), "opening", both.held);
      retainage.add(rowOf(position), "added", position.withheld.times(-1));
      retainage.add(rowOf(position), "taken", both.withheld.minus(both.held).times(-1));
    });
    each(end.both, (both, id) => {
      const position = end.invoices.positions.get(id) ?? both;
      places.set(rowKey(contract.id, id), rowOf(position));
      cost.add(rowOf(position), "certified", position.certified);
      cost.add(rowOf(position), "invoiced", position.certified.minus(position.cost));
      cost.add(rowOf(position), "received", position.cost.minus(both.cost));
      cost.add(rowOf(position), "closing", both.cost);
      cost.add(rowOf(position), "beyond", both.beyond);
      retainage.add(rowOf(position), "added", position.withheld);
      retainage.add(rowOf(position), "taken", both.withheld.minus(both.held));
      retainage.add(rowOf(position), "closing", both.held);
    });
    for (const { sheet, withheld } of end.both.movements) {
      if (sheet.date < period.from) continue;
      for (const [id, amount] of withheld) {
        if (amount.gt(0)) retainage.add(rowOf(end.both.positions.get(id)!), "withheld", amount);
      }
    }
    each(look(EVER, (booking) => bookedBy(booking.billed, booking.received)), (position, id) => {
      places.set(rowKey(contract.id, id), rowOf(position));
      now.add(rowOf(position), "cost", position.cost);
      now.add(rowOf(position), "retainage", position.held);
    });
  }

  for (const [day, into] of [[period.to, "journals"], [EVER, "ever"]] as const) {
    const placed = placer(gathered, places, bookings);
    for (const [chain, own] of Map.groupBy(documents, ({ chain }) => chain)) {
      const standing = standingBy(own, day);
      const gone = standingBy(own.filter(isAccepted).map((one) => ({ ...one, state: "posted" })), day);
      for (const id of positionsIn(own)) {
        const row = placed(chain, id, own);
        cost.add(row, into, standing.cost.of(id));
        retainage.add(row, into, standing.withheld.of(id));
        if (into === "ever") continue;
        cost.add(row, "accepted", gone.cost.of(id));
        retainage.add(row, "accepted", gone.withheld.of(id));
      }
    }
  }

  for (const row of former?.cost ?? []) cost.add(rollKey(row), "frozen", row.closing);
  for (const row of former?.retainage ?? []) retainage.add(rollKey(row), "frozen", row.closing);
  return {
    cost: cost.rows((row) => costRow(row, former !== undefined)),
    retainage: retainage.rows((row) => retainageRow(row, former !== undefined)),
    since: new Map(
      [...new Set([...cost.names(), ...retainage.names()])].map((name) => [name, {
        cost: now.of(name, "cost").minus(cost.of(name, "ever")),
        retainage: now.of(name, "retainage").minus(retainage.of(name, "ever")),
        accepted: { cost: cost.of(name, "accepted"), retainage: retainage.of(name, "accepted") },
      }]),
    ),
    closing,
  };
}

function costRow({ parts: [project, account, currency], of }: NamedRow, frozen: boolean): RollRow | undefined {
  const opening = frozen ? of("frozen") : of("opening");
  const corrections = of("opening").minus(opening);
  const row = {
    project,
    account,
    currency,
    opening: plain(opening),
    corrections: plain(corrections),
    certified: plain(of("certified")),
    invoiced: plain(of("invoiced")),
    received: plain(of("received")),
    closing: plain(of("closing")),
    journals: plain(of("journals")),
    difference: plain(of("closing").minus(of("journals"))),
    beyond: plain(of("beyond")),
  };
  return isEmpty(row) ? undefined : row;
}

function retainageRow(
  { parts: [project, account, currency], of }: NamedRow,
  frozen: boolean,
): RetainageRow | undefined {
  const opening = frozen ? of("frozen") : of("opening");
  const row = {
    project,
    account,
    currency,
    opening: plain(opening),
    corrections: plain(of("opening").minus(opening)),
    withheld: plain(of("withheld")),
    // What was added over all, and not withheld, was released.
    released: plain(of("withheld").minus(of("added"))),
    taken: plain(of("taken")),
    closing: plain(of("closing")),
    journals: plain(of("journals")),
    difference: plain(of("closing").minus(of("journals"))),
  };
  return isEmpty(row) ? undefined : row;
}

/** Whether a row says nothing: no amount in it is anything but 0. */
const isEmpty = ({ project: _project, account: _account, currency: _currency, ...amounts }: Record<string, string>) =>
  Object.values(amounts).every((amount) => amount === "0");

/** Where the journals of a position belong: by its contract and account, or by what the document's own cost line was charged to. */
function placer(
  { contracts }: Pick<Gathered, "contracts">,
  places: ReadonlyMap<string, string>,
  bookings: ReadonlyMap<string, Booking>,
): (chain: string, position: string, documents: Gathered["documents"]) => string {
  const known = new Map(contracts.map((one) => [one.id, one]));
  return (chain, position, documents) => {
    const place = places.get(rowKey(chain, position));
    if (place !== undefined) return place;
    const contract: Contract | undefined = known.get(chain);
    const line = documents.flatMap(({ lines }) => lines).find((one) =>
      one.position === position && one.measure === "cost"
    );
    const account = bookings.get(position)?.account ?? line?.account ?? "";
    return rowKey(contract?.project ?? "", account, contract?.currency ?? documents[0].currency);
  };
}

/** Taken out of the books over there, and a person has accepted that. */
const isAccepted = (document: Document): boolean => document.accepted !== undefined && !counts(document);

const positionsIn = (documents: Gathered["documents"]): Set<string> =>
  new Set(documents.flatMap(({ lines }) => lines.flatMap(({ position }) => position === undefined ? [] : [position])));

function each({ positions }: Stand, work: (position: Position, id: string) => void): void {
  for (const [id, position] of positions) work(position, id);
}

/** What Oracle has booked: what was invoiced or, where receipts are accrued, whichever has gone further. A credit is received below nothing. */
function bookedBy(billed: Big | string, received: string): Big {
  const [invoiced, accrued] = [new Big(billed), new Big(received)];
  if (accrued.eq(0)) return invoiced;
  return (accrued.gt(0) ? accrued.gt(invoiced) : accrued.lt(invoiced)) ? accrued : invoiced;
}

/** Later than every day: all that is known. */
const EVER = "9999-12-31";

/** Rows with their columns. */
interface NamedRow {
  parts: string[];
  of: (column: string) => Big;
}

function columns() {
  const found = new Map<string, Sums>();
  const of = (row: string, column: string): Big => found.get(row)?.of(column) ?? new Big(0);
  return {
    add(row: string, column: string, amount: Big | string): void {
      const own = found.get(row) ?? sums();
      found.set(row, own);
      own.add(column, amount);
    },
    of,
    names: () => found.keys(),
    rows: <T>(make: (row: NamedRow) => T | undefined): T[] =>
      sorted(found.keys(), (name) => name).flatMap((name) => {
        const made = make({ parts: keyParts(name), of: (column) => of(name, column) });
        return made === undefined ? [] : [made];
      }),
  };
}

/** The day before. */
export function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
