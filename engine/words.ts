/**
 * Numbers, amounts and times as people read them, in a terminal and on a page.
 *
 * @module
 */
import { parseDecimal } from "./decimal.ts";

/** Cuts text to `length` characters, with an ellipsis where something is left out. */
export function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 1)).join("")}…`;
}

/** `1,234`. */
export const number = (value: number): string => value.toLocaleString("en-US");

/** `1 record`, `1,234 records`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;

/** `0.4 s`, `12 s`, `3:07`, `2:15:09`: a duration given in milliseconds. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** `just now`, `12 minutes ago`, `3 days ago`: an ISO time seen from `now`. */
export function ago(at: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(at)) / 60_000);
  if (!Number.isFinite(minutes)) return at;
  if (minutes < 1) return "just now";
  if (minutes < 120) return `${counted(minutes, "minute")} ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours ago` : `${counted(Math.floor(hours / 24), "day")} ago`;
}

/** The singular of a stream's name: `suppliers` → `supplier`, `companies` → `company`, `gl_journals` → `gl journal`. */
export function singular(stream: string): string {
  return stream.replaceAll("_", " ").replace(/ies$/, "y").replace(/([^s])s$/, "$1");
}

/** An amount with thousands set apart and two decimals at least. */
export function money(amount: string): string {
  const value = parseDecimal(amount);
  if (!value) return amount;
  const places = Math.max(2, value.toFixed().split(".")[1]?.length ?? 0);
  const [whole, part] = value.toFixed(places).split(".");
  return `${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",")}.${part}`;
}
