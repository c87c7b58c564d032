/**
 * What the verbs that list records share: a pipeline that may be named, lines of JSON or a table.
 *
 * @module
 */
import type { Cli } from "./context.ts";
import { number, table } from "./style.ts";

export { isKey, keyText } from "../acts/actor.ts";

/** How a list is shown. */
export interface ListOptions<T> {
  /** The table's head, and each item's cells. */
  head: readonly string[];
  cells: (item: T) => readonly string[];
  /** Said where there is nothing. */
  empty: string;
  /** Lines shown; JSON gives them all. */
  limit: number;
}

/** Shows items as they come: one JSON document a line, or a table of at most `limit` rows. Gives how many there are. */
export async function showList<T>(
  cli: Cli,
  items: AsyncIterable<T> | Iterable<T>,
  { head, cells, empty, limit }: ListOptions<T>,
): Promise<number> {
  const rows: (readonly string[])[] = [head];
  let total = 0;
  for await (const item of items) {
    total++;
    if (cli.flags.json) cli.json(item);
    else if (total <= limit) rows.push(cells(item));
  }
  if (total === 0) cli.say(empty);
  else if (!cli.flags.json) {
    cli.say(table(rows, { paint: cli.paint }).trimEnd());
    if (total > limit) cli.say(cli.paint("dim", `… and ${number(total - limit)} more; --limit shows more`));
  }
  return total;
}

/** Only the items that `keep` wants. */
export async function* filtered<T>(items: AsyncIterable<T>, keep: (item: T) => boolean): AsyncGenerator<T> {
  for await (const item of items) if (keep(item)) yield item;
}

/** Who acts, for the record: GUSSET_USER, or the login name. */
export const person = ({ terminal }: Cli): string =>
  terminal.env("GUSSET_USER") ?? terminal.env("USER") ?? terminal.env("USERNAME") ?? "somebody";
