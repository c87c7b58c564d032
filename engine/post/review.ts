/**
 * The destination's own look at documents before anything leaves: accounts, sources, categories and rates that it would refuse.
 *
 * @module
 */
import type { Failure } from "../failure.ts";
import type { Verdict } from "../run/page.ts";
import type { Evaluated } from "./chains.ts";
import type { Desk } from "./desk.ts";
import { partOf, toldDocument } from "./tell.ts";
import type { Draft } from "./types.ts";

/** Documents that are looked at in one go. */
const TOGETHER = 500;

/** Has all documents looked at; one that would be refused becomes a verdict, and its chain stays on the list. */
export async function review(desk: Desk, evaluated: readonly Evaluated[]): Promise<void> {
  const stream = await desk.writer();
  if (!stream.review) return;
  const failures = new Map<Draft, Failure>();
  const drafts = evaluated.flatMap(({ drafts }) => drafts);
  for (const [to, own] of Map.groupBy(drafts, ({ record }) => record.to)) {
    const books = await desk.books(to);
    for (let at = 0; at < own.length; at += TOGETHER) {
      const some = own.slice(at, at + TOGETHER);
      const answers = await stream.review(
        books,
        some.map(({ record: { key, hash }, fields }) => ({ key, hash, fields })),
      );
      for (const [i, failure] of answers.entries()) if (failure) failures.set(some[i], failure);
    }
  }
  if (failures.size === 0) return;
  for (const one of evaluated) {
    for (const draft of one.drafts) {
      const failure = failures.get(draft);
      if (!failure) continue;
      one.outstanding = true;
      one.verdicts.push(refused(desk, draft, failure));
    }
    one.drafts = one.drafts.filter((draft) => !failures.has(draft));
  }
}

function refused(desk: Desk, draft: Draft, failure: Failure): Verdict {
  const { record } = draft;
  const change = toldDocument(desk, { ...draft, why: draft.why ?? "" }, {
    word: "rejected",
    failure: failure.toJSON(),
  });
  return { change: { ...change, key: record.source, part: partOf(record) }, row: {}, failure, from: record.from };
}
