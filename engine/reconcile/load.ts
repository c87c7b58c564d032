/**
 * Finds and reads reconciliations: every `*.reconcile.yaml` beside the pipelines.
 *
 * @module
 */
import { basename } from "node:path";
import { reconciliationSchema, type WrittenReconciliation } from "../../schemas/pipeline/reconciliation.ts";
import type { Registry } from "../connector.ts";
import type { Diagnostic, Project } from "../pipeline/model.ts";
import { byPlace, textsOf } from "../pipeline/texts.ts";
import { shapeIssues } from "../pipeline/yaml/issues.ts";
import { readSource } from "../pipeline/yaml/source.ts";
import { checkDefinition, type Definition } from "./definition.ts";

/** What was found. */
export interface LoadedDefinitions {
  /** By name; those that can be run. */
  definitions: Definition[];
  /** Sorted by file, line and column. */
  diagnostics: Diagnostic[];
  /** The texts by file, for code frames. */
  sources: Map<string, string>;
}

/** Where they are looked for. */
export interface DefinitionOptions {
  /** The folder of pipelines. */
  dir: string;
  /** Its project, checked. */
  project: Project;
  /** The connectors by name. */
  registry: Registry;
  /** Texts by file path, instead of what is on disk; for tests and editors. */
  files?: ReadonlyMap<string, string>;
}

/** Reads and checks the reconciliations of a project. Never throws for what is in them. */
export async function loadDefinitions(
  { dir, project, registry, files }: DefinitionOptions,
): Promise<LoadedDefinitions> {
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, string>();
  const definitions = new Map<string, Definition>();
  for (const [file, text] of await textsOf({ dir, files }, isDefinition, diagnostics)) {
    sources.set(file, text);
    const { source, diagnostics: found } = readSource(file, text);
    diagnostics.push(...found);
    if (!source) continue;
    const issues = shapeIssues(reconciliationSchema, source);
    diagnostics.push(...issues.map((issue) => issue.diagnostic));
    if (issues.length > 0) continue;
    const written = source.data as WrittenReconciliation;
    const other = definitions.get(written.name);
    if (other) {
      const message = `There is another reconciliation ${written.name}, in ${other.file}`;
      const help = "give each its own name";
      diagnostics.push(source.at(source.span(["name"]), { code: "duplicate-name", message, help }));
      continue;
    }
    const checked = checkDefinition(source, written, { project, registry, diagnostics });
    if (checked) definitions.set(written.name, checked);
  }
  diagnostics.sort(byPlace);
  return { definitions: [...definitions.values()], diagnostics, sources };
}

/** Whether a file is one of a reconciliation. */
export const isDefinition = (file: string): boolean =>
  /\.reconcile\.ya?ml$/.test(file) && !basename(file).startsWith(".");
