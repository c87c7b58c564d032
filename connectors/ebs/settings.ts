/**
 * What connections.yaml says of an EBS connection.
 *
 * @module
 */
import { z } from "zod";

const id = z.union([z.string().regex(/^\d+$/, "is not an id"), z.int().nonnegative().transform(String)]);
const count = (low: number, high: number, fallback: number): z.ZodDefault<z.ZodInt> =>
  z.int().min(low).max(high).default(fallback);

/** An operating unit that the connection covers; what it leaves out is the connection's own. */
const unit = z.strictObject({
  org_id: id.describe("ORG_ID of the operating unit."),
  name: z.string().min(1).optional().describe("What people call it: `Denver`."),
  responsibility: z.string().optional().describe("Its own responsibility key; the connection's where left out."),
  application: z.string().optional().describe("The application of that responsibility."),
  security_group: z.string().optional().describe("Its own security group."),
});

type Unit = z.infer<typeof unit>;

/** The settings, as people write them; every one that may be left out says what it then is. */
export const settings = z.strictObject({
  host: z.string().regex(/^[A-Za-z0-9.:[\]-]+$/, "is a host name without `https://` and path").describe(
    "The web entry host.",
  ),
  port: count(1, 65535, 4443).describe("The web entry port."),
  tls: z.boolean().default(true).describe(
    "False speaks plain HTTP: passwords and money in the clear, for try-outs alone.",
  ),
  alias: z.string().regex(/^\w+$/, "is letters, digits and underscores").default("gusset").describe(
    "The alias under which the package was deployed in the Integrated SOA Gateway.",
  ),
  product: z.string().regex(/^[a-z]\w*$/).default("fnd").describe(
    "The product short name in the package's annotations, lower case: a part of its XML namespaces.",
  ),
  auth: z.enum(["token", "basic"]).default("token").describe(
    "`token` logs in once a session; `basic` sends user and password with each call.",
  ),
  user: z.string().min(1).regex(/^[^:\p{Cc}]+$/u, "holds a colon or a control character").describe("The FND user."),
  password: z.string().min(1).describe("Its password."),
  format: z.enum(["json", "xml"]).default("json").describe("In which form calls and answers travel."),
  collections: z.enum(["nested", "flat"]).default("nested").describe(
    "`flat` has child rows sent in tables of their own, for gateways that cannot nest a collection in a collection.",
  ),
  responsibility: z.string().default("").describe("Responsibility key: `PURCHASING_SUPER_USER`."),
  application: z.string().default("").describe("Short name of the responsibility's application: `PO`."),
  security_group: z.string().default("STANDARD").describe("Security group key of the application context."),
  language: z.string().min(1).default("AMERICAN").describe("NLS language name, not its code."),
  org_id: id.describe("The operating unit in whose context the connection says who it is."),
  operating_units: z.array(unit).min(1).optional().describe(
    "The operating units covered; just `org_id` where left out.",
  ),
  timeout: count(1_000, 600_000, 120_000).describe("Milliseconds that one answer may take."),
  concurrency: count(1, 8, 2).describe("Calls at once; the gateway's threads and database pool bear 2 to 4."),
  page_size: count(1, 5_000, 500).describe("Rows asked for at once."),
  import_wait: count(1_000, 3_600_000, 600_000).describe(
    "Milliseconds that Journal Import is waited for; a journal is probed later where it takes longer.",
  ),
  session_requests: count(1, 100_000, 950).describe(
    "Requests after which a session is renewed; below the profile `ICX: Limit connect` (1,000 by default).",
  ),
}).superRefine(({ operating_units }, context) => {
  const seen = new Set<string>();
  for (const [i, { org_id }] of (operating_units ?? []).entries()) {
    if (seen.has(org_id)) {
      context.addIssue({
        code: "custom",
        path: ["operating_units", i, "org_id"],
        message: `${org_id} is listed twice`,
      });
    }
    seen.add(org_id);
  }
});

/** The settings, checked and completed. */
export type Settings = z.infer<typeof settings>;

/** An application context: what the gateway is told with every call. */
export interface Context {
  orgId: string;
  /** For people: `Denver (204)`. */
  name: string;
  responsibility: string;
  application: string;
  securityGroup: string;
  language: string;
}

/** The contexts of a connection: one for each operating unit it covers, and the one it says who it is in. */
export function contexts(settings: Settings): { primary: Context; covered: Context[] } {
  const contextOf = (of: Unit): Context => ({
    orgId: of.org_id,
    name: of.name ? `${of.name} (${of.org_id})` : of.org_id,
    responsibility: of.responsibility ?? settings.responsibility,
    application: of.application ?? settings.application,
    securityGroup: of.security_group ?? settings.security_group,
    language: settings.language,
  });
  const covered = (settings.operating_units ?? [{ org_id: settings.org_id }]).map(contextOf);
  const primary = covered.find(({ orgId }) => orgId === settings.org_id) ?? contextOf({ org_id: settings.org_id });
  return { primary, covered };
}

/** The one origin that requests go to. */
export function originOf({ host, port, tls }: Settings): string {
  return new URL(`${tls ? "https" : "http"}://${host}:${port}`).origin;
}
