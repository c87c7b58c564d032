/**
 * The port of a process that serves, and how long its end may take.
 *
 * @module
 */
import { asFailure, Failure } from "../failure.ts";
import type { Service } from "../server/service.ts";
import type { Cli } from "./context.ts";

/** Listens, and gives every request to the service. Throws `usage` where it cannot. */
export function listen(
  { host, port }: { host?: string; port?: number },
  { service, deploy }: { service: Service; deploy: boolean },
): Deno.HttpServer {
  // Where Deno Deploy listens is its own business.
  const at = deploy && host === undefined && port === undefined
    ? {}
    : { hostname: host ?? "127.0.0.1", port: port ?? 8000 };
  try {
    return Deno.serve({ ...at, onListen: () => {} }, (request) => service.fetch(request));
  } catch (cause) {
    throw new Failure("usage", {
      fact: cause instanceof Deno.errors.AddrInUse
        ? `Port ${port ?? 8000} is taken`
        : `It cannot listen: ${asFailure(cause).message}`,
      action: cause instanceof Deno.errors.NotCapable
        ? "Start it with the flags that `gusset permissions` prints, with the same --host and --port."
        : "Choose another one with --port.",
      cause,
    });
  }
}

/** Milliseconds that requests have to be answered once nothing else is at work; streams of events end with them. */
const LAST = 1_000;

/** Stops listening; what is being answered is. */
export const shut = (cli: Cli, server: Deno.HttpServer): Promise<void> => within(cli, LAST, server.shutdown());

/** Waits for an end, but only so long. */
export async function within(cli: Cli, ms: number, end: Promise<unknown>): Promise<void> {
  let cancel = (): void => {};
  const late = new Promise<void>((resolve) => cancel = cli.clock.alarm(ms, resolve));
  await Promise.race([end, late]);
  cancel();
}

/** Resolves once it is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
