/**
 * Vendors on projects. A contract wants a vendor that is on its project; company vendors are put there first.
 *
 * Fact: `POST /rest/v1.1/projects/{id}/vendors/{id}/actions/add`, which may be repeated; what it says of a vendor that is there already could not
 * be verified, so that 409 and 422 in words of that kind count as done.
 *
 * @module
 */
import pLimit from "p-limit";
import type { Clock } from "../../../engine/clock.ts";
import { asFailure, Failure } from "../../../engine/failure.ts";
import { idNumber } from "../body.ts";
import { said } from "../errors.ts";
import { type Remembered, remembered } from "../remembered.ts";
import type { Rest } from "../rest.ts";

const PATH = "/rest/v1.1/projects/{project_id}/vendors";

/** Vendors by project. */
export interface Members {
  /** Puts vendors on a project; gives the failure of each that could not be. Throws where the connection is at fault. */
  ensure(project: string, vendors: Iterable<string>): Promise<Map<string, Failure>>;
  /** Forgets who is on a project. */
  forget(project: string): void;
}

/** Opens the memberships of a company; a project's are listed when they are asked for, and remembered. */
export function projectMembers(
  { rest, clock, pageSize, concurrency }: { rest: Rest; clock: Clock; pageSize: number; concurrency: number },
): Members {
  const limit = pLimit(concurrency);
  const projects = new Map<string, Remembered<Set<string>>>();

  async function list(project: string): Promise<Set<string>> {
    const ids = new Set<string>();
    const path = PATH.replace("{project_id}", project);
    const query = [["view", "minimal"]] as const;
    for await (const { rows } of rest.pages({ path, route: PATH, query, perPage: pageSize })) {
      for (const { id } of rows) if (typeof id === "string") ids.add(id);
    }
    return ids;
  }

  async function add(project: string, vendor: string): Promise<void> {
    idNumber(vendor, "vendor_id");
    const { status, value } = await rest.call({
      method: "POST",
      path: `${PATH.replace("{project_id}", project)}/${vendor}/actions/add`,
      route: `${PATH}/{id}/actions/add`,
      expect: [404, 409, 422],
    });
    if (status < 400 || (status !== 404 && /already|taken|exist/i.test(said(value)))) return;
    throw new Failure("record.refused", {
      fact: `The vendor could not be put on project ${project}: Procore answered ${status} ${said(value)}`.trim(),
      value: vendor,
      place: "purchase_order_contracts, field vendor_id",
      action: "Check that the vendor is active in the company directory, then `gusset rejected retry`.",
    });
  }

  return {
    async ensure(project, vendors) {
      const known = projects.get(project) ?? remembered(clock, () => list(project));
      projects.set(project, known);
      const members = await known.get();
      const refused = new Map<string, Failure>();
      let broken: Failure | undefined;
      const missing = [...new Set(vendors)].filter((vendor) => !members.has(vendor));
      await Promise.all(missing.map((vendor) =>
        limit(async () => {
          if (broken) return;
          try {
            await add(project, vendor);
            members.add(vendor);
          } catch (error) {
            const failure = asFailure(error);
            if (failure.kind === "rejected") refused.set(vendor, failure);
            else broken ??= failure;
          }
        })
      ));
      if (broken) throw broken;
      return refused;
    },
    forget: (project) => void projects.delete(project),
  };
}
