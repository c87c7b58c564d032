/**
 * Spans, for whoever runs Gusset with `OTEL_DENO=true`: Deno's own exporter sends them. Without it nothing is loaded and nothing is done.
 *
 * A span says what was done and how it ended; never a record's content, a query or a secret. An error is named by its code.
 *
 * @module
 */
import type { Attributes, Span } from "@opentelemetry/api";
import { asFailure } from "./failure.ts";

/** Whether spans are written. Deno registers itself here before any module runs, where it was told to. */
export const tracing: boolean = Symbol.for("opentelemetry.js.api.1") in globalThis;
const api = tracing ? await import("@opentelemetry/api") : undefined;
const tracer = api?.trace.getTracer("gusset");

/** Adds to what a span says. */
export type Note = (attributes: Attributes) => void;

const nothing: Note = () => {};

/** Does `work` within a span. What it throws passes through, and the span says its code. */
export function spanned<T>(name: string, attributes: Attributes, work: (note: Note) => Promise<T>): Promise<T> {
  return tracer ? tracer.startActiveSpan(name, { attributes }, (span) => within(span, work)) : work(nothing);
}

async function within<T>(span: Span, work: (note: Note) => Promise<T>): Promise<T> {
  try {
    return await work((attributes) => void span.setAttributes(attributes));
  } catch (thrown) {
    span.setAttribute("error.type", asFailure(thrown).code);
    span.setStatus({ code: api!.SpanStatusCode.ERROR });
    throw thrown;
  } finally {
    span.end();
  }
}
