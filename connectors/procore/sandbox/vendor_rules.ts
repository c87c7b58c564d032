/**
 * The rules of writing a company vendor.
 *
 * @module
 */
import type { Errors } from "./answers.ts";
import { type AttributeKinds, changed, type Given, idFrom, readAttributes } from "./attributes.ts";
import { placeErrors } from "./places.ts";
import type { Company, State } from "./state.ts";
import type { Syncable, Written } from "./sync.ts";
import {
  BIDDING,
  type BusinessRegister,
  nameKey,
  newVendor,
  type Vendor,
  VENDOR_FLAGS,
  VENDOR_TEXTS,
  type VendorExtras,
} from "./vendor.ts";

const KINDS: AttributeKinds = {
  name: "text",
  ...Object.fromEntries(VENDOR_TEXTS.map((name) => [name, "text" as const])),
  ...Object.fromEntries(Object.keys(VENDOR_FLAGS).map((name) => [name, "flag" as const])),
  notes: "long",
  origin_data: "long",
  origin_id: "key",
};

/** How vendors of a company are found and written. */
export function vendorsOf(company: Company, state: State): Syncable<Vendor> {
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
    byId: vendors.get,
    byOrigin: (originId) => vendors.find("origin_id", originId),
    create: (given) => write(undefined, given),
    update: write,
    show: (row) => row,
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
    const parent = parent_id === null ? null : company.vendors.get(idFrom(parent_id));
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
    if (codes.every((id) => company.standardCostCodes.get(idFrom(id)))) {
      extras.standard_cost_code_ids = codes.map(idFrom);
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
