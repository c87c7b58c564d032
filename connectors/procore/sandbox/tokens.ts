/**
 * OAuth tokens and codes as the sandbox gives them out (reference §1.2). They live by the sandbox's clock.
 *
 * @module
 */
import type { Random } from "../../../engine/clock.ts";

/** Who a token speaks for: the app itself (a Developer Managed Service Account), or a person who allowed it. */
export type TokenOwner = "app" | "person";

/** An access token. */
export interface Token {
  access: string;
  /** Only for a person's token: the app's own has none. */
  refresh?: string;
  owner: TokenOwner;
  /** Milliseconds. */
  createdAt: number;
  expiresAt: number;
}

/** Seconds an access token lives. */
export const TOKEN_SECONDS = 5400;
const CODE_MS = 600_000;

/** Why a token does not open anything. */
export type TokenFault = "invalid" | "expired" | "revoked";

/** The tokens of one sandbox. */
export interface TokenStore {
  issue(owner: TokenOwner): Token;
  /** A code for a person who said yes; good once, for ten minutes, with the same redirect address. */
  issueCode(redirectUri: string): string;
  /** Uses up a code. */
  redeemCode(code: string, redirectUri: string): boolean;
  /** The token, or why it is none. */
  look(access: string): Token | TokenFault;
  /** Uses up a refresh token; its access token dies with it. */
  redeemRefresh(refresh: string): boolean;
  /** Ends an access or refresh token, and the other of the pair; unknown ones are no error. */
  end(token: string, as: "revoked" | "expired"): void;
  /** Access tokens that still open something. */
  count(): number;
  clear(): void;
}

/** Makes an empty {@link TokenStore}. */
export function tokenStore({ time, random }: { time: () => number; random: Random }): TokenStore {
  const byAccess = new Map<string, Token>(), byRefresh = new Map<string, Token>();
  const ended = new Map<string, "revoked" | "expired">();
  const codes = new Map<string, { redirectUri: string; expiresAt: number }>();

  const secret = (length: number): string =>
    Array.from({ length }, () => Math.floor(random() * 36).toString(36)).join("");

  function remove(token: Token): void {
    byAccess.delete(token.access);
    if (token.refresh) byRefresh.delete(token.refresh);
  }

  return {
    issue(owner) {
      const now = time();
      const claims = new TextEncoder().encode(JSON.stringify({ iat: Math.floor(now / 1000), owner }));
      const body = claims.toBase64({ alphabet: "base64url", omitPadding: true });
      const token: Token = {
        // Shaped like the real one, an ES512 JWT; the signature is chance.
        access: `eyJhbGciOiJFUzUxMiJ9.${body}.${secret(86)}`,
        refresh: owner === "person" ? secret(43) : undefined,
        owner,
        createdAt: now,
        expiresAt: now + TOKEN_SECONDS * 1000,
      };
      byAccess.set(token.access, token);
      if (token.refresh) byRefresh.set(token.refresh, token);
      return token;
    },
    issueCode(redirectUri) {
      const code = secret(43);
      codes.set(code, { redirectUri, expiresAt: time() + CODE_MS });
      return code;
    },
    redeemCode(code, redirectUri) {
      const held = codes.get(code);
      codes.delete(code);
      return held !== undefined && held.expiresAt > time() && held.redirectUri === redirectUri;
    },
    look(access) {
      const token = byAccess.get(access);
      if (!token) return ended.get(access) ?? "invalid";
      return token.expiresAt > time() ? token : "expired";
    },
    redeemRefresh(refresh) {
      const token = byRefresh.get(refresh);
      if (!token) return false;
      remove(token);
      ended.set(token.access, "revoked");
      return true;
    },
    end(text, as) {
      const token = byAccess.get(text) ?? byRefresh.get(text);
      if (!token) return;
      remove(token);
      ended.set(token.access, as);
    },
    count: () => [...byAccess.values()].filter((token) => token.expiresAt > time()).length,
    clear() {
      for (const map of [byAccess, byRefresh, ended, codes]) map.clear();
    },
  };
}
