/**
 * The stream `gl_journals`: journals into the general ledger, each of them once.
 *
 * @module
 */
import type { OpenStream, Partition, Row, Stream, World } from "../../../engine/connector.ts";
import { Failure } from "../../../engine/failure.ts";
import type { Withdrawal } from "../../../engine/posting.ts";
import { glJournal, journal } from "../../../schemas/ebs/gl_journals.ts";
import type { Isg } from "../isg.ts";
import type { Context, Settings } from "../settings.ts";
import { whoAmI } from "../identity.ts";
import { periods } from "../streams/periods.ts";
import { openStream, unitOf } from "../streams/read.ts";
import { calendarOf } from "./calendar.ts";
import { ledgerMemory } from "./memory.ts";
import { openJournals, type TakenBack } from "./package.ts";
import { post } from "./post.ts";
import { postedPages, toUtc } from "./posted.ts";
import { probeOf } from "./probe.ts";
import { accountsOf, refusalOf } from "./review.ts";

/** What the stream is. A journal's key becomes its reference, and the first reference of each of its lines. */
export const glJournals: Stream = {
  description: "Journals, by Oracle's Journal Import; the package's unique key takes each of them once.",
  record: glJournal,
  key: "POSTING_KEY",
  order: "text",
  label: "REFERENCE5",
  partition: "operating unit",
  posting: {
    fields: journal,
    lines: "LINES",
    bulk: 100,
    says: {
      ledger: "LEDGER_ID",
      date: "ACCOUNTING_DATE",
      currency: "CURRENCY_CODE",
      unit: "CURRENCY_UNIT",
      description: "REFERENCE5",
      account: "CODE_COMBINATION_ID",
      balancing: "BALANCING_SEGMENT",
      debit: "ENTERED_DR",
      credit: "ENTERED_CR",
      position: "REFERENCE23",
      measure: "REFERENCE24",
    },
  },
};

/** Opens it over the operating units that the connection covers. */
export function openGlJournals(
  isg: Isg,
  covered: readonly Context[],
  { settings, world: { clock, signal } }: { settings: Settings; world: World },
): OpenStream {
  const flat = settings.collections === "flat";
  const waiting = { clock, signal, patience: settings.import_wait };
  const periodStream = openStream({ isg, ebs: periods, flat }, covered, settings.page_size);
  const memories = new Map<string, ReturnType<typeof ledgerMemory>>();
  const of = (partition: Partition) => openJournals(isg, unitOf(covered, { partition }), flat);
  return {
    partitions: () => Promise.resolve(covered.map(({ orgId, name }) => ({ id: orgId, name }))),
    post: async (partition, documents) => await post(of(partition), documents, waiting),
    async probe(partition, keys) {
      const rows = await of(partition).postings([...new Set(keys)]);
      return keys.map((key) => probeOf(key, rows.get(key)));
    },
    async calendar(partition) {
      const rows: Row[] = [];
      for await (const page of periodStream.read!({ partition, since: null, after: null })) {
        rows.push(...page.rows);
      }
      return calendarOf(rows);
    },
    async review(partition, documents) {
      let ledgerOf = memories.get(partition.id);
      if (!ledgerOf) memories.set(partition.id, ledgerOf = ledgerMemory(clock));
      const ledger = await ledgerOf(of(partition), accountsOf(documents));
      return documents.map((document) => refusalOf(document, ledger));
    },
    async *posted(partition, prefix) {
      const utc = toUtc(await whoAmI(isg, unitOf(covered, { partition })));
      yield* postedPages(of(partition), { prefix, pageSize: settings.page_size, utc });
    },
    async withdraw(partition, key) {
      const answers = await of(partition).takeBack([key]);
      return WITHDRAWALS[answers.get(key) ?? "ABSENT"](`journal ${key}`);
    },
  };
}

const WITHDRAWALS: Record<TakenBack, (place: string) => Withdrawal> = {
  WITHDRAWN: () => ({ done: true }),
  ABSENT: () => ({ done: true }),
  RUNNING: (place) => ({
    done: false,
    failure: new Failure("post.unfinished", { fact: "Journal Import has not ended yet", place }),
  }),
  IMPORTED: (place) => ({
    done: false,
    failure: new Failure("post.too-late", { fact: "Journal Import has made a journal of it", place }),
  }),
};
