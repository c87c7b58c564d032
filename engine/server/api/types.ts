/**
 * What the API is made of: what it stands on, and its routes, which are data.
 *
 * @module
 */
import type { z } from "zod";
import type { Actor } from "../../acts/actor.ts";
import type { Files } from "../../acts/check.ts";
import type { Log } from "../../connector.ts";
import type { Project } from "../../pipeline/model.ts";
import type { Engine } from "../../run/types.ts";
import type { ActName, Right } from "../../state/roles.ts";
import type { Person } from "../../state/tokens.ts";
import type { Store } from "../../state/types.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Mask } from "../../wire/redact.ts";
import type { Events } from "./events.ts";
import type { Jobs } from "./jobs.ts";

/** What talking to systems works with. */
export interface Bench {
  engine: Engine;
  project: Project;
}

/** What the API stands on. */
export interface ApiParts {
  /** Gusset's own version. */
  version: string;
  store: Store;
  vault: Vault;
  /** Where the files are, for `check` and for a pipeline's text. */
  files: Files;
  /** The checked project as it is now. Throws where none could be loaded. */
  project(): Project;
  /** Works with an engine; whether it is a new one or the server's own is the server's business. `readOnly`: nothing is pinned. */
  withEngine<T>(options: { readOnly: boolean; signal: AbortSignal }, work: (bench: Bench) => Promise<T>): Promise<T>;
  /** Covers every secret that was opened so far. */
  mask: Mask;
  /** A secret that came in: covered from then on. */
  hide(secrets: Iterable<string>): void;
  log: Log;
  /** Aborts when the server stops: jobs end in order. */
  signal: AbortSignal;
  /** What happens while it happens; the server's own runs are told through it too. */
  events: Events;
}

/** One request, checked, by somebody who may. */
export interface Call<Q = unknown, B = unknown> {
  api: ApiParts & { jobs: Jobs };
  /** Who acts. */
  who: Person;
  /** The same, as the one who does what the route is for. Only of routes that take an act. */
  actor: Actor;
  /** What stands in the path. */
  params: Record<string, string>;
  /** What the route's own schemas have let through. */
  query: Q;
  body: B;
  /** Aborts when the caller goes away, or the server stops. */
  signal: AbortSignal;
  /** For event streams: the last event that the caller has seen. */
  lastEvent?: string;
}

/** What a route answers with. */
export type Answer =
  | { json: unknown; status?: 200 | 201 | 202; location?: string; secret?: true }
  | { text: string | ReadableStream<Uint8Array>; type: string; name?: string };

/** A route: all that is known of it, for the app, the document and the tests. */
export interface Route {
  method: "get" | "post" | "put" | "delete";
  /** `/rejected/{pipeline}/{key}`. */
  path: string;
  /** Unique: `retryRejected`. */
  id: string;
  /** What it does, in a sentence. */
  says: string;
  /** What it takes: a right, or an act, which goes into the audit log. */
  takes: Right | ActName;
  /** The verbs of the command line that it stands for: `rejected retry`. */
  verbs: readonly string[];
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Largest body, in bytes; default 256 KiB. */
  most?: number;
  /** The body is text of this media type, not JSON. */
  takesText?: string;
  /** The answer's schema; or media types where it is no JSON. */
  answer: z.ZodType | readonly string[];
  /** The status where all is well; default 200. */
  status?: 200 | 201 | 202;
  does(call: Call): Promise<Answer> | Answer;
}

/** A route whose work knows the types of what its schemas let through. */
export const route = <Q extends z.ZodObject = z.ZodObject, B extends z.ZodType = z.ZodType>(
  made: Omit<Route, "query" | "body" | "does"> & {
    query?: Q;
    body?: B;
    does(call: Call<z.output<Q>, z.output<B>>): Promise<Answer> | Answer;
  },
): Route => made as unknown as Route;
