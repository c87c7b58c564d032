/**
 * The projects: ten an office, beside templates and what is long closed.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import { daysBefore, type Dice } from "./dice.ts";
import { type Office, OFFICES } from "./offices.ts";

/** A project under construction, and the office that builds it. */
export interface Site {
  office: Office;
  number: string;
  name: string;
  id: string;
}

/** The forty projects under construction, by office. */
export const SITES: readonly Site[] = OFFICES.flatMap((office, o) =>
  office.projects.map((name, i) => ({
    office,
    name,
    number: `${office.code}-${2401 + i}`,
    id: String(6001 + o * 100 + i * 3),
  }))
);

const CLOSED: readonly [office: number, number: string, name: string][] = [
  [0, "DEN-1907", "Englewood Parking Structure"],
  [1, "PHX-2011", "Glendale Arena Retrofit"],
  [2, "SLC-1823", "Murray Theater Restoration"],
];

/** PA_PROJECTS_ALL. */
export function projects(dice: Dice, at: number): Row[] {
  const row = (office: Office, id: string, number: string, name: string, more: Row): Row => ({
    PROJECT_ID: id,
    SEGMENT1: number,
    NAME: name.slice(0, 30).trim(),
    LONG_NAME: name,
    PROJECT_TYPE: "CONSTRUCTION",
    PROJECT_STATUS_CODE: "APPROVED",
    TEMPLATE_FLAG: "N",
    ORG_ID: office.orgId,
    PROJECT_CURRENCY_CODE: "USD",
    LAST_UPDATE_DATE: daysBefore(at, dice.whole(2, 300)),
    ...more,
  });
  const building = SITES.map(({ office, id, number, name }) => {
    const begun = dice.whole(60, 600);
    return row(office, id, number, name, {
      DESCRIPTION: `${name}, ${office.places[0][0]} office`,
      START_DATE: daysBefore(at, begun, 0),
      COMPLETION_DATE: daysBefore(at, begun - dice.whole(300, 900), 0),
    });
  });
  const closed = CLOSED.map(([o, number, name], i) =>
    row(OFFICES[o], String(5001 + i), number, name, {
      PROJECT_STATUS_CODE: "CLOSED",
      START_DATE: daysBefore(at, 2000, 0),
      CLOSED_DATE: daysBefore(at, 700, 0),
    })
  );
  const templates = OFFICES.slice(0, 3).map((office, i) =>
    row(office, String(4001 + i), `T-${office.code}`, `${office.places[0][0]} commercial template`, {
      PROJECT_STATUS_CODE: "UNAPPROVED",
      TEMPLATE_FLAG: "Y",
    })
  );
  return [...templates, ...closed, ...building];
}
