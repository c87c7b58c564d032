/**
 * `gusset test`: source records, and what the pipelines have to make of them. Needs neither system, nor a store, nor a secret.
 *
 * @module
 */
import { readFile, writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { Failure } from "../failure.ts";
import type { Diagnostic } from "../pipeline/model.ts";
import { diagnosticsJson, renderDiagnostics } from "../pipeline/render.ts";
import { readSource } from "../pipeline/yaml/source.ts";
import { type Coverage, coverage } from "../rehearse/coverage.ts";
import { loadSuites } from "../rehearse/load.ts";
import { rehearse, type RehearseOptions } from "../rehearse/rehearse.ts";
import { type Mark, renderSuite, suiteJson } from "../rehearse/render.ts";
import type { Case, Subject, Suite, SuiteResult } from "../rehearse/types.ts";
import { updated } from "../rehearse/update.ts";
import { type Cli, usage } from "./context.ts";
import { EXIT } from "./exit.ts";
import { openProject, pipelineOf } from "./open.ts";
import { clean, counted, number, table } from "./style.ts";
import type { Act } from "./verbs.ts";

interface Options {
  filter?: string;
  update?: boolean;
  coverage?: boolean;
  strict?: boolean;
}

/** Registers the verb. */
export function testVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("test")
    .description("Tests pipelines: the records of *.test.yaml, and what has to become of them")
    .argument("[pipelines...]", "pipelines to test; all of them where none is named")
    .option("--filter <text>", "only cases with this text in their name")
    .option("--update", "write what came of a case into its file, where it is not what was expected")
    .option("--coverage", "name what no case exercises")
    .option("--strict", "with --coverage: what no case exercises counts as a failure")
    .action(act((names: string[], options: Options) => test(cli(), names, options)));
}

async function test(cli: Cli, names: readonly string[], options: Options): Promise<0 | 1> {
  if (options.strict && !options.coverage) throw usage("--strict is for --coverage, which is not given");
  if (options.coverage && options.filter !== undefined) {
    throw usage("--coverage takes every case, and --filter leaves some out", "Give one of the two.");
  }
  if (options.coverage && options.update) {
    throw usage("--coverage looks at what files say, and --update changes it", "Give one after the other.");
  }
  const project = await openProject(cli);
  for (const name of names) pipelineOf(project, name);
  const { suites, subjects, diagnostics, sources } = await loadSuites({
    dir: cli.paths.pipelines,
    project,
    registry: cli.door.registry,
    ...(names.length > 0 && { only: names }),
  });
  if (diagnostics.length > 0) {
    if (cli.flags.json) cli.json({ ok: false, diagnostics: diagnosticsJson(diagnostics) });
    cli.say(renderDiagnostics(diagnostics, sources, { color: colored(cli) }).trimEnd());
    return EXIT.findings;
  }
  const chosen = [...subjects.values()].filter(({ pipeline }) => names.length === 0 || names.includes(pipeline.name));
  const covered = options.coverage ? await Promise.all(chosen.map(startCoverage)) : [];
  const results = suites.map((suite) =>
    rehearse(suite, {
      keep: keeper(options),
      listener: covered.find(({ subject }) => subject === suite.subject)?.coverage.listener,
    })
  );
  return await conclude(cli, { results, covered, untested: untested(chosen, suites) }, options);
}

function keeper({ filter }: Options): RehearseOptions["keep"] {
  if (filter === undefined) return undefined;
  const wanted = filter.toLowerCase();
  return (one) => one.name.toLowerCase().includes(wanted);
}

const untested = (chosen: readonly Subject[], suites: readonly Suite[]): string[] =>
  chosen.filter((one) => !suites.some(({ subject }) => subject === one)).map(({ pipeline }) => pipeline.name);

/** The coverage of one pipeline, and its file's text. */
interface Covered {
  subject: Subject;
  coverage: Coverage;
  text: string;
}

async function startCoverage(subject: Subject): Promise<Covered> {
  const { file } = subject.pipeline;
  const text = await readFile(file, "utf8");
  const { source } = readSource(file, text);
  if (!source) throw new Failure("config.unreadable", { fact: `${file} changed while it was read` });
  return { subject, text, coverage: coverage(subject, source) };
}

/** What a command found. */
interface Findings {
  results: readonly SuiteResult[];
  covered: readonly Covered[];
  /** Pipelines without a test file. */
  untested: readonly string[];
}

