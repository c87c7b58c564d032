/**
 * The database's own time: no offset, seconds, in the zone of its host.
 *
 * @module
 */

/** Makes the function that writes a time (milliseconds since 1970) as the database in `zone` would: `2026-03-02T01:00:00`. */
export function zoneClock(zone: string): (ms: number) => string {
  // "sv-SE" writes `2026-03-02 01:00:00`.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  let second = NaN, written = "";
  return (ms) => {
    const now = Math.floor(ms / 1000);
    if (now !== second) [second, written] = [now, format.format(now * 1000).replace(" ", "T")];
    return written;
  };
}
