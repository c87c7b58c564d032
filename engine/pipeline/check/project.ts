/**
 * What only shows when all pipelines are looked at together: circles, and two that own the same field.
 *
 * @module
 */
import type { Draft, Need } from "./pipeline.ts";
import { INBOX } from "../inbox.ts";
import type { Diagnostic, Pipeline } from "../model.ts";

/** A pipeline with where it came from and what it needs. */
export interface Checked {
  draft: Draft;
  pipeline: Pipeline;
  needs: Need[];
}

/** Sorts pipelines so that each comes after those it needs; by name where that leaves a choice. Circles are reported once each. */
export function inOrder(all: Checked[]): { order: Checked[]; diagnostics: Diagnostic[] } {
  const byName = new Map(all.map((one) => [one.pipeline.name, one]));
  const order: Checked[] = [];
  const diagnostics: Diagnostic[] = [];
  const state = new Map<string, "open" | "done">();
  const trail: string[] = [];
  const visit = (one: Checked): void => {
    state.set(one.pipeline.name, "open");
    trail.push(one.pipeline.name);
    for (const need of [...one.needs].sort((a, b) => a.pipeline < b.pipeline ? -1 : 1)) {
      const other = byName.get(need.pipeline);
      if (!other) continue;
      const known = state.get(need.pipeline);
      if (known === "open") diagnostics.push(circle(one, need, trail));
      if (known === undefined) visit(other);
    }
    trail.pop();
    state.set(one.pipeline.name, "done");
    order.push(one);
  };
  for (const one of [...all].sort((a, b) => a.pipeline.name < b.pipeline.name ? -1 : 1)) {
    if (!state.has(one.pipeline.name)) visit(one);
  }
  return { order, diagnostics: distinct(diagnostics) };
}

function circle({ draft: { source } }: Checked, need: Need, trail: string[]): Diagnostic {
  const round = [...trail.slice(trail.indexOf(need.pipeline)), need.pipeline].join(" → ");
  const help = "remove one of these, or let one of them run after the other only";
  return source.at(source.span(need.path), {
    code: "cycle",
    message: `These pipelines wait for one another: ${round}`,
    help,
  });
}

/** Two ways to the same circle are one mistake. */
function distinct(diagnostics: Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ message }) => !seen.has(message) && seen.add(message));
}

/**
 * Two upsert pipelines must not write the same field of the same stream: each would undo the other. Those of two source systems whose
 * keys begin with their connection's tag write different records, and may.
 */
export function sharedFields(all: Checked[], identityOf: IdentityOf): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const owners = new Map<string, Checked[]>();
  for (const one of [...all].sort((a, b) => a.draft.source.file < b.draft.source.file ? -1 : 1)) {
    const { posting, destination: { connection, stream }, name } = one.pipeline;
    if (posting || connection === INBOX) continue;
    const key = JSON.stringify([connection, stream]);
    const before = owners.get(key) ?? [];
    owners.set(key, [...before, one]);
    const fields = (other: Checked): string[] =>
      Object.keys(other.draft.data.map).filter((field) => !onlyMatched(other.pipeline, field));
    const identity = identityOf(connection, stream);
    const owner = before.find((other) =>
      !apart(one.pipeline, other.pipeline, identity) &&
      fields(other).some((field) => fields(one).includes(field))
    );
    if (!owner) continue;
    const shared = fields(one).filter((field) => fields(owner).includes(field));
    const { source } = one.draft;
    const message = `${owner.pipeline.name} writes ${shared.join(", ")} of ${connection}'s ${stream} too`;
    const help = `leave ${shared.length === 1 ? "it" : "them"} to one of ${owner.pipeline.name} and ${name}`;
    diagnostics.push(source.at(source.span(["map", shared[0]], "key"), { code: "shared-field", message, help }));
  }
  return diagnostics;
}

/** Gives the field that holds our own key at a destination stream, where it has one. */
export type IdentityOf = (connection: string, stream: string) => string | undefined;

/** Whether a field only recognises what is there: where nothing is created, what matches is equal already. */
function onlyMatched({ destination: { create, adopt } }: Pipeline, field: string): boolean {
  return create === "never" && adopt.some(({ match }) => Object.hasOwn(match, field));
}

/** Whether two pipelines write records of their own: from two systems, under keys that begin with their tags. */
function apart(one: Pipeline, other: Pipeline, identity: string | undefined): boolean {
  const tagged = ({ map }: Pipeline): boolean => {
    const rule = identity === undefined ? undefined : map[identity];
    const [first] = rule?.rule === "template" ? rule.parts : [];
    return first !== undefined && "path" in first && first.path === "connection.tag";
  };
  return one.source.connection !== other.source.connection && tagged(one) && tagged(other);
}
