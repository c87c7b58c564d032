/**
 * A company vendor (Procore's directory entry for a supplier or subcontractor), as the connector reads and writes it.
 *
 * Facts: Procore REST API, `GET /rest/v1.0/vendors` (view `normal`) and `PATCH /rest/v1.0/vendors/sync`.
 *
 * @module
 */
import { z } from "zod";
import { id, instant, text, truth } from "../../engine/fields.ts";

/** Procore does not publish the length of a name; 255 characters is its framework's default and what its pages accept. */
const NAME_LENGTH = 255;

const contact = {
  address: text({ description: "Street and number." }).nullish(),
  city: text().nullish(),
  zip: text({ description: "Postal code." }).nullish(),
  state_code: text({ description: "State or province of the country, ISO 3166-2 without the country: CO." }).nullish(),
  country_code: text({
    max: 2,
    description: "ISO 3166-1 alpha-2: US. A pair with state_code that does not exist is refused.",
  })
    .nullish(),
  business_phone: text().nullish(),
  mobile_phone: text().nullish(),
  fax_number: text().nullish(),
  email_address: text().nullish(),
  website: text().nullish(),
};

const standing = {
  is_active: truth("False: the vendor is on the inactive list. Setting true reactivates it.").nullish(),
  authorized_bidder: truth().nullish(),
  prequalified: truth().nullish(),
  union_member: truth().nullish(),
  non_union_prevailing_wage: truth().nullish(),
  labor_union: text().nullish(),
  license_number: text().nullish(),
};

const naming = {
  abbreviated_name: text({ description: "A short name; other ERP connectors keep the supplier number here." })
    .nullish(),
  trade_name: text({ description: "The name it does business under." }).nullish(),
  notes: text().nullish(),
  vendor_group_id: id("The vendor group it belongs to.").nullish(),
  primary_contact_id: id("The contact that is shown first.").nullish(),
};

const origin = {
  origin_id: text({ description: "The ERP's key, unique in the company; users do not see it." }).nullish(),
  origin_code: text({ description: "The ERP's number, shown to users as External ID." }).nullish(),
  origin_data: text({ description: "Free text of the integration." }).nullish(),
};

/** A vendor as it is read: active or inactive, ids as text, `vendor_group` and `primary_contact` flattened to their ids. */
export const vendorRecord: z.ZodObject = z.object({
  id: id("Procore's vendor id."),
  name: text({ description: "The company's name, unique in the directory, inactive vendors included." }),
  ...naming,
  ...contact,
  ...standing,
  ...origin,
  synced_to_erp: truth("Whether an ERP connector has linked it.").nullish(),
  created_at: instant().nullish(),
  updated_at: instant().nullish(),
});

/** What a mapping may set. A tax number is not among it: Procore keeps those in its business register, behind another call. */
export const vendorFields: z.ZodObject = z.object({
  name: text({
    max: NAME_LENGTH,
    description: "The company's name, unique in the directory, inactive vendors included.",
  }),
  ...naming,
  ...contact,
  ...standing,
  ...origin,
});
