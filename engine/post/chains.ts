/**
 * The second half of a posting run: chains that are due are reckoned, from what is certified and booked now and what stands, and what
 * is missing becomes documents.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import { asFailure, type Failure } from "../failure.ts";
import { emptyPage, soundRows, type Verdict } from "../run/page.ts";
import { byOrder, certifiedOf } from "../state/certified.ts";
import type { Certified, PostingRecord } from "../state/posting_types.ts";
import { postingsOf } from "../state/postings.ts";
import { bookedBy } from "./booked.ts";
import { goneAway } from "./certified_row.ts";
import type { Desk } from "./desk.ts";
import { draft, rowsFor } from "./draft_step.ts";
import { behindGaps, forgettable, quietOf } from "./left_out.ts";
import type { Findings } from "./read.ts";
import { reckon } from "./reckon.ts";
import { stands } from "./standing.ts";
import type { Draft } from "./types.ts";

/** What became of a chain. */
export interface Evaluated {
  chain: string;
  /** Source partition. */
  from: string;
  /** Documents to be posted, in their order. */
  drafts: Draft[];
  /** Its outbox as it was. */
  documents: readonly PostingRecord[];
  /** Words that need no document: what is wrong, or waits. */
  verdicts: Verdict[];
  /** Source keys that were looked at, and whether something is left to do for the chain besides its drafts. */
  keys: string[];
  outstanding: boolean;
  /** Why nothing is posted of source documents that count, by key. */
  quiet: ReadonlyMap<string, string>;
  /** Its source documents that do not count and of which nothing stands: they can be forgotten. */
  over: Certified[];
}

/** Chains that are reckoned together: their orders are joined in bulk. */
export const TOGETHER = 100;

/** Reckons chains of one source partition. */
export async function evaluate(
  desk: Desk,
  { from, chains, findings }: { from: string; chains: readonly string[]; findings: Findings },
): Promise<Evaluated[]> {
  const { job, pipeline } = desk;
  const { store } = job.engine;
  const [known, outbox] = [
    await certifiedOf(store, pipeline.name, chains),
    await postingsOf(store, pipeline.name, chains),
  ];
  const fresh = Map.groupBy(findings.certified.values(), ({ chain }) => chain);
  const all = chains.map((chain) => {
    const certified = merged(known.get(chain) ?? [], fresh.get(chain) ?? [], findings);
    return { chain, certified, documents: housed(outbox.get(chain) ?? [], certified, from) };
  });
  const faults = await loadRows(desk, { from, keys: all.flatMap(wanted), findings });
  const done: Evaluated[] = [];
  for (const one of all) done.push(await evaluateOne(desk, { ...one, from, findings, faults }));
  return done;
}

/** A chain's source documents as this run knows them; what this run has not read is as it was remembered. */
function merged(known: readonly Certified[], fresh: readonly Certified[], { certified }: Findings): Certified[] {
  const byKey = new Map(known.map((one) => [one.key, one]));
  // What has gone to another chain does not count in this one.
  for (const [key, one] of byKey) {
    const now = certified.get(key);
    if (now && now.chain !== one.chain) {
      byKey.set(key, { ...one, counts: false, why: `It belongs to ${now.chain} now` });
    }
  }
  for (const one of fresh) byKey.set(one.key, one);
  return [...byKey.values()].sort(byOrder);
}

/**
 * Documents that were restored when nothing was known of their source: they are taken as made from what it certifies now. Where it was
 * something else, the difference is made good by an adjustment.
 */
function housed(
  documents: readonly PostingRecord[],
  certified: readonly Certified[],
  from: string,
): readonly PostingRecord[] {
  return documents.map((one) =>
    one.money !== "" ? one : { ...one, from, money: certified.find(({ key }) => key === one.source)?.hash ?? "" }
  );
}

/** Source documents whose rows a chain may need: those not posted as they are now, and the newest, which says what is booked. */
function wanted({ certified, documents }: { certified: Certified[]; documents: readonly PostingRecord[] }): string[] {
  const posted = new Set(
    documents.filter((one) => one.purpose === "recognise" && stands(one)).map(({ source, money }) =>
      `${source} ${money}`
    ),
  );
  const counting = certified.filter(({ counts }) => counts);
  const keys = counting.filter(({ key, hash, history }) => !history && !posted.has(`${key} ${hash}`)).map(({ key }) =>
    key
  );
  const newest = counting.at(-1)?.key;
  return newest === undefined ? keys : [...keys, newest];
}

