/**
 * What the benchmark's sandboxes hold: suppliers by the thousand, or orders with what they need.
 *
 * @module
 */
import type { Row } from "../engine/connector.ts";

/** Rows by file name, as a sandbox is given them. */
export type Data = Record<string, Row[]>;

const CITIES = ["Denver", "Boulder", "Aurora", "Pueblo", "Golden"];

/** Just suppliers. */
export function suppliersAlone(count: number): Data {
  return { ...nothing(), suppliers: suppliers(count) };
}

/** Projects that orders are for. */
export const PROJECTS = 40;

/** Each project buys from a few vendors of its own, on accounts of its own: what must be there before the orders is there soon. */
const VENDORS = 5, ACCOUNTS = 10;

/** Lines an order. */
const LINES = 5;

/** What requisitions need: orders of four lines, for every four of them one, and the accounts that accruals are credited to. */
export function billed(requisitions: number): Data {
  const data = orders(Math.ceil(requisitions / SHEETS), ITEMS);
  const liability = (id: string, name: string): Row => ({
    ...data.code_combinations[0],
    CODE_COMBINATION_ID: id,
    SEGMENT3: id,
    SEGMENT3_DESCRIPTION: name,
    ACCOUNT_TYPE: "L",
  });
  const credited = [liability(ACCRUED, "Accrued subcontracts"), liability(RETAINED, "Retainage payable")];
  return { ...data, code_combinations: [...data.code_combinations, ...credited] };
}

/** Requisitions a contract, and items each. */
export const SHEETS = 4, ITEMS = 4;

/** As the shipped pipeline has them for company 01. */
export const ACCRUED = "17119", RETAINED = "17117";

/** Orders with five lines each, one project an order, every second line by quantity; and the suppliers, accounts and projects of them. */
export function orders(count: number, lines = LINES): Data {
  return {
    ...nothing(),
    suppliers: suppliers(PROJECTS * VENDORS),
    projects: Array.from({ length: PROJECTS }, (_, i): Row => ({
      PROJECT_ID: String(6001 + i),
      SEGMENT1: `DEN-${2401 + i}`,
      NAME: `Project ${2401 + i}`,
      PROJECT_CURRENCY_CODE: "USD",
    })),
    procore_projects: Array.from({ length: PROJECTS }, (_, i): Row => ({
      project_number: `DEN-${2401 + i}`,
      name: `Project ${2401 + i}`,
      currency_iso_code: "USD",
    })),
    code_combinations: Array.from({ length: PROJECTS * ACCOUNTS }, (_, i): Row => ({
      CODE_COMBINATION_ID: String(15_001 + i),
      SEGMENT1: "01",
      SEGMENT2: String(100 + Math.floor(i / ACCOUNTS)),
      SEGMENT3: String(5000 + (i % ACCOUNTS)),
      SEGMENT2_DESCRIPTION: `Centre ${Math.floor(i / ACCOUNTS)}`,
      SEGMENT3_DESCRIPTION: `Account ${i % ACCOUNTS}`,
    })),
    purchase_orders: Array.from({ length: count }, (_, i) => order(i, lines)),
  };
}

function order(i: number, lines: number): Row {
  const project = i % PROJECTS;
  return {
    PO_HEADER_ID: String(700_001 + i),
    SEGMENT1: String(40_001 + i),
    VENDOR_ID: String(100_001 + project * VENDORS + (Math.floor(i / PROJECTS) % VENDORS)),
    APPROVED_DATE: "2026-01-12T09:30:00",
    LAST_UPDATE_DATE: "2026-01-15T08:00:00",
    COMMENTS: `Concrete and steel for section ${i % 97}`,
    PROJECT_NUMBER: `DEN-${2401 + project}`,
    LINES: Array.from({ length: lines }, (_, n): Row => ({
      LINE_NUM: String(n + 1),
      ITEM_DESCRIPTION: `Ready-mix concrete C30, pour ${n + 1} of section ${i % 97}`,
      ...(n % 2 === 0
        ? { AMOUNT: `${(i * 7 + n) % 90_000 + 100}.${String((i + n) % 100).padStart(2, "0")}` }
        : { QUANTITY: String(i % 40 + 1), UNIT_PRICE: `${n * 12 + 3}.25`, UNIT_MEAS_LOOKUP_CODE: "EACH" }),
      CODE_COMBINATION_ID: String(15_001 + project * ACCOUNTS + ((i + n) % ACCOUNTS)),
    })),
  };
}

/** One operating unit, and a Procore company without limits. */
function nothing(): Data {
  return {
    operating_units: [{
      ORGANIZATION_ID: "204",
      NAME: "Denver",
      LEDGER_ID: "1",
      LEDGER_NAME: "Front Range",
      CURRENCY_CODE: "USD",
    }],
    suppliers: [],
    code_combinations: [],
    projects: [],
    purchase_orders: [],
    procore_companies: [{ name: "Bench", hourly_limit: "unlimited", spike_limit: "unlimited" }],
    procore_projects: [],
    procore_vendors: [],
    procore_cost_codes: [],
  };
}

/** Suppliers of believable width: most columns filled, one site each. */
function suppliers(count: number): Row[] {
  return Array.from({ length: count }, (_, i): Row => ({
    VENDOR_ID: String(100_001 + i),
    SEGMENT1: String(20_001 + i),
    VENDOR_NAME: `Supplier ${20_001 + i} ${CITIES[i % 5]} Concrete & Steel, Inc.`,
    VENDOR_TYPE_LOOKUP_CODE: "VENDOR",
    ENABLED_FLAG: "Y",
    INVOICE_CURRENCY_CODE: "USD",
    LAST_UPDATE_DATE: "2026-01-15T08:00:00",
    SITES: [{
      VENDOR_SITE_ID: String(500_001 + i),
      ORG_ID: "204",
      VENDOR_SITE_CODE: "MAIN",
      PURCHASING_SITE_FLAG: "Y",
      PAY_SITE_FLAG: "Y",
      ADDRESS_LINE1: `${i % 9000} Larimer Street`,
      CITY: CITIES[i % 5],
      STATE: "CO",
      ZIP: String(80_000 + (i % 999)),
      COUNTRY: "US",
      AREA_CODE: "303",
      PHONE: `555-${String(1000 + (i % 9000))}`,
      EMAIL_ADDRESS: `office${i}@supplier.example`,
    }],
  }));
}
