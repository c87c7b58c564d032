/**
 * The console's cookies: a session's signed id, the theme, and what is said once on the next page. None of them can be read by a script,
 * and none is sent along from another site.
 *
 * @module
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { deleteCookie, getCookie, getSignedCookie, setCookie, setSignedCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";

const SESSION = "gusset_session", SAID = "gusset_said", THEME = "gusset_theme";

/** What each cookie is like; over TLS (also where a proxy ends it) it leaves by nothing else. */
function like(c: Context): CookieOptions {
  const secure = new URL(c.req.url).protocol === "https:" || c.req.header("x-forwarded-proto") === "https";
  return { path: "/console", httpOnly: true, sameSite: "Strict", secure };
}

/** The id of the session that a request belongs to, where its signature holds. */
export async function sessionId(c: Context, key: string): Promise<string | undefined> {
  return await getSignedCookie(c, key, SESSION) || undefined;
}

/** Gives the browser a session's id. It ends with the browser, or by the deadlines in the state. */
export const giveSession = (c: Context, key: string, id: string): Promise<void> =>
  setSignedCookie(c, SESSION, id, key, like(c));

/** Takes the session's id back. */
export const takeSession = (c: Context): void => void deleteCookie(c, SESSION, like(c));

/** The token that each form of a session carries. */
export const csrfOf = (key: string, id: string): string =>
  createHmac("sha256", key).update(`csrf\0${id}`).digest("base64url");

/** Whether a form carries its session's token, compared in constant time. */
export function carries(form: FormData, csrf: string): boolean {
  const given = new TextEncoder().encode(String(form.get("csrf") ?? ""));
  const wanted = new TextEncoder().encode(csrf);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Whether a request that changes something comes from a page of ours, as far as the browser tells; one that tells nothing does not. */
export function fromHere(c: Context): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin";
  const origin = c.req.header("origin");
  const host = c.req.header("host") ?? new URL(c.req.url).host;
  return origin !== undefined && URL.parse(origin)?.host === host;
}

/** Keeps what the next page is to say. */
export const say = (c: Context, key: string, text: string): Promise<void> =>
  setSignedCookie(c, SAID, text.slice(0, 600), key, { ...like(c), maxAge: 60 });

/** What this page is to say, once. */
export async function said(c: Context, key: string): Promise<string | undefined> {
  const text = await getSignedCookie(c, key, SAID);
  if (text) deleteCookie(c, SAID, like(c));
  return text || undefined;
}

/** How a page may look; `auto`: as the system does. */
export const THEMES = ["auto", "light", "dark"] as const;
/** One of {@link THEMES}. */
export type Theme = typeof THEMES[number];

/** The theme that somebody has chosen. */
export function themeOf(c: Context): Theme {
  const chosen = getCookie(c, THEME);
  return THEMES.find((one) => one === chosen) ?? "auto";
}

/** Keeps the theme for a year. */
export const keepTheme = (c: Context, theme: Theme): void =>
  setCookie(c, THEME, theme, { ...like(c), maxAge: 365 * 86_400 });
