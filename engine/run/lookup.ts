/**
 * Other pipelines' links, loaded in bulk for a page and remembered for the run, as long as there is room.
 *
 * @module
 */
import type { LinkLookup, LinkNeed } from "../mapping/types.ts";
import { linksOf, linksTo } from "../state/links.ts";
import type { Store } from "../state/types.ts";

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
  const known = new Map<string, Found>();
  const name = (need: { pipeline: string; reverse: boolean; key: string }): string =>
    `${need.reverse ? "<" : ">"}${need.pipeline}\u0000${need.key}`;

  return {
    async load(needs) {
      if (known.size > ROOM) known.clear();
      const missing = new Map<string, Set<string>>();
      for (const need of needs) {
        if (known.has(name(need))) continue;
        const group = `${need.reverse ? "<" : ">"}${need.pipeline}`;
        const keys = missing.get(group);
        if (keys) keys.add(need.key);
        else missing.set(group, new Set([need.key]));
      }
      for (const [group, keys] of missing) {
        const [reverse, pipeline] = [group[0] === "<", group.slice(1)];
        const found = await (reverse ? backward : forward)(store, pipeline, [...keys]);
        for (const key of keys) known.set(name({ pipeline, reverse, key }), found.get(key) ?? []);
      }
    },
    lookup(need) {
      const found = (known.get(name(need)) ?? []).filter((link) => need.part === undefined || link.part === need.part);
      if (found.length === 1) return { id: found[0].id };
      if (found.length > 1) {
        return { ambiguous: found.map((link) => link.part === "" ? link.key : `${link.key} (${link.part})`) };
      }
      const id = need.reverse ? undefined : provisional?.get(need.pipeline)?.get(need.key);
      return id === undefined ? undefined : { id };
    },
  };
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
