/**
 * The status codes of Journal Import in plain words, each with the action that it calls for (reference §5.3).
 *
 * @module
 */

/** What a code means. */
export interface Meaning {
  fact: string;
  action: string;
}

const OPEN_PERIOD = "Open the period in General Ledger, or date the document in an open one.";
const RATE = "Enter the rate in General Ledger, or give the document another rate type or date.";
const ACCOUNT = "Correct the account in the order or the pipeline, or enable it in General Ledger.";
const SETUP = "Correct the pipeline: it names what this ledger does not have.";
const ENCUMBRANCE = "Gusset sends actual amounts alone: ask who changed the rows in the interface.";

const CODES: Record<string, Meaning> = {
  EP01: { fact: "The accounting date is in no open or future-enterable period", action: OPEN_PERIOD },
  EP02: { fact: "The ledger has no open or future-enterable period", action: OPEN_PERIOD },
  EP03: { fact: "The accounting date is in no period of an open encumbrance year", action: OPEN_PERIOD },
  EP04: { fact: "The accounting date is no business day", action: "Date the document on a business day." },
  EP05: { fact: "The period has no business days", action: "Ask for the ledger's transaction calendar." },
  EU02: {
    fact: "The journal does not balance, by balancing segment, and suspense is not allowed",
    action: "Copy the balancing segment of the debit to the credit account.",
  },
  EU03: { fact: "The encumbrance does not balance, and there is no reserve account", action: ENCUMBRANCE },
  EF01: { fact: "The account is not active on the accounting date", action: ACCOUNT },
  EF02: { fact: "The account takes no detail postings", action: ACCOUNT },
  EF03: { fact: "The account is disabled", action: ACCOUNT },
  EF04: { fact: "The account's segments are no valid combination", action: ACCOUNT },
  EF05: { fact: "There is no such account", action: ACCOUNT },
  EF06: { fact: "The account's alternate account is not valid", action: ACCOUNT },
  EC01: { fact: "The rate type User comes without a rate", action: RATE },
  EC02: { fact: "The conversion date is missing", action: RATE },
  EC03: { fact: "A foreign currency needs a rate type", action: RATE },
  EC06: { fact: "There is no rate for this currency, rate type and date", action: RATE },
  EC08: { fact: "The currency is unknown or disabled", action: "Enable the currency, or correct the document's." },
  EC09: { fact: "No currency is enabled", action: "Enable the ledger's currencies." },
  EC10: { fact: "Encumbrances cannot be in a foreign currency", action: ENCUMBRANCE },
  EC11: { fact: "There is no such rate type", action: SETUP },
  EC12: { fact: "Entered and accounted amounts differ in the ledger's own currency", action: SETUP },
  EC13: { fact: "The amount is too large", action: "Look at the document: no journal takes such an amount." },
  EM01: { fact: "There is no such journal category", action: SETUP },
  EM03: { fact: "There is no such ledger", action: SETUP },
  EM04: { fact: "The rows are neither actual, budget nor encumbrance amounts", action: ENCUMBRANCE },
  EM05: { fact: "Actual amounts name an encumbrance type", action: ENCUMBRANCE },
  EM06: { fact: "Actual amounts name a budget version", action: ENCUMBRANCE },
  EM29: {
    fact: "The responsibility has no access to ledger or account",
    action: "Ask for the data access set of the integration's responsibility.",
  },
  ECW1: { fact: "The converted amount was not validated", action: RATE },
  WU01: { fact: "The journal does not balance and went to suspense", action: "Reverse it, and switch suspense off." },
  WF01: { fact: "An alternate account was used", action: "Look at the journal." },
  WF02: { fact: "The suspense account was used", action: "Reverse it, and switch suspense off." },
};

const FAMILIES: [RegExp, Meaning][] = [
  [/^ER\d\d$/, { fact: "The journal's reversal period or date is wrong", action: SETUP }],
  [/^ED\d\d$/, { fact: "The descriptive flexfield is not valid", action: "Import without descriptive flexfields." }],
  [/^EB\d\d$/, { fact: "The budget is not valid", action: ENCUMBRANCE }],
  [/^EE\d\d$/, { fact: "The encumbrance is not valid", action: ENCUMBRANCE }],
  [/^EM(09|1[0-4]|17|18)$/, {
    fact: "Transaction code or document sequence is wrong",
    action: "Look at the sequence of this category in General Ledger.",
  }],
];

/** What a code means; one that is unknown here is told as it is. */
export function meaningOf(code: string): Meaning {
  if (Object.hasOwn(CODES, code)) return CODES[code];
  const family = FAMILIES.find(([pattern]) => pattern.test(code));
  return family?.[1] ?? {
    fact: `Journal Import says ${code}`,
    action: "Look the code up in the log of the import request.",
  };
}

/** The codes in a STATUS: none while the row waits, or is clean and only held back by others (`P`). */
export function codesIn(status: string): string[] {
  return status.split(",").map((code) => code.trim()).filter((code) =>
    code !== "" && code !== "NEW" && code !== "P" && code !== "PROCESSED"
  );
}

/** Whether a code keeps its row out of the books; warnings do not. */
export const isError = (code: string): boolean => !/^W/.test(code);
