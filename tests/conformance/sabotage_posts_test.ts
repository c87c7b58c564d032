/**
 * The suite under test: a connector that posts with one defect fails, by the check that is about it.
 */
import assert from "node:assert/strict";
import type { Connector, OpenStream } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { conformance } from "../../engine/conformance/suite.ts";
import ebs from "../../connectors/ebs/connector.ts";
import { data, samples } from "./ebs_samples.ts";

/** A connector whose `gl_journals` differs from EBS's. */
const journals = (change: (stream: Required<OpenStream>) => Partial<OpenStream>): Connector => ({
  ...ebs,
  open(settings, world) {
    const session = ebs.open(settings, world);
    return {
      ...session,
      stream(name) {
        const stream = session.stream(name);
        return name === "gl_journals" ? { ...stream, ...change(stream as Required<OpenStream>) } : stream;
      },
    };
  },
});

const DEFECTS: Record<string, [connector: Connector, check: RegExp]> = {
  "outcomes in another order": [
    journals((stream) => ({ post: async (...given) => (await stream.post(...given)).toReversed() })),
    /posted once/,
  ],
  "a probe that finds nothing": [
    journals(() => ({ probe: (_, keys) => Promise.resolve(keys.map((key) => ({ key, state: "absent" as const }))) })),
    /posted once/,
  ],
  "another body that is taken for the first": [
    journals((stream) => ({
      post: async (partition, documents) =>
        await stream.post(partition, documents.map((one) => ({ ...one, hash: "a" }))),
    })),
    /another body is refused/,
  ],
  "a refusal that takes all down": [
    journals((stream) => ({
      post: async (...given) => {
        const outcomes = await stream.post(...given);
        const refused = outcomes.find(({ result }) => result === "rejected");
        return refused ? outcomes.map(({ key }) => ({ ...refused, key })) : outcomes;
      },
    })),
    /fails alone/,
  ],
  "a late call that brings back what was withdrawn": [
    journals((stream) => ({
      post: async (partition, documents) => {
        const probes = await stream.probe(partition, documents.map(({ key }) => key));
        const withdrawals = (i: number) => (probes[i] as { withdrawals?: number }).withdrawals ?? 0;
        return await stream.post(partition, documents.map((one, i) => ({ ...one, withdrawals: withdrawals(i) })));
      },
    })),
    /fails alone/,
  ],
  "a withdrawal that always says yes": [
    journals(() => ({ withdraw: () => Promise.resolve({ done: true }) })),
    /not withdrawn/,
  ],
  "a lost answer that counts as a refusal": [
    journals((stream) => ({
      post: async (...given) =>
        (await stream.post(...given)).map((one) =>
          one.result === "unknown"
            ? { key: one.key, result: "rejected", failure: new Failure("wire.unavailable", { fact: "No answer" }) }
            : one
        ),
    })),
    /no refusal/,
  ],
  "a look that lets all through": [
    journals(() => ({ review: (_, documents) => Promise.resolve(documents.map(() => undefined)) })),
    /look before sending/,
  ],
  "a prefix that is not looked at": [
    journals((stream) => ({ posted: (partition) => stream.posted(partition, "CONF-") })),
    /told by its prefix/,
  ],
  "lines that are not what was sent": [
    journals((stream) => ({
      async *posted(...given) {
        for await (const page of stream.posted(...given)) {
          yield page.map((one) => ({ ...one, lines: one.lines.toReversed() }));
        }
      },
    })),
    /told by its prefix/,
  ],
  "a calendar with a gap": [
    journals((stream) => ({
      calendar: async (partition) => (await stream.calendar(partition)).filter(({ name }) => name !== "AUG-26"),
    })),
    /calendar/,
  ],
};

for (const [what, [connector, check]] of Object.entries(DEFECTS)) {
  Deno.test(`the conformance suite notices ${what}`, async () => {
    const checks = conformance({ connector, data, samples }).filter(({ name }) =>
      name.startsWith("ebs: gl_journals") && check.test(name)
    );
    assert.ok(checks.length > 0, `no check is called ${check}`);
    for (const { name, run } of checks) await assert.rejects(run(), Error, name);
  });
}
