/**
 * A document as a person reads it: its day and worth, and its lines, debit and credit.
 *
 * @module
 */
import { documentTold } from "../../../acts/postings.ts";
import { sum } from "../../../decimal.ts";
import type { PlannedDocument } from "../../../run/types.ts";
import { bodyOf } from "../../../state/postings.ts";
import type { PostingRecord } from "../../../state/posting_types.ts";
import { Empty, Money, Table, Text } from "./parts.tsx";
import type { PageCall } from "./route.ts";

/** A document with its lines; undefined where its body is not known, or its pipeline is gone. */
export async function journalOf(
  { api }: Pick<PageCall, "api">,
  record: PostingRecord,
): Promise<PlannedDocument | undefined> {
  const fields = await bodyOf(api.store, record);
  return fields && documentTold({ registry: api.files.registry, project: api.project() }, record, fields);
}

/** Its lines. */
export const Journal = ({ document }: { document?: PlannedDocument }) => {
  if (!document) return <Empty>Its lines are not known here: it never left, or the outbox was rebuilt.</Empty>;
  const { lines, currency, key } = document;
  const total = (side: "debit" | "credit"): string => sum(lines.flatMap((line) => line[side] ?? []));
  return (
    <Table
      label={`Lines of ${key}`}
      rows={lines}
      columns={[
        { head: "account", cell: ({ account }) => <Text of={account} /> },
        { head: "for", cell: ({ description }) => <Text of={description} /> },
        {
          head: "moves",
          cell: ({ measure, position }) => <Text of={measure && position ? `${measure} of ${position}` : measure} />,
        },
        { head: "debit", right: true, cell: ({ debit }) => debit ? <Money value={debit} /> : "" },
        { head: "credit", right: true, cell: ({ credit }) => credit ? <Money value={credit} /> : "" },
      ]}
      foot={["Total", "", currency, <Money value={total("debit")} />, <Money value={total("credit")} />]}
    />
  );
};
