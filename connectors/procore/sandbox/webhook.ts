/**
 * What a hook holds: where it sends to, what it listens for, what waits to be sent.
 *
 * @module
 */
import type { Random } from "../../../engine/clock.ts";

/** What happened to a record. */
export interface Happened {
  resource_name: string;
  event_type: EventType;
  resource_id: number;
  /** Null for what belongs to the company as a whole. */
  project_id: number | null;
}

/** What can happen to a record. */
export type EventType = "create" | "update" | "delete";

/** One trigger of a hook. */
export interface WebhookTrigger {
  id: number;
  resource_name: string;
  event_type: EventType;
}

/** An event on its way to a hook. */
export interface Envelope {
  /** The body as it is sent (payload v2.0). */
  payload: Record<string, unknown>;
  /** Not to be sent before, milliseconds. */
  notBefore: number;
  attempts: Attempt[];
}

/** One attempt to send. */
export interface Attempt {
  success: boolean;
  /** Null where nothing answered. */
  status: number | null;
  started_at: string;
  completed_at: string;
}

/** What became of an event. */
export interface SentEnvelope extends Envelope {
  status: "delivered" | "discarded";
}

/** A hook. */
export interface WebhookHook {
  id: number;
  namespace: string;
  payload_version: string;
  destination_url: string;
  /** What is sent as `Authorization`; null: nothing. */
  authorization: string | null;
  status: "active" | "disabled";
  triggers: WebhookTrigger[];
  /** Waiting, oldest first. */
  queue: Envelope[];
  /** The last ones that left the queue. */
  sent: SentEnvelope[];
  /** Failures in a row. */
  failures: number;
  /** When the first of them was, milliseconds. */
  failingSince: number | null;
  /** The queue is paused until then, milliseconds. */
  pausedUntil: number;
  created_at: string;
  updated_at: string;
}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A ULID: 48 bits of time, 80 of chance. */
export function ulid(time: number, random: Random): string {
  let text = "";
  for (let rest = time, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) text = ALPHABET[rest % 32] + text;
  for (let i = 0; i < 16; i++) text += ALPHABET[Math.floor(random() * 32)];
  return text;
}
