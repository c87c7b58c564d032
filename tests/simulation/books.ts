/**
 * A model of the destination: the package's table with its unique key, an interface, Journal Import in groups that go whole or not at all,
 * and people who post, delete and reverse. The connector's own code stands in front of it; calls to it travel over a bad line.
 *
 * @module
 */
import type { OpenStream, Row } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import type { PostDocument, PostedDocument } from "../../engine/posting.ts";
import type { Journals, Submitted, TakenBack } from "../../connectors/ebs/journals/package.ts";
import { post } from "../../connectors/ebs/journals/post.ts";
import { probeOf } from "../../connectors/ebs/journals/probe.ts";
import { stateOf } from "../../connectors/ebs/streams/postings.ts";
import { call } from "./line.ts";
import type { Process, World } from "./world.ts";

/** How bad the line and the import are: chances at each call, and at each import. */
export interface Trouble {
  line: number;
  import: number;
}

/** A key's row, its lines, and the journal that it became. */
interface Posting {
  key: string;
  hash: string;
  withdrawals: number;
  withdrawn: boolean;
  request: string;
  at: number;
  fields: Row;
  /** In the interface. */
  held: { line: Row; status: string }[];
  journal?: { id: string; posted: boolean; reversal?: string };
}

/** The books, and what the invariants ask of them. */
export interface Books {
  trouble: Trouble;
  /** A person disables an account, or enables it again; only the latter unless `mayDisable`. */
  toggle(account: string, mayDisable: boolean): void | Promise<void>;
  /** The stream, as a process reaches it. */
  stream(process: Process): OpenStream;
  /** How often a journal was made under a key, ever. */
  made: Map<string, number>;
  /** Documents of which a journal stands. */
  standing(): { key: string; hash: string; fields: Row }[];
  /** A person does something to a journal. */
  touch(): void | Promise<void>;
  /** Imports that hang end, and every account is enabled. */
  mend(): void | Promise<void>;
  /** Calls by operation. */
  calls: Record<string, number>;
}

const SECOND = 1000, MINUTE = 60_000;
/** How long an import is waited for. */
const PATIENCE = 5 * MINUTE;

/** Whom {@link Books} tell what happens. */
export interface Listeners {
  /** Hears of every journal that is made. */
  onJournal: (key: string, hash: string) => void;
  /** Hears of everything else that happens, for who replays a seed. */
  tell: (line: string) => void;
}

