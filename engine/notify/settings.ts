/**
 * Reads and checks `notify.yaml`, which says where news go. Without that file nobody is told anything but by the log.
 *
 * @module
 */
import { join } from "node:path";
import { type Notify, notifySchema } from "../../schemas/pipeline/notify.ts";
import type { Diagnostic, Place } from "../pipeline/model.ts";
import { nearest } from "../pipeline/nearest.ts";
import { shapeIssues } from "../pipeline/yaml/issues.ts";
import { readSource } from "../pipeline/yaml/source.ts";

/** What was found. */
export interface LoadedNotify {
  /** Undefined where there is no such file, or it is wrong. */
  settings?: Notify & { place: Place };
  diagnostics: Diagnostic[];
  /** The text by file, for code frames; an address that was written plainly is covered. */
  sources: Map<string, string>;
}

/** Reads `notify.yaml` of the folder of pipelines. Never throws for what is in it. `text`: instead of what is on disk. */
export async function loadNotify({ dir, text }: { dir: string; text?: string }): Promise<LoadedNotify> {
  const file = join(dir, "notify.yaml");
  const none: LoadedNotify = { diagnostics: [], sources: new Map() };
  let written = text;
  try {
    written ??= await Deno.readTextFile(file);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return none;
    const help = "check that this user may read it";
    const message = `${file} cannot be read`;
    const place = { file, line: 1, column: 1 };
    none.diagnostics.push({ place, code: "unreadable", message, help, severity: "error", length: 1 });
    return none;
  }
  const sources = new Map([[file, covered(written)]]);
  const { source, diagnostics } = readSource(file, written);
  if (!source) return { diagnostics: diagnostics.map(discreet), sources };
  const issues = shapeIssues(notifySchema, source);
  const plain = typeof (source.data as { url?: unknown } | null)?.url === "string";
  diagnostics.push(
    ...issues.map(({ diagnostic, path }) => plain && path[0] === "url" ? plainUrl(diagnostic) : diagnostic),
  );
  const parsed = notifySchema.safeParse(source.data);
  if (!parsed.success) return { diagnostics: diagnostics.map(discreet), sources };
  const { timezone } = parsed.data;
  if (!isZone(timezone)) {
    const near = nearest(timezone, Intl.supportedValuesOf("timeZone"));
    const help = near ? `did you mean ${near}?` : "write an IANA zone, as America/Denver";
    const message = `There is no time zone ${timezone}`;
    diagnostics.push(source.at(source.span(["timezone"]), { code: "bad-timezone", message, help }));
  }
  if (diagnostics.some(({ severity }) => severity === "error")) return { diagnostics, sources };
  const { place } = source.at(source.span(["url"], "key"), { code: "", message: "" });
  return { settings: { ...parsed.data, place }, diagnostics, sources };
}

const plainUrl = (diagnostic: Diagnostic): Diagnostic => ({
  ...diagnostic,
  code: "plain-secret",
  message: "The webhook's address is a secret and must not be written here",
  help: "run `gusset secret set notify-url` and write { secret: notify-url }, or { env: NAME }",
});

/** Whatever the parser quotes, no address is among it. */
const discreet = (diagnostic: Diagnostic): Diagnostic => ({
  ...diagnostic,
  message: withoutAddress(diagnostic.message),
  ...(diagnostic.help !== undefined && { help: withoutAddress(diagnostic.help) }),
});

const withoutAddress = (text: string): string => text.replace(/https?:\/\/[^\s'"]*/gi, "•••");

/** The same text with addresses covered, character by character. */
const covered = (text: string): string =>
  text.replace(/https?:\/\/[^\s'"]*/gi, (address) => "•".repeat(address.length));

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
