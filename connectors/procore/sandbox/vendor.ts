/**
 * Company vendors: what a row holds, and the rules of writing one.
 *
 * @module
 */
import type { Errors } from "./answers.ts";
import { type AttributeKinds, changed, type Given, readAttributes } from "./attributes.ts";
import { placeErrors } from "./places.ts";
import type { Company, State } from "./state.ts";
import type { Syncable, Written } from "./sync.ts";
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

const KINDS: AttributeKinds = {
  name: "text",
  ...Object.fromEntries(VENDOR_TEXTS.map((name) => [name, "text" as const])),
  ...Object.fromEntries(Object.keys(VENDOR_FLAGS).map((name) => [name, "flag" as const])),
  notes: "long",
  origin_data: "long",
  origin_id: "key",
};

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

/** How vendors of a company are found and written. */
export function vendorsOf(company: Company, state: State): Syncable<Vendor> & { table: Table<Vendor> } {
  const { vendors } = company;

  function errorsOf(row: Vendor | undefined, values: Given): Errors {
    const errors: Errors = {};
    const name = values.name === undefined ? row?.name : values.name as string | null;
    if (!name || name.trim() === "") errors.name = ["can't be blank"];
    else if (isTaken("name", nameKey(name), row)) errors.name = ["has already been taken"];
    if (values.origin_id && isTaken("origin_id", values.origin_id as string, row)) {
      errors.origin_id = ["has already been taken"];
    }
    if (values.country_code !== undefined || values.state_code !== undefined) {
      const now = { ...row, ...values } as Partial<Vendor>;
      Object.assign(errors, placeErrors(now.country_code ?? null, now.state_code ?? null));
    }
    return errors;
  }

  function isTaken(index: string, key: string, row: Vendor | undefined): boolean {
    const holder = vendors.find(index, key);
    return holder !== undefined && holder !== row;
  }

  function write(row: Vendor | undefined, given: Given): Written<Vendor> {
    const { values, errors } = readAttributes(KINDS, given);
    for (const flag in VENDOR_FLAGS) if (values[flag] === null) delete values[flag];
    const extras = readExtras(company, state, row, given, errors);
    const wrong = { ...errorsOf(row, values), ...errors };
    if (Object.keys(wrong).length > 0) return { errors: wrong };
    if (extras) {
      moveChild(company, row?.extras?.parent_id, extras.parent_id);
      values.extras = extras;
    }
    if (!row) return { row: vendors.insert(newVendor(state, values)) };
    const changes = changed(row, values);
    return { row: changes ? vendors.update(row, { ...changes, updated_at: state.now() }) : row };
  }

  return {
    table: vendors,
    byId: vendors.get,
    byOrigin: (originId) => vendors.find("origin_id", originId),
    create: (given) => write(undefined, given),
    update: write,
    show: (row) => row,
  };
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

/** Lists that the invented company has none of: naming one is an error. */
const EMPTY_LISTS = ["vendor_group_id", "primary_contact_id", "trade_ids", "bidding_distribution_ids"];

/** What the write changes of the extras, as new extras; undefined where nothing. Adds to `errors`. */
function readExtras(
  company: Company,
  state: State,
  row: Vendor | undefined,
  given: Given,
  errors: Errors,
): VendorExtras | undefined {
  for (const name of EMPTY_LISTS) {
    const value = given[name];
    if (value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)) {
      errors[name] = ["is invalid"];
    }
  }
  const { bidding, parent_id, standard_cost_code_ids: codes, business_register_attributes: register } = given;
  const extras: VendorExtras = { ...row?.extras };
  let touched = false;
  if (isObject(bidding)) {
    const known = BIDDING.filter((name) => typeof bidding[name] === "boolean").map((name) => [name, bidding[name]]);
    extras.bidding = { ...extras.bidding, ...Object.fromEntries(known) };
    touched = known.length > 0;
  }
  if (parent_id !== undefined) {
    const parent = parent_id === null ? null : company.vendors.get(Number(parent_id));
    // Two levels only: a parent has no parent, and a child no children.
    const tooDeep = parent && (parent.extras?.parent_id || parent === row || (row && company.children.get(row.id)));
    if (parent === undefined || tooDeep) {
      errors.parent_id = ["is invalid"];
    } else {
      extras.parent_id = parent?.id ?? null;
      touched = true;
    }
  }
  if (Array.isArray(codes)) {
    if (codes.every((id) => company.standardCostCodes.get(Number(id)))) {
      extras.standard_cost_code_ids = codes.map(Number);
      touched = true;
    } else errors.standard_cost_code_ids = ["is invalid"];
  }
  if (register !== undefined && register !== null) {
    const read = readRegister(register);
    if (typeof read === "string") errors.business_register = [read];
    else {
      extras.register = { id: extras.register?.id ?? state.nextId("business_register"), ...read };
      touched = true;
    }
  }
  return touched && JSON.stringify(extras) !== JSON.stringify(row?.extras ?? {}) ? extras : undefined;
}

/** Counts the children of vendors when one moves from parent to parent. */
function moveChild(company: Company, from: number | null | undefined, to: number | null | undefined): void {
  if (from === to) return;
  if (from) company.children.set(from, company.children.get(from)! - 1);
  if (to) company.children.set(to, (company.children.get(to) ?? 0) + 1);
}

/** Reads `{ type, identifier }`; a text says what is wrong with it. */
export function readRegister(given: unknown): Omit<BusinessRegister, "id"> | string {
  if (!isObject(given) || !given.type || !given.identifier) return "needs both type and identifier";
  if (given.type !== "abn" && given.type !== "ein") return "type must be abn or ein";
  return { type: given.type, identifier: String(given.identifier) };
}

function isObject(value: unknown): value is Given {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
