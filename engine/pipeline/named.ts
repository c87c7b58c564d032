/**
 * Pipelines and connections by the names that people give.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import type { ConnectionConfig, Pipeline, Project } from "./model.ts";

/** The pipelines of these names, in dependency order; all of them where `all`. Throws `config.unknown-pipeline`. */
export function choose(project: Project, names: readonly string[], { all = false } = {}): Pipeline[] {
  if (all) return project.pipelines;
  for (const name of names) pipelineOf(project, name);
  return project.pipelines.filter(({ name }) => names.includes(name));
}

/** A pipeline by name; throws `config.unknown-pipeline` with the names there are. */
export function pipelineOf(project: Project, name: string): Pipeline {
  const found = project.pipelines.find((pipeline) => pipeline.name === name);
  if (found) return found;
  throw new Failure("config.unknown-pipeline", {
    fact: `There is no pipeline ${name}`,
    action: `There are: ${project.pipelines.map((pipeline) => pipeline.name).join(", ") || "none"}.`,
  });
}

/** A connection by name; throws `config.unknown-connection` with the names there are. */
export function connectionOf(project: Project, name: string): ConnectionConfig {
  if (Object.hasOwn(project.connections, name)) return project.connections[name];
  throw new Failure("config.unknown-connection", {
    fact: `There is no connection ${name}`,
    action: `There are: ${Object.keys(project.connections).join(", ") || "none"}.`,
  });
}
