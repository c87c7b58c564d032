/**
 * Headers and statuses of contracts, in bulk by their sync action.
 *
 * @module
 */
import type { Change, Row } from "../../../engine/connector.ts";
import { idNumber } from "../body.ts";
import type { Rest } from "../rest.ts";
import { sync, type SyncAction } from "../sync.ts";
import type { ContractBook } from "./book.ts";
import { type Contract, LOCKED_FIELDS } from "./plan.ts";
import { contractRow } from "./row.ts";

/** What headers are written with. */
export interface HeaderWriting {
  /** Calls. */
  rest: Rest;
  /** Takes note of new contracts. */
  book: ContractBook;
  /** Rows a call. */
  bulk: number;
}

/** Sets header fields of contracts in bulk; what is refused fails its contract. */
async function writeFields(
  { rest, bulk }: HeaderWriting,
  project: string,
  contracts: readonly Contract[],
  fieldsOf: (contract: Contract) => Row,
): Promise<void> {
  if (contracts.length === 0) return;
  const action: SyncAction = {
    stream: "purchase_order_contracts",
    path: "/rest/v1.0/purchase_order_contracts/sync",
    scope: { project_id: idNumber(project, "project_id") },
    ids: ["vendor_id"],
    unique: ["number"],
    bulk,
    rowOf: contractRow,
  };
  const changes = contracts.map((contract): Change => {
    const { id, change: { present } } = contract;
    return { action: id === undefined ? "create" : "update", id, fields: fieldsOf(contract), present };
  });
  const outcomes = await sync(rest, action, changes);
  contracts.forEach((contract, i) => {
    const outcome = outcomes[i];
    if (!outcome.ok) return void (contract.failure = outcome.failure);
    contract.id = outcome.id;
    // Lists without lines answer here: lines stay as they were read.
    contract.present = { ...contract.present, ...outcome.row };
  });
}

/**
 * Writes headers, new ones as Draft. A contract that is to be opened is changed to Draft first, and what was locked is set after that: the lock is
 * judged by the status before the call. What is refused fails its contract.
 */
export async function writeHeaders(
  writing: HeaderWriting,
  project: string,
  contracts: readonly Contract[],
): Promise<void> {
  const fresh = contracts.filter(({ id }) => id === undefined);
  const first = contracts.filter(({ id, opens, header }) =>
    id === undefined || opens || Object.keys(header).length > 0
  );
  await writeFields(writing, project, first, ({ id, opens, header }) => {
    if (id === undefined) return { ...header, status: "Draft" };
    if (!opens) return header;
    const unlocked = Object.entries(header).filter(([field]) => !LOCKED_FIELDS.includes(field));
    return { ...Object.fromEntries(unlocked), status: "Draft" };
  });
  for (const { id, failure, change } of fresh) if (!failure) writing.book.wrote(project, id!, change.fields);
  const wasLocked = (header: Row): Row =>
    Object.fromEntries(Object.entries(header).filter(([field]) => LOCKED_FIELDS.includes(field)));
  const second = contracts.filter(({ failure, opens, header }) =>
    !failure && opens && Object.keys(wasLocked(header)).length > 0
  );
  await writeFields(writing, project, second, ({ header }) => wasLocked(header));
}

/** Gives contracts their status; what is refused fails its contract. */
export async function writeStatuses(
  writing: HeaderWriting,
  project: string,
  contracts: readonly Contract[],
): Promise<void> {
  const todo = contracts.filter(({ status, present }) => status !== undefined && status !== present?.status);
  await writeFields(writing, project, todo, ({ status }) => ({ status }));
}