/** Makes {@link Books}. */
export function books(
  world: World,
  { onJournal, tell }: Listeners,
): Books {
  const postings = new Map<string, Posting>();
  const requests = new Map<string, { phase: string; status: string }>();
  const stuck: (() => void)[] = [];
  const disabled = new Set<string>();
  let numbers = 0;
  const self: Books = {
    trouble: { line: 0, import: 0 },
    toggle(account, mayDisable) {
      if (!disabled.delete(account) && mayDisable) disabled.add(account);
    },
    made: new Map(),
    calls: {},
    standing: () =>
      [...postings.values()].filter(({ journal }) => journal && journal.reversal === undefined)
        .map(({ key, hash, fields }) => ({ key, hash, fields })),
    touch() {
      const booked = [...postings.values()].filter(({ key, journal }) =>
        journal && journal.reversal === undefined && !key.endsWith("-R")
      );
      const one = booked[world.between(0, booked.length - 1)];
      if (!one) return;
      const { journal } = one;
      tell(`A person touches ${one.key}`);
      // Mostly they post; a journal that our own reversal is already on its way for is left alone.
      if (world.chance(0.85) || postings.has(`${one.key}-R`)) journal!.posted = true;
      else if (journal!.posted) journal!.reversal = `J${++numbers}`;
      else delete one.journal;
    },
    mend() {
      disabled.clear();
      stuck.splice(0).forEach((finish) => finish());
    },
    stream: (process) => streamOf(process),
  };

  function submit(documents: readonly PostDocument[]): Map<string, Submitted> {
    // The transaction takes everything back before it says no.
    if (world.chance(self.trouble.import / 4)) throw new Failure("post.refused", { fact: "No manager is running" });
    const request = `R${++numbers}`;
    const sent: Posting[] = [];
    const results = documents.map(({ key, hash, withdrawals = 0, fields }): [string, Submitted] => {
      const present = postings.get(key);
      tell(`${request} is to import ${key} ${hash.slice(0, 6)}, withdrawn ${withdrawals} times`);
      if (present && !present.withdrawn) {
        return [key, { result: present.hash === hash ? "PRESENT" : "CONFLICT", request: present.request }];
      }
      if (present && withdrawals !== present.withdrawals) return [key, { result: "WITHDRAWN" }];
      const held = (fields.LINES as Row[]).map((line) => ({ line, status: "NEW" }));
      const posting: Posting = {
        key,
        hash,
        withdrawals: present?.withdrawals ?? 0,
        withdrawn: false,
        request,
        at: present?.at ?? world.now(),
        fields,
        held,
      };
      postings.set(key, posting);
      sent.push(posting);
      return [key, { result: "SENT", request }];
    });
    if (sent.length > 0) startImport(request);
    return new Map(results);
  }

  function startImport(request: string): void {
    requests.set(request, { phase: "PENDING", status: "" });
    const bad = world.chance(self.trouble.import);
    const kind = bad ? world.between(1, 3) : 0;
    const finish = (): void =>
      kind === 2 ? void requests.set(request, { phase: "COMPLETE", status: "ERROR" }) : runImport(request);
    if (kind === 3) stuck.push(finish);
    else world.at(kind === 1 ? world.between(2 * MINUTE, 40 * MINUTE) : world.between(SECOND, MINUTE), finish);
  }

  function runImport(request: string): void {
    const own = [...postings.values()].filter((one) => one.request === request && one.held.length > 0);
    tell(`${request} imports ${own.map(({ key }) => key).join(", ")}`);
    const bad = (line: Row): boolean => disabled.has(line.CODE_COMBINATION_ID as string);
    const culprits = own.some(({ held }) => held.some(({ line }) => bad(line)));
    for (const posting of own) {
      if (culprits) { for (const each of posting.held) each.status = bad(each.line) ? "EF03" : "P"; }
      else {
        posting.held = [];
        posting.journal = { id: `J${++numbers}`, posted: false };
        self.made.set(posting.key, (self.made.get(posting.key) ?? 0) + 1);
        onJournal(posting.key, posting.hash);
      }
    }
    requests.set(request, { phase: "COMPLETE", status: culprits ? "WARNING" : "NORMAL" });
  }

  function takeBack(key: string): TakenBack {
    const posting = postings.get(key);
    if (!posting) return "ABSENT";
    if (posting.withdrawn) return "WITHDRAWN";
    if (posting.journal) return "IMPORTED";
    if (requests.get(posting.request)!.phase !== "COMPLETE") return "RUNNING";
    if (posting.held.length === 0) return "IMPORTED";
    tell(`${key} is taken back`);
    posting.held = [];
    posting.withdrawn = true;
    posting.withdrawals++;
    return "WITHDRAWN";
  }

  function rowOf(key: string): Row | undefined {
    const posting = postings.get(key);
    if (!posting) return undefined;
    const { journal, request } = posting;
    const row: Row = {
      POSTING_KEY: key,
      BODY_HASH: posting.hash,
      WITHDRAWALS: String(posting.withdrawals),
      GROUP_ID: request,
      REQUEST_ID: request,
      REQUEST_PHASE: requests.get(request)!.phase,
      ...(posting.withdrawn && { WITHDRAWN_DATE: "2026-11-10" }),
      ...(journal && { JE_HEADER_ID: journal.id, JE_STATUS: journal.posted ? "P" : "U" }),
      ...(journal?.reversal !== undefined && { REVERSAL_JE_HEADER_ID: journal.reversal }),
      INTERFACE_LINES: posting.held.map(({ line, status }, i): Row => ({
        REFERENCE22: String(i + 1),
        CODE_COMBINATION_ID: line.CODE_COMBINATION_ID,
        ENTERED_DR: line.ENTERED_DR,
        ENTERED_CR: line.ENTERED_CR,
        STATUS: status,
      })),
    };
    return { ...row, POSTING_STATE: stateOf(row) };
  }

  const over = <T>(process: Process, name: string, effect: () => T): Promise<T> => {
    const writes = name === "submit" || name === "takeBack";
    self.calls[name] = (self.calls[name] ?? 0) + 1;
    return call(world, process, {
      trouble: self.trouble.line,
      effect,
      refused: () => new Failure("wire.unreachable", { fact: "Refused" }),
      lost: () => new Failure(writes ? "wire.fate-unknown" : "wire.timeout", { fact: "No answer in time" }),
    });
  };

  function streamOf(process: Process): OpenStream {
    // What is asked of accounts and setup before is no part of this.
    const journals = {
      submit: (documents) => over(process, "submit", () => submit(documents)),
      postings: (keys) =>
        over(process, "postings", () =>
          new Map(keys.flatMap((key) => {
            const row = rowOf(key);
            return row ? [[key, row]] : [];
          }))),
      takeBack: (keys) => over(process, "takeBack", () => new Map(keys.map((key) => [key, takeBack(key)]))),
      request: (id) => over(process, "request", () => requests.get(id)!),
    } as Partial<Journals> as Journals;
    const waiting = { clock: process.clock, signal: new AbortController().signal, patience: PATIENCE };
    return {
      partitions: () => Promise.resolve([{ id: "204", name: "Denver" }]),
      post: (_partition, documents) => post(journals, documents, waiting),
      async probe(_partition, keys) {
        const rows = await journals.postings(keys);
        return keys.map((key) => probeOf(key, rows.get(key)));
      },
      async withdraw(_partition, key) {
        const result = (await journals.takeBack([key])).get(key)!;
        if (result === "WITHDRAWN" || result === "ABSENT") return { done: true };
        return { done: false, failure: new Failure("post.unfinished", { fact: result }) };
      },
      async *posted(_partition, prefix) {
        yield await over(
          process,
          "posted",
          () =>
            [...postings.values()].filter(({ key }) => key.startsWith(prefix)).sort((a, b) => a.key < b.key ? -1 : 1)
              .map((posting): PostedDocument => ({
                probe: probeOf(posting.key, rowOf(posting.key)),
                ledger: "1",
                date: posting.fields.ACCOUNTING_DATE as string,
                currency: "USD",
                at: new Date(posting.at).toISOString(),
                lines: ((posting.fields.LINES ?? []) as Row[]).map((line) => ({
                  account: line.CODE_COMBINATION_ID as string,
                  debit: line.ENTERED_DR as string | undefined,
                  credit: line.ENTERED_CR as string | undefined,
                  position: line.REFERENCE23 as string | undefined,
                  measure: line.REFERENCE24 as string | undefined,
                })),
              })),
        );
      },
    };
  }
  return self;
}
