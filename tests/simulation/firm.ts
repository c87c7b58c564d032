/**
 * A firm from one seed, in both sandboxes: sheets come, change and are opened again, payables invoice and cancel, and whole posting runs
 * die or lose a call at random. A twin sees the same and posts once, at the end: the books of both must come to the same.
 *
 * Every third firm has a second person agree to what is posted, who often has no time; every fifth gives back at a month's end what it
 * accrued, and accrues it again.
 *
 * Runs look at what both systems say now, so that it may not matter how many of them there were, nor how they ended.
 *
 * @module
 */
import assert from "node:assert/strict";
import { seededRandom } from "../../engine/clock.ts";
import type { Row, Wire } from "../../engine/connector.ts";
import { Big, plain } from "../../engine/decimal.ts";
import type { Project } from "../../engine/pipeline/model.ts";
import { broken } from "../../engine/wire/trouble.ts";
import type { House } from "../support/house.ts";
import { killer } from "../support/killer.ts";
import { line, lineId, order } from "../support/orders.ts";
import { isPost, ledger, sound } from "../support/posting_crash.ts";
import { agree } from "../support/posting_scenes.ts";
import { certify, contractOf, invoice, post, POSTING, postingHouse, postingPipelines } from "../support/postings.ts";

/** What a firm came to. */
export interface FirmFigures {
  /** What people did, runs, and what befell them. */
  acts: number;
  runs: number;
  deaths: number;
  lost: number;
  journals: number;
}

const MINUTE = 60_000;
/** Days between runs at the most, where months are to end. */
const DAYS = 5;
/** Runs until all that was taken back is made good, each agreed to. */
const ROUNDS = 6;
/** Steps that a run takes at the most. */
const STEPS = 90;
const NUMBERS = [1, 2, 3];

const orders = (): Row[] =>
  NUMBERS.map((number) =>
    order(number, [line("90000"), line("5000.50", { CODE_COMBINATION_ID: `70${number}` })], {
      PROJECT_NUMBER: number === 3 ? "PHX-1" : "DEN-1",
    })
  );

/** Something that people do, to both firms alike. */
type Act = (home: House) => Promise<unknown>;

const projects = new Map<string, Promise<Project>>();

/** The pipeline with a second person or without, accruing by month or until it is invoiced. */
function project(asks: boolean, accrues: boolean): Promise<Project> {
  const edits: [RegExp, string][] = [];
  if (asks) edits.push([/approval: none/, "approval: required"]);
  if (accrues) edits.push([/recognise: until_invoiced/, "recognise: accrue"]);
  const name = edits.join();
  if (!projects.has(name)) projects.set(name, postingPipelines(edits));
  return projects.get(name)!;
}

/** Plays a firm. Throws where something does not hold, naming the seed; `tell` hears what happens. */
export async function firm(seed: number, tell: (line: string) => void = () => {}): Promise<FirmFigures> {
  const random = seededRandom(seed);
  const between = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  const death = killer();
  const line = badLine();
  const [asks, accrues] = [seed % 3 === 0, seed % 5 === 0];
  const home = await postingHouse(orders(), {
    project: await project(asks, accrues),
    aroundKv: death.aroundKv,
    around: (connection, wire) => death.around(connection, line.around(wire)),
  });
  const twin = await postingHouse(orders(), { project: await project(false, accrues) });
  const figures: FirmFigures = { acts: 0, runs: 0, deaths: 0, lost: 0, journals: 0 };
  const invoices: string[] = [];
  try {
    for (let round = between(4, 9); round > 0; round--) {
      for (let times = between(1, 4); times > 0; times--) {
        const [name, act] = await anAct(home, { between, invoices });
        tell(name);
        figures.acts++;
        for (const one of [home, twin]) await act(one);
      }
      const fate = between(0, 3);
      const step = between(0, STEPS), when = between(0, 1) ? "before" : "after";
      death.arm(fate > 1 ? { step, when } : undefined);
      line.arm(fate === 1 ? between(0, 12) : undefined);
      figures.runs++;
      const { failure, counts } = await home.run(POSTING).catch(() => ({ failure: undefined, counts: undefined }));
      if (death.dead()) figures.deaths++;
      if (line.broke()) figures.lost++;
      tell(death.dead() ? `a run dies ${when} step ${step}, ${death.steps.at(-1)}` : JSON.stringify(failure ?? counts));
      death.arm();
      line.arm();
      sound(await ledger(home), `seed ${seed}, after a run`);
      // The periods that are open from the start end with November.
      const later = between(2, accrues ? DAYS * 24 * 60 : 30 * 60) * MINUTE;
      for (const one of [home, twin]) one.clock.advance(later);
      home.reopen();
      if (asks && between(0, 1)) await agree(home);
    }
    // Nothing befalls them any more. What is taken back may leave something to be made good by the run after it.
    for (let time = 0; time < ROUNDS; time++) {
      for (const one of [home, twin]) await post(one);
      await agree(home);
    }
    const booked = await ledger(home);
    sound(booked, `seed ${seed}, in the end`);
    figures.journals = booked.length;
    assert.deepEqual(await balances(home), await balances(twin), `seed ${seed}: the books differ from the twin's`);
    death.arm();
    await post(home);
    assert.deepEqual(death.steps.filter(isPost), [], `seed ${seed}: a further run posts`);
  } finally {
    await home.close();
    await twin.close();
  }
  return figures;
}

