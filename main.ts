/**
 * The one door: hands the connectors, the invented company and the outside world to the command line.
 *
 * @module
 */
import { join } from "node:path";
import { company } from "./connectors/company/company.ts";
import { story } from "./connectors/company/story.ts";
import ebs from "./connectors/ebs/connector.ts";
import procore from "./connectors/procore/connector.ts";
import config from "./deno.json" with { type: "json" };
import type { Door } from "./engine/cli/context.ts";
import { runCli } from "./engine/cli/main.ts";
import { systemOutside } from "./engine/cli/outside.ts";

/** What `main.ts` hands in; tests hand in the same. */
export const door: Door = {
  version: config.version,
  registry: { ebs, procore },
  company,
  story,
  pipelines: join(import.meta.dirname ?? ".", "pipelines"),
};

if (import.meta.main) Deno.exit(await runCli(Deno.args, door, systemOutside()));
