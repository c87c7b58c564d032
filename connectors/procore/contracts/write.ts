/**
 * Writing contracts of one project, in steps that may be cut off anywhere:
 *
 * 1. their vendors on the project, their lines charged: nothing of the contract is touched before these are settled;
 * 2. headers in bulk, as Draft; a contract whose vendor or lines change is changed back to Draft by the same call;
 * 3. lines, one call a contract, several contracts at a time; removals;
 * 4. the contracts read back: every line to the cent, and Procore's own total;
 * 5. their status in bulk.
 *
 * So a contract is Approved only when all of it was seen to be there. What a crash or a lost answer leaves is a Draft that the next run finds by
 * its origin_id and completes; every step repeated changes nothing.
 *
 * @module
 */
import pLimit from "p-limit";
import type { Change, Log, Outcome } from "../../../engine/connector.ts";
import { asFailure, Failure } from "../../../engine/failure.ts";
import type { Rest } from "../rest.ts";
import type { ContractBook } from "./book.ts";
import type { Charges } from "./charges.ts";
import { writeHeaders, writeStatuses } from "./headers.ts";
import { chargeLines, writeLines } from "./lines.ts";
import type { Members } from "./members.ts";
import { type Contract, placeOf, planContract } from "./plan.ts";
import { refusalOf } from "./review.ts";
import { verify } from "./verify.ts";

/** What a {@link writeContracts} works with. */
export interface Writing {
  rest: Rest;
  book: ContractBook;
  members: Members;
  charges: Charges;
  log: Log;
  bulk: number;
  concurrency: number;
}

/**
 * Writes changes and gives one outcome for each, in order. Throws where the connection is at fault, or the fate of a call is unknown.
 *
 * A contract that was opened has lost its status, which its change does not name: read back field by field it would look as if all had arrived. So where
 * contracts were to be opened, a lost answer is followed up here; if that fails too, their outcomes say so and nothing counts as done.
 */
export async function writeContracts(
  writing: Writing,
  project: string,
  changes: readonly Change[],
): Promise<Outcome[]> {
  const opened: Change[] = [];
  try {
    return await attempt(writing, project, changes, opened);
  } catch (error) {
    if (asFailure(error).code !== "wire.fate-unknown" || opened.length === 0) throw error;
    writing.book.forget(project);
    writing.members.forget(project);
    try {
      return await attempt(writing, project, await asTheyAre(writing, project, changes), opened);
    } catch (again) {
      const failure = asFailure(again);
      if (failure.kind === "rejected" || failure.kind === "lost") throw failure;
      return changes.map(() => ({ ok: false, failure }));
    }
  }
}

/** New contracts that have arrived become updates; the others go on from what they were planned on. */
async function asTheyAre({ book }: Writing, project: string, changes: readonly Change[]): Promise<Change[]> {
  const fresh = changes.filter(({ id }) => id === undefined).map(({ fields }) => fields.origin_id as string);
  const found = new Map((await book.find(project, "origin_id", fresh)).map((row) => [row.origin_id, row]));
  return changes.map((change): Change => {
    const present = change.id === undefined ? found.get(change.fields.origin_id) : undefined;
    return present ? { ...change, action: "update", id: present.id as string, present } : change;
  });
}

/** One pass through the steps. Changes whose contracts are to be opened are put into `opened` before the first of them is. */
async function attempt(
  writing: Writing,
  project: string,
  changes: readonly Change[],
  opened: Change[],
): Promise<Outcome[]> {
  const contracts = await planAll(writing, project, changes);
  const open = () => contracts.filter(({ failure }) => !failure);
  await putVendors(writing, project, open());
  await chargeLines(writing.charges, project, open());
  opened.push(...open().filter(({ opens }) => opens).map(({ change }) => change));
  await writeHeaders(writing, project, open());
  await writeAllLines(writing, project, open());
  await readBack(writing, project, open());
  await writeStatuses(writing, project, open());
  return contracts.map(({ failure, id, present }) =>
    failure ? { ok: false, failure } : { ok: true, id: id!, row: present }
  );
}

