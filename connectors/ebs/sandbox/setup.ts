/**
 * How the sandbox's gateway is set up: what differs from one EBS installation to the next. `POST /_sandbox/gateway` changes it
 * while it runs, so that a test or a person can see how a connector takes it.
 *
 * @module
 */
import { z } from "zod";
import { OPERATIONS } from "../operations.ts";

const operationNames = Object.keys(OPERATIONS);
const operation = z.enum(operationNames as [string, ...string[]]);

/** What an expired session is answered with: an ISG fault, a redirect, a login page, or `FND_ERR_DOLOGIN` in XML with status 200. */
export const EXPIRY_MODES = ["fault", "redirect", "html", "xml"] as const;

/** The setup, every part with its default. */
export const setupSchema = z.strictObject({
  alias: z.string().default("gusset").describe("Under which the package is deployed; compared with regard to case."),
  product: z.string().default("fnd").describe("Product short name, part of the XML namespaces."),
  database: z.string().default("EBSDEMO").describe("Instance name, also the name of the session cookie."),
  database_id: z.string().default("2871964503"),
  system: z.string().default("EBSDEMO.example.test"),
  time_zone: z.string().default("America/Denver").describe("Zone of every time without offset."),
  user: z.string().default("GUSSET_INT"),
  password: z.string().default("play-sand-4711"),
  granted: z.array(operation).default(operationNames).describe("Operations that the user may call."),
  published: z.array(operation).default(operationNames).describe("Operations that were deployed."),
  strict: z.boolean().default(true).describe("12.2.14: only the exact wrapper is taken; false: 12.2.5."),
  nulls: z.enum(["omit", "null", "empty", "mixed"]).default("mixed").describe("How an answer renders NULL."),
  numbers: z.enum(["number", "text", "mixed"]).default("mixed").describe("How JSON renders NUMBER."),
  collapse: z.boolean().default(true).describe("A collection of one element becomes the element, in JSON."),
  org_access: z.enum(["refuse", "empty"]).default("refuse").describe(
    "What a read of an operating unit that is not open gives: the package's refusal, or, as security below it has it, no rows.",
  ),
  expiry: z.enum(EXPIRY_MODES).default("fault"),
  idle_minutes: z.number().positive().nullable().default(30).describe("ICX:Session Timeout"),
  limit_hours: z.number().positive().nullable().default(4).describe("ICX: Limit time"),
  limit_connect: z.int().positive().nullable().default(1000).describe("ICX: Limit connect, requests a session"),
  access_set: z.string().nullable().default("1017").describe("GL: Data Access Set of the user's responsibility."),
  manager: z.enum(["up", "down", "refuses"]).default("up").describe(
    "The concurrent manager; `refuses`: FND_REQUEST gives 0, and nothing can be submitted.",
  ),
  import_pending_seconds: z.number().nonnegative().default(4).describe("How long Journal Import waits."),
  import_running_seconds: z.number().nonnegative().default(6).describe("How long it then runs."),
  import_aborts: z.string().nullable().default(null).describe(
    "Imports submitted from now on die with this text and leave GL_INTERFACE_CONTROL stuck.",
  ),
  import_faults: z.array(z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("slow"), seconds: z.number().positive().default(3600) }),
    z.strictObject({ kind: z.literal("fails"), text: z.string().default("ORA-01403: no data found") }),
    z.strictObject({
      kind: z.literal("dies"),
      text: z.string().default("ORA-03113: end-of-file on communication channel"),
    }),
    z.strictObject({ kind: z.literal("stuck") }),
  ])).default([]).describe(
    "What happens to the next imports, one after the other: `slow` runs longer, `fails` ends in error and imports nothing, `dies` " +
      "leaves GL_INTERFACE_CONTROL stuck besides, `stuck` runs until a person cancels the request.",
  ),
  fails: z.partialRecord(operation, z.string()).default({}).describe(
    "Operations that answer 200 with X_RETURN_STATUS `E`, and the X_MSG_DATA they give.",
  ),
});

/** The gateway's setup. */
export type Setup = z.infer<typeof setupSchema>;
/** What an expired session is answered with. */
export type ExpiryMode = Setup["expiry"];
