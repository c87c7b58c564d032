/**
 * The style sheet and the script, at addresses that change when they do, so that a browser may keep them.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { MONEY_STYLE } from "./money/style.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

const STYLES = STYLE + MONEY_STYLE;

const named = (text: string, kind: string): string =>
  `/console/${createHash("sha256").update(text).digest("base64url").slice(0, 12)}.${kind}`;

/** Where the style sheet is. */
export const STYLE_PATH = named(STYLES, "css");
/** Where the script is. */
export const SCRIPT_PATH = named(SCRIPT, "js");

/** What is served as it is: path to text and media type. */
export const ASSETS: ReadonlyMap<string, { text: string; type: string }> = new Map([
  [STYLE_PATH, { text: STYLES, type: "text/css; charset=utf-8" }],
  [SCRIPT_PATH, { text: SCRIPT, type: "text/javascript; charset=utf-8" }],
]);
