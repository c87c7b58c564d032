/**
 * Counts the calls a sandbox gets, by route and by what came of them.
 *
 * @module
 */

/** Calls to one route. */
export interface RouteCount {
  /** Calls that came. */
  calls: number;
  /** By HTTP status; `dropped` where the connection was made to die, `aborted` where the caller gave up. */
  status: Record<string, number>;
}

/** What `GET /_sandbox/requests` answers. */
export interface RequestReport {
  /** Calls to all routes. */
  total: number;
  /** By `METHOD /path`, with whole-number segments as `{id}`. */
  routes: Record<string, RouteCount>;
}

/** Counts calls. */
export interface RequestCounter {
  /** Notes that a call came; the function given back notes what came of it. */
  start(method: string, path: string): (outcome: string) => void;
  /** What was counted so far. */
  report(): RequestReport;
  /** Back to zero. */
  clear(): void;
}

/** Routes told apart at the most; what comes beyond is counted under `other`. */
const MOST_ROUTES = 500;

/** Makes a {@link RequestCounter} at zero. */
export function requestCounter(): RequestCounter {
  let total = 0;
  let routes = new Map<string, RouteCount>();
  return {
    start(method, path) {
      total++;
      let route = `${method} ${path.replace(/\/\d+(?=\/|$)/g, "/{id}")}`;
      if (!routes.has(route) && routes.size >= MOST_ROUTES) route = "other";
      let count = routes.get(route);
      if (!count) routes.set(route, count = { calls: 0, status: {} });
      const counted = count;
      counted.calls++;
      return (outcome) => void (counted.status[outcome] = (counted.status[outcome] ?? 0) + 1);
    },
    report: () => ({ total, routes: Object.fromEntries([...routes].sort(([a], [b]) => a < b ? -1 : 1)) }),
    clear() {
      total = 0;
      routes = new Map();
    },
  };
}
