/**
 * The end of a posting run: what is wrong is told and kept, what may leave is sent, what waits for a second person is put into a plan,
 * and chains that nothing is left to do for are taken off the list.
 *
 * @module
 */
import { asFailure, Failure } from "../failure.ts";
import { hush, remember, settleTrouble } from "../run/remember.ts";
import type { Verdict } from "../run/page.ts";
import { batch } from "../state/batch.ts";
import { dropCertified } from "../state/certified.ts";
import { clearDue, type Due } from "../state/followed.ts";
import { dropPosting, putPosting } from "../state/postings.ts";
import { putPlan } from "../state/plans.ts";
import type { Lease } from "../state/types.ts";
import { clearWakes } from "../state/wakes.ts";
import type { Evaluated } from "./chains.ts";
import type { Desk } from "./desk.ts";
import { become, type Stamp } from "./fate.ts";
import { type Gated, planOf } from "./gate.ts";
import { type Outbox, send, type Sent } from "./outbox.ts";
import { settlePlans } from "./plans.ts";
import type { Findings } from "./read.ts";
import { partOf, toldDocument } from "./tell.ts";
import type { Draft } from "./types.ts";

/** What a run has come to before anything leaves. */
export interface Conclusion {
  evaluated: readonly Evaluated[];
  gated: Gated;
  /** Absent in a plan. */
  outbox?: Outbox;
  findings: Findings;
  progress(): void;
}

/** Ends the run. Throws what stopped documents from leaving, once everything is told and kept. */
export async function conclude(
  desk: Desk,
  { evaluated, gated, outbox, findings, progress }: Conclusion,
): Promise<void> {
  const verdicts = evaluated.flatMap(({ verdicts, from }) => verdicts.map((one) => ({ ...one, from })));
  await tellVerdicts(desk, verdicts, { lease: outbox?.lease, findings });
  const left = new Set(evaluated.filter(({ outstanding }) => outstanding).map(({ chain }) => chain));
  let stop: Failure | undefined;
  if (!outbox || !desk.live) {
    for (const draft of [...gated.send, ...gated.waiting, ...gated.fresh]) {
      left.add(draft.record.chain);
      await report(desk, findings, draft, { word: "create", ...(desk.shadow && { why: `shadow: ${desk.shadow}` }) });
    }
  } else {
    await drop(desk, outbox, { gated, findings });
    await plan(desk, outbox, { gated, findings });
    for (const { record: { chain } } of [...gated.fresh, ...gated.waiting]) left.add(chain);
    stop = await sendAll(desk, outbox, { drafts: gated.send, left, findings, progress });
    await settlePlans(outbox, desk.pipeline.name);
  }
  for (const { keys, quiet } of evaluated) {
    for (const key of keys) {
      const now = findings.certified.get(key);
      if (findings.told.has(key) || !now) continue;
      findings.told.add(key);
      const why = quiet.get(key);
      const more = why === undefined ? {} : { why, label: now.label, value: now.value };
      await desk.job.report({ word: "unchanged", key, part: "", ...more });
    }
  }
  if (outbox) await tidy(desk, outbox.lease, { evaluated, left, findings });
  if (stop) throw stop;
}

async function tellVerdicts(
  desk: Desk,
  verdicts: readonly Verdict[],
  { lease, findings }: { lease?: Lease; findings: Findings },
): Promise<void> {
  const { job } = desk;
  for (const verdict of verdicts) hush(job, verdict);
  if (lease) {
    const writes = batch(job.engine.store, lease);
    for (const verdict of verdicts) remember(job, writes, verdict);
    await writes.commit();
  }
  for (const { change } of verdicts) {
    findings.told.add(change.key);
    await job.report(change);
  }
}

async function report(
  desk: Desk,
  findings: Findings,
  draft: Draft,
  more: Parameters<typeof toldDocument>[2],
): Promise<void> {
  findings.told.add(draft.record.source);
  await desk.job.report(toldDocument(desk, { ...draft, why: draft.why ?? "" }, more));
}

const stampOf = ({ clock, by }: Outbox): Stamp => ({ at: new Date(clock.now()).toISOString(), by });

/** Forgets documents that were planned and are not to be posted like that any more; one that was approved is told. */
async function drop(
  desk: Desk,
  outbox: Outbox,
  { gated, findings }: { gated: Gated; findings: Findings },
): Promise<void> {
  if (gated.dropped.length === 0) return;
  const writes = batch(outbox.store, outbox.lease);
  for (const { record } of gated.dropped) dropPosting(writes, record);
  await writes.commit();
  for (const { record, failure } of gated.dropped) {
    if (!failure) continue;
    findings.told.add(record.source);
    await desk.job.report({
      word: "rejected",
      key: record.source,
      part: partOf(record),
      label: record.label,
      value: record.value,
      failure: failure.toJSON(),
    });
  }
}

