/**
 * `deno task bench`: speed and memory as ratios in one run. Nothing is asserted: machines are noisy, and a figure is for reading.
 * Arguments pick single benchmarks by letter (`deno task bench a f`); `--small` takes a tenth of the records.
 *
 * @module
 */
import { benchCluster } from "./cluster.ts";
import { floor } from "./floor.ts";
import { benchMapping } from "./mapping_bench.ts";
import { benchLimits, benchOrders } from "./orders.ts";
import { benchPostings } from "./postings.ts";
import { line, per, whole } from "./report.ts";
import { startup } from "./startup.ts";
import type { SyncFigures } from "./sync.ts";
import { benchWebhooks } from "./webhooks.ts";
import { child, control, withWorld, type World } from "./world.ts";

const small = Deno.args.includes("--small");
const picked = Deno.args.filter((arg) => /^[a-m]$/.test(arg));
const wanted = (letter: string): boolean => picked.length === 0 || picked.includes(letter);
const scale = small ? 10 : 1;

const sync = (world: World, kv: string, ...options: string[]): Promise<SyncFigures> =>
  child<SyncFigures>("sync.ts", [JSON.stringify(world), kv, "vendors", ...options]);

async function mapping(): Promise<void> {
  const { ours, floor, unit } = await benchMapping();
  const share = (ours / floor).toFixed(2);
  line(
    "a",
    "mapping, 20 fields, beside a hand-written one",
    `${whole(ours)} ${unit}, ${share} of its speed`,
    "≥ 0.50",
  );
}

async function loads(): Promise<void> {
  const count = 50_000 / scale;
  await withWorld({ kind: "suppliers", count }, async (world) => {
    const kv = `${await Deno.makeTempDir()}/kv.sqlite3`;
    // The floor goes first and once more after, so that neither side has the warmer sandbox; its vendors are removed in between.
    const bare = await floor(world, { write: true });
    await control(world, "procore", "reset", {});
    const first = await sync(world, kv);
    const reread = await floor(world, { write: false });
    const again = await sync(world, kv, "full");
    const ratio = (ours: number, theirs: number): string => `${(ours / theirs).toFixed(2)} times the floor`;
    line(
      "b",
      `first load of ${whole(count)} suppliers`,
      `${per(count, first.ms)}, ${ratio(first.ms, bare.ms)}`,
      "≤ 2",
    );
    line("c", "unchanged re-run of them, all read", `${per(count, again.ms)}, ${ratio(again.ms, reread.ms)}`, "≤ 3");
    await control(world, "procore", "reset", {});
  });
}

async function memory(): Promise<void> {
  for (const count of [10_000, 50_000, 200_000].map((n) => n / scale)) {
    await withWorld({ kind: "suppliers", count }, async (world) => {
      const kv = `${await Deno.makeTempDir()}/kv.sqlite3`;
      const first = await sync(world, kv);
      const again = await sync(world, kv, "full");
      line(
        "d",
        `peak memory, ${whole(count)} records`,
        `${first.memory} MB first load, ${again.memory} MB unchanged`,
        "< 250 MB, level",
      );
    });
  }
}

async function calls(): Promise<void> {
  await withWorld({ kind: "suppliers", count: 2000 }, async (world) => {
    const kv = `${await Deno.makeTempDir()}/kv.sqlite3`;
    await sync(world, kv);
    await control(world, "ebs", "clock", { advance_ms: 3_600_000 });
    for (let i = 0; i < 1000; i++) {
      await control(world, "ebs", "touch", {
        table: "AP_SUPPLIERS",
        key: String(100_001 + i),
        fields: { VENDOR_NAME: `Renamed ${i}` },
      });
    }
    const { counts, calls } = await sync(world, kv);
    const told = Object.entries(calls).map(([route, count]) => `${count} × ${route}`).join(", ");
    line(
      "e",
      `calls for ${counts.update} changed, ${2000 - (counts.update ?? 0)} unchanged records`,
      told,
      "1 sync call",
    );
  });
}

async function start(): Promise<void> {
  const { check, bare } = await startup();
  line(
    "f",
    "gusset check on 50 pipeline files",
    `${Math.round(check - bare)} ms beyond the runtime's own ${Math.round(bare)} ms`,
    "< 500 ms",
  );
}

if (wanted("a")) await mapping();
if (wanted("b") || wanted("c")) await loads();
if (wanted("d")) await memory();
if (wanted("e")) await calls();
if (wanted("f")) await start();
if (["g", "h", "i"].some(wanted)) await benchOrders(50_000 / scale);
if (wanted("j")) await benchLimits(5000 / scale);
if (wanted("k")) await benchWebhooks(5000 / scale);
if (wanted("l")) await benchPostings(5000 / scale);
if (wanted("m")) await benchCluster(2400 / scale);
