import assert from "node:assert/strict";
import { join } from "node:path";
import { stage } from "./harness.ts";

Deno.test("links are exported as CSV and imported into an empty state just as they were", async () => {
  const one = await stage();
  await one.gusset("run", "projects");
  const { out: csv } = await one.gusset("links", "export", "projects");
  assert.match(csv, /^key,part,id,partition\n\d+,,\d+,-\n/);
  const file = join(one.home, "links.csv");
  await Deno.writeTextFile(file, csv);
  const kv = join(one.home, "other.sqlite3");
  const dry = await one.gusset("links", "import", "projects", file, "--dry-run", "--kv", kv);
  assert.match(dry.out, /^It would import: \d+ new links, 0 moved, 0 as they were\.\n$/);
  assert.equal((await one.gusset("links", "export", "projects", "--kv", kv)).out, "key,part,id,partition\n");
  const { json: [done] } = await one.gusset("links", "import", "projects", file, "--json", "--kv", kv);
  assert.equal(done.written, true);
  assert.equal((await one.gusset("links", "export", "projects", "--kv", kv)).out, csv);
  const again = await one.gusset("links", "import", "projects", file, "--json", "--kv", kv);
  assert.deepEqual([again.json[0].new, again.json[0].moved], [0, 0]);
  await one.end();
});

const utf16 = new Uint8Array(new Uint16Array([..."key,id\n1,10\n"].map((char) => char.charCodeAt(0))).buffer);
const mistakes: [csv: string | Uint8Array, exit: number, says: RegExp][] = [
  ["key,id\n1,\n", 1, /:2: key and id must not be empty/],
  ["key,id\n1,10\n1,11\n", 1, /:3: 1 stands in line 2 already/],
  ["key,id\n1,10\n2,10\n", 1, /:3: id 10 stands in line 2 already/],
  ["key,name\n1,10\n", 1, /:1: The column id is missing/],
  ["key,id,colour\n1,10,red\n", 1, /:1: colour is no column of links/],
  ["key,id\n1,10,3\n", 1, /:2: .*Write it as CSV/],
  ['key,id\n"1,10\n', 1, /Write it as CSV/],
  ["", 1, /links\.csv: The file of links is empty.*columns key,part,id,partition/],
  ["\n\n", 1, /The file of links is empty/],
  ["colour,id\n", 1, /:1: The column key is missing/],
  [utf16, 1, /links\.csv: The file of links is not UTF-8 text\. Save it as CSV in UTF-8/],
  [new Uint8Array([0xff, 0xfe, ...utf16]), 1, /not UTF-8 text/],
];

Deno.test("one wrong line of an import, and nothing is imported", async () => {
  const one = await stage();
  const file = join(one.home, "links.csv");
  for (const [csv, exit, says] of mistakes) {
    await Deno.writeFile(file, typeof csv === "string" ? new TextEncoder().encode(csv) : csv);
    const ran = await one.gusset("links", "import", "vendors", file);
    assert.equal(ran.exit, exit, String(csv));
    assert.match(ran.out + ran.err, says, String(csv));
    assert.doesNotMatch(ran.out, /Imported/);
    assert.equal((await one.gusset("links", "export", "vendors")).out, "key,part,id,partition\n", String(csv));
  }
  await one.end();
});

Deno.test("a link that stands is moved only where --replace says so, and never onto another's record", async () => {
  const one = await stage();
  const file = join(one.home, "links.csv");
  const load = async (csv: string, ...options: string[]) => {
    await Deno.writeTextFile(file, csv);
    return await one.gusset("links", "import", "vendors", file, ...options);
  };
  assert.equal((await load("key,id\n1,10\n2,20\n")).exit, 0);
  assert.match((await load("key,id\n1,11\n")).out, /1 is linked to 10; --replace moves it to 11/);
  assert.match((await load("key,id\n1,20\n", "--replace")).out, /id 20 is linked to 2 already/);
  assert.match((await load("key,id\n1,11\n", "--replace")).out, /Imported: 0 new links, 1 moved/);
  assert.equal((await one.gusset("links", "export", "vendors")).out, "key,part,id,partition\n1,,11,-\n2,,20,-\n");
  assert.match((await one.gusset("links", "drop", "vendors", "1")).out, /1 link forgotten/);
  assert.equal((await one.gusset("links", "export", "vendors")).out, "key,part,id,partition\n2,,20,-\n");
  await one.end();
});

