/**
 * Checks when a pipeline starts: cron expressions, zones, webhooks, and what it runs after.
 *
 * @module
 */
import { Cron } from "croner";
import type { WrittenPipeline } from "../../../schemas/pipeline/pipeline.ts";
import type { Stream } from "../../connector.ts";
import { nearest } from "../nearest.ts";
import type { Checking } from "./value.ts";
import type { Pipeline, Schedule } from "../model.ts";
import type { Path } from "../yaml/source.ts";

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };

/** Checks `trigger:`. `after` hears each pipeline named. */
export function checkTrigger(
  { trigger = {} }: WrittenPipeline,
  from: Stream | undefined,
  after: (name: string, path: Path) => void,
  on: Checking,
): Pipeline["trigger"] {
  const { schedule } = trigger;
  if (schedule) checkSchedule(schedule, on);
  trigger.after?.forEach((name, i) => after(name, ["trigger", "after", i]));
  const webhook = trigger.webhook === undefined ? [] : [trigger.webhook].flat();
  webhook.forEach((name, i) => {
    const path: Path = ["trigger", "webhook", ...(Array.isArray(trigger.webhook) ? [i] : [])];
    if (!from || from.webhooks?.includes(name)) return;
    const near = nearest(name, from.webhooks ?? []);
    const known = from.webhooks?.length ? `it announces ${from.webhooks.join(", ")}` : "use a schedule";
    const message = `The source announces no changes of ${name}`;
    on.report(path, { code: "unknown-webhook", message, help: near ? `did you mean ${near}?` : known });
  });
  return {
    ...(schedule && {
      schedule: {
        cron: schedule.cron,
        timezone: schedule.timezone,
        jitter: schedule.jitter ? Number.parseInt(schedule.jitter) * UNITS[schedule.jitter.at(-1)!] : 0,
        missed: schedule.missed ?? "once",
        overlap: schedule.overlap ?? "skip",
        quiet: (schedule.quiet ?? []).map((hours) => ({ ...hours })),
      } satisfies Schedule,
    }),
    after: [...trigger.after ?? []],
    webhook,
  };
}

function checkSchedule(schedule: NonNullable<NonNullable<WrittenPipeline["trigger"]>["schedule"]>, on: Checking): void {
  const zone = isZone(schedule.timezone);
  if (!zone) {
    const near = nearest(schedule.timezone, Intl.supportedValuesOf("timeZone")) ??
      Intl.supportedValuesOf("timeZone").find((name) =>
        name.split("/").at(-1) === schedule.timezone.replaceAll(" ", "_")
      );
    const help = near ? `did you mean ${near}?` : "write an IANA zone, as America/Denver";
    const message = `There is no time zone ${schedule.timezone}`;
    on.report(["trigger", "schedule", "timezone"], { code: "bad-timezone", message, help });
  }
  const fields = schedule.cron.trim().split(/\s+/).length;
  let wrong: string | undefined;
  try {
    // Without a function croner only computes; the zone is checked above.
    if (fields !== 5) wrong = `it has ${fields} field${fields === 1 ? "" : "s"}`;
    else new Cron(schedule.cron, { timezone: zone ? schedule.timezone : "UTC" });
  } catch (error) {
    wrong = (error instanceof Error ? error.message : String(error)).replace(/^Cron\w*: /, "");
  }
  if (wrong) {
    const message = `${schedule.cron} is no schedule: ${wrong}`;
    const help = "write minute, hour, day, month and weekday, as 0 2 * * *";
    on.report(["trigger", "schedule", "cron"], { code: "bad-cron", message, help });
  }
  schedule.quiet?.forEach(({ from, to }, i) => {
    if (from === to) {
      on.report(["trigger", "schedule", "quiet", i, "to"], {
        code: "bad-value",
        message: `The quiet hours from ${from} to ${to} never end`,
        help: "write another end",
      });
    }
  });
  if (schedule.quiet && isAlwaysQuiet(schedule.quiet)) {
    on.report(["trigger", "schedule", "quiet"], {
      code: "bad-value",
      message: "The quiet hours together are the whole day: nothing would ever start",
      help: "leave some of it out",
    });
  }
}

/** Whether quiet hours hand over to one another all day. Each on its own has an end. */
function isAlwaysQuiet(quiet: Schedule["quiet"]): boolean {
  const covers = (clock: string): boolean =>
    quiet.some(({ from, to }) =>
      from < to ? from <= clock && clock < to : from !== to && (from <= clock || clock < to)
    );
  // They can only stop being quiet where some of them end.
  return quiet.some(({ from, to }) => from !== to) && quiet.every(({ to }) => covers(to));
}

function isZone(name: string): boolean {
  try {
    // Offsets such as +01:00 are accepted by Intl, but say nothing of daylight saving.
    return !/^[+-]/.test(name) && new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
