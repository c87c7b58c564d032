/**
 * Runs and plans as jobs, whoever asks for them: the API and the console.
 *
 * @module
 */
import { inOrder, runOf, whyNotRun } from "../../acts/run.ts";
import { Failure } from "../../failure.ts";
import { choose, pipelineOf } from "../../pipeline/named.ts";
import type { PlannedChange, RunOptions, RunResult } from "../../run/types.ts";
import type { Job } from "./jobs.ts";
import type { Call } from "./types.ts";

/** What is asked for. */
export interface Asked extends Pick<RunOptions, "full" | "verify" | "limit" | "only" | "allowDeactivations"> {
  pipelines?: string[];
  /** Every pipeline. */
  all?: boolean;
  /** The id of a dry-run job: exactly its plan is applied. */
  plan?: string;
}

/** Starts the job that runs or plans these. Throws `usage` where none is named, or the plan is none that can be applied. */
export function startJob(
  { api, who }: Pick<Call, "api" | "who">,
  mode: RunOptions["mode"],
  { pipelines: names, all = false, plan, ...options }: Asked,
): Job {
  const saved = plan === undefined ? undefined : planOf(api.jobs.get(plan));
  const wanted = saved ? [saved.header.pipeline] : names ?? [];
  if (wanted.length === 0 && !all) {
    throw new Failure("usage", { fact: "No pipeline is named", action: "Name one or more, or say all." });
  }
  const chosen = choose(api.project(), wanted, { all: all && !saved });
  return api.jobs.start(
    { kind: mode === "plan" ? "dry-run" : "run", subject: chosen.map(({ name }) => name), by: who.name },
    async (voice) =>
      await api.withEngine({ readOnly: mode === "plan", signal: voice.signal }, async ({ engine, project }) => {
        const results: Record<string, RunResult | { notRun: string }> = {};
        const pipelines = chosen.map(({ name }) => pipelineOf(project, name));
        const steps = inOrder(pipelines, mode, (pipeline, provisional) =>
          runOf(engine, {
            ...options,
            pipeline,
            mode,
            by: who.name,
            plan: saved,
            provisional,
            signal: voice.signal,
            onChange: (change) => voice.line({ pipeline: pipeline.name, ...change }),
            onProgress: (now) => voice.progress(now),
          }));
        for await (const step of steps) {
          results[step.pipeline.name] = "result" in step ? step.result : { notRun: whyNotRun(step) };
          if ("result" in step && step.result.failure) voice.fail(step.result.failure);
          if (voice.signal.aborted) break;
        }
        return { results };
      }),
  );
}

/** What a dry run of one pipeline has planned, to be applied as it was shown. */
function planOf({ record, result, lines }: Job): NonNullable<RunOptions["plan"]> {
  const all = Object.values((result as { results: Record<string, RunResult> } | undefined)?.results ?? {});
  const [one] = all;
  if (record.kind !== "dry-run" || record.state !== "done" || record.cut || all.length !== 1 || one.failure) {
    throw new Failure("usage", {
      fact: `Job ${record.id} is no plan that can be applied`,
      action: "Name a dry run of one pipeline that has ended and did not fail.",
    });
  }
  return { header: one.header, changes: changesOf(lines) };
}

async function* changesOf(lines: readonly string[]): AsyncGenerator<PlannedChange> {
  for (const line of lines) yield JSON.parse(line) as PlannedChange;
}
