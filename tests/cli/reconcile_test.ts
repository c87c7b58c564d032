/**
 * `gusset reconcile` as a controller uses it: looks, writes files, freezes, has it signed, and sees what changed since.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { shippedTexts } from "../support/posting/texts.ts";
import { stage } from "./harness.ts";

/** The shipped pipelines with what is posted, from March on: when the stage is set. */
async function folder(home: string): Promise<string> {
  const dir = join(home, "pipelines");
  await Deno.mkdir(dir);
  for (const [path, text] of await shippedTexts()) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    await Deno.writeTextFile(join(dir, name), text.replace("from: 2026-10-01", "from: 2026-01-01"));
  }
  return dir;
}

Deno.test("a controller looks, exports, freezes and has it signed; what changes later in the period is listed", async (t) => {
  const home = await Deno.makeTempDir({ prefix: "gusset-test-" });
  const pipelines = await folder(home);
  const one = await stage({ pipelines });
  const month = ["reconcile", "--period", "2026-03"];
  const touch = (system: string, table: string, fields: Record<string, unknown>) =>
    one.control(system, "POST", "touch", { table, fields });
  try {
    for (const name of ["projects", "vendors", "cost-codes", "purchase-orders"]) await one.gusset("run", name);
    const contracts = await one.rows("procore", "purchase_order_contracts");
    const [first, second] = ["204-4004", "204-4007"].map((number) =>
      contracts.find((one) => one.number === number)!.id
    );
    const bill = (contract: unknown, more = {}) =>
      touch("procore", "requisitions", {
        commitment_id: contract,
        percent: "25",
        billing_date: "2026-03-01",
        status: "approved",
        ...more,
      });

    await t.step("with nothing certified it agrees, and says so in a screen of 120 characters", async () => {
      const { exit, out } = await one.gusset(...month);
      assert.equal(exit, 0, out);
      assert.match(out, /^accruals, MAR-26 \(2026-03-01 to 2026-03-31, open\): agrees$/m);
      assert.match(out, /^Exceptions: There are none\.$/m);
    });

    await t.step("what is certified and not posted is open: exit code 1", async () => {
      await bill(first);
      const { exit, out } = await one.gusset(...month);
      assert.equal(exit, 1);
      assert.match(out, /: [2-9] open$/m);
      assert.match(out, /missing {6}/);
      for (const line of out.split("\n")) assert.ok([...line].length <= 120, line);
    });

    await t.step("files: one for each part, and a page that loads nothing", async () => {
      const html = join(home, "march.html");
      const { exit, err } = await one.gusset(...month, "--csv", join(home, "csv"), "--html", html);
      assert.equal(exit, 1, err);
      const names = [...Deno.readDirSync(join(home, "csv"))].map(({ name }) => name).sort();
      assert.equal(names.length, 8);
      assert.equal(names[0], "accruals-2026-03-accounts.csv");
      const cost = await Deno.readTextFile(join(home, "csv", "accruals-2026-03-cost.csv"));
      assert.match(cost, /^project id,project,account id,cost account,currency,opening,/);
      const page = await Deno.readTextFile(html);
      assert.match(page, /^<!doctype html>/);
      assert.doesNotMatch(page, /<script|src=|href=|url\(|@import/);
      assert.match(page, /not frozen: a draft/);
    });

    let id = "";
    await t.step("freezing wants a name, signing another one's", async () => {
      assert.equal((await one.gusset(...month, "--freeze")).exit, 2);
      const { json: [frozen] } = await one.gusset(...month, "--freeze", "--preparer", "Ana", "--json");
      id = frozen.snapshot.id;
      assert.match(frozen.snapshot.hash, /^[0-9a-f]{64}$/);
      assert.equal((await one.gusset("reconcile", "--sign", id)).exit, 2);
      const own = await one.gusset("reconcile", "--sign", id, "--reviewer", " ana");
      assert.deepEqual([own.exit, /cannot review it/.test(own.err)], [3, true]);
      const { exit, out } = await one.gusset("reconcile", "--sign", id, "--reviewer", "Ben");
      assert.equal(exit, 0);
      assert.match(out, /reviewed by Ben, prepared by Ana/);
      assert.equal((await one.gusset("reconcile", "--sign", id, "--reviewer", "Cy")).exit, 3);
      assert.match((await one.gusset("reconcile", "--snapshots")).out, /Ana +Ben/);
    });

    await t.step("each of the two is in the audit log", async () => {
      const { json } = await one.gusset("audit", "--json");
      const acts = json.map(({ what, subject, details }) => [what, subject, details.by]);
      assert.ok(acts.some((act) => act.join() === `reconcile.freeze,${id},Ana`), JSON.stringify(json));
      assert.ok(acts.some((act) => act.join() === `reconcile.sign,${id},Ben`));
    });

    await t.step("nothing changed: nothing is listed; what is billed later in the period is", async () => {
      const { json: [same] } = await one.gusset(...month, "--json");
      assert.deepEqual(same.changes, []);
      await bill(second, { billing_date: "2026-03-02" });
      const { json: [now] } = await one.gusset(...month, "--json");
      assert.ok(
        now.changes.some(({ part, field }: { part: string; field: string }) => part === "cost" && field === "row"),
      );
      assert.equal(now.frozen.reviewed.by, "Ben");
      assert.match((await one.gusset(...month)).out, /Changed since the period was frozen/);
    });

    await t.step("the frozen one is shown as it was", async () => {
      const { json: [shown] } = await one.gusset("reconcile", "--show", id, "--json");
      assert.equal(shown.cost.length > 0, true);
      assert.equal(shown.snapshot.hash.length, 64);
      const { exit, err } = await one.gusset("reconcile", "--show", "nothing");
      assert.deepEqual([exit, /no frozen reconciliation nothing/.test(err)], [3, true]);
    });

    await t.step("the next period opens with what was frozen, and calls the rest corrections", async () => {
      const { json: [april] } = await one.gusset("reconcile", "--period", "2026-04", "--json");
      const opening = april.cost.filter((row: { opening: string }) => row.opening !== "0");
      const corrected = april.cost.filter((row: { corrections: string }) => row.corrections !== "0");
      assert.ok(opening.length > 0);
      assert.ok(corrected.length > 0);
    });

    await t.step("what is asked for wrongly is told", async () => {
      assert.equal((await one.gusset("reconcile")).exit, 2);
      assert.equal((await one.gusset("reconcile", "other", "--period", "2026-03")).exit, 2);
      assert.equal((await one.gusset("reconcile", "--period", "2020-01")).exit, 2);
      assert.equal((await one.gusset(...month, "--project", "none")).exit, 2);
      await Deno.writeTextFile(join(pipelines, "accruals.reconcile.yaml"), "name: accruals\n");
      const { exit, err } = await one.gusset(...month);
      assert.deepEqual([exit, /accruals\.reconcile\.yaml:1:1/.test(err)], [1, true]);
    });
  } finally {
    await one.end();
    await Deno.remove(home, { recursive: true });
  }
});
