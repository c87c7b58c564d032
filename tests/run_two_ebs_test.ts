import assert from "node:assert/strict";
import { manualClock, seededRandom } from "../engine/clock.ts";
import type { Row } from "../engine/connector.ts";
import type { Project } from "../engine/pipeline/model.ts";
import { linksOf, listLinks } from "../engine/state/links.ts";
import ebs from "../connectors/ebs/connector.ts";
import { type House, root, shippedProject, START } from "./support/house.ts";
import { endState, house, PIPELINES, small, supplier, type Watch, watch, words } from "./support/small.ts";

const WEST = PIPELINES.map((name) => `west-${name}`);

/** The shipped pipelines, and each once more from a second EBS of tag `WEST`. */
async function bothPipelines(): Promise<Project> {
  const folder = await Deno.makeTempDir({ prefix: "gusset-two-" });
  const read = (name: string) => Deno.readTextFile(new URL(`pipelines/${name}.yaml`, root));
  try {
    const connections = await read("connections");
    const [, one] = /\n(ebs:\n.*\n)procore:\n/s.exec(connections)!;
    const western = one.replace("ebs:", "west:").replace("tag: EBS", "tag: WEST");
    await Deno.writeTextFile(`${folder}/connections.yaml`, `${connections}\n${western}`);
    for (const name of PIPELINES) {
      const text = await read(name);
      await Deno.writeTextFile(`${folder}/${name}.yaml`, text);
      const west = text.replace(`name: ${name}`, `name: west-${name}`)
        .replace("connection: ebs", "connection: west")
        .replace("link: projects", "link: west-projects")
        .replace("after: [projects]", "after: [west-projects]");
      await Deno.writeTextFile(`${folder}/west-${name}.yaml`, west);
    }
    return await shippedProject(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The second EBS: the same ids and supplier numbers as in the first, one of the same name too; other projects. */
function west(): Record<string, Row[]> {
  const data = small();
  return {
    ...data,
    suppliers: [supplier(1, "Cactus Works"), supplier(3, "Cedar Works Inc."), supplier(30, "Dune Works")],
    projects: data.projects.map((row) => ({ ...row, SEGMENT1: `W-${row.SEGMENT1}` })),
    purchase_orders: data.purchase_orders.map((row) => ({ ...row, PROJECT_NUMBER: `W-${row.PROJECT_NUMBER}` })),
  };
}

async function both(): Promise<{ home: House; calls: Watch; second: ReturnType<typeof ebs.sandbox> }> {
  const calls = watch();
  const data = small();
  data.procore_projects.push({ project_number: "W-DEN-1", name: "Project W-DEN-1", active: true });
  const clock = manualClock(START);
  const second = ebs.sandbox({ clock, random: seededRandom(3), data: west() });
  const home = await house({
    data,
    project: await bothPipelines(),
    others: () => ({ west: second }),
    around: calls.around,
  });
  return { home, calls, second };
}

const keysAt = (rows: Row[], tag: string) =>
  rows.flatMap((row) => String(row.origin_id ?? "").startsWith(`${tag}-`) ? [row.origin_id as string] : []).sort();

Deno.test("two EBS systems keep their records apart in one company, though ids, numbers and names are the same", async (t) => {
  const alone = await house();
  await alone.runAll();
  const expected = await alone.rows("procore", "vendors");
  await alone.close();

  for (const order of [[...PIPELINES, ...WEST], [...WEST, ...PIPELINES]]) {
    await t.step(order[0] === "projects" ? "the first one first" : "the second one first", async () => {
      const { home, calls } = await both();
      for (const name of order) {
        const { failure, counts } = await home.run(name);
        assert.equal(failure, undefined, `${name}: ${JSON.stringify(failure)}`);
        assert.equal(counts.rejected, 0, name);
        home.reopen();
      }
      const vendors = await home.rows("procore", "vendors");
      assert.deepEqual(keysAt(vendors, "EBS").length, keysAt(expected, "EBS").length);
      assert.deepEqual(keysAt(vendors, "WEST"), ["WEST-V-3001", "WEST-V-3003", "WEST-V-3030"]);
      const codes = await home.rows("procore", "cost_codes");
      assert.equal(keysAt(codes, "EBS").length, 5);
      assert.deepEqual(keysAt(codes, "WEST"), ["WEST-GL-701-4001", "WEST-GL-702-4001", "WEST-GL-703-4001"]);
      assert.equal(
        new Set(codes.filter(({ origin_id }) => /^WEST/.test(String(origin_id))).map((row) => row.project_id)).size,
        1,
      );

      // Each pipeline's link leads to its own record, and no record has two.
      const owners = new Map<string, string>();
      for (const name of order) {
        for await (const { id, key } of listLinks(home.store, name)) {
          const place = `${name.replace("west-", "")} ${id}`;
          assert(!owners.has(place), `${place} belongs to ${owners.get(place)} and to ${name} ${key}`);
          owners.set(place, `${name} ${key}`);
        }
      }

      // Nobody undoes what the other did, run after run.
      const settled = await endState(home, order);
      for (const options of [{}, { full: true }, { verify: true }]) {
        calls.clear();
        home.clock.advance(3_600_000);
        home.reopen();
        for (const name of order) assert.equal((await home.run(name, options)).failure, undefined);
        assert.deepEqual(calls.calls.filter((call) => / (POST|PATCH|PUT|DELETE) \/rest/.test(call)), []);
        assert.deepEqual(await endState(home, order), settled);
      }
      await home.close();
    });
  }
});

Deno.test("what happens in one EBS touches nothing of the other's", async () => {
  const { home, second } = await both();
  for (const { name } of home.project.pipelines) await home.run(name);
  const before = await home.rows("procore", "vendors");
  home.clock.advance(3_600_000);
  home.reopen();
  await second.fetch(
    new Request("http://west.sandbox.test:8000/_sandbox/touch", {
      method: "POST",
      body: JSON.stringify({ table: "AP_SUPPLIERS", key: "3003", fields: { END_DATE_ACTIVE: "2026-10-01T00:00:00" } }),
    }),
  );
  await second.fetch(
    new Request("http://west.sandbox.test:8000/_sandbox/clock", {
      method: "POST",
      body: JSON.stringify({ advance_ms: 3_600_000 }),
    }),
  );
  assert.deepEqual((await home.run("vendors")).changes, []);
  assert.deepEqual(words((await home.run("west-vendors")).changes), ["3003 deactivate"]);
  const changed = (await home.rows("procore", "vendors")).filter((row, i) => row.is_active !== before[i].is_active);
  assert.deepEqual(changed.map(({ origin_id }) => origin_id), ["WEST-V-3003"]);
  assert.equal((await linksOf(home.store, "vendors", ["3003"])).get("3003")![0].active, true);
  await home.close();
});

Deno.test("the two systems swapped by mistake halt both, and write nothing", async () => {
  const { home, calls } = await both();
  for (const { name } of home.project.pipelines) await home.run(name);
  await home.control("ebs", "gateway", { database_id: "111" });
  home.clock.advance(3_600_000);
  home.reopen();
  calls.clear();
  const { failure } = await home.run("vendors", { full: true });
  assert.equal(failure?.code, "identity.changed");
  assert.equal(failure!.kind, "halt");
  assert.deepEqual(calls.calls.filter((call) => / (POST|PATCH|PUT|DELETE) \/rest/.test(call)), []);
  assert.equal((await home.run("west-vendors")).failure, undefined, "the other goes on");
  await home.close();
});
