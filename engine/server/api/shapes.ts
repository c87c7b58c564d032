/**
 * What answers look like. Objects are open: a newer Gusset may say more.
 *
 * @module
 */
import { z } from "zod";
import { ROLES } from "../../state/roles.ts";

/** A shape that has a name among the components of the OpenAPI document. */
const shape = <T extends z.ZodType>(id: string, schema: T): T => schema.meta({ id });

const text = z.string();
const time = z.string().describe("ISO time");
const amount = z.string().regex(/^-?\d+(\.\d+)?$/).describe("A decimal");
const count = z.number().int().min(0);
const row = z.record(z.string(), z.unknown());

/** A list's page of these. */
export const pageShape = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    next: text.optional().describe("Cursor of the next page; absent on the last"),
  });

/** A failure, inside of what it befell. */
export const failureShape = shape(
  "Failure",
  z.looseObject({ code: text, kind: text, fact: text, action: text, value: text.optional(), place: text.optional() }),
);

/** A failure as an answer. */
export const problemShape = shape(
  "Problem",
  z.looseObject({
    type: text.describe("urn:gusset:failure:CODE"),
    title: text,
    status: z.number().int(),
    code: text.describe("Stable: docs/failures.md lists them"),
    fact: text,
    value: text.optional(),
    place: text.optional(),
    action: text.describe("What helps"),
  }),
);

/** Records by plan word. */
export const countsShape = shape("Counts", z.record(z.string(), count));

/** A run. */
export const runShape = shape(
  "Run",
  z.looseObject({
    id: text,
    pipeline: text,
    hash: text,
    startedAt: time,
    endedAt: time.optional(),
    state: text.describe("running, done, partial, failed or aborted"),
    counts: countsShape,
    read: count,
    calls: count,
    failure: failureShape.optional(),
    options: row,
  }),
);

/** A person's word, with its reason. */
const decision = z.looseObject({ by: text, at: time, why: text.optional() });
const part = text.describe('"" where the pipeline does not split');

/** A rejected record. */
export const rejectedShape = shape(
  "Rejected",
  z.looseObject({
    pipeline: text,
    key: text,
    part,
    failure: failureShape,
    row: row.describe("The source row, secrets masked and long values cut"),
    firstAt: time,
    lastAt: time,
    times: count,
    run: text,
    dismissed: decision.optional(),
  }),
);

/** A parked record. */
export const parkedShape = shape(
  "Parked",
  z.looseObject({ pipeline: text, key: text, part, word: text, why: text, at: time, need: row.optional() }),
);

/** A suggested twin. */
export const adoptionShape = shape(
  "Adoption",
  z.looseObject({
    pipeline: text.optional(),
    key: text,
    part,
    id: text.describe("The destination record"),
    partition: text,
    by: z.record(z.string(), text),
    changes: row.describe("What adopting it would change: field to now and then"),
    at: time,
    decision: decision.optional(),
  }),
);

/** A link. */
export const linkShape = shape(
  "Link",
  z.looseObject({ key: text, part, id: text, partition: text, how: text, at: time, active: z.boolean() }),
);

/** A document of the outbox. */
export const postingShape = shape(
  "Posting",
  z.looseObject({
    key: text,
    pipeline: text,
    chain: text,
    source: text,
    purpose: text,
    revision: count,
    date: text,
    currency: text,
    value: amount,
    state: text,
    plan: text.optional(),
    failure: failureShape.optional(),
    moved: row,
    history: z.array(row),
  }),
);

/** A plan of documents. */
export const planShape = shape(
  "Plan",
  z.looseObject({
    id: text,
    pipeline: text,
    author: text,
    at: time,
    count,
    value: z.record(z.string(), amount),
    state: text.describe("waiting, approved, declined, done or stale"),
    decision: decision.optional(),
  }),
);

/** An item of the worklist. */
export const noticeShape = shape(
  "Notice",
  z.looseObject({ id: text, reference: text, title: text, state: text, at: time, changedAt: time }),
);

