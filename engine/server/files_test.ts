import assert from "node:assert/strict";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { watchFiles } from "./files.ts";

/** Waits until something is so; fails after five seconds. */
async function until(so: () => boolean): Promise<void> {
  for (let i = 0; !so(); i++) {
    assert.ok(i < 250, "it was not heard");
    await systemClock.sleep(20);
  }
}

Deno.test("a file that is made, changed, renamed or removed is heard of, and so is one elsewhere", async () => {
  const dir = await Deno.makeTempDir();
  const other = await Deno.makeTempDir();
  const connections = join(other, "connections.yaml");
  await Deno.writeTextFile(connections, "a");
  const stop = new AbortController();
  let heard = 0;
  const watching = watchFiles({ dir, files: [connections], clock: systemClock })(() => void heard++, stop.signal);
  await systemClock.sleep(100);
  const path = join(dir, "vendors.yaml");
  const steps: (() => Promise<void>)[] = [
    () => Deno.writeTextFile(path, "name: vendors"),
    () => Deno.writeTextFile(path, "name: vendors\n"),
    () => Deno.rename(path, join(dir, "other.yaml")),
    () => Deno.remove(join(dir, "other.yaml")),
    () => Deno.writeTextFile(connections, "b"),
  ];
  for (const step of steps) {
    const before = heard;
    await step();
    await until(() => heard > before);
    await systemClock.sleep(50);
  }
  stop.abort();
  await watching;
  await Deno.remove(dir, { recursive: true });
  await Deno.remove(other, { recursive: true });
});

Deno.test("a folder that cannot be watched is looked at", async () => {
  const dir = await Deno.makeTempDir();
  // The operating system does not watch what is not there.
  const later = join(dir, "later");
  const stop = new AbortController();
  let heard = 0;
  const watching = watchFiles({ dir: later, clock: systemClock })(() => void heard++, stop.signal);
  await Deno.mkdir(later);
  await Deno.writeTextFile(join(later, "vendors.yaml"), "name: vendors");
  await until(() => heard > 0);
  stop.abort();
  await watching;
  await Deno.remove(dir, { recursive: true });
});
