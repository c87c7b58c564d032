/**
 * How events leave (reference §5.3): a POST that must be answered with 2xx within five seconds; a failure pauses the hook's queue, one second
 * at first and an hour at the most; after twelve hours the queue is discarded. Sometimes an event comes twice.
 *
 * @module
 */
import type { Clock } from "../../../engine/clock.ts";
import type { Wire } from "../../../engine/connector.ts";
import { APP } from "./oauth.ts";
import { type Company, FIRST_IDS, type State } from "./state.ts";
import { type Attempt, type Envelope, type Happened, ulid, type WebhookHook } from "./webhook.ts";

/** How events are sent, beyond what is usual. */
export interface Manner {
  /** The share of events that are sent twice, 0 to 1. */
  duplicate: number;
  /** Milliseconds that an event is held back at the most, by chance. */
  delay_ms: number;
  /** Whether events of one queue are sent in any order. */
  reorder: boolean;
  /** Events of one queue that are under way at once. */
  parallel: number;
}

/** Sends events. */
export interface PostOffice {
  manner: Manner;
  /** Puts an event into the queues of the hooks that listen for it; gives how many. */
  tell(company: Company, event: Happened, by?: State["actor"]): number;
  /** Sends what is due, unless that is under way. */
  look(): void;
  /** Sends what is due, until nothing is. */
  send(): Promise<void>;
  /** Forgets how it was told to send. */
  clear(): void;
}

const USUAL: Manner = { duplicate: 0, delay_ms: 0, reorder: false, parallel: 1 };
const PATIENCE = 5_000, FIRST_PAUSE = 1_000, LONGEST_PAUSE = 3_600_000, FLUSH = 12 * 3_600_000;
/** Sent envelopes that a hook remembers. */
const KEPT = 500;

