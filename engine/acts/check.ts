/**
 * Everything that is wrong with the files, before anything runs.
 *
 * @module
 */
import type { Registry } from "../connector.ts";
import { loadProject } from "../pipeline/load.ts";
import { loadNotify } from "../notify/settings.ts";
import type { Diagnostic, Project } from "../pipeline/model.ts";
import { diagnosticsJson } from "../pipeline/render.ts";
import { loadDefinitions, type LoadedDefinitions } from "../reconcile/load.ts";

/** Where the files are. */
export interface Files {
  /** The folder of pipelines. */
  dir: string;
  /** Another file of connections than the folder's. */
  connectionsFile?: string;
  registry: Registry;
}

/** What checking found. */
export interface Checked {
  /** Absent where its files are wrong. */
  project?: Project;
  compared?: LoadedDefinitions;
  diagnostics: Diagnostic[];
  /** The texts, by file. */
  sources: Map<string, string>;
  errors: number;
  warnings: number;
  ok: boolean;
}

/** Checks pipelines, reconciliations, connections and where news go; `strict`: warnings count as errors. */
export async function checkFiles(
  { dir, connectionsFile, registry, strict = false }: Files & { strict?: boolean },
): Promise<Checked> {
  const { project, ...loaded } = await loadProject({ dir, connectionsFile, registry });
  // What reconciles pipelines is checked against them: where they are wrong, their own mistakes come first.
  const compared = project && await loadDefinitions({ dir, project, registry });
  const notify = await loadNotify({ dir });
  const diagnostics = [...loaded.diagnostics, ...compared?.diagnostics ?? [], ...notify.diagnostics];
  const sources = new Map([...loaded.sources, ...compared?.sources ?? [], ...notify.sources]);
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  return { project, compared, diagnostics, sources, errors, warnings, ok: errors === 0 && !(strict && warnings > 0) };
}

/** What checking found, as `gusset check --json` prints it. */
export function checkShown({ ok, project, compared, diagnostics }: Checked): Record<string, unknown> & { ok: boolean } {
  return {
    ok,
    pipelines: project?.pipelines.map(({ name, file }) => ({ name, file })) ?? [],
    reconciliations: compared?.definitions.map(({ written: { name }, file }) => ({ name, file })) ?? [],
    connections: Object.keys(project?.connections ?? {}),
    diagnostics: diagnosticsJson(diagnostics),
  };
}
