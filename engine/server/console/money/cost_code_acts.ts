/**
 * What is done to cost codes' links: carried out and in as CSV, forgotten, and taken over as they are suggested.
 *
 * @module
 */
import { decideAdoptions } from "../../../acts/adoptions.ts";
import { dropLinks, importLinks, linksCsv } from "../../../acts/links.ts";
import { Failure } from "../../../failure.ts";
import { costCodes, pipelineIn } from "./cost_codes.tsx";
import { asked, fieldOf, type PageAnswer, type PageCall, type PageRoute } from "./route.ts";

/** Largest file that is read, in characters. */
const LARGEST = 8 << 20;

function exported(call: PageCall): PageAnswer {
  const { name } = pipelineIn(call);
  const bytes = ReadableStream.from(linksCsv(call.api.store, name)).pipeThrough(new TextEncoderStream());
  return { text: bytes, type: "text/csv; charset=utf-8", name: `${name}-links.csv` };
}

async function imported(call: PageCall): Promise<PageAnswer> {
  const { api, actor, form, query } = call;
  const pipeline = pipelineIn(call);
  const file = form.get("file");
  if (!(file instanceof File) || file.size === 0) {
    throw new Failure("usage", { fact: "No file was sent", action: "Choose one." });
  }
  if (file.size > LARGEST) throw new Failure("request.too-large", { fact: `The file is longer than ${LARGEST} bytes` });
  const dry = fieldOf(form, "try") === "yes";
  const { fresh, same, mistakes } = await importLinks(
    api.store,
    { pipeline, text: await file.text(), file: "the file" },
    dry ? undefined : () => Promise.resolve(actor),
  );
  const [wrong] = mistakes;
  if (wrong) {
    throw new Failure("config.invalid", {
      fact: `${mistakes.length === 1 ? "One line is wrong" : `${mistakes.length} lines are wrong`}: ${wrong.message}`,
      place: `the file:${wrong.line}`,
      action: "Nothing was imported: mend the file and send it again.",
    });
  }
  const said = `${fresh.length} new, ${same} as they were`;
  return {
    go: asked("/console/cost-codes", query),
    said: dry ? `It would be ${said}; nothing was written.` : `Imported: ${said}.`,
  };
}

const keysIn = (form: FormData): string[] => form.getAll("key").filter((one) => typeof one === "string");

async function dropped(call: PageCall): Promise<PageAnswer> {
  const keys = keysIn(call.form);
  if (keys.length === 0) throw new Failure("usage", { fact: "No link is chosen", action: "Choose some first." });
  const links = await dropLinks(call.actor, pipelineIn(call).name, keys);
  return {
    go: asked("/console/cost-codes", call.query),
    said: `${links.length} ${links.length === 1 ? "link is" : "links are"} forgotten.`,
  };
}

async function accepted(call: PageCall): Promise<PageAnswer> {
  const why = fieldOf(call.form, "why") || undefined;
  const done = await decideAdoptions(call.actor, pipelineIn(call).name, keysIn(call.form), { accept: true, why });
  return {
    go: asked("/console/cost-codes", { ...call.query, view: "suggested" }),
    said: `The next run takes ${done.length} over.`,
  };
}

/** The routes. */
export const costCodeRoutes: readonly PageRoute[] = [
  { method: "get", path: "/console/cost-codes", takes: "read", does: costCodes },
  { method: "get", path: "/console/cost-codes/export", takes: "read", does: exported },
  { method: "post", path: "/console/cost-codes/import", takes: "links.import", does: imported },
  { method: "post", path: "/console/cost-codes/drop", takes: "links.drop", does: dropped },
  { method: "post", path: "/console/cost-codes/accept", takes: "adopt.accept", does: accepted },
];
