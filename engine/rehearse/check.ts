/**
 * Checks a test file against its pipeline and both streams, and makes it into cases.
 *
 * @module
 */
import type { WrittenCase, WrittenCases, WrittenLinks, WrittenOutcome } from "../../schemas/pipeline/cases.ts";
import type { Row } from "../connector.ts";
import { FAILURES } from "../failure.ts";
import { type Fields, fieldsOf } from "../fields.ts";
import type { Surroundings } from "../mapping/types.ts";
import { documentFields, targetFields, withJoins } from "../pipeline/joins.ts";
import type { Diagnostic, Pipeline } from "../pipeline/model.ts";
import { nearest } from "../pipeline/nearest.ts";
import type { Path, Source } from "../pipeline/yaml/source.ts";
import type { Case, Expected, KnownLinks, Subject, Suite } from "./types.ts";
import { lacking, over, type Reading, readRow } from "./values.ts";

/** What a test file is checked against. */
export interface Against {
  /** All pipelines by name: the one under test, and those that links may name. */
  subjects: ReadonlyMap<string, Subject>;
  /** Takes what is wrong. */
  diagnostics: Diagnostic[];
}

interface Checking {
  file: Source;
  subject: Subject;
  /** What records are read by: the stream's fields, with what is joined to them. */
  fields: Fields;
  against: Against;
  report: Reading["report"];
}

/** Checks a file whose shape is right. Undefined where the pipeline is unknown; what else is wrong is reported and left out. */
export function checkSuite(file: Source, data: WrittenCases, against: Against): Suite | undefined {
  const report: Reading["report"] = (path, finding, of) =>
    void against.diagnostics.push(file.at(file.span(path, of), finding));
  const subject = against.subjects.get(data.pipeline);
  if (!subject) {
    const near = nearest(data.pipeline, against.subjects.keys());
    const help = near ? `did you mean ${near}?` : `there are ${[...against.subjects.keys()].sort().join(", ")}`;
    report(["pipeline"], { code: "unknown-pipeline", message: `There is no pipeline ${data.pipeline}`, help });
    return undefined;
  }
  const fields = givenFields(subject);
  const on: Checking = { file, subject, fields, against, report };
  const before = against.diagnostics.length;
  const usual = { row: data.usual ? sourceRow(data.usual, ["usual"], on) : {}, sound: true };
  usual.sound = against.diagnostics.length === before;
  const links = readLinks(data.links, ["links"], on);
  const names = new Map<string, number>();
  const cases = data.cases.map((one, i): Case => {
    const path: Path = ["cases", i];
    if (names.has(one.name)) {
      const message = `Case ${names.get(one.name)! + 1} has this name too`;
      report([...path, "name"], { code: "duplicate-name", message, help: "say what is different here" });
    } else names.set(one.name, i);
    return {
      name: one.name,
      path,
      place: file.at(file.span([...path, "name"]), { code: "", message: "" }).place,
      rows: rowsOf(one, path, usual, on),
      links: joinLinks(links, readLinks(one.links, [...path, "links"], on)),
      expected: expectedOf(one, path, on),
    };
  });
  return { file, subject, around: aroundOf(data, subject), cases };
}

/** What a record may be given with: what is joined to it stands in its place, and what is posted of it beside it. */
function givenFields({ pipeline: { source: { with: joins }, posting }, source, joined }: Subject): Fields {
  const fields = withJoins(fieldsOf(source.record), joins, joined);
  return posting ? documentFields(fields, posting.balance.each) : fields;
}

function aroundOf({ connection, run }: WrittenCases, { pipeline, tag }: Subject): Surroundings {
  return {
    connection: { name: pipeline.source.connection, tag, ...connection },
    run: { id: "test", at: "2026-01-01T00:00:00Z", ...run },
  };
}

function sourceRow(
  written: unknown,
  path: Path,
  { file, subject: { pipeline: { source } }, fields, report }: Checking,
): Row {
  return readRow(written, path, fields, {
    file,
    report,
    title: `${source.stream} of ${source.connection}`,
    fitting: false,
  });
}

/** The usual record, and whether nothing is wrong with it. */
interface Usual {
  row: Row;
  sound: boolean;
}

function rowsOf({ given }: WrittenCase, path: Path, usual: Usual, on: Checking): Row[] {
  const several = Array.isArray(given);
  const list = several ? given : [given ?? {}];
  return list.map((one, i) => {
    const at: Path = [...path, "given", ...(several ? [i] : [])];
    const before = on.against.diagnostics.length;
    const row = over(usual.row, sourceRow(one, at, on));
    // A field that could not be read is not missing: that is one mistake.
    const sound = usual.sound && on.against.diagnostics.length === before;
    const missing = sound ? lacking(row, on.fields) : [];
    if (missing.length > 0) {
      const { stream } = on.subject.pipeline.source;
      const message = `A record of ${stream} always has ${missing.slice(0, 5).join(", ")}`;
      const help = `add it here or to usual:`;
      on.report(given === undefined ? [...path, "name"] : at, { code: "missing-field", message, help });
    }
    return row;
  });
}

