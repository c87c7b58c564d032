/**
 * The package's operations on journals, in one operating unit's context, as the rest of this folder calls them.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { Big, plain } from "../../../engine/decimal.ts";
import { Failure } from "../../../engine/failure.ts";
import type { PostDocument } from "../../../engine/posting.ts";
import type { InputRow } from "../envelope.ts";
import type { Isg } from "../isg.ts";
import { type Operation, OPERATIONS } from "../operations.ts";
import { rowsOf } from "../rows.ts";
import type { Context } from "../settings.ts";
import { withState } from "../streams/postings.ts";
import { member, textOf } from "../tree.ts";
import { journalName } from "./name.ts";

/** What `submit_journals` says of one key. */
export interface Submitted {
  result: "SENT" | "PRESENT" | "CONFLICT" | "WITHDRAWN";
  /** The request that imports it. */
  request?: string;
}

/** What `withdraw_journal` says of one key. */
export type TakenBack = "WITHDRAWN" | "ABSENT" | "RUNNING" | "IMPORTED";

/** Journals, as the package has them. */
export interface Journals {
  /** Hands documents of one ledger and source over. Throws a `Failure`; `wire.fate-unknown` where they may have arrived. */
  submit(documents: readonly PostDocument[]): Promise<Map<string, Submitted>>;
  /** The rows of `get_postings` with their state, by key; what was never sent is left out. */
  postings(keys: readonly string[]): Promise<Map<string, Row>>;
  /** A page of all that was ever sent under keys that begin with `prefix`, after the key `after`, with the lines as they were sent. */
  sent(prefix: string, after: string | null, pageSize: number): Promise<{ rows: Row[]; more: boolean }>;
  /** Accounts by id, whether an order uses them or not; those that the ledger's chart does not have are left out. */
  accounts(ids: readonly string[]): Promise<Map<string, Row>>;
  /** What a journal in the ledger may name. */
  setup(): Promise<Row[]>;
  /** Takes journals back, or says why not. */
  takeBack(keys: readonly string[]): Promise<Map<string, TakenBack>>;
  /** How far a request has got. */
  request(id: string): Promise<{ phase: string; status: string; message?: string }>;
}

const RESULTS: ReadonlySet<string | undefined> = new Set(["SENT", "PRESENT", "CONFLICT", "WITHDRAWN"]);

/** Keys that one read or withdrawal names at the most: an answer stays well below what gateways bear. */
const CHUNK = 500;

