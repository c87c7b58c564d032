/**
 * Checks `posting:`, and makes it into the form a run works with.
 *
 * @module
 */
import type { WrittenPipeline } from "../../../schemas/pipeline/pipeline.ts";
import type { WrittenRule } from "../../../schemas/pipeline/rule.ts";
import type { Stream } from "../../connector.ts";
import type { Kind, ScalarField } from "../../fields.ts";
import { INBOX } from "../inbox.ts";
import type { Balance, Booked, Posting, Rule } from "../model.ts";
import type { Scope } from "../scope.ts";
import type { Path } from "../yaml/source.ts";
import { checkLines } from "./lines.ts";
import { checkRule, listScope } from "./rule.ts";
import { type Checking, scalarAt } from "./value.ts";

type Written = NonNullable<WrittenPipeline["posting"]>;

/** A key holds the pipeline's name beside what names the document: 80 characters in all, at the destination. */
const LONGEST_NAME = 24;

/** What a posting is checked against. */
export interface Around {
  /** What the source's rules can name. */
  scope: Scope;
  /** Absent where it was reported. */
  into?: Stream;
  /** Fields of the map that were left out because their shape is wrong. */
  broken: ReadonlySet<string>;
}

/** Checks `posting:`, and what a destination that takes documents asks for. Undefined where there is none. */
export function checkPosting(data: WrittenPipeline, around: Around, on: Checking): Posting | undefined {
  const { posting: written, destination } = data;
  const { into, scope } = around;
  if (!written) {
    if (into?.posting) {
      const message = `${destination.stream} are documents that are posted, and this pipeline does not say how`;
      const help = "add posting: { from: …, balance: … }";
      on.report(["destination", "stream"], { code: "missing-posting", message, help });
    }
    return undefined;
  }
  checkEnds(data, into, on);
  for (const key of ["chain", "order", "value"] as const) {
    if (written[key] !== undefined) scalarAt(written[key], ["posting", key], scope, on);
  }
  const balance = checkBalance(written.balance, scope, on);
  const booked = written.booked && checkBooked(written.booked, scope, on);
  if (!booked && written.recognise !== "final") {
    const message = "What the destination books by itself is not said, so a cost could be booked twice";
    const help = "add booked:, or recognise: final where it books nothing";
    on.report(["posting"], { code: "missing-booked", message, help }, "key");
  }
  if (into?.posting && !around.broken.has(into.posting.lines)) {
    checkLines(data, { stream: into.posting, withheld: balance.withheld !== undefined }, on);
  }
  return {
    ...settings(written),
    ...(written.chain !== undefined && { chain: written.chain }),
    ...(written.order !== undefined && { order: written.order }),
    ...(written.value !== undefined && { value: written.value }),
    balance,
    ...(booked && { booked }),
  };
}

/** Whether what is made fits where it goes. */
function checkEnds({ name, posting, destination }: WrittenPipeline, into: Stream | undefined, on: Checking): void {
  const { connection, stream } = destination;
  if (name.length > LONGEST_NAME) {
    const message = `The name of a pipeline that posts has at most ${LONGEST_NAME} characters, this has ${name.length}`;
    on.report(["name"], { code: "too-long", message, help: "shorten it: it is a part of each document's key" });
  }
  if (posting!.as === "notice") {
    if (connection === INBOX) return;
    const message = `A notice goes to a person, not to ${connection}`;
    return on.report(["posting", "as"], { code: "wrong-connection", message, help: `write connection: ${INBOX}` });
  }
  if (!into || into.posting) return;
  const message = `${stream} are records that are kept equal, nothing is posted there`;
  on.report(
    ["posting"],
    { code: "useless-key", message, help: "leave it out, or name a stream that takes documents" },
    "key",
  );
}

function settings(written: Written): Omit<Posting, "balance" | "booked" | "chain" | "order" | "value"> {
  const from = typeof written.from === "string" ? { default: written.from } : written.from;
  return {
    authorMayApprove: written.author_may_approve ?? false,
    mode: written.mode ?? "shadow",
    recognise: written.recognise ?? "until_invoiced",
    from: { default: from.default, projects: { ...("projects" in from ? from.projects : {}) } },
    approval: written.approval ?? "none",
    period: written.period ?? "hold",
    as: written.as ?? "journal",
    caps: { ...written.caps },
  };
}

function checkBalance(written: Written["balance"], scope: Scope, on: Checking): Balance {
  const rule = rulesAt(written, ["posting", "balance"], scope, on);
  const { each, withheld, pool } = written;
  return {
    each,
    position: rule("position", "text", written.position),
    certified: rule("certified", "decimal", written.certified),
    ...(withheld !== undefined && { withheld: rule("withheld", "decimal", withheld) }),
    ...(pool !== undefined && { pool: rule("pool", "id", pool) }),
  };
}

function checkBooked(written: NonNullable<Written["booked"]>, scope: Scope, on: Checking): Booked {
  const rule = rulesAt(written, ["posting", "booked"], scope, on);
  const { each, pool, never } = written;
  return {
    each,
    position: rule("position", "text", written.position),
    amount: rule("amount", "decimal", written.amount),
    ...(pool !== undefined && { pool: rule("pool", "id", pool) }),
    ...(never !== undefined && { never: rule("never", "id", never) }),
  };
}

/** Checks the rules of a list's elements; they are not checked where it was reported that the list is none. */
function rulesAt(
  { each }: { each: string },
  path: Path,
  scope: Scope,
  on: Checking,
): (name: string, kind: Kind, rule: WrittenRule) => Rule {
  const inner = listScope(each, [...path, "each"], scope, on);
  return (name, kind, rule) => {
    const field: ScalarField = { kind, required: false };
    return inner ? checkRule(rule, { path: [...path, name], field, scope: inner }, on) : { rule: "value", value: null };
  };
}
