/**
 * A span for every call of a connection.
 *
 * @module
 */
import { spanned } from "../trace.ts";
import { markOf, routeOf } from "./mark.ts";
import type { Layer } from "./types.ts";

/** Tells of each call by its route, which holds no id, query or body. */
export function traced(connection: string): Layer {
  return (wire) => (request) => {
    const route = routeOf(request);
    const attributes = {
      "gusset.connection": connection,
      "gusset.effect": markOf(request).effect,
      "http.request.method": request.method,
      "http.route": route.slice(route.indexOf(" ") + 1),
    };
    return spanned(`call ${connection}`, attributes, async (note) => {
      const response = await wire(request);
      note({ "http.response.status_code": response.status });
      return response;
    });
  };
}
