/**
 * Two small connectors and a small project, for the tests of this folder.
 *
 * @module
 */
import { z } from "zod";
import { type Connector, defineConnector, type Registry, type Stream } from "../connector.ts";
import { date, decimal, id, instant, integer, text, truth } from "../fields.ts";
import { type Loaded, loadProject } from "./load.ts";

const never = (): never => {
  throw new Error("a check opens no connection");
};
const connector = (
  part: Pick<Connector, "name" | "title" | "settings" | "secrets" | "streams">,
): Connector => defineConnector({ ...part, origins: () => [], open: never, sandbox: never });

const distribution = z.object({ DIST_ID: id(), AMOUNT: decimal(), PROJECT_ID: id().optional() });
const line = z.object({ LINE_ID: id(), TITLE: text().optional(), DISTRIBUTIONS: z.array(distribution) });
const order = z.object({
  ORDER_ID: id(),
  NUMBER: text(),
  VENDOR_ID: id(),
  TOTAL: decimal(),
  COUNT: integer().optional(),
  OPEN_FLAG: text({ max: 1 }).optional(),
  APPROVED: truth().optional(),
  DUE: date().optional(),
  CHANGED: instant().optional(),
  SITE: z.object({ SITE_ID: id(), CITY: text().optional() }).optional(),
  LINES: z.array(line),
});
const source = { pageSize: 100, incremental: true, overlap: 0 };

const into = (
  fields: z.ZodObject,
  more: Partial<Stream> & { able?: Partial<NonNullable<Stream["destination"]>> } = {},
): Stream => {
  const { able, ...rest } = more;
  return {
    description: "What is written.",
    record: z.object({ id: id(), ...fields.shape }),
    key: "id",
    destination: {
      fields,
      find: ["origin_id", "name"],
      unique: ["name"],
      bulk: 100,
      creates: true,
      deactivates: true,
      ...able,
    },
    ...rest,
  };
};

const bill = z.object({
  id: id(),
  number: integer(),
  contract_id: id(),
  day: date(),
  value: decimal(),
  ready: truth().optional(),
  items: z.array(z.object({ line_id: id(), to_date: decimal(), held: decimal().optional(), account: id() })),
});
const entry = z.object({
  account: id(),
  segment: text().optional(),
  debit: decimal().optional(),
  credit: decimal().optional(),
  position: text().optional(),
  measure: text().optional(),
});

/** An ERP `erp` that is read and posted to, and a site system `site` that is written, and read for its bills. */
export const registry: Registry = {
  erp: connector({
    name: "erp",
    title: "Test ERP",
    settings: z.strictObject({
      host: z.string(),
      port: z.int().default(80),
      password: z.string(),
      units: z.array(z.object({ unit: id() })).optional(),
    }),
    secrets: ["password"],
    streams: {
      vendors: {
        description: "Vendors.",
        record: z.object({ VENDOR_ID: id(), NAME: text(), KIND: text().optional() }),
        key: "VENDOR_ID",
        source,
        webhooks: ["Vendors"],
      },
      projects: {
        description: "Projects.",
        record: z.object({ PROJECT_ID: id(), NUMBER: text() }),
        key: "PROJECT_ID",
        source,
      },
      orders: { description: "Orders.", record: order, key: "ORDER_ID", source, webhooks: ["Orders", "Order Lines"] },
      journals: {
        description: "Journals.",
        record: z.object({ key: id() }),
        key: "key",
        posting: {
          fields: z.object({
            ledger: id(),
            day: date(),
            currency: text(),
            unit: decimal().optional(),
            words: text().optional(),
            lines: z.array(entry),
          }),
          lines: "lines",
          bulk: 10,
          says: {
            ledger: "ledger",
            date: "day",
            currency: "currency",
            unit: "unit",
            description: "words",
            account: "account",
            balancing: "segment",
            debit: "debit",
            credit: "credit",
            position: "position",
            measure: "measure",
          },
        },
      },
    },
  }),
  site: connector({
    name: "site",
    title: "Test site system",
    settings: z.object({ url: z.url(), key: z.string() }),
    secrets: ["key"],
    streams: {
      vendors: into(
        z.object({
          name: text({ max: 10 }),
          origin_id: text().optional(),
          active: truth().optional(),
          kind: text({ values: ["firm", "person"] }).optional(),
        }),
        { able: { identity: "origin_id" } },
      ),
      bills: { description: "Bills.", record: bill, key: "id", source },
      projects: into(z.object({ number: text() }), {
        able: { creates: false, deactivates: false, find: ["number"], unique: [] },
      }),
      contracts: into(
        z.object({
          number: text(),
          vendor_id: id().optional(),
          total: decimal().optional(),
          count: integer().optional(),
          approved: truth().optional(),
          due: date().optional(),
          at: instant().optional(),
          tags: z.array(text()).optional(),
          place: z.object({ city: text() }).optional(),
          lines: z.array(z.object({ title: text(), amount: decimal().optional() })).optional(),
        }),
        { partition: "project", able: { find: ["number"], unique: ["number"] } },
      ),
    },
  }),
};

/** A project without a mistake. */
export const sound: Record<string, string> = {
  "connections.yaml": `erp:
  connector: erp
  tag: ERP
  host: erp.example.com
  password: { secret: erp-password }
site:
  connector: site
  tag: SITE
  url: https://site.example.com
  key: { env: SITE_KEY }
`,
  "projects.yaml": `name: projects
source: { connection: erp, stream: projects }
destination:
  connection: site
  stream: projects
  adopt: { match: { number: number }, how: auto }
  create: never
map:
  number: NUMBER
`,
  "vendors.yaml": `name: vendors
source:
  connection: erp
  stream: vendors
  where: { cel: "rec.KIND != 'EMPLOYEE'" }
destination:
  connection: site
  stream: vendors
  adopt: { match: { name: name } }
map:
  origin_id: { template: "{connection.tag}-{VENDOR_ID}" }
  name: { from: NAME, apply: [trim, { truncate: 10 }] }
  kind: { value: firm }
`,
  "orders.yaml": `name: orders
source:
  connection: erp
  stream: orders
  where: { cel: "rec.OPEN_FLAG == 'Y'" }
  split: { by: LINES.DISTRIBUTIONS.PROJECT_ID }
destination:
  connection: site
  stream: contracts
  partition: { link: projects, of: part }
  leaves: deactivate
map:
  number: { template: "{NUMBER}-{part}" }
  vendor_id: { link: vendors, of: VENDOR_ID }
  total: TOTAL
  lines:
    each: LINES.DISTRIBUTIONS
    key: DIST_ID
    map:
      title: { from: parent.TITLE, default: { value: none } }
      amount: AMOUNT
trigger:
  schedule: { cron: "0 2 * * *", timezone: America/Denver }
  after: [vendors]
`,
};

/** Loads the sound project with some files changed or added; a file that is undefined is left out. */
export async function load(changes: Record<string, string | undefined> = {}): Promise<Loaded> {
  const files = new Map<string, string>();
  for (const [name, text] of Object.entries({ ...sound, ...changes })) {
    if (text !== undefined) files.set(`pipelines/${name}`, text);
  }
  return await loadProject({ dir: "pipelines", registry, files });
}
