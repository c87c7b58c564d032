/**
 * The chart of accounts: company, cost centre, natural account, work (CSI division), and a segment kept for later.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import { daysBefore, type Dice } from "./dice.ts";
import { type Office, OFFICES } from "./offices.ts";

const WORK: readonly (readonly [code: string, name: string])[] = [
  ["0100", "General Requirements"],
  ["0240", "Demolition"],
  ["0310", "Concrete Forming"],
  ["0320", "Reinforcing Steel"],
  ["0330", "Cast-in-Place Concrete"],
  ["0420", "Unit Masonry"],
  ["0510", "Structural Steel"],
  ["0550", "Metal Fabrications"],
  ["0610", "Rough Carpentry"],
  ["0640", "Architectural Woodwork"],
  ["0710", "Waterproofing"],
  ["0750", "Membrane Roofing"],
  ["0810", "Doors & Frames"],
  ["0840", "Storefronts & Curtain Wall"],
  ["0920", "Plaster & Gypsum Board"],
  ["0960", "Flooring"],
  ["0990", "Painting & Coating"],
  ["1420", "Elevators"],
  ["2110", "Fire Suppression"],
  ["2200", "Plumbing"],
  ["2300", "HVAC"],
  ["2600", "Electrical"],
  ["2700", "Communications"],
  ["3110", "Site Clearing"],
  ["3120", "Earth Moving"],
  ["3210", "Paving"],
  ["3300", "Utilities"],
];

const NATURAL = {
  "11000": "Cash",
  "21100": "Accounts Payable",
  "21150": "Retainage Payable",
  "21200": "Accrued Subcontracts",
  "51000": "Subcontracts",
  "52000": "Materials",
  "53000": "Equipment Rental",
  "54000": "Small Tools",
  "61000": "Office Rent",
  "62000": "Professional Fees",
  "63000": "Software",
  "64000": "Travel",
  T: "All Job Cost",
} as const;
type Natural = keyof typeof NATURAL;

const CENTRES: Record<string, string> = {
  "000": "Balance Sheet",
  "100": "Overhead",
  "310": "Field Operations",
  "320": "Service",
};
const work = new Map([["0000", "None"], ...WORK]);

/** An account that jobs are charged to, and whose. */
export interface JobAccount {
  /** Whose company segment it has. */
  office: Office;
  /** GL_CODE_COMBINATIONS. */
  row: Row;
}

/** The chart: all rows, and those among them that orders may charge (a few of which are disabled or ended since). */
export function accounts(dice: Dice, at: number): { rows: Row[]; job: JobAccount[] } {
  const rows: Row[] = [];
  const job: JobAccount[] = [];

  const add = (office: Office, centre: string, natural: Natural, code: string, more: Row = {}): Row => {
    const segments = [office.company, centre, natural, code, "000"];
    const row: Row = {
      CODE_COMBINATION_ID: String(17001 + rows.length * 2),
      CHART_OF_ACCOUNTS_ID: "50388",
      SEGMENT1: segments[0],
      SEGMENT2: segments[1],
      SEGMENT3: segments[2],
      SEGMENT4: segments[3],
      SEGMENT5: segments[4],
      SEGMENT1_DESCRIPTION: office.name,
      SEGMENT2_DESCRIPTION: CENTRES[centre],
      SEGMENT3_DESCRIPTION: NATURAL[natural],
      SEGMENT4_DESCRIPTION: work.get(code),
      SEGMENT5_DESCRIPTION: "Future Use",
      CONCATENATED_SEGMENTS: segments.join("-"),
      ACCOUNT_TYPE: natural < "2" ? "A" : natural < "3" ? "L" : "E",
      ENABLED_FLAG: "Y",
      SUMMARY_FLAG: "N",
      DETAIL_POSTING_ALLOWED_FLAG: "Y",
      LAST_UPDATE_DATE: daysBefore(at, dice.whole(2, 900)),
      ...more,
    };
    rows.push(row);
    return row;
  };

  for (const office of OFFICES) {
    const charge = (centre: string, natural: Natural, code: string, more?: Row) =>
      job.push({ office, row: add(office, centre, natural, code, more) });
    for (const [code] of WORK) charge("310", "51000", code);
    for (const [code] of dice.some(WORK, 14)) charge("310", "52000", code);
    for (const [code] of dice.some(WORK, 6)) charge("310", "53000", code);
    // The same work and account in another cost centre: a code without all its segments would be ambiguous.
    for (const [code] of dice.some(WORK, 4)) charge("320", "51000", code);

    const [disabled, ended, later, heading] = dice.some(WORK, 4).map(([code]) => code);
    charge("310", "54000", disabled, { ENABLED_FLAG: "N" });
    charge("310", "54000", ended, { END_DATE_ACTIVE: daysBefore(at, 40, 0) });
    charge("310", "54000", later, { START_DATE_ACTIVE: daysBefore(at, -45, 0) });
    charge("310", "54000", heading, { DETAIL_POSTING_ALLOWED_FLAG: "N" });
    add(office, "310", "T", "0000", { SUMMARY_FLAG: "Y", TEMPLATE_ID: "1001", DETAIL_POSTING_ALLOWED_FLAG: "N" });
    add(office, "000", "11000", "0000");
    // Payables book their liabilities there, and nobody else may.
    add(office, "000", "21100", "0000", { GL_CONTROL_ACCOUNT: "SUPPLIER", PAYABLES_FLAG: "Y" });
    for (const natural of ["21150", "21200"] as const) add(office, "000", natural, "0000");
    for (const natural of ["61000", "62000", "63000", "64000"] as const) add(office, "100", natural, "0000");
  }
  return { rows, job };
}
