/**
 * Nothing is left out of the suite for want of samples.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Connector } from "../../engine/connector.ts";
import type { Samples } from "../../engine/conformance/suite.ts";

/** Registers the test that every stream has all the samples that its description calls for. */
export function sampled({ name, streams }: Connector, samples: Record<string, Samples>): void {
  Deno.test(`${name}: every stream has the samples that the conformance suite needs to try all of it`, () => {
    const missing = Object.entries(streams).flatMap(([stream, { source, destination, posting }]) => {
      const { edit, create, refused, update, inUse, document, unfit }: Partial<Samples> = samples[stream] ?? {};
      const needed = {
        edit: source?.incremental && !edit,
        create: destination?.creates && !create,
        refused: (destination?.creates || posting) && !refused,
        update: destination && !update,
        inUse: destination?.deactivates && !inUse,
        document: posting && !document,
        unfit: posting && !unfit,
      };
      return Object.entries(needed).filter(([, is]) => is).map(([what]) => `samples.${stream}.${what}`);
    });
    assert.deepEqual(missing, [], "add them beside the others in tests/conformance");
  });
}
