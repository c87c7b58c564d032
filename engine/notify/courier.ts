/**
 * Delivers news. One instance at a time does, and takes away what arrived. What it does not guarantee: an instance that dies between
 * sending and taking away leaves news to be sent once more, for a webhook does not tell twins apart.
 *
 * @module
 */
import type { Notify } from "../../schemas/pipeline/notify.ts";
import type { Log, Wire } from "../connector.ts";
import { asFailure, Failure } from "../failure.ts";
import { batch } from "../state/batch.ts";
import { dropNews, keepNews, listNews, type WaitingNews } from "../state/health.ts";
import { acquire, isHeld } from "../state/lease.ts";
import type { Lease, Store } from "../state/types.ts";
import { guard } from "../wire/guard.ts";
import { call } from "../wire/mark.ts";
import { compose } from "../wire/stack.ts";
import { timeout } from "../wire/timeout.ts";
import { payload } from "./payload.ts";

/** The lease under which news are delivered. */
const DESK = "~news";
/** Milliseconds that lease lasts, and that a message may take. */
const LEASE = 60_000, DEADLINE = 15_000;
/** News in one message. */
const TOGETHER = 20;
/** The first wait after a message was refused, and the longest, in milliseconds. */
const WAIT = 60_000, LONGEST = 3_600_000;
/** News that could not be delivered for so long are dropped, in milliseconds. */
const STALE = 3 * 86_400_000;

/** What delivering works with. */
export interface CourierOptions {
  store: Store;
  settings: Pick<Notify, "format" | "about" | "quiet" | "timezone" | "origin">;
  /** Opens the address; a secret. */
  url: () => Promise<string>;
  /** How the message leaves; a guard is put around it. */
  wire: Wire;
  log: Log;
  /** Who delivers, for people: host and process. */
  owner: string;
}

/** Delivers what waits; gives how many were. Never throws for what the other side says. */
export async function deliverNews(options: CourierOptions): Promise<number> {
  const { store, settings, owner } = options;
  const now = store.clock.now();
  const { done: nothing } = await listNews(store).next();
  if (nothing || isQuiet(settings, now)) return 0;
  const lease = await acquire(store, { pipeline: DESK, partition: "-", owner, ttl: LEASE });
  if (isHeld(lease)) return 0;
  try {
    return await deliver(options, lease, now);
  } finally {
    await lease.release();
  }
}

async function deliver(options: CourierOptions, lease: Lease, now: number): Promise<number> {
  const { store, settings, log } = options;
  const [wanted, unwanted]: [WaitingNews[], WaitingNews[]] = [[], []];
  for await (const news of listNews(store)) {
    if (!settings.about.includes(news.about)) unwanted.push(news);
    else if (now - Date.parse(news.at) > STALE) {
      unwanted.push(news);
      log("error", "News could not be delivered for days and are dropped", { text: news.text });
    } else if (news.due === undefined || Date.parse(news.due) <= now) wanted.push(news);
  }
  const writes = batch(store, lease);
  dropNews(writes, unwanted);
  const message = wanted.slice(0, TOGETHER);
  if (message.length > 0) {
    try {
      await send(options, message);
      dropNews(writes, message);
    } catch (thrown) {
      const failure = asFailure(thrown);
      const wait = Math.min(WAIT * 2 ** Math.min(message[0].tries, 10), LONGEST);
      keepNews(writes, message, new Date(store.clock.now() + wait).toISOString());
      log("warn", `News could not be delivered: ${failure.message}`, { code: failure.code, news: message.length });
      await writes.commit();
      return 0;
    }
  }
  await writes.commit();
  // A message is as long as people read; what is left goes with the next.
  return message.length + (wanted.length > message.length ? await deliver(options, lease, now) : 0);
}

async function send({ store, settings, url, wire }: CourierOptions, news: readonly WaitingNews[]): Promise<void> {
  const opened = await url();
  if (!URL.canParse(opened)) {
    throw new Failure("config.invalid", { fact: "The address for notifications is no URL", place: "notify.yaml" });
  }
  const guarded = compose(wire, guard([settings.origin]), timeout(DEADLINE, { clock: store.clock }));
  const response = await guarded(call(opened, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(payload(settings.format, news)),
    // The path is the secret: nothing that is logged may hold it.
    route: "POST notifications",
  }));
  await response.body?.cancel();
  if (response.ok) return;
  throw new Failure("wire.unavailable", {
    fact: `The webhook answered with ${response.status}`,
    place: "notify.yaml",
    action: "Check the address with `gusset secret set`, and that the channel still takes messages.",
  });
}

/** Whether it is an hour in which nothing is sent. */
function isQuiet({ quiet, timezone }: Pick<Notify, "quiet" | "timezone">, now: number): boolean {
  if (quiet.length === 0) return false;
  const clock = new Intl.DateTimeFormat("sv", { timeZone: timezone, timeStyle: "short" }).format(now);
  return quiet.some(({ from, to }) => from < to ? from <= clock && clock < to : from <= clock || clock < to);
}
