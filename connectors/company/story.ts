/**
 * The demonstration: what happens between the invented company's two systems, scene by scene. Commands are what a person would
 * type; edits are what people do in the systems meanwhile.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";

const text = (value: unknown): string => typeof value === "string" ? value : "";

/** The scenes, in order. */
export const story = [
  {
    title: "Are the pipelines right?",
    why: "Every name, type, link and schedule is checked against both systems' schemas before anything runs.",
    commands: [["check"]],
  },
  {
    title: "What would happen?",
    why: "A dry run reads both systems and shows each change, field by field. It writes nothing, anywhere.",
    commands: [["dry-run", "--all", "--show", "3"]],
  },
  {
    title: "Let it happen",
    why: "Projects find their twins, suppliers become vendors, the accounts a project uses become its cost codes.",
    commands: [["run", "--all", "--show", "2"]],
  },
  {
    title: "Some look like twins by their name alone: a person decides",
    why: "Nothing is taken over silently. One word, and the next run links them instead of making doubles.",
    commands: [["adopt", "list", "vendors", "--limit", "5"], ["adopt", "accept", "vendors", "--all"], [
      "run",
      "vendors",
      "--show",
      "3",
    ]],
  },
  {
    title: "Meanwhile, people work in both systems",
    touches: [
      {
        connector: "ebs",
        table: "AP_SUPPLIERS",
        key: "VENDOR_ID",
        pick: (row: Row): boolean => plainSupplier(row),
        fields: (row: Row): Row => ({ VENDOR_NAME: `${text(row.VENDOR_NAME).trim()} Holdings` }),
        says: (before: Row, set: Row): string =>
          `In Oracle, supplier ${text(before.SEGMENT1)} is renamed: ${text(before.VENDOR_NAME).trim()} → ${
            text(set.VENDOR_NAME)
          }`,
      },
      {
        connector: "procore",
        table: "vendors",
        key: "id",
        pick: (row: Row): boolean =>
          text(row.origin_id) !== "" && text(row.city) !== "" && !text(row.name).endsWith("Holdings"),
        fields: (): Row => ({ city: "Nowhere" }),
        says: (before: Row, set: Row): string =>
          `In Procore, someone moves ${text(before.name)} from ${text(before.city)} to ${text(set.city)}`,
      },
    ],
    commands: [["run", "--all", "--verify"]],
  },
  {
    title: "And again",
    why: "Nothing has changed, so nothing is written.",
    commands: [["run", "--all"], ["status"]],
  },
];

/** A supplier that the shipped pipeline carries over: active, of no special kind, with a name that is its own. */
function plainSupplier(row: Row): boolean {
  const kind = text(row.VENDOR_TYPE_LOOKUP_CODE);
  return text(row.END_DATE_ACTIVE) === "" && text(row.ENABLED_FLAG) === "Y" && text(row.ONE_TIME_FLAG) !== "Y" &&
    (kind === "VENDOR" || kind === "SUPPLIER" || kind === "SUBCONTRACTOR");
}
