/**
 * Takes webhook deliveries in: told from forged ones, looked at, stored, answered at once. What they announce is worked off later
 * (`work.ts`). A system that gets no answer within seconds, or a bad one, sends again for hours, and then gives up.
 *
 * | delivery | answer | stored |
 * |---|---|---|
 * | new | 202 | yes |
 * | known already, older than a day, of a resource that nobody listens to | 200 | no |
 * | of no connection with webhooks | 404 | no |
 * | without the connection's secret | 401 | no, and its body is not even read |
 * | too large | 413 | no |
 * | not what a delivery looks like, or of the future | 400 | no |
 * | while settings or state cannot be read | 503 | no |
 *
 * Nothing of a body is ever logged, and of a header nothing at all.
 *
 * @module
 */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Delivery, Log } from "../connector.ts";
import { asFailure, Failure } from "../failure.ts";
import { hearer } from "../state/hear.ts";
import type { Store } from "../state/types.ts";
import { partitionFor } from "./listeners.ts";
import type { Receiver, Receivers } from "./receivers.ts";

/** What became of a delivery. */
export type Taken =
  | "stored"
  | "known"
  | "old"
  | "ignored"
  | "unknown"
  | "forged"
  | "oversized"
  | "malformed"
  | "unavailable";

/** What the intake works with. */
export interface IntakeOptions {
  store: Store;
  receivers: Receivers;
  log: Log;
  /** Hears what became of each delivery: for counters. */
  onTaken?: (taken: Taken, connection: string) => void;
}

/** Bytes of a body at the most. A delivery names a record, and has some 500. */
const LARGEST = 64 * 1024;

/** How long a delivery is good, in milliseconds, and its id known. Systems send again for hours (Procore: twelve), not for days. */
const GOOD = 86_400_000;

/** How far a delivery may be ahead of our clock, in milliseconds. */
const AHEAD = 3_600_000;

/** Seconds after which a system may ask again when we cannot take anything in. */
const AGAIN = "30";

interface Env {
  Variables: { receiver: Receiver };
}

/**
 * Makes the intake: `POST /webhooks/:connection`. A server mounts it at its root.
 *
 * @example
 * ```ts ignore
 * app.route("/", webhookIntake({ store, receivers, log }));
 * ```
 */
export function webhookIntake({ store, receivers, log, onTaken = () => {} }: IntakeOptions): Hono<Env> {
  const app = new Hono<Env>();
  const hear = hearer(store);

  const answer = (c: Context<Env>, taken: Taken, fields: Record<string, unknown> = {}): Response => {
    const connection = c.req.param("connection") ?? "";
    onTaken(taken, connection);
    const [status, level] = ANSWERS[taken];
    // What is no connection's name is anybody's text.
    log(level, `Webhook delivery ${WORDS[taken]}`, taken === "unknown" ? {} : { connection, ...fields });
    return c.body(null, status, status === 503 ? { "Retry-After": AGAIN } : {});
  };

  const authenticate: MiddlewareHandler<Env> = async (c, next) => {
    let receiver: Receiver | undefined;
    try {
      receiver = await receivers(c.req.param("connection") ?? "");
    } catch (thrown) {
      return answer(c, "unavailable", { failure: asFailure(thrown).toJSON() });
    }
    if (!receiver) return answer(c, "unknown");
    if (!receiver.webhooks.authentic(receiver.settings, c.req.raw.headers)) return answer(c, "forged");
    c.set("receiver", receiver);
    await next();
  };

  app.post(
    "/webhooks/:connection",
    authenticate,
    bodyLimit({ maxSize: LARGEST, onError: (c) => answer(c, "oversized") }),
    async (c) => {
      const { webhooks, settings, listeners } = c.get("receiver");
      let delivery: Delivery;
      try {
        delivery = webhooks.read(settings, await c.req.text());
      } catch (thrown) {
        // Whatever else was thrown may quote the body.
        const told = thrown instanceof Failure && thrown.code === "webhook.malformed";
        return answer(c, "malformed", { why: told ? thrown.message : "It cannot be read" });
      }
      const { id, resource, action } = delivery;
      const happened = Date.parse(delivery.at), now = store.clock.now();
      if (happened > now + AHEAD) return answer(c, "malformed", { id, why: "It is of the future" });
      if (happened + GOOD <= now) return answer(c, "old", { id });
      const to = listeners(resource).map((listener) => ({
        pipeline: listener.pipeline.name,
        partition: partitionFor(listener, delivery),
      }));
      if (to.length === 0) return answer(c, "ignored", { id, resource });
      try {
        const connection = c.req.param("connection");
        // Sent again later than that it is old, whoever sends it: an id needs to be known no longer.
        const until = new Date(happened + GOOD).toISOString();
        const stored = await hear({ connection, delivery, to, until });
        return answer(c, stored ? "stored" : "known", { id, resource, action });
      } catch (thrown) {
        return answer(c, "unavailable", { id, failure: asFailure(thrown).toJSON() });
      }
    },
  );
  return app;
}

const ANSWERS: Record<Taken, [status: 200 | 202 | 400 | 401 | 404 | 413 | 503, level: Parameters<Log>[0]]> = {
  stored: [202, "debug"],
  known: [200, "debug"],
  old: [200, "info"],
  ignored: [200, "info"],
  unknown: [404, "info"],
  forged: [401, "warn"],
  oversized: [413, "warn"],
  malformed: [400, "warn"],
  unavailable: [503, "error"],
};

const WORDS: Record<Taken, string> = {
  stored: "stored",
  known: "came again",
  old: "is older than a day, and dropped",
  ignored: "is of a resource that no pipeline listens to",
  unknown: "for a connection that takes none",
  forged: "without the connection's secret refused",
  oversized: "of more than 64 KiB refused",
  malformed: "refused: it does not look like one",
  unavailable: "could not be taken in",
};
