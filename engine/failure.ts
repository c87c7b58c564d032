/**
 * What can go wrong, as data. Every failure has a stable code from the one registry below, the fact, the value it was about,
 * the place, and the one action that helps.
 *
 * @module
 */

/**
 * What a failure asks of whoever catches it:
 *
 * - `rejected`: this record is wrong and a person must act; the run goes on.
 * - `retry`: try again later, perhaps after `retryAfter` milliseconds.
 * - `halt`: the connection or the pipeline cannot go on until a person acts.
 * - `lost`: the lease is gone; stop and write nothing.
 * - `bug`: Gusset itself is wrong.
 */
export type FailureKind = "rejected" | "retry" | "halt" | "lost" | "bug";

/** The registry: code → kind and the default action. A code never changes its meaning. */
export const FAILURES = {
  // The command line
  "usage": {
    kind: "halt",
    action: "See `gusset --help`.",
  },
  "not-there": {
    kind: "halt",
    action: "Look at the list of what there is.",
  },
  // The server
  "request.invalid": {
    kind: "halt",
    action: "See /api/v1/openapi.json for what it takes.",
  },
  "request.foreign": {
    kind: "halt",
    action: "Go back, load the page anew, and send it again.",
  },
  "request.too-large": {
    kind: "halt",
    action: "Send less at a time.",
  },
  "request.stale-cursor": {
    kind: "halt",
    action: "Begin the list anew, without a cursor.",
  },
  // Files people write
  "config.unreadable": {
    kind: "halt",
    action: "Check the path and that the file can be read.",
  },
  "file.unwritable": {
    kind: "halt",
    action: "Check that its folder is there, and that this user may write to it.",
  },
  "config.invalid": {
    kind: "halt",
    action: "Run `gusset check` and mend what it lists.",
  },
  "config.unknown-pipeline": {
    kind: "halt",
    action: "Run `gusset check` to see which pipelines there are.",
  },
  "config.unknown-connection": {
    kind: "halt",
    action: "Add the connection to connections.yaml.",
  },
  "secret.missing": {
    kind: "halt",
    action: "Set it with `gusset secret set NAME`.",
  },
  "secret.unreadable": {
    kind: "halt",
    action: "Set GUSSET_MASTER_KEY to the key it was sealed with.",
  },
  "secret.no-master-key": {
    kind: "halt",
    action: "Run `gusset init`, or set GUSSET_MASTER_KEY.",
  },
  "secret.key-exists": {
    kind: "halt",
    action: "Keep it; `gusset secret rotate` makes a new one without losing a secret.",
  },
  "secret.invalid": {
    kind: "halt",
    action: "Name it with letters, digits, dots, dashes and underscores, and give it a value.",
  },
  "env.missing": {
    kind: "halt",
    action: "Set the environment variable, or name another one.",
  },
  // Calls
  "wire.unreachable": {
    kind: "retry",
    action: "Check host and port, and that this machine may reach them.",
  },
  "wire.timeout": {
    kind: "retry",
    action: "Try again; raise the connection's timeout if this is usual.",
  },
  "wire.busy": {
    kind: "retry",
    action: "Nothing to do: it is tried again when the system allows it.",
  },
  "wire.unavailable": {
    kind: "retry",
    action: "Try again later; ask the system's administrator if it lasts.",
  },
  "wire.garbled": {
    kind: "retry",
    action: "Try again; look for a proxy that cuts or rewrites answers.",
  },
  "wire.fate-unknown": {
    kind: "retry",
    action: "Nothing to do: the records are read back before anything is sent again.",
  },
  "wire.foreign-origin": {
    kind: "halt",
    action: "Name the host in the connection if it is meant; else ask who redirects.",
  },
  "wire.untrusted": {
    kind: "halt",
    action: "Correct the host or `tls`, or let Deno trust the certificate's authority (DENO_CERT=FILE).",
  },
  "wire.not-permitted": {
    kind: "halt",
    action: "Start it with the flags that `gusset permissions` prints.",
  },
  "wire.hostile-xml": {
    kind: "halt",
    action: "Ask the system's administrator what answers in its place.",
  },
  // Systems
  "login.refused": {
    kind: "halt",
    action: "Check user and password, then set the secret again.",
  },
  "login.expired": {
    kind: "retry",
    action: "Nothing to do: the session is renewed.",
  },
  "permission.missing": {
    kind: "halt",
    action: "Ask the system's administrator for the permission named.",
  },
  "operation.missing": {
    kind: "halt",
    action: "Publish the operation, or install the package of this version.",
  },
  "identity.changed": {
    kind: "halt",
    action: "Check that this is the right system; `gusset pin reset CONNECTION` accepts it.",
  },
  "context.wrong": {
    kind: "halt",
    action: "Check the responsibility and its operating units.",
  },
  "owner.foreign": {
    kind: "halt",
    action: "Another ERP connector owns origin_id here: disconnect it, or do not write.",
  },
  "remote.refused": {
    kind: "halt",
    action: "Read the system's own words; ask its administrator.",
  },
  // Records
  "record.no-key": {
    kind: "rejected",
    action: "Correct the record in the source.",
  },
  "record.invalid": {
    kind: "rejected",
    action: "Correct the field in the source.",
  },
  "record.unfit": { kind: "rejected", action: "Correct the record in the source." },
  "record.duplicate": {
    kind: "rejected",
    action: "Find out why the source gives this record twice.",
  },
  "record.refused": {
    kind: "rejected",
    action: "Correct the field in the source, then `gusset rejected retry`.",
  },
  "map.absent": {
    kind: "rejected",
    action: "Fill the field in the source, or give the rule a default.",
  },
  "map.no-entry": {
    kind: "rejected",
    action: "Add the value to the rule's table, or give it an else.",
  },
  "map.wrong-type": {
    kind: "rejected",
    action: "Correct the field in the source, or the rule's type.",
  },
  "map.too-long": {
    kind: "rejected",
    action: "Shorten it in the source, or add truncate to the rule.",
  },
  "map.expression": {
    kind: "rejected",
    action: "Guard the expression against this value.",
  },
  "map.ambiguous": {
    kind: "rejected",
    action: "Remove one of the links named, with `gusset links`.",
  },
  "link.missing": {
    kind: "rejected",
    action: "Nothing to do if that pipeline will still link it; else link it by hand.",
  },
  "link.taken": {
    kind: "rejected",
    action: "Decide which source record it belongs to, with `gusset links`.",
  },
  "adopt.ambiguous": {
    kind: "rejected",
    action: "Choose one with `gusset links import`.",
  },
  "name.taken": {
    kind: "rejected",
    action: "Give the rule a `unique` alternative, or rename one of the two.",
  },
  "drift.rejected": {
    kind: "rejected",
    action: "Undo the change in the destination, or set `drift:` otherwise.",
  },
  "record.gone": {
    kind: "rejected",
    action: "Restore it in the destination, or drop its link with `gusset links`.",
  },
  "contract.locked": {
    kind: "rejected",
    action: "Amend it by a change order in Procore, or undo the change in the source.",
  },
  "contract.incomplete": {
    kind: "rejected",
    action: "Correct the line in the source, then `gusset rejected retry`.",
  },
  // Postings
  "post.invalid": {
    kind: "rejected",
    action: "Correct the document in the source, or the pipeline's lines.",
  },
  "post.unbalanced": {
    kind: "rejected",
    action: "Correct the pipeline's lines so that debits equal credits.",
  },
  "post.misstated": {
    kind: "rejected",
    action: "Correct the pipeline's lines: each position's cost, withheld and net must be said once, with its measure.",
  },
  "post.period-closed": {
    kind: "rejected",
    action: "Nothing to do if the period will be opened; else give the document another date.",
  },
  "post.over-cap": {
    kind: "halt",
    action: "Look at a dry run; raise `posting.caps` if it is right.",
  },
  "post.not-live": {
    kind: "halt",
    action: "Let it post from here with `gusset live PIPELINE`.",
  },
  "post.rebuild-needed": {
    kind: "halt",
    action: "Rebuild the outbox with `gusset postings rebuild PIPELINE`.",
  },
  "post.conflict": {
    kind: "rejected",
    action: "Look at what was sent under this key before; a correction is a reversal and a new revision.",
  },
  "post.unbooked": {
    kind: "halt",
    action: "Find out why it does not say so; nothing is posted as long as it may be booked twice.",
  },
  "post.account-refused": {
    kind: "rejected",
    action:
      "Correct the account in Oracle or in the pipeline's mapping, or have it enabled; it goes with the next run.",
  },
  "post.refused": {
    kind: "rejected",
    action: "Correct what the code names, then send it again.",
  },
  "post.deleted": {
    kind: "rejected",
    action: "Ask who deleted the journal and why; send it again only under a new revision.",
  },
  "post.reversed": {
    kind: "rejected",
    action: "Ask who reversed it and why; then `gusset postings accept` it, or `gusset postings retry` it.",
  },
  "post.changed": {
    kind: "rejected",
    action: "Ask who changed it and why; then `gusset postings accept` it, or have it put right over there.",
  },
  "post.withdrawn": {
    kind: "rejected",
    action: "Look at it again; send it as what it now is, if it is still wanted.",
  },
  "post.import-failed": {
    kind: "halt",
    action: "Look at the log of the import request; submit again once imports run.",
  },
  "post.unfinished": {
    kind: "retry",
    action: "Nothing to do: it is probed until the import is over.",
  },
  "post.too-late": {
    kind: "rejected",
    action: "It is in the books: reverse it there.",
  },
  // Webhooks
  "webhook.malformed": {
    kind: "rejected",
    action: "Register the hook anew with `gusset webhooks sync`; look for a proxy that rewrites calls.",
  },
  "webhook.none": {
    kind: "halt",
    action: "Use a schedule: this system sends no webhooks.",
  },
  "webhook.not-offered": {
    kind: "halt",
    action: "Take the resource out of `trigger.webhook`, or ask the system's administrator for it.",
  },
  // Reconciliation
  "reconcile.unreadable": {
    kind: "halt",
    action: "Look at the record in its system: a figure that is left out would prove anything.",
  },
  "reconcile.frozen": {
    kind: "halt",
    action: "See `gusset reconcile --snapshots`.",
  },
  // People
  "token.missing": {
    kind: "halt",
    action: "Set GUSSET_TOKEN to your token; an admin makes one with `gusset token create`.",
  },
  "token.unknown": {
    kind: "halt",
    action: "Ask an admin for a new token: `gusset token create`.",
  },
  "token.role": {
    kind: "halt",
    action: "Ask somebody whose role it is.",
  },
  "audit.broken": {
    kind: "halt",
    action: "Find out who could write to the state; compare it with a backup.",
  },
  // Runs
  "plan.own": {
    kind: "halt",
    action: "Let another person approve it, or write `authorMayApprove: true` in the pipeline's posting.",
  },
  "plan.decided": {
    kind: "halt",
    action: "Run the pipeline again: what is still to be posted gets a new plan.",
  },
  "plan.changed": {
    kind: "rejected",
    action: "Make a new plan and look at it again.",
  },
  "plan.unknown": {
    kind: "halt",
    action: "See which plans wait with `gusset plans`.",
  },
  "plan.stale": {
    kind: "halt",
    action: "Make a new plan with `gusset dry-run --out`.",
  },
  "run.leased": {
    kind: "retry",
    action: "Wait for the other run, or look at `gusset status`.",
  },
  "run.too-many-deactivations": {
    kind: "halt",
    action: "Look at the plan; run again with --allow-deactivations if it is right.",
  },
  "run.aborted": {
    kind: "retry",
    action: "Run it again: it continues where it stopped.",
  },
  "run.sliced": {
    kind: "retry",
    action: "Nothing to do: the next slice continues where this one stopped.",
  },
  "lease.lost": {
    kind: "lost",
    action: "Nothing to do: another process has taken this over.",
  },
  "state.unreadable": {
    kind: "halt",
    action: "Check GUSSET_KV or --kv, and that this user may read and write it.",
  },
  "state.too-large": {
    kind: "rejected",
    action: "Map fewer or shorter fields, or split the record.",
  },
  "state.not-empty": {
    kind: "halt",
    action: "Restore into another state with --kv, or let what is there go with --force.",
  },
  "backup.damaged": {
    kind: "halt",
    action: "Take another backup: of this one nothing was restored.",
  },
  "state.busy": { kind: "retry", action: "Nothing to do: it is tried again." },
  "bug": { kind: "bug", action: "Please report it with the text above." },
} as const satisfies Record<string, { kind: FailureKind; action: string }>;