async function conclude(cli: Cli, { results, covered, untested }: Findings, options: Options): Promise<0 | 1> {
  const cases = results.flatMap((suite) => suite.results);
  const failed = cases.filter(({ differences }) => differences.length > 0).length;
  const rewritten = options.update ? await update(results) : [];
  const left = options.update ? rewritten.reduce((sum, { mixed }) => sum + mixed.length, 0) : failed;
  const gaps = covered.flatMap((one) => one.coverage.uncovered());
  const ok = left === 0 && !(options.strict && gaps.length > 0);
  const exit = ok ? EXIT.fine : EXIT.findings;
  if (cli.flags.json) {
    cli.json({
      ok,
      cases: cases.length,
      failed,
      untested,
      suites: results.map(suiteJson),
      ...(options.update && { updated: rewritten.map(({ file, changed }) => ({ file, cases: changed })) }),
      ...(options.coverage && { coverage: covered.map(coverageJson) }),
    });
    return exit;
  }
  if (options.update) sayUpdates(cli, rewritten);
  else for (const result of results) saySuite(cli, result);
  if (options.coverage) sayCoverage(cli, covered, gaps);
  if (untested.length > 0) cli.say(cli.paint("yellow", `Without a test file: ${untested.join(", ")}`));
  if (cases.length === 0) cli.say(options.filter === undefined ? "There are no cases." : "No case has that name.");
  else if (!options.update) {
    const said = failed === 0 ? "all as expected" : `${number(failed)} not as expected`;
    cli.say(cli.paint(failed === 0 ? "green" : "red", `${counted(cases.length, "case")}: ${said}.`));
    if (failed > 0) cli.say(cli.paint("dim", "Where the new outcome is right, --update writes it into the file."));
  }
  return exit;
}

/** A file that was brought up to date. */
interface Rewritten {
  file: string;
  changed: string[];
  /** Cases whose records fare differently. */
  mixed: string[];
}

async function update(results: readonly SuiteResult[]): Promise<Rewritten[]> {
  const rewritten: Rewritten[] = [];
  for (const result of results) {
    const { file, text: before } = result.suite.file;
    const { text, changed, mixed } = updated(result);
    if (text !== before) await write(file, text);
    if (changed.length + mixed.length > 0) {
      const names = (cases: readonly Case[]): string[] => cases.map(({ name }) => name);
      rewritten.push({ file, changed: names(changed), mixed: names(mixed) });
    }
  }
  return rewritten;
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    const action = "Let this process write it, or run it without --update.";
    throw new Failure("config.unreadable", { fact: `${file} cannot be written`, action, cause });
  }
}

function sayUpdates(cli: Cli, rewritten: readonly Rewritten[]): void {
  if (rewritten.length === 0) cli.say("Every case is as expected: nothing to update.");
  for (const { file, changed, mixed } of rewritten) {
    if (changed.length > 0) cli.say(`Updated ${counted(changed.length, "case")} of ${file}:`);
    for (const name of changed) cli.say(`  ${clean(name)}`);
    for (const name of mixed) {
      const advice = "its records fare differently: give them cases of their own";
      cli.say(cli.paint("red", `Not updated: ${clean(name)}: ${advice}.`));
    }
  }
}

function saySuite(cli: Cli, result: SuiteResult): void {
  const marks: Record<Parameters<Mark>[0], Parameters<Cli["paint"]>[0]> = {
    expected: "green",
    got: "red",
    place: "cyan",
    faint: "dim",
    bold: "bold",
  };
  const text = renderSuite(result, (as, piece) => cli.paint(marks[as], clean(piece)));
  if (text !== "") cli.say(`${text}\n`);
}

function sayCoverage(cli: Cli, covered: readonly Covered[], gaps: readonly Diagnostic[]): void {
  if (gaps.length > 0) {
    const texts = new Map(covered.map(({ subject, text }) => [subject.pipeline.file, text]));
    cli.say(`${renderDiagnostics(gaps, texts, { color: colored(cli) })}`);
  }
  const rows = covered.map(({ subject, coverage }) => {
    const { points, covered } = coverage.count();
    return [subject.pipeline.name, number(covered), number(points), number(points - covered)];
  });
  cli.say(table([["pipeline", "exercised", "of", "left"], ...rows], { paint: cli.paint }));
}

function coverageJson({ subject, coverage }: Covered): Record<string, unknown> {
  const { pipeline } = subject;
  return { pipeline: pipeline.name, ...coverage.count(), uncovered: diagnosticsJson(coverage.uncovered()) };
}

const colored = (cli: Cli): boolean => cli.flags.color ?? cli.terminal.color;
