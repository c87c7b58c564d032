/**
 * Pipelines run one after the other, as a person asks for them: what needs one that stopped is not run.
 *
 * @module
 */
import type { Pipeline } from "../pipeline/model.ts";
import { runPosting } from "../post/run.ts";
import { runPipeline } from "../run/run.ts";
import type { Engine, RunOptions, RunResult } from "../run/types.ts";

/** Runs a pipeline, or plans it: documents are posted, everything else is written. */
export const runOf = (engine: Engine, options: RunOptions): Promise<RunResult> =>
  (options.pipeline.posting ? runPosting : runPipeline)(engine, options);

/** What became of one of them. */
export type Step =
  | { pipeline: Pipeline; result: RunResult }
  /** It needs one that stopped. */
  | { pipeline: Pipeline; waitsFor: string };

/** Links that earlier pipelines of a plan would make, by pipeline. */
export type Provisional = NonNullable<RunOptions["provisional"]>;

/** Runs or plans pipelines in the order they are given; whoever takes no further step ends it. */
export async function* inOrder(
  pipelines: readonly Pipeline[],
  mode: RunOptions["mode"],
  run: (pipeline: Pipeline, provisional: Provisional | undefined) => Promise<RunResult>,
): AsyncGenerator<Step> {
  // Links that this plan's earlier pipelines would make stand in for the later ones.
  const provisional = mode === "plan" && pipelines.length > 1
    ? new Map(pipelines.map(({ name }) => [name, new Map<string, string>()]))
    : undefined;
  const stopped = new Set<string>();
  for (const pipeline of pipelines) {
    const waitsFor = pipeline.needs.find((need) => stopped.has(need));
    if (waitsFor) {
      stopped.add(pipeline.name);
      yield { pipeline, waitsFor };
      continue;
    }
    const result = await run(pipeline, provisional);
    if (result.failure) stopped.add(pipeline.name);
    yield { pipeline, result };
  }
}

/** Plain words for one that was not run. */
export const whyNotRun = ({ pipeline: { name }, waitsFor }: { pipeline: Pipeline; waitsFor: string }): string =>
  `${waitsFor} stopped, and ${name} needs it`;
