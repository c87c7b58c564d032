/**
 * The process's own outside: terminal, clock, dice, network, and the signals that end a command.
 *
 * @module
 */
import { systemClock, systemRandom } from "../clock.ts";
import { Failure } from "../failure.ts";
import { liveWire } from "../wire/live.ts";
import type { Outside } from "./context.ts";
import { EXIT } from "./exit.ts";
import { systemTerminal } from "./terminal.ts";

/** Makes it, and listens for SIGINT and SIGTERM: the first ends the command in order, a second one at once. */
export function systemOutside(): Outside {
  const wire = liveWire();
  return {
    terminal: systemTerminal(),
    clock: systemClock,
    random: systemRandom,
    wireFor: () => wire,
    signal: interrupts(),
  };
}

function interrupts(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) Deno.exit(EXIT.interrupted);
    controller.abort(new Failure("run.aborted", { fact: "Interrupted; what was confirmed until then is kept" }));
  };
  Deno.addSignalListener("SIGINT", stop);
  // Windows knows no SIGTERM.
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
  return controller.signal;
}
