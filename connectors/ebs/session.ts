/**
 * Sessions with the gateway, one for each application context: a token keeps the context it was last used with (reference §1.4),
 * so two contexts never share one. A session that dies is renewed once, by one call for all that wait, and the read it died
 * under is sent once more.
 *
 * @module
 */
import pLimit from "p-limit";
import type { Wire, World } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { call as marked } from "../../engine/wire/mark.ts";
import { basic, cookieIn, LOGIN, loginRefused, LOGOUT } from "./login.ts";
import { readReply, type Reply, sessionGone } from "./reply.ts";
import { type Context, originOf, type Settings } from "./settings.ts";

/** One call, without what identifies its sender. */
export interface Call {
  method: "GET" | "POST";
  /** From `/webservices` on, with its query. */
  path: string;
  /** For people: `gusset/get_suppliers`. */
  place: string;
  effect: "read" | "write";
  accept: string;
  body?: { text: string; type: string };
}

/** The gateway as one sends calls to it. */
export interface Gateway {
  /**
   * Sends a call in a context and gives the answer, whatever it says, but never one that says that the session is gone.
   *
   * Throws `login.refused` where user or password are wrong (and then for every later call, without asking again: accounts are
   * locked after a few attempts), `login.expired` where a session dies right after it was renewed, `wire.fate-unknown` where
   * it dies under a write.
   */
  send(context: Context, call: Call): Promise<Reply>;
  /** Gives every token back; never throws. */
  close(): Promise<void>;
}

interface Token {
  cookie: string;
  /** Requests sent with it. */
  used: number;
}

/** The one session of a context. */
interface Slot {
  token?: Token;
  pending?: Promise<Token>;
}

/**
 * Opens the gateway; nothing is sent before the first call. Tokens are given back by the wire `farewell`, which should neither
 * wait nor try again: they die by themselves.
 */
export function openGateway(
  settings: Settings,
  { wire, farewell, clock, log, share }: Pick<World, "wire" | "clock" | "log" | "share"> & { farewell: Wire },
): Gateway {
  const origin = originOf(settings);
  const limit = pLimit(settings.concurrency);
  const credentials = basic(settings.user, settings.password);
  const slots = new Map<string, Slot>();
  let refused: Failure | undefined;
  let proven = false;
  let queue: Promise<unknown> = Promise.resolve();

  async function exchange(call: Call, identity: Record<string, string>, by = wire): Promise<Reply> {
    const headers: Record<string, string> = { Accept: call.accept, ...identity };
    if (call.body) headers["Content-Type"] = call.body.type;
    const { method, path, effect, place } = call;
    const route = `${method} ${path.replace(/\?.*/, "")}`;
    const request = marked(origin + path, { method, headers, body: call.body?.text, effect, route });
    return readReply(await by(request), { place, now: clock.now() });
  }

  /** What proves who we are goes out one at a time, and never again once it was refused. */
  function alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = queue.then(async () => {
      if (refused) throw refused;
      try {
        return await work();
      } catch (error) {
        if (error instanceof Failure && error.code === "login.refused") refused = error;
        throw error;
      }
    });
    queue = turn.catch(() => {});
    return turn;
  }

  function logIn(): Promise<Token> {
    return alone(async () => {
      const call: Call = { method: "GET", path: LOGIN, place: LOGIN, effect: "read", accept: "application/xml" };
      const reply = await exchange(call, { Authorization: credentials });
      return { cookie: cookieIn(reply, settings.user), used: 0 };
    });
  }

  /** A token other than `stale`: one that another caller has fetched meanwhile, one that is on its way, or a new one. */
  function renew(slot: Slot, stale: Token | undefined): Promise<Token> {
    if (slot.token && slot.token !== stale) return Promise.resolve(slot.token);
    slot.pending ??= logIn().then((token) => slot.token = token).finally(() => slot.pending = undefined);
    return slot.pending;
  }

  async function sendWithToken(context: Context, call: Call): Promise<Reply> {
    const slot = slotFor(slots, context);
    const used = slot.token?.used ?? Infinity;
    const token = used < settings.session_requests ? slot.token! : await renew(slot, slot.token);
    token.used++;
    const reply = await exchange(call, { Cookie: token.cookie });
    const why = sessionGone(reply);
    if (!why) return reply;
    log("info", "The EBS session is gone and is renewed", { unit: context.name, place: call.place, why });
    if (call.effect === "write") {
      // Whatever becomes of the login is for the next call to say: of this one nobody knows whether it was carried out.
      await renew(slot, token).catch(() => {});
      throw new Failure("wire.fate-unknown", { fact: "The session died under a write", place: call.place });
    }
    const fresh = await renew(slot, token);
    fresh.used++;
    const again = await exchange(call, { Cookie: fresh.cookie });
    const still = sessionGone(again);
    if (!still) return again;
    throw new Failure("login.expired", {
      fact: "EBS drops a session right after it was renewed",
      value: still,
      place: call.place,
      action:
        "Ask for the profiles ICX: Session Timeout, Limit time and Limit connect of this user, or set `auth: basic`.",
    });
  }

  async function sendWithBasic(call: Call): Promise<Reply> {
    const work = async (): Promise<Reply> => {
      const reply = await exchange(call, { Authorization: credentials });
      const why = sessionGone(reply);
      if (!why) proven = true;
      else if (reply.status === 401 || reply.fault) throw refused = loginRefused(settings.user);
      else {
        throw new Failure("remote.refused", {
          fact: "Something else answers in place of the gateway",
          value: why,
          place: call.place,
          action: "Ask for /webservices/rest to be left out of single sign-on.",
        });
      }
      return reply;
    };
    return proven && !refused ? await work() : await alone(work);
  }

  return {
    send: (context, call) =>
      limit(async () => {
        // The limit is the gateway's: other processes' calls count as ours do.
        const over = await share?.slot(settings.concurrency);
        try {
          return await (settings.auth === "basic" ? sendWithBasic(call) : sendWithToken(context, call));
        } finally {
          over?.();
        }
      }),
    async close() {
      const cookies = [...slots.values()].flatMap(({ token }) => token ? [token.cookie] : []);
      slots.clear();
      const call: Call = { method: "GET", path: LOGOUT, place: LOGOUT, effect: "read", accept: "application/xml" };
      await Promise.allSettled(cookies.map((Cookie) => exchange(call, { Cookie }, farewell)));
    },
  };
}

function slotFor(slots: Map<string, Slot>, context: Context): Slot {
  const key = JSON.stringify(context);
  let slot = slots.get(key);
  if (!slot) slots.set(key, slot = {});
  return slot;
}
