/**
 * `notify.yaml` as people write it: where news go, and which.
 *
 * @module
 */
import { z } from "zod";
import { reference } from "./connections.ts";
import { shape, time } from "./shape.ts";

/** What news can be about. */
export const NEWS = ["failures", "rejected", "approvals", "postings", "missed", "config", "connections"] as const;

/** The whole file. */
export const notifySchema = shape({
  url: reference.describe("The webhook's address. Whoever has it can post, so it is a secret."),
  origin: z.url("must be where the address begins, as https://hooks.slack.com").regex(
    /^https?:\/\/[^/?#@]+$/,
    "must be where the address begins, as https://hooks.slack.com, and no more of it",
  ).describe(
    "Where the address begins, `https://hooks.slack.com`: messages leave to nowhere else, and `gusset permissions` lets them.",
  ),
  format: z.enum(["slack", "teams", "json"]).default("slack").describe(
    "What the other side understands: Slack (and Mattermost) a text, Microsoft Teams a card; json is for programs of your own.",
  ),
  about: z.array(z.enum(NEWS)).default([...NEWS]).describe("Which news; default: all."),
  timezone: z.string().default("UTC").describe("The zone in which times are told, and quiet hours are meant."),
  quiet: z.array(shape({ from: time, to: time })).default([]).describe(
    "Hours in which nothing is sent; what came meanwhile is told at their end, in one message.",
  ),
}).meta({ title: "Gusset notifications" });

/** As it is after defaults. */
export type Notify = z.infer<typeof notifySchema>;
