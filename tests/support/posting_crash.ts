/**
 * Kills a posting run at one step and lets another process take over: each journal is in the ledger once, balanced, at every moment, and
 * in the end ledger and outbox are what a run that nothing befell makes of them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { seededRandom } from "../../engine/clock.ts";
import type { Row, Wire } from "../../engine/connector.ts";
import { Big } from "../../engine/decimal.ts";
import { listDue } from "../../engine/state/followed.ts";
import { listCertified } from "../../engine/state/certified.ts";
import { listParked } from "../../engine/state/parked.ts";
import { listPostings, openPostings } from "../../engine/state/postings.ts";
import { listRejected } from "../../engine/state/rejected.ts";
import type { RunResult } from "../../engine/run/types.ts";
import { broken } from "../../engine/wire/trouble.ts";
import type { House } from "./house.ts";
import { type Death, type Killer, killer } from "./killer.ts";
import type { Project } from "../../engine/pipeline/model.ts";
import { sync } from "./orders.ts";
import { letPost, post, POSTING, postingFirm } from "./postings.ts";

const HOUR = 3_600_000;

/** What is posted when the process dies, and from what state. */
export interface Scene {
  orders: readonly Row[];
  /** What was billed and is posted already; absent: nothing was posted yet. */
  before?: (home: House) => Promise<void>;
  /** What happens before the run that is cut off. */
  day: (home: House) => Promise<void>;
  /** What happens as it goes: hears every call before it leaves, by its path. */
  meanwhile?: (home: House, path: string) => Promise<void>;
  /** The pipelines; default: the firm's usual ones. */
  project?: Project;
  /** How the run goes, where it takes more than running it: somebody has to agree. Goes on where it was left. */
  run?: (home: House) => Promise<void>;
}

/** A scene that was played once without a death. */
export interface Played {
  /** What it did to the outside. */
  steps: readonly string[];
  /** Journals that it made. */
  journals: number;
  /** Plays it again with a death; gives false where it was over before that step. */
  kill(death: Death): Promise<boolean>;
  /** Plays it again with one call about journals lost, on its way or with its answer; gives undefined where there was none. */
  lose(call: Death): Promise<{ name: string; counts: RunResult["counts"] } | undefined>;
}

/** A journal of ours in the ledger, ids and times aside. */
export interface Booked {
  key: string;
  lines: string[];
  date: string;
  says: string;
}

/** Plays a scene in peace, and gives what it takes to kill it. */
export async function play(scene: Scene): Promise<Played> {
  const { run = post, meanwhile } = scene;
  const begin = await begun(scene);

  async function stage(around = (_: string, wire: Wire) => wire): Promise<{ home: House; death: Killer }> {
    const death = killer();
    const home: House = await postingFirm(scene.orders, {
      project: scene.project,
      aroundKv: death.aroundKv,
      around: (connection, wire) => {
        const own = death.around(connection, around(connection, wire));
        return async (request) => {
          await meanwhile?.(home, new URL(request.url).pathname);
          return await own(request);
        };
      },
    });
    await begin(home);
    death.arm();
    return { home, death };
  }

  const calm = await stage();
  const earlier = (await ledger(calm.home)).length;
  await run(calm.home);
  const steps = [...calm.death.steps];
  const expected = await postedEnd(calm.home);
  const open = await rests(calm, "a run that nothing befell");
  await calm.home.close();

  // A third run is looked at where the death came between the first journals that left and the last word of them.
  const first = steps.findIndex(isPost);
  const rested = (step: number): boolean => step >= first && /commit|submit_journals/.test(steps[step] ?? "");

  return {
    steps,
    journals: expected.ledger.length - earlier,
    async kill(when) {
      const { home, death } = await stage();
      death.arm(when);
      await run(home).catch(() => {});
      const died = death.dead();
      const at = `killed ${when.when} step ${when.step}, ${death.steps.at(-1)}`;
      if (died) {
        death.arm();
        sound(await ledger(home), at);
        // Another process, an hour later: the lease of the dead one is over, and an import that it had submitted has ended.
        home.reopen();
        home.clock.advance(HOUR);
        await run(home);
      }
      assert.deepEqual(await postedEnd(home), expected, at);
      if (died && rested(when.step)) assert.deepEqual(await rests({ home, death }, at), open, at);
      await home.close();
      return died;
    },
    async lose(when) {
      const line = badLine(when);
      const { home, death } = await stage(line.around);
      const { counts } = await home.run(POSTING);
      const at = `the line broke ${when.when} call ${when.step} to the ledger, ${line.calls[when.step]}`;
      sound(await ledger(home), at);
      home.clock.advance(HOUR);
      await post(home);
      assert.deepEqual(await postedEnd(home), expected, at);
      if (/submit/.test(line.calls[when.step] ?? "")) assert.deepEqual(await rests({ home, death }, at), open, at);
      await home.close();
      return line.calls.length > when.step ? { name: line.calls[when.step], counts } : undefined;
    },
  };
}

