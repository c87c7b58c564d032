/**
 * The built-in connection `inbox`, open: a pipeline writes to the worklist as it writes to any system.
 *
 * @module
 */
import { type Change, type OpenStream, type Outcome, type Row, WHOLE } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { Mapper } from "../mapping/types.ts";
import { INBOX } from "../pipeline/inbox.ts";
import { batch } from "../state/batch.ts";
import { type Notice, noticeId, noticesById, putNotice } from "../state/notices.ts";
import type { Store } from "../state/types.ts";
import { callCounter } from "../wire/count.ts";
import type { OpenConnection } from "./types.ts";

/** Opens the worklist of a store. */
export function openInbox(store: Store): OpenConnection {
  const notices = openNotices(store);
  return {
    name: INBOX,
    tag: INBOX.toUpperCase(),
    calls: callCounter(),
    ready: () => Promise.resolve({}),
    session: {
      identity: () => Promise.resolve({ facts: {}, name: "the worklist" }),
      async *ping() {
        yield { level: "ok", message: "The worklist is part of the state." };
      },
      stream: () => notices,
      close: () => Promise.resolve(),
    },
  };
}

function openNotices(store: Store): OpenStream {
  return {
    partitions: () => Promise.resolve([WHOLE]),
    async find({ by, values }) {
      const ids = by === "id" ? values : values.map(noticeId);
      return [...(await noticesById(store, ids)).values()].map(rowOf);
    },
    async write(_, changes) {
      const now = await noticesById(store, changes.map(idOf));
      const at = new Date(store.clock.now()).toISOString();
      const writes = batch(store);
      const outcomes = changes.map((change): Outcome => {
        const id = idOf(change);
        const before = now.get(id);
        if (change.action !== "create" && !before) {
          const failure = new Failure("record.gone", { fact: "The notice is not on the worklist any more", value: id });
          return { ok: false, failure };
        }
        const next = changed(change, { id, before, at });
        now.set(id, next);
        putNotice(writes, next);
        return { ok: true, id, row: rowOf(next) };
      });
      await writes.commit();
      return outcomes;
    },
  };
}

/** A new notice's id comes from what it is about: whoever writes it again after a crash writes the same one. */
const idOf = ({ id, fields }: Change): string => id ?? noticeId(fields.reference as string);

/** A notice after a change. One that was closed and whose source has changed since is open again. */
function changed(
  { action, fields }: Change,
  { id, before, at }: { id: string; before?: Notice; at: string },
): Notice {
  const notice = { title: "", reference: "", at, state: "open", ...before, ...fields, id, changedAt: at } as Notice;
  if (action !== "deactivate") return { ...notice, state: "open" };
  if (notice.state !== "open") return notice;
  return { ...notice, state: "done", closed: { by: "its pipeline", at, why: "Its source asks for it no more" } };
}

const rowOf = ({ id, reference, title, owner, value, due, details }: Notice): Row => ({
  id,
  reference,
  title,
  owner,
  value,
  due,
  details,
});

/** A mapper whose notices are known by the record that they are about, unless the pipeline says by what. */
export function aboutRecords(mapper: Mapper, { pipeline, key }: { pipeline: string; key: string }): Mapper {
  return {
    ...mapper,
    map(row, part, links, around) {
      const mapped = mapper.map(row, part, links, around);
      if (mapped.kind !== "record" || mapped.fields.reference) return mapped;
      const reference = `${pipeline}:${row[key]}${part === "" ? "" : `/${part}`}`;
      return { ...mapped, fields: { ...mapped.fields, reference } };
    },
  };
}
