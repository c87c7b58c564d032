/**
 * `get_projects`.
 *
 * @module
 */
import { type Call, type Output, paged } from "./paging.ts";

/** Projects of the operating unit, templates and closed ones among them. */
export function getProjects(call: Call): Output {
  return paged(call, {
    from: (orgId) => call.db.projectsOf(orgId),
    changed: (project, since) => (project.LAST_UPDATE_DATE as string) >= since,
    row: (project) => project,
  });
}
