/**
 * What no run tells: plans that wait for a second person, documents whose fate is unknown for too long, starts that nobody made, files
 * that are wrong. Looked at once a minute, before the tick.
 *
 * @module
 */
import type { Project } from "../pipeline/model.ts";
import { changeHealth, type HealthKind, listHealth, type News } from "../state/health.ts";
import { listPlans, type PlanRecord } from "../state/plans.ts";
import type { PostingState } from "../state/posting_types.ts";
import { openPostings } from "../state/postings.ts";
import { getStarts } from "../state/schedules.ts";
import type { Store } from "../state/types.ts";
import { counted, lasted, since } from "./words.ts";

const UNKNOWN: ReadonlySet<PostingState> = new Set<PostingState>(["unknown"]);
/** A document's fate may be unknown so long, in milliseconds. */
const PATIENCE = 3_600_000;
/** A start may be late so long, in milliseconds. */
const LATE = 15 * 60_000;

/** What a survey works with. */
export interface SurveyOptions {
  store: Store;
  project: Project;
  timezone?: string;
}

/** Looks at all of it, and has what changed told. */
export async function survey(options: SurveyOptions): Promise<void> {
  await plans(options);
  await unknown(options);
  await missed(options);
}

async function plans({ store }: SurveyOptions): Promise<void> {
  const waiting = new Map<string, PlanRecord>();
  for await (const plan of listPlans(store, { state: "waiting" })) waiting.set(plan.id, plan);
  const known = await listHealth(store, "plan");
  for (const { id, pipeline, author, count, value } of waiting.values()) {
    if (known.has(id)) continue;
    const worth = Object.entries(value).map(([currency, amount]) => `${amount} ${currency}`).join(", ");
    const text = `A plan of ${pipeline} waits for a second person: ${counted(count, "document")}` +
      `${worth ? `, ${worth}` : ""}, made by ${author}. See \`gusset plans show ${id}\`.`;
    await once(store, "plan", id, { about: "approvals", tone: "info", text });
  }
  await forget(store, "plan", [...known.keys()].filter((id) => !waiting.has(id)));
}

async function unknown({ store, project, timezone }: SurveyOptions): Promise<void> {
  const now = store.clock.now();
  for (const { name } of project.pipelines.filter(({ posting }) => posting)) {
    let count = 0, first = now;
    for (const { history } of await openPostings(store, { pipeline: name }, UNKNOWN)) {
      const from = Date.parse(history.findLast(({ state }) => state !== "unknown")?.at ?? history[0]?.at ?? "") || now;
      if (now - from < PATIENCE) continue;
      count++;
      first = Math.min(first, from);
    }
    await changeHealth<{ since: string }>(store, ["unknown", name], (before) => {
      if (count === 0) {
        const text = `Every document of ${name} is accounted for again, after ${before && lasted(before.since, now)}.`;
        return before && { after: null, news: { about: "postings", tone: "good", text } };
      }
      if (before) return undefined;
      const at = new Date(first).toISOString();
      const text = `The fate of ${counted(count, "document")} of ${name} has been unknown since ` +
        `${since(at, now, timezone)}. Nothing is sent again before it is known; see \`gusset postings ${name}\`.`;
      return { after: { since: at }, news: { about: "postings", tone: "bad", text } };
    });
  }
}

/** A start whose time came and that no instance has looked at: none was there, or none had room. */
async function missed({ store, project, timezone }: SurveyOptions): Promise<void> {
  const now = store.clock.now();
  const scheduled = project.pipelines.filter(({ trigger }) => trigger.schedule);
  const known = await listHealth<{ at: string }>(store, "missed");
  const entries = await getStarts(store, scheduled.map(({ name }) => name));
  for (const [i, { starts: { next }, paused, pipeline }] of entries.entries()) {
    const late = next && !paused && now - Date.parse(next.at) > LATE;
    if (!late || known.get(pipeline)?.at === next.at) continue;
    const makesUp = scheduled[i].trigger.schedule!.missed === "once";
    const text = `${pipeline} was to start at ${since(next.at, now, timezone)}, and no instance was there to start it` +
      `${makesUp ? "; it is made up for now" : ""}.`;
    await changeHealth<{ at: string }>(
      store,
      ["missed", pipeline],
      (before) =>
        before?.at === next.at
          ? undefined
          : { after: { at: next.at }, news: { about: "missed", tone: makesUp ? "info" : "bad", text } },
    );
  }
}

/**
 * Tells that the files became wrong, or right again. `mistakes`: how many there are, and the first, with its place; undefined where all is
 * well.
 */
export async function hearConfig(store: Store, mistakes?: { count: number; first: string }): Promise<void> {
  await changeHealth<{ since: string }>(store, ["config", "files"], (before) => {
    const now = store.clock.now();
    if (!mistakes) {
      const text = before && `The pipeline files are right again, after ${lasted(before.since, now)}, and in use.`;
      return before && { after: null, news: { about: "config", tone: "good", text: text! } };
    }
    if (before) return undefined;
    const text =
      `The pipeline files were changed and hold ${counted(mistakes.count, "mistake")}; the former ones stay ` +
      `in use. ${mistakes.first}`;
    return { after: { since: new Date(now).toISOString() }, news: { about: "config", tone: "bad", text } };
  });
}

async function once(store: Store, kind: HealthKind, name: string, news: News): Promise<void> {
  const at = new Date(store.clock.now()).toISOString();
  await changeHealth<{ at: string }>(store, [kind, name], (before) => before ? undefined : { after: { at }, news });
}

async function forget(store: Store, kind: HealthKind, names: readonly string[]): Promise<void> {
  for (const name of names) await changeHealth(store, [kind, name], (before) => before ? { after: null } : undefined);
}
