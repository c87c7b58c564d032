/**
 * What a pipeline was let post under. Who lets it post has seen how long its costs stand and whether a second person agrees; a file that says
 * otherwise since then asks for that word again.
 *
 * @module
 */
import type { Posting } from "../pipeline/model.ts";
import type { LiveRecord, LiveTerms } from "../state/live.ts";

/** The terms that a pipeline's file has now. */
export const termsOf = ({ recognise, approval }: Posting): LiveTerms => ({ recognise, approval });

/** How the file's terms differ from those that were agreed to, for people; undefined where they do not. That more is asked for is no difference. */
export function changedTerms(posting: Posting, { terms }: LiveRecord): string | undefined {
  if (posting.recognise !== terms.recognise) {
    return `recognise was ${terms.recognise} when it was let post, and is ${posting.recognise} now`;
  }
  if (terms.approval === "required" && posting.approval !== "required") {
    return "approval was required when it was let post, and is none now";
  }
}

/** Why a pipeline does not post from here; undefined where it does. */
export function whyShadow(
  { name, posting }: { name: string; posting: Posting },
  said: LiveRecord | undefined,
): string | undefined {
  if (posting.mode !== "live") return "its file says shadow";
  const why = said?.live ? changedTerms(posting, said) : "nobody has let it post from here, or somebody stopped it";
  return why && `${why}: gusset live ${name}`;
}
