/**
 * Starts and stops the benchmark's children.
 *
 * @module
 */
import { cpuUsage } from "node:process";

/** How to reach the sandboxes: their settings by connection, each with its `origin`. */
export type World = Record<string, Record<string, unknown>>;

/** As the task `gusset` starts it: V8 lets its heap grow to several times what is alive, unless it is told to keep it near. */
const FLAGS = ["--unstable-kv", "-A", "--v8-flags=--max-semi-space-size=16,--heap-growing-percent=60"];

/** The sandboxes hold everything in memory, several hundred thousand lines of orders among it. */
const SERVER_FLAGS = ["--unstable-kv", "-A", "--v8-flags=--max-old-space-size=8192"];

/** Runs a script of this folder and gives what it printed last, as JSON. */
export async function child<T>(script: string, args: string[], flags: string[] = FLAGS): Promise<T> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, new URL(script, import.meta.url).pathname, ...args],
    stdout: "piped",
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error(`${script} ended with ${code}`);
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  return JSON.parse(lines[lines.length - 1]) as T;
}

/** Sandboxes with so many suppliers, orders, or orders for so many requisitions in a process of their own, for as long as `use` takes. */
export async function withWorld<T>(
  { kind, count }: { kind: "suppliers" | "orders" | "requisitions"; count: number },
  use: (world: World) => Promise<T>,
): Promise<T> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", ...SERVER_FLAGS, new URL("serve.ts", import.meta.url).pathname, kind, String(count)],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let text = "";
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error("The sandboxes did not start");
      text += value;
    }
    return await use(JSON.parse(text) as World);
  } finally {
    await reader.cancel().catch(() => {});
    process.kill("SIGKILL");
    await process.status;
  }
}

/** Calls a sandbox's control API. */
export async function control(world: World, system: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${world[system].origin}/_sandbox/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return await response.json();
}

/** Highest memory this process has held, in megabytes (Linux). */
export function peakMemory(): number {
  const status = Deno.readTextFileSync("/proc/self/status");
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1024);
}

/** Milliseconds of processor time that this process has used. */
export function cpuTime(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}
