/**
 * GL accounts in use on the orders of projects.
 *
 * @module
 */
import { codeCombination } from "../../../schemas/ebs/code_combinations.ts";
import { type EbsStream, gathered, OVERLAP, PAGE_SIZE } from "./stream.ts";

/** The stream `code_combinations`. A first use on a project's order counts as a change of the account. */
export const codeCombinations: EbsStream = {
  operation: "get_code_combinations",
  stream: {
    description:
      "GL accounts on the order distributions of projects of the covered operating units, with those projects.",
    record: codeCombination,
    key: "CODE_COMBINATION_ID",
    label: "CONCATENATED_SEGMENTS",
    source: { pageSize: PAGE_SIZE, incremental: true, overlap: OVERLAP },
  },
  merge: (rows) => ({
    ...rows[0],
    PROJECTS: gathered(rows, "PROJECTS", { key: "PROJECT_ID", by: ["PROJECT_ID"] }),
  }),
};
