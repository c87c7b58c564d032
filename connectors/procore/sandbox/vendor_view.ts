/**
 * How a vendor is shown: `compact`, `normal` and `extended` (reference §3.2). The other views' keys are not published; they are shown
 * as `normal`.
 *
 * @module
 */
import type { Company } from "./state.ts";
import { BIDDING, type BusinessRegister, type Vendor } from "./vendor.ts";

const NO_BIDDING = Object.fromEntries(BIDDING.map((name) => [name, false]));

/** The views of company vendors. */
export type VendorView = "compact" | "normal" | "extended";

/** The view that a query asks for; extended where it asks for none that is known. */
export function vendorView(asked: string | undefined): VendorView {
  if (asked === "compact") return asked;
  return ["normal", "erp", "directory", "summary"].includes(asked ?? "") ? "normal" : "extended";
}

/** Shows a vendor. */
export function showVendor(company: Company, row: Vendor, view: VendorView = "extended"): Record<string, unknown> {
  if (view === "compact") return { id: row.id, name: row.name };
  const { extras } = row;
  const normal = {
    id: row.id,
    name: row.name,
    abbreviated_name: row.abbreviated_name,
    address: row.address,
    attachments: [],
    authorized_bidder: row.authorized_bidder,
    business_id: null,
    business_phone: row.business_phone,
    business_register: extras?.register ? showRegister(extras.register) : null,
    city: row.city,
    company: row.name,
    company_vendor: false,
    contact_count: 0,
    country_code: row.country_code,
    created_at: row.created_at,
    email_address: row.email_address,
    fax_number: row.fax_number,
    is_active: row.is_active,
    is_connected: false,
    labor_union: row.labor_union,
    license_number: row.license_number,
    logo: null,
    mobile_phone: row.mobile_phone,
    non_union_prevailing_wage: row.non_union_prevailing_wage,
    notes: row.notes,
    origin_code: row.origin_code,
    origin_data: row.origin_data,
    origin_id: row.origin_id,
    prequalified: row.prequalified,
    primary_contact: null,
    state_code: row.state_code,
    synced_to_erp: extras?.synced_to_erp ?? false,
    trade_name: row.trade_name,
    union_member: row.union_member,
    updated_at: row.updated_at,
    vendor_group: null,
    website: row.website,
    zip: row.zip,
  };
  if (view === "normal") return normal;
  const parent = extras?.parent_id ? company.vendors.get(extras.parent_id) : undefined;
  return {
    ...normal,
    bidding: extras?.bidding ? { ...NO_BIDDING, ...extras.bidding } : NO_BIDDING,
    bidding_distribution: [],
    children_count: company.children.get(row.id) ?? 0,
    legal_name: parent?.name ?? row.name,
    parent: parent ? { id: parent.id, name: parent.name } : null,
    project_ids: [...company.memberships.get(row.id) ?? []],
    standard_cost_codes: (extras?.standard_cost_code_ids ?? []).map((id) => company.standardCostCodes.get(id)),
    trades: [],
  };
}

/** Shows a tax number; nobody has verified it. */
export function showRegister(register: BusinessRegister): Record<string, unknown> {
  return { ...register, verified_at: null, verification_status: null };
}
