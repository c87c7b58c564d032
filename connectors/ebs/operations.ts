/**
 * The operations of the PL/SQL package `XXGUSSET_PKG`, as the gateway publishes them: names, parameters and columns. The
 * package, the connector and the sandbox are all held against this one table.
 *
 * Times travel as text (`2024-02-03T10:15:00`, the database's own zone, no offset), formatted by the package itself: how the
 * gateway would render a DATE, with or without fraction and offset, is unverified.
 *
 * @module
 */
import type { z } from "zod";
import { type Fields, fieldsOf } from "../../engine/fields.ts";
import { accountBalance } from "../../schemas/ebs/account_balances.ts";
import { codeCombination } from "../../schemas/ebs/code_combinations.ts";
import { journalSetup } from "../../schemas/ebs/journal_setup.ts";
import { operatingUnit } from "../../schemas/ebs/operating_units.ts";
import { period } from "../../schemas/ebs/periods.ts";
import { poBilling } from "../../schemas/ebs/po_billing.ts";
import { posting } from "../../schemas/ebs/postings.ts";
import { project } from "../../schemas/ebs/projects.ts";
import { purchaseOrder } from "../../schemas/ebs/purchase_orders.ts";
import { supplier } from "../../schemas/ebs/suppliers.ts";

/** A scalar as the package declares it. */
export type Scalar = "VARCHAR2" | "NUMBER";
/** A scalar, or a collection: `X_ROWS` holds `X_ROWS_ITEM`, one for each element. */
export type Parameter = Scalar | { items: Scalar | Columns };
/** Columns of a collection's element, or parameters of an operation, by name. */
export interface Columns {
  /** By upper-case name. */
  [name: string]: Parameter;
}

/** One operation of the package. */
export interface Operation {
  /** Whether calling it changes anything in Oracle. */
  effect: "read" | "write";
  /** IN parameters; every one may be left out. */
  inputs: Columns;
  /** OUT parameters; {@link STATUS} among them in each operation. */
  outputs: Columns;
  /** Where `P_FLAT` moves child rows to. */
  flat?: Flat;
}

/** A child table of a flat answer: from the field `of` to the OUT parameter `table`, whose `key` names the parent. */
export interface Flat {
  /** OUT parameter. */
  table: string;
  /** The field of the parent that holds the rows in a nested answer. */
  of: string;
  /** The parent's primary key. */
  key: string;
  /** Where the children of these rows are moved to. */
  flat?: Flat;
  /** Where other children of the same parents are moved to. */
  beside?: Flat;
}

/** The package version this connector is written for. A later one of the same first number only adds. */
export const PACKAGE_VERSION = "1.3.0";

/** In every answer. `X_RETURN_STATUS`: `S` success, `E` error, `U` unexpected error; the reason is in `X_MSG_DATA`. */
export const STATUS = { X_RETURN_STATUS: "VARCHAR2", X_MSG_DATA: "VARCHAR2" } as const satisfies Columns;

/** Fields that the connector computes: they are in a record, but no column of the package. */
const COMPUTED: ReadonlySet<string> = new Set([
  "SITE",
  "SCOPE",
  "NET_AMOUNT",
  "BILLED_AMOUNT",
  "COMMITTED_AMOUNT",
  "ORDERED_AMOUNT",
  "CANCELLED_AMOUNT",
  "RECEIVED_AMOUNT",
  "ACCRUED_AMOUNT",
  "RECOGNISED_AMOUNT",
  "POSTING_STATE",
  "END_BALANCE",
]);

/** Ids that are no numbers in the database either. */
const TEXT_KEYS: ReadonlySet<string> = new Set(["POSTING_KEY", "SETUP_KEY", "BALANCE_KEY"]);

/**
 * The columns that a record schema asks of the package: ids and whole numbers are NUMBER, all else is text. Decimals are text
 * that the package itself writes: an amount that a gateway would render as a number could lose digits on its way.
 */
