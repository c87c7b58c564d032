/**
 * Records a second through a mapping of 20 fields, beside a function written by hand that gives the very same records.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import type { Row, Stream, Value } from "../engine/connector.ts";
import { date, decimal, id, text, truth } from "../engine/fields.ts";
import { compileMapper } from "../engine/mapping/compile.ts";
import type { LinkLookup, Surroundings } from "../engine/mapping/types.ts";
import type { Pipeline, Rule, Transform } from "../engine/pipeline/model.ts";

/** One measurement: ours, the floor it is held against, and what both count. */
export interface Measurement {
  name: string;
  ours: number;
  floor: number;
  unit: string;
}

const flag = () => text({ max: 1 }).optional();
const source: Stream = {
  description: "Suppliers",
  key: "VENDOR_ID",
  record: z.object({
    VENDOR_ID: id(),
    VENDOR_NAME: text(),
    VENDOR_NAME_ALT: text().optional(),
    SEGMENT1: text(),
    ENABLED_FLAG: flag(),
    HOLD_FLAG: flag(),
    VENDOR_TYPE_LOOKUP_CODE: text().optional(),
    START_DATE_ACTIVE: text().optional(),
    CREDIT_LIMIT: decimal().optional(),
    TERMS_ID: id(),
    SITE: z.object({
      ADDRESS_LINE1: text().optional(),
      ADDRESS_LINE2: text().optional(),
      CITY: text().optional(),
      STATE: text().optional(),
      ZIP: text().optional(),
      COUNTRY: text().optional(),
      PHONE: text().optional(),
      EMAIL_ADDRESS: text().optional(),
    }),
  }),
};

const optional = (max = 255) => text({ max }).nullish();
const destination: Stream = {
  description: "Vendors",
  key: "id",
  record: z.object({ id: id() }),
  destination: {
    fields: z.object({
      origin_id: text({ max: 80 }),
      origin_code: optional(),
      name: text({ max: 255 }),
      abbreviated_name: optional(),
      trade_name: optional(),
      is_active: truth().nullish(),
      authorized_bidder: truth().nullish(),
      kind: optional(20),
      address: optional(),
      address2: optional(),
      city: optional(60),
      state_code: optional(10),
      zip: optional(20),
      country_code: optional(2),
      business_phone: optional(40),
      email_address: optional(),
      since: date().nullish(),
      credit_limit: decimal().nullish(),
      terms_id: id().nullish(),
      notes: optional(2000),
    }),
    find: [],
    unique: [],
    bulk: 1000,
    creates: true,
    deactivates: false,
  },
};

type Take = Extract<Rule, { rule: "take" }>;
const take = (from: string, more: Partial<Take> = {}): Rule => ({ rule: "take", from, apply: [], ...more });
const steps = (...words: ("trim" | "upper" | "lower" | "collapse" | "digits")[]): Transform[] =>
  words.map((word) => ({ do: word }));
const template = (...parts: (string | { path: string })[]): Rule => ({
  rule: "template",
  parts: parts.map((part) => typeof part === "string" ? { text: part } : part),
});

const map: Record<string, Rule> = {
  origin_id: template({ path: "connection.tag" }, "-VENDOR-", { path: "VENDOR_ID" }),
  origin_code: take("SEGMENT1"),
  name: take("VENDOR_NAME", { apply: [...steps("trim"), { do: "truncate", length: 255 }] }),
  abbreviated_name: take("SEGMENT1", { apply: steps("trim") }),
  trade_name: take("VENDOR_NAME_ALT", { apply: steps("trim"), default: take("VENDOR_NAME") }),
  is_active: { rule: "cel", expression: "rec.ENABLED_FLAG == 'Y' && rec.HOLD_FLAG != 'Y'" },
  authorized_bidder: take("ENABLED_FLAG", { table: { Y: true, N: false }, else: { rule: "value", value: false } }),
  kind: take("VENDOR_TYPE_LOOKUP_CODE", {
    table: { VENDOR: "Supplier", SUB: "Subcontractor" },
    else: { rule: "value", value: "Other" },
  }),
  address: take("SITE.ADDRESS_LINE1", { apply: steps("trim") }),
  address2: take("SITE.ADDRESS_LINE2", { apply: steps("trim") }),
  city: take("SITE.CITY", { apply: steps("trim") }),
  state_code: take("SITE.STATE", { apply: steps("trim", "upper") }),
  zip: take("SITE.ZIP"),
  country_code: take("SITE.COUNTRY", { default: { rule: "value", value: "US" } }),
  business_phone: take("SITE.PHONE", { apply: steps("trim") }),
  email_address: take("SITE.EMAIL_ADDRESS", { apply: steps("trim", "lower") }),
  since: take("START_DATE_ACTIVE"),
  credit_limit: take("CREDIT_LIMIT", { default: { rule: "value", value: "0" } }),
  terms_id: { rule: "link", pipeline: "terms", of: "TERMS_ID", reverse: false, missing: "park" },
  notes: template("Oracle supplier ", { path: "SEGMENT1" }, ", site in ", { path: "SITE.CITY" }),
};

/** A pipeline of just this mapping, for benches and tests. */
export const pipeline: Pipeline = {
  name: "vendors",
  description: "",
  file: "vendors.yaml",
  hash: "",
  source: { connection: "ebs", stream: "suppliers", with: {} },
  destination: {
    connection: "procore",
    stream: "vendors",
    adopt: [],
    create: "allowed",
    leaves: "keep",
    drift: "overwrite",
    deactivateAtMost: 1,
  },
  map,
  trigger: { after: [], webhook: [] },
  needs: ["terms"],
};