/** What sampled deaths came to. */
export interface Sampled {
  /** Steps of the run, and journals that it makes. */
  steps: number;
  journals: number;
  /** Where it died: `after commit`. */
  died: string[];
}

/** Kills a scene's run at steps of its whole length: one in each stretch, so that no part of it is left out. */
export async function sampled(scene: Scene, { deaths, seed }: { deaths: number; seed: number }): Promise<Sampled> {
  const { steps, journals, kill } = await play(scene);
  const random = seededRandom(seed);
  const died: string[] = [];
  for (let i = 0; i < deaths; i++) {
    const step = Math.floor((i + random()) * steps.length / deaths);
    const when = random() < 0.5 ? "before" : "after";
    if (await kill({ step, when })) died.push(`${when} ${steps[step]}`);
  }
  return { steps: steps.length, journals, died };
}

/** A line that breaks once, at one of the calls that hand journals over or ask for them; the process lives. */
function badLine({ step, when }: Death): { calls: string[]; around: (connection: string, wire: Wire) => Wire } {
  const calls: string[] = [];
  return {
    calls,
    around: (_, wire) => async (request) => {
      const [, name] = /(submit_journals|get_request_status|get_postings)/.exec(request.url) ?? [];
      const breaks = name !== undefined && calls.push(name) - 1 === step;
      if (breaks && when === "before") throw broken(request, "it was closed");
      const answer = await wire(request);
      if (!breaks) return answer;
      await answer.body?.cancel();
      throw broken(request, "it was closed");
    },
  };
}

/** Holds that a further run sends nothing to the ledger and leaves it as it is. Gives what is left open: where all is well, nothing. */
async function rests({ home, death }: { home: House; death: Killer }, at: string): Promise<unknown[]> {
  const before = await ledger(home);
  death.arm();
  home.clock.advance(HOUR);
  await post(home);
  assert.deepEqual(death.steps.filter(isPost), [], `${at}: the next run posts`);
  assert.deepEqual(await ledger(home), before, at);
  return await leftOpen(home);
}

/** What a next run would look at. */
async function leftOpen({ store }: House): Promise<unknown[]> {
  const open: unknown[] = [];
  for await (const { chain, why } of listDue(store, POSTING)) open.push([chain, why]);
  for await (const { key, part, why } of listParked(store, POSTING)) open.push([key, part, why]);
  for await (const { key, part, failure } of listRejected(store, POSTING)) {
    open.push([key, part, failure.code, failure.fact]);
  }
  for (const { key, state } of await openPostings(store, { pipeline: POSTING })) {
    if (state !== "imported") open.push([key, state]);
  }
  return open;
}

/** Whether a step of a run may put something into the ledger, or take it out. */
export const isPost = (step: string): boolean => /(submit_journals|withdraw_journal)/.test(step);

/** Plays what comes before the run under test. Gives what brings a fresh house there, without the reading and reckoning. */
async function begun({ orders, before, day }: Scene): Promise<(home: House) => Promise<void>> {
  const { calls, around, watch } = callsKept();
  const home = await postingFirm(orders, { around });
  watch(home);
  await sync(home);
  await letPost(home);
  if (before) {
    await before(home);
    await post(home);
  }
  const state = await Array.fromAsync(home.store.kv.list({ prefix: [] }, { batchSize: 1000 }));
  await day(home);
  const end = home.clock.now();
  await home.close();
  return async (fresh) => {
    await again(fresh, calls);
    fresh.clock.set(end);
    for (let from = 0; from < state.length; from += 500) {
      const copy = fresh.store.kv.atomic();
      for (const { key, value } of state.slice(from, from + 500)) copy.set(key, value);
      assert((await copy.commit()).ok);
    }
  };
}

