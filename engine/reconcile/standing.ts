/**
 * What should stand of a contract on a day: its certified documents in their order, each moving what the one before it left.
 *
 * @module
 */
import { Big } from "../decimal.ts";
import { beyond, type Recognise, targetOf } from "./target.ts";
import type { Booking, Contract, Sheet } from "./facts.ts";

const ZERO = new Big(0);

/** What stands of a position, and what of it came how. */
export interface Position {
  account: string;
  currency: string;
  /** Certified to date, without what is history. */
  certified: Big;
  /** Withheld to date, without what is history. */
  withheld: Big;
  /** Should stand, gross. */
  cost: Big;
  /** Should stand as withheld. */
  held: Big;
  /** Booked beyond what is certified. */
  beyond: Big;
}

/** What a document moves. */
export interface Movement {
  sheet: Sheet;
  /** Whether any position moves. */
  moves: boolean;
  /** By position: what it adds to retainage. */
  withheld: Map<string, Big>;
}

/** A contract on a day. */
export interface Stand {
  positions: Map<string, Position>;
  movements: Movement[];
}

/** How a contract is looked at. */
export interface Look {
  contract: Contract;
  /** All sheets of the contract. */
  sheets: readonly Sheet[];
  /** By position: at least those of {@link Contract.all} that there are. */
  bookings: ReadonlyMap<string, Booking>;
  recognise: Recognise;
  /** Documents dated later are not seen. */
  day: string;
  /** What Oracle had booked of a position by then. */
  booked: (booking: Booking) => Big;
}

/** Positions that are certified on a day, with what stands of each. */
export function standOf({ contract, sheets, bookings, recognise, day, booked }: Look): Stand {
  const counting = sheets.filter(({ standing, date }) => standing === "counts" && date <= day).sort(inOrder);
  const accounts = accountsOf(counting, bookings);
  const unit = new Big(contract.all.map((id) => bookings.get(id)?.unit).find((one) => one !== undefined) ?? "0.01");
  const own = new Map(
    contract.all.flatMap((id): [string, Big][] => bookings.has(id) ? [[id, booked(bookings.get(id)!)]] : []),
  );
  const balances = new Map<string, { certified: Big; withheld: Big }>();
  const target = () => {
    const shares = sharedOut({ own, balances, accounts, bookings });
    return new Map([...balances].map(([position, balance]) => [
      position,
      targetOf({ ...balance, booked: shares.get(position) ?? ZERO, unit, recognise }),
    ]));
  };

  const positions = new Map<string, Position>();
  const movements: Movement[] = [];
  let before = target();
  for (const sheet of counting) {
    const former = new Map(balances);
    for (const [position, balance] of linesOf(sheet)) balances.set(position, balance);
    const now = target();
    let moves = false;
    const withheld = new Map<string, Big>();
    for (const [position, at] of now) {
      const stood = before.get(position);
      const cost = at.cost.minus(stood?.cost ?? ZERO), held = at.withheld.minus(stood?.withheld ?? ZERO);
      if (!cost.eq(0) || !held.eq(0)) moves = true;
      if (sheet.history) continue;
      const was = former.get(position), is = balances.get(position)!;
      const found = positions.get(position) ?? fresh(accounts.get(position)!, contract.currency);
      const added = is.withheld.minus(was?.withheld ?? ZERO);
      if (!added.eq(0)) withheld.set(position, added);
      positions.set(position, {
        ...found,
        certified: found.certified.plus(is.certified.minus(was?.certified ?? ZERO)),
        withheld: found.withheld.plus(added),
        cost: found.cost.plus(cost),
        held: found.held.plus(held),
      });
    }
    movements.push({ sheet, moves, withheld });
    before = now;
  }
  for (const id of contract.positions) {
    const booking = bookings.get(id);
    if (!booking || recognise === "final") continue;
    const over = beyond(balances.get(id)?.certified ?? ZERO, own.get(id)!);
    if (over.eq(0) || !balances.has(id)) continue;
    positions.set(id, { ...positions.get(id) ?? fresh(booking.account, contract.currency), beyond: over });
  }
  return { positions, movements };
}