export function columnsOf(schema: z.ZodObject): Columns {
  return columns(fieldsOf(schema));
}

function columns(fields: Fields): Columns {
  const result: Columns = {};
  for (const [name, field] of Object.entries(fields)) {
    if (COMPUTED.has(name)) continue;
    if (field.kind === "list" || field.kind === "record") result[name] = { items: columns(field.fields) };
    else if (TEXT_KEYS.has(name)) result[name] = "VARCHAR2";
    else result[name] = field.kind === "id" || field.kind === "integer" ? "NUMBER" : "VARCHAR2";
  }
  return result;
}

/**
 * A paged read of one operating unit. Rows ascend by primary key, beginning after `P_LAST_ID`; or just those of `P_IDS`.
 * `P_UPDATED_SINCE` is a database time as `X_AS_OF` gave it. `X_ORG_ID` repeats `P_ORG_ID`, so that an answer for another
 * operating unit is noticed. `X_MORE` is `Y` where rows are left.
 */
function paged(schema: z.ZodObject, flat?: Flat, more: Columns = {}): Operation {
  const rows = columnsOf(schema);
  const inputs: Columns = {
    P_ORG_ID: "NUMBER",
    P_UPDATED_SINCE: "VARCHAR2",
    P_LAST_ID: "NUMBER",
    P_PAGE_SIZE: "NUMBER",
    P_IDS: { items: "NUMBER" },
    ...more,
  };
  const outputs: Columns = {
    X_AS_OF: "VARCHAR2",
    X_ORG_ID: "NUMBER",
    X_MORE: "VARCHAR2",
    X_ROWS: { items: rows },
    ...STATUS,
  };
  // The way out where a gateway cannot render a collection inside a collection: `P_FLAT` = `Y` moves it into a table of its own,
  // in which each element names its parent, and so on down.
  if (flat) inputs.P_FLAT = "VARCHAR2";
  if (flat) moveOut(rows, flat, outputs);
  return { effect: "read", inputs, outputs, flat };
}

/** Declares the tables that child rows are moved to. */
function moveOut(columns: Columns, level: Flat, outputs: Columns): void {
  const { items } = columns[level.of] as { items: Columns };
  const { [level.flat?.of ?? ""]: _moved, ...own } = items;
  outputs[level.table] = { items: { [level.key]: columns[level.key], ...own } };
  if (level.flat) moveOut(items, level.flat, outputs);
  if (level.beside) moveOut(columns, level.beside, outputs);
}

/**
 * A paged read whose keys are text, ascending by the value of their characters: `P_LAST_KEY` and `P_KEYS` in place of the ids, and
 * no change date.
 */
function pagedByText(schema: z.ZodObject, { flat, filters = {} }: { flat?: Flat; filters?: Columns } = {}): Operation {
  const { inputs: { P_UPDATED_SINCE: _since, P_LAST_ID: _last, P_IDS: _ids, ...inputs }, ...operation } = paged(
    schema,
    flat,
  );
  return { ...operation, inputs: { ...inputs, P_LAST_KEY: "VARCHAR2", P_KEYS: { items: "VARCHAR2" }, ...filters } };
}

