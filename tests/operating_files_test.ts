/** The image and the service unit give the process what `gusset permissions --serve` says it needs, and no more. */
import assert from "node:assert/strict";
import { stage } from "./cli/harness.ts";
import { door } from "../main.ts";

const text = async (path: string): Promise<string> => await Deno.readTextFile(new URL(`../${path}`, import.meta.url));

/** What the verb prints for the shipped connections. */
async function printed(serve: string, home: string): Promise<string[]> {
  const one = await stage();
  const argv = ["permissions", "--serve", serve, "--home", home, "--kv", `${home}/kv.sqlite3`, "--json"];
  const { json, err } = await one.gusset(...argv, "--connections", `${door.pipelines}/connections.yaml`);
  assert.ok(json.length === 1, err);
  await one.end();
  // The folder is found by another path there, and its connections are in it.
  return json[0].flags.map((flag: string) =>
    flag.replace(`${door.pipelines}/connections.yaml,`, "").replace(door.pipelines, "PIPELINES")
  );
}

const isPermission = (flag: string): boolean => /^(--(no-prompt|allow|deny|ignore|unstable)|-A$|-P)/.test(flag);

Deno.test("the image runs with the permissions that are printed", async () => {
  const dockerfile = await text("Dockerfile");
  const entry = /^ENTRYPOINT (\[[^]*?\])$/m.exec(dockerfile)![1].replaceAll("\\\n", "");
  const command: string[] = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)![1]);
  const flags = (JSON.parse(entry) as string[]).filter(isPermission);
  const ought = (await printed("0.0.0.0:8000", "/data")).map((flag) => flag.replace("PIPELINES", "pipelines"));
  assert.deepEqual(flags, ought, "put in its place what `gusset permissions --serve 0.0.0.0:8000` prints");
  assert.deepEqual(command, ["serve", "--host", "0.0.0.0", "--port", "8000"]);
  assert.match(dockerfile, /^USER deno$/m, "not as root");
  const { version } = Deno;
  assert.match(dockerfile, new RegExp(`^FROM denoland/deno:${version.deno.split(".")[0]}\\.`, "m"));
});

Deno.test("the unit runs with the permissions that are printed, and writes where they let it", async () => {
  const unit = await text("docs/operating/gusset.service");
  const command = /^ExecStart=(.*)$/m.exec(unit)![1].split(" ");
  const ought = (await printed("127.0.0.1:8000", "/var/lib/gusset"))
    .map((flag) => flag.replace("PIPELINES", "/etc/gusset/pipelines"));
  assert.deepEqual(command.filter(isPermission), ought, "put in its place what `gusset permissions --serve` prints");
  assert.ok(command.includes("serve") && command.includes("/etc/gusset/pipelines"));
  for (const line of ["NoNewPrivileges=yes", "ProtectSystem=strict", "StateDirectory=gusset", "KillSignal=SIGTERM"]) {
    assert.ok(unit.split("\n").includes(line), line);
  }
  const patience = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)![1]);
  assert.ok(patience > 11, "runs have ten seconds, and requests one");
});