/** What comes next: what it is called, and how it is done. */
async function anAct(
  home: House,
  { between, invoices }: { between: (from: number, to: number) => number; invoices: string[] },
): Promise<[name: string, act: Act]> {
  const number = NUMBERS[between(0, NUMBERS.length - 1)];
  const amount = (): string => `${between(1, 400)}.${between(10, 99)}`;
  const sheet = await lastSheet(home, number);
  const kind = between(0, 9);
  if (kind < 2 || (kind < 6 && sheet?.status === "approved")) {
    if (!sheet || sheet.status === "approved") {
      const retained = between(0, 2) ? {} : { work_completed_retainage_retained_this_period: "1.01" };
      const work = [{ work_completed_this_period: amount(), ...retained }, amount()];
      return [`order ${number} is billed ${JSON.stringify(work)}`, (one) => certify(one, number, work)];
    }
  }
  if (kind < 8 && sheet) {
    const status = sheet.status === "approved" ? "draft" : "approved";
    const work_completed_this_period = amount();
    const edits = status === "approved" && between(0, 1) === 1;
    return [
      `sheet ${sheet.number} of ${number} is ${status}${edits ? `, ${work_completed_this_period}` : ""}`,
      async (one) => {
        const { id } = (await lastSheet(one, number))!;
        if (edits) {
          const items = await one.rows("procore", "requisition_items");
          const item = items.find((row) => row.requisition_id === id)!;
          await one.touch("procore", "requisition_items", String(item.id), { work_completed_this_period });
        }
        await one.touch("procore", "requisitions", String(id), { status });
      },
    ];
  }
  if (kind === 9 && invoices.length > 0) {
    const [name] = invoices.splice(between(0, invoices.length - 1), 1);
    return [`${name} is cancelled`, async (one) => {
      const row = (await one.rows("ebs", "AP_INVOICES_ALL")).find(({ INVOICE_NUM }) => INVOICE_NUM === name)!;
      await one.touch("ebs", "AP_INVOICES_ALL", String(row.INVOICE_ID), { ACTION: "CANCEL" });
    }];
  }
  const name = `INV-${between(1, 1_000_000_000)}`;
  invoices.push(name);
  const amounts = { [lineId(number, between(1, 2))]: amount() };
  return [`${name} ${JSON.stringify(amounts)}`, (one) => invoice(one, name, amounts)];
}

async function lastSheet(home: House, number: number): Promise<Row | undefined> {
  const { id } = await contractOf(home, number);
  const sheets = (await home.rows("procore", "requisitions")).filter((row) => String(row.commitment_id) === id);
  return sheets.sort((a, b) => Number(a.number) - Number(b.number)).at(-1);
}

/** A line that breaks once, at the nth call about journals, with its answer. */
function badLine() {
  let [left, struck] = [Infinity, false];
  return {
    arm(nth = Infinity): void {
      [left, struck] = [nth, false];
    },
    broke: () => struck,
    around: (wire: Wire): Wire => async (request) => {
      const answer = await wire(request);
      if (!/submit_journals|get_request_status|get_postings/.test(request.url) || left-- > 0 || struck) return answer;
      struck = true;
      await answer.body?.cancel();
      throw broken(request, "it was closed");
    },
  };
}

/** What each account comes to by our journals. */
async function balances(home: House): Promise<Record<string, string>> {
  const sums = new Map<string, Big>();
  for (const { CODE_COMBINATION_ID, ENTERED_DR, ENTERED_CR } of await home.rows("ebs", "GL_JE_LINES")) {
    const account = String(CODE_COMBINATION_ID);
    const amount = new Big(String(ENTERED_DR || "0")).minus(String(ENTERED_CR || "0"));
    sums.set(account, (sums.get(account) ?? new Big(0)).plus(amount));
  }
  const left = [...sums].filter(([, sum]) => !sum.eq(0)).map(([account, sum]) => [account, plain(sum)] as const);
  return Object.fromEntries(left.sort());
}