/** A code of the registry. */
export type FailureCode = keyof typeof FAILURES;

/** Everything a failure can say besides its code. */
export interface FailureDetail {
  /** What is wrong, one sentence, no secret in it. */
  fact: string;
  /** The value it is about, as text, no secret in it. */
  value?: string;
  /** Where: `file:line:column`, `connection ebs`, `suppliers 4711, field VENDOR_NAME`. */
  place?: string;
  /** One thing to do; the registry's default where it is left out. */
  action?: string;
  /** Milliseconds to wait, for `retry`. */
  retryAfter?: number;
  /** What caused it, for logs only. */
  cause?: unknown;
}

/** A failure as it is thrown, stored and shown. */
export class Failure extends Error {
  /** As it shows in a stack. */
  override name = "Failure";
  /** The code, for machines and docs. */
  readonly code: FailureCode;
  /** What it asks of whoever catches it. */
  readonly kind: FailureKind;
  /** The value it is about. */
  readonly value?: string;
  /** Where it happened. */
  readonly place?: string;
  /** The one action that helps. */
  readonly action: string;
  /** Milliseconds to wait, for `retry`. */
  readonly retryAfter?: number;

  /** Makes a failure; the message is the detail's fact. */
  constructor(code: FailureCode, detail: FailureDetail) {
    super(detail.fact, { cause: detail.cause });
    this.code = code;
    this.kind = FAILURES[code].kind;
    this.value = detail.value;
    this.place = detail.place;
    this.action = detail.action ?? FAILURES[code].action;
    this.retryAfter = detail.retryAfter;
  }

