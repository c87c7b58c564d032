/**
 * What a connector's author hands to the conformance suite, and what comes back.
 *
 * @module
 */
import type { Connector, Row } from "../connector.ts";
import type { PostDocument } from "../posting.ts";

/** A connector under test, with what the suite cannot know by itself. */
export interface Subject {
  /** The connector. */
  connector: Connector;
  /** Rows for its sandbox; every source stream must find more than a few among them. */
  data: Record<string, Row[]>;
  /** By stream: what may be done to its rows. A stream that is not named is only read. */
  samples?: Record<string, Samples>;
}

/** What the suite may do to the rows of one stream. */
export interface Samples {
  /** The table or collection in which the sandbox's control API shows the stream's rows. */
  table: string;
  /** The partition that is written to; default: the first one. */
  partition?: string;
  /** For a source that understands `since`: what a person changes in a row, by field of the table and of the record alike. */
  edit?: Row;
  /** For a destination that creates: the fields of the n-th new record, the identity field with a key that begins with `CONF-` among them. */
  create?: (n: number) => Row;
  /** Laid over a new record's fields, what makes the system refuse that one record. */
  refused?: Row;
  /** What an update of a new record sets. */
  update?: Row;
  /** For a stream that takes documents: the n-th of one day, a key that begins with `CONF-` and ascends with n; `refused` is laid over its fields. */
  document?: (n: number) => PostDocument;
  /** Laid over a document's fields, what a look before sending holds back. */
  unfit?: Row;
  /** For a destination that deactivates: a row of `data` that may be, by a field of the stream's `find` list. */
  inUse?: { by: string; value: string };
}

/** One thing that a connector promises. */
export interface Check {
  /** A sentence: `vendors: a lost answer is a fate unknown, and nothing is sent twice`. */
  name: string;
  /** Rejects with an `AssertionError` where the promise is not kept. */
  run: () => Promise<void>;
}
