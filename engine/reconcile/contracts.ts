/**
 * Reads contracts, with what changes of them are not decided yet; and the names of accounts.
 *
 * @module
 */
import type { Partition, Row } from "../connector.ts";
import { Big, plain, sum } from "../decimal.ts";
import { amountAt, keyIn, type Reading, rowsOf, streamOf, textAt } from "./reading.ts";
import type { LinkedContract, Scope } from "./scope.ts";
import type { Contract, Gathered } from "./facts.ts";

/** Reads the contracts that are looked at. One that is gone has neither a sum nor, at worst, a currency. */
export async function readContracts(
  reading: Reading,
  scope: Scope,
  { orders, bookings }: { orders: ReadonlyMap<string, ReadonlyMap<string, string>>; bookings: Gathered["bookings"] },
): Promise<Contract[]> {
  const { definition: { written: { contracts: section } }, onProgress } = reading;
  const stream = await streamOf(reading, section);
  const currencies = new Map(bookings.map(({ position, currency }) => [position, currency]));
  const rows = new Map<string, Row>();
  const pending = new Map<string, Big>();
  for (const partition of scope.seen) {
    const own = scope.contracts.filter(({ project }) => project === partition.id);
    if (own.length === 0) continue;
    onProgress?.(`${section.stream} of ${partition.name}`);
    const keys = own.map(({ id }) => id);
    const found = stream.find
      ? await stream.find({ partition, by: "id", values: keys })
      : await Array.fromAsync(rowsOf(stream, partition, { keys }));
    for (const row of found) rows.set(keyIn(reading, section, row), row);
    await addPending(reading, partition, pending);
  }
  return scope.contracts.map((one) => contractOf(one, rows.get(one.id)));

  function contractOf({ id, project, unit, order, lines }: LinkedContract, row: Row | undefined): Contract {
    const positions = [...new Set(lines.values())];
    const amounts = orders.get(order);
    const all = [...new Set([...amounts?.keys() ?? [], ...positions])];
    const place = `${section.stream} ${id}`;
    const currency = row && textAt(row, section.currency) ||
      all.map((position) => currencies.get(position)).find((found) => found !== undefined);
    const revised = row && textAt(row, section.revised) !== undefined
      ? amountAt(row, section.revised, place)
      : undefined;
    const waits = pending.get(id);
    return {
      id,
      name: row && textAt(row, section.label) || `order ${order}`,
      project,
      unit,
      currency: currency ?? "",
      ordered: sum(positions.map((position) => amounts?.get(position) ?? "0")),
      ...(revised !== undefined && { revised }),
      ...(row && section.changes !== undefined && textAt(row, section.changes) !== undefined &&
        { changes: amountAt(row, section.changes, place) }),
      ...(waits && { pending: plain(waits) }),
      positions,
      all,
    };
  }
}

/** What changes that are not decided yet would add, by contract. */
async function addPending(reading: Reading, partition: Partition, pending: Map<string, Big>): Promise<void> {
  const { definition: { written: { changes }, conditions } } = reading;
  if (!changes || !conditions.pending) return;
  const stream = await streamOf(reading, changes);
  for await (const row of rowsOf(stream, partition)) {
    if (conditions.pending.evaluate({ rec: row }) !== true) continue;
    const contract = textAt(row, changes.contract);
    if (contract === undefined || textAt(row, changes.amount) === undefined) continue;
    const amount = amountAt(row, changes.amount, `${changes.stream} ${keyIn(reading, changes, row)}`);
    pending.set(contract, (pending.get(contract) ?? new Big(0)).plus(amount));
  }
}

/** Names of accounts, by id; those that have none are left out. */
export async function readAccounts(reading: Reading, ids: readonly string[]): Promise<Record<string, string>> {
  const { definition: { written: { accounts } } } = reading;
  const names: Record<string, string> = {};
  if (!accounts) return names;
  const stream = await streamOf(reading, accounts);
  const keys = [...new Set(ids)].filter((id) => id !== "");
  for (const partition of await stream.partitions()) {
    for await (const row of rowsOf(stream, partition, { keys })) {
      const name = textAt(row, accounts.label);
      if (name !== undefined) names[keyIn(reading, accounts, row)] = name;
    }
  }
  return names;
}
