/**
 * What tests of this room share.
 *
 * @module
 */
import { Failure, type FailureCode } from "../failure.ts";
import type { Pipeline } from "../pipeline/model.ts";
import { listNews, type WaitingNews } from "../state/health.ts";
import type { RunRecord, Store } from "../state/types.ts";
import type { RunEnd } from "./ends.ts";

/** A pipeline from `ebs` to `procore`, as far as this room looks at one. */
export const pipelineOf = (name: string, more: Partial<Pipeline> = {}): Pipeline =>
  ({
    name,
    source: { connection: "ebs", stream: "suppliers", with: {} },
    destination: { connection: "procore", stream: "vendors" },
    trigger: { after: [], webhook: [] },
    ...more,
  }) as unknown as Pipeline;

/** The end of a run: well, or by a failure of this code. */
export function ended(how: RunRecord["state"] | FailureCode, startedAt?: string): RunEnd {
  const state = how === "done" || how === "partial" || how === "aborted" || how === "running" || how === "sliced"
    ? how
    : "failed";
  if (state !== how) {
    const failure = new Failure(how as FailureCode, { fact: "It broke" }).toJSON();
    return { record: { id: "r", state, startedAt }, failure };
  }
  return { record: { id: "r", state, startedAt } };
}

/** The texts that wait to be delivered. */
export async function told(store: Store): Promise<string[]> {
  return (await newsOf(store)).map(({ tone, text }) => `${tone}: ${text}`);
}

/** The news that wait to be delivered. */
export const newsOf = (store: Store): Promise<WaitingNews[]> => Array.fromAsync(listNews(store));
