/**
 * Markdown as `deno fmt` leaves it: tables in columns, and regions of a page that are written by a generator.
 *
 * @module
 */

/** A table; a cell that holds `|` or a line break is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ")));
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => [...row[i]].length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell + " ".repeat(widths[i] - [...cell].length)).join(" | ")} |`;
  const [first, ...others] = cells;
  return [line(first), line(widths.map((width) => "-".repeat(width))), ...others.map(line)].join("\n");
}

/** Text as code; nothing for nothing. */
export const code = (text: string): string => text === "" ? "" : `\`${text}\``;

/** The text between `<!-- begin NAME -->` and `<!-- end NAME -->`, anew. Throws where a region has no generator, or a generator no region. */
export function filled(page: string, regions: Record<string, string>): string {
  const unused = new Set(Object.keys(regions));
  const text = page.replace(
    /<!-- begin ([\w-]+) -->\n[^]*?<!-- end \1 -->/g,
    (_, name: string) => {
      if (!Object.hasOwn(regions, name)) throw new Error(`Nothing writes the region ${name}`);
      unused.delete(name);
      return `<!-- begin ${name} -->\n\n${regions[name].trim()}\n\n<!-- end ${name} -->`;
    },
  );
  if (unused.size > 0) throw new Error(`The page has no region ${[...unused].join(", ")}`);
  return text;
}
