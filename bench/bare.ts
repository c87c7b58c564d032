/**
 * Bare calls to both systems, for the floors: nothing is checked, repeated, spaced out or remembered.
 *
 * @module
 */
import type { World } from "./world.ts";

/** What a floor cost. */
export interface Floor {
  /** Milliseconds. */
  ms: number;
  /** Milliseconds of processor time. */
  cpu: number;
  records: number;
  calls: number;
}

/** A page of the package, as it comes. */
export interface BarePage {
  X_MORE: string;
  X_ROWS?: { X_ROWS_ITEM: unknown };
}

/** Both systems, logged in. */
export interface Bare {
  /** Calls made so far. */
  calls: number;
  /** A page of an operation of the package: its rows after a key, as objects. */
  page(operation: string, after: string): Promise<{ rows: Record<string, unknown>[]; more: boolean }>;
  /** A call to Procore, its answer parsed. */
  procore(method: string, path: string, body?: unknown): Promise<unknown>;
}

/** Logs in to both, to Procore only where it is written to. */
export async function bare(world: World, { write }: { write: boolean }): Promise<Bare> {
  const { ebs, procore } = world;
  const cookie = await login(world);
  const token = write ? await tokenOf(world) : "";
  const self: Bare = {
    calls: write ? 2 : 1,
    async page(operation, after) {
      self.calls++;
      const response = await fetch(`${ebs.origin}/webservices/rest/${ebs.alias ?? "gusset"}/${operation}/`, {
        method: "POST",
        headers: { cookie, "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({
          [`${operation.toUpperCase()}_Input`]: {
            RESTHeader: {
              Responsibility: ebs.responsibility,
              RespApplication: ebs.application,
              SecurityGroup: "STANDARD",
              NLSLanguage: "AMERICAN",
              Org_Id: "204",
            },
            InputParameters: { P_ORG_ID: "204", P_LAST_ID: after, P_PAGE_SIZE: String(ebs.page_size) },
          },
        }),
      });
      const { X_ROWS, X_MORE }: BarePage = (await response.json()).OutputParameters;
      return { rows: [X_ROWS?.X_ROWS_ITEM ?? []].flat() as Record<string, unknown>[], more: X_MORE === "Y" };
    },
    async procore(method, path, body) {
      self.calls++;
      const response = await fetch(`${procore.api_url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          "procore-company-id": String(procore.company_id),
          "content-type": "application/json",
          accept: "application/json",
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const answer = await response.json();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
      return answer;
    },
  };
  return self;
}

/** Sends rows by a sync action and gives what became of them, in whatever order; throws where one is refused. */
export async function syncBare(
  { procore }: Bare,
  path: string,
  body: { updates: readonly unknown[] } & Record<string, unknown>,
): Promise<Record<string, unknown>[]> {
  const { errors, entities } = await procore("PATCH", path, body) as Record<string, Record<string, unknown>[]>;
  if (errors.length > 0 || entities.length !== body.updates.length) throw new Error(JSON.stringify(errors[0]));
  return entities;
}

async function login({ ebs }: World): Promise<string> {
  const response = await fetch(`${ebs.origin}/webservices/rest/login`, {
    headers: { authorization: `Basic ${btoa(`${ebs.user}:${ebs.password}`)}`, accept: "application/json" },
  });
  const body = await response.json();
  const data = body.data ?? body.response.data;
  return `${data.accessTokenName}=${data.accessToken}`;
}

async function tokenOf({ procore }: World): Promise<string> {
  const response = await fetch(`${procore.login_url}/oauth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      grant_type: "client_credentials",
      client_id: procore.client_id,
      client_secret: procore.client_secret,
    }),
  });
  return (await response.json()).access_token;
}
