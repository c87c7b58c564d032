/** `get_context`. @module */
import { PACKAGE_VERSION } from "../../operations.ts";
import { lookup } from "../table.ts";
import { type Call, type Output, sees, text } from "./paging.ts";

/** Who and where a call is. */
export function getContext(call: Call): Output {
  const { db, setup, context, input, at } = call;
  const orgId = text(input, "P_ORG_ID") ?? context.orgId;
  const open = sees(call, orgId);
  const unit = open ? lookup(db.tables.HR_OPERATING_UNITS, Number(orgId)) : undefined;
  return {
    X_DATABASE: setup.database,
    X_DATABASE_ID: setup.database_id,
    X_SYSTEM: setup.system,
    X_PACKAGE_VERSION: PACKAGE_VERSION,
    X_USER_NAME: context.user,
    X_RESPONSIBILITY: context.responsibility,
    X_RESP_APPLICATION: context.application,
    X_LANGUAGE: context.language,
    X_ORG_ID: context.orgId || undefined,
    X_ORG_ACCESS: open ? "Y" : "N",
    X_LEDGER_ID: unit?.LEDGER_ID,
    X_LEDGER_NAME: unit?.LEDGER_NAME,
    X_TIME_ZONE: setup.time_zone,
    X_AS_OF: db.now(),
    X_UTC: new Date(at).toISOString().replace(/\.\d+Z$/, "Z"),
  };
}
