/**
 * The applications context: which responsibility a call runs under and which operating units that opens (reference §2).
 *
 * @module
 */
import type { Header } from "./body.ts";
import type { Database } from "./database.ts";
import { notAuthorized } from "./fault.ts";
import type { AppContext } from "./operations/paging.ts";

/** The responsibility that covers every operating unit. */
export const INTEGRATION = "GUSSET_INTEGRATION";
/** The application of all responsibilities here: Purchasing. */
export const APPLICATION = "PO";

/** The responsibility that covers one operating unit alone. */
export const unitResponsibility = (shortCode: string): string => `PURCHASING_${shortCode}`;

/**
 * The context that a header describes. An empty responsibility is taken and opens nothing; one that the user does not have, or
 * not in that application, is a fault.
 */
export function appContext(user: string, header: Header, db: Database): AppContext {
  const { Responsibility: responsibility = "", RespApplication: application = "" } = header;
  return {
    user,
    responsibility,
    application,
    language: header.NLSLanguage || "AMERICAN",
    orgId: header.Org_Id ?? "",
    units: responsibility === "" ? new Set() : covered(responsibility, application, db),
  };
}

function covered(responsibility: string, application: string, db: Database): Set<string> {
  if (application !== "" && application !== APPLICATION) throw notAuthorized();
  const units = db.tables.HR_OPERATING_UNITS.items.filter(({ SHORT_CODE }) =>
    responsibility === INTEGRATION || responsibility === unitResponsibility(SHORT_CODE as string)
  );
  if (units.length === 0) throw notAuthorized();
  return new Set(units.map((unit) => unit.ORGANIZATION_ID as string));
}
