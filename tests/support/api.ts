/**
 * The API over a house: a token for each role, one of everything that its routes show, and secrets that can be told from everything else.
 *
 * @module
 */
import { deeds } from "../../docs/generator/cli.ts";
import { openEvents } from "../../engine/server/api/events.ts";
import { makeApi } from "../../engine/server/api/app.ts";
import type { ApiParts } from "../../engine/server/api/types.ts";
import { putAdoption } from "../../engine/state/adoptions.ts";
import { batch } from "../../engine/state/batch.ts";
import { deliveryKey } from "../../engine/state/deliveries.ts";
import { putLink } from "../../engine/state/links.ts";
import { noticeId, putNotice } from "../../engine/state/notices.ts";
import { putParked } from "../../engine/state/parked.ts";
import { setPin } from "../../engine/state/pins.ts";
import { putPlan } from "../../engine/state/plans.ts";
import { putPosting } from "../../engine/state/postings.ts";
import { putRejected } from "../../engine/state/rejected.ts";
import { type Role, ROLES } from "../../engine/state/roles.ts";
import { saveRun } from "../../engine/state/runs.ts";
import { hashOf, putToken } from "../../engine/state/tokens.ts";
import { masker } from "../../engine/wire/redact.ts";
import { openVault } from "../../engine/vault/vault.ts";
import { findMasterKey } from "../../engine/vault/master.ts";
import { document } from "../cli/outbox.ts";
import { door } from "../../main.ts";
import { type House, registry } from "./house.ts";

/** Everything that the command line can do. */
export const commandLineDeeds = (): Promise<string[]> => deeds(door);

/** The token of each role's person, by role. */
export const TOKENS = Object.fromEntries(
  ROLES.map((role) => [role, `gusset_${role}${"x".repeat(43 - role.length)}`]),
) as Record<Role, string>;

/** Secrets that no answer may hold. */
export const CANARIES: Record<string, string> = {
  opened: "canary-opened/7+Qz",
  sealed: "canary-sealed&9=Wy",
  ...TOKENS,
};

/** The API under test. */
export interface ApiStage {
  /** Calls a route as a role's person, or as nobody. */
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  idle(): Promise<void>;
  parts: ApiParts;
  stop: AbortController;
}

/** How a route is called. */
export interface CallOptions {
  as?: Role | null;
  body?: unknown;
  text?: string;
  headers?: Record<string, string>;
}

/** Sets the API up over a house. */
export async function apiStage(home: House): Promise<ApiStage> {
  const { store } = home;
  const writes = batch(store);
  const at = new Date(home.clock.now()).toISOString();
  for (const role of ROLES) putToken(writes, { name: role, role, hash: hashOf(TOKENS[role]), at, by: "a test" });
  await writes.commit();
  const key = await findMasterKey({ env: () => new Uint8Array(32).fill(7).toBase64(), path: "" });
  const stop = new AbortController();
  const hidden = new Set([CANARIES.opened, CANARIES.sealed]);
  const parts: ApiParts = {
    version: "0.0.0",
    store,
    vault: openVault({ store, masterKey: () => Promise.resolve(key) }),
    files: { dir: door.pipelines, registry },
    project: () => home.project,
    withEngine: (_, work) => work({ engine: home.engine, project: home.project }),
    mask: (text) => masker(hidden)(text),
    hide: (secrets) => {
      for (const secret of secrets) hidden.add(secret);
    },
    log: () => {},
    signal: stop.signal,
    events: openEvents(home.clock),
  };
  const { app, idle } = makeApi(parts);
  return {
    parts,
    idle,
    stop,
    async call(method, path, { as = "admin", body, text, headers = {} } = {}) {
      return await app.request(path, {
        method: method.toUpperCase(),
        headers: {
          ...(as && { Authorization: `Bearer ${TOKENS[as]}` }),
          ...(body !== undefined && { "Content-Type": "application/json" }),
          ...headers,
        },
        body: text ?? (body === undefined ? undefined : JSON.stringify(body)),
      });
    },
  };
}

/** Puts one of everything into the state, with a secret in it where a record of a system might hold one. */
export async function fill({ store, clock }: House): Promise<void> {
  const writes = batch(store);
  const at = new Date(clock.now()).toISOString();
  const failure = {
    code: "record.refused",
    kind: "rejected",
    fact: `Procore refused ${CANARIES.opened}`,
    action: "Mend it.",
  } as const;
  for (const key of ["1", "2", "3", "10", "a/b"]) {
    const base = { key, part: "", at, run: "r1" };
    putRejected(writes, "vendors", {
      ...base,
      failure,
      row: { note: `Bearer ${CANARIES.opened}` },
      hash: "h",
      firstAt: at,
      lastAt: at,
      times: 1,
    });
    putParked(writes, "purchase-orders", {
      ...base,
      word: "parked",
      why: "it waits for a vendor",
      need: { pipeline: "vendors", key: "9" },
    });
    putAdoption(writes, "vendors", {
      ...base,
      id: `9${key}`,
      partition: "-",
      by: { name: "Acme" },
      changes: { name: ["Acme", "ACME"] },
    });
    putLink(writes, "vendors", {
      key,
      part: "",
      id: `v${key}`,
      partition: "-",
      from: "-",
      values: {},
      how: "created",
      at,
      active: true,
    });
    const counts = { create: 1, adopt: 0, update: 0, unchanged: 0, deactivate: 0, skipped: 0, parked: 0, rejected: 0 };
    saveRun(writes, {
      id: `run${key}`,
      pipeline: "vendors",
      hash: "h",
      startedAt: at,
      state: "done",
      counts,
      read: 1,
      calls: 2,
      options: {},
    });
    putNotice(writes, {
      id: noticeId(key),
      reference: key,
      title: `Amend order ${key}`,
      state: "open",
      at,
      changedAt: at,
    });
    writes.set(deliveryKey({ pipeline: "vendors", partition: "-", key, id: `d${key}` }), {
      connection: "procore",
      resource: "Vendors",
      action: "update",
      at,
      came: at,
      tries: 0,
    });
  }
  // The same delivery waits for another pipeline too.
  writes.set(deliveryKey({ pipeline: "projects", partition: "-", key: "1", id: "d1" }), {
    connection: "procore",
    resource: "Vendors",
    action: "update",
    at,
    came: at,
    tries: 0,
  });
  for (const source of ["1", "2", "3"]) {
    putPosting(writes, document(source, { plan: `p${source}` }), {
      ACCOUNTING_DATE: "2026-02-28",
      LINES: [{ CODE_COMBINATION_ID: "12001", ENTERED_DR: "1250.5", REFERENCE23: "77", REFERENCE24: "cost" }],
    });
    const plan = { id: `p${source}`, pipeline: "requisition-journals", hash: "x", author: "somebody", at, count: 1 };
    putPlan(writes, { ...plan, value: { USD: "1250.50" }, state: "waiting" }, [document(source).key]);
  }
  putPosting(writes, document("8", { state: "rejected", failure }));
  putPosting(writes, document("9", { state: "posted" }));
  putPosting(writes, document("10", { state: "changed" }));
  setPin(writes, "ebs", { facts: { database: "PROD" }, name: "PROD" });
  await writes.commit();
}
