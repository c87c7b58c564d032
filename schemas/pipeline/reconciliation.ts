/**
 * A reconciliation as people write it: which fields of two systems' streams say what was certified, what was booked and what was committed.
 * The same schema parses, documents and makes the JSON Schema for editors.
 *
 * @module
 */
import { z } from "zod";
import { cel, name, path, shape } from "./shape.ts";

const pipeline = z.string().describe("A pipeline, by its name.");
const connection = z.string().describe("A connection of connections.yaml.");
const stream = z.string().describe("One kind of record of that connection.");
const first = z.union([path, z.array(path).min(1)]);
const account = z.string().regex(/^\d{1,15}$/, "must be an account's id, in quotes");

const links = shape({
  contracts: pipeline.describe("The pipeline that makes contracts of orders: its links tell which is which."),
  lines: z.string().describe("Its list field whose items are an order's positions."),
  projects: pipeline.describe("The pipeline that links projects: all of them have to be seen."),
  accounts: pipeline.describe("The pipeline that makes cost codes of accounts, for lines that no order has.")
    .optional(),
});

const certified = shape({
  connection,
  stream,
  counts: cel.describe("Which documents count."),
  ours: cel.describe("Which kind of contract is ours; documents on another one are out of scope.").optional(),
  fits: path.describe("A field that is true where a document agrees with itself.").optional(),
  fault: path.describe("Why it does not, in words.").optional(),
  contract: path.describe("The contract that is billed."),
  order: path.describe("Where a document stands among those of its contract; numbers as numbers."),
  date: first.describe("The day that decides the period: the first field that is there."),
  currency: path.describe("ISO 4217."),
  label: z.string().min(1).describe("What people call it: a template, {FIELD} shows a value."),
  value: path.describe("What it adds."),
  each: path.describe("The list of what it certifies."),
  line: path.describe("Of an element: the contract's line."),
  account: path.describe("Of an element: its cost code, for a line that no order has.").optional(),
  cost: path.describe("Of an element: certified to date, gross."),
  withheld: path.describe("Of an element: withheld to date.").optional(),
});

const contracts = shape({
  connection,
  stream,
  label: path.describe("What people call it."),
  currency: path.describe("ISO 4217."),
  revised: path.describe("Its sum with approved changes."),
  changes: path.describe("What approved changes add.").optional(),
});

const changes = shape({
  connection,
  stream,
  contract: path.describe("The contract that it changes."),
  pending: cel.describe("Which are not decided yet."),
  amount: path.describe("What it adds."),
});

const orders = shape({
  connection,
  stream,
  each: path.describe("The list of its positions."),
  position: path.describe("Of an element: its key, and that of `booked`."),
  amount: path.describe("Of an element: ordered less cancelled."),
});

const booked = shape({
  connection,
  stream,
  account: path.describe("What the position is charged to."),
  ledger: path.describe("The books that it belongs to, for the report's head.").optional(),
  currency: path.describe("ISO 4217."),
  unit: path.describe("The smallest amount of the currency.").optional(),
  billed: path.describe("Taken up by invoices, to date."),
  received: path.describe("Booked by receipts, to date.").optional(),
  each: path.describe("The list of the invoice lines that take it up."),
  date: path.describe("Of a line: the day from which it counts."),
  amount: path.describe("Of a line: what it takes up."),
  void: path.describe("Of a line: the day on which its invoice was cancelled.").optional(),
  paired: path.describe("Of a line: `Y` where it reverses another, or is reversed, and both are there.").optional(),
});

const accounts = shape({ connection, stream, label: path.describe("What people call an account.") });

const balances = shape({
  connection,
  stream,
  account: path,
  currency: path.describe("ISO 4217."),
  ledger: path.describe("The books; several units may share them."),
  label: path.describe("What people call the account.").optional(),
  debit: path.describe("Debits less credits of posted journals, at the end of the period."),
});

const owners = shape({
  certified: z.string().min(1).describe("Who certifies."),
  books: z.string().min(1).describe("Who keeps the books."),
  gusset: z.string().min(1).describe("Who runs Gusset."),
});

/** A reconciliation's file. */
export const reconciliationSchema = shape({
  name: name.describe("As the file is called, without .reconcile.yaml."),
  description: z.string().describe("One sentence for people.").optional(),
  pipeline: pipeline.describe("The posting pipeline whose documents are proven."),
  links,
  certified: certified.describe("What is certified, to date: the first of the two streams."),
  booked: booked.describe("What Oracle has booked by itself, by position: the second of the two streams."),
  orders: orders.describe("The orders that contracts were made from."),
  contracts: contracts.describe("Contracts, for what is committed."),
  changes: changes.describe("Changes of contracts that are not decided yet.").optional(),
  accounts: accounts.describe("Accounts, for their names.").optional(),
  balances: balances.describe("Accounts' balances, by period.").optional(),
  dedicated: shape({
    accrued: z.array(account).describe("Accounts of what is to be paid.").optional(),
    withheld: z.array(account).describe("Accounts of what is withheld.").optional(),
  }).describe("Accounts that are meant for this alone, whether or not anything was posted there yet.").optional(),
  owners: owners.describe("Who settles what is open.").optional(),
}).meta({ title: "A Gusset reconciliation" });

/** A reconciliation as it is written, its shape checked. */
export type WrittenReconciliation = z.infer<typeof reconciliationSchema>;
