/**
 * Which pipelines listen to which webhook resources.
 *
 * @module
 */
import { type Registry, WHOLE } from "../connector.ts";
import type { Pipeline, Project } from "../pipeline/model.ts";

/** A pipeline that listens to a resource of its source. */
export interface Listener {
  pipeline: Pipeline;
  /** Whether its source is worked on partition by partition. */
  partitioned: boolean;
}

/** The pipelines whose source is this connection and that a delivery of this resource wakes. */
export function listenersOf(
  { project, registry }: { project: Project; registry: Registry },
  connection: string,
  resource: string,
): Listener[] {
  const config = project.connections[connection];
  if (!config) return [];
  return project.pipelines
    .filter(({ source, trigger }) => source.connection === connection && trigger.webhook.includes(resource))
    .map((pipeline) => ({
      pipeline,
      partitioned: registry[config.connector].streams[pipeline.source.stream].partition !== undefined,
    }));
}

/** The source partition under which a listener's delivery is kept. */
export function partitionFor({ partitioned }: Listener, { partition }: { partition?: string }): string {
  return partitioned ? partition ?? WHOLE.id : WHOLE.id;
}

/** All resources that pipelines listen to, by connection; those that nobody listens to are left out. */
export function resourcesWanted({ pipelines }: Pick<Project, "pipelines">): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>();
  for (const { source: { connection }, trigger: { webhook } } of pipelines) {
    if (webhook.length === 0) continue;
    const resources = wanted.get(connection) ?? new Set<string>();
    for (const resource of webhook) resources.add(resource);
    wanted.set(connection, resources);
  }
  return wanted;
}
