/**
 * The destination once more, as EBS's own sandbox behind the whole connector: slower than the model, and nearer to the truth.
 *
 * @module
 */
import { seededRandom } from "../../engine/clock.ts";
import type { OpenStream, Row, Wire } from "../../engine/connector.ts";
import { late, unreachable } from "../../engine/wire/trouble.ts";
import connector from "../../connectors/ebs/connector.ts";
import { ebsSandbox } from "../../connectors/ebs/sandbox/sandbox.ts";
import type { Books, Listeners } from "./books.ts";
import { call } from "./line.ts";
import type { Process, World } from "./world.ts";

const ORIGIN = "http://ebs.example.test:8101";
const MINUTE = 60_000;
/** Accounts of chains, of what is withheld, and of what is left to be paid. */
const ACCOUNTS = [...Array.from({ length: 10 }, (_, i) => `1${i}`), "98", "99"];
const DATA: Record<string, Row[]> = {
  operating_units: [{ ORGANIZATION_ID: "204", NAME: "Denver", SHORT_CODE: "DEN", LEDGER_ID: "1" }],
  code_combinations: ACCOUNTS.map((id) => ({
    CODE_COMBINATION_ID: id,
    SEGMENT1: "01",
    SEGMENT2: "510",
    SEGMENT3: `5${id}`,
  })),
};

/** Makes {@link Books} of a sandbox. */
export function sandboxBooks(world: World, { onJournal, tell }: Listeners): Books {
  const clock = { now: world.now, sleep: () => Promise.resolve(), alarm: () => () => {} };
  const box = ebsSandbox({ clock, random: seededRandom(world.between(1, 1_000_000)), data: DATA });
  const seen = new Set<string>();
  let standing: ReturnType<Books["standing"]> = [];

  const control = async (path: string, body?: unknown) => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const answer = await box.fetch(
      new Request(`${ORIGIN}/_sandbox/${path}`, { ...init, headers: { "content-type": "application/json" } }),
    );
    return answer.ok ? await answer.json() : undefined;
  };
  const rows = async (table: string): Promise<Record<string, string>[]> =>
    (await control(`rows/${table}?limit=100000`)).rows;
  // What a person cannot do, for somebody else was quicker, is not done.
  const touch = (table: string, key: string, fields: Row) => control("touch", { table, key, fields });

  /** Looks which journals were made, and which stand. */
  async function look(): Promise<void> {
    const hashes = new Map((await rows("XXGUSSET_POSTINGS")).map((row) => [row.POSTING_KEY, row.BODY_HASH]));
    const lines = Map.groupBy(await rows("GL_JE_LINES"), ({ JE_HEADER_ID }) => JE_HEADER_ID);
    const headers = (await rows("GL_JE_HEADERS")).filter((row) => row.EXTERNAL_REFERENCE !== undefined);
    standing = headers.filter((row) => row.ACCRUAL_REV_JE_HEADER_ID === undefined).map((row) => ({
      key: row.EXTERNAL_REFERENCE,
      hash: hashes.get(row.EXTERNAL_REFERENCE)!,
      fields: {
        LINES: (lines.get(row.JE_HEADER_ID) ?? []).map((line) => ({
          ...line,
          REFERENCE23: line.REFERENCE_3,
          REFERENCE24: line.REFERENCE_4,
        })),
      },
    }));
    for (const { JE_HEADER_ID, EXTERNAL_REFERENCE: key } of headers) {
      if (seen.size === seen.add(JE_HEADER_ID).size) continue;
      self.made.set(key, (self.made.get(key) ?? 0) + 1);
      tell(`${key} is journal ${JE_HEADER_ID}`);
      onJournal(key, hashes.get(key)!);
    }
  }

  const wire = (process: Process): Wire => async (request) => {
    const { url, method, headers } = request;
    const operation = new URL(url).pathname.split("/").filter(Boolean).at(-1)!;
    const body = method === "GET" ? undefined : await request.text();
    self.calls[operation] = (self.calls[operation] ?? 0) + 1;
    return await call(world, process, {
      trouble: self.trouble.line,
      refused: () => unreachable(request, "refused"),
      lost: () => late(request, MINUTE),
      async effect() {
        if (operation === "submit_journals" && world.chance(self.trouble.import)) await breakImport();
        const answer = await box.fetch(new Request(url, { method, headers, body }));
        await look();
        tell(`${operation} arrives`);
        // An answer is read once; the line may carry it to nobody.
        return answer;
      },
    });
  };

  async function breakImport(): Promise<void> {
    const kind = (["slow", "fails", "stuck"] as const)[world.between(0, 2)];
    const fault = kind === "slow" ? { kind, seconds: world.between(120, 2400) } : { kind };
    await control("gateway", { import_faults: [fault] });
  }

  const self: Books = {
    trouble: { line: 0, import: 0 },
    made: new Map(),
    calls: {},
    standing: () => standing,
    async toggle(account, mayDisable) {
      const row = (await rows("GL_CODE_COMBINATIONS")).find((one) => one.CODE_COMBINATION_ID === account)!;
      if (row.ENABLED_FLAG === "Y" && !mayDisable) return;
      await touch("GL_CODE_COMBINATIONS", account, { ENABLED_FLAG: row.ENABLED_FLAG === "Y" ? "N" : "Y" });
    },
    async touch() {
      // What was due is done by now.
      await look();
      const headers = (await rows("GL_JE_HEADERS")).filter((row) =>
        row.EXTERNAL_REFERENCE !== undefined && !row.EXTERNAL_REFERENCE.endsWith("-R") &&
        row.ACCRUAL_REV_JE_HEADER_ID === undefined
      );
      const one = headers[world.between(0, headers.length - 1)];
      if (!one) return;
      const sent = (await rows("XXGUSSET_POSTINGS")).some((row) => row.POSTING_KEY === `${one.EXTERNAL_REFERENCE}-R`);
      const action = world.chance(0.85) || sent ? "POST" : one.STATUS === "P" ? "REVERSE" : "DELETE";
      tell(`A person does ${action} to ${one.EXTERNAL_REFERENCE}`);
      await touch("GL_JE_HEADERS", one.JE_HEADER_ID, { ACTION: action });
      await look();
    },
    async mend() {
      for (const { CODE_COMBINATION_ID, ENABLED_FLAG } of await rows("GL_CODE_COMBINATIONS")) {
        if (ENABLED_FLAG !== "Y") await touch("GL_CODE_COMBINATIONS", CODE_COMBINATION_ID, { ENABLED_FLAG: "Y" });
      }
      for (const { REQUEST_ID, PHASE_CODE } of await rows("FND_CONCURRENT_REQUESTS")) {
        if (PHASE_CODE !== "C") await touch("FND_CONCURRENT_REQUESTS", REQUEST_ID, { ACTION: "CANCEL" });
      }
      await look();
    },
    stream(process): OpenStream {
      const session = connector.open(connector.settings.parse({ ...box.settings(ORIGIN), import_wait: 5 * MINUTE }), {
        wire: wire(process),
        clock: process.clock,
        random: world.random,
        log: () => {},
        signal: new AbortController().signal,
        tags: ["P"],
      });
      return session.stream("gl_journals");
    },
  };
  return self;
}
