/**
 * A pipeline's `posting`, compiled once: what a record certifies of each position, and what is booked of them already.
 *
 * @module
 */
import type { Row, Stream } from "../connector.ts";
import type { Fields, Kind } from "../fields.ts";
import { fieldsOf } from "../fields.ts";
import { withJoins } from "../pipeline/joins.ts";
import type { Pipeline, Posting, Rule } from "../pipeline/model.ts";
import { coerceTo } from "./coerce.ts";
import { failing, needsOf } from "./failing.ts";
import { compileDescent, lendNeeds } from "./level.ts";
import { compileText } from "./path.ts";
import { compileRule } from "./rules.ts";
import { type Context, Hold, Problem, type Scope } from "./scope.ts";
import type { LinkLookup, LinkNeed, Surroundings } from "./types.ts";

/** What one element of a record certifies. */
export interface CertifiedElement {
  position: string;
  /** To date, gross, as a plain decimal. */
  certified: string;
  /** What of it is withheld, to date; `0` where nothing says so. */
  withheld: string;
  pool?: string;
  /** The element, with what was joined to it. */
  row: Row;
}

/** What is booked of one position by the destination. */
export interface BookedElement {
  position: string;
  /** To date, as a plain decimal. */
  amount: string;
  pool?: string;
  /** An account that no line may name. */
  never?: string;
}

/**
 * What a record says as a posting's source. Rows come with what was joined to them. Its functions throw a `Failure`: `map.*` for what is
 * wrong with the record, `link.missing` for a link that is not there, `post.unbooked` where the destination does not say what is booked.
 */
export interface PostingMapper {
  /** Names the chain that the record belongs to; its key where the pipeline names none. */
  chain(row: Row): string;
  /** Where it stands in its chain; its key where the pipeline does not say. */
  order(row: Row): string;
  /** What it is worth, for people. */
  value(row: Row): string | undefined;
  /** The links that `certified` and `booked` will ask for. */
  needs(row: Row): LinkNeed[];
  /** Its elements in their order; several may have one position. */
  certified(row: Row, links: LinkLookup, around: Surroundings): CertifiedElement[];
  /** What is booked; nothing where the pipeline does not ask. */
  booked(row: Row, links: LinkLookup, around: Surroundings): BookedElement[];
}

/** Compiles a pipeline that posts; like a mapper, for one run at a time. */
export function compilePosting(
  pipeline: Pipeline & { posting: Posting },
  { source, joined = {} }: { source: Stream; joined?: Readonly<Record<string, Stream>> },
): PostingMapper {
  const { posting } = pipeline;
  const fields = withJoins(fieldsOf(source.record), pipeline.source.with, joined);
  const scope: Scope = { stack: [], part: "", links: () => undefined, around: NOWHERE };
  const failureOf = failing(pipeline.source.stream, source.key);
  const top = contextOf(fields, "posting");
  const certified = elements<CertifiedElement>(posting.balance, top, "balance", {
    position: ["position", "text", "needed"],
    certified: ["certified", "decimal", "needed"],
    withheld: ["withheld", "decimal", "0"],
    pool: ["pool", "id"],
  });
  const booked = posting.booked && elements<BookedElement>(posting.booked, top, "booked", {
    position: ["position", "text", "needed"],
    amount: ["amount", "decimal", "booked"],
    pool: ["pool", "id"],
    never: ["never", "id"],
  });

  const looking = <T>(row: Row, look: () => T): T => {
    scope.stack.length = 0;
    scope.stack[0] = row;
    try {
      return look();
    } catch (thrown) {
      if (!(thrown instanceof Hold)) throw failureOf(row, thrown);
      throw failureOf(row, new Problem("link.missing", thrown.held.why));
    }
  };
  const at = (links: LinkLookup, around: Surroundings): void => void Object.assign(scope, { links, around });
  const text = (path: string, name: string): (row: Row) => string | undefined => {
    const read = compileText(path, contextOf(fields, `posting.${name}`));
    return (row) => looking(row, () => read(scope));
  };
  const naming = (path: string | undefined, name: string): (row: Row) => string => {
    const read = text(path ?? source.key, name);
    return (row) => {
      const found = read(row);
      if (found !== undefined) return found;
      const field = `posting.${name}`;
      throw failureOf(row, new Problem("map.absent", `${path ?? source.key} is absent`, { field }));
    };
  };
  return {
    chain: naming(posting.chain, "chain"),
    order: naming(posting.order, "order"),
    value: posting.value === undefined ? () => undefined : text(posting.value, "value"),
    needs: (row) => looking(row, () => needsOf(top, scope)),
    certified: (row, links, around) => (at(links, around), looking(row, () => certified(scope))),
    booked: (row, links, around) => booked ? (at(links, around), looking(row, () => booked(scope))) : [],
  };
}

const NOWHERE: Surroundings = { connection: { name: "", tag: "" }, run: { id: "", at: "" } };
const contextOf = (fields: Fields, field: string): Context => ({ depth: 0, levels: [fields], field, needs: [] });

/** A rule's key, what its value is made into, and what stands for an absent one. */
type Wanted = [key: string, kind: Kind, absent?: "needed" | "booked" | "0"];

/** Compiles the elements of a list; each has what its rules give, and its row. */
function elements<T>(
  rules: { each: string },
  top: Context,
  name: string,
  wanted: Record<string, Wanted>,
): (scope: Scope) => T[] {
  const { descend, inner } = compileDescent(rules.each, top);
  const readers = Object.entries(wanted).flatMap(([as, [key, kind, absent]]) => {
    const rule = (rules as unknown as Record<string, Rule | undefined>)[key];
    const field = `posting.${name}.${key}`;
    if (!rule) return absent === "0" ? [{ as, read: () => "0" }] : [];
    const evaluate = compileRule(rule, { ...inner, field });
    const coerce = coerceTo(kind, key, field);
    const read = (scope: Scope): string | undefined => {
      const value = coerce(evaluate(scope));
      if (value !== null) return String(value);
      if (absent === "booked") {
        throw new Problem("post.unbooked", "The destination does not say what is booked of a position", { field });
      }
      if (absent === "needed") throw new Problem("map.absent", `The ${key} of an element is absent`, { field });
      return absent;
    };
    return [{ as, read }];
  });
  lendNeeds(inner, descend, top);
  return (scope) => {
    const found: T[] = [];
    descend(scope, () => {
      const one: Record<string, unknown> = name === "balance" ? { row: scope.stack[inner.depth] } : {};
      for (const { as, read } of readers) {
        const value = read(scope);
        if (value !== undefined) one[as] = value;
      }
      found.push(one as T);
    });
    // Where nothing is told of an order, nothing is not what is booked of it.
    if (name === "booked" && found.length === 0) {
      const fact = `There is nothing at ${rules.each}, so that nobody knows what is booked`;
      throw new Problem("map.absent", fact, { field: "posting.booked.each" });
    }
    return found;
  };
}
