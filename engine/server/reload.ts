/**
 * Pipeline files that are changed while the server runs: what is sound takes the place of what was, what is not is told, and what was
 * stays.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { Log } from "../connector.ts";
import { asFailure } from "../failure.ts";
import type { Loaded } from "../pipeline/load.ts";
import type { Diagnostic, Project } from "../pipeline/model.ts";
import type { WatchFiles } from "./files.ts";

/** What reloading works with. */
export interface ReloadOptions {
  /** Reads and checks the files anew. */
  load: () => Promise<Loaded>;
  watch: WatchFiles;
  /** Takes the new project. */
  replace: (project: Project) => void;
  /** Hears that the files are wrong, or that they are right again: for notifications. */
  told?: (mistakes: Mistakes | undefined) => void | Promise<void>;
  project: () => Project;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** What is wrong with the files. */
export interface Mistakes {
  count: number;
  /** `pipelines/vendors.yaml:4:3: There is no stream vendor`. */
  first: string;
  /** ISO time since when. */
  since: string;
}

/** Files that are watched. */
export interface Reload {
  /** Watches until the signal says stop; resolves then. */
  run(): Promise<void>;
  /** What is wrong with the files, for people; undefined where nothing is. */
  broken(): string | undefined;
}

/** Milliseconds without news until files are read: an editor writes a file in several steps. */
const SETTLE = 300;

/** Makes it. */
export function reload({ load, watch, replace, told, project, clock, log, signal }: ReloadOptions): Reload {
  let mistakes: Mistakes | undefined;
  let cancel = (): void => {};
  let reading: Promise<void> | undefined;
  let again = false;

  const read = async (): Promise<void> => {
    try {
      const { project: next, diagnostics } = await load();
      if (signal.aborted) return;
      if (!next) return await broken(diagnostics.filter(({ severity }) => severity === "error"));
      if (mistakes) log("info", "The pipeline files are right again");
      await say(undefined);
      const changes = changesBetween(project(), next);
      if (changes.length === 0) return;
      replace(next);
      log("info", "The pipeline files were read anew", { changes: changes.join(", ") });
    } catch (thrown) {
      log("error", `The pipeline files could not be read: ${asFailure(thrown).message}`);
    }
  };
  const broken = async (errors: readonly Diagnostic[]): Promise<void> => {
    const [{ place: { file, line, column }, message }] = errors;
    const first = `${file}:${line}:${column}: ${message}`;
    if (mistakes?.first === first && mistakes.count === errors.length) return;
    log("error", "The pipeline files are wrong; what was checked before goes on", { mistakes: errors.length, first });
    await say({ count: errors.length, first, since: mistakes?.since ?? new Date(clock.now()).toISOString() });
  };
  const say = async (now: Mistakes | undefined): Promise<void> => {
    const news = mistakes !== undefined || now !== undefined;
    mistakes = now;
    if (news) await told?.(now);
  };
  const due = (): void => {
    if (reading) return void (again = true);
    reading = read().finally(() => {
      reading = undefined;
      if (again && !signal.aborted) due();
    });
    again = false;
  };
  return {
    async run() {
      await watch(() => {
        cancel();
        cancel = clock.alarm(SETTLE, due);
      }, signal);
      cancel();
      await reading;
    },
    broken: () =>
      mistakes &&
      `${mistakes.count === 1 ? "One mistake" : `${mistakes.count} mistakes`} in the files since ${mistakes.since}, ` +
        `what was checked before goes on: ${mistakes.first}`,
  };
}

/** What is different, for people: `vendors changed`, `projects new`. */
function changesBetween(before: Project, now: Project): string[] {
  const changes: string[] = [];
  const known = new Map(before.pipelines.map((pipeline) => [pipeline.name, pipeline]));
  for (const pipeline of now.pipelines) {
    const was = known.get(pipeline.name);
    known.delete(pipeline.name);
    if (!was) changes.push(`${pipeline.name} new`);
    else if (text(was) !== text(pipeline)) changes.push(`${pipeline.name} changed`);
  }
  for (const name of known.keys()) changes.push(`${name} gone`);
  if (text(before.connections) !== text(now.connections)) changes.push("connections changed");
  return changes;
}

/** All that is said in a file, whatever else the checked form holds. */
const text = (value: unknown): string =>
  JSON.stringify(value, (_, one) => one instanceof Map ? [...one] : one instanceof Set ? [...one] : one);
