/**
 * Streams, pipelines and surroundings for this folder's tests.
 *
 * @module
 */
import { z } from "zod";
import type { Row, Stream } from "../connector.ts";
import { date, decimal, id, instant, integer, text, truth } from "../fields.ts";
import type { Pipeline, Rule } from "../pipeline/model.ts";
import { compileMapper } from "./compile.ts";
import type { LinkLookup, LinkNeed, Mapped, Mapper, Surroundings, Trace } from "./types.ts";

/** Orders with lines and distributions, a site, and scalars of every kind. */
export const orders: Stream = {
  description: "Orders",
  key: "ID",
  record: z.object({
    ID: id(),
    NAME: text().optional(),
    CODE: text().optional(),
    FLAG: text().optional(),
    OPEN: truth().optional(),
    AMOUNT: decimal().optional(),
    OTHER: decimal().optional(),
    COUNT: integer().optional(),
    DAY: date().optional(),
    AT: instant().optional(),
    TAGS: z.array(text()).optional(),
    SITE: z.object({ CITY: text().optional(), PLACE: z.object({ ZIP: text().optional() }).optional() }).optional(),
    LINES: z.array(z.object({
      LINE: id(),
      TITLE: text().optional(),
      DISTRIBUTIONS: z.array(z.object({
        DIST: id(),
        PROJECT: id().optional(),
        ACCOUNT: id().optional(),
        VALUE: decimal().optional(),
      })).optional(),
    })).optional(),
  }),
};

const item = z.object({
  key: id(),
  title: text({ max: 20 }).nullish(),
  amount: decimal().nullish(),
  code: id().nullish(),
  order: text().nullish(),
  line: text().nullish(),
});

/** A destination with a field of every kind. */
export const things: Stream = {
  description: "Things",
  key: "id",
  record: z.object({ id: id() }),
  destination: {
    fields: z.object({
      name: text({ max: 12 }),
      text: text({ max: 12 }).nullish(),
      status: text({ values: ["Draft", "Approved"] }).nullish(),
      ref: id().nullish(),
      amount: decimal().nullish(),
      count: integer().nullish(),
      open: truth().nullish(),
      day: date().nullish(),
      at: instant().nullish(),
      tags: z.array(text()).nullish(),
      site: z.object({ city: text(), zip: text().nullish() }).nullish(),
      items: z.array(item).nullish(),
    }),
    find: [],
    unique: ["name"],
    bulk: 10,
    creates: true,
    deactivates: false,
  },
};

/** What a test changes of a pipeline. */
export interface Told {
  map: Record<string, Rule>;
  source?: Partial<Pipeline["source"]>;
  partition?: Pipeline["destination"]["partition"];
  /** Who listens. */
  trace?: Trace;
}

/** A mapper from {@link orders} to {@link things}. */
export function mapperOf({ map, source, partition, trace }: Told): Mapper {
  const pipeline: Pipeline = {
    name: "things",
    description: "",
    file: "things.yaml",
    hash: "",
    source: { connection: "ebs", stream: "orders", with: {}, ...source },
    destination: {
      connection: "procore",
      stream: "things",
      partition,
      adopt: [],
      create: "allowed",
      leaves: "keep",
      drift: "overwrite",
      deactivateAtMost: 1,
    },
    map,
    trigger: { after: [], webhook: [] },
    needs: [],
  };
  return compileMapper(pipeline, { source: orders, destination: things, trace });
}

export const around: Surroundings = {
  connection: { name: "ebs", tag: "EBS" },
  run: { id: "run-1", at: "2026-01-02T03:04:05Z" },
};

/** Links by `pipeline/key` or `pipeline/key/part`; a list of ids is ambiguous. */
export function linksFrom(known: Record<string, string | string[]>): LinkLookup & { asked: LinkNeed[] } {
  const asked: LinkNeed[] = [];
  const lookup = (need: LinkNeed) => {
    asked.push(need);
    const found = known[[need.pipeline, need.key, ...(need.part === undefined ? [] : [need.part])].join("/")];
    return found === undefined ? undefined : typeof found === "string" ? { id: found } : { ambiguous: found };
  };
  return Object.assign(lookup, { asked });
}

/** Maps one record, whole. */
export function mapOne(told: Told, row: Row, known: Record<string, string | string[]> = {}, part = ""): Mapped {
  return mapperOf(told).map({ ID: "4711", ...row }, part, linksFrom(known), around);
}

/** The path rule. */
export const take = (from: string, more: Partial<Extract<Rule, { rule: "take" }>> = {}): Rule => ({
  rule: "take",
  from,
  apply: [],
  ...more,
});
/** The constant rule. */
export const constant = (value: string | boolean | null): Rule => ({ rule: "value", value });
/** The template rule: `{PATH}` is a hole. */
export const template = (text: string, unique?: Rule): Rule => ({
  rule: "template",
  parts: text.split(/(\{[^}]*\})/).filter(Boolean).map((part) =>
    part[0] === "{" ? { path: part.slice(1, -1) } : { text: part }
  ),
  ...(unique && { unique }),
});
/** The link rule. */
export const link = (pipeline: string, of: string, more: Partial<Extract<Rule, { rule: "link" }>> = {}): Rule => ({
  rule: "link",
  pipeline,
  of,
  reverse: false,
  missing: "park",
  ...more,
});
