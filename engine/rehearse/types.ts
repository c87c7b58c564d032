/**
 * Pipeline tests: what is given, what is expected, what came of it.
 *
 * @module
 */
import type { Row, Stream, Value } from "../connector.ts";
import type { Failure } from "../failure.ts";
import type { Surroundings } from "../mapping/types.ts";
import type { Pipeline, Place } from "../pipeline/model.ts";
import type { Path, Source } from "../pipeline/yaml/source.ts";

/** A pipeline with the streams it reads, writes and joins. */
export interface Subject {
  /** The pipeline. */
  pipeline: Pipeline;
  /** What it reads. */
  source: Stream;
  /** What it writes. */
  destination: Stream;
  /** By the name they have in rules. */
  joined: Record<string, Stream>;
  /** The tag of its source connection. */
  tag: string;
}

/** A test file, checked. */
export interface Suite {
  /** The YAML file. */
  file: Source;
  /** The pipeline under test. */
  subject: Subject;
  /** What `connection.` and `run.` stand for. */
  around: Surroundings;
  /** In the order of the file. */
  cases: Case[];
}

/** Links by pipeline, source key and part (`""` where that pipeline does not split). */
export type KnownLinks = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, string>>>;

/** One case of a suite. */
export interface Case {
  /** What is true, as a sentence. */
  name: string;
  /** Keys from the root of the file. */
  path: Path;
  /** Of its name, for messages. */
  place: Place;
  /** Whole source records, each of which must fare as expected. */
  rows: Row[];
  /** What other pipelines have linked: the file's links and its own. */
  links: KnownLinks;
  /** Of the record, or of its only part; by part; or nothing yet. */
  expected?: { whole: Expected } | { parts: ReadonlyMap<string, Expected> };
}

/** What is expected of a record or a part. */
export type Expected =
  & { path: Path }
  & (
    | {
      kind: "record";
      /** `includes`: fields that are not named may be anything. */
      partial: boolean;
      /** In their fields' form; null for one that is expected to be absent. */
      fields: Row;
      /** The destination partition's id; absent: it may be any. */
      partition?: string;
      /** What `unique` offers. */
      ifTaken?: Row;
    }
    | {
      kind: "skipped" | "parked" | "rejected";
      /** Words of the reason; for `rejected` a code of the failure, too. All must be there. */
      says: readonly string[];
    }
  );

/** What came of a record or a part. */
export type Got =
  | { kind: "record"; fields: Row; partition?: string; alternatives: Row }
  | { kind: "skipped" | "parked"; why: string }
  | { kind: "rejected"; failure: Failure };

/** What came of a record: as a whole, or by part (`""` where the pipeline does not split). */
export type Played = { whole: Got } | { parts: ReadonlyMap<string, Got> };

/** One thing that is not as expected. */
export interface Difference {
  /** Where the expectation stands; the case, where there is none. */
  place: Place;
  /** The part, where the pipeline splits. */
  part?: string;
  /** A dotted field; absent where the whole outcome is another. */
  field?: string;
  /** In words, or as a value; undefined: nothing is expected. */
  expected: Value;
  /** In words, or as a value; undefined: nothing came. */
  got: Value;
}

/** How a case ended. */
export interface CaseResult {
  /** The case. */
  case: Case;
  /** What came of each of its records. */
  played: Played[];
  /** Empty where all is as expected. */
  differences: Difference[];
}

/** How a suite ended. */
export interface SuiteResult {
  /** The suite. */
  suite: Suite;
  /** Of the cases that were played, in the order of the file. */
  results: CaseResult[];
}
