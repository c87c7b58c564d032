/**
 * `gusset run requisition-journals` as a process of its own, over real sockets and on a state in a file, killed with SIGKILL while it is
 * at work; and a second firm, to which the same happens and whose runs nothing befalls.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { seededRandom, systemClock } from "../../engine/clock.ts";
import type { Row, Wire } from "../../engine/connector.ts";
import { listen } from "../../engine/sandbox/listen.ts";
import { type House, registry, root } from "./house.ts";
import { line, lineId, order } from "./orders.ts";
import { ledger, sound } from "./posting_crash.ts";
import { editSheet } from "./posting_days.ts";
import { certify, invoice, post, POSTING, postingHouse, postingPipelines, writePostingPipelines } from "./postings.ts";

const HOUR = 3_600_000;

/** What became of one kill. */
export interface Killed {
  /** The call on which it came, counted from 1, and its name; a moment later than this arrived. */
  call: number;
  name: string;
  /** False where the process had ended before. */
  died: boolean;
  /** Journals in the ledger when it was dead, and in the end, of all rounds so far. */
  before: number;
  after: number;
}

/** Kills `count` runs, each in another stretch of its calls. Throws where a ledger is not that of the firm that nothing befell. */
export async function kills({ count, seed }: { count: number; seed: number }): Promise<Killed[]> {
  const folder = await Deno.makeTempDir({ prefix: "gusset-kill-" });
  const seen = { calls: 0 };
  // Journals may be dated today, whenever this runs.
  const edits: [RegExp, string][] = [[/from: \d{4}-\d\d-\d\d/, "from: 2020-01-01"]];
  // A connection is pinned to its host.
  const [api_url, login_url] = ["http://127.0.0.1:8102", "http://127.0.0.1:8102"];
  const options = {
    project: await postingPipelines(edits),
    start: systemClock.now(),
    settings: { procore: { api_url, login_url } },
  };
  const [home, calm] = [
    await postingHouse(orders(), { ...options, kv: join(folder, "kv.sqlite3") }),
    await postingHouse(orders(), {
      ...options,
      around: (_, wire) => (request) => (seen.calls++, wire(request)),
    }),
  ];
  const served = await serve(home);
  await writePostingPipelines(folder, edits);
  await Deno.writeTextFile(join(folder, "connections.yaml"), JSON.stringify(served.connections));
  const random = seededRandom(seed);
  const done: Killed[] = [];
  try {
    for (let round = 0; round < count; round++) {
      const today = new Date(systemClock.now()).toISOString().slice(0, 10);
      for (const one of [home, calm]) await bill(one, round, today);
      seen.calls = 0;
      await post(calm);
      const call = 1 + Math.floor((round + random()) * seen.calls / count);
      const { died, name } = await served.kill(folder, { call, after: random() * 12 });
      const at = `killed at call ${call} of ${seen.calls}, ${name}`;
      const before = await ledger(home);
      sound(before, at);
      // An hour later, for the lease of the dead one.
      for (const one of [home, calm]) one.clock.advance(HOUR);
      await post(home);
      const after = await ledger(home);
      sound(after, at);
      assert.deepEqual(await booksOf(home), await booksOf(calm), at);
      await post(home);
      assert.deepEqual(await ledger(home), after, `${at}: the next run posts`);
      await post(calm);
      done.push({ call, name, died, before: before.length, after: after.length });
    }
  } finally {
    await served.close();
    await home.close();
    await calm.close();
    await Deno.remove(folder, { recursive: true });
  }
  return done;
}

/** What is in the books, by what it is of: ids and days may differ between the two firms. */
export async function booksOf(home: House): Promise<Record<string, string[]>> {
  const names = new Map<string, string>();
  for (const { id, number } of await home.rows("procore", "purchase_order_contracts")) names.set(`${id}`, `${number}`);
  for (const { id, number } of await home.rows("procore", "requisitions")) names.set(`${id}`, `${number}`);
  const named = (key: string): string => key.split(":").map((part) => names.get(part) ?? part).join(":");
  return Object.fromEntries((await ledger(home)).map(({ key, lines }) => [named(key), lines]));
}

const orders = (): Row[] =>
  Array.from({ length: 6 }, (_, i) =>
    order(i + 1, [line("900000"), line("50000.50", { CODE_COMBINATION_ID: "702" })], {
      PROJECT_NUMBER: i % 3 === 2 ? "PHX-1" : "DEN-1",
      VENDOR_ID: `300${1 + i % 4}`,
    }));

/** New sheets, a correction, and an invoice: eight journals and more. */
async function bill(home: House, round: number, billing_date: string): Promise<void> {
  for (let number = 1; number <= 4; number++) {
    await certify(home, number, [`${100 * number + round}.10`, `${round}.05`], { billing_date });
  }
  if (round === 0) await certify(home, 5, ["10"], { billing_date });
  else await editSheet(home, 5, 1, [`${10 + round}`]);
  await invoice(home, `INV-${round}`, { [lineId(1, 1)]: `${50 + round}.01` });
}

/** Sandboxes of a house on real ports, and what kills a process that talks to them. */
async function serve({ sandboxes, control }: House) {
  await control("ebs", "gateway", { import_pending_seconds: 0, import_running_seconds: 0 });
  let hear = (_name: string): void => {};
  const heard = (system: string, wire: Wire): Wire => (request) => {
    hear(`${system} ${request.method} ${new URL(request.url).pathname}`);
    return wire(request);
  };
  const [ebs, procore] = [
    await listen(heard("ebs", sandboxes.ebs.fetch)),
    await listen(heard("procore", sandboxes.procore.fetch)),
  ];
  const env: Record<string, string> = {};
  // A secret may not be written into the file.
  const hidden = (name: string, settings: Record<string, unknown>, secrets: readonly string[]) => ({
    connector: name,
    tag: name.toUpperCase(),
    ...settings,
    ...Object.fromEntries(secrets.map((secret) => {
      const variable = `${name}_${secret}`.toUpperCase();
      env[variable] = String(settings[secret]);
      return [secret, { env: variable }];
    })),
  });
  return {
    connections: {
      ebs: hidden("ebs", sandboxes.ebs.settings(ebs.origin), registry.ebs.secrets!),
      procore: hidden("procore", sandboxes.procore.settings(procore.origin), registry.procore.secrets!),
    },
    /** Starts a run and kills it `after` milliseconds from when its nth call arrived. */
    async kill(folder: string, { call, after }: { call: number; after: number }) {
      const process = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", new URL("main.ts", root).pathname, "run", POSTING, ...paths(folder)],
        env,
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      let [calls, name] = [0, ""];
      let timer: ReturnType<typeof setTimeout> | undefined;
      hear = (one) => {
        if (++calls !== call) return;
        name = one;
        timer = setTimeout(() => process.kill("SIGKILL"), after);
      };
      const [{ code, signal }, ...said] = await Promise.all([
        process.status,
        new Response(process.stdout).text(),
        new Response(process.stderr).text(),
      ]);
      clearTimeout(timer);
      assert(signal === "SIGKILL" || code === 0, said.join(""));
      return { died: signal === "SIGKILL", name };
    },
    close: () => Promise.all([ebs.close(), procore.close()]),
  };
}

const paths = (folder: string): string[] => [
  "--pipelines",
  folder,
  "--connections",
  join(folder, "connections.yaml"),
  "--kv",
  join(folder, "kv.sqlite3"),
];
