import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import { compileMapper } from "../engine/mapping/compile.ts";
import { loadSuites } from "../engine/rehearse/load.ts";
import { play } from "../engine/rehearse/play.ts";
import type { Got, KnownLinks } from "../engine/rehearse/types.ts";
import { listLinks } from "../engine/state/links.ts";
import { door } from "../main.ts";
import { type House, house } from "./support/house.ts";

/** Everything that a pipeline's source gives. */
async function rowsOf({ engine, project }: House, name: string): Promise<Row[]> {
  const { connection, stream } = project.pipelines.find((one) => one.name === name)!.source;
  const open = (await engine.connect(connection)).session.stream(stream);
  const rows: Row[] = [];
  for (const partition of await open.partitions()) {
    for await (const page of open.read!({ partition, since: null, after: null })) rows.push(...page.rows);
  }
  return rows;
}

async function linksIn({ store, project }: House): Promise<KnownLinks> {
  const links = new Map<string, Map<string, Map<string, string>>>();
  for (const { name } of project.pipelines) {
    const keys = new Map<string, Map<string, string>>();
    for await (const { key, part, id } of listLinks(store, name)) {
      keys.set(key, (keys.get(key) ?? new Map()).set(part, id));
    }
    links.set(name, keys);
  }
  return links;
}

const flat = (value: unknown): string => JSON.stringify(value ?? null);

Deno.test("what a rehearsal makes of the company's records is what a plan says of them", async () => {
  const home = await house();
  const { registry, pipelines: dir } = door;
  const { subjects } = await loadSuites({ dir, registry, project: home.project });
  let compared = 0;
  for (const { name } of home.project.pipelines) {
    const { pipeline, source, destination, joined } = subjects.get(name)!;
    const { changes } = await home.run(name, { mode: "plan" });
    const mapper = compileMapper(pipeline, { source, destination, joined });
    const { tag } = home.project.connections[pipeline.source.connection];
    const around = {
      connection: { name: pipeline.source.connection, tag },
      run: { id: "r", at: "2026-01-01T00:00:00Z" },
    };
    const links = await linksIn(home);
    const rows = await rowsOf(home, name);
    const got = new Map<string, Got>();
    for (const row of rows) {
      const played = play(mapper, row, { links, around, split: pipeline.source.split });
      const key = String(row[source.key]);
      if ("whole" in played) got.set(`${key}/`, played.whole);
      else for (const [part, each] of played.parts) got.set(`${key}/${part}`, each);
    }
    for (const { word, key, part, why, failure, fields } of changes) {
      const mine = got.get(`${key}/${part}`);
      assert(mine, `${name} ${key}/${part} is ${word} in the plan`);
      compared++;
      if (mine.kind === "record") {
        assert(!(word === "parked"), `${name} ${key}: ${why}`);
        for (const [field, change] of Object.entries(fields ?? {})) {
          const wanted: string[] = [flat(mine.fields[field]), flat(mine.alternatives[field])];
          assert(
            wanted.includes(flat(change.new)),
            `${name} ${key}/${part}, ${field}: ${JSON.stringify(change.new)}`,
          );
        }
      } else {
        assert.equal(mine.kind, word, `${name} ${key}/${part}`);
        if (mine.kind === "rejected") assert.deepEqual(mine.failure.toJSON(), failure);
        else assert.equal(mine.why, why);
      }
    }
    await home.run(name);
  }
  assert(compared > 100, `${compared} records were compared`);
  await home.close();
});