/** Works out all changes. Contracts that have to be opened are read once more, so that what was billed since they were planned counts. */
async function planAll(
  { book }: Writing,
  project: string,
  changes: readonly Change[],
): Promise<Contract[]> {
  const contracts = changes.map((change, index) => planContract(change, index));
  const doubtful = contracts.filter(({ opens, change, id }) => id !== undefined && (opens || !change.present));
  if (doubtful.length > 0) {
    const found = await book.find(project, "id", doubtful.map(({ id }) => id!));
    const fresh = new Map(found.map((row) => [row.id, row]));
    for (const { index, change, id } of doubtful) {
      contracts[index] = planContract(change, index, fresh.get(id));
      if (!fresh.has(id)) contracts[index].failure = gone(contracts[index], "The contract is no longer in Procore");
    }
  }
  for (const contract of contracts) contract.failure ??= refusal(book, project, contract);
  return contracts;
}

/** Why a contract is not touched at all; undefined where nothing speaks against it. */
function refusal(book: ContractBook, project: string, contract: Contract): Failure | undefined {
  const { change } = contract;
  const originId = change.fields.origin_id;
  if (change.id === undefined) {
    if (typeof originId !== "string" || originId === "") {
      return new Failure("record.invalid", {
        fact: "Without origin_id a new contract could not be found again, and would be made twice",
        place: placeOf(contract),
        action: "Map origin_id.",
      });
    }
    const deleted = book.deleted(project, originId);
    if (deleted === undefined) return undefined;
    return gone(contract, "A person has deleted the contract that was made of it", deleted);
  }
  return refusalOf(contract);
}

const gone = (contract: Contract, fact: string, value = contract.id): Failure =>
  new Failure("record.gone", { fact, value, place: placeOf(contract) });

async function putVendors({ members }: Writing, project: string, contracts: readonly Contract[]): Promise<void> {
  const wanting = contracts.filter(({ header }) => typeof header.vendor_id === "string");
  if (wanting.length === 0) return;
  const refused = await members.ensure(project, wanting.map(({ header }) => header.vendor_id as string));
  for (const contract of wanting) contract.failure = refused.get(contract.header.vendor_id as string);
}

/** Writes lines, several contracts at a time. Once the connection fails no further contract is begun; those under way are waited for. */
async function writeAllLines(
  { rest, bulk, concurrency }: Writing,
  project: string,
  contracts: readonly Contract[],
): Promise<void> {
  const limit = pLimit(concurrency);
  let broken: Failure | undefined;
  const todo = contracts.filter(({ lines, remove }) => lines.length > 0 || remove.length > 0);
  await Promise.all(todo.map((contract) =>
    limit(async () => {
      if (broken) return;
      try {
        await writeLines(rest, project, contract, bulk);
      } catch (error) {
        const failure = asFailure(error);
        if (failure.kind === "rejected" || failure.code === "remote.refused") {
          contract.failure = refused(contract, failure);
        } // Of two, the one that asks for reading back counts.
        else if (!broken || failure.code === "wire.fate-unknown") {
          broken = failure;
        }
      }
    })
  ));
  if (broken) throw broken;
}

const refused = (contract: Contract, { message, value }: Failure): Failure =>
  new Failure("contract.incomplete", {
    fact: `Its lines were refused, so that the contract is not approved: ${message}`,
    value,
    place: placeOf(contract),
  });

/** Reads back what got lines or is to get a status, and fails what is not whole. */
async function readBack({ book, log }: Writing, project: string, contracts: readonly Contract[]): Promise<void> {
  const todo = contracts.filter(({ wanted, lines, remove, status, present }) =>
    lines.length > 0 || remove.length > 0 ||
    (status !== undefined && status !== present?.status) && status !== "Draft" ||
    wanted !== undefined && present?.line_items === undefined
  );
  if (todo.length === 0) return;
  const found = new Map((await book.find(project, "id", todo.map(({ id }) => id!))).map((row) => [row.id, row]));
  for (const contract of todo) {
    const row = found.get(contract.id);
    const { failure, others } = verify(contract, row);
    if (failure) contract.failure = failure;
    else {
      contract.present = row;
      if (others === "0") continue;
      log("warn", "Lines that a person entered add to what the order says", {
        contract: contract.id,
        number: row?.number,
        amount: others,
      });
    }
  }
}
