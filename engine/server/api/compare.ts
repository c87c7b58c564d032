/**
 * Comparisons as jobs, whoever asks for them: the API and the console.
 *
 * @module
 */
import { compareBooks, type Compared } from "../../acts/reconcile.ts";
import { Failure } from "../../failure.ts";
import type { Definition } from "../../reconcile/definition.ts";
import { loadDefinitions } from "../../reconcile/load.ts";
import type { Job } from "./jobs.ts";
import type { Call } from "./types.ts";

/** The reconciliations that the files define. Throws `config.invalid` where they have mistakes. */
export async function definitionsOf({ files, project }: Call["api"]): Promise<readonly Definition[]> {
  const { definitions, diagnostics } = await loadDefinitions({ ...files, project: project() });
  const [wrong] = diagnostics.filter(({ severity }) => severity === "error");
  if (!wrong) return definitions;
  throw new Failure("config.invalid", { fact: wrong.message, place: `${wrong.place.file}:${wrong.place.line}` });
}

/** Starts the job that compares a period; `only`: of these projects. */
export function startComparison(
  { api, who }: Pick<Call, "api" | "who">,
  definition: Definition,
  { period, only }: { period: string; only?: string[] },
): Job {
  return api.jobs.start(
    { kind: "reconcile", subject: [definition.written.name, period], by: who.name },
    ({ signal, progress }) =>
      api.withEngine({ readOnly: true, signal }, ({ engine, project }) =>
        compareBooks({
          definition,
          project,
          store: api.store,
          registry: api.files.registry,
          clock: api.store.clock,
          connect: (connection) => engine.connect(connection),
          onProgress: (reading) => progress({ reading }),
        }, { period, only })),
  );
}

/** What a job has compared. Throws `usage` where it is none, or not there yet. */
export function comparedBy({ record, result }: Job): Compared {
  if (record.kind === "reconcile" && record.state === "done") return result as Compared;
  throw new Failure("usage", {
    fact: `Job ${record.id} has no report: it is a ${record.kind} that is ${record.state}`,
    action: "Wait for it to end, or start another one.",
  });
}