/** Reads rows that are not at hand, with what is joined to them. Gives what is wrong with those that cannot be used. */
async function loadRows(
  desk: Desk,
  { from, keys, findings }: { from: string; keys: readonly string[]; findings: Findings },
): Promise<Map<string, Failure>> {
  const { job } = desk;
  const faults = new Map<string, Failure>();
  const missing = [...new Set(keys)].filter((key) => !findings.rows.has(key));
  if (missing.length === 0) return faults;
  const partition = { id: from, name: from };
  for await (const { rows } of job.reader.read!({ partition, keys: missing })) {
    const sound = Array.from(soundRows(job, rows, emptyPage()), ({ row }) => row);
    const joined = await desk.joiner.join(sound);
    for (const one of joined) {
      const key = String(one.row[job.source.key]);
      if (one.failure) faults.set(key, one.failure);
      else if (!one.hold) findings.rows.set(key, one.row);
    }
  }
  const needs = missing.flatMap((key) => needsOf(desk, findings.rows.get(key)));
  await job.links.load(needs);
  return faults;
}

const needsOf = ({ mapper, job }: Desk, row: Row | undefined) => {
  try {
    return row ? [...mapper.needs(row), ...job.mapper.needs(row, "")] : [];
  } catch {
    return [];
  }
};

async function evaluateOne(
  desk: Desk,
  { chain, certified, documents, from, findings, faults }: {
    chain: string;
    certified: Certified[];
    documents: readonly PostingRecord[];
    from: string;
    findings: Findings;
    faults: ReadonlyMap<string, Failure>;
  },
): Promise<Evaluated> {
  const { pipeline } = desk;
  const result: Evaluated = {
    chain,
    from,
    drafts: [],
    documents,
    verdicts: [],
    keys: certified.map(({ key }) => key),
    outstanding: false,
    quiet: new Map(),
    over: [],
  };
  const tell = (key: string, part: string, word: Verdict): void => {
    result.outstanding = true;
    result.verdicts.push({ ...word, change: { ...word.change, key, part } });
  };
  const newest = certified.findLast(({ counts }) => counts);
  try {
    const row = newest && findings.rows.get(newest.key);
    if (newest && !row && pipeline.posting.booked) {
      throw faults.get(newest.key) ?? goneAway(desk, newest);
    }
    const booked = row ? bookedBy(desk, row) : { amounts: {}, pools: {}, never: [] };
    const unit = newest?.unit ?? certified.at(-1)?.unit ?? "0.01";
    const to = newest?.to ?? documents.at(-1)?.to;
    const { steps, blocked } = reckon({ id: chain, certified, booked, documents, unit }, {
      recognise: pipeline.posting.recognise,
      today: desk.today,
      periods: pipeline.posting.recognise === "accrue" && to !== undefined ? await desk.calendar(to) : [],
    });
    if (blocked !== undefined) {
      const about = newest ?? certified.at(-1);
      tell(about?.key ?? documents.at(-1)!.source, "", {
        change: { word: "parked", key: "", part: "", label: about?.label, why: blocked, ...worth(about) },
        row: row ?? {},
      });
      return result;
    }
    const gaps = (findings.gaps.get(chain) ?? []).filter(({ key }) => !findings.certified.has(key));
    const { ready, waits } = behindGaps(steps, certified, gaps);
    for (const { about, gap } of waits) {
      const why =
        `${gap.key}, number ${gap.order} of its chain, cannot be judged, and what this one adds is told by that`;
      tell(about.key, "", {
        change: { word: "parked", key: "", part: "", label: about.label, why, ...worth(about) },
        row: findings.rows.get(about.key) ?? {},
      });
    }
    // What is taken back may leave a difference that only the next run can tell; an accrual that was given back is made again.
    if (ready.some(({ purpose }) => purpose === "reverse")) result.outstanding = true;
    const more = await loadRows(desk, { from, keys: ready.flatMap((step) => rowsFor(step, certified)), findings });
    const at = {
      chain,
      from,
      certified,
      documents,
      booked,
      rows: findings.rows,
      faults: new Map([...faults, ...more]),
      load: (key: string) => loadRows(desk, { from, keys: [key], findings }),
    };
    for (const step of ready) {
      const drafted = await draft(desk, { ...at, step });
      if ("failure" in drafted) {
        const about = certified.find(({ key }) => key === step.source);
        tell(step.source, step.purpose === "recognise" ? "" : step.purpose, {
          change: {
            word: "rejected",
            key: "",
            part: "",
            label: about?.label,
            failure: drafted.failure.toJSON(),
            ...worth(about),
          },
          row: findings.rows.get(step.source) ?? {},
          failure: drafted.failure,
        });
      } else result.drafts.push(drafted);
    }
    result.quiet = quietOf(certified, documents, steps);
    if (steps.length === 0) result.over = forgettable(certified, documents);
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.kind !== "rejected") throw failure;
    const about = newest ?? certified.at(-1)!;
    tell(about.key, "", {
      change: { word: "rejected", key: "", part: "", label: about.label, failure: failure.toJSON(), ...worth(about) },
      row: findings.rows.get(about.key) ?? {},
      failure,
    });
  }
  return result;
}

const worth = (about: Certified | undefined): { value?: string } =>
  about?.value === undefined ? {} : { value: about.value };
