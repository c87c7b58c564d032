import assert from "node:assert/strict";
import { join } from "node:path";
import { type Stage, stage } from "./harness.ts";

const NOTICES = `name: held-suppliers
description: Suppliers on payment hold become items on the worklist.
source:
  connection: ebs
  stream: suppliers
  where: { cel: "rec.VENDOR_ID in ['3001', '3008']" }
destination:
  connection: inbox
  stream: notices
  leaves: deactivate
map:
  title: { template: "Look at {VENDOR_NAME}" }
  owner: { value: Payables }
  due: { value: "2026-03-01" }
  value: { value: "1250.5" }
`;

/** A stage with one pipeline, whose destination is the worklist. */
async function desk(): Promise<Stage & { rename(key: string, name: string): Promise<unknown> }> {
  const pipelines = await Deno.makeTempDir();
  await Deno.writeTextFile(join(pipelines, "held-suppliers.yaml"), NOTICES);
  const one = await stage({ pipelines });
  return {
    ...one,
    rename: (key: string, VENDOR_NAME: string) => {
      one.clock.advance(60_000);
      return one.control("ebs", "POST", "touch", { table: "AP_SUPPLIERS", key, fields: { VENDOR_NAME } });
    },
    end: async () => {
      await Deno.remove(pipelines, { recursive: true });
      await one.end();
    },
  };
}

Deno.test("an ordinary pipeline writes to the worklist: created, unchanged, updated, linked", async () => {
  const one = await desk();
  const dry = await one.gusset("dry-run", "held-suppliers", "--json");
  assert.equal(dry.json.at(-1).counts.create, 2, dry.out + dry.err);
  assert.equal((await one.gusset("inbox", "--json")).json.length, 0, "a plan writes nothing");

  const first = await one.gusset("run", "held-suppliers", "--json");
  assert.deepEqual([first.exit, first.json.at(-1).counts.create], [0, 2], first.out + first.err);
  const { json: notices } = await one.gusset("inbox", "list", "--json");
  assert.deepEqual(notices.map(({ reference }) => reference).sort(), ["held-suppliers:3001", "held-suppliers:3008"]);
  assert.deepEqual(
    notices.map(({ owner, value, state }) => [owner, value, state]),
    Array(2).fill(["Payables", "1250.5", "open"]),
  );
  const { json: links } = await one.gusset("links", "list", "held-suppliers", "--json");
  assert.deepEqual(links.map(({ id }) => id).sort(), notices.map(({ id }) => id).sort());
  assert.match((await one.gusset("inbox")).out, /Payables +1,250\.50 +2026-03-01, overdue/);

  const again = await one.gusset("run", "held-suppliers", "--full", "--json");
  assert.deepEqual([again.json.at(-1).counts.unchanged, again.json.at(-1).counts.create], [2, 0]);
  await one.rename("3001", "Another Name");
  const third = await one.gusset("run", "held-suppliers", "--json");
  assert.deepEqual([third.json.at(-1).counts.update, third.json.at(-1).counts.create], [1, 0], third.out + third.err);
  const titles = (await one.gusset("inbox", "--json")).json.map(({ title }) => title);
  assert.ok(titles.includes("Look at Another Name"));
  assert.equal(titles.length, 2);
  await one.end();
});

Deno.test("what is done or dismissed is off the list, and comes back when its source changes again", async () => {
  const one = await desk();
  await one.gusset("run", "held-suppliers");
  const { json: [{ id }, other] } = await one.gusset("inbox", "--json");
  assert.equal((await one.gusset("inbox", "dismiss", other.id)).exit, 2, "a reason is asked for");
  assert.equal((await one.gusset("inbox", "dismiss", other.id, "--why", " ")).exit, 2);
  assert.match((await one.gusset("inbox", "done", id, "--why", "called them")).out, /^Done: Look at/);
  assert.match((await one.gusset("inbox", "done", id)).out, /is done already, by local:tester/);
  assert.equal((await one.gusset("inbox", "dismiss", other.id, "--why", "no hold")).exit, 0);
  assert.match((await one.gusset("inbox")).out, /Nothing is to be done/);
  assert.equal((await one.gusset("inbox", "--all", "--json")).json.length, 2);
  assert.match((await one.gusset("inbox", "show", id)).out, /closed {2}by local:tester on .*: called them/);

  await one.gusset("run", "held-suppliers", "--full");
  assert.equal((await one.gusset("inbox", "--json")).json.length, 0, "what is as it was stays closed");
  const key = (await one.gusset("inbox", "show", id, "--json")).json[0].reference.split(":")[1];
  await one.rename(key, "Renamed");
  await one.gusset("run", "held-suppliers");
  assert.deepEqual((await one.gusset("inbox", "--json")).json.map((notice) => notice.id), [id]);
  assert.equal((await one.gusset("inbox", "show", "nothing")).exit, 2);
  const { json: log } = await one.gusset("audit", "--json");
  assert.deepEqual(log.map(({ what, why }) => [what, why]), [["inbox.dismiss", "no hold"], [
    "inbox.done",
    "called them",
  ]]);
  await one.end();
});

Deno.test("a notice that was written and whose link was lost is found again, not made twice", async () => {
  const one = await desk();
  await one.gusset("run", "held-suppliers");
  assert.equal((await one.gusset("links", "drop", "held-suppliers", "3001")).exit, 0);
  const again = await one.gusset("run", "held-suppliers", "--full", "--json");
  assert.equal(again.json.at(-1).counts.create, 0, again.out + again.err);
  assert.equal((await one.gusset("inbox", "--all", "--json")).json.length, 2);
  assert.equal((await one.gusset("links", "list", "held-suppliers", "--json")).json.length, 2);
  await one.end();
});
