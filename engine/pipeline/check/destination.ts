/**
 * Checks a pipeline's destination: its partition, what it may do there, and how it recognises what is there.
 *
 * @module
 */
import type { WrittenPipeline } from "../../../schemas/pipeline/pipeline.ts";
import type { Stream } from "../../connector.ts";
import type { Adoption } from "../model.ts";
import { nearest } from "../nearest.ts";
import type { Scope } from "../scope.ts";
import type { Path } from "../yaml/source.ts";
import type { Draft } from "./pipeline.ts";
import { type Checking, scalarAt } from "./value.ts";

/** Checks `destination:`; `broken` holds the keys that were left out because their shape is wrong. */
export function checkDestination(
  data: WrittenPipeline,
  into: Stream | undefined,
  scope: Scope | undefined,
  broken: Draft["broken"],
  on: Checking,
): Adoption[] {
  const { partition, adopt, create, leaves, stream } = data.destination;
  const path: Path = ["destination"];
  if (partition) {
    if (partition.link !== undefined) on.link(["destination", "partition", "link"], partition.link, false);
    else if (partition.missing === "park") {
      const message = "Nothing will ever be waited for: without a link, the partition is a field of the record";
      on.report([...path, "partition", "missing"], { code: "useless-key", message, help: "write skip or reject" });
    }
    if (scope) scalarAt(partition.of, ["destination", "partition", "of"], scope, on);
  }
  if (into && into.partition && !partition && !broken.keys.has("destination.partition")) {
    const help = into.posting
      ? `add partition: { of: … }, the field that holds its ${into.partition}`
      : `add partition: { link: …, of: … }, the pipeline that links each ${into.partition}`;
    on.report([...path, "stream"], {
      code: "missing-partition",
      message: `${stream} belong to a ${into.partition} each`,
      help,
    });
  }
  if (into && !into.partition && partition) {
    const message = `${stream} are not divided, so there is no partition to name`;
    on.report([...path, "partition"], { code: "useless-key", message, help: "leave it out" }, "key");
  }
  const able = into?.destination;
  if (able && !able.creates && create !== "never" && !broken.keys.has("destination.create")) {
    const at = create === undefined ? [...path, "stream"] : [...path, "create"];
    on.report(at, { code: "cannot-create", message: `${stream} cannot be created`, help: "write create: never" });
  }
  if (able && !able.deactivates && leaves === "deactivate") {
    on.report([...path, "leaves"], {
      code: "cannot-deactivate",
      message: `${stream} cannot be deactivated`,
      help: "write leaves: keep or leaves: hold",
    });
  }
  if (data.posting) return uselessOf(data, on);
  const list = Array.isArray(adopt) ? adopt : adopt ? [adopt] : [];
  return list.map((one, i): Adoption => {
    const at = [...path, "adopt", ...(Array.isArray(adopt) ? [i] : []), "match"];
    for (const [place, [field, mapped]] of Object.entries(one.match).entries()) {
      // The first finds, the others tell apart what was found.
      const findable = able && (place === 0 ? ["id", ...able.find] : Object.keys(into.record.shape));
      if (findable && !findable.includes(field)) {
        const near = nearest(field, findable);
        const help = near ? `did you mean ${near}?` : `it can be found by ${["id", ...able.find].join(", ")}`;
        const message = place === 0 ? `${stream} cannot be found by ${field}` : `${stream} has no field ${field}`;
        on.report(
          [...at, field],
          { code: "unknown-match", message, help },
          "key",
        );
      }
      if (!Object.hasOwn(data.map, mapped) && !broken.fields.has(mapped)) {
        const near = nearest(mapped, Object.keys(data.map));
        const help = near ? `did you mean ${near}?` : `map ${mapped}, or match another field`;
        on.report([...at, field], {
          code: "unmapped-match",
          message: `${mapped} is not mapped, so there is nothing to match`,
          help,
        });
      }
    }
    return { match: { ...one.match }, how: one.how ?? "suggest" };
  });
}

/** What is said of records that are kept equal, where documents are posted. */
function uselessOf({ destination }: WrittenPipeline, on: Checking): [] {
  for (const key of ["adopt", "create", "leaves", "drift", "deactivate_at_most"] as const) {
    if (destination[key] === undefined) continue;
    const message = `${key} is for records that are kept equal, and this pipeline posts documents`;
    on.report(["destination", key], { code: "useless-key", message, help: "leave it out" }, "key");
  }
  return [];
}
