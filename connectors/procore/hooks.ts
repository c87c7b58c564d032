/**
 * Our hooks at Procore: one for the company, whose triggers name resources of the company and of its projects (API v2.0). Those in our
 * namespace are ours.
 *
 * What it does not guarantee: that a company's hook hears of all its projects. Procore's guide does not say so; its own pages behave that way.
 *
 * @module
 */
import type { Delivery, Hook, HookKeeper, Row, Trigger } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import type { Open } from "./open.ts";
import type { Answer } from "./rest.ts";
import { authorization, PAYLOAD } from "./webhooks.ts";

/** Rows a page of a v2.0 list, and triggers of a bulk call, at the most. */
const PAGE = 100, BULK = 500;
/** A secret that nobody guesses, and that a header takes as it is. */
const GOOD = /^[\x21-\x7e]{16,500}$/;
/** Procore shows the end of a header's value, this many characters of it. */
const SHOWN = 5;

/** The hooks of an open connection. */
export function hookKeeper({ rest, settings }: Pick<Open, "rest" | "settings">): HookKeeper {
  const { company_id, webhook_namespace: namespace, webhook_secret } = settings;
  const route = "/rest/v2.0/companies/{company_id}/webhooks";
  const at = (path: string): string => `/rest/v2.0/companies/${company_id}/webhooks${path}`;
  let user: Promise<string> | undefined;

  function header(): string {
    if (webhook_secret === undefined) {
      throw new Failure("config.invalid", {
        fact: "webhook_secret is not set: a delivery could not be told from a forged one",
        action: "Set it: `gusset secret set NAME`, and `webhook_secret: { secret: NAME }` in connections.yaml.",
      });
    }
    if (GOOD.test(webhook_secret)) return authorization(webhook_secret);
    throw new Failure("config.invalid", {
      fact: "webhook_secret is none to rely on: it has fewer than 16 characters, or such as no header takes",
      action: "Seal a long one of letters and digits: `openssl rand -hex 32 | gusset secret set NAME`.",
    });
  }

  /** All rows of a v2.0 list: `data` around each page. */
  async function all(path: string, query: readonly (readonly [string, string])[] = []): Promise<Row[]> {
    const rows: Row[] = [];
    for (let page = 1;; page++) {
      const { value } = await rest.call({
        method: "GET",
        path: at(path),
        route: `${route}${path.replace(/\/\d+(?=\/|$)/g, "/{id}")}`,
        query: [...query, ["page", `${page}`], ["per_page", `${PAGE}`]],
      });
      const data = dataOf(value, path);
      if (!Array.isArray(data)) throw garbled(path);
      rows.push(...data as Row[]);
      if (data.length < PAGE) return rows;
    }
  }

  const write = (
    method: "POST" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
    expect?: readonly number[],
  ): Promise<Answer> =>
    rest.call({ method, path: at(path), route: `${route}${path.replace(/\/\d+(?=\/|$)/g, "/{id}")}`, body, expect });

  /** Why a hook cannot do its work; undefined where it can. */
  function faultOf({ status, payload_version, destination_headers }: Row): string | undefined {
    if (status === "disabled") return "is disabled";
    if (payload_version !== PAYLOAD) return `sends payload ${payload_version}`;
    if (webhook_secret === undefined) return undefined;
    const shown = (destination_headers as Row | null)?.Authorization;
    const ours = authorization(webhook_secret).slice(-SHOWN);
    return typeof shown === "string" && shown.slice(-SHOWN) === ours ? undefined : "sends another secret";
  }

  async function hookOf(row: Row): Promise<Hook> {
    const id = row.id as string;
    const triggers: Hook["triggers"] = [];
    for (const trigger of await all(`/hooks/${id}/triggers`)) {
      const action = String(trigger.event_type).toLowerCase() as Trigger["action"];
      triggers.push({ id: trigger.id as string, resource: trigger.resource_name as string, action });
    }
    const fault = faultOf(row);
    return { id, url: row.destination_url as string, sound: fault === undefined, ...(fault && { fault }), triggers };
  }

  async function me(): Promise<string> {
    const { value } = await rest.call({ method: "GET", path: "/rest/v1.0/me" });
    return String((value as Row | null)?.id);
  }

  return {
    async list() {
      const hooks: Hook[] = [];
      // A filter that Procore does not know it ignores without a word: a foreign hook must never be taken for ours.
      const rows = await all("/hooks", [["namespace", namespace]]);
      for (const row of rows.filter((row) => row.namespace === namespace)) hooks.push(await hookOf(row));
      return hooks;
    },
    async offered() {
      const offered = new Map<string, Delivery["action"][]>();
      for (const { name, actions } of await all("/resources", [["payload_version", PAYLOAD]])) {
        const found = (Array.isArray(actions) ? actions : []).map((action) => String(action).toLowerCase());
        const before = offered.get(name as string) ?? [];
        offered.set(name as string, [...new Set([...before, ...found])] as Delivery["action"][]);
      }
      return offered;
    },
    async create(url) {
      const { value } = await write("POST", "/hooks", {
        payload_version: PAYLOAD,
        namespace,
        destination_url: url,
        destination_headers: { Authorization: header() },
      });
      const id = (dataOf(value, "/hooks") as Row | null)?.id;
      if (typeof id !== "string") throw garbled("/hooks");
      return id;
    },
    async mend(id) {
      await write("PATCH", `/hooks/${id}`, {
        payload_version: PAYLOAD,
        status: "active",
        destination_headers: { Authorization: header() },
      });
    },
    async remove(id) {
      await write("DELETE", `/hooks/${id}`, undefined, [404]);
    },
    async listen(id, triggers) {
      for (let from = 0; from < triggers.length; from += BULK) {
        const body = triggers.slice(from, from + BULK)
          .map(({ resource, action }) => ({ resource_name: resource, event_type: action }));
        const { status, value } = await write("POST", `/hooks/${id}/triggers/bulk`, body);
        if (status === 207) throw refused(value);
      }
    },
    async unlisten(id, triggers) {
      for (const trigger of triggers) await write("DELETE", `/hooks/${id}/triggers/${trigger}`, undefined, [404]);
    },
    async own({ by }) {
      if (by === undefined) return false;
      user ??= me();
      user.catch(() => user = undefined);
      return by === await user;
    },
  };
}

const dataOf = (value: unknown, path: string): unknown => {
  if (typeof value === "object" && value !== null && "data" in value) return value.data;
  throw garbled(path);
};

const garbled = (path: string): Failure =>
  new Failure("wire.garbled", { fact: "The answer has no data in it", place: `webhooks${path}` });

/** A bulk call that was done in part says so with 207; what it refused it leaves out, or names. */
const refused = (value: unknown): Failure =>
  new Failure("record.refused", {
    fact: "Procore took some triggers and not others",
    value: JSON.stringify(value).slice(0, 200),
    action:
      "Run `gusset webhooks sync` again; ask Procore's administrator for the webhooks of these tools if it lasts.",
  });
