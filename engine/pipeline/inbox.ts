/**
 * The built-in connection `inbox`: what calls for a person, not for a system, becomes a notice on the worklist.
 *
 * @module
 */
import { z } from "zod";
import type { Stream } from "../connector.ts";
import { date, decimal, id, text } from "../fields.ts";

/** The name of the connection; no other may have it. */
export const INBOX = "inbox";

const notice = z.object({
  title: text({ max: 255, description: "What is to be done, in one line." }),
  owner: text({ max: 255, description: "Who should do it: a person or a role." }).optional(),
  value: decimal("What it is worth.").optional(),
  due: date("The day it should be done by.").optional(),
  details: text({ max: 10_000, description: "All that helps to do it." }).optional(),
  reference: text({
    max: 700,
    description: "What tells it from every other one; by itself the pipeline and the record's key.",
  })
    .optional(),
});

/** Its streams. */
export const INBOX_STREAMS: Record<string, Stream> = {
  notices: {
    description: "Items on the worklist, each with an owner, a value and a due date.",
    record: z.object({ id: id(), ...notice.shape }),
    key: "id",
    order: "text",
    label: "title",
    destination: {
      fields: notice,
      identity: "reference",
      find: ["reference"],
      unique: [],
      bulk: 100,
      creates: true,
      deactivates: true,
    },
  },
};
