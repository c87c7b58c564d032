/**
 * A time zone: what the clock on its wall shows at an instant, and when it shows something. A wall time is in milliseconds, as if it
 * were UTC.
 *
 * @module
 */

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A zone's clock. */
export interface Zone {
  /** What the wall shows at an instant. */
  wall(instant: number): number;
  /**
   * The first instant at which the wall shows this. A time that the clock skips is the first instant after the gap; one that it shows
   * twice is the first of the two.
   */
  instant(wall: number): number;
}

/** The clock of an IANA zone. Throws a `RangeError` where there is none of that name; `check` has seen to it. */
export function openZone(name: string): Zone {
  const format = new Intl.DateTimeFormat("en", { timeZone: name, timeZoneName: "longOffset" });
  const offset = (instant: number): number => {
    const [, sign, hours, minutes, seconds = "0"] =
      /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)$/.exec(format.format(instant)) ?? ["", "+", "0", "0"];
    return (sign === "-" ? -1 : 1) * ((Number(hours) * 60 + Number(minutes)) * MINUTE + Number(seconds) * 1000);
  };
  return {
    wall: (instant) => instant + offset(instant),
    instant(wall) {
      // No zone changes its clock twice within two days.
      const [before, after] = [offset(wall - DAY), offset(wall + DAY)];
      const shown = [wall - before, wall - after].filter((instant) => instant + offset(instant) === wall);
      if (shown.length > 0) return Math.min(...shown);
      let [last, first] = [wall - after, wall - before];
      while (first - last > 1) {
        const middle = Math.floor((last + first) / 2);
        if (offset(middle) === before) last = middle;
        else first = middle;
      }
      return first;
    },
  };
}
