/**
 * The conformance suite: what the engine relies on in every connector, tried on the connector's own sandbox. A connector's author
 * runs it in a test:
 *
 * ```ts
 * for (const { name, run } of conformance({ connector, data, samples })) Deno.test(name, run);
 * ```
 *
 * @module
 */
import { descriptionChecks } from "./description.ts";
import { postChecks } from "./posts.ts";
import { readChecks } from "./reads.ts";
import { sessionChecks } from "./sessions.ts";
import type { Check, Samples, Subject } from "./types.ts";
import { writeChecks } from "./writes.ts";

export type { Check, Samples, Subject };

/** All checks of a connector, each independent of the others. */
export function conformance(subject: Subject): Check[] {
  const streams = Object.entries(subject.connector.streams);
  const checks = [
    ...descriptionChecks(subject),
    ...sessionChecks(subject),
    ...streams.flatMap(([name, { source }]) => source ? readChecks(subject, name) : []),
    ...streams.flatMap(([name, { destination }]) => destination ? writeChecks(subject, name) : []),
    ...streams.flatMap(([name, { posting }]) => posting ? postChecks(subject, name) : []),
  ];
  return checks.map(({ name, run }) => ({ name: `${subject.connector.name}: ${name}`, run }));
}
