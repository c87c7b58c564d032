/**
 * `gusset serve --sandbox` tells the demonstration's story by itself: its schedules start the runs, a webhook brings the change order, a
 * file that is changed is read anew. Time runs twelve times as fast. Ends with 1 where something of it did not happen.
 *
 *     deno task proof:serve
 *
 * @module
 */
import type { Clock } from "../../engine/clock.ts";
import { systemClock, systemRandom } from "../../engine/clock.ts";
import { runCli } from "../../engine/cli/main.ts";
import { Failure } from "../../engine/failure.ts";
import { liveWire } from "../../engine/wire/live.ts";
import { door } from "../../main.ts";

const FASTER = 12;
/** Real milliseconds after which the story is given up. */
const PATIENCE = 180_000;

const start = systemClock.now();
const fast: Clock = {
  now: () => start + (systemClock.now() - start) * FASTER,
  sleep: (ms, signal) => systemClock.sleep(ms / FASTER, signal),
  alarm: (ms, ring) => systemClock.alarm(ms / FASTER, ring),
};

const stop = new AbortController();
const scenes: string[] = [];
const log: Record<string, unknown>[] = [];
const wire = liveWire();
const late = setTimeout(() => end("It took too long"), PATIENCE);
let gaveUp: string | undefined;

function end(why?: string): void {
  gaveUp = why;
  clearTimeout(late);
  stop.abort(new Failure("run.aborted", { fact: "The story is over" }));
}

/** Hears whole lines. */
const lines = (hear: (line: Record<string, unknown>) => void) => {
  let rest = "";
  return (text: string): void => {
    rest += text;
    const whole = rest.split("\n");
    rest = whole.pop()!;
    for (const line of whole) if (line.startsWith("{")) hear(JSON.parse(line));
  };
};

const exit = await runCli(["serve", "--sandbox", "--port", "0", "--json"], door, {
  terminal: {
    out: lines((line) => {
      if (line.type === "scene") scenes.push(String(line.title));
      if (line.type === "end") end();
    }),
    err: lines((line) => void log.push(line)),
    interactive: false,
    watched: false,
    color: false,
    columns: 120,
    env: () => undefined,
    stdin: () => Promise.resolve(""),
    secret: () => Promise.resolve(""),
  },
  clock: fast,
  random: systemRandom,
  wireFor: () => wire,
  signal: stop.signal,
});

const ended = log.filter(({ message }) => String(message).startsWith("Run "));
const count = (so: (line: Record<string, unknown>) => boolean): number => ended.filter(so).length;
const journals = ended.filter(({ pipeline }) => pipeline === "requisition-journals");
const created = journals.reduce((sum, line) => sum + Number(line.create ?? 0), 0);
const notices = ended.filter(({ pipeline, create }) => pipeline === "change-order-journals" && create !== undefined);

console.log(
  `Scenes: ${scenes.length} of ${door.story.length}. Runs: ${ended.length}, of which failed: ${
    count(({ message }) => message === "Run failed")
  }.`,
);
for (const [pipeline, runs] of Map.groupBy(ended, ({ pipeline }) => String(pipeline))) {
  console.log(`  ${pipeline.padEnd(24)} ${runs.length} runs`);
}
console.log(`Journals: ${created}. Notices that a webhook brought: ${notices.length}.`);
console.log(`Files read anew: ${log.filter(({ message }) => message === "The pipeline files were read anew").length}.`);

const wrong: string[] = [];
if (gaveUp !== undefined) wrong.push(gaveUp);
if (exit !== 0) wrong.push(`It ended with ${exit}`);
if (scenes.length !== door.story.length) wrong.push("Not every scene was played");
if (created === 0) wrong.push("No journal was posted");
if (notices.length === 0) wrong.push("No webhook brought the change order");
if (!log.some(({ message }) => message === "The pipeline files were read anew")) wrong.push("No file was read anew");
for (const line of log.filter(({ level }) => level === "error")) wrong.push(JSON.stringify(line));
for (const one of wrong) console.log(`WRONG: ${one}`);
Deno.exit(wrong.length === 0 ? 0 : 1);