/** Opens the post office. Without `deliver` everything stays in its queue. */
export function postOffice({ state, clock, deliver }: { state: State; clock: Clock; deliver?: Wire }): PostOffice {
  let sending: Promise<void> | undefined;
  let soon = false;
  let cancel = (): void => {};
  const hooks = (): WebhookHook[] =>
    [...state.companies.values()].flatMap(({ hooks }) => hooks.rows).filter(({ status }) => status === "active");

  /** When a queue has something to send; Infinity: never, as it is. */
  function nextOf({ queue, pausedUntil }: WebhookHook): number {
    const first = queue.reduce((first, { notBefore }) => Math.min(first, notBefore), Infinity);
    return Math.max(first, pausedUntil);
  }

  async function attempt(hook: WebhookHook, { payload }: Envelope): Promise<Attempt> {
    const started_at = new Date(clock.now()).toISOString();
    const headers: Record<string, string> = { "Content-Type": "application/json", "User-Agent": "Procore Webhooks" };
    if (hook.authorization !== null) headers.Authorization = hook.authorization;
    const late = new AbortController();
    const stop = clock.alarm(PATIENCE, () => late.abort(new Error("No answer within 5 seconds")));
    let status: number | null = null;
    try {
      const request = new Request(hook.destination_url, {
        method: "POST",
        headers,
        body: JSON.stringify(payload),
        signal: late.signal,
      });
      const response = await deliver!(request);
      await response.body?.cancel();
      if (!late.signal.aborted) status = response.status;
    } catch {
      // No answer: as good as a bad one.
    } finally {
      stop();
    }
    const success = status !== null && status >= 200 && status < 300;
    return { success, status, started_at, completed_at: new Date(clock.now()).toISOString() };
  }

  /** The next envelopes of a queue; those that are due, in order unless any order will do. */
  function take(hook: WebhookHook): Envelope[] {
    if (hook.pausedUntil > clock.now()) return [];
    const due = hook.queue.filter(({ notBefore }) => notBefore <= clock.now());
    const taken: Envelope[] = [];
    while (due.length > 0 && taken.length < manner.parallel) {
      taken.push(...due.splice(manner.reorder ? Math.floor(state.random() * due.length) : 0, 1));
    }
    return taken;
  }

  function leave(hook: WebhookHook, envelopes: readonly Envelope[], status: "delivered" | "discarded"): void {
    const gone = new Set(envelopes);
    hook.queue = hook.queue.filter((envelope) => !gone.has(envelope));
    hook.sent.push(...envelopes.map((envelope) => ({ ...envelope, status })));
    hook.sent.splice(0, hook.sent.length - KEPT);
  }

  async function sendFrom(hook: WebhookHook): Promise<void> {
    const envelopes = take(hook);
    const attempts = await Promise.all(envelopes.map((envelope) => attempt(hook, envelope)));
    attempts.forEach((attempt, i) => envelopes[i].attempts.push(attempt));
    leave(hook, envelopes.filter((_, i) => attempts[i].success), "delivered");
    if (attempts.every(({ success }) => success)) {
      Object.assign(hook, { failures: 0, failingSince: null, pausedUntil: 0 });
      return;
    }
    const now = clock.now();
    hook.failingSince ??= now;
    if (now - hook.failingSince >= FLUSH) {
      leave(hook, hook.queue, "discarded");
      Object.assign(hook, { failures: 0, failingSince: null, pausedUntil: 0 });
    } else hook.pausedUntil = now + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** hook.failures++);
  }

  async function sendAll(): Promise<void> {
    for (;;) {
      const ready = hooks().filter((hook) => nextOf(hook) <= clock.now());
      if (ready.length === 0) return;
      await Promise.all(ready.map(sendFrom));
    }
  }

  function send(): Promise<void> {
    if (!deliver) return Promise.resolve();
    return sending ??= sendAll().finally(() => {
      sending = undefined;
      cancel();
      const next = Math.min(Infinity, ...hooks().map(nextOf));
      if (next !== Infinity) cancel = clock.alarm(Math.max(0, next - clock.now()), look);
    });
  }

  function look(): void {
    if (hooks().some((hook) => nextOf(hook) <= clock.now())) void send();
  }

  /** Sent after the call that made it is through, as the real service does. */
  function tell(company: Company, event: Happened, by = state.actor): number {
    const listening = company.hooks.rows.filter(({ status, triggers }) =>
      status === "active" &&
      triggers.some(({ resource_name, event_type }) =>
        resource_name === event.resource_name && event_type === event.event_type
      )
    );
    for (const hook of listening) {
      const payload = payloadOf(company, event, by);
      const copies = state.random() < manner.duplicate ? 2 : 1;
      for (let i = 0; i < copies; i++) {
        const notBefore = clock.now() + Math.round(state.random() * manner.delay_ms);
        hook.queue.push({ payload, notBefore, attempts: [] });
      }
    }
    if (listening.length > 0 && !soon) {
      soon = true;
      queueMicrotask(() => {
        soon = false;
        look();
      });
    }
    return listening.length;
  }

  function payloadOf(company: Company, event: Happened, by: State["actor"]): Record<string, unknown> {
    const source_user_id = by === "app" ? FIRST_IDS.user : FIRST_IDS.user + 1;
    return {
      id: state.nextId("event"),
      ulid: ulid(clock.now(), state.random),
      // Procore writes microseconds.
      timestamp: new Date(clock.now()).toISOString().replace("Z", "000Z"),
      metadata: {
        source_user_id,
        source_project_id: event.project_id,
        source_operation_id: null,
        source_company_id: company.id,
        source_application_id: by === "app" ? APP.client_id : null,
      },
      user_id: source_user_id,
      company_id: company.id,
      project_id: event.project_id,
      api_version: "v2.0",
      event_type: event.event_type,
      resource_name: event.resource_name,
      resource_id: event.resource_id,
    };
  }

  const manner: Manner = { ...USUAL };
  state.happened = tell;
  return {
    manner,
    tell,
    look,
    send,
    clear() {
      cancel();
      Object.assign(manner, USUAL);
    },
  };
}