/** Puts documents that nobody was asked about into one plan. */
async function plan(
  desk: Desk,
  outbox: Outbox,
  { gated, findings }: { gated: Gated; findings: Findings },
): Promise<void> {
  const { job } = desk;
  if (gated.fresh.length > 0) {
    const made = planOf(desk, gated.fresh, job.options.by ?? "");
    const writes = batch(outbox.store, outbox.lease);
    for (const draft of gated.fresh) {
      draft.record = become({ ...draft.record, plan: made.id }, { state: "planned" }, stampOf(outbox));
      putPosting(writes, draft.record, draft.fields);
    }
    putPlan(writes, made, gated.fresh.map(({ record }) => record.key));
    await writes.commit();
  }
  for (const draft of [...gated.waiting, ...gated.fresh]) {
    const { plan } = draft.record;
    await report(desk, findings, draft, { word: "parked", why: `waits for a second person: gusset approve ${plan}` });
  }
}

async function sendAll(
  desk: Desk,
  outbox: Outbox,
  { drafts, left, findings, progress }: {
    drafts: readonly Draft[];
    left: Set<string>;
    findings: Findings;
    progress: () => void;
  },
): Promise<Failure | undefined> {
  let stop: Failure | undefined;
  const verdicts: Verdict[] = [];
  for (const [to, own] of Map.groupBy(drafts, ({ record }) => record.to)) {
    const partition = await desk.books(to);
    // As many at a time as go in two imports: what they came to is told while the others are still to go.
    for (let at = 0; at < own.length && !stop; at += CHUNK) {
      const { signal } = desk.job.options;
      if (signal?.aborted) {
        stop = asFailure(signal.reason);
        break;
      }
      await outbox.lease.renew();
      const some = own.slice(at, at + CHUNK);
      const sent = await send(outbox, some, partition);
      for (const [i, one] of sent.entries()) {
        if (one.result !== "confirmed") left.add(one.record.chain);
        if (one.failure && one.failure.kind !== "rejected") stop ??= one.failure;
        verdicts.push(...await tellSent(desk, { ...some[i], record: one.record }, one, findings));
      }
      progress();
    }
    for (const { record } of stop ? own : []) left.add(record.chain);
  }
  await rememberAll(desk, outbox.lease, verdicts);
  return stop;
}

const CHUNK = 200;

/** Tells what became of a document. One that the destination refused is to be remembered for whoever has to act. */
async function tellSent(desk: Desk, draft: Draft, { result, failure }: Sent, findings: Findings): Promise<Verdict[]> {
  if (result === "confirmed") {
    await report(desk, findings, draft, { word: "create" });
    return [];
  }
  const refused = result === "rejected" && failure?.kind === "rejected";
  const word = refused ? "rejected" : "parked";
  const why = failure?.message ?? "it waits for another document of its chain";
  await report(desk, findings, draft, { word, ...(refused ? { failure: failure.toJSON() } : { why }) });
  if (!refused) return [];
  const { record } = draft;
  const row = findings.rows.get(record.source) ?? {};
  const change = { word, key: record.source, part: partOf(record), label: record.label, failure: failure.toJSON() };
  return [{ change: { ...change, word: "rejected" }, row, failure, from: record.from }];
}

async function rememberAll(desk: Desk, lease: Lease, verdicts: readonly Verdict[]): Promise<void> {
  const writes = batch(desk.job.engine.store, lease);
  for (const verdict of verdicts) remember(desk.job, writes, verdict);
  await writes.commit();
}

/** Takes chains off the list that nothing is left to do for; of the others one reason stays. */
async function tidy(
  { job, pipeline }: Desk,
  lease: Lease,
  { evaluated, left, findings }: { evaluated: readonly Evaluated[]; left: ReadonlySet<string>; findings: Findings },
): Promise<void> {
  const writes = batch(job.engine.store, lease);
  const kept = new Set<string>();
  const done: Due[] = [];
  for (const due of findings.dues) {
    if (left.has(due.chain) && kept.size < kept.add(due.chain).size) continue;
    done.push(due);
  }
  clearDue(writes, done);
  for (const { chain, keys, over, verdicts } of evaluated) {
    if (left.has(chain)) continue;
    for (const one of over) dropCertified(writes, pipeline.name, one, findings.certified.get(one.key)?.chain === chain);
    if (verdicts.length > 0) continue;
    for (const key of keys) for (const part of ["", "adjust", "reverse"]) settleTrouble(job, writes, key, part);
  }
  const read = new Set([...findings.certified.keys(), ...findings.told]);
  clearWakes(writes, job.trouble.wakes.filter(({ key }) => read.has(key)));
  await writes.commit();
}
