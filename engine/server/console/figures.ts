/**
 * What each flow comes to: links, what they are worth, and what waits for a person. Counted from the state, never kept beside it; a large
 * state takes seconds to count, so that a page is given the last count, and a new one is begun behind it.
 *
 * @module
 */
import { type Big, parseDecimal, plain } from "../../decimal.ts";
import type { Row } from "../../connector.ts";
import type { Pipeline } from "../../pipeline/model.ts";
import { listAdoptions } from "../../state/adoptions.ts";
import { listLinks } from "../../state/links.ts";
import { countParked } from "../../state/parked.ts";
import { listPostings } from "../../state/postings.ts";
import { listRejected } from "../../state/rejected.ts";
import type { Store } from "../../state/types.ts";
import type { Call } from "../api/types.ts";
import { worthOf } from "./worth.ts";

/** What a pipeline comes to. Amounts are decimals; absent where nothing of the kind is worth anything. */
export interface Figures {
  links: number;
  /** What is matched: of linked records by what was written, of documents what is in the books. */
  matched?: string;
  rejected: number;
  parked: number;
  adoptions: number;
  /** Documents that wait for a person, and what they are worth. */
  documents: number;
  waiting?: string;
}

/** Documents that only a person moves on. */
const PERSONS = new Set(["planned", "rejected", "unknown", "changed", "deleted"]);
/** Documents that are in the books. */
const BOOKED = new Set(["imported", "posted"]);
/** Milliseconds that a count may be old, and that counting may take before it is done behind the page. */
const FRESH = 5_000, QUICK = 25;

interface Counted {
  at: number;
  took: number;
  all: Map<string, Figures>;
  under?: Promise<void>;
}

const counts = new WeakMap<Store, Counted>();

/** The figures of these pipelines, by name. */
export async function figuresOf({ store, project, files }: Pick<Call["api"], "store" | "project" | "files">): Promise<
  Map<string, Figures>
> {
  const { clock } = store;
  const { pipelines, connections } = project();
  const count = async (): Promise<void> => {
    const began = clock.now();
    const all = new Map<string, Figures>();
    for (const pipeline of pipelines) {
      // The worklist is a destination too, and no connection of the file.
      const connector = connections[pipeline.destination.connection]?.connector;
      const lists = files.registry[connector]?.streams[pipeline.destination.stream]?.destination?.lists ?? {};
      all.set(pipeline.name, await countOne(store, pipeline, Object.entries(lists)));
    }
    counts.set(store, { at: clock.now(), took: clock.now() - began, all });
  };
  const held = counts.get(store);
  const whole = held && pipelines.every(({ name }) => held.all.has(name));
  if (held && whole && held.took > QUICK) {
    if (clock.now() - held.at > FRESH) held.under ??= count().catch(() => {}).finally(() => held.under = undefined);
    return held.all;
  }
  await count();
  return counts.get(store)!.all;
}

type Lists = readonly (readonly [string, { amount?: string }])[];

async function countOne(store: Store, pipeline: Pipeline, lists: Lists): Promise<Figures> {
  const { name } = pipeline;
  const [matched, waiting] = [adder(), adder()];
  const found: Figures = { links: 0, rejected: 0, parked: 0, adoptions: 0, documents: 0 };
  const worth = lists.filter(([, { amount }]) => amount !== undefined);
  for await (const { values } of listLinks(store, name)) {
    found.links++;
    for (const [list, { amount }] of worth) {
      for (const item of (values[list] ?? []) as Row[]) matched.add(item[amount!]);
    }
  }
  for await (const { dismissed, row } of listRejected(store, name)) {
    if (dismissed) continue;
    found.rejected++;
    waiting.add(worthOf(pipeline, lists, row));
  }
  for await (const { decision } of listAdoptions(store, name)) if (!decision) found.adoptions++;
  found.parked = await countParked(store, name);
  if (pipeline.posting) {
    for await (const { state, value } of listPostings(store, { pipeline: name })) {
      if (BOOKED.has(state)) matched.add(value);
      if (!PERSONS.has(state)) continue;
      found.documents++;
      waiting.add(value);
    }
  }
  return { ...found, matched: matched.sum(), waiting: waiting.sum() };
}

/** Adds amounts up; what is none is left out. */
function adder(): { add(amount: unknown): void; sum(): string | undefined } {
  let total: Big | undefined;
  return {
    add(amount) {
      const value = typeof amount === "string" ? parseDecimal(amount) : undefined;
      if (value) total = total ? total.plus(value) : value;
    },
    sum: () => total && plain(total),
  };
}