/**
 * What was booked of each position. One that Oracle does not know (a change order's line) gets, in the order of names, what was booked on
 * the positions of its account beyond what is certified there.
 */
function sharedOut({ own, balances, accounts, bookings }: {
  own: ReadonlyMap<string, Big>;
  balances: ReadonlyMap<string, { certified: Big }>;
  accounts: ReadonlyMap<string, string>;
  bookings: ReadonlyMap<string, Booking>;
}): Map<string, Big> {
  const shares = new Map(own);
  const unknown = [...balances.keys()].filter((position) => !own.has(position)).sort(byText);
  if (unknown.length === 0) return shares;
  // What is booked beyond, on either side of nothing: a credit serves a negative line.
  for (const side of [1, -1]) {
    const pools = new Map<string, Big>();
    for (const [position, booked] of own) {
      const { account } = bookings.get(position)!;
      const over = beyond((balances.get(position)?.certified ?? ZERO).times(side), booked.times(side));
      pools.set(account, (pools.get(account) ?? ZERO).plus(over));
    }
    for (const position of unknown) {
      const account = accounts.get(position)!;
      const pool = pools.get(account) ?? ZERO;
      const wanted = balances.get(position)!.certified.times(side);
      if (!wanted.gt(0)) continue;
      const share = wanted.lt(pool) ? wanted : pool;
      shares.set(position, share.times(side));
      pools.set(account, pool.minus(share));
    }
  }
  return shares;
}

/** What a sheet certifies, by position: several rows of one position make one balance. */
function linesOf({ lines }: Sheet): Map<string, { certified: Big; withheld: Big }> {
  const found = new Map<string, { certified: Big; withheld: Big }>();
  for (const { position, cost, withheld } of lines) {
    const so = found.get(position);
    found.set(position, {
      certified: (so?.certified ?? ZERO).plus(cost),
      withheld: (so?.withheld ?? ZERO).plus(withheld),
    });
  }
  return found;
}

/** The account of each certified position: what its order's line is charged to, else what the sheet says. */
function accountsOf(sheets: readonly Sheet[], bookings: ReadonlyMap<string, Booking>): Map<string, string> {
  const accounts = new Map<string, string>();
  for (const { lines } of sheets) {
    for (const { position, account } of lines) {
      const known = bookings.get(position)?.account ?? account ?? accounts.get(position) ?? "";
      accounts.set(position, known);
    }
  }
  return accounts;
}

const fresh = (account: string, currency: string): Position => ({
  account,
  currency,
  certified: ZERO,
  withheld: ZERO,
  cost: ZERO,
  held: ZERO,
  beyond: ZERO,
});

const byText = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0;

/** Documents of a contract in their order: numbers as numbers; of two of one number, the later key is the later one. */
function inOrder(a: Sheet, b: Sheet): number {
  return natural(a.order, b.order) || natural(a.key, b.key);
}

/** Compares whole numbers as such, however long, and everything else as text behind them. */
function natural(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, "") : undefined);
  if (x !== undefined && y !== undefined) return x.length - y.length || byText(x, y);
  if (x !== undefined || y !== undefined) return x !== undefined ? -1 : 1;
  return byText(a, b);
}

/** What invoices had taken up of a position by the end of a day: today's figure, less what came later, with what was cancelled later. */
export function billedOn({ billed, invoices }: Booking, day: string): Big {
  let total = new Big(billed);
  for (const { date, amount, cancelled, paired } of invoices) {
    const counts = paired || cancelled === undefined;
    const counted = date <= day && (counts || cancelled! > day);
    if (counts && !counted) total = total.minus(amount);
    if (!counts && counted) total = total.plus(amount);
  }
  return total;
}
