/**
 * `deno task cluster [orders] [journals] [takeover] [--records=10000] [--remote]`: real processes on one state, killed and paused at random.
 * Fails where an order or a journal is there twice or not at all. Prints what was seen. `--remote`: on a KV behind a URL, the real `denokv`
 * server where `deno task denokv` has installed it.
 *
 * @module
 */
import { clusteredOrders, type Figures } from "../support/cluster_orders.ts";
import { clusteredPostings } from "../support/cluster_postings.ts";
import { hasDenokv, startKv } from "../support/remote_kv.ts";

const option = (name: string): string | undefined =>
  Deno.args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const named = Deno.args.filter((arg) => !arg.startsWith("--"));
const wanted = (part: string): boolean => named.length === 0 || named.includes(part);
const records = Number(option("records") ?? 10_000);
const remote = Deno.args.includes("--remote");

/** Has `use` done on a fresh state, and gives what kind it was. */
async function onState<T>(use: (kv: string) => Promise<T>): Promise<[T, string]> {
  if (!remote) {
    const folder = await Deno.makeTempDir({ prefix: "gusset-cluster-" });
    const done = await use(`${folder}/kv.sqlite3`);
    await Deno.remove(folder, { recursive: true });
    return [done, "one file"];
  }
  const kv = await startKv({ real: await hasDenokv() });
  Deno.env.set("DENO_KV_ACCESS_TOKEN", kv.token);
  try {
    return [await use(kv.url), `KV Connect (${kv.name})`];
  } finally {
    await kv.close();
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function longest({ takeovers }: Figures): string {
  if (takeovers.length === 0) return "nothing was taken over";
  const sorted = takeovers.toSorted((a, b) => a - b);
  return `taken over after ${seconds(sorted[Math.floor(sorted.length / 2)])} (median), ${
    seconds(sorted.at(-1)!)
  } at the most`;
}

if (wanted("orders")) {
  for (const processes of [2, 4]) {
    const [seen, where] = await onState((kv) =>
      clusteredOrders({
        processes,
        records,
        units: 16,
        kv,
        leaseMs: 5000,
        every: 3000,
        spike: 2000,
        seed: 7 + processes,
      })
    );
    console.log(`${processes} processes on ${where}: ${records} orders in ${seconds(seen.ms)}, each once
  ${seen.killed} killed, ${seen.paused} paused past their lease (5 s); ${longest(seen)}
  partitions changed hands ${seen.changes} times; ${seen.late} calls of a paused process came late, and made nothing twice
  Procore: ${seen.calls} calls, ${seen.refused} refused with 429, ${seen.busiest} in the busiest ten seconds of 2000 allowed
  runs that ended early: ${JSON.stringify(seen.codes)}; all stopped within ${seconds(seen.stopping)}`);
  }
}
if (wanted("journals")) {
  for (const processes of [2, 4]) {
    const [seen, where] = await onState((kv) =>
      clusteredPostings({ processes, kv, leaseMs: 2000, every: 2000, seed: 11 + processes })
    );
    const count = (what: string): number => seen.blows.filter((blow) => blow.what === what).length;
    console.log(
      `${processes} processes on ${where}: ${seen.journals} journals in ${seconds(seen.ms)}, each once and balanced
  ${count("killed")} killed, ${count("paused")} paused past their lease (2 s); ${seen.calls} calls
  runs that ended early: ${JSON.stringify(seen.codes)}`,
    );
  }
}
if (wanted("takeover")) {
  // The lease that is shipped: a minute.
  const [seen, where] = await onState((kv) =>
    clusteredOrders({
      processes: 2,
      records: 400,
      units: 4,
      kv,
      leaseMs: 60_000,
      every: 0,
      killOnce: 0.3,
      latency: 100,
      seed: 1,
    })
  );
  console.log(`A process killed in the middle, on ${where}: ${longest(seen)}; its lease was one minute`);
}
