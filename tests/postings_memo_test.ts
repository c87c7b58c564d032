import assert from "node:assert/strict";
import { join } from "node:path";
import { loadProject } from "../engine/pipeline/load.ts";
import { batch } from "../engine/state/batch.ts";
import { setLive } from "../engine/state/live.ts";
import { door } from "../main.ts";
import { registry, root } from "./support/house.ts";
import { line, order } from "./support/orders.ts";
import { balanceOf, contractOf, journals, postingHouse } from "./support/postings.ts";

const MEMO = "change-order-memos";

/** The pipeline as the language's page shows it, beside the shipped ones, on the test firm's accounts. */
async function documented(): Promise<Map<string, string>> {
  const page = await Deno.readTextFile(new URL("docs/language.md", root));
  const [, yaml] = /```yaml\n(name: change-order-memos\n[\s\S]*?)```/.exec(page)!;
  const texts = new Map<string, string>();
  for await (const { name } of Deno.readDir(door.pipelines)) {
    if (!name.endsWith(".yaml") || name.includes(".test.") || name.includes(".reconcile.")) continue;
    texts.set(join(door.pipelines, name), await Deno.readTextFile(join(door.pipelines, name)));
  }
  const live = yaml.replace("as: memo", "mode: live\n  as: memo").replace('"9101"', '"2101"').replace(
    '"9102"',
    '"2102"',
  );
  return texts.set(join(door.pipelines, `${MEMO}.yaml`), live);
}

Deno.test("a change order stands on two memo accounts, once, and goes when it is approved no more; no cost account moves", async () => {
  const { project, diagnostics } = await loadProject({ dir: door.pipelines, registry, files: await documented() });
  assert.deepEqual(diagnostics, []);
  const home = await postingHouse([order(1, [line("1000")])], { project: project! });
  try {
    const writes = batch(home.store);
    setLive(writes, MEMO, {
      live: true,
      terms: { recognise: "final", approval: "none" },
      by: "a test",
      at: new Date(home.clock.now()).toISOString(),
    });
    await writes.commit();
    const { id, lines } = await contractOf(home, 1);
    await home.control("procore", "touch", {
      table: "change_order_packages",
      fields: {
        contract_id: id,
        title: "Night work",
        status: "approved",
        lines: [{
          description: "Night work",
          amount: "1850.00",
          wbs_code_id: String((lines[0].wbs_code as { id: string }).id),
        }],
      },
    });
    const [made] = await home.rows("procore", "change_order_packages");
    for (const _ of ["a run", "and another"]) {
      const { failure, counts } = await home.run(MEMO);
      assert.deepEqual([failure, counts.rejected], [undefined, 0]);
      assert.deepEqual([await balanceOf(home, "2101"), await balanceOf(home, "2102")], ["1850", "-1850"]);
      assert.equal((await journals(home)).length, 1);
    }
    await home.touch("procore", "change_order_packages", String(made.id), { status: "void" });
    home.clock.advance(300_000);
    await home.run(MEMO);
    assert.deepEqual([await balanceOf(home, "2101"), await balanceOf(home, "2102")], ["0", "0"]);
    assert.equal((await journals(home)).length, 2);
    assert.equal(await balanceOf(home, "701"), "0");
  } finally {
    await home.close();
  }
});