/** A call that changed something, and when. */
interface Kept {
  system: "ebs" | "procore";
  at: number;
  request: Request;
}

/**
 * Keeps what may change something in either system, logins and what people do included: the same calls at the same times give the same
 * ids.
 */
function callsKept() {
  const calls: Kept[] = [];
  let home: House | undefined;
  const keep = (system: string, wire: Wire): Wire => async (request) => {
    const { pathname } = new URL(request.url);
    if (/\/login\b/.test(pathname) || (request.method !== "GET" && !/\/get_\w+\/$/.test(pathname))) {
      const { method, url, headers } = request;
      const body = request.body ? await request.clone().text() : undefined;
      const kept = new Request(url, { method, headers, body });
      calls.push({ system: system as Kept["system"], at: home!.clock.now(), request: kept });
    }
    return await wire(request);
  };
  return {
    calls,
    around: keep,
    watch(one: House): void {
      home = one;
      // What people do goes past the wires.
      for (const [system, sandbox] of Object.entries(one.sandboxes)) sandbox.fetch = keep(system, sandbox.fetch);
    },
  };
}

async function again({ sandboxes, clock }: House, calls: readonly Kept[]): Promise<void> {
  for (const { system, at, request } of calls) {
    clock.set(at);
    const answer = await sandboxes[system].fetch(request.clone());
    const text = await answer.text();
    assert(answer.ok, `${request.url}: ${answer.status} ${text}`);
  }
}

/** What is in the ledger of ours, by key. */
export async function ledger(home: House): Promise<Booked[]> {
  const lines = Map.groupBy(await home.rows("ebs", "GL_JE_LINES"), ({ JE_HEADER_ID }) => JE_HEADER_ID);
  const amount = (value: Row[string]): string => value === undefined || value === null ? "" : String(value);
  return (await home.rows("ebs", "GL_JE_HEADERS")).map((head): Booked => ({
    key: String(head.EXTERNAL_REFERENCE),
    lines: (lines.get(head.JE_HEADER_ID) ?? []).map((line) =>
      `${line.CODE_COMBINATION_ID} Dr ${amount(line.ENTERED_DR)} Cr ${amount(line.ENTERED_CR)}`
    ),
    date: String(head.DEFAULT_EFFECTIVE_DATE).slice(0, 10),
    says: String(head.DESCRIPTION ?? ""),
  })).sort((a, b) => a.key < b.key ? -1 : 1);
}

/** Holds what must be true at every moment: each journal once, and balanced. */
export function sound(booked: readonly Booked[], at: string): void {
  const keys = booked.map(({ key }) => key);
  assert.deepEqual(keys, [...new Set(keys)], `${at}: a journal is there twice`);
  for (const { key, lines } of booked) {
    let sum = new Big(0);
    for (const line of lines) {
      const [, debit, credit] = / Dr (\S*) Cr (\S*)$/.exec(line)!;
      sum = sum.plus(debit || "0").minus(credit || "0");
    }
    assert(sum.eq(0) && lines.length > 1, `${at}: ${key} does not balance`);
  }
}

/** Everything that must be the same whichever way it came about; also that nothing lies in the interface. */
export async function postedEnd(home: House): Promise<{ ledger: Booked[]; outbox: unknown[] }> {
  const { store } = home;
  const booked = await ledger(home);
  sound(booked, "in the end");
  const outbox: unknown[] = [];
  for await (const one of listPostings(store, { pipeline: POSTING })) {
    const { key, purpose, source, revision, reverses, money, hash, value, moved, state } = one;
    outbox.push({ key, purpose, source, revision, reverses, money, hash, value, moved, state });
  }
  for await (const { at: _, ...one } of listCertified(store, POSTING)) outbox.push(one);
  const held = await home.rows("ebs", "GL_INTERFACE");
  assert.deepEqual(held, [], "nothing lies in the interface");
  return { ledger: booked, outbox };
}
