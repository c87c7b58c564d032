/**
 * Where the process runs, as far as it matters: on Deno Deploy a process lives only while requests come, its tick is a cron that the
 * platform keeps, and what is deployed from a branch must not write into the systems that production writes into.
 *
 * None of it could be tried on Deno Deploy itself; it is what its documentation says (docs.deno.com/deploy/reference: cron, timelines,
 * environment variables and contexts).
 *
 * @module
 */

/** The platform. */
export interface Platform {
  /** Whether it is Deno Deploy. */
  deploy: boolean;
  /** Its timeline there: `production`, `git-branch/NAME`, `preview/REVISION`; undefined elsewhere, and while it is built. */
  timeline?: string;
  /** Whether this process may write into systems: everywhere but on a timeline that is not the production one. */
  writes: boolean;
}

/** Tells the platform from the environment. */
export function platformOf(env: (name: string) => string | undefined): Platform {
  const deploy = env("DENO_DEPLOYMENT_ID") !== undefined;
  const timeline = env("DENO_TIMELINE");
  return { deploy, ...(timeline !== undefined && { timeline }), writes: !deploy || timeline === "production" };
}

/** Milliseconds of a slice on Deno Deploy: its tick comes once a minute, and none comes while the one before is at work. */
export const SLICE = 50_000;

/**
 * Declares the one tick. To be called before anything is waited for: the platform finds a cron by evaluating the program, and what is
 * declared later it does not see. A tick that fails is not made again: the next one comes in a minute.
 */
export function declareTick(tick: () => Promise<void>, signal: AbortSignal): void {
  void Deno.cron("gusset tick", "* * * * *", { signal, backoffSchedule: [] }, tick);
}
