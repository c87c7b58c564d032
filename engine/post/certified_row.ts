/**
 * What one source document certifies: its balances by position, and the day, currency and books that its document would have.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import type { CertifiedElement } from "../mapping/posting.ts";
import type { Mapped } from "../mapping/types.ts";
import { Big, plain } from "../decimal.ts";
import { Failure } from "../failure.ts";
import type { Certified, Positions } from "../state/posting_types.ts";
import { certify, type Money } from "./certify.ts";
import type { Desk } from "./desk.ts";
import { positionRows } from "./draft.ts";
import { recognitionKey } from "./keys.ts";

/** What documents are about besides what they move: `posting` in a mapping. */
export interface About {
  key: string;
  purpose: string;
  revision: number;
  why: string;
  /** Its own period, where it is dated in another. */
  period?: string;
}

/**
 * Certifies a joined row. Its document is mapped once as if nothing of it stood: what is wrong with it is told at once, not when it is due.
 * Throws a `Failure` for what is wrong; gives a hold where a link is missing that the mapping waits for.
 */
export function certifiedRow(
  desk: Desk,
  row: Row,
  from: string,
): Certified | Extract<Mapped, { kind: "parked" | "skipped" }> {
  const { job, mapper, says, pipeline } = desk;
  const key = String(row[job.source.key]);
  const chain = mapper.chain(row);
  const elements = mapper.certified(row, job.links.lookup, job.around);
  const positions = certify(elements, { chain, currency: "" }).positions;
  const about = { key: keyOf(desk, chain, key), purpose: "recognise", revision: 1, why: "certified" };
  const mapped = job.mapper.map(documentRow(row, elements, toDate(positions), about), "", job.links.lookup, job.around);
  if (mapped.kind === "rejected") throw mapped.failure;
  if (mapped.kind !== "record") return mapped;
  const text = (name: string): string => typeof mapped.fields[name] === "string" ? mapped.fields[name] : "";
  const [date, currency] = [text(says.date), text(says.currency)];
  const money: Money = certify(elements, { chain, currency });
  const label = job.source.label && row[job.source.label];
  const value = mapper.value(row);
  const { default: since, projects } = pipeline.posting.from;
  return {
    key,
    chain,
    from,
    order: mapper.order(row),
    counts: true,
    hash: money.hash,
    ...(typeof label === "string" && label !== "" && { label: label.trim() }),
    ...(value !== undefined && { value }),
    currency,
    unit: text(says.unit) || "0.01",
    date,
    to: mapped.partition ?? "-",
    history: date < (projects[from] ?? since),
    positions: money.positions,
    at: job.at,
  };
}

const keyOf = ({ job, pipeline }: Desk, chain: string, source: string): string =>
  recognitionKey({ tag: job.from.tag, pipeline: pipeline.name }, { chain, source, revision: 1 });

/** A row as a document's mapping sees it: with the positions that move, and what the document is about. */
export function documentRow(
  row: Row,
  elements: readonly Pick<CertifiedElement, "position" | "row">[],
  moved: Positions,
  { period, revision, ...about }: About,
): Row {
  return {
    ...row,
    positions: positionRows(elements, moved),
    posting: { ...about, revision: String(revision), ...(period !== undefined && { period }) },
  };
}

/** Balances as if all of them moved. */
function toDate(positions: Certified["positions"]): Positions {
  return Object.fromEntries(
    Object.entries(positions).map(([position, { cost, withheld }]) => [
      position,
      { cost, withheld, net: plain(new Big(cost).minus(withheld)) },
    ]),
  );
}

/** The source no longer gives a document that its chain depends on. */
export const goneAway = ({ job, pipeline }: Desk, { key }: Pick<Certified, "key">): Failure =>
  new Failure("link.missing", {
    fact: "The source did not give it again, so what is booked of it cannot be told",
    place: `${pipeline.source.stream} ${key}`,
    action: `Run \`gusset run ${pipeline.name} --full\`: what is gone is found by that.`,
    value: job.from.name,
  });
