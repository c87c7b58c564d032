/**
 * What stands in Procore already, before anything is joined: most of the projects, a directory that grew by hand, and a few cost
 * codes.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import type { JobAccount } from "./accounts.ts";
import type { Dice } from "./dice.ts";
import { COMPANY_NAME, type Office } from "./offices.ts";
import { SITES } from "./projects.ts";

/** Every tenth project has no twin yet. */
const TWINS = SITES.filter((_, i) => i % 10 !== 7);

/** Procore's projects: twins by number, some under another name, and some that Oracle does not know. */
export function procoreProjects(): Row[] {
  const twins = TWINS.map(({ number, name, office }, i): Row => ({
    project_number: number,
    name: i % 9 === 5 ? `${name} (${office.places[0][0]})` : name,
    city: office.places[0][0],
    state_code: office.state,
    country_code: "US",
    active: true,
  }));
  const own: Row[] = [
    { project_number: "PRE-118", name: "Estimating: Loveland Aquatics", active: true },
    { project_number: "PRE-121", name: "Estimating: Flagstaff Observatory", active: true },
    { name: "Safety Training 2026", active: true },
    { name: "Sandbox Test Project", active: true },
  ];
  return [...twins, ...own];
}

/** Procore's directory. */
export function procoreVendors(dice: Dice, orderable: ReadonlyMap<Office, readonly Row[]>): Row[] {
  const all = [...new Set([...orderable.values()].flat())];
  // A shared name cannot stand twice in the directory: those suppliers are left to be created.
  const count = new Map<string, number>();
  for (const row of all) count.set(plain(row), (count.get(plain(row)) ?? 0) + 1);
  const known = dice.some(all.filter((row) => count.get(plain(row)) === 1 && !/\t/.test(plain(row))), 19);
  const vendor = (row: Row, more: Row): Row => {
    const [site] = row.SITES as Row[];
    return {
      name: plain(row),
      city: site.CITY,
      state_code: site.STATE,
      country_code: "US",
      zip: site.ZIP,
      is_active: true,
      ...more,
    };
  };
  return [
    // Somebody typed the supplier number in; three of these firms have renamed themselves since.
    ...known.slice(0, 9).map((row, i) =>
      vendor(row, { origin_code: row.SEGMENT1, ...(i % 3 === 2 ? { name: `${plain(row)} (old name)` } : {}) })
    ),
    // Only the name says so, in whatever case it was typed.
    ...known.slice(9, 17).map((row, i) => vendor(row, { name: i % 3 === 1 ? plain(row).toUpperCase() : plain(row) })),
    // On the inactive list, and holding the name all the same.
    ...known.slice(17).map((row) => vendor(row, { is_active: false })),
    {
      name: "City of Aurora Building Department",
      city: "Aurora",
      state_code: "CO",
      country_code: "US",
      is_active: true,
    },
    { name: "Kestrel & Dunn Architects", city: "Denver", state_code: "CO", country_code: "US", is_active: true },
    { name: "Owner's Rep Partners", city: "Boise", state_code: "ID", country_code: "US", is_active: true },
    { name: "Old Towne Signs", city: "Tempe", state_code: "AZ", country_code: "US", is_active: false },
    { name: COMPANY_NAME, city: "Denver", state_code: "CO", country_code: "US", is_active: true },
  ];
}

/** Cost codes that a project manager made by hand: some with Oracle's code, some with its words only, some of their own. */
export function procoreCostCodes(dice: Dice, orders: readonly Row[], job: readonly JobAccount[]): Row[] {
  const accounts = new Map(job.map(({ row }) => [row.CODE_COMBINATION_ID, row]));
  const rows: Row[] = [];
  for (const { number } of dice.some(TWINS, 5)) {
    const used = new Set<Row>();
    for (const order of orders) {
      if (order.PROJECT_NUMBER !== number) continue;
      for (const line of order.LINES as Row[]) used.add(accounts.get(line.CODE_COMBINATION_ID)!);
    }
    dice.some([...used], 3).forEach((row, i) => {
      const { SEGMENT4, CONCATENATED_SEGMENTS } = row;
      if (i < 2) rows.push({ project_number: number, code: CONCATENATED_SEGMENTS, name: row.SEGMENT4_DESCRIPTION });
      else rows.push({ project_number: number, code: `${SEGMENT4}.${i}`, name: inWords(row) });
    });
    rows.push({ project_number: number, code: "99-999", name: "Contingency" });
  }
  return rows;
}

const inWords = (row: Row): string => [1, 2, 3, 4, 5].map((i) => row[`SEGMENT${i}_DESCRIPTION`]).join(" / ");

const plain = (row: Row): string => (row.VENDOR_NAME as string).trim();
