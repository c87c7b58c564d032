/**
 * Palisade Builders: a general contractor with four branch offices. Each is an operating unit of its own with its own company
 * in the chart of accounts and its own ledger.
 *
 * @module
 */

/** The company's name. */
export const COMPANY_NAME = "Palisade Builders";

/** A branch office. */
export interface Office {
  /** Operating unit. */
  orgId: string;
  name: string;
  code: string;
  ledgerId: string;
  ledger: string;
  /** Value of the company segment. */
  company: string;
  state: string;
  areaCode: string;
  /** Places that its suppliers are in, with their ZIP code. */
  places: readonly (readonly [city: string, zip: string])[];
  /** Its projects' names. */
  projects: readonly string[];
}

/** The offices, by operating unit. */
export const OFFICES: readonly Office[] = [
  {
    orgId: "204",
    name: "Palisade Denver",
    code: "DEN",
    ledgerId: "2021",
    ledger: "Palisade Colorado",
    company: "01",
    state: "CO",
    areaCode: "303",
    places: [["Denver", "80216"], ["Aurora", "80011"], ["Golden", "80401"], ["Fort Collins", "80524"], [
      "Pueblo",
      "81003",
    ]],
    projects: [
      "Aurora Public Library",
      "Cherry Creek Medical Pavilion",
      "Union Station Garage Repair",
      "Golden Fire Station No. 4",
      "Broomfield Water Treatment Expansion, Phase 2",
      "Lowry Elementary School",
      "Platte River Apartments",
      "DIA Concourse C Restrooms",
      "Longmont Distribution Center",
      "Sloan's Lake Pavilion",
    ],
  },
  {
    orgId: "205",
    name: "Palisade Phoenix",
    code: "PHX",
    ledgerId: "2022",
    ledger: "Palisade Arizona",
    company: "02",
    state: "AZ",
    areaCode: "602",
    places: [["Phoenix", "85034"], ["Tempe", "85281"], ["Mesa", "85201"], ["Chandler", "85225"], ["Tucson", "85713"]],
    projects: [
      "Tempe Research Building",
      "Mesa Surgical Center",
      "Chandler Data Hall 3",
      "Papago Pedestrian Bridge",
      "South Mountain Community Center",
      "Gilbert High School Gymnasium",
      "Sky Harbor Rental Car Level 2",
      "Ahwatukee Townhomes",
      "Tucson Cold Storage",
      "Peña Adobe Museum & Visitor Center",
    ],
  },
  {
    orgId: "206",
    name: "Palisade Salt Lake City",
    code: "SLC",
    ledgerId: "2023",
    ledger: "Palisade Utah",
    company: "03",
    state: "UT",
    areaCode: "801",
    places: [["Salt Lake City", "84104"], ["Ogden", "84401"], ["Provo", "84601"], ["Sandy", "84070"], [
      "Park City",
      "84060",
    ]],
    projects: [
      "Ogden Courthouse Renovation",
      "Provo Chemistry Laboratory",
      "Sandy City Hall Seismic Upgrade",
      "Park City Transit Center",
      "Jordan River Senior Housing",
      "Lehi Office Campus Building B",
      "West Valley Recreation Center",
      "Bonneville Truck Terminal",
      "Wasatch Trailhead Facilities",
      "Sugar House Mixed Use",
    ],
  },
  {
    orgId: "207",
    name: "Palisade Boise",
    code: "BOI",
    ledgerId: "2024",
    ledger: "Palisade Idaho",
    company: "04",
    state: "ID",
    areaCode: "208",
    places: [["Boise", "83702"], ["Nampa", "83651"], ["Meridian", "83642"], ["Twin Falls", "83301"], [
      "Caldwell",
      "83605",
    ]],
    projects: [
      "Boise Greenbelt Underpass",
      "Nampa Food Processing Plant",
      "Meridian Middle School",
      "Twin Falls Clinic",
      "Caldwell Creamery Addition",
      "Treasure Valley Logistics Park",
      "Harris Ranch Fire Station",
      "St. Brendan Hospital Bed Tower <East>",
      "Eagle Road Retail",
      "Idaho Falls Substation Control House",
    ],
  },
];
