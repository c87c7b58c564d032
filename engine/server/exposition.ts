/**
 * Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 * @module
 */

/** What a metric's values carry; the values of a label must be few. */
export type Labels = Readonly<Record<string, string>>;

/** A metric with its values. */
export interface Metric {
  name: string;
  type: "counter" | "gauge";
  /** One sentence. */
  help: string;
  samples: Iterable<{ labels?: Labels; value: number }>;
}

/** The content type of {@link exposition}. */
export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Metrics as text; one without values is left out. */
export function exposition(metrics: Iterable<Metric>): string {
  let text = "";
  for (const { name, type, help, samples } of metrics) {
    const lines = Array.from(samples, ({ labels, value }) => `${name}${inBraces(labels)} ${number(value)}\n`);
    if (lines.length === 0) continue;
    text += `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}\n`;
    text += lines.join("");
  }
  return text;
}

function inBraces(labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(",")}}` : "";
}

const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

const number = (value: number): string =>
  Number.isNaN(value) ? "NaN" : Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";

/** A counter by labels. */
export interface Tally {
  add(labels: Labels, count?: number): void;
  samples(): Iterable<{ labels: Labels; value: number }>;
}

/** Makes one at nothing. */
export function tally(): Tally {
  const counts = new Map<string, { labels: Labels; value: number }>();
  return {
    add(labels, count = 1) {
      const key = JSON.stringify(labels);
      const known = counts.get(key);
      if (known) known.value += count;
      else counts.set(key, { labels, value: count });
    },
    samples: () => counts.values(),
  };
}
