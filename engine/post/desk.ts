/**
 * What stays the same through one posting run: the pipeline, compiled; the books it posts to; whether it may.
 *
 * @module
 */
import type { OpenStream, Partition } from "../connector.ts";
import { Failure } from "../failure.ts";
import { compilePosting, type PostingMapper } from "../mapping/posting.ts";
import type { Pipeline, Posting } from "../pipeline/model.ts";
import type { DocumentFields, Period } from "../posting.ts";
import type { Posting as Takes } from "../posting.ts";
import { joinedStreams, type Joiner, joiner } from "../run/join.ts";
import type { Job } from "../run/job.ts";
import { getLive } from "../state/live.ts";
import { whyShadow } from "./terms.ts";

/** One posting run's equipment. */
export interface Desk {
  job: Job;
  pipeline: Pipeline & { posting: Posting };
  /** What the destination says of its documents. */
  takes: Takes;
  says: DocumentFields;
  mapper: PostingMapper;
  joiner: Joiner;
  /** Whether documents may leave: the pipeline says `live`, and somebody has put that down here. */
  live: boolean;
  /** Why they may not, for people. */
  shadow?: string;
  /** The run's day. */
  today: string;
  /** The destination, once its identity has been made sure of. */
  writer(): Promise<OpenStream>;
  /** The destination's partition by its id, as its own list names it. */
  books(id: string): Promise<Partition>;
  /** The periods of a partition's books; read once a run. */
  calendar(id: string): Promise<readonly Period[]>;
}

/** Sets a desk up; calls nobody yet. */
export async function openDesk(job: Job): Promise<Desk> {
  const pipeline = job.options.pipeline as Pipeline & { posting: Posting };
  const { name } = pipeline;
  const takes = job.destination.posting!;
  const joined = joinedStreams(job.engine, pipeline);
  const shadow = whyShadow(pipeline, await getLive(job.engine.store, name));
  let opened: Promise<OpenStream> | undefined;
  let partitions: Promise<Map<string, Partition>> | undefined;
  const calendars = new Map<string, Promise<readonly Period[]>>();
  const writer = () => opened ??= job.writer();
  const books = async (id: string): Promise<Partition> => {
    partitions ??= writer().then((stream) => stream.partitions()).then((all) =>
      new Map(all.map((one) => [one.id, one]))
    );
    const found = (await partitions).get(id);
    if (found) return found;
    throw new Failure("post.invalid", {
      fact: `The connection ${job.to.name} does not cover the ${job.destination.partition ?? "partition"} ${id}`,
      place: `pipeline ${name}`,
    });
  };
  return {
    job,
    pipeline,
    takes,
    says: takes.says,
    mapper: compilePosting(pipeline, { source: job.source, joined }),
    joiner: joiner(job.engine, pipeline, job.links, job.around),
    live: shadow === undefined,
    shadow,
    today: job.at.slice(0, 10),
    writer,
    books,
    async calendar(id) {
      let calendar = calendars.get(id);
      if (!calendar) {
        calendar = (async () => await (await writer()).calendar?.(await books(id)) ?? [])();
        calendars.set(id, calendar);
      }
      return await calendar;
    },
  };
}
