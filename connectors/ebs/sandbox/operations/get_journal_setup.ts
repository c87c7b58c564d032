/**
 * `get_journal_setup`.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { lookup } from "../table.ts";
import { ledgerOf } from "./ledger_of.ts";
import { type Call, type Output, pagedByText } from "./paging.ts";

/** What a journal in the operating unit's ledger may name. */
export function getJournalSetup(call: Call): Output {
  const { db: { tables }, setup } = call;
  const named = (KIND: string, rows: readonly Row[], name: string, shown: string): Row[] =>
    rows.map((row) => ({ SETUP_KEY: `${KIND}:${row[name]}`, KIND, NAME: row[name], USER_NAME: row[shown] }));
  return pagedByText(call, {
    from(orgId) {
      const ledger = lookup(tables.GL_LEDGERS, Number(ledgerOf(call.db, orgId)))!;
      const { NAME, ...columns } = ledger;
      return [
        {
          ...columns,
          SETUP_KEY: `LEDGER:${ledger.LEDGER_ID}`,
          KIND: "LEDGER",
          NAME,
          USER_NAME: NAME,
          ACCESS_SET_ID: setup.access_set,
        },
        ...named("SOURCE", tables.GL_JE_SOURCES.items, "JE_SOURCE_NAME", "USER_JE_SOURCE_NAME"),
        ...named("CATEGORY", tables.GL_JE_CATEGORIES.items, "JE_CATEGORY_NAME", "USER_JE_CATEGORY_NAME"),
        ...named(
          "CURRENCY",
          tables.FND_CURRENCIES.items.filter(({ ENABLED_FLAG }) => ENABLED_FLAG === "Y"),
          "CURRENCY_CODE",
          "CURRENCY_CODE",
        ),
        ...named("RATE_TYPE", tables.GL_DAILY_CONVERSION_TYPES.items, "CONVERSION_TYPE", "USER_CONVERSION_TYPE"),
      ].map((item: Row) => ({ key: item.SETUP_KEY as string, item }));
    },
    row: (row) => row,
  });
}
