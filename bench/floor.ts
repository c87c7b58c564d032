/**
 * The floor: a bare loop that fetches the same pages, parses them, sends the same bulk calls, and does nothing else. What a product
 * does on top of it (checks, rules, links, plans, durability) is what the ratio shows.
 *
 * @module
 */
import type { World } from "./world.ts";

interface Site {
  [column: string]: string;
}
interface Supplier {
  [column: string]: unknown;
  SITES: { SITES_ITEM: Site | Site[] };
}

/** Reads all suppliers; where `write` is set, also sends each page as one bulk call. Gives milliseconds and records. */
export async function floor(
  world: World,
  { write }: { write: boolean },
): Promise<{ ms: number; records: number; calls: number }> {
  const started = performance.now();
  const cookie = await login(world);
  const token = write ? await procoreToken(world) : "";
  let [after, records, calls] = ["0", 0, write ? 2 : 1];
  for (;;) {
    const page = await suppliersAfter(world, cookie, after);
    calls++;
    const rows = [page.X_ROWS?.X_ROWS_ITEM ?? []].flat() as Supplier[];
    records += rows.length;
    if (write && rows.length > 0) {
      await sync(world, token, rows.map((row) => bodyOf(world, row)));
      calls++;
    }
    if (page.X_MORE !== "Y") return { ms: performance.now() - started, records, calls };
    after = String(rows[rows.length - 1].VENDOR_ID);
  }
}

async function login({ ebs }: World): Promise<string> {
  const response = await fetch(`${ebs.origin}/webservices/rest/login`, {
    headers: { authorization: `Basic ${btoa(`${ebs.user}:${ebs.password}`)}`, accept: "application/json" },
  });
  const body = await response.json();
  const data = body.data ?? body.response.data;
  return `${data.accessTokenName}=${data.accessToken}`;
}

async function suppliersAfter(
  { ebs }: World,
  cookie: string,
  after: string,
): Promise<{ X_MORE: string; X_ROWS?: { X_ROWS_ITEM: unknown } }> {
  const response = await fetch(`${ebs.origin}/webservices/rest/${ebs.alias ?? "gusset"}/get_suppliers/`, {
    method: "POST",
    headers: { cookie, "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({
      GET_SUPPLIERS_Input: {
        RESTHeader: {
          Responsibility: ebs.responsibility,
          RespApplication: ebs.application,
          SecurityGroup: "STANDARD",
          NLSLanguage: "AMERICAN",
          Org_Id: "204",
        },
        InputParameters: { P_ORG_ID: "204", P_LAST_ID: after, P_PAGE_SIZE: "1000" },
      },
    }),
  });
  return (await response.json()).OutputParameters;
}

async function procoreToken({ procore }: World): Promise<string> {
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

async function sync({ procore }: World, token: string, updates: unknown[]): Promise<void> {
  const response = await fetch(`${procore.api_url}/rest/v1.0/vendors/sync`, {
    method: "PATCH",
    headers: {
      authorization: `Bearer ${token}`,
      "procore-company-id": String(procore.company_id),
      "content-type": "application/json",
      accept: "application/json",
    },
    body: JSON.stringify({ company_id: Number(procore.company_id), updates }),
  });
  const { errors, entities } = await response.json();
  if (errors.length > 0 || entities.length !== updates.length) throw new Error(JSON.stringify(errors[0]));
}

function bodyOf(_world: World, row: Supplier): unknown {
  const [site] = [row.SITES.SITES_ITEM].flat();
  return {
    origin_id: `FLOOR-V-${row.VENDOR_ID}`,
    origin_code: String(row.SEGMENT1),
    name: String(row.VENDOR_NAME).trim(),
    is_active: true,
    address: site.ADDRESS_LINE1,
    city: site.CITY,
    state_code: site.STATE,
    zip: site.ZIP,
    country_code: site.COUNTRY,
    business_phone: `${site.AREA_CODE} ${site.PHONE}`,
    email_address: site.EMAIL_ADDRESS,
  };
}