const TYPES: Record<string, string> = { VENDOR: "Supplier", SUB: "Subcontractor" };
const DECIMAL = /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/;
const DATE = /^\d{4}-\d{2}-\d{2}/;

const trimmed = (value: Value, max: number): string | null => {
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (text.length > max) throw new Error(`too long: ${text}`);
  return text === "" ? null : text;
};

/** What a good engineer would write for this mapping alone, with the same checks. */
function byHand(row: Row, links: LinkLookup, around: Surroundings): Row {
  const site = row.SITE as Row;
  const number = row.SEGMENT1 as string;
  const name = trimmed(row.VENDOR_NAME, Infinity)?.slice(0, 255);
  if (!name || !row.VENDOR_ID || !number || !site.CITY) throw new Error("absent");
  const link = links({ pipeline: "terms", key: row.TERMS_ID as string, reverse: false });
  if (!link || !("id" in link)) throw new Error("no link");
  const limit = row.CREDIT_LIMIT as string || "0";
  if (!DECIMAL.test(limit)) throw new Error("no decimal");
  const since = row.START_DATE_ACTIVE as string | undefined;
  if (since && !DATE.test(since)) throw new Error("no date");
  return {
    origin_id: `${around.connection.tag}-VENDOR-${row.VENDOR_ID}`,
    origin_code: number,
    name,
    abbreviated_name: trimmed(number, 255),
    trade_name: trimmed(row.VENDOR_NAME_ALT, 255) ?? trimmed(row.VENDOR_NAME, 255),
    is_active: row.ENABLED_FLAG === "Y" && row.HOLD_FLAG !== "Y",
    authorized_bidder: row.ENABLED_FLAG === "Y",
    kind: TYPES[row.VENDOR_TYPE_LOOKUP_CODE as string] ?? "Other",
    address: trimmed(site.ADDRESS_LINE1, 255),
    address2: trimmed(site.ADDRESS_LINE2, 255),
    city: trimmed(site.CITY, 60),
    state_code: trimmed(site.STATE, 10)?.toUpperCase() ?? null,
    zip: site.ZIP as string || null,
    country_code: site.COUNTRY as string || "US",
    business_phone: trimmed(site.PHONE, 40),
    email_address: trimmed(site.EMAIL_ADDRESS, 255)?.toLowerCase() ?? null,
    since: since ? since.slice(0, 10) : null,
    credit_limit: limit,
    terms_id: link.id,
    notes: `Oracle supplier ${number}, site in ${site.CITY}`,
  };
}

function rows(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => ({
    VENDOR_ID: String(10_000 + i),
    VENDOR_NAME: ` Rocky Mountain Concrete ${i} `,
    VENDOR_NAME_ALT: i % 3 === 0 ? "" : `RMC ${i}`,
    SEGMENT1: String(5_000 + i),
    ENABLED_FLAG: i % 7 === 0 ? "N" : "Y",
    HOLD_FLAG: i % 5 === 0 ? undefined : "N",
    VENDOR_TYPE_LOOKUP_CODE: ["VENDOR", "SUB", "BANK", undefined][i % 4],
    START_DATE_ACTIVE: i % 2 === 0 ? "2024-03-01T00:00:00" : undefined,
    CREDIT_LIMIT: i % 4 === 0 ? undefined : `${i}.25`,
    TERMS_ID: String(i % 20),
    SITE: {
      ADDRESS_LINE1: `${i} Main Street `,
      ADDRESS_LINE2: i % 2 === 0 ? undefined : "Unit 4",
      CITY: "Denver",
      STATE: "co",
      ZIP: "80202",
      COUNTRY: i % 2 === 0 ? "US" : undefined,
      PHONE: " 303 555 0100",
      EMAIL_ADDRESS: `Office${i}@example.test`,
    },
  }));
}

/** Measures both on the same records, in turns, and takes each one's best round. */
export function benchMapping(): Promise<Measurement> {
  const mapper = compileMapper(pipeline, { source, destination });
  const page = rows(1_000);
  const terms = new Map(Array.from({ length: 20 }, (_, i) => [String(i), { id: String(900 + i) }]));
  const links: LinkLookup = ({ key }) => terms.get(key);
  const around: Surroundings = {
    connection: { name: "ebs", tag: "EBS" },
    run: { id: "r1", at: "2026-01-01T00:00:00Z" },
  };
  for (const row of page) {
    assert.deepEqual(mapper.map(row, "", links, around), {
      kind: "record",
      part: "",
      fields: byHand(row, links, around),
      alternatives: {},
    });
  }
  // What is made is kept, as a run keeps it: otherwise the runtime would leave out making it.
  const made: unknown[] = Array.from({ length: page.length });
  const ours = () => page.forEach((row, i) => made[i] = mapper.map(row, "", links, around));
  const floor = () => page.forEach((row, i) => made[i] = byHand(row, links, around));
  const [a, b] = best([ours, floor], 200);
  return Promise.resolve({
    name: "mapping of 20 fields",
    ours: page.length / a,
    floor: page.length / b,
    unit: "records/s",
  });
}

/** The shortest time of each, in seconds. */
function best(works: (() => void)[], rounds: number): number[] {
  const times = works.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    works.forEach((work, i) => {
      const start = performance.now();
      work();
      times[i] = Math.min(times[i], (performance.now() - start) / 1000);
    });
  }
  return times;
}

if (import.meta.main) {
  const { name, ours, floor, unit } = await benchMapping();
  console.log(`${name}: ${Math.round(ours)} ${unit}, by hand ${Math.round(floor)}: ${(ours / floor).toFixed(2)} of it`);
}
