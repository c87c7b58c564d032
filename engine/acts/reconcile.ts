/**
 * A reconciliation as people make one: compared, frozen by one person, signed by another.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { changesSince } from "../reconcile/changes.ts";
import type { Definition } from "../reconcile/definition.ts";
import { reconcile } from "../reconcile/gather.ts";
import type { Reading } from "../reconcile/reading.ts";
import { freeze, lastFrozen, sign, thaw } from "../reconcile/snapshots.ts";
import type { Change, Report } from "../reconcile/types.ts";
import type { Snapshot } from "../state/snapshots.ts";
import { type Actor, nowOf } from "./actor.ts";

/** A report, with what has changed since it was frozen last. */
export interface Compared {
  report: Report;
  last?: Snapshot;
  changes?: Change[];
}

/** The reconciliation of this name, or the only one. Throws `usage` where several are there and none is named, `not-there`. */
export function definitionOf(definitions: readonly Definition[], name: string | undefined): Definition {
  const names = definitions.map(({ written }) => written.name);
  const found = name === undefined ? definitions : definitions.filter(({ written }) => written.name === name);
  if (found.length === 1) return found[0];
  const action = names.length === 0
    ? "Write one: NAME.reconcile.yaml beside the pipelines."
    : `There are: ${names.join(", ")}.`;
  if (name !== undefined) throw new Failure("not-there", { fact: `There is no reconciliation ${name}`, action });
  throw new Failure("usage", {
    fact: names.length === 0 ? "No reconciliation is defined" : "There are several reconciliations: name one",
    action,
  });
}

/** Compares what both systems say of a period; `only`: of these projects, by number or id. */
export async function compareBooks(
  reading: Reading,
  { period: asked, only }: { period: string; only?: string[] },
): Promise<Compared> {
  const { store, definition: { written: { name } } } = reading;
  const report = await reconcile(reading, {
    period: asked,
    only,
    former: async (period) => (await lastFrozen(store, { name, period, only, before: true }))?.report,
  });
  const { period, projects } = report.header;
  const last = await lastFrozen(store, { name, period, only: projects.only });
  return { report, last: last?.snapshot, changes: last && changesSince(last.report, report) };
}

/** Keeps a report as it is, with its hash; `by` is the name under it. Gives it as it was kept. */
export async function freezeReport(
  who: Actor,
  report: Report,
  by: string,
): Promise<{ snapshot: Snapshot; report: Report }> {
  const prepared = { by, at: nowOf(who), who: who.name };
  const { id } = await freeze(who.store, report, { prepared, commit: who.commit });
  return await thaw(who.store, id);
}

/** Signs a frozen one; `by` is the name under it. Throws what keeps it from being signed: its preparer's own hand among it. */
export async function signSnapshot(who: Actor, id: string, by: string): Promise<Snapshot> {
  return await sign(who.store, id, { reviewed: { by, at: nowOf(who), who: who.name }, commit: who.commit });
}

/** The name under a reconciliation: as it was given, else the token's. Throws `usage` where there is neither. */
export function signer(who: Actor, name: string | undefined, wants: string): string {
  const by = name?.trim() || (who.name.startsWith("local:") ? undefined : who.name);
  if (by === undefined) throw new Failure("usage", { fact: wants });
  return by;
}
