/**
 * Reads and checks everything that people write: pipelines and connections.
 *
 * @module
 */
import { basename, join } from "node:path";
import { pipelineSchema, type WrittenPipeline } from "../../schemas/pipeline/pipeline.ts";
import type { Registry } from "../connector.ts";
import { checkConnections, type CheckedConnection, maskSecrets } from "./check/connections.ts";
import { checkPipeline, type Draft } from "./check/pipeline.ts";
import { type Checked, inOrder, sharedFields } from "./check/project.ts";
import type { ConnectionConfig, Diagnostic, Project } from "./model.ts";
import { type ShapeIssue, shapeIssues } from "./yaml/issues.ts";
import { byPlace } from "./texts.ts";
import { readSource, type Source } from "./yaml/source.ts";

/** What to load. */
export interface LoadOptions {
  /** The folder of pipelines. */
  dir: string;
  /** Default: `connections.yaml` in that folder. */
  connectionsFile?: string;
  registry: Registry;
  /** Texts by file name, instead of what is on disk; for tests and editors. */
  files?: ReadonlyMap<string, string>;
}

/** What was loaded. */
export interface Loaded {
  /** Undefined where any diagnostic is an error. */
  project?: Project;
  /** Sorted by file, line and column. */
  diagnostics: Diagnostic[];
  /** The texts by file, for code frames; plain secrets are covered. */
  sources: Map<string, string>;
}

/** Loads a project. Never throws for what is in the files: that is what the diagnostics are for. */
export async function loadProject(options: LoadOptions): Promise<Loaded> {
  const { dir, registry } = options;
  const connectionsFile = options.connectionsFile ?? join(dir, "connections.yaml");
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, string>();
  const texts = await readAll(dir, connectionsFile, options.files, diagnostics);

  let connections = new Map<string, CheckedConnection>();
  const connectionsText = texts.get(connectionsFile);
  let blind = true;
  if (connectionsText !== undefined) {
    sources.set(connectionsFile, maskSecrets(connectionsText, registry));
    const read = readSource(connectionsFile, connectionsText);
    diagnostics.push(...read.diagnostics.map((one) => discreet(one, sources.get(connectionsFile)!)));
    if (read.source) {
      const checked = checkConnections(read.source, registry);
      diagnostics.push(...checked.diagnostics);
      connections = checked.connections;
      blind = connections.size === 0;
    }
  }

  const drafts = new Map<string, Draft | undefined>();
  const firsts: Draft[] = [];
  const files = new Map<string, string>();
  for (const [file, text] of [...texts].sort(([a], [b]) => a < b ? -1 : 1)) {
    if (file === connectionsFile) continue;
    sources.set(file, text);
    const read = readSource(file, text);
    diagnostics.push(...read.diagnostics);
    const draft = read.source && draftOf(read.source, diagnostics);
    const name = draft?.data.name ?? nameIn(read.source) ?? basename(file).replace(/\.ya?ml$/, "");
    if (draft && drafts.has(name)) {
      const help = "give each pipeline its own name";
      const message = `There is another pipeline ${name}, in ${files.get(name)}`;
      diagnostics.push(draft.source.at(draft.source.span(["name"]), { code: "duplicate-name", message, help }));
      continue;
    }
    if (draft || !drafts.has(name)) drafts.set(name, draft);
    if (!files.has(name)) files.set(name, file);
    if (!draft) continue;
    firsts.push(draft);
    checkName(draft, diagnostics);
  }

  const checked: Checked[] = [];
  if (!blind) {
    for (const draft of firsts) {
      const { diagnostics: found, ...rest } = checkPipeline(draft, { connections, drafts });
      diagnostics.push(...found);
      checked.push({ draft, ...rest });
    }
  }
  const { order, diagnostics: circles } = inOrder(checked);
  const identityOf = (connection: string, stream: string): string | undefined =>
    connections.get(connection)?.connector?.streams[stream]?.destination?.identity;
  diagnostics.push(...circles, ...sharedFields(checked, identityOf));
  diagnostics.sort(byPlace);
  if (diagnostics.some((one) => one.severity === "error")) return { diagnostics, sources };
  const configs: Record<string, ConnectionConfig> = {};
  for (const [name, { config }] of connections) configs[name] = config!;
  return { project: { pipelines: order.map((one) => one.pipeline), connections: configs }, diagnostics, sources };
}

/** The parser quotes what it trips over; where that may be a secret, it is not told. */
function discreet(diagnostic: Diagnostic, masked: string): Diagnostic {
  const { line, column } = diagnostic.place;
  if (masked.split("\n")[line - 1]?.[column - 1] !== "•") return diagnostic;
  const help = "run `gusset secret set NAME` and write { secret: NAME }";
  return { ...diagnostic, code: "plain-secret", message: "A secret must not be written here", help };
}

const isPipeline = (name: string): boolean =>
  /\.ya?ml$/.test(name) && !/\.(test|reconcile)\.ya?ml$/.test(name) && !/^connections.*\.ya?ml$/.test(name) &&
  !/^notify\.ya?ml$/.test(name) && !name.startsWith(".");

