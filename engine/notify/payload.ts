/**
 * News in the shape that the other side understands.
 *
 * - `slack`: `{ text }`, with Slack's three escapes. Mattermost and Rocket.Chat take it too.
 * - `teams`: a message with an Adaptive Card, as the Workflows app of Microsoft Teams takes it. It takes no MessageCard any more
 *   (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using), and Slack refuses
 *   attachments that are not its own: hence two formats.
 * - `json`: `{ source, news: [{ about, tone, text, at }] }`, for programs.
 *
 * @module
 */
import type { Notify } from "../../schemas/pipeline/notify.ts";
import type { WaitingNews } from "../state/health.ts";

type Told = Pick<WaitingNews, "about" | "tone" | "text" | "at">;

/** What stands before a line. */
const SIGN: Record<Told["tone"], string> = { bad: "🔴", good: "🟢", info: "🔵" };
/** What Teams colours a line with. */
const COLOUR: Record<Told["tone"], string> = { bad: "attention", good: "good", info: "accent" };

/** The body of one message. */
export function payload(format: Notify["format"], news: readonly Told[]): Record<string, unknown> {
  switch (format) {
    case "slack":
      return { text: news.map(({ tone, text }) => `${SIGN[tone]} ${slackText(text)}`).join("\n") };
    case "teams":
      return {
        type: "message",
        attachments: [{
          contentType: "application/vnd.microsoft.card.adaptive",
          contentUrl: null,
          content: {
            $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
            type: "AdaptiveCard",
            version: "1.4",
            body: news.map(({ tone, text }) => ({
              type: "TextBlock",
              text: `${SIGN[tone]} ${cardText(text)}`,
              color: COLOUR[tone],
              wrap: true,
            })),
          },
        }],
      };
    case "json":
      return { source: "gusset", news: news.map(({ about, tone, text, at }) => ({ about, tone, text, at })) };
  }
}

/** A record's name must not call a channel or become a link. */
const slackText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A card's text is Markdown: brackets would be a link. */
const cardText = (text: string): string => text.replace(/[[\]*_]/g, "\\$&");