/** The operations of package version {@link PACKAGE_VERSION}, by lower-case name, as a URL has it. */
export const OPERATIONS = {
  /**
   * Who and where am I. `X_DATABASE`, `X_DATABASE_ID` and `X_SYSTEM` tell one instance from its clones; `X_ORG_ACCESS` is `Y`
   * where `P_ORG_ID` is open to the responsibility; `X_UTC` is `X_AS_OF` in UTC with a trailing `Z`, to compare clocks by.
   */
  get_context: {
    effect: "read",
    inputs: { P_ORG_ID: "NUMBER" },
    outputs: {
      X_DATABASE: "VARCHAR2",
      X_DATABASE_ID: "VARCHAR2",
      X_SYSTEM: "VARCHAR2",
      X_PACKAGE_VERSION: "VARCHAR2",
      X_USER_NAME: "VARCHAR2",
      X_RESPONSIBILITY: "VARCHAR2",
      X_RESP_APPLICATION: "VARCHAR2",
      X_LANGUAGE: "VARCHAR2",
      X_ORG_ID: "NUMBER",
      X_ORG_ACCESS: "VARCHAR2",
      X_LEDGER_ID: "NUMBER",
      X_LEDGER_NAME: "VARCHAR2",
      X_TIME_ZONE: "VARCHAR2",
      X_AS_OF: "VARCHAR2",
      X_UTC: "VARCHAR2",
      ...STATUS,
    },
  },
  /** Operating units open to the responsibility; not only `P_ORG_ID`. It has no change date: `P_UPDATED_SINCE` is ignored. */
  get_operating_units: paged(operatingUnit),
  /** Suppliers with at least one site in `P_ORG_ID`, with the sites of that operating unit only. */
  get_suppliers: paged(supplier, { table: "X_SITES", of: "SITES", key: "VENDOR_ID" }),
  /**
   * Accounts in the order distributions of projects of `P_ORG_ID`, with the projects of that operating unit only. With `P_IDS` and
   * `P_ANY` = `Y` any accounts of its ledger's chart, whether an order uses them or not.
   */
  get_code_combinations: paged(
    codeCombination,
    { table: "X_PROJECTS", of: "PROJECTS", key: "CODE_COMBINATION_ID" },
    { P_ANY: "VARCHAR2" },
  ),
  /** Projects of `P_ORG_ID`, templates among them. */
  get_projects: paged(project),
  /**
   * Orders and agreements of `P_ORG_ID` (no requests for quotation), with all distributions of their shipments but those of price
   * breaks and prepayments. A change of a line, shipment or distribution is a change of the order.
   */
  get_purchase_orders: paged(purchaseOrder, {
    table: "X_LINES",
    of: "LINES",
    key: "PO_HEADER_ID",
    flat: { table: "X_DISTRIBUTIONS", of: "DISTRIBUTIONS", key: "PO_LINE_ID" },
  }),
  /** Distributions of orders of `P_ORG_ID` with what receiving and payables made of them. A changed invoice line counts as a change. */
  get_po_billing: paged(poBilling, { table: "X_INVOICES", of: "INVOICES", key: "PO_DISTRIBUTION_ID" }),
  /** Periods of the ledger of `P_ORG_ID`, as general ledger sees them. `P_UPDATED_SINCE` is ignored. */
  get_periods: paged(period),
  /** What a journal in the ledger of `P_ORG_ID` may name. */
  get_journal_setup: pagedByText(journalSetup),
  /**
   * Journals that were ever sent to the ledger of `P_ORG_ID`, or just those of a source, of a period, of keys, of keys that begin with
   * `P_KEY_PREFIX`. `SENT_LINES` are filled where `P_LINES` is `Y`.
   */
  get_postings: pagedByText(posting, {
    flat: {
      table: "X_INTERFACE",
      of: "INTERFACE_LINES",
      key: "POSTING_KEY",
      beside: { table: "X_SENT_LINES", of: "SENT_LINES", key: "POSTING_KEY" },
    },
    filters: { P_SOURCE: "VARCHAR2", P_PERIOD_NAME: "VARCHAR2", P_KEY_PREFIX: "VARCHAR2", P_LINES: "VARCHAR2" },
  }),
  /**
   * Actual balances of the ledger of `P_ORG_ID` in one period (`P_PERIOD_NAME`; the one of today where left out), by entered currency: of
   * the accounts in `P_IDS`, else of all that journals were ever sent to. Amounts that journals not yet posted would add stand apart.
   */
  get_account_balances: pagedByText(accountBalance, {
    filters: { P_PERIOD_NAME: "VARCHAR2", P_IDS: { items: "NUMBER" } },
  }),
  /**
   * Hands journals of one ledger and source over, in one transaction: a row for each key in `XXGUSSET_POSTINGS`, whose unique key
   * decides, the interface lines under a group drawn from Oracle's sequence, and Journal Import. `RESULT` of each key: `SENT`;
   * `PRESENT`: it was there with the same hash, and nothing is done; `CONFLICT`: it is there with another. A withdrawn key is sent anew where the caller
   * knows all its `WITHDRAWALS`, else `WITHDRAWN`: a call that comes late brings nothing back. Lines
   * come in a table of their own: whether the gateway takes a collection inside a collection is unverified.
   */
  submit_journals: {
    effect: "write",
    inputs: {
      P_ORG_ID: "NUMBER",
      P_LEDGER_ID: "NUMBER",
      P_SOURCE: "VARCHAR2",
      P_JOURNALS: {
        items: {
          POSTING_KEY: "VARCHAR2",
          BODY_HASH: "VARCHAR2",
          WITHDRAWALS: "NUMBER",
          ACCOUNTING_DATE: "VARCHAR2",
          CURRENCY_CODE: "VARCHAR2",
          USER_JE_CATEGORY_NAME: "VARCHAR2",
          USER_CURRENCY_CONVERSION_TYPE: "VARCHAR2",
          CURRENCY_CONVERSION_DATE: "VARCHAR2",
          CURRENCY_CONVERSION_RATE: "VARCHAR2",
          REFERENCE1: "VARCHAR2",
          REFERENCE4: "VARCHAR2",
          REFERENCE5: "VARCHAR2",
        },
      },
      P_LINES: {
        items: {
          POSTING_KEY: "VARCHAR2",
          LINE_NUM: "NUMBER",
          CODE_COMBINATION_ID: "NUMBER",
          ENTERED_DR: "VARCHAR2",
          ENTERED_CR: "VARCHAR2",
          REFERENCE10: "VARCHAR2",
          REFERENCE23: "VARCHAR2",
          REFERENCE24: "VARCHAR2",
          REFERENCE25: "VARCHAR2",
        },
      },
    },
    outputs: {
      X_ORG_ID: "NUMBER",
      X_GROUP_ID: "NUMBER",
      X_REQUEST_ID: "NUMBER",
      X_ROWS: {
        items: { POSTING_KEY: "VARCHAR2", RESULT: "VARCHAR2", GROUP_ID: "NUMBER", REQUEST_ID: "NUMBER" },
      },
      ...STATUS,
    },
  },
  /**
   * Takes journals back that are none yet: their interface lines are deleted. `RESULT` of each key: `WITHDRAWN` (also where it was
   * before), `ABSENT`, `RUNNING` (its import is not over), `IMPORTED` (there is, or was, a journal).
   */
  withdraw_journal: {
    effect: "write",
    inputs: { P_ORG_ID: "NUMBER", P_KEYS: { items: "VARCHAR2" } },
    outputs: {
      X_ORG_ID: "NUMBER",
      X_ROWS: { items: { POSTING_KEY: "VARCHAR2", RESULT: "VARCHAR2" } },
      ...STATUS,
    },
  },
  /** How far a request has got, in Oracle's constants: `COMPLETE` and `NORMAL`, `WARNING`, `ERROR` … */
  get_request_status: {
    effect: "read",
    inputs: { P_ORG_ID: "NUMBER", P_REQUEST_ID: "NUMBER" },
    outputs: {
      X_ORG_ID: "NUMBER",
      X_PHASE: "VARCHAR2",
      X_STATUS: "VARCHAR2",
      X_MESSAGE: "VARCHAR2",
      ...STATUS,
    },
  },
} as const satisfies Record<string, Operation>;

/** The name of an operation, lower case. */
export type OperationName = keyof typeof OPERATIONS;