/** The texts of a project by file. Files that cannot be read are reported. */
async function readAll(
  dir: string,
  connectionsFile: string,
  files: ReadonlyMap<string, string> | undefined,
  diagnostics: Diagnostic[],
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const lost = (file: string, code: string, message: string, help: string): void => {
    diagnostics.push({ place: { file, line: 1, column: 1 }, code, message, help, severity: "error", length: 1 });
  };
  const read = async (file: string): Promise<void> => {
    try {
      const text = files ? files.get(file) : await Deno.readTextFile(file);
      if (text !== undefined) return void texts.set(file, text);
      lost(file, "unreadable", `${file} is not there`, "check the path");
    } catch (error) {
      unread(file, error, "check the path, and that this user may read it");
    }
  };
  const unread = (path: string, error: unknown, help: string): void => {
    if (error instanceof Deno.errors.NotCapable) {
      const message = `This process was started without the permission to read ${path}`;
      return lost(path, "unreadable", message, "start it with the flags that `gusset permissions` prints");
    }
    const reason = error instanceof Deno.errors.NotFound
      ? "is not there"
      : error instanceof Deno.errors.PermissionDenied
      ? "may not be read"
      : "cannot be read";
    lost(path, "unreadable", `${path} ${reason}`, help);
  };
  await read(connectionsFile);
  let names: string[] = [];
  try {
    if (files) names = [...files.keys()].filter((file) => file !== connectionsFile).map((file) => basename(file));
    else for await (const entry of Deno.readDir(dir)) if (!entry.isDirectory) names.push(entry.name);
  } catch (error) {
    unread(dir, error, "name the folder of your pipelines with --pipelines DIR");
    return texts;
  }
  const wanted = names.filter((name) => isPipeline(name) && join(dir, name) !== connectionsFile);
  for (const name of wanted.sort()) await read(join(dir, name));
  if (wanted.length === 0) lost(dir, "no-pipelines", `The folder ${dir} holds no pipelines`, "add one: NAME.yaml");
  return texts;
}

function nameIn(source: Source | undefined): string | undefined {
  const name = (source?.data as Record<string, unknown> | null | undefined)?.name;
  return typeof name === "string" ? name : undefined;
}

/** A file whose shape is right, or can be made so by leaving out the parts that are wrong; undefined where too much is. */
function draftOf(source: Source, diagnostics: Diagnostic[]): Draft | undefined {
  const issues = shapeIssues(pipelineSchema, source);
  diagnostics.push(...issues.map(worded));
  const broken: Draft["broken"] = { keys: new Set(), fields: new Set() };
  let data = source.data;
  if (issues.length > 0) {
    if (typeof data !== "object" || data === null) return undefined;
    const copy: Record<string, unknown> = { ...data };
    for (const { path, diagnostic, meant } of issues) {
      const [key, field] = path.map(String);
      const unknown = diagnostic.code === "unknown-key";
      if (key === "map" && field !== undefined) {
        broken.fields.add(field);
        copy.map = without(copy.map, field);
      } else if ((key === "source" || key === "destination") && field !== undefined) {
        const lost = path.length === 2 && unknown ? meant : field;
        if (lost === "connection" || lost === "stream") return undefined;
        broken.keys.add(`${key}.${lost}`);
        copy[key] = without(copy[key], field);
      } else if (path.length > 0 && !NEEDED.includes(key) && !(unknown && NEEDED.includes(meant ?? ""))) {
        broken.keys.add(meant ?? key);
        delete copy[key];
      } else return undefined;
    }
    data = copy;
  }
  const parsed = pipelineSchema.safeParse(data);
  if (!parsed.success) return undefined;
  return { source, data: parsed.data as WrittenPipeline, broken };
}

/** A file is found by its pipeline's name. */
function checkName({ source, data }: Draft, diagnostics: Diagnostic[]): void {
  const expected = basename(source.file).replace(/\.ya?ml$/, "");
  if (data.name === expected) return;
  const message = `The pipeline ${data.name} stands in a file of another name`;
  const help = `call the file ${data.name}.yaml, or the pipeline ${expected}`;
  diagnostics.push(source.at(source.span(["name"]), { code: "other-name", message, help, severity: "warning" }));
}

/** Without these there is nothing to check. */
const NEEDED = ["name", "source", "destination", "map"];

const without = (value: unknown, key: string): unknown => {
  const copy = { ...value as Record<string, unknown> };
  delete copy[key];
  return copy;
};

/** What a missing key means, where that can be said better than by its name. */
function worded({ path, diagnostic }: ShapeIssue): Diagnostic {
  if (path.join(".") !== "posting.from" || diagnostic.code !== "missing-key") return diagnostic;
  return {
    ...diagnostic,
    code: "posting-without-from",
    message: "A pipeline that posts must say from which day on",
    help: "add from: YYYY-MM-DD; nothing dated before it is ever posted",
  };
}
