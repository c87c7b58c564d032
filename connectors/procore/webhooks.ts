/**
 * Deliveries as Procore sends them: told from forged ones by the `Authorization` header that our hook asked for, since Procore signs
 * nothing; read in the forms of payload v2.0 and v3.0.
 *
 * Facts: Procore's guide to webhooks (reference/procore.md §5.2, §5.3).
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Delivery, Value, Webhooks } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { parseJson } from "../../engine/json.ts";
import type { Settings } from "./settings.ts";

/** The form of deliveries that our hooks ask for. */
export const PAYLOAD = "v2.0";

/** The header that our hooks ask for. */
export const authorization = (secret: string): string => `Bearer ${secret}`;

/** Resources below a record of a stream: what they name is no key there; v3.0 tells the record beside it. */
const BELOW: Record<string, string> = {
  "Purchase Order Contract Line Items": "Purchase Order Contracts",
  "Work Order Contract Line Items": "Work Order Contracts",
  "Direct Cost Line Items": "Direct Costs",
  "Potential Change Order Line Items": "Potential Change Orders",
};

/** Numbers come as their text (`parseJson`); v4.0 writes ids as text itself. */
const digits = z.string().regex(/^\d{1,19}$/);
const maybe = digits.nullish();

const payloadSchema = z.object({
  ulid: z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i),
  timestamp: z.iso.datetime({ offset: true }),
  metadata: z.object({ source_user_id: maybe }).nullish(),
  user_id: maybe,
  company_id: digits,
  project_id: maybe,
  // A delivery of 2020 says `v2`.
  api_version: z.string().regex(/^v?[23](\.0)?$/),
  event_type: z.string().toLowerCase().pipe(z.enum(["create", "update", "delete"])),
  resource_name: z.string().min(1).max(100),
  resource_id: digits,
  related_resources: z.array(z.object({ id: digits, name: z.string() })).max(100).nullish(),
});

/** How Procore's deliveries are told from forged ones, and read. */
export const webhooks: Webhooks<Settings> = {
  authentic({ webhook_secret }, headers) {
    // Hashes are of one length: neither time nor an error tells how long the secret is.
    const given = digest(headers.get("authorization") ?? "");
    const wanted = digest(authorization(webhook_secret ?? ""));
    const equal = timingSafeEqual(given, wanted);
    return equal && webhook_secret !== undefined;
  },
  read({ company_id }, body) {
    const { success, data, error } = payloadSchema.safeParse(parsed(body));
    if (!success) {
      const fields = [
        ...new Set(error.issues.map(({ path }) => path[0] === undefined ? "the whole" : String(path[0]))),
      ];
      throw malformed(`It does not look like a delivery of payload ${PAYLOAD}: see ${fields.join(", ")}`);
    }
    if (data.company_id !== company_id) throw malformed("It is of another company");
    const { ulid, timestamp, project_id, event_type, resource_name } = data;
    const delivery: Delivery = {
      id: ulid.toUpperCase(),
      resource: resource_name,
      action: event_type,
      at: new Date(timestamp).toISOString(),
    };
    const key = keyOf(data);
    if (key) delivery.key = key;
    if (project_id) delivery.partition = project_id;
    const by = data.metadata?.source_user_id ?? data.user_id;
    if (by) delivery.by = by;
    return delivery;
  },
};

/** The key of the record that changed; undefined where only something below it is named. */
function keyOf({ resource_name, resource_id, related_resources }: z.output<typeof payloadSchema>): string | undefined {
  if (!Object.hasOwn(BELOW, resource_name)) return resource_id;
  return related_resources?.find(({ name }) => name === BELOW[resource_name])?.id;
}

function parsed(body: string): Value {
  try {
    return parseJson(body);
  } catch {
    // The parser's own words quote what they stumble over.
    throw malformed("It is no JSON");
  }
}

const malformed = (fact: string): Failure => new Failure("webhook.malformed", { fact });

const digest = (text: string): Uint8Array => createHash("sha256").update(text).digest();
