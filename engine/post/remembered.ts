/**
 * What the destination remembers of a document whose body the outbox has lost: its lines as they were sent. The state was lost, and the
 * outbox rebuilt.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import type { PostingRecord } from "../state/posting_types.ts";
import type { Desk } from "./desk.ts";

/** A document's lines, accounts and amounts as they were sent; undefined where the destination does not know it. */
export async function rememberedLines(
  { says, writer, books }: Desk,
  record: PostingRecord,
): Promise<Row[] | undefined> {
  const stream = await writer();
  if (!stream.posted) return undefined;
  for await (const page of stream.posted(await books(record.to), record.key)) {
    const found = page.find(({ probe }) => probe.key === record.key);
    if (!found || found.lines.length === 0) continue;
    return found.lines.map(({ account, debit, credit, position, measure }): Row => ({
      [says.account]: account,
      ...(debit !== undefined && { [says.debit]: debit }),
      ...(credit !== undefined && { [says.credit]: credit }),
      ...(position !== undefined && { [says.position]: position }),
      ...(measure !== undefined && { [says.measure]: measure }),
    }));
  }
  return undefined;
}
