/**
 * What `connections.yaml` may say about a Procore connection.
 *
 * @module
 */
import { z } from "zod";

const digits = z.union([z.string().regex(/^\d+$/, "must be digits only"), z.int().positive()]).transform(String);

/** A host without a path: paths are the connector's. */
const host = z.url({ protocol: /^https?$/ })
  .refine((url) => URL.parse(url)?.pathname === "/", {
    message: "must be a host without a path, as https://api.procore.com",
  })
  .transform((url) => new URL(url).origin);

/** The settings beside `connector:`. */
export const settingsSchema = z.strictObject({
  api_url: host.default("https://api.procore.com").describe(
    "Where calls go; each of Procore's environments has its own pair of hosts.",
  ),
  login_url: host.default("https://login.procore.com").describe(
    "Where tokens come from.",
  ),
  company_id: digits.describe(
    "The company; its number stands in the address of every page of Procore.",
  ),
  client_id: z.string().min(1).describe(
    "The app's client id (a developer managed service account).",
  ),
  client_secret: z.string().min(1).describe(
    "The app's client secret.",
  ),
  webhook_secret: z.string().min(1).optional().describe(
    "What Procore sends along with every webhook delivery, and nobody else knows: 16 characters at least, without blanks. `gusset webhooks sync` tells Procore.",
  ),
  webhook_namespace: z.string().regex(/^[a-z0-9-]{1,60}$/, "must be small letters, digits and dashes").default("gusset")
    .describe(
      "The namespace of our hooks at Procore. Hooks in it are ours to remove: two installations on one company need two.",
    ),
  page_size: z.int().min(1).max(2000).default(1000).describe(
    "Rows a page in lists of vendors and cost codes; Procore advises 2,000 at the most.",
  ),
  bulk: z.int().min(1).max(1000).default(1000).describe(
    "Rows a sync call; Procore takes 1,000 at the most, its Ruby SDK sends 500.",
  ),
  timeout: z.int().min(1000).default(120_000).describe(
    "Milliseconds until an answer is given up; a sync call of 1,000 rows takes its time.",
  ),
  concurrency: z.int().min(1).max(16).default(4).describe(
    "Reads at the same time.",
  ),
  cost_type: z.string().trim().min(1).default("commitment").describe(
    "The cost type of contract lines that name none: its code, its name, or its base type where only one has that.",
  ),
  foreign_origin: z.enum(["refuse", "allow"]).default("refuse").describe(
    "What to do where rows carry an `origin_id` that is not ours: only one integration may own it.",
  ),
  origin_prefixes: z.array(z.string().min(1)).default([]).describe(
    "What our `origin_id`s begin with, besides the connections' tags and what is being written: tags of former connections.",
  ),
});

/** The settings, checked. */
export type Settings = z.output<typeof settingsSchema>;
