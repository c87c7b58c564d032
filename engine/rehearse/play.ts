/**
 * What a pipeline makes of a record, as a run would before it looks at the destination.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import { asFailure } from "../failure.ts";
import { OUTSIDE } from "../mapping/judge.ts";
import type { LinkLookup, LinkNeed, Mapped, Mapper } from "../mapping/types.ts";
import type { Case, Got, KnownLinks, Played, Suite } from "./types.ts";

/** Plays one record: its scope, its parts, each part mapped with the links it asks for. Never throws. */
export function play(
  mapper: Mapper,
  row: Row,
  { links, around, split }: { links: KnownLinks; around: Suite["around"]; split?: string },
): Played {
  try {
    const skipped = mapper.skips(row) ?? (mapper.inScope(row) ? undefined : OUTSIDE);
    if (skipped !== undefined) return { whole: { kind: "skipped", why: skipped } };
    const parts = mapper.parts(row);
    if (parts.length === 0) return { whole: { kind: "skipped", why: `nothing at ${split} to split by` } };
    return {
      parts: new Map(parts.map((part) => {
        const lookup = answering(mapper.needs(row, part), links);
        return [part, gotOf(mapper.map(row, part, lookup, around))];
      })),
    };
  } catch (thrown) {
    return { whole: { kind: "rejected", failure: asFailure(thrown) } };
  }
}

/** Plays every record of a case. */
export function playCase(mapper: Mapper, { around, subject }: Suite, { rows, links }: Case): Played[] {
  return rows.map((row) => play(mapper, row, { links, around, split: subject.pipeline.source.split }));
}

function gotOf(mapped: Mapped): Got {
  switch (mapped.kind) {
    case "record": {
      const { fields, partition, alternatives } = mapped;
      return { kind: "record", fields, alternatives, ...(partition !== undefined && { partition }) };
    }
    case "rejected":
      return { kind: "rejected", failure: mapped.failure };
    default:
      return { kind: mapped.kind, why: mapped.why };
  }
}

const named = ({ pipeline, key, reverse }: LinkNeed): string => `${reverse ? "<" : ">"}${pipeline}\u0000${key}`;

/** Answers what mapping announced that it would ask for, as a run does, and nothing else. Items of linked records are not known to tests. */
function answering(needs: readonly LinkNeed[], links: KnownLinks): LinkLookup {
  const known = new Map(needs.map((need) => [named(need), found(need, links)]));
  return (need) => {
    if (need.child) return undefined;
    const all = (known.get(named(need)) ?? []).filter(({ part }) => need.part === undefined || part === need.part);
    if (all.length === 1) return { id: all[0].id };
    return all.length === 0 ? undefined : { ambiguous: all.map(({ shown }) => shown) };
  };
}

function found({ pipeline, key, reverse }: LinkNeed, links: KnownLinks): { part: string; id: string; shown: string }[] {
  const shown = (source: string, part: string): string => part === "" ? source : `${source} (${part})`;
  const keys = links.get(pipeline);
  if (!reverse) {
    return [...(keys?.get(key) ?? [])].map(([part, id]) => ({ part, id, shown: shown(key, part) }));
  }
  return [...(keys ?? [])].flatMap(([source, parts]) =>
    [...parts].filter(([, id]) => id === key).map(([part]) => ({ part, id: source, shown: shown(source, part) }))
  );
}
