import assert from "node:assert/strict";
import ebs from "../connectors/ebs/connector.ts";
import procore from "../connectors/procore/connector.ts";
import { company } from "../connectors/company/company.ts";
import { seededRandom, systemClock } from "../engine/clock.ts";
import type { Row } from "../engine/connector.ts";
import { listen } from "../engine/sandbox/listen.ts";
import { listLinks } from "../engine/state/links.ts";
import { listMarks } from "../engine/state/marks.ts";
import { openStore } from "../engine/state/open.ts";
import { listParked } from "../engine/state/parked.ts";
import { listWakes } from "../engine/state/wakes.ts";
import { type LiveRun, liveRun } from "./support/runner.ts";

const PIPELINES = ["projects", "vendors", "cost-codes"];
/** Twenty in the gate, which sets GUSSET_PROOFS; fewer where somebody waits for the tests. */
const KILLS = Deno.env.get("GUSSET_PROOFS") === "1" ? 20 : 6;

/** A part of the company: every fourth supplier, with what was ordered from them. */
function part(): Record<string, Row[]> {
  const whole = company({ at: systemClock.now() });
  const suppliers = whole.suppliers.filter((_, i) => i % 4 === 0);
  const kept = new Set(suppliers.map(({ VENDOR_ID }) => VENDOR_ID));
  return {
    ...whole,
    suppliers,
    purchase_orders: whole.purchase_orders.filter(({ VENDOR_ID }) => kept.has(VENDOR_ID)),
    // Procore's rate windows would be waited for in real time.
    procore_companies: [{ ...whole.procore_companies[0], hourly_limit: "unlimited", spike_limit: "unlimited" }],
  };
}

/** Both sandboxes on real ports, a KV file, and what ended up in either. */
async function world() {
  const data = part();
  const kv = `${await Deno.makeTempDir({ prefix: "gusset-kill-" })}/kv.sqlite3`;
  const systems = {
    ebs: ebs.sandbox({ clock: systemClock, random: seededRandom(1), data }),
    procore: procore.sandbox({ clock: systemClock, random: seededRandom(2), data }),
  };
  const listeners = { ebs: await listen(systems.ebs.fetch), procore: await listen(systems.procore.fetch) };
  const settings = {
    ebs: systems.ebs.settings(listeners.ebs.origin),
    procore: systems.procore.settings(listeners.procore.origin),
  };
  const rows = async (system: "ebs" | "procore", table: string): Promise<Row[]> =>
    (await (await fetch(`${listeners[system].origin}/_sandbox/rows/${table}?limit=100000`)).json()).rows;

  const asked = (ahead: number): LiveRun => ({ settings, kv, ahead, pipelines: PIPELINES });
  return {
    /** Starts a process. */
    start: () =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", "tests/support/runner.ts", JSON.stringify(asked(0))],
        stdout: "piped",
        stderr: "piped",
      }).spawn(),
    /** Runs in this process, an hour later. */
    runLater: () => liveRun(asked(3_600_000)),
    /** What must be the same however often it was killed: ids and times aside. */
    async outcome() {
      const store = await openStore({ path: kv, clock: systemClock, random: seededRandom(3) });
      const links: unknown[] = [];
      const open: unknown[] = [];
      for (const pipeline of PIPELINES) {
        for await (const { key, part, values, active } of listLinks(store, pipeline)) {
          links.push([pipeline, key, part, values, active]);
        }
        for await (const { key, part, word, why } of listParked(store, pipeline)) {
          open.push([pipeline, key, part, word, why]);
        }
        assert.deepEqual(await listMarks(store, pipeline), [], `${pipeline} leaves no mark`);
        assert.deepEqual(await Array.fromAsync(listWakes(store, pipeline)), [], `${pipeline} leaves no wake`);
      }
      store.close();
      const plain = (list: Row[], fields: string[]) =>
        list.map((row) => JSON.stringify(fields.map((field) => row[field] ?? null))).sort();
      return {
        links,
        open,
        vendors: plain(await rows("procore", "vendors"), [
          "origin_id",
          "origin_code",
          "name",
          "is_active",
          "city",
          "address",
        ]),
        codes: plain(await rows("procore", "cost_codes"), ["origin_id", "code", "full_code", "name"]),
      };
    },
    async close() {
      await Promise.all([listeners.ebs.close(), listeners.procore.close()]);
      await Deno.remove(kv.replace(/\/[^/]*$/, ""), { recursive: true });
    },
  };
}

/** Waits until a process has said that it is about to begin, and then for its end; gives what it printed. */
async function ended(
  process: Deno.ChildProcess,
  begun: () => void = () => {},
): Promise<{ code: number; said: string }> {
  const errors = new Response(process.stderr).text();
  let said = "";
  for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
    if (!said.includes("ready\n") && (said + text).includes("ready\n")) begun();
    said += text;
  }
  const { code } = await process.status;
  return { code, said: said + await errors };
}

Deno.test("a run killed with SIGKILL at random moments and started again ends as one that was never killed", async () => {
  const calm = await world();
  let began = performance.now();
  const { code, said } = await ended(calm.start(), () => began = performance.now());
  const whole = performance.now() - began;
  assert.equal(code, 0, said);
  const expected = await calm.outcome();
  assert(
    expected.links.length > 150 && expected.vendors.length > 60,
    `${expected.links.length} ${expected.vendors.length}`,
  );
  await calm.close();

  const random = seededRandom(20261125);
  const trial = async (number: number): Promise<boolean> => {
    const home = await world();
    const process = home.start();
    // Spread over all that it does, from its first call to its last.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const after = whole * (number + random()) / KILLS;
    const first = await ended(process, () => timer = setTimeout(() => process.kill("SIGKILL"), after));
    clearTimeout(timer);
    await home.runLater().catch((thrown) => assert.fail(`killed at ${number}/${KILLS}: ${thrown}`));
    assert.deepEqual(await home.outcome(), expected, `killed at ${number}/${KILLS}`);
    await home.close();
    return first.code !== 0;
  };
  const killed: boolean[] = [];
  for (let number = 0; number < KILLS; number += 2) {
    killed.push(...await Promise.all([trial(number), trial(number + 1)]));
  }
  assert(
    killed.filter(Boolean).length >= KILLS / 2,
    `${killed.filter(Boolean).length} of ${KILLS} were killed before they ended`,
  );
});
