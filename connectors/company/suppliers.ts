/**
 * The suppliers, with the mess of real data: blanks behind names, names that two share, firms that were ended or never ordered
 * from, employees and tax authorities among them.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import { daysBefore, type Dice } from "./dice.ts";
import { type Office, OFFICES } from "./offices.ts";
import { EMPLOYEES, FIRMS, FORMS, HARD_NAMES, TAX_AUTHORITIES, TRADES } from "./words.ts";

/** Firms that are made up of {@link FIRMS}, {@link TRADES} and {@link FORMS}. */
const FIRM_COUNT = 250;

/** AP_SUPPLIERS with SITES, and whom each office may order from. */
export function suppliers(dice: Dice, at: number): { rows: Row[]; orderable: Map<Office, Row[]> } {
  const rows: Row[] = [];
  const orderable = new Map<Office, Row[]>(OFFICES.map((office) => [office, []]));
  let siteId = 5001;

  const site = (office: Office, name: string, more: Row = {}): Row => {
    const [city, zip] = dice.pick(office.places);
    const mailbox = name.normalize("NFD").replace(/[^A-Za-z0-9]/g, "").toLowerCase().slice(0, 20);
    return {
      VENDOR_SITE_ID: String(siteId++),
      ORG_ID: office.orgId,
      VENDOR_SITE_CODE: city.toUpperCase().slice(0, 15),
      PURCHASING_SITE_FLAG: "Y",
      PAY_SITE_FLAG: "Y",
      ADDRESS_LINE1: `${dice.whole(100, 9900)} ${dice.pick(["W", "E", "N", "S"])} ${dice.pick(STREETS)}`,
      ADDRESS_LINE2: dice.chance(0.2) ? `Suite ${dice.whole(1, 40)}0` : undefined,
      CITY: city,
      STATE: office.state,
      ZIP: zip,
      COUNTRY: "US",
      AREA_CODE: office.areaCode,
      PHONE: `555-01${String(dice.whole(0, 99)).padStart(2, "0")}`,
      EMAIL_ADDRESS: dice.chance(0.7) ? `ar@${mailbox}.example` : undefined,
      ...more,
    };
  };
  const add = (name: string, sites: Row[], more: Row = {}): Row => {
    const number = 10_001 + rows.length;
    const row: Row = {
      VENDOR_ID: String(3001 + rows.length * 7),
      // Numbers from the system before this one are shorter and padded.
      SEGMENT1: rows.length % 9 === 4 ? String(number - 9_600).padStart(6, "0") : String(number),
      VENDOR_NAME: name,
      VENDOR_TYPE_LOOKUP_CODE: "VENDOR",
      ENABLED_FLAG: "Y",
      INVOICE_CURRENCY_CODE: "USD",
      ORGANIZATION_TYPE_LOOKUP_CODE: "CORPORATION",
      LAST_UPDATE_DATE: daysBefore(at, dice.whole(2, 700), dice.whole(7, 18)),
      SITES: sites,
      ...more,
    };
    rows.push(row);
    return row;
  };
  const firmSites = (name: string, more?: Row) =>
    dice.some(OFFICES, dice.pick([1, 1, 1, 2, 2, 4])).map((office) => site(office, name, more));
  const firm = (name: string, more?: Row) => {
    const row = add(name, firmSites(name), more);
    for (const office of OFFICES) {
      if ((row.SITES as Row[]).some((one) => one.ORG_ID === office.orgId)) orderable.get(office)!.push(row);
    }
  };

  firmNames(dice, FIRM_COUNT).forEach((name, i) => {
    const blanks = dice.chance(0.12) ? " ".repeat(dice.whole(1, 3)) : "";
    const type = dice.chance(0.5) ? { VENDOR_TYPE_LOOKUP_CODE: "CONTRACTOR" } : {};
    // Two firms of one name are two suppliers: a branch that was bought, an entry made twice.
    if (i % 60 === 30) firm(name, type);
    firm(name + blanks, type);
  });
  for (const name of HARD_NAMES) firm(name);
  for (const name of TAX_AUTHORITIES) {
    const own = site(OFFICES[TAX_AUTHORITIES.indexOf(name) % OFFICES.length], name, { PURCHASING_SITE_FLAG: "N" });
    add(name, [own], { VENDOR_TYPE_LOOKUP_CODE: "TAX AUTHORITY", ORGANIZATION_TYPE_LOOKUP_CODE: "GOVERNMENT AGENCY" });
  }
  for (const name of EMPLOYEES) {
    const own = site(dice.pick(OFFICES), name, {
      PURCHASING_SITE_FLAG: "N",
      VENDOR_SITE_CODE: "HOME",
      EMAIL_ADDRESS: undefined,
    });
    add(name, [own], { VENDOR_TYPE_LOOKUP_CODE: "EMPLOYEE", ORGANIZATION_TYPE_LOOKUP_CODE: "INDIVIDUAL" });
  }
  const odd = firmNames(dice, 32, rows.map((row) => row.VENDOR_NAME as string));
  const next = () => odd.pop()!;
  const times = (count: number, make: (name: string) => void) => {
    for (let i = 0; i < count; i++) make(next());
  };
  times(6, (name) => add(name, firmSites(name), { ONE_TIME_FLAG: "Y" }));
  times(8, (name) => add(name, firmSites(name, { PURCHASING_SITE_FLAG: "N" })));
  times(6, (name) => add(name, firmSites(name, { INACTIVE_DATE: daysBefore(at, 90, 0) })));
  times(6, (name) => add(name, firmSites(name), { END_DATE_ACTIVE: daysBefore(at, dice.whole(10, 400), 0) }));
  times(2, (name) => add(name, firmSites(name), { END_DATE_ACTIVE: daysBefore(at, -3, 0) }));
  times(1, (name) => add(name, firmSites(name), { START_DATE_ACTIVE: daysBefore(at, -14, 0) }));
  times(1, (name) => add(name, firmSites(name), { ENABLED_FLAG: "N" }));
  times(1, (name) => add(name, firmSites(name), { HOLD_FLAG: "Y" }));
  times(1, (name) => add(name, []));
  return { rows, orderable };
}

const STREETS = [
  "Colfax Ave",
  "Industrial Blvd",
  "Main St",
  "Railroad Ave",
  "State St",
  "Washington St",
  "Commerce Dr",
  "County Road 12",
];

/** Different names, none of them among `taken`. */
function firmNames(dice: Dice, count: number, taken: readonly string[] = []): string[] {
  const seen = new Set(taken.map((name) => name.trim()));
  const names: string[] = [];
  while (names.length < count) {
    const name = `${dice.pick(FIRMS)} ${dice.pick(TRADES)} ${dice.pick(FORMS)}`.trim();
    if (seen.has(name)) continue;
    seen.add(name);
    names.push(name);
  }
  return names;
}
