/**
 * Who owns `origin_id`. Procore has room for one ERP's key on a record: a second integration that writes it would cut the first one's
 * ties without a word, so the first write of a session looks whether somebody else's keys are there.
 *
 * Fact: only one integration per object may own origin_id (Procore, "Financial tools", external ids).
 *
 * @module
 */
import type { Change, Row, World } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import type { Settings } from "./settings.ts";

/** What was found among rows that were looked at. */
export interface ForeignOrigins {
  /** Rows looked at that have an origin_id. */
  owned: number;
  /** Those among them that are not ours. */
  foreign: number;
  /** A few of the foreign ones. */
  examples: string[];
}

/**
 * Beginnings of our own keys: the connections' tags, the setting `origin_prefixes`, and what is about to be written (`EBS-V-4711` → `EBS-`).
 * An empty one is among them where our keys have no telling beginning: then nothing can be called foreign.
 */
export function ownPrefixes(
  { tags, origin_prefixes }: Pick<World, "tags"> & Pick<Settings, "origin_prefixes">,
  changes: readonly Change[] = [],
): Set<string> {
  const prefixes = new Set(origin_prefixes);
  for (const tag of tags) prefixes.add(`${tag}-`);
  for (const { fields, present } of changes) {
    const origin = fields.origin_id ?? present?.origin_id;
    if (typeof origin === "string" && origin !== "") prefixes.add(beginning(origin));
  }
  return prefixes;
}

/** Up to its first dash or before its first digit, whichever is shorter. */
function beginning(origin: string): string {
  const dash = origin.indexOf("-");
  const digit = origin.search(/\d/);
  const end = Math.min(dash < 0 ? origin.length : dash + 1, digit < 0 ? origin.length : digit);
  return origin.slice(0, end);
}

/** Counts the rows whose origin_id begins with none of the prefixes. */
export function foreignOrigins(rows: Iterable<Row>, prefixes: Set<string>): ForeignOrigins {
  const found: ForeignOrigins = { owned: 0, foreign: 0, examples: [] };
  for (const { origin_id } of rows) {
    if (typeof origin_id !== "string" || origin_id === "") continue;
    found.owned++;
    if (prefixes.values().some((prefix) => origin_id.startsWith(prefix))) continue;
    found.foreign++;
    if (found.examples.length < 3) found.examples.push(origin_id);
  }
  return found;
}

/** One look for each stream and partition of a session. Throws `owner.foreign`. */
export type OwnerCheck = (
  place: { stream: string; partition: string },
  changes: readonly Change[],
  sample: () => Promise<Iterable<Row>>,
) => Promise<void>;

/** Makes a session's {@link OwnerCheck}; one that allows everything where `foreign_origin: allow` is set. */
export function ownerCheck(
  settings: Pick<Settings, "foreign_origin" | "origin_prefixes"> & Pick<World, "tags">,
): OwnerCheck {
  const looked = new Set<string>();
  return async ({ stream, partition }, changes, sample) => {
    const place = `${stream} ${partition}`;
    if (settings.foreign_origin === "allow" || changes.length === 0 || looked.has(place)) return;
    const { owned, foreign, examples } = foreignOrigins(await sample(), ownPrefixes(settings, changes));
    if (foreign === 0) return void looked.add(place);
    throw new Failure("owner.foreign", {
      fact: `${foreign} of ${owned} ${stream} that carry an origin_id have one that is not ours`,
      value: examples.join(", "),
      place: partition === "-" ? stream : `${stream} of project ${partition}`,
      action:
        "Disconnect the other ERP connector, or do not write; if these are ours, name their beginning in origin_prefixes.",
    });
  };
}
