/**
 * `AP_SUPPLIERS` with `AP_SUPPLIER_SITES_ALL`. Tax numbers (NUM_1099, INDIVIDUAL_1099, VAT_REGISTRATION_NUM) are personal data
 * where the supplier is a person: they are not here and are never selected.
 *
 * @module
 */
import { z } from "zod";
import { id, instant, text } from "../../engine/fields.ts";

const flag = (description?: string): z.ZodOptional<z.ZodString> => text({ max: 1, description }).optional();

/** A supplier site: one address of a supplier in one operating unit. */
export const supplierSite: z.ZodObject = z.object({
  VENDOR_SITE_ID: id(),
  ORG_ID: id("The operating unit the site belongs to.").optional(),
  VENDOR_SITE_CODE: text({ max: 15 }).optional(),
  PURCHASING_SITE_FLAG: flag("`Y`: orders may be sent here."),
  PAY_SITE_FLAG: flag("`Y`: invoices may be paid here."),
  PRIMARY_PAY_SITE_FLAG: flag(),
  ADDRESS_LINE1: text({ max: 240 }).optional(),
  ADDRESS_LINE2: text({ max: 240 }).optional(),
  ADDRESS_LINE3: text({ max: 240 }).optional(),
  ADDRESS_LINE4: text({ max: 240 }).optional(),
  CITY: text({ max: 60 }).optional(),
  STATE: text({ max: 150 }).optional(),
  PROVINCE: text({ max: 150 }).optional(),
  ZIP: text({ max: 60 }).optional(),
  COUNTY: text({ max: 150 }).optional(),
  COUNTRY: text({ max: 60, description: "Territory code: `US`." }).optional(),
  AREA_CODE: text({ max: 10 }).optional(),
  PHONE: text({ max: 15 }).optional(),
  FAX_AREA_CODE: text({ max: 10 }).optional(),
  FAX: text({ max: 15 }).optional(),
  EMAIL_ADDRESS: text({ max: 2000 }).optional(),
  INACTIVE_DATE: instant("From this time on the site is inactive.").optional(),
  ACTIVE_FLAG: flag("`Y` or `N` at the database's own time; computed by the package."),
});

/** A supplier with its sites in the covered operating units. */
export const supplier: z.ZodObject = z.object({
  VENDOR_ID: id(),
  VENDOR_NAME: text({ max: 240 }).optional(),
  VENDOR_NAME_ALT: text({ max: 320 }).optional(),
  SEGMENT1: text({ max: 30, description: "The supplier number; text even where it looks like a number." }).optional(),
  VENDOR_TYPE_LOOKUP_CODE: text({ max: 30, description: "`VENDOR`, `EMPLOYEE`, `TAX AUTHORITY` …" }).optional(),
  ENABLED_FLAG: flag(),
  ONE_TIME_FLAG: flag("`Y`: made for one invoice, perhaps a private person."),
  HOLD_FLAG: flag("`Y`: no orders may be sent."),
  START_DATE_ACTIVE: instant().optional(),
  END_DATE_ACTIVE: instant("The last day on which the supplier is active.").optional(),
  ORGANIZATION_TYPE_LOOKUP_CODE: text({ max: 25 }).optional(),
  INVOICE_CURRENCY_CODE: text({ max: 15 }).optional(),
  LAST_UPDATE_DATE: instant("The supplier's own; a changed site does not move it.").optional(),
  ACTIVE_FLAG: flag("`Y` or `N` at the database's own time; computed by the package."),
  SITES: z.array(supplierSite).optional(),
  SITE: supplierSite.optional().meta({
    description:
      "The first active purchasing site, by ORG_ID and then VENDOR_SITE_ID, in the covered operating units; absent where there is none.",
  }),
});
