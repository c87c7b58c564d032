/**
 * The concurrent manager: requests wait, run and end on the sandbox's clock (reference §3.5, §10 item 8). What is due is done before
 * anyone can look.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import type { Setup } from "../setup.ts";
import { lookup } from "../table.ts";
import type { Books } from "./checks.ts";
import { type ImportEnd, importJournals } from "./journal_import.ts";

/** The manager of one database. */
export interface Manager {
  /** Submits `GLLEZLSRS` and gives the request's id; `0` where requests cannot be submitted (`fnd_request` says so by that). */
  submit(args: readonly string[], options: { user: string; at: number; setup: Setup }): string;
  /** Does what is due at `at`, milliseconds since 1970. */
  settle(at: number): void;
}

interface Waiting {
  row: Row;
  starts: number;
  ends: number;
  /** The text it dies with, leaving its control row behind. */
  aborts: string | null;
  /** The text it ends with and imports nothing. */
  fails: string | null;
}

const STATUS_CODES: Record<ImportEnd["status"], string> = { NORMAL: "C", WARNING: "G", ERROR: "E" };

/** Makes the manager; `timeAt` writes a moment as the database does. */
export function openManager(books: Books, timeAt: (ms: number) => string): Manager {
  const { ledger } = books;
  let waiting: Waiting[] = [];

  function run({ row, ends, aborts, fails }: Waiting): void {
    const at = timeAt(ends);
    const [, source, ledgerId, groupId, suspense] = [1, 2, 3, 4, 5].map((i) =>
      row[`ARGUMENT${i}`] as string | undefined
    );
    const end = aborts !== null
      ? abort(source!, groupId, aborts)
      : fails !== null
      ? failed(fails)
      : importJournals(books, {
        requestId: row.REQUEST_ID as string,
        source: source!,
        ledgerId: ledgerId!,
        groupId,
        suspense: suspense === "Y",
        at,
      });
    Object.assign(row, {
      PHASE_CODE: "C",
      STATUS_CODE: STATUS_CODES[end.status],
      ACTUAL_COMPLETION_DATE: at,
      COMPLETION_TEXT: end.text ?? "Normal completion",
    });
  }

  /** A run that dies leaves its control row behind, which stops every later run of the group. */
  function abort(source: string, groupId: string | undefined, text: string): ImportEnd {
    ledger.add("GL_INTERFACE_CONTROL", { JE_SOURCE_NAME: source, GROUP_ID: groupId, STATUS: "I" });
    return { status: "ERROR", text };
  }

  const failed = (text: string): ImportEnd => ({ status: "ERROR", text });

  return {
    submit(args, { user, at, setup }) {
      if (setup.manager === "refuses") return "0";
      const now = timeAt(at);
      const row = ledger.add("FND_CONCURRENT_REQUESTS", {
        CONCURRENT_PROGRAM_NAME: "GLLEZLSRS",
        PHASE_CODE: "P",
        STATUS_CODE: setup.manager === "down" ? "M" : "I",
        REQUESTED_BY: user,
        REQUEST_DATE: now,
        ...Object.fromEntries(args.map((value, i) => [`ARGUMENT${i + 1}`, value])),
      });
      const fault = setup.import_faults.shift();
      const starts = setup.manager === "down" ? Infinity : at + setup.import_pending_seconds * 1000;
      const slower = fault?.kind === "stuck" ? Infinity : fault?.kind === "slow" ? fault.seconds * 1000 : 0;
      const text = fault?.kind === "dies" || fault?.kind === "fails" ? fault.text : null;
      waiting.push({
        row,
        starts,
        ends: starts + setup.import_running_seconds * 1000 + slower,
        aborts: fault?.kind === "dies" ? text : setup.import_aborts,
        fails: fault?.kind === "fails" ? text : null,
      });
      return row.REQUEST_ID as string;
    },
    settle(at) {
      // What a person has ended meanwhile does nothing any more.
      waiting = waiting.filter(({ row }) => row.PHASE_CODE !== "C");
      if (waiting.length === 0) return;
      const due = waiting.filter(({ ends }) => ends <= at).sort((a, b) => a.ends - b.ends);
      waiting = waiting.filter(({ ends }) => ends > at);
      for (const request of due) run(request);
      for (const { row, starts } of waiting) {
        if (starts > at || row.PHASE_CODE !== "P") continue;
        Object.assign(row, { PHASE_CODE: "R", STATUS_CODE: "R", ACTUAL_START_DATE: timeAt(starts) });
      }
    },
  };
}

/** Phase and status of a request in Oracle's constants; undefined where there is no such request. */
export function requestStatus(
  { ledger }: Books,
  id: string,
): { phase: string; status: string; text?: string } | undefined {
  const row = lookup(ledger.tables.FND_CONCURRENT_REQUESTS, Number(id));
  if (!row) return undefined;
  return {
    phase: PHASES[row.PHASE_CODE as string],
    status: STATUSES[row.STATUS_CODE as string] ?? "NORMAL",
    text: row.COMPLETION_TEXT as string | undefined,
  };
}

const PHASES: Record<string, string> = { P: "PENDING", R: "RUNNING", C: "COMPLETE", I: "INACTIVE" };
const STATUSES: Record<string, string> = {
  C: "NORMAL",
  G: "WARNING",
  E: "ERROR",
  D: "CANCELLED",
  X: "TERMINATED",
  M: "NO_MANAGER",
};
