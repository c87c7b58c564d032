/**
 * For tests: a system that announces changes, two pipelines that listen, and deliveries of it.
 *
 * @module
 */
import { z } from "zod";
import type { Connector, Delivery, Registry, Stream } from "../connector.ts";
import { Failure } from "../failure.ts";
import { parseJson } from "../json.ts";
import type { Pipeline, Project } from "../pipeline/model.ts";
import { TEST_START } from "../state/testing.ts";

/** What the system says along with each delivery. */
export const SECRET = "known-to-the-two-of-us";

const never = (): never => {
  throw new Error("an intake opens no connection");
};
const stream = (name: string, more: Partial<Stream> = {}): Stream => ({
  description: name,
  record: z.object({ id: z.string() }),
  key: "id",
  source: { pageSize: 100, incremental: true, overlap: 0 },
  webhooks: [name],
  ...more,
});

const site: Connector = {
  name: "site",
  title: "Test site system",
  settings: z.object({ secret: z.string() }),
  secrets: ["secret"],
  origins: () => [],
  streams: {
    changes: stream("Changes", { partition: "project", webhooks: ["Changes", "Change Lines"] }),
    vendors: stream("Vendors"),
  },
  webhooks: {
    authentic: ({ secret }, headers) => headers.get("authorization") === secret,
    read(_, body) {
      const value = parseJson(body) as unknown as Delivery | null;
      if (typeof value?.id !== "string") throw new Failure("webhook.malformed", { fact: "It has no id" });
      return value;
    },
  },
  open: never,
  sandbox: never,
};

/** The system `site`, and `silent`, which announces nothing. */
export const registry: Registry = { site, silent: { ...site, name: "silent", webhooks: undefined } };

const pipeline = (name: string, stream: string, webhook: string[], connection = "site") =>
  ({ name, source: { connection, stream }, trigger: { after: [], webhook } }) as unknown as Pipeline;

const place = { file: "connections.yaml", line: 1, column: 1 };

/** `changes` and `notices` listen to Changes, `changes` to Change Lines too, `vendors` to Vendors. */
export function testProject(): Project {
  return {
    pipelines: [
      pipeline("changes", "changes", ["Changes", "Change Lines"]),
      pipeline("notices", "changes", ["Changes"]),
      pipeline("vendors", "vendors", ["Vendors"]),
    ],
    connections: {
      site: { name: "site", connector: "site", tag: "SITE", settings: { secret: SECRET }, place },
      silent: { name: "silent", connector: "silent", tag: "SILENT", settings: { secret: SECRET }, place },
    },
  };
}

/** A delivery of a change in project 5. */
export function testDelivery(id: string, more: Partial<Delivery> = {}): Delivery {
  return { id, resource: "Changes", key: "7", partition: "5", action: "update", at: TEST_START, ...more };
}
