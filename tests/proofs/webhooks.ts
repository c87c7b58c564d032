/**
 * 5,000 webhook deliveries against a state in a file: what became of them, and how long it took. Ends with 1 where a record was missed.
 *
 * @module
 */
import { join } from "node:path";
import { type Flood, flood } from "../support/webhook_flood.ts";

const [deliveries = 5_000] = Deno.args.map(Number);

async function measured(title: string, meanwhile: boolean): Promise<Flood> {
  const folder = await Deno.makeTempDir({ prefix: "gusset-flood-" });
  try {
    const came = await flood({ deliveries, records: deliveries / 5, meanwhile, kv: join(folder, "kv.sqlite3") });
    report(title, came);
    return came;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function report(
  title: string,
  { taken, sent, distinct, commits, changed, missed, reads, runs, left, took, p99 }: Flood,
) {
  const unwelcome = Object.entries(taken).filter(([what]) => what !== "stored" && what !== "known");
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const all = Object.values(taken).reduce((sum, one) => sum + one, 0);
  console.log(`${title}
  sent by Procore     ${sent}, ${distinct} of them distinct (${Math.round(100 * (sent - distinct) / sent)} % came again)
  sent by others      ${unwelcome.map(([what, count]) => `${count} ${what}`).join(", ")}
  commits of intake   ${commits}
  records that changed ${changed}, missed ${missed.length}, deliveries left ${left}
  Procore reads       ${reads.records} records, ${reads.lists} lists, in ${runs} runs
  taken in            ${seconds(took.intake)} (${
    Math.round(1000 * all / took.intake)
  } a second, changes among it), p99 ${p99.toFixed(0)} ms at fifty at once
  worked off          ${seconds(took.work)} after the last one
`);
}

const floods = [
  await measured(`${deliveries} deliveries, worked off when all are there`, false),
  await measured(`${deliveries} deliveries, worked off while they come`, true),
];
const wrong = floods.some(({ missed, left, commits, distinct }) => missed.length > 0 || left > 0 || commits > distinct);
console.log(
  wrong ? "WRONG: see above" : "Every record was read after its last change, and nothing unwelcome was written.",
);
if (wrong) Deno.exit(1);
