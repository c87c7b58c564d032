/**
 * Scenes of postings in which more is at stake than that journals go out: a first run, a second person, a month's end, and imports that
 * Oracle refuses, for crash tests.
 *
 * @module
 */
import { decide } from "../../engine/post/acts.ts";
import { listPlans } from "../../engine/state/plans.ts";
import type { House } from "./house.ts";
import { line, lineId, order } from "./orders.ts";
import type { Scene } from "./posting_crash.ts";
import { editSheet, sheetOf } from "./posting_days.ts";
import { certify, invoice, post, POSTING, postingPipelines } from "./postings.ts";

const orders = () => [
  order(1, [line("1000")]),
  order(2, [line("500"), line("50", { CODE_COMBINATION_ID: "702" })]),
  order(3, [line("300")], { PROJECT_NUMBER: "PHX-1" }),
];

const billed = async (home: House): Promise<void> => {
  await certify(home, 1, ["100.10"]);
  await certify(home, 2, [{ work_completed_this_period: "20", work_completed_retainage_retained_this_period: "2" }]);
  await certify(home, 3, ["33.33"]);
};

const changed = async (home: House): Promise<void> => {
  await editSheet(home, 1, 1, ["110"]);
  await invoice(home, "INV-1", { [lineId(2, 1)]: "7.50" });
  await certify(home, 2, ["30", "3"]);
  await home.touch("procore", "requisitions", await sheetOf(home, 3, 1), { status: "draft" });
};

/** Nothing was posted yet. */
export const firstRun = (): Scene => ({ orders: orders(), day: billed });

/** A run makes a plan, a second person agrees, the next run posts it. */
export const secondPerson = async (): Promise<Scene> => ({
  orders: orders(),
  before: billed,
  day: changed,
  project: await postingPipelines([[/approval: none/, "approval: required"]]),
  async run(home) {
    await post(home);
    await agree(home);
    // A day later.
    home.clock.advance(24 * 3_600_000);
    await post(home);
    // What a reversal leaves to be made good is reckoned by the next run, which asks again.
    await agree(home);
    await post(home);
  },
});

/** A second person agrees to whatever waits for one. */
export async function agree({ store }: House): Promise<void> {
  for await (const { id, state } of listPlans(store, { pipeline: POSTING })) {
    if (state !== "waiting") continue;
    await decide({ store, by: "anna", commit: (writes) => writes.commit() }, id, { accept: true });
  }
}

/** A month has ended: what accrued in it is given back, and accrued again. */
export const monthEnd = async (): Promise<Scene> => ({
  orders: orders(),
  before: billed,
  project: await postingPipelines([[/recognise: until_invoiced/, "recognise: accrue"]]),
  async day(home) {
    home.clock.set(Date.parse("2026-11-03T09:00:00Z"));
    await changed(home);
  },
  async run(home) {
    for (let time = 0; time < 3; time++) await post(home);
  },
});

/** As journals are handed over an account is closed: Oracle refuses the whole import, and what is right in it has to go without. */
export const refusedAccount = (): Scene => ({
  orders: [order(1, [line("1000")]), order(2, [line("500")]), order(4, [line("40", { CODE_COMBINATION_ID: "702" })])],
  async day(home) {
    await certify(home, 1, ["100.10"]);
    await certify(home, 2, ["20"]);
    await certify(home, 4, ["4"]);
  },
  async meanwhile(home, path) {
    if (!path.includes("submit_journals")) return;
    await home.touch("ebs", "GL_CODE_COMBINATIONS", "701", { ENABLED_FLAG: "N" });
  },
});

/** An import that fails as a whole, one that dies. */
export const failedImport = (kind: "fails" | "dies"): Scene => ({
  orders: orders(),
  before: billed,
  async day(home) {
    await changed(home);
    await home.control("ebs", "gateway", { import_faults: [{ kind }] });
  },
  async run(home) {
    await home.run(POSTING);
    home.clock.advance(600_000);
    await post(home);
  },
});
