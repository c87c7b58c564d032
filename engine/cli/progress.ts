/**
 * How far a run has got: a bar where a person watches, a plain line now and then where not.
 *
 * @module
 */
// @ts-types="npm:@types/cli-progress@3.11.6"
import { SingleBar } from "cli-progress";
import type { Progress } from "../run/types.ts";
import { counted, duration, number } from "./style.ts";
import type { Terminal } from "./terminal.ts";

/** A progress being shown. */
export interface ProgressView {
  show(progress: Progress): void;
  /** Takes the bar away. */
  end(): void;
}

/** Milliseconds between plain lines. */
const EVERY = 5_000;

/** `vendors: 12,000 of 50,000 read, 3,400/s, 250 changes, 61 calls, 11 s left`. */
export function progressText({ pipeline, read, counts, calls, elapsed, expected }: Progress): string {
  const rate = elapsed > 0 ? read / (elapsed / 1000) : 0;
  const of = expected && expected >= read ? ` of ${number(expected)}` : "";
  const left = of && rate > 0 ? `, ${duration((expected! - read) / rate * 1000)} left` : "";
  // What is read may take much longer to write: that this number grows is then all that shows it.
  const changed = counts.create + counts.adopt + counts.update + counts.deactivate;
  const changes = changed > 0 ? `, ${counted(changed, "change")}` : "";
  return `${pipeline}: ${number(read)}${of} read, ${number(Math.round(rate))}/s${changes}, ${
    counted(calls, "call")
  }${left}`;
}

/** Shows progress on standard error, so that results can be piped. */
export function progressView({ terminal }: { terminal: Terminal }): ProgressView {
  return terminal.watched ? bar() : plainLines(terminal);
}

function bar(): ProgressView {
  let single: SingleBar | undefined;
  return {
    show(progress) {
      if (!single) {
        single = new SingleBar({
          // A bar is for what has an end that is known.
          format: progress.expected ? "{bar} {text}" : "{text}",
          barsize: 24,
          barCompleteChar: "█",
          barIncompleteChar: "░",
          clearOnComplete: true,
          hideCursor: true,
          emptyOnZero: true,
          // Signals are the command's own business.
          gracefulExit: false,
        });
        single.start(progress.expected ?? 0, progress.read, { text: progressText(progress) });
      }
      if (progress.expected) single.setTotal(Math.max(progress.expected, progress.read));
      single.update(progress.read, { text: progressText(progress) });
    },
    end() {
      single?.stop();
      single = undefined;
    },
  };
}

function plainLines(terminal: Terminal): ProgressView {
  let shown = 0;
  return {
    show(progress) {
      if (progress.elapsed - shown < EVERY) return;
      shown = progress.elapsed;
      terminal.err(progressText(progress) + "\n");
    },
    end() {},
  };
}
