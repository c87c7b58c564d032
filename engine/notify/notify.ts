/**
 * What `serve` looks at and tells: put together, so that a scheduler has one thing to ask and one to say.
 *
 * @module
 */
import type { Notify } from "../../schemas/pipeline/notify.ts";
import type { Wire } from "../connector.ts";
import { asFailure } from "../failure.ts";
import type { Pipeline } from "../pipeline/model.ts";
import { batch } from "../state/batch.ts";
import { dropNews, listNews } from "../state/health.ts";
import { type CircuitOptions, type Circuits, openCircuits } from "./circuit.ts";
import { deliverNews } from "./courier.ts";
import type { RunEnd } from "./ends.ts";
import { hearRun } from "./runs.ts";
import { survey } from "./survey.ts";

/** What looking and telling works with. */
export interface WatchOptions extends Omit<CircuitOptions, "timezone"> {
  /** What `notify.yaml` says; undefined: nobody is told, and only the log is. */
  settings: () => Notify | undefined;
  /** Opens `settings().url`; a secret. */
  url: () => Promise<string>;
  /** How messages leave: the live network. */
  wire: Wire;
  /** Who delivers, for people: host and process. */
  owner: string;
}

/** Looks and tells. */
export interface Watch extends Pick<Circuits, "hears" | "heldBy"> {
  /** Hears how a run ended. Never throws. */
  observe(pipeline: Pipeline, end: RunEnd): Promise<void>;
  /** Looks at what no run tells: before each tick, once a minute. Never throws. */
  look(): Promise<void>;
  /** Looks after connections, which may take as long as a system takes to answer, and delivers news. After each tick; never throws. */
  tell(): Promise<void>;
}

/** Makes it. */
export function openWatch(options: WatchOptions): Watch {
  const { store, log, project, settings, url, wire, owner } = options;
  const timezone = (): string | undefined => settings()?.timezone;
  const circuits = openCircuits({ ...options, timezone });
  /** One at a time: a probe may take longer than a minute. */
  let telling: Promise<void> | undefined;

  const quietly = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (thrown) {
      const { code, message } = asFailure(thrown);
      log("warn", `${what}: ${message}`, { code });
    }
  };

  const deliver = async (): Promise<void> => {
    const said = settings();
    if (said) await deliverNews({ store, settings: said, url, wire, log, owner });
    else {
      // Nobody is to be told: what is new is a line in the log, and no pile in the state.
      const news = await Array.fromAsync(listNews(store));
      for (const { tone, text } of news) log(tone === "bad" ? "warn" : "info", text);
      if (news.length === 0) return;
      const writes = batch(store);
      dropNews(writes, news);
      await writes.commit();
    }
  };

  return {
    hears: circuits.hears,
    heldBy: circuits.heldBy,
    observe: (pipeline, end) =>
      quietly("How a run ended could not be noted", async () => {
        const blamed = await circuits.observe(pipeline, end);
        await hearRun({ store, pipeline: pipeline.name, end, blamed, timezone: timezone() });
      }),
    look: () => quietly("The survey failed", () => survey({ store, project: project(), timezone: timezone() })),
    tell() {
      return telling ??= (async () => {
        await circuits.tend();
        await quietly("News could not be delivered", deliver);
        telling = undefined;
      })();
    },
  };
}
