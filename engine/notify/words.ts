/**
 * Times and counts in the words that people are told them in.
 *
 * @module
 */

const MINUTE = 60_000, DAY = 86_400_000;

/** `02:00`, with the day where that was not within the last twenty hours: `24 Nov 02:00`. `at` is an ISO time, `now` milliseconds. */
export function since(at: string, now: number, timezone = "UTC"): string {
  const time = Date.parse(at);
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    hour: "2-digit",
    minute: "2-digit",
    ...(now - time > DAY * 5 / 6 && { day: "numeric", month: "short" }),
  });
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
  const clock = `${parts.get("hour")}:${parts.get("minute")}`;
  return parts.has("day") ? `${parts.get("day")} ${parts.get("month")} ${clock}` : clock;
}

/** `6 h 12 min`, `3 d 4 h`, `less than a minute`. */
export function lasted(from: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(from)) / MINUTE);
  if (minutes < 1) return "less than a minute";
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (days > 0) return `${days} d${hours ? ` ${hours} h` : ""}`;
  return [hours && `${hours} h`, rest && `${rest} min`].filter(Boolean).join(" ");
}

/** `1 record`, `3 records`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
