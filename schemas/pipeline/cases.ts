/**
 * A pipeline's test file as people write it: source records, and what the pipeline has to make of them.
 *
 * @module
 */
import { z } from "zod";
import { shape } from "./shape.ts";

/** A value in a record as it is written; a number is taken by its source text: `007` stays `007`. */
export type WrittenValue = string | number | boolean | null | WrittenValue[] | WrittenRow;
/** A record as it is written. */
export interface WrittenRow {
  /** A value by its field. */
  [field: string]: WrittenValue;
}

const scalar = z.union([z.string(), z.number()]);
const value: z.ZodType<WrittenValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(value), row])
).meta({ id: "value", description: "A value, a record or a list of them." });
const row: z.ZodType<WrittenRow> = z.record(z.string(), value).meta({ id: "record", description: "Values by field." });

const links = z.record(z.string(), z.record(z.string(), z.union([scalar, z.record(z.string(), scalar)]))).meta({
  id: "links",
  description: "What other pipelines have linked: pipeline, source key, destination id; or part and id, where that " +
    "pipeline splits.",
});
const reason = z.union([z.literal(true), z.string().min(1), z.array(z.string().min(1)).min(1)]);

const outcome = {
  expect: row.describe("The destination record, whole: a field that is not named is expected to be absent.").optional(),
  includes: row.describe("Some fields of the destination record; the others may be anything.").optional(),
  partition: scalar.describe("The id of the destination partition it belongs to.").optional(),
  if_taken: row.describe("What `unique` offers for a field whose first choice is taken.").optional(),
  skipped: reason.describe("Left out; `true`, or words of the reason.").optional(),
  parked: reason.describe("Waits for a link; `true`, or words of the reason.").optional(),
  rejected: reason.describe("Rejected; `true`, a failure's code, or words of the message.").optional(),
};

/** What may be expected of a record or of a part of it. */
export const outcomeSchema = shape(outcome).meta({ id: "outcome" });
/** What is expected, as it is written. */
export type WrittenOutcome = z.infer<typeof outcomeSchema>;

const testCase = shape({
  name: z.string().min(1, "must say what is tested").describe("What is true, as a sentence."),
  given: z.union([row, z.array(row).min(1)]).describe("A source record, over `usual`; or several that fare alike.")
    .optional(),
  links: links.describe("More links, for this case.").optional(),
  ...outcome,
  parts: z.record(z.string(), outcomeSchema).describe("What is expected of each part, where the pipeline splits.")
    .optional(),
}).meta({ id: "case" });

/** A test file. */
export const casesSchema = shape({
  pipeline: z.string().describe("The pipeline under test."),
  connection: shape({ tag: z.string().optional(), name: z.string().optional() }).describe(
    "What `connection.tag` and `connection.name` stand for; else those of connections.yaml.",
  ).optional(),
  run: shape({ id: z.string().optional(), at: z.string().optional() }).describe("What `run.id` and `run.at` stand for.")
    .optional(),
  usual: row.describe("What every record has, unless its case says otherwise; null takes a field away.").optional(),
  links: links.describe("Links that every case has.").optional(),
  cases: z.array(testCase).min(1, "must hold at least one case"),
}).meta({ title: "Tests of a Gusset pipeline" });

/** A test file as it is written, its shape checked. */
export type WrittenCases = z.infer<typeof casesSchema>;
/** A case as it is written. */
export type WrittenCase = WrittenCases["cases"][number];
/** Links as they are written. */
export type WrittenLinks = z.infer<typeof links>;
