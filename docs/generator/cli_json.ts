/**
 * The region of `cli.md` that says what each verb prints with `--json`: told by running it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type Stage, stage } from "../../tests/cli/harness.ts";
import { smallCompany } from "../../tests/conformance/data.ts";
import { aContract, aReport, POSTED } from "../../engine/reconcile/testing.ts";
import { people } from "./cli_people.ts";
import { shapeOf } from "./shape.ts";

/** Runs every verb that answers at once, and gives the shapes of what it prints. */
export async function jsonRegion(): Promise<string> {
  const one = await stage({ data: smallCompany() });
  const sections: string[] = [];
  const show = async (said: string, ...argv: string[]): Promise<void> => {
    const { json, err } = await one.gusset(...argv, "--json");
    assert.ok(json.length > 0, `${argv.join(" ")} prints nothing: ${err}`);
    sections.push(`#### \`gusset ${said}\`\n\n\`\`\`text\n${shapes(json)}\n\`\`\``);
  };
  try {
    await one.control("procore", "POST", "touch", {
      table: "vendors",
      fields: { company: "Iron Horse Drywall Corp.", name: "Iron Horse Drywall Corp." },
    });
    await show("init", "init", "--home", join(one.home, "fresh"));
    one.type("value");
    await show("secret set NAME", "secret", "set", "example");
    await show("secret list", "secret", "list");
    await show("secret rotate", "secret", "rotate");
    await show("secret remove NAME", "secret", "remove", "example");
    await show("ping", "ping");
    await show("permissions", "permissions");
    await show("check", "check");
    await show("dry-run PIPELINE...", "dry-run", "--all");
    await one.control("procore", "POST", "faults", {
      kind: "status",
      status: 422,
      route: "cost_codes/sync",
      times: 40,
    });
    await show("run PIPELINE...", "run", "--all");
    await one.control("procore", "DELETE", "faults");
    await one.gusset("run", "vendors");
    const vendor = (await one.rows("procore", "vendors")).find(({ origin_id }) => origin_id)!;
    await one.control("procore", "POST", "touch", { table: "vendors", key: vendor.id, fields: { city: "Elsewhere" } });
    await show("dry-run PIPELINE --verify", "dry-run", "vendors", "--verify");
    await show("status", "status");
    await show("schedule", "schedule");
    await show("pause PIPELINE --why TEXT", "pause", "vendors", "--why", "maintenance");
    await show("resume PIPELINE", "resume", "vendors");
    await show("pin list", "pin");
    await webhooks(one, show);
    sections.push(reconciled());
    await show("runs list", "runs");
    const [run] = (await one.gusset("runs", "--json")).json;
    await show("runs show RUN", "runs", "show", run.id);
    await show("rejected list", "rejected");
    const [wrong] = (await one.gusset("rejected", "cost-codes", "--json")).json;
    const named = `${wrong.key}/${wrong.part}`;
    await show("rejected show PIPELINE KEY", "rejected", "show", "cost-codes", named);
    await show("rejected retry PIPELINE KEY...", "rejected", "retry", "cost-codes", named);
    await show(
      "rejected dismiss PIPELINE KEY --why TEXT",
      "rejected",
      "dismiss",
      "cost-codes",
      named,
      "--why",
      "known",
    );
    await show("parked", "parked");
    await show("adopt list", "adopt");
    const { json: [twin, ...twins] } = await one.gusset("adopt", "list", "--json");
    await show("adopt accept PIPELINE KEY...", "adopt", "accept", twin.pipeline, twin.key);
    const other = twins.find(({ pipeline }) => pipeline === twin.pipeline) ?? twin;
    await show("adopt decline PIPELINE KEY...", "adopt", "decline", other.pipeline, other.key);
    await show("links list PIPELINE", "links", "list", "vendors");
    await show("links export PIPELINE", "links", "export", "vendors");
    const links = join(one.home, "links.csv");
    await Deno.writeTextFile(links, "key,id\n,1\nnew,2\n");
    await show("links import PIPELINE FILE", "links", "import", "vendors", links);
    const [link] = (await one.gusset("links", "list", "vendors", "--json")).json;
    await show("links drop PIPELINE KEY...", "links", "drop", "vendors", link.key);
    await show("pin reset CONNECTION", "pin", "reset", "procore");
    await show("test [PIPELINE...]", "test");
    sections.push(SCHEMA);
    await one.control("ebs", "POST", "faults", { kind: "status", status: 403, times: 40 });
    await show("run PIPELINE..., where one stops", "run", "projects", "cost-codes");
    await one.control("ebs", "DELETE", "faults");
    await show("version", "version");
    await people(one, show);
  } finally {
    await one.end();
  }
  return sections.join("\n\n");
}

/** The shipped pipelines listen to nothing; one that does is put beside them. */
async function webhooks(one: Stage, show: (said: string, ...argv: string[]) => Promise<void>): Promise<void> {
  const folder = join(one.home, "listening");
  await Deno.mkdir(folder);
  await Deno.writeTextFile(
    join(folder, "changes.yaml"),
    `name: changes
source: { connection: procore, stream: change_order_packages }
destination: { connection: procore, stream: vendors }
map: { name: title }
trigger: { webhook: Change Order Packages }
`,
  );
  const here = ["--pipelines", folder, "--connections", one.connections];
  await show("webhooks sync --url ADDRESS", "webhooks", "sync", "--url", "https://gusset.example.com", ...here);
  await show("webhooks list", "webhooks", "list", ...here);
  await show("webhooks remove", "webhooks", "remove", ...here);
}

/** A JSON Schema has no shape that says more than its name. */
const SCHEMA = [
  "#### `gusset schema`",
  "```text\n{ pipeline: a JSON Schema, pipeline-test: a JSON Schema, reconciliation: a JSON Schema, connections: a JSON Schema }\n```",
].join("\n\n");

/** One shape for each `type` of line, the others together. */
/** A report has every part only where much has happened: its shape is that of one with all of them. */
function reconciled(): string {
  const unposted = { ...POSTED, state: "unposted", known: false };
  const report = aReport({
    contracts: [aContract({ ordered: "0", revised: "5", changes: "5", pending: "1" })],
    documents: [unposted, { ...unposted, key: `${POSTED.key}-R`, purpose: "reverse", reverses: POSTED.key }],
    names: { projects: {}, accounts: {} },
  });
  const signature = { by: "Ana", at: "", who: "local:ana" };
  const snapshot = { ...SNAPSHOT, prepared: signature, reviewed: signature };
  const changes = [{ part: "cost", key: "", field: "", was: "", now: "" }];
  const whole = { ...report, frozen: snapshot, changes };
  return "#### `gusset reconcile --period MONTH`\n\n```text\n" + shapeOf([whole, report]) + "\n```\n\n" +
    "#### `gusset reconcile --sign SNAPSHOT`\n\n```text\n" + shapeOf([{ snapshot }]) + "\n```";
}

const SNAPSHOT = { id: "", name: "", from: "", to: "", period: "", version: 1, hash: "", open: 0 };

function shapes(lines: readonly Record<string, unknown>[]): string {
  const types = new Map<unknown, Record<string, unknown>[]>();
  for (const line of lines) types.set(line.type, [...types.get(line.type) ?? [], line]);
  return [...types].map(([type, all]) =>
    typeof type === "string" ? shapeOf(all).replace(/\btype: text/, `type: "${type}"`) : shapeOf(all)
  ).join("\n");
}
