/**
 * What the streams of an open session share.
 *
 * @module
 */
import type { Clock } from "../../engine/clock.ts";
import type { Log, Row } from "../../engine/connector.ts";
import type { OwnerCheck } from "./owner.ts";
import type { Remembered } from "./remembered.ts";
import type { Rest } from "./rest.ts";
import type { Settings } from "./settings.ts";

/** A session, as its streams see it. */
export interface Open {
  rest: Rest;
  clock: Clock;
  log: Log;
  settings: Settings;
  /** The tags of all connections. */
  tags: readonly string[];
  owner: OwnerCheck;
  /** All projects the app may see, active or not, ascending by id. */
  projects: Remembered<ProjectList>;
}

/** The company's projects, as they were listed. */
export interface ProjectList {
  rows: Row[];
  /** Procore's time of the first page, ISO 8601. */
  at: string;
}
