/**
 * Several real processes on one state, killed and paused at random; and what they did, as those saw it whom they called.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Random } from "../../engine/clock.ts";
import type { Wire } from "../../engine/connector.ts";
import { type Said, type Work, WORKER } from "./cluster_worker.ts";
import { root } from "./house.ts";

/** A call as the served side saw it. */
export interface Heard {
  at: number;
  worker: string;
  /** `ebs POST /path`. */
  call: string;
  /** The operating unit that is asked for, or the Procore project that is written to; "" where none is named. */
  place: string;
}

/** What is done to a process. */
export interface Blow {
  at: number;
  worker: string;
  what: "killed" | "paused" | "stopped";
}

/** Notes calls, and passes them on. */
export function hearing(heard: Heard[]): (system: string, wire: Wire) => Wire {
  return (system, wire) => async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    let place = "";
    if (system === "ebs" && /get_purchase_orders/.test(pathname)) {
      place = /P_ORG_ID[">:\s]+(\d+)/.exec(await request.clone().text())?.[1] ?? "";
    } else if (system === "procore" && request.method !== "GET" && /purchase_order_contracts/.test(pathname)) {
      place = searchParams.get("project_id") ?? /projects\/(\d+)/.exec(pathname)?.[1] ?? "";
    }
    const worker = request.headers.get(WORKER) ?? "";
    heard.push({ at: performance.now(), worker, call: `${system} ${request.method} ${pathname}`, place });
    return await wire(request);
  };
}

/** Processes at work. */
export interface Herd {
  blows: Blow[];
  /** What they said, of all that were ever started. */
  said: Said[];
  /** Kills or pauses one of them; a killed one has a successor at once, a paused one goes on after `pause` milliseconds. */
  strike(random: Random, pause: number): Promise<void>;
  /** Kills one for good, and gives its name. */
  kill(): string;
  /** Lets all go on, and stops them in order; gives the milliseconds that the slowest took. */
  stop(): Promise<number>;
}

interface Worker {
  name: string;
  process: Deno.ChildProcess;
  ended: Promise<void>;
  paused: boolean;
}

/** Starts `count` processes and waits until they are ready. */
export async function herd(count: number, work: Omit<Work, "name">, env: Record<string, string> = {}): Promise<Herd> {
  const said: Said[] = [], blows: Blow[] = [], errors: string[] = [];
  const going: Worker[] = [], all: Worker[] = [];
  let number = 0;
  const start = async (): Promise<void> => {
    const name = `w${++number}`;
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        new URL("tests/support/cluster_worker.ts", root).pathname,
        JSON.stringify({ ...work, name }),
      ],
      env,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const ready = Promise.withResolvers<void>();
    const read = async (): Promise<void> => {
      let text = "";
      for await (const chunk of process.stdout.pipeThrough(new TextDecoderStream())) {
        const lines = (text + chunk).split("\n");
        text = lines.pop()!;
        for (const line of lines) line === "ready" ? ready.resolve() : said.push(JSON.parse(line) as Said);
      }
      ready.resolve();
    };
    const ended = Promise.all([read(), new Response(process.stderr).text().then((text) => errors.push(text))]).then(
      async () => void await process.status,
    );
    const worker = { name, process, ended, paused: false };
    going.push(worker);
    all.push(worker);
    await ready.promise;
  };
  const blow = ({ name }: Worker, what: Blow["what"]) => blows.push({ at: performance.now(), worker: name, what });
  const kill = (worker: Worker): void => {
    worker.process.kill("SIGKILL");
    going.splice(going.indexOf(worker), 1);
    blow(worker, "killed");
  };
  await Promise.all(Array.from({ length: count }, start));
  return {
    blows,
    said,
    async strike(random, pause) {
      const awake = going.filter(({ paused }) => !paused);
      if (awake.length === 0) return;
      const worker = awake[Math.floor(random() * awake.length)];
      if (random() < 0.5) {
        kill(worker);
        await start();
        return;
      }
      worker.process.kill("SIGSTOP");
      worker.paused = true;
      blow(worker, "paused");
      setTimeout(() => {
        if (!going.includes(worker)) return;
        worker.process.kill("SIGCONT");
        worker.paused = false;
      }, pause);
    },
    kill() {
      const [worker] = going;
      kill(worker);
      return worker.name;
    },
    async stop() {
      const began = performance.now();
      for (const worker of going.splice(0)) {
        worker.process.kill("SIGCONT");
        worker.process.kill("SIGTERM");
        blow(worker, "stopped");
      }
      await Promise.all(all.map(({ ended }) => ended));
      const told = errors.join("").replaceAll(/^.*KV Connect.*$/gm, "").trim();
      assert.equal(told, "", "processes wrote to stderr");
      return performance.now() - began;
    },
  };
}

/** Milliseconds from each kill until another process asked for a place where the dead one was at work. */
export function takeovers(heard: readonly Heard[], blows: readonly Blow[]): number[] {
  const times: number[] = [];
  for (const { at, worker, what } of blows) {
    if (what !== "killed") continue;
    const last = new Map<string, string>();
    for (const one of heard) {
      if (!one.call.startsWith("ebs") || one.place === "") continue;
      if (one.at < at) last.set(one.place, one.worker);
      else if (last.get(one.place) === worker && one.worker !== worker) {
        times.push(one.at - at);
        last.delete(one.place);
      }
    }
  }
  return times;
}

/**
 * How often a place that is written to changed hands, and how many writes came late: from a process that others had followed, after which
 * it did not take the place again.
 */
export function hands(heard: readonly Heard[]): { changes: number; late: number } {
  const writes = heard.filter(({ call, place }) => call.startsWith("procore") && place !== "");
  let changes = 0, late = 0;
  for (const own of Map.groupBy(writes, ({ place }) => place).values()) {
    for (const [i, { worker }] of own.entries()) {
      if (i === 0 || own[i - 1].worker === worker) continue;
      changes++;
      // A single write in the middle of another's work.
      if (i > 1 && own[i - 2]?.worker !== worker && own[i + 1]?.worker === own[i - 1].worker) late++;
    }
  }
  return { changes, late };
}