function readLinks(written: WrittenLinks | undefined, path: Path, on: Checking): KnownLinks {
  const text = (value: unknown, at: Path): string =>
    typeof value === "number" ? on.file.written(at) ?? String(value) : String(value);
  const links = new Map<string, Map<string, Map<string, string>>>();
  for (const [pipeline, keys] of Object.entries(written ?? {})) {
    const at = [...path, pipeline];
    if (!on.against.subjects.has(pipeline)) {
      const near = nearest(pipeline, on.against.subjects.keys());
      const help = near ? `did you mean ${near}?` : undefined;
      on.report(at, { code: "unknown-pipeline", message: `There is no pipeline ${pipeline}`, help }, "key");
      continue;
    }
    links.set(
      pipeline,
      new Map(
        Object.entries(keys).map(([key, to]) => {
          const parts = typeof to === "object"
            ? Object.entries(to).map(([part, id]): [string, string] => [part, text(id, [...at, key, part])])
            : [["", text(to, [...at, key])] as [string, string]];
          return [key, new Map(parts)];
        }),
      ),
    );
  }
  return links;
}

function joinLinks(below: KnownLinks, above: KnownLinks): KnownLinks {
  const joined = new Map(below);
  for (const [pipeline, keys] of above) joined.set(pipeline, new Map([...(below.get(pipeline) ?? []), ...keys]));
  return joined;
}

const KINDS = ["expect", "includes", "skipped", "parked", "rejected"] as const;

function expectedOf(one: WrittenCase, path: Path, on: Checking): Case["expected"] {
  const { parts } = one;
  const whole = outcomeOf(one, path, on);
  if (!parts) return whole && { whole };
  if (whole) {
    on.report([...path, "parts"], {
      code: "two-outcomes",
      message: "Either the record or its parts are expected to be something",
      help: `move ${KINDS.find((kind) => one[kind] !== undefined)}: into a part`,
    }, "key");
  }
  if (on.subject.pipeline.source.split === undefined) {
    const message = `${on.subject.pipeline.name} does not split its records`;
    on.report([...path, "parts"], { code: "no-part", message, help: "write expect: without parts:" }, "key");
  }
  const entries = Object.entries(parts).flatMap(([part, written]): [string, Expected][] => {
    const expected = outcomeOf(written, [...path, "parts", part], on);
    if (expected) return [[part, expected]];
    const message = `Nothing is expected of part ${part}`;
    on.report([...path, "parts", part], { code: "no-outcome", message, help: `write one of ${KINDS.join(", ")}` });
    return [];
  });
  return { parts: new Map(entries) };
}

function outcomeOf(written: WrittenOutcome, path: Path, on: Checking): Expected | undefined {
  const [kind, other] = KINDS.filter((key) => written[key] !== undefined);
  if (other) {
    const message = `${kind} and ${other} cannot both come of a record`;
    on.report([...path, other], { code: "two-outcomes", message, help: `leave one of them out` }, "key");
  }
  const isRecord = kind === "expect" || kind === "includes";
  for (const key of ["partition", "if_taken"] as const) {
    if (written[key] === undefined || isRecord) continue;
    const message = `${key} is for a record that is expected, and none is`;
    on.report([...path, key], { code: "useless-key", message, help: "write expect: or includes:" }, "key");
  }
  if (!kind) return undefined;
  const at = [...path, kind];
  if (!isRecord) return { kind, path: at, says: saysOf(kind, written[kind]!, at, on) };
  const { partition, if_taken: taken } = written;
  return {
    kind: "record",
    path: at,
    partial: kind === "includes",
    fields: mappedRow(written[kind]!, at, on),
    ...(partition !== undefined && { partition: on.file.written([...path, "partition"]) ?? String(partition) }),
    ...(taken && { ifTaken: takenRow(taken, [...path, "if_taken"], on) }),
  };
}

function reading({ file, report, subject: { pipeline: { destination } } }: Checking): Reading {
  return { file, report, title: `${destination.stream} of ${destination.connection}`, fitting: true };
}

function mappedRow(written: unknown, path: Path, on: Checking): Row {
  const { pipeline, destination } = on.subject;
  return readRow(written, path, targetFields(destination)!, {
    ...reading(on),
    barred: (name) =>
      isMapped(pipeline, name) ? undefined : {
        message: `${pipeline.name} does not map ${name}`,
        help: `it maps ${Object.keys(pipeline.map).join(", ")}`,
      },
  });
}

function takenRow(written: unknown, path: Path, on: Checking): Row {
  const { pipeline, destination } = on.subject;
  return readRow(written, path, targetFields(destination)!, {
    ...reading(on),
    barred: (name) =>
      isMapped(pipeline, name) && "unique" in pipeline.map[name] ? undefined : {
        message: `${name} has no unique: in ${pipeline.name}`,
        help: "leave it out, or give its rule one",
      },
  });
}

const isMapped = (pipeline: Pipeline, name: string): boolean => Object.hasOwn(pipeline.map, name);

const CODE = /^[a-z]+\.[a-z-]+$/;

function saysOf(kind: string, written: true | string | string[], path: Path, on: Checking): string[] {
  if (written === true) return [];
  const list = typeof written === "string" ? [written] : written;
  list.forEach((said, i) => {
    if (kind !== "rejected" || !CODE.test(said) || Object.hasOwn(FAILURES, said)) return;
    const near = nearest(said, Object.keys(FAILURES));
    const at = typeof written === "string" ? path : [...path, i];
    const help = near ? `did you mean ${near}?` : "write words of the message";
    on.report(at, { code: "unknown-code", message: `There is no failure ${said}`, help });
  });
  return list;
}