Deno.test("a suggested twin waits, is accepted by name, and is linked by the next run", async () => {
  const one = await stage();
  await one.gusset("run", "vendors");
  const { json: waiting } = await one.gusset("adopt", "list", "vendors", "--json");
  assert.ok(waiting.length > 1, "the invented company has twins by name");
  const [first, second] = waiting;
  assert.match((await one.gusset("adopt", "accept", "vendors", first.key)).out, /^1 adoption accepted/);
  assert.match(
    (await one.gusset("adopt", "decline", "vendors", second.key, "--why", "another firm")).out,
    /^1 adoption declined/,
  );
  const run = await one.gusset("run", "vendors", "--json");
  assert.ok(run.exit <= 1, run.out + run.err);
  const { json: links } = await one.gusset("links", "list", "vendors", "--json");
  assert.equal(links.find(({ key }) => key === first.key).id, first.id);
  const made = links.find(({ key }) => key === second.key);
  assert.ok(!made || made.id !== second.id, "a declined twin was linked all the same");
  const left = await one.gusset("adopt", "list", "vendors", "--json");
  assert.equal(left.json.filter(({ key }) => key === first.key || key === second.key).length, 0);
  await one.end();
});

Deno.test("what waits for another pipeline is listed with what it waits for, and woken once that is linked", async () => {
  const one = await stage();
  await one.gusset("run", "cost-codes");
  const { json: parked } = await one.gusset("parked", "cost-codes", "--json");
  assert.ok(parked.length > 0, "cost codes wait for their projects");
  assert.equal(parked[0].need.pipeline, "projects");
  assert.match((await one.gusset("parked")).out, /waits for/);
  await one.gusset("run", "--all");
  const { json: after } = await one.gusset("parked", "cost-codes", "--json");
  assert.ok(after.length < parked.length, "no record was woken");
  await one.end();
});

Deno.test("a rejected record is listed, shown, dismissed until it changes, and goes through once it is mended", async () => {
  const one = await stage();
  const edit = (fields: Record<string, string>) =>
    one.control("ebs", "POST", "touch", { table: "AP_SUPPLIERS", key: "3001", fields });
  const [{ VENDOR_NAME: name }] = (await one.rows("ebs", "AP_SUPPLIERS")).filter(({ VENDOR_ID }) =>
    VENDOR_ID === "3001"
  );
  await edit({ VENDOR_NAME: " " });

  const first = await one.gusset("run", "vendors");
  assert.equal(first.exit, 1, first.out + first.err);
  assert.match(first.out, /Rejected records wait in: gusset rejected list/);
  const { json: [record] } = await one.gusset("rejected", "list", "--json");
  assert.deepEqual([record.pipeline, record.key, record.failure.kind], ["vendors", "3001", "rejected"]);
  const shown = await one.gusset("rejected", "show", "vendors", "3001");
  assert.match(shown.out, /^vendors 3001$/m);
  assert.match(shown.out, /^ +VENDOR_ID: "3001"$/m);

  assert.equal((await one.gusset("rejected", "dismiss", "vendors", "3001", "--why", " ")).exit, 2);
  assert.equal((await one.gusset("rejected", "dismiss", "vendors", "3001", "--why", "being renamed")).exit, 0);
  assert.match((await one.gusset("rejected")).out, /Nothing is rejected/);
  assert.match((await one.gusset("rejected", "list", "--dismissed")).out, /dismissed: being renamed/);
  assert.equal((await one.gusset("run", "vendors", "--full")).exit, 0, "a dismissed record is quiet");

  one.clock.advance(60_000);
  await edit({ VENDOR_NAME: "", VENDOR_NAME_ALT: "changed" });
  assert.equal((await one.gusset("run", "vendors", "--full")).exit, 1, "a changed record speaks again");

  await edit({ VENDOR_NAME: String(name) });
  const retried = await one.gusset("rejected", "retry", "vendors");
  assert.match(retried.out, /^1 record will be read again by the next run: gusset run vendors/);
  const mended = await one.gusset("run", "vendors", "--json");
  assert.equal(mended.exit, 0, mended.out + mended.err);
  assert.equal((await one.gusset("rejected", "list", "--dismissed", "--json")).json.length, 0);
  await one.end();
});