/** A frozen reconciliation. */
export const snapshotShape = shape(
  "Snapshot",
  z.looseObject({
    id: text,
    name: text,
    from: text,
    to: text,
    period: text,
    version: count,
    hash: text,
    open: count,
    prepared: z.looseObject({ by: text, at: time, who: text }),
    reviewed: z.looseObject({ by: text, at: time, who: text }).optional(),
  }),
);

/** A connection, without what is secret of it. */
export const connectionShape = shape(
  "Connection",
  z.looseObject({ name: text, connector: text, title: text, tag: text, pinned: row.optional() }),
);

/** What a ping finds. */
export const findingShape = shape(
  "Finding",
  z.looseObject({ level: z.enum(["ok", "warn", "fail"]), message: text, action: text.optional() }),
);

/** A secret, without its value. */
export const secretShape = shape(
  "Secret",
  z.object({ name: text, version: count, createdAt: time.optional(), setAt: time.optional() }),
);

/** A token, without what it is known by. */
export const tokenShape = shape(
  "Token",
  z.object({
    name: text,
    role: z.enum(ROLES),
    at: time,
    by: text,
    expires: text.optional(),
    revoked: z.object({ at: time, by: text }).optional(),
  }),
);

/** An entry of the audit log. */
export const auditShape = shape(
  "AuditEntry",
  z.looseObject({
    number: count,
    at: time,
    who: text,
    what: text,
    subject: text,
    why: text.optional(),
    details: z.record(z.string(), text).optional(),
    previous: text,
    hash: text,
  }),
);

/** A pipeline's starts. */
export const scheduleShape = shape(
  "Schedule",
  z.looseObject({
    pipeline: text,
    after: z.array(text),
    next: z.array(z.object({ at: time, wall: text, moved: z.boolean() })),
    paused: decision.optional(),
    woken: z.array(row),
  }),
);

/** A pipeline's state at a glance. */
export const statusShape = shape(
  "Status",
  z.looseObject({
    pipeline: text,
    links: count,
    rejected: count,
    parked: count,
    adoptions: count,
    lastRun: runShape.optional(),
    leases: z.array(row),
    cursors: z.array(row),
  }),
);

/** Something that is wrong with a file. */
export const diagnosticShape = shape(
  "Diagnostic",
  z.looseObject({ file: text, line: count, column: count, severity: text, code: text, message: text }),
);

/** A pipeline in a list. */
export const pipelineShape = shape(
  "Pipeline",
  z.looseObject({
    name: text,
    description: text.optional(),
    file: text,
    hash: text,
    source: z.object({ connection: text, stream: text }),
    destination: z.object({ connection: text, stream: text }),
    needs: z.array(text),
    posts: z.boolean(),
  }),
);

/** Whether a pipeline posts from here. */
export const liveShape = shape(
  "Live",
  z.looseObject({ pipeline: text, posts: z.boolean(), asks: z.boolean(), why: text.optional(), said: row.optional() }),
);

/** A job. */
export const jobShape = shape(
  "Job",
  z.looseObject({
    id: text,
    kind: text,
    subject: z.array(text),
    by: text,
    state: z.enum(["running", "done", "failed", "stopped"]),
    startedAt: time,
    endedAt: time.optional(),
    progress: z.unknown().optional(),
    failure: failureShape.optional(),
    lines: count,
    result: z.unknown().optional(),
  }),
);

/** A hook of ours at a system. */
export const hookShape = shape(
  "Hook",
  z.looseObject({ connection: text, id: text, url: text, triggers: z.array(row) }),
);

/** A delivery that waits. */
export const deliveryShape = shape(
  "Delivery",
  z.looseObject({ pipeline: text, partition: text, key: text, id: text, resource: text, came: time, tries: count }),
);

/** Who answered at a connection's first use. */
export const pinShape = shape("Pin", z.looseObject({ connection: text, name: text, facts: row, at: time }));
