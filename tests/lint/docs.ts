/**
 * `deno doc --lint` over the public contract. What it says of packages is left out: their own comments are not ours to write, and a
 * type of zod's in our signatures is documented where zod is.
 *
 * @module
 */
import { join } from "node:path";

/** What a connector's or an integration's author reads. */
const CONTRACT = [
  "engine/clock.ts",
  "engine/conformance/suite.ts",
  "engine/conformance/types.ts",
  "engine/connector.ts",
  "engine/decimal.ts",
  "engine/failure.ts",
  "engine/fields.ts",
  "engine/mapping/types.ts",
  "engine/pipeline/model.ts",
  "engine/posting.ts",
  "engine/run/types.ts",
  "engine/state/types.ts",
  "engine/wire/types.ts",
];

/** Types of packages that signatures of the contract name. */
const FOREIGN = /references private type '(Zod\w+)'/;

/** The findings that are ours, each as `deno doc --lint` printed it. */
export function ours(report: string): string[] {
  return report.split(/^(?=error)/m).filter((block) =>
    block.startsWith("error[") && !FOREIGN.test(block) && !/-->.*[\\/]npm[\\/]/.test(block)
  );
}

if (import.meta.main) {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...CONTRACT],
    cwd: join(import.meta.dirname!, "../.."),
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  const report = new TextDecoder().decode(stderr);
  const found = ours(report);
  // A report that cannot be read must not look like a clean one.
  const unread = code !== 0 && !/Found \d+ documentation lint error/.test(report);
  if (unread) console.error(report);
  for (const block of found) console.error(block.trimEnd() + "\n");
  console.log(
    `Doc comments of the contract: ${found.length === 0 && !unread ? "complete" : `${found.length} to mend`}.`,
  );
  if (found.length > 0 || unread) Deno.exit(1);
}
