/**
 * What `gusset check` costs on 50 pipeline files, beyond the runtime's own start.
 *
 * @module
 */

/** Milliseconds of `gusset check` on 50 files, and of a program that does nothing; the best of a few runs each. */
export async function startup(): Promise<{ check: number; bare: number }> {
  const dir = await Deno.makeTempDir({ prefix: "gusset-bench-" });
  try {
    const shipped = new URL("../pipelines/", import.meta.url);
    await Deno.copyFile(new URL("connections.yaml", shipped), `${dir}/connections.yaml`);
    for (const name of ["projects", "vendors", "cost-codes"]) {
      await Deno.copyFile(new URL(`${name}.yaml`, shipped), `${dir}/${name}.yaml`);
    }
    // Further pipelines own no field twice: each writes to a connection of its own.
    let connections = await Deno.readTextFile(new URL("connections.yaml", shipped));
    const procore = /^procore:\n(?:(?:[ \t]+.*|#.*)?\n)+/m.exec(connections)![0];
    const vendors = await Deno.readTextFile(new URL("vendors.yaml", shipped));
    for (let i = 1; i <= 47; i++) {
      connections += `\n${procore.replace(/^procore:/, `procore${i}:`).replace(/tag: \w+/, `tag: PROCORE${i}`)}`;
      const text = vendors.replace(/^name: vendors$/m, `name: vendors-${i}`).replace(
        /connection: procore$/m,
        `connection: procore${i}`,
      );
      await Deno.writeTextFile(`${dir}/vendors-${i}.yaml`, text);
    }
    await Deno.writeTextFile(`${dir}/connections.yaml`, connections);
    const main = new URL("../main.ts", import.meta.url).pathname;
    return { check: await best(["run", "-A", main, "check", "--pipelines", dir]), bare: await best(["eval", "1"]) };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function best(args: string[]): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < 4; i++) {
    const started = performance.now();
    const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "piped" })
      .output();
    if (code !== 0) throw new Error(new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout));
    least = Math.min(least, performance.now() - started);
  }
  return least;
}
