import assert from "node:assert/strict";
import { join } from "node:path";
import { readData } from "../../engine/cli/serve.ts";
import { stage } from "./harness.ts";

Deno.test("a folder of JSON lines is read by file name, with every number as it was written", async () => {
  const dir = await Deno.makeTempDir({ prefix: "gusset-test-" });
  await Deno.writeTextFile(
    join(dir, "suppliers.jsonl"),
    '\ufeff{"VENDOR_ID":9007199254740993,"RATE":1.10}\r\n\n{"VENDOR_ID":"2"}\n',
  );
  await Deno.writeTextFile(join(dir, "README.md"), "not data");
  assert.deepEqual(await readData(dir), {
    suppliers: [{ VENDOR_ID: "9007199254740993", RATE: "1.10" }, { VENDOR_ID: "2" }],
  });
  await Deno.remove(dir, { recursive: true });
});

Deno.test("data that is not there, is empty or is broken is one message with its place, and nothing is served", async () => {
  const one = await stage();
  const dir = join(one.home, "data");
  const missing = await one.gusset("sandbox", "--data", dir);
  assert.equal(missing.exit, 1);
  assert.match(missing.err, /data: The folder of data cannot be read/);
  await Deno.mkdir(dir);
  const empty = await one.gusset("sandbox", "--data", dir);
  assert.equal(empty.exit, 1);
  assert.match(empty.err, /There is no data in this folder/);
  for (const line of ["[1]", "{", "null", "nonsense"]) {
    await Deno.writeTextFile(join(dir, "suppliers.jsonl"), `{"VENDOR_ID":"1"}\n${line}\n`);
    const broken = await one.gusset("sandbox", "--data", dir);
    assert.equal(broken.exit, 1, line);
    assert.match(broken.err, /suppliers\.jsonl:2: This line is no JSON object/, line);
    assert.equal(broken.out, "");
  }
  await one.end();
});
