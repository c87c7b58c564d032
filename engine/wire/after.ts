/**
 * When a system says that it may be asked again.
 *
 * @module
 */

/**
 * Milliseconds that `Retry-After` asks to wait, as seconds or as an HTTP date (RFC 9110 §10.2.3); undefined where there is none
 * or it cannot be read.
 */
export function retryAfter(response: Response, now: number): number | undefined {
  const said = response.headers.get("retry-after")?.trim();
  if (!said) return undefined;
  if (/^\d+(\.\d+)?$/.test(said)) return Math.ceil(Number(said) * 1000);
  const at = Date.parse(said);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
