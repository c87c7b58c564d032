/**
 * Runs by day, as bars.
 *
 * @module
 */
import type { RunRecord } from "../../state/types.ts";

/** A day's runs. */
export interface Day {
  /** `YYYY-MM-DD`, in UTC. */
  day: string;
  good: number;
  /** Ended, and something was rejected, or stopped by a person. */
  wait: number;
  bad: number;
}

/** Runs by day, the oldest first, days without any included. */
export function daysOf(runs: readonly RunRecord[], { days, now }: { days: number; now: number }): Day[] {
  const found = new Map<string, Day>();
  for (let i = days - 1; i >= 0; i--) {
    const day = new Date(now - i * 86_400_000).toISOString().slice(0, 10);
    found.set(day, { day, good: 0, wait: 0, bad: 0 });
  }
  for (const { startedAt, state } of runs) {
    const day = found.get(startedAt.slice(0, 10));
    if (!day) continue;
    if (state === "failed") day.bad++;
    else if (state === "partial" || state === "aborted") day.wait++;
    else day.good++;
  }
  return [...found.values()];
}

const HEIGHT = 80, STEP = 20;

/** The chart, with what it says in words beside it. */
export function Bars({ days }: { days: readonly Day[] }) {
  const most = Math.max(1, ...days.map(({ good, wait, bad }) => good + wait + bad));
  const total = (of: "good" | "wait" | "bad"): number => days.reduce((sum, day) => sum + day[of], 0);
  const words = `${total("good")} went well, ${total("wait")} with something rejected or stopped, ${
    total("bad")
  } failed`;
  return (
    <>
      <svg
        class="bars"
        viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
      >
        <line x1="0" x2={days.length * STEP} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        {days.map((day, i) => {
          let y = HEIGHT;
          return (
            <g>
              <title>{`${day.day}: ${day.good} well, ${day.wait} with something rejected, ${day.bad} failed`}</title>
              {(["good", "wait", "bad"] as const).map((kind) => {
                const height = day[kind] / most * (HEIGHT - 4);
                y -= height;
                return height > 0
                  ? <rect class={kind} x={i * STEP + 3} width={STEP - 6} y={y} height={height} />
                  : null;
              })}
            </g>
          );
        })}
      </svg>
      <p class="legend">
        <span>{days[0].day}</span>
        <span>{words}</span>
        <span>{days.at(-1)!.day}</span>
      </p>
    </>
  );
}
