/**
 * A pipeline file as people write it. The same schema parses, documents and makes the JSON Schema for editors.
 *
 * @module
 */
import { z } from "zod";
import { rule, ruleMap, type WrittenMap } from "./rule.ts";
import { cel, name, path, shape, time } from "./shape.ts";

const connection = z.string().describe("A connection of connections.yaml.");
const stream = z.string().describe("One kind of record of that connection.");
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "must be a day, YYYY-MM-DD").refine(
  (text) => new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) ?? false,
  "is not a day of the calendar",
);
const duration = z.string().regex(/^\d{1,5}(s|m|h)$/, "must be a duration: 30s, 5m or 2h");
const amount = z.string().regex(/^\d{1,20}(\.\d{1,6})?$/, 'must be an amount in quotes, as "250000.00"');

const source = shape({
  connection,
  stream,
  where: cel.describe("Which records take part; absent: all of them.").optional(),
  skip: z.array(shape({
    when: z.string().min(1).describe("A condition in CEL over `rec`."),
    says: z.string().min(1).describe("What a person reads where it holds; {FIELD} shows a value."),
  })).min(1).describe("What leaves a record out of scope besides `where`, with the reason it is skipped for.")
    .optional(),
  require: z.array(shape({
    that: z.string().min(1).describe("A condition in CEL over `rec`."),
    says: z.string().min(1).describe("What a person reads where it does not hold; {FIELD} shows a value."),
  })).min(1).describe("What a record in scope must fulfil; one that does not is rejected.").optional(),
  split: shape({ by: path }).describe("One part for each distinct value at this path.").optional(),
  with: z.record(
    name,
    shape({
      connection,
      stream,
      each: path.describe("A list: each of its elements gets a record. Absent: the record itself gets one.").optional(),
      key: rule.meta({
        description: "The rule that gives the key, as seen from where the joined record goes; none: nothing is joined.",
      }),
      follow: z.boolean().describe("Whether a change of a joined record is looked at too; for pipelines that post.")
        .optional(),
    }),
  ).describe("Joins other streams' records by key, in bulk, in this order; rules find them under the join's name.")
    .optional(),
});

const adoption = shape({
  match: z.record(z.string(), z.string()).refine((m) => Object.keys(m).length > 0, "must match by at least one field")
    .describe("Destination field: mapped field. All must agree."),
  how: z.enum(["auto", "suggest"]).describe("auto takes it over; suggest (the default) waits for a person.").optional(),
});
const share = z.union([
  z.number().min(0).max(1),
  z.string().regex(/^(100|\d{1,2})(\.\d+)?%$/, "must be a share, as 0.1 or 10%"),
]);
const destination = shape({
  connection,
  stream,
  partition: shape({
    link: z.string().describe("The pipeline whose links name the partition. Absent: `of` is the partition's id.")
      .optional(),
    of: path,
    missing: z.enum(["park", "skip", "reject"]).describe("Where there is no link yet. Default: park.").optional(),
  }).describe("Where the record goes: the id that a link gives, or that a field holds.").optional(),
  adopt: z.union([adoption, z.array(adoption).min(1)]).describe("How to recognise what is already there.").optional(),
  create: z.enum(["allowed", "never"]).describe("never: what has no twin is skipped until it has one.").optional(),
  leaves: z.enum(["keep", "hold", "deactivate"]).describe("A linked record that leaves `where`. Default: keep.")
    .optional(),
  drift: z.enum(["overwrite", "keep", "reject"]).describe("A mapped field that a person changed. Default: overwrite.")
    .optional(),
  deactivate_at_most: share.describe("Share of links that one run may deactivate. Default: 10%.").optional(),
});

const position = rule.meta({ description: "The rule that gives the position, as seen from an element." });
const pool = rule.meta({
  description: "What positions share where only some of them are known to `booked`: the account.",
})
  .optional();
const balance = shape({
  each: path.describe("The list with what is certified; its elements are gathered by position."),
  position,
  certified: rule.meta({ description: "Certified to date, gross." }),
  withheld: rule.meta({ description: "What of it is withheld, to date." }).optional(),
  pool,
});
const booked = shape({
  each: path.describe("The list of the positions that the destination knows."),
  position,
  amount: rule.meta({ description: "Booked to date; where it is absent, the run halts." }),
  pool,
  never: rule.meta({ description: "An account that no line may name." }).optional(),
});

const posting = shape({
  mode: z.enum(["shadow", "live"]).describe("shadow, the default, plans and reconciles and sends nothing.").optional(),
  recognise: z.enum(["until_invoiced", "accrue", "final"]).describe("How long a posted cost stands.").optional(),
  from: z.union([date, shape({ default: date, projects: z.record(z.string(), date).optional() })]).describe(
    "Nothing dated before this day is ever posted.",
  ),
  approval: z.enum(["none", "required"]).describe("required: a second person releases the plan.").optional(),
  period: z.enum(["hold", "next"]).describe("What a document for a closed period does.").optional(),
  chain: path.describe("Records of one chain follow one another; each certifies all that those before it do.")
    .optional(),
  order: path.describe("What orders a chain; numbers as numbers. Default: the record's key.").optional(),
  value: path.describe("What a record is worth, for people.").optional(),
  balance: balance.describe("What a record certifies, to date, by position."),
  booked: booked.describe("What the destination has booked of the positions by itself; left out with `final` alone.")
    .optional(),
  author_may_approve: z.boolean().describe("Whether who made a plan may approve it. Default: false.").optional(),
  as: z.enum(["journal", "notice", "memo"]).describe("What a document becomes.").optional(),
  caps: shape({
    count: z.int().min(1).describe("Documents a run may post.").optional(),
    value: amount.describe("Value a run may post, in the ledger's currency.").optional(),
  }).describe("More than this halts the run.").optional(),
});

const trigger = shape({
  schedule: shape({
    cron: z.string().describe("Minute, hour, day, month, weekday: `0 2 * * *`."),
    timezone: z.string().describe("An IANA zone: `America/Denver`."),
    jitter: duration.describe("Starts up to this much later, by chance.").optional(),
    missed: z.enum(["skip", "once"]).describe(
      "A start that nobody was there for: left out, or made up for once (the default).",
    )
      .optional(),
    overlap: z.enum(["skip", "queue"]).describe(
      "A start while the last run is at work: left out (the default), or after it.",
    )
      .optional(),
    quiet: z.array(shape({ from: time, to: time })).describe(
      "Hours in which nothing starts, by the zone's clock; what falls in them starts at their end. `from` after `to` spans midnight.",
    ).optional(),
  }).optional(),
  after: z.array(z.string()).describe("Runs when one of these pipelines has done something.").optional(),
  webhook: z.union([z.string(), z.array(z.string()).min(1)]).describe("The source's webhook resources.").optional(),
});

/** A pipeline file. */
export const pipelineSchema = shape({
  name: name.describe("As the file is called, without .yaml."),
  description: z.string().describe("One sentence for people.").optional(),
  source,
  destination,
  posting: posting.optional(),
  map: ruleMap,
  trigger: trigger.optional(),
}).meta({ title: "A Gusset pipeline" });

/** A pipeline as it is written, its shape checked. */
export type WrittenPipeline = z.infer<typeof pipelineSchema> & { map: WrittenMap };
