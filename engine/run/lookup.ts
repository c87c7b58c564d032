/**
 * Other pipelines' links, loaded in bulk for a page and remembered for the run, as long as there is room.
 *
 * @module
 */
import type { LinkLookup, LinkNeed } from "../mapping/types.ts";
import { linksOf, linksTo } from "../state/links.ts";
import type { Link, Store } from "../state/types.ts";

/** What `dry-run --all` stands in for an id that only applying will tell. */
export const AFTER_APPLY = "(known after apply)";

/** Links loaded for the needs of a page. */
export interface LinkCache {
  /** Loads what is not known yet. */
  load(needs: readonly LinkNeed[]): Promise<void>;
  /** Answers from what was loaded. */
  lookup: LinkLookup;
}

type Found = { key: string; part: string; id: string }[];

/** Entries kept before the cache starts anew: 100,000 of them are some 20 MB. */
const ROOM = 100_000;

/** Makes a cache over the store; `provisional` links (pipeline → key → id) stand in for those a plan has not made. */
export function linkCache(store: Store, provisional?: Map<string, Map<string, string>>): LinkCache {
  // By pipeline, then by key: an order's lines ask a million times, and a key made of both would be hashed anew each time.
  const known = { forward: new Map<string, Map<string, Found>>(), backward: new Map<string, Map<string, Found>>() };
  const items = new Map<string, Map<string, Items>>();
  let entries = 0;

  const shelf = ({ pipeline, reverse }: LinkNeed): Map<string, Found> => {
    const shelves = reverse ? known.backward : known.forward;
    let found = shelves.get(pipeline);
    if (!found) shelves.set(pipeline, found = new Map());
    return found;
  };

  /** Loads the items of linked records: only where one is asked for, as an order may have a thousand. */
  const loadItems = async (needs: readonly LinkNeed[]): Promise<void> => {
    const asked = Map.groupBy(needs.filter(({ child }) => child), ({ pipeline }) => pipeline);
    for (const [pipeline, ofPipeline] of asked) {
      let shelves = items.get(pipeline);
      if (!shelves) items.set(pipeline, shelves = new Map());
      const ids = new Set(ofPipeline.map(({ key }) => key).filter((id) => !shelves.has(id)));
      const sources = [...ids].flatMap((id) => known.backward.get(pipeline)?.get(id) ?? []);
      const links = await linksOf(store, pipeline, [...new Set(sources.map(({ key }) => key))]);
      for (const id of ids) shelves.set(id, new Map());
      for (const link of [...links.values()].flat()) {
        if (ids.has(link.id)) entries += addItems(shelves.get(link.id)!, link);
      }
    }
  };

  return {
    async load(needs) {
      if (entries > ROOM) {
        known.forward.clear();
        known.backward.clear();
        items.clear();
        entries = 0;
      }
      const missing = new Map<Map<string, Found>, { need: LinkNeed; keys: Set<string> }>();
      for (const need of needs) {
        const into = shelf(need);
        if (into.has(need.key)) continue;
        const same = missing.get(into);
        if (same) same.keys.add(need.key);
        else missing.set(into, { need, keys: new Set([need.key]) });
      }
      for (const [into, { need: { pipeline, reverse }, keys }] of missing) {
        const found = await (reverse ? backward : forward)(store, pipeline, [...keys]);
        for (const key of keys) into.set(key, found.get(key) ?? NONE);
        entries += keys.size;
      }
      await loadItems(needs);
    },
    lookup(need) {
      const found = need.child
        ? items.get(need.pipeline)?.get(need.key)?.get(itemAt(need.child.list, need.child.id)) ?? NONE
        : shelf(need).get(need.key) ?? NONE;
      const links = need.part === undefined ? found : found.filter(({ part }) => part === need.part);
      if (links.length === 1) return { id: links[0].id };
      if (links.length > 1) {
        return { ambiguous: links.map((link) => link.part === "" ? link.key : `${link.key} (${link.part})`) };
      }
      const id = need.reverse ? undefined : provisional?.get(need.pipeline)?.get(need.key);
      return id === undefined ? undefined : { id };
    },
  };
}

const NONE: Found = [];

/** The items of one linked record, by list and destination id. */
type Items = Map<string, Found>;

const itemAt = (list: string, id: string): string => `${list}\u0000${id}`;

/** Puts down whose items a link knows; gives how many. */
function addItems(items: Items, { part, children = {} }: Link): number {
  let count = 0;
  for (const [list, ids] of Object.entries(children)) {
    for (const [key, id] of Object.entries(ids)) {
      const at = itemAt(list, id);
      items.set(at, [...items.get(at) ?? [], { key, part, id: key }]);
      count++;
    }
  }
  return count;
}

async function forward(store: Store, pipeline: string, keys: string[]): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  for (const [key, links] of await linksOf(store, pipeline, keys)) {
    // A link whose record was deactivated still tells the id: what refers to it goes on referring to it.
    found.set(key, links.map((link) => ({ key, part: link.part, id: link.id })));
  }
  return found;
}

async function backward(store: Store, pipeline: string, ids: string[]): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  for (const [id, sources] of await linksTo(store, pipeline, ids)) {
    found.set(id, sources.map(({ key, part }) => ({ key, part, id: key })));
  }
  return found;
}
