/**
 * Company vendors: what a row holds.
 *
 * @module
 */
import type { Given } from "./attributes.ts";
import type { State } from "./state.ts";
import { type Table, table } from "./table.ts";

/** Text that may be set, null where it is not. */
export const VENDOR_TEXTS = [
  "abbreviated_name",
  "address",
  "business_phone",
  "city",
  "country_code",
  "email_address",
  "fax_number",
  "labor_union",
  "license_number",
  "mobile_phone",
  "notes",
  "origin_code",
  "origin_data",
  "origin_id",
  "state_code",
  "trade_name",
  "website",
  "zip",
] as const;

/** Flags that may be set, with their value on a new vendor. */
export const VENDOR_FLAGS = {
  is_active: true,
  authorized_bidder: true,
  prequalified: false,
  union_member: false,
  non_union_prevailing_wage: false,
} as const;

/** The flags below `bidding`. */
export const BIDDING = [
  "affirmative_action",
  "small_business",
  "african_american_business",
  "hispanic_business",
  "womens_business",
  "historically_underutilized_business",
  "sdvo_business",
  "certified_business_enterprise",
  "asian_american_business",
  "native_american_business",
  "disadvantaged_business",
  "minority_business_enterprise",
  "eight_a_business",
] as const;

/** A tax number, as the business register holds it. */
export interface BusinessRegister {
  id: number;
  type: "abn" | "ein";
  identifier: string;
}

/** What few vendors have; apart, so that the others cost no memory. */
export interface VendorExtras {
  bidding?: Record<string, boolean>;
  register?: BusinessRegister;
  parent_id?: number | null;
  standard_cost_code_ids?: number[];
  synced_to_erp?: boolean;
}

/** A vendor. */
export type Vendor =
  & { id: number; name: string; created_at: string; updated_at: string; extras: VendorExtras | null }
  & Record<typeof VENDOR_TEXTS[number], string | null>
  & Record<keyof typeof VENDOR_FLAGS, boolean>;

/** The vendors of a company, found by origin_id and by name. */
export function vendorTable(): Table<Vendor> {
  return table<Vendor>({ origin_id: (row) => row.origin_id ?? undefined, name: (row) => nameKey(row.name) });
}

/**
 * What makes two names the same. Assumed, not documented: case and blanks at the ends do not count, and an inactive vendor holds its name
 * like an active one.
 */
export function nameKey(name: string): string {
  return name.trim().toLowerCase();
}

/** A new vendor with the values given. One literal makes them all: rows of one fixed shape take a third of the memory. */
export function newVendor(state: State, values: Given): Vendor {
  const now = state.now();
  const given = values as Partial<Vendor>;
  return {
    id: state.nextId("vendor"),
    name: given.name!,
    created_at: now,
    updated_at: now,
    extras: given.extras ?? null,
    is_active: given.is_active ?? VENDOR_FLAGS.is_active,
    authorized_bidder: given.authorized_bidder ?? VENDOR_FLAGS.authorized_bidder,
    prequalified: given.prequalified ?? VENDOR_FLAGS.prequalified,
    union_member: given.union_member ?? VENDOR_FLAGS.union_member,
    non_union_prevailing_wage: given.non_union_prevailing_wage ?? VENDOR_FLAGS.non_union_prevailing_wage,
    abbreviated_name: given.abbreviated_name ?? null,
    address: given.address ?? null,
    business_phone: given.business_phone ?? null,
    city: given.city ?? null,
    country_code: given.country_code ?? null,
    email_address: given.email_address ?? null,
    fax_number: given.fax_number ?? null,
    labor_union: given.labor_union ?? null,
    license_number: given.license_number ?? null,
    mobile_phone: given.mobile_phone ?? null,
    notes: given.notes ?? null,
    origin_code: given.origin_code ?? null,
    origin_data: given.origin_data ?? null,
    origin_id: given.origin_id ?? null,
    state_code: given.state_code ?? null,
    trade_name: given.trade_name ?? null,
    website: given.website ?? null,
    zip: given.zip ?? null,
  };
}
