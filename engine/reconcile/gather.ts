/**
 * Reads both systems and the state, and makes the report of them.
 *
 * @module
 */
import type { Partition } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { Period } from "../posting.ts";
import { readBalances, readBookings, readDocuments, readOrders } from "./books.ts";
import type { Owners } from "./exceptions.ts";
import { readAccounts, readContracts } from "./contracts.ts";
import { type Reading, streamOf } from "./reading.ts";
import { makeReport } from "./report.ts";
import { type Scope, scopeOf } from "./scope.ts";
import { readSheets } from "./sheets.ts";
import { readState } from "./state.ts";
import type { Exception, Gathered, Span } from "./facts.ts";
import type { Header, Report } from "./types.ts";

/** What is asked for. */
export interface Asked {
  /** A month, `2026-10`, or a period's own name. */
  period: string;
  /** Just these projects; accounts are not compared then. */
  only?: readonly string[];
  /** Gives the period before, by the day it begins, as it was frozen. */
  former?: (period: Span) => Promise<Report | undefined>;
}

const OWNERS: Owners = { certified: "project team", books: "general ledger", gusset: "integration" };

/** Reads and reports. Throws `usage` for a period or project that is not there, `reconcile.unreadable` for a figure that is none. */
export async function reconcile(reading: Reading, { period: asked, only, former }: Asked): Promise<Report> {
  const { definition: { written, pipeline }, clock, project } = reading;
  const at = new Date(clock.now()).toISOString();
  const owners = written.owners ?? OWNERS;
  const times: Record<string, string> = {};
  // The oldest of a system's times: nothing that is younger was surely seen.
  const timed = (connection: string) => (time: string): void => {
    if (times[connection] === undefined || time < times[connection]) times[connection] = time;
  };

  const scope = await scopeOf(reading, only);
  const { units, period, books } = await periodOf(reading, scope, asked);
  const sheets = await readSheets(reading, scope, timed(written.certified.connection));
  const orders = await readOrders(reading, scope.contracts, units);
  const positions = new Map<string, Set<string>>();
  for (const one of scope.contracts) {
    const own = positions.get(one.unit) ?? new Set();
    positions.set(one.unit, own);
    for (const id of [...one.lines.values(), ...orders.get(one.order)?.keys() ?? []]) own.add(id);
  }
  const { bookings, ledgers } = await readBookings(reading, positions, units, timed(written.booked.connection));
  const tag = project.connections[pipeline.source.connection].tag;
  const sent = await readDocuments(reading, units, { tag, pipeline: pipeline.name });
  const mine = new Set(scope.contracts.map(({ id }) => id));
  const documents = scope.only ? sent.filter(({ chain }) => mine.has(chain)) : sent;
  const balances = scope.only
    ? undefined
    : await readBalances(reading, books.map(({ unit, period }) => ({ partition: unit, period: period.name })));
  const contracts = await readContracts(reading, scope, { orders, bookings });
  const { exceptions, outbox } = await readState(reading, scope, owners);
  const missing = scope.projects.filter((id) => !scope.seen.some((one) => one.id === id));
  exceptions.push(...missing.map((id): Exception => ({
    kind: "project",
    subject: id,
    cause: "The project is linked, and cannot be seen in the source any more",
    owner: owners.gusset,
    open: true,
  })));
  const gathered: Gathered = {
    contracts,
    sheets,
    bookings,
    documents,
    ...(balances && { balances }),
    exceptions,
    outbox,
    names: {
      projects: Object.fromEntries(scope.seen.map(({ id, name }) => [id, name])),
      accounts: {
        ...await readAccounts(reading, [
          ...bookings.map(({ account }) => account),
          ...sheets.flatMap(({ lines }) => lines.flatMap(({ account }) => account ?? [])),
        ]),
        ...Object.fromEntries((balances ?? []).flatMap(({ account, label }) => label ? [[account, label]] : [])),
      },
    },
  };
  const header: Header = {
    name: written.name,
    description: written.description ?? "",
    period,
    books: books.map(({ unit, period }) => ({
      unit: unit.name,
      ...(ledgers.has(unit.id) && { ledger: ledgers.get(unit.id) }),
      period: period.name,
      status: period.status,
    })),
    times,
    at,
    pipelines: [pipeline.name, written.links.contracts, written.links.projects].map((name) => {
      const { hash, posting } = project.pipelines.find((one) => one.name === name)!;
      return { name, hash, ...(posting && { mode: posting.mode, recognise: posting.recognise }) };
    }),
    projects: {
      expected: scope.projects.length,
      seen: scope.seen.length,
      missing,
      ...(scope.only && { only: [...scope.only] }),
    },
  };
  return makeReport({
    header,
    gathered,
    recognise: pipeline.posting.recognise,
    owners,
    dedicated: Object.fromEntries([
      ...(written.dedicated?.accrued ?? []).map((id) => [id, "net"] as const),
      ...(written.dedicated?.withheld ?? []).map((id) => [id, "withheld"] as const),
    ]),
    former: await former?.(period),
  });
}

/** The units that take part and the period that was asked for, as the books of each have it. */
async function periodOf(reading: Reading, { contracts, only }: Scope, asked: string): Promise<{
  units: Partition[];
  period: Span;
  books: { unit: Partition; period: Period }[];
}> {
  const stream = await streamOf(reading, reading.definition.pipeline.destination);
  const all = await stream.partitions();
  const units = only ? all.filter(({ id }) => contracts.some(({ unit }) => unit === id)) : all;
  const books: { unit: Partition; period: Period }[] = [];
  const known = new Set<string>();
  for (const unit of units) {
    const periods = await stream.calendar?.(unit) ?? [];
    for (const { name } of periods) known.add(name);
    const period = periods.find((one) => one.name === asked || one.from.startsWith(`${asked}-`));
    if (period) books.push({ unit, period });
  }
  if (books.length === 0) {
    throw new Failure("usage", {
      fact: `The books have no period ${asked}`,
      action: `Name a month, as 2026-10, or one of ${[...known].slice(-6).join(", ") || "none"}.`,
    });
  }
  const [{ period }] = books;
  const other = books.find((one) => one.period.from !== period.from || one.period.to !== period.to);
  if (other) {
    throw new Failure("usage", {
      fact: `${asked} is not the same days in the books of ${books[0].unit.name} and ${other.unit.name}`,
      action: "Name the projects of one of them with --project.",
    });
  }
  // It is closed only where it is closed everywhere.
  const open = books.some((one) => one.period.open);
  const status = [...new Set(books.map((one) => one.period.status))].join(", ");
  return { units, period: { name: period.name, from: period.from, to: period.to, open, status }, books };
}
