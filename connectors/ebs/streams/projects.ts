/**
 * Projects, an operating unit at a time.
 *
 * @module
 */
import { project } from "../../../schemas/ebs/projects.ts";
import { type EbsStream, OVERLAP, PAGE_SIZE } from "./stream.ts";

/** The stream `projects`: the partition is the operating unit that owns the project. */
export const projects: EbsStream = {
  operation: "get_projects",
  stream: {
    description: "Projects of a covered operating unit, templates among them.",
    record: project,
    key: "PROJECT_ID",
    label: "NAME",
    partition: "operating unit",
    source: { pageSize: PAGE_SIZE, incremental: true, overlap: OVERLAP },
  },
};
