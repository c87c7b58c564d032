/**
 * Finds and reads test files: every `*.test.yaml` beside the pipelines.
 *
 * @module
 */
import { basename } from "node:path";
import { casesSchema, type WrittenCases } from "../../schemas/pipeline/cases.ts";
import type { Registry, Stream } from "../connector.ts";
import { INBOX, INBOX_STREAMS } from "../pipeline/inbox.ts";
import type { Diagnostic, Project } from "../pipeline/model.ts";
import { byPlace, textsOf } from "../pipeline/texts.ts";
import { shapeIssues } from "../pipeline/yaml/issues.ts";
import { readSource } from "../pipeline/yaml/source.ts";
import { checkSuite } from "./check.ts";
import type { Subject, Suite } from "./types.ts";

/** What was found. */
export interface LoadedSuites {
  /** The pipelines by name. */
  subjects: Map<string, Subject>;
  /** Files that can be played; none where any diagnostic is an error. */
  suites: Suite[];
  /** Sorted by file, line and column. */
  diagnostics: Diagnostic[];
  /** The texts by file, for code frames. */
  sources: Map<string, string>;
}

/** Where tests are looked for. */
export interface SuiteOptions {
  /** The folder of pipelines. */
  dir: string;
  /** Its project, checked. */
  project: Project;
  /** The connectors by name. */
  registry: Registry;
  /** Only tests of these pipelines; all where it is left out. */
  only?: readonly string[];
  /** Texts by file path, instead of what is on disk; for tests and editors. */
  files?: ReadonlyMap<string, string>;
}

/** Reads and checks the test files of a project. Never throws for what is in them. */
export async function loadSuites({ dir, project, registry, only, files }: SuiteOptions): Promise<LoadedSuites> {
  const subjects = new Map(project.pipelines.map((one) => [one.name, subjectOf(one.name, project, registry)]));
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, string>();
  const suites: Suite[] = [];
  for (const [file, text] of await textsOf({ dir, files }, isTest, diagnostics)) {
    const read = readSource(file, text);
    const data = read.source?.data as Partial<WrittenCases> | undefined;
    if (only && typeof data?.pipeline === "string" && subjects.has(data.pipeline) && !only.includes(data.pipeline)) {
      continue;
    }
    sources.set(file, text);
    diagnostics.push(...read.diagnostics);
    if (!read.source) continue;
    const issues = shapeIssues(casesSchema, read.source);
    diagnostics.push(...issues.map((issue) => issue.diagnostic));
    if (issues.length > 0) continue;
    const suite = checkSuite(read.source, read.source.data as WrittenCases, { subjects, diagnostics });
    if (suite) suites.push(suite);
  }
  diagnostics.sort(byPlace);
  const wrong = diagnostics.some(({ severity }) => severity === "error");
  return { subjects, suites: wrong ? [] : suites, diagnostics, sources };
}

/** Whether a file is one of tests. */
const isTest = (file: string): boolean => /\.test\.ya?ml$/.test(file) && !basename(file).startsWith(".");

/** A pipeline of a checked project with its streams. */
function subjectOf(name: string, { pipelines, connections }: Project, registry: Registry): Subject {
  const pipeline = pipelines.find((one) => one.name === name)!;
  const streamOf = ({ connection, stream }: { connection: string; stream: string }): Stream =>
    connection === INBOX ? INBOX_STREAMS[stream] : registry[connections[connection].connector].streams[stream];
  const { source, destination } = pipeline;
  return {
    pipeline,
    source: streamOf(source),
    destination: streamOf(destination),
    joined: Object.fromEntries(Object.entries(source.with).map(([join, from]) => [join, streamOf(from)])),
    tag: connections[source.connection].tag,
  };
}