  /** The failure as plain data, for KV, JSON output and plans. */
  toJSON(): FailureRecord {
    const { code, kind, message, value, place, action } = this;
    return { code, kind, fact: message, value, place, action };
  }
}

/** A failure as plain data. */
export interface FailureRecord {
  /** The code, for machines and docs. */
  code: FailureCode;
  /** What it asks of whoever catches it. */
  kind: FailureKind;
  /** What is wrong, one sentence. */
  fact: string;
  /** The value it is about. */
  value?: string;
  /** Where it happened. */
  place?: string;
  /** The one action that helps. */
  action: string;
}

/** Whatever was thrown, as a failure: what is not one already is a `bug`. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const fact = thrown instanceof Error ? thrown.message : String(thrown);
  return new Failure("bug", { fact, cause: thrown });
}

/** One line for a person: fact, value, place and action. */
export function sentence(failure: Failure | FailureRecord): string {
  const fact = failure instanceof Failure ? failure.message : failure.fact;
  const value = failure.value === undefined ? "" : ` (${failure.value})`;
  const place = failure.place === undefined ? "" : `${failure.place}: `;
  const stop = /[.!?]$/.test(fact) || value ? "" : ".";
  return `${place}${fact}${stop}${value}${value ? "." : ""} ${failure.action}`;
}
