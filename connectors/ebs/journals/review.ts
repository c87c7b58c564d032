/**
 * A look at journals before they are sent, beyond what they say themselves: accounts, names and currency that Journal Import would not
 * take, and accounts that it would take and nobody should post to by a journal.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { Failure } from "../../../engine/failure.ts";
import type { PostDocument } from "../../../engine/posting.ts";

/** What the ledger knows. */
export interface Ledger {
  /** Rows of `code_combinations`, by id. */
  accounts: ReadonlyMap<string, Row>;
  /** Rows of `journal_setup`. */
  setup: readonly Row[];
}

/** The accounts that documents name. */
export const accountsOf = (documents: readonly PostDocument[]): Set<string> =>
  new Set(
    documents.flatMap(({ fields }) =>
      ((fields.LINES ?? []) as Row[]).map((line) => line.CODE_COMBINATION_ID as string)
    ),
  );

/** Why a document may not be sent; undefined where nothing speaks against it. */
export function refusalOf({ key, fields }: PostDocument, ledger: Ledger): Failure | undefined {
  const place = `journal ${key}`;
  const books = ledger.setup.find(({ KIND }) => KIND === "LEDGER");
  const wrong = nameFault(fields, ledger.setup) ?? currencyFault(fields, books, ledger.setup);
  if (wrong) return new Failure("post.invalid", { ...wrong, place });
  for (const [i, line] of ((fields.LINES ?? []) as Row[]).entries()) {
    const id = line.CODE_COMBINATION_ID as string;
    const account = ledger.accounts.get(id);
    const fault = account
      ? accountFault(account, fields.ACCOUNTING_DATE as string) ?? segmentFault(account, line, books)
      : { fact: "The ledger's chart of accounts has no such account", action: "Correct the pipeline's mapping." };
    if (!fault) continue;
    return new Failure("post.account-refused", {
      ...fault,
      value: account ? wordsOf(account) : id,
      place: `${place}, line ${i + 1}`,
    });
  }
}

interface Fault {
  fact: string;
  action?: string;
  value?: string;
}

function nameFault(fields: Row, setup: readonly Row[]): Fault | undefined {
  const names = [
    ["SOURCE", "USER_JE_SOURCE_NAME", "journal source"],
    ["CATEGORY", "USER_JE_CATEGORY_NAME", "journal category"],
  ];
  for (const [kind, field, word] of names) {
    if (setup.some((row) => row.KIND === kind && row.USER_NAME === fields[field])) continue;
    const known = setup.filter((row) => row.KIND === kind).map((row) => row.USER_NAME).slice(0, 12).join(", ");
    return {
      fact: `General Ledger has no ${word} of this name`,
      value: String(fields[field]),
      action: `Set it up in General Ledger, or correct ${field} of the pipeline: there are ${known}.`,
    };
  }
}

function currencyFault(fields: Row, books: Row | undefined, setup: readonly Row[]): Fault | undefined {
  const currency = fields.CURRENCY_CODE;
  if (!setup.some((row) => row.KIND === "CURRENCY" && row.NAME === currency)) {
    return {
      fact: "The currency is unknown to General Ledger, or disabled there",
      value: String(currency),
      action: "Enable the currency, or correct the document's.",
    };
  }
  if (currency === books?.CURRENCY_CODE) return undefined;
  const type = fields.USER_CURRENCY_CONVERSION_TYPE;
  if (type === undefined) {
    return {
      fact: `A journal in another currency than the ledger's ${books?.CURRENCY_CODE ?? "own"} needs a rate type`,
      value: String(currency),
      action: "Map USER_CURRENCY_CONVERSION_TYPE and CURRENCY_CONVERSION_DATE.",
    };
  }
  if (!setup.some((row) => row.KIND === "RATE_TYPE" && row.USER_NAME === type)) {
    return { fact: "General Ledger has no such rate type", value: String(type), action: "Correct the pipeline." };
  }
  if (type === "User" && fields.CURRENCY_CONVERSION_RATE === undefined) {
    return { fact: "The rate type User comes without a rate", value: String(currency) };
  }
}

/** Who alone may post to an account that is controlled (`GL_CONTROL_ACCOUNT`). */
const CONTROLLED: Record<string, string> = {
  Y: "payables and receivables control",
  SUPPLIER: "payables control",
  CUSTOMER: "receivables control",
  R: "nobody may post to by a journal",
};

function accountFault(account: Row, date: string): Fault | undefined {
  const day = (value: Row[string]): string | undefined => typeof value === "string" ? value.slice(0, 10) : undefined;
  const [start, end] = [day(account.START_DATE_ACTIVE), day(account.END_DATE_ACTIVE)];
  if (account.ENABLED_FLAG === "N") {
    return { fact: "The account is disabled", action: "Enable it in General Ledger, or correct the order's account." };
  }
  if (end !== undefined && date > end || start !== undefined && date < start) {
    return {
      fact: end !== undefined && date > end
        ? `The account ended on ${end}, before the accounting date ${date}`
        : `The account begins on ${start}, after the accounting date ${date}`,
      action: "Change its dates in General Ledger, or correct the order's account.",
    };
  }
  if (account.SUMMARY_FLAG === "Y" || account.TEMPLATE_ID !== undefined) {
    return {
      fact: "It is a summary account",
      action: "Correct the pipeline's mapping: only detail accounts are posted to.",
    };
  }
  if (account.DETAIL_POSTING_ALLOWED_FLAG === "N") {
    return {
      fact: "The account allows no detail posting",
      action: "Allow it in General Ledger, or correct the order's account.",
    };
  }
  const controlled = CONTROLLED[account.GL_CONTROL_ACCOUNT as string] ??
    (account.PAYABLES_FLAG === "Y" ? "payables or receiving book their own entries to" : undefined);
  if (controlled === undefined) return undefined;
  return {
    fact: `It is an account that ${controlled}: a journal there corrupts Oracle's own reconciliation`,
    action: "Give accruals an account of their own, and name it in the pipeline's mapping.",
  };
}

/** What the document says a line balances by, and what its account does. */
function segmentFault(account: Row, line: Row, books: Row | undefined): Fault | undefined {
  const column = books?.BALANCING_SEGMENT as string | undefined;
  if (column === undefined || line.BALANCING_SEGMENT === undefined) return undefined;
  if (account[column] === undefined || account[column] === line.BALANCING_SEGMENT) return undefined;
  return {
    fact: `The line is to balance in ${line.BALANCING_SEGMENT}, and its account belongs to ${account[column]}`,
    action: "Name an account of the same balancing segment in the pipeline's mapping.",
  };
}

/** `01-000-21100 (Denver, Balance Sheet, Accounts Payable)`, as people know the account. */
function wordsOf(account: Row): string {
  const words: string[] = [];
  for (let i = 1; i <= 10; i++) {
    const word = account[`SEGMENT${i}_DESCRIPTION`];
    if (typeof word === "string") words.push(word.trim());
  }
  const name = (account.CONCATENATED_SEGMENTS ?? account.CODE_COMBINATION_ID) as string;
  return words.length > 0 ? `${name} (${words.join(", ")})` : name;
}
