/**
 * Sessions as `ICX` keeps them: a token for a login, with its context, its age and its count of requests (reference §1.5).
 *
 * @module
 */
import type { Random } from "../../../engine/clock.ts";
import type { Header } from "./body.ts";
import type { ExpiryMode, Setup } from "./setup.ts";

/** A session. */
export interface Session {
  /** FND user. */
  user: string;
  /** What the cookie carries. */
  token: string;
  /** Sticky: a call without a RESTHeader runs in the context of the one before. */
  context: Header;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Milliseconds since 1970. */
  usedAt: number;
  /** Requests it has carried. */
  requests: number;
  /** Set once it is dead: how the gateway says so. */
  dead?: ExpiryMode;
}

/** The sessions of one gateway. */
export interface Sessions {
  /** Opens a session at `now` (milliseconds). */
  open(user: string, now: number): Session;
  /** Uses a token at `now`: the live session, or how the gateway refuses a dead or unknown one. */
  use(token: string, now: number, setup: Setup): { session: Session } | { dead: ExpiryMode };
  /** Ends a session; later calls with its token are refused. */
  end(token: string, mode?: ExpiryMode): void;
  /** Ends all. */
  clear(): void;
}

const MINUTE = 60_000;

/** Makes {@link Sessions} whose tokens come from `random`. */
export function sessions(random: Random): Sessions {
  const held = new Map<string, Session>();
  const draw = () =>
    Array.from({ length: 4 }, () => Math.floor(random() * 36 ** 7).toString(36).padStart(7, "0")).join("");
  return {
    open(user, now) {
      const token = `${draw()}..`;
      const session: Session = { user, token, context: {}, createdAt: now, usedAt: now, requests: 0 };
      held.set(token, session);
      return session;
    },
    use(token, now, setup) {
      const session = held.get(token);
      if (!session) return { dead: setup.expiry };
      const { idle_minutes, limit_hours, limit_connect } = setup;
      const over = (idle_minutes !== null && now - session.usedAt >= idle_minutes * MINUTE) ||
        (limit_hours !== null && now - session.createdAt >= limit_hours * 60 * MINUTE) ||
        (limit_connect !== null && session.requests >= limit_connect);
      if (over) session.dead ??= setup.expiry;
      if (session.dead) return { dead: session.dead };
      session.usedAt = now;
      session.requests++;
      return { session };
    },
    end(token, mode) {
      const session = held.get(token);
      if (!session) return;
      if (mode) session.dead = mode;
      else held.delete(token);
    },
    clear: () => held.clear(),
  };
}