/** The package in a context. `flat` asks for child rows in tables of their own. */
export function openJournals(isg: Isg, context: Context, flat: boolean): Journals {
  const P_ORG_ID = context.orgId;
  return {
    async submit(documents) {
      const [{ fields }] = documents;
      const output = await isg.call(context, "submit_journals", {
        P_ORG_ID,
        P_LEDGER_ID: fields.LEDGER_ID as string,
        P_SOURCE: fields.USER_JE_SOURCE_NAME as string,
        P_JOURNALS: documents.map(journalRow),
        P_LINES: documents.flatMap(lineRows),
      });
      const results = new Map<string, Submitted>();
      for (const row of rowsOf(output, OPERATIONS.submit_journals)) {
        const { POSTING_KEY, RESULT, REQUEST_ID } = row as Record<string, string | undefined>;
        if (!RESULTS.has(RESULT)) continue;
        results.set(POSTING_KEY ?? "", { result: RESULT as Submitted["result"], request: REQUEST_ID });
      }
      const silent = documents.find(({ key }) => !results.has(key));
      if (!silent) return results;
      throw new Failure("wire.fate-unknown", {
        fact: "The package does not say what became of a journal",
        value: silent.key,
        place: "submit_journals",
      });
    },
    async postings(keys) {
      const rows = new Map<string, Row>();
      for (const chunk of chunks(keys)) {
        const shape: Operation = OPERATIONS.get_postings;
        const output = await isg.call(context, "get_postings", {
          P_ORG_ID,
          P_KEYS: chunk,
          P_FLAT: flat ? "Y" : undefined,
        });
        for (const row of rowsOf(output, shape)) rows.set(row.POSTING_KEY as string, withState(row));
      }
      return rows;
    },
    async sent(prefix, after, pageSize) {
      const output = await isg.call(context, "get_postings", {
        P_ORG_ID,
        P_KEY_PREFIX: prefix,
        P_LAST_KEY: after ?? undefined,
        P_PAGE_SIZE: String(pageSize),
        P_LINES: "Y",
        P_FLAT: flat ? "Y" : undefined,
      });
      const rows = rowsOf(output, OPERATIONS.get_postings).map(withState);
      return { rows, more: textOf(member(output, "X_MORE"), "X_MORE") === "Y" };
    },
    async accounts(ids) {
      const accounts = new Map<string, Row>();
      for (const chunk of chunks(ids)) {
        const output = await isg.call(context, "get_code_combinations", {
          P_ORG_ID,
          P_IDS: chunk,
          P_ANY: "Y",
          P_FLAT: flat ? "Y" : undefined,
        });
        for (const row of rowsOf(output, OPERATIONS.get_code_combinations)) {
          accounts.set(row.CODE_COMBINATION_ID as string, row);
        }
      }
      return accounts;
    },
    async setup() {
      const rows: Row[] = [];
      for (let more = true; more;) {
        const output = await isg.call(context, "get_journal_setup", {
          P_ORG_ID,
          P_LAST_KEY: rows.at(-1)?.SETUP_KEY as string | undefined,
        });
        const page = rowsOf(output, OPERATIONS.get_journal_setup);
        rows.push(...page);
        more = page.length > 0 && textOf(member(output, "X_MORE"), "X_MORE") === "Y";
      }
      return rows;
    },
    async takeBack(keys) {
      const results = new Map<string, TakenBack>();
      for (const chunk of chunks(keys)) {
        const output = await isg.call(context, "withdraw_journal", { P_ORG_ID, P_KEYS: chunk });
        for (const row of rowsOf(output, OPERATIONS.withdraw_journal)) {
          results.set(row.POSTING_KEY as string, row.RESULT as TakenBack);
        }
      }
      return results;
    },
    async request(id) {
      const output = await isg.call(context, "get_request_status", { P_ORG_ID, P_REQUEST_ID: id });
      const out = (name: string): string | undefined => textOf(member(output, name), name);
      return { phase: out("X_PHASE") ?? "", status: out("X_STATUS") ?? "", message: out("X_MESSAGE") };
    },
  };
}

function* chunks(keys: readonly string[]): Generator<string[]> {
  for (let from = 0; from < keys.length; from += CHUNK) yield keys.slice(from, from + CHUNK);
}

const text = (value: unknown): string | undefined => typeof value === "string" ? value : undefined;
const day = (value: unknown): string | undefined => typeof value === "string" ? `${value}T00:00:00` : undefined;
const amount = (value: unknown): string | undefined => typeof value === "string" ? plain(new Big(value)) : undefined;

function journalRow({ key, hash, withdrawals = 0, fields }: PostDocument): InputRow {
  return {
    POSTING_KEY: key,
    BODY_HASH: hash,
    WITHDRAWALS: String(withdrawals),
    ACCOUNTING_DATE: day(fields.ACCOUNTING_DATE),
    CURRENCY_CODE: text(fields.CURRENCY_CODE),
    USER_JE_CATEGORY_NAME: text(fields.USER_JE_CATEGORY_NAME),
    USER_CURRENCY_CONVERSION_TYPE: text(fields.USER_CURRENCY_CONVERSION_TYPE),
    CURRENCY_CONVERSION_DATE: day(fields.CURRENCY_CONVERSION_DATE),
    CURRENCY_CONVERSION_RATE: amount(fields.CURRENCY_CONVERSION_RATE),
    REFERENCE1: text(fields.REFERENCE1) ?? "Gusset",
    REFERENCE4: journalName(key),
    REFERENCE5: text(fields.REFERENCE5),
  };
}

function lineRows({ key, fields }: PostDocument): InputRow[] {
  return (fields.LINES as Row[]).map((line, i) => ({
    POSTING_KEY: key,
    LINE_NUM: String(i + 1),
    CODE_COMBINATION_ID: text(line.CODE_COMBINATION_ID),
    ENTERED_DR: amount(line.ENTERED_DR),
    ENTERED_CR: amount(line.ENTERED_CR),
    REFERENCE10: text(line.REFERENCE10),
    REFERENCE23: text(line.REFERENCE23),
    REFERENCE24: text(line.REFERENCE24),
    REFERENCE25: text(line.REFERENCE25),
  }));
}
