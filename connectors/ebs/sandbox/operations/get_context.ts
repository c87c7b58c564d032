/**
 * `get_context`.
 *
 * @module
 */
import { PACKAGE_VERSION } from "../../operations.ts";
import { lookup } from "../table.ts";
import { type Call, type Output, text } from "./paging.ts";

/** Who and where a call is. */
export function getContext({ db, setup, context, input, at }: Call): Output {
  const orgId = text(input, "P_ORG_ID") ?? context.orgId;
  const open = context.units.has(orgId);
  const unit = open ? lookup(db.tables.HR_OPERATING_UNITS, Number(orgId)) : undefined;
  const local = db.now();
  return {
    X_DATABASE: setup.database,
    X_DATABASE_ID: setup.database_id,
    X_SYSTEM: setup.system,
    X_PACKAGE_VERSION: PACKAGE_VERSION,
    X_USER_NAME: context.user,
    X_RESPONSIBILITY: context.responsibility,
    X_RESP_APPLICATION: context.application,
    X_LANGUAGE: context.language,
    X_ORG_ID: context.orgId,
    X_ORG_ACCESS: open ? "Y" : "N",
    X_LEDGER_ID: unit?.LEDGER_ID,
    X_LEDGER_NAME: unit?.LEDGER_NAME,
    X_TIME_ZONE: offset(local, at),
    X_AS_OF: local,
    X_UTC: new Date(at).toISOString().replace(/\.\d+Z$/, "Z"),
  };
}

/** The zone as Oracle's `TZH:TZM` writes it: `-07:00`. */
function offset(local: string, at: number): string {
  const minutes = Math.round((Date.parse(`${local}Z`) - at) / 60_000);
  const pad = (value: number) => String(value).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}
